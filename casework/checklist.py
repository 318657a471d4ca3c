"""The checklist of a letter: what the landlord, its regimes and good practice ask it to carry, and what is missing.

The entries are data (``domain.letters.ContentRule``); none of this knows a landlord.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from casework.acts import Act, SendOutcome
from casework.contents import FILLS, Drawn, Filling, is_last_stage
from casework.dossier import Dossier
from casework.fold import after
from casework.letter_facts import facts_for
from casework.letters import letter_of
from casework.life import Done
from casework.objections import Objection
from casework.people import Person
from casework.staff_words import about, staffs_words
from domain.letters import Content, ContentRule, LetterType, When
from domain.wording import FALLBACK_LANGUAGE

ON_RECORD: Final = frozenset(
    {
        *(Content.REFERENCE, Content.STAGE, Content.HANDLER, Content.DECISIONS, Content.FAULT, Content.REMEDY),
        *(Content.ACTIONS, Content.INVITATION, Content.NEXT_DATES, Content.NEXT_STEP, Content.ESCALATION_WINDOW),
        Content.OMBUDSMAN,
    }
)
"""What acts and the policy say and no words replace: staff's own words stand below it and fill no gap in it."""

BELOW: Final = ON_RECORD | {Content.BACKGROUND, Content.ADJUSTMENTS}
"""Where staff's own words stand below what the case knows; elsewhere in its place."""

_HOLDS: Final[Mapping[When, Callable[[Dossier], bool]]] = {
    When.ALWAYS: lambda _dossier: True,
    When.UPHELD: lambda dossier: dossier.life.is_upheld,
    When.NOT_UPHELD: lambda dossier: not dossier.life.is_upheld,
    When.FAULT: lambda dossier: Drawn(dossier=dossier, letter=LetterType.OUTCOME, language="en").was_fault,
    When.ACTIONS_OUTSTANDING: lambda dossier: any(each.done_on is None for each in dossier.life.actions),
    When.FURTHER_STAGE: lambda dossier: not is_last_stage(dossier),
    When.LAST_STAGE: is_last_stage,
    When.COMMENTED: lambda dossier: bool(dossier.life.stage.comments),
}


def language_of(dossier: Dossier) -> str:
    """The language in which a letter is written: the addressee's where the landlord writes it, else English."""
    wanted = facts_for(dossier.letter, dossier.life.parties).language
    return wanted if wanted in dossier.policy.languages else FALLBACK_LANGUAGE


def asked(dossier: Dossier, letter: LetterType) -> dict[Content, tuple[ContentRule, ...]]:
    """Who asks for which part of a letter, in the letter's order; the landlord's own entry first, then its regimes'."""
    number = dossier.life.stage.number
    holding = [
        each
        for each in dossier.policy.contents
        if letter in each.letters
        and (not each.stages or number in each.stages)
        and each.matter in {"any", dossier.matter}
        and _HOLDS[each.when](dossier)
    ]
    return {content: found for content in Content if (found := tuple(e for e in holding if e.content is content))}


def filled(drawn: Drawn, content: Content) -> Filling | None:
    """What a part takes, with what staff's own words fill; nothing where it does not arise or is none."""
    fill = FILLS.get(content)
    filling = fill(drawn) if fill else None
    if filling is None or not (filling.missing and written(drawn, content)) or content in ON_RECORD:
        return filling
    return filling.model_copy(update={"missing": ""})


def written(drawn: Drawn, content: Content) -> str:
    """Staff's own words for a part; a confirmation of an answer takes the answer's where it has none."""
    letters = (drawn.letter, LetterType.OUTCOME) if drawn.letter is LetterType.CONFIRMATION else (drawn.letter,)
    mine = {each.letter: each.words for each in drawn.dossier.life.stage.written if each.content is content}
    return next((mine[letter] for letter in letters if letter in mine), "")


def missing(dossier: Dossier, letter: LetterType) -> tuple[Objection, ...]:
    """What a letter still lacks, the gravest first, each with the clause that asks: the landlord's own if any."""
    drawn = Drawn(dossier=dossier, letter=letter, language=language_of(dossier))
    found, wanted = [], asked(dossier, letter)
    for content, rules in wanted.items():
        filling = filled(drawn, content)
        if filling and filling.missing:
            found.append(_objection(filling.missing, rules))
    bases = {content: _foremost(rules).basis for content, rules in wanted.items()}
    found += about(_of_staff(drawn, wanted), dossier.policy, drawn.language, bases)
    return merged(found)


def _of_staff(drawn: Drawn, wanted: Iterable[Content]) -> Iterator[tuple[Content, str]]:
    """What people wrote into the parts of a letter, part by part."""
    carried = set(wanted)
    for content in Content:
        own = written(drawn, content)
        filling = filled(drawn, content) if content in carried or own else None
        for words in staffs_words(filling, own, stands_alone=content not in BELOW):
            yield content, words


def _foremost(rules: Iterable[ContentRule]) -> ContentRule:
    """What demands rather than advises, the landlord's own first."""
    return min(rules, key=lambda each: (each.advice, each.basis.wording != "quote"))


def _objection(words: str, rules: Iterable[ContentRule]) -> Objection:
    rule = _foremost(rules)
    own = rule.basis.wording == "quote"
    return Objection(words=words, clause=rule.basis.clause, quote=rule.basis.text, blocks=not rule.advice, own=own)


def merged(found: Iterable[Objection]) -> tuple[Objection, ...]:
    """Each thing that is missing once: under what blocks rather than advises, then under the landlord's own clause."""
    by_words: dict[str, Objection] = {}
    for each in sorted(found, key=lambda each: (not each.blocks, not each.own)):
        by_words.setdefault(each.words, each)
    return tuple(by_words.values())


def against(dossier: Dossier, act: Act, by: Person) -> tuple[Objection, ...]:
    """What the letter of an act lacks, as if the act were done.

    What is told on the telephone is no letter: its written confirmation carries all of it, so that its gaps only warn.
    """
    letter = letter_of(act)
    if letter is None:
        return ()
    life = after(dossier.life, Done(act=act, by=by.id, roles=by.roles, at=dossier.now))
    found = missing(dossier.model_copy(update={"life": life}), letter)
    if isinstance(act, SendOutcome) and act.way == "phone":
        return tuple(each.model_copy(update={"blocks": False}) for each in found)
    return found
