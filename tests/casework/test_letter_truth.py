"""A letter states no verdict, remedy or date that is not in the case: for random lives under every policy."""

import re
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.life import Action, Life, Point, Remedy
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from domain.letters import Content, LetterType
from domain.uktime import format_date, local_date
from tests.casework.cases import RECEIVED, Told
from tests.casework.lettered import LANDLORDS, at_stage, composed, facts

SAYS = {
    "en": {
        "upheld": "we uphold this.",
        "partly_upheld": "we uphold this in part.",
        "not_upheld": "we do not uphold this.",
    },
    "cy": {
        "upheld": "rydym yn cadarnhau hyn.",
        "partly_upheld": "rydym yn cadarnhau hyn yn rhannol.",
        "not_upheld": "nid ydym yn cadarnhau hyn.",
    },
}
DATES = {
    "en": re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d{1,2} \w+ \d{4}"),
    "cy": re.compile(r"dydd \w+ \d{1,2} \w+ \d{4}"),
}
DAYS = st.dates(date(2026, 11, 10), date(2027, 3, 1))


def words(kind: str) -> st.SearchStrategy[str]:
    """Something that stands nowhere else in a letter."""
    return st.integers(1000, 9999).map(lambda number: f"{kind}{number}")


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A case at its first stage, investigated as far as it happens to be."""
    points = draw(st.lists(words("point"), unique=True, max_size=4))
    remedies = draw(st.lists(words("remedy"), unique=True, max_size=4))
    actions = draw(st.lists(words("action"), unique=True, max_size=4))
    told = Told("group").life
    stage = told.stage.model_copy(update={"extended_to": draw(st.none() | DAYS.map(_noon))})
    return told.model_copy(
        update={
            "points": tuple(_point(draw, each) for each in points),
            "remedies": tuple(
                Remedy(id=each, kind=draw(st.sampled_from(RemedyKind)), what=each, asked_for=draw(st.booleans()))
                for each in remedies
            ),
            "actions": tuple(
                Action(
                    id=each, kind=ActionKind.WORKS, what=each, officer="max", contact="01632 960000",
                    due_on=draw(DAYS), done_on=draw(st.none() | DAYS),
                )
                for each in actions
            ),
            "fault": draw(st.none() | st.sampled_from(Fault)),
            "outcome_sought": draw(st.sampled_from(["", "a new boiler"])),
            "stages": (stage,),
        }
    )  # fmt: skip


def _point(draw: st.DrawFn, name: str) -> Point:
    verdict = draw(st.none() | st.sampled_from(Verdict))
    return Point(
        id=name, words=name, verdict=verdict, reasons="because" if verdict else "",
        decided_at_stage=draw(st.integers(1, 2)) if verdict else 0,
    )  # fmt: skip


def _noon(day: date) -> datetime:
    return RECEIVED + timedelta(days=(day - RECEIVED.date()).days)


@given(
    life=lives(),
    landlord=st.sampled_from(LANDLORDS),
    letter=st.sampled_from(LetterType),
    stage=st.integers(1, 2),
    language=st.sampled_from(["en", "cy"]),
)
def test_a_letter_states_no_verdict_remedy_or_date_that_is_not_in_the_case(
    life: Life, landlord: str, letter: LetterType, stage: int, language: str
) -> None:
    case = Told(landlord, life=life)
    decided = {each.words: each for each in life.points}
    case = at_stage(case, stage)
    points = tuple(
        each.model_copy(update={"decided_at_stage": decided[each.words].decided_at_stage}) for each in case.life.points
    )
    case.life = case.life.model_copy(update={"points": points})
    case.facts["letter"] = facts(case, language=language)
    made = composed(case, letter)
    text = made.text
    for point in points:
        for verdict, words_of in SAYS[made.language].items():
            stands = f"{point.words}: {words_of}\n" in f"{text}\n"
            assert not stands or (point.verdict == verdict and point.decided_at_stage == stage)
    assert set(re.findall(r"remedy\d{4}", text)) <= {each.what for each in life.remedies}
    waiting = {each.what for each in life.actions if each.done_on is None}
    assert set(re.findall(r"action\d{4}", text)) <= waiting
    known = {local_date(life.received_at), *(each.due_on for each in life.actions if each.done_on is None)}
    if life.stage.extended_to:
        known.add(local_date(life.stage.extended_to))
    allowed = {format_date(day, made.language) for day in known}
    invited = made.part(Content.INVITATION)
    if landlord == "council" and invited:
        # Five working days from the issue of the draft, which is today.
        allowed.add(format_date(date(2026, 11, 16), made.language))
    assert set(DATES[made.language].findall(text)) <= allowed
