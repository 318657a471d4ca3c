"""Cases that letters are written about, and the letters, for tests."""

from functools import cache

from app.configuration import ConfigurationFolder, load_letter_wordings
from casework.acts import AddAction, ProposeRemedy
from casework.acts_letters import WritePart
from casework.composing import compose
from casework.letter_facts import LetterFacts
from casework.letters import Letter
from casework.outcomes import ActionKind, RemedyKind, Verdict
from domain.letters import Content, LetterType
from domain.wording import WordingCatalogue
from tests.casework.cases import RECEIVED, Told, investigated

LANDLORDS = ("ccbc", "poolplus", "council", "cestria", "group")
OUTCOME = LetterType.OUTCOME


@cache
def wordings() -> WordingCatalogue:
    """The shipped words of letters."""
    return load_letter_wordings(ConfigurationFolder(None))


def composed(case: Told, letter: LetterType = OUTCOME) -> Letter:
    """A letter about a case as it stands."""
    return compose(case.dossier(), letter, wordings())


def said(case: Told, content: Content, letter: LetterType = OUTCOME) -> str:
    """What stands under one heading."""
    part = composed(case, letter).part(content)
    assert part, f"the {letter.value} has no {content.value}"
    return part.text


def lacks(case: Told, letter: LetterType = OUTCOME) -> dict[str, bool]:
    """The clauses by which something is missing, and whether each holds the letter back."""
    return {each.clause: each.blocks for each in composed(case, letter).missing}


def upheld(landlord: str, **facts: object) -> Told:
    """A complaint that was upheld, with a remedy and something still to be done; its answer has not left."""
    case = investigated(landlord, Verdict.UPHELD, **facts)
    case.do(
        ProposeRemedy(
            remedy="money", kind=RemedyKind.PAYMENT, what="a payment for heaters", pence=5_000,
            proportionate_because="a cold week", asked_for=True,
        ),
        by="mia",
    )  # fmt: skip
    case.do(
        AddAction(
            action="survey", kind=ActionKind.WORKS, what="a survey of the boiler", officer="max",
            contact="01632 960123", due_on=RECEIVED.date().replace(day=27),
        ),
        by="mia",
    )  # fmt: skip
    return case


def at_stage(case: Told, number: int) -> Told:
    """The same case, a stage or two later."""
    later = case.life.stage.model_copy(update={"number": number})
    points = tuple(each.model_copy(update={"decided_at_stage": number}) for each in case.life.points)
    case.life = case.life.model_copy(update={"stages": (*case.life.stages[:-1], later), "points": points})
    return case


def without(case: Told, *contents: Content, **changes: object) -> Told:
    """The case without what staff wrote for these parts, and with its life changed."""
    written = tuple(each for each in case.life.stage.written if each.content not in contents)
    stage = case.life.stage.model_copy(update={"written": written})
    case.life = case.life.model_copy(update={"stages": (*case.life.stages[:-1], stage)} | changes)
    return case


def write(case: Told, content: Content, words: str, letter: LetterType = OUTCOME) -> None:
    """Staff's own words."""
    case.do(WritePart(letter=letter, content=content, words=words), by="mia")


def facts(case: Told, **given: object) -> LetterFacts:
    """What the caller says of the addressee."""
    return LetterFacts.model_validate(case.dossier().letter.model_dump() | given)
