"""Letters out of cases: what each carries (the table of rules A7), what is missing of it, and what staff write."""

from datetime import timedelta

import pytest

from app.configuration import ConfigurationFolder, load_checklist
from casework.acts import Close, ConfirmInWriting, Extend, IssueDraft, RefuseEscalation, SendOutcome
from casework.acts_letters import WritePart
from casework.acts_parties import AddParty
from casework.checklist import asked
from casework.life_parties import Role, Wishes
from casework.outcomes import Fault, Verdict
from domain.letters import Content, LetterType
from tests.casework.cases import RECEIVED, Told, investigated
from tests.casework.lettered import (
    LANDLORDS,
    OUTCOME,
    at_stage,
    composed,
    facts,
    lacks,
    said,
    upheld,
    without,
    write,
)

COLUMNS = ("acknowledgement", "draft", "outcome", "last", "refusal", "extension")
A7 = {
    "reference": "x x x x x x",
    "stage": "x x x x - x",
    "handler": "x x x x x x",
    "understanding": "x x x x x -",
    "outcome_sought": "x - x x - -",
    "responsibility": "x - x x x -",
    "next_dates": "x x x x - x",
    "invitation": "- x - - - -",
    "background": "- x x x - -",
    "findings": "- x x x - -",
    "decisions": "- x x x - -",
    "reasons": "- x x x x x",
    "fault": "- x x x - -",
    "apology": "- if if if - x",
    "remedy": "- x if if - -",
    "remedies_answered": "- x x x - -",
    "actions": "- x if if - -",
    "learning": "- - x x - -",
    "next_step": "x x x - x -",
    "escalation_window": "- - x - - -",
    "ombudsman": "x x x x x x",
    "plain_language": "x x x x x x",
    "adjustments": "x x x x x x",
}
"""Rules A7; "if": where there was fault, or something is still to be done, as of a draft's apology."""
CELLS = [
    pytest.param(Content(content), column, cell, id=f"{content}-{column}")
    for content, row in A7.items()
    for column, cell in zip(COLUMNS, row.split(), strict=True)
]


def a_case(landlord: str, column: str, *, fault: bool) -> Told:
    case = upheld(landlord) if fault else investigated(landlord)
    return at_stage(case, max(each.number for each in case.dossier().policy.stages)) if column == "last" else case


def letter_in(column: str) -> LetterType:
    return OUTCOME if column == "last" else LetterType(column)


def test_rules_a7_has_23_keys() -> None:
    assert [content.value for content in Content if content.value not in A7] == []
    assert len(A7) == len(Content) == 23


@pytest.mark.parametrize("landlord", LANDLORDS)
@pytest.mark.parametrize(("content", "column", "cell"), CELLS)
def test_rules_a7_each_letter_is_asked_for_what_the_table_says(
    landlord: str, content: Content, column: str, cell: str
) -> None:
    with_fault, without_fault = (a_case(landlord, column, fault=fault).dossier() for fault in (True, False))
    letter = letter_in(column)
    if cell in {"x", "if"}:
        assert content in asked(with_fault, letter)
    if cell == "x":
        assert content in asked(without_fault, letter)


@pytest.mark.parametrize(("content", "column", "cell"), CELLS)
def test_rules_a7_good_practice_asks_for_no_more_than_the_table(content: Content, column: str, cell: str) -> None:
    alone = load_checklist(ConfigurationFolder(None)).content
    assert all(each.advice for each in alone)
    dossier = a_case("group", column, fault=cell != "if").dossier()
    dossier = dossier.model_copy(update={"policy": dossier.policy.model_copy(update={"contents": alone})})
    assert (content in asked(dossier, letter_in(column))) is (cell == "x")


@pytest.mark.parametrize("landlord", LANDLORDS)
@pytest.mark.parametrize("letter", LetterType)
def test_every_letter_has_a_subject_an_opening_headings_and_a_signature(landlord: str, letter: LetterType) -> None:
    made = composed(upheld(landlord), letter)
    assert "26-00012K" in made.subject
    assert made.opening.startswith("Dear Mrs Price,")
    assert "Mia" in made.closing
    assert made.parts
    assert all(part.heading and part.text for part in made.parts)
    assert made.text.index(made.opening) < made.text.index(made.parts[0].text) < made.text.rindex(made.closing)


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_an_answer_tells_what_the_case_knows(landlord: str) -> None:
    text = composed(upheld(landlord)).text
    for words in (
        *("no heating for a week: we uphold this.", "two visits were missed", "the log shows it", "We were at fault."),
        *("We are sorry", "a payment for heaters: £50", "a survey of the boiler: by Friday 27 November 2026. Max"),
        *("01632 960123", "visits are confirmed the day before", "Monday 9 November 2026"),
    ):
        assert words in text, words


def test_nothing_is_said_of_fault_or_remedies_where_there_was_none() -> None:
    made = composed(investigated("poolplus"))
    assert "We were not at fault." in made.text
    assert "sorry" not in made.text
    assert made.part(Content.APOLOGY) is None
    assert made.part(Content.REMEDY) is None


def test_a_part_that_staff_wrote_takes_the_place_of_what_the_case_would_say() -> None:
    case = upheld("poolplus")
    write(case, Content.FINDINGS, "We found that our diary was wrong.")
    part = composed(case).part(Content.FINDINGS)
    assert part
    assert (part.text, part.by_staff) == ("We found that our diary was wrong.", True)
    write(case, Content.FINDINGS, "")
    assert "two visits were missed" in said(case, Content.FINDINGS)


@pytest.mark.parametrize("content", [Content.DECISIONS, Content.REMEDY, Content.ACTIONS, Content.OMBUDSMAN])
def test_what_is_on_record_stays_whatever_staff_write_beside_it(content: Content) -> None:
    case = upheld("poolplus")
    before = said(case, content)
    write(case, content, "We add this.")
    assert said(case, content) == f"{before}\nWe add this."


def test_own_words_decide_nothing() -> None:
    case = without(investigated("group"), points=tuple(Told("group").life.points))
    write(case, Content.DECISIONS, "We do not uphold this.")
    assert any("point by point" in each.words and each.blocks for each in composed(case).missing)


def test_own_words_belong_to_one_letter_and_a_confirmation_takes_the_answers() -> None:
    case = investigated("council")
    assert "The boiler stopped on Monday" in said(case, Content.BACKGROUND, LetterType.CONFIRMATION)
    assert "The boiler stopped on Monday" not in said(case, Content.BACKGROUND, LetterType.DRAFT)


def test_what_has_left_is_not_written_anew() -> None:
    case = investigated("poolplus")
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")
    again = WritePart(letter=OUTCOME, content=Content.FINDINGS, words="no")
    assert [each.words for each in case.refused(again, by="mia")] == [
        "the outcome of this stage has left: its words stand"
    ]


def test_plain_language_is_no_part_to_write() -> None:
    plain = WritePart(letter=OUTCOME, content=Content.PLAIN_LANGUAGE, words="plain")
    assert "the whole letter" in investigated("poolplus").refused(plain, by="mia")[0].words


@pytest.mark.parametrize(
    ("landlord", "content", "clause", "blocks"),
    [
        ("council", Content.BACKGROUND, "COUNCIL-25", True),
        ("poolplus", Content.BACKGROUND, "Letters: background", False),
        ("poolplus", Content.RESPONSIBILITY, "Letters: responsibility", False),
        ("cestria", Content.REMEDIES_ANSWERED, "Letters: remedies answered", False),
    ],
)
def test_what_a_policy_demands_holds_the_answer_back_and_what_is_advised_warns(
    landlord: str, content: Content, clause: str, *, blocks: bool
) -> None:
    case = without(investigated(landlord), content)
    assert lacks(case) == {clause: blocks}
    answer = SendOutcome(at=RECEIVED, way="email")
    if blocks:
        assert [each.clause for each in case.refused(answer, by="mia")] == [clause]
        write(case, content, "Said now.")
        case.do(answer, by="mia")
    else:
        assert [each.clause for each in case.do(answer, by="mia").warnings] == [clause]


def test_what_is_told_by_telephone_is_warned_of_and_its_confirmation_is_whole() -> None:
    case = without(investigated("council"), Content.BACKGROUND)
    told = case.do(SendOutcome(at=RECEIVED, way="phone"), by="mia")
    assert [each.clause for each in told.warnings] == ["COUNCIL-25"]
    confirm = ConfirmInWriting(at=RECEIVED)
    assert [each.clause for each in case.refused(confirm, by="mia")] == ["COUNCIL-25"]
    write(case, Content.BACKGROUND, "The boiler stopped on Monday.", LetterType.CONFIRMATION)
    case.do(confirm, by="mia")
    case.do(Close(), by="mia")


def test_an_extension_says_why_and_when_and_is_sorry() -> None:
    case = investigated("poolplus")
    case.owes("respond", RECEIVED + timedelta(days=10))
    case.do(Extend(to=RECEIVED + timedelta(days=17), reason="We wait for the survey."), by="mia")
    text = composed(case, LetterType.EXTENSION).text
    for words in ("We wait for the survey.", "Thursday 26 November 2026", "We are sorry", "0300 111 3000"):
        assert words in text
    assert "the log shows it" not in text


def test_code_6_4_an_extension_without_its_reason_is_not_told() -> None:
    case = investigated("poolplus")
    case.owes("respond", RECEIVED + timedelta(days=10))
    silent = Extend(to=RECEIVED + timedelta(days=17), reason="")
    assert [each.clause for each in case.refused(silent, by="mia")] == ["Code 6.4"]


def test_code_2_4_a_refusal_says_why_and_how_to_go_to_the_ombudsman() -> None:
    case = investigated("poolplus")
    refusal = RefuseEscalation(
        ground="already_considered", evidence="the letter", reasons="We answered this in May.", told_of_ombudsman=True
    )
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")
    case.do(refusal, by="mia")
    text = composed(case, LetterType.REFUSAL).text
    assert "We answered this in May." in text
    assert "Somebody will then look at our decision again" in text
    assert "0300 111 3000" in text


def test_a_draft_is_held_back_only_by_what_a_draft_carries() -> None:
    case = Told("council")
    case.do(IssueDraft(at=RECEIVED, because="prefers writing"))
    assert "This is a draft. It is not our final answer." in composed(case, LetterType.DRAFT).opening


def test_the_language_and_formats_are_those_of_whom_the_case_is_about() -> None:
    case = investigated("ccbc")
    wishes = Wishes(language="cy", formats=("large print",))
    heard = AddParty(party="tenant", role=Role.COMPLAINANT, name="Mr Evans")
    case.do(heard)
    parties = tuple(each.model_copy(update={"wishes": wishes}) for each in case.life.parties)
    case = without(case, parties=parties)
    case.facts["letter"] = facts(case, name="")
    made = composed(case)
    assert made.language == "cy"
    assert "Annwyl Mr Evans," in made.opening
    assert "large print" in said(case, Content.ADJUSTMENTS)


def test_a_language_that_the_landlord_does_not_write_waits_for_a_person() -> None:
    case = investigated("cestria")
    case.facts["letter"] = facts(case, language="pl")
    assert composed(case).language == "en"
    assert lacks(case) == {"CESTRIA-14": True}
    write(case, Content.ADJUSTMENTS, "A translation lies with this letter.")
    assert lacks(case) == {}


def test_fault_without_an_upheld_point_is_put_right_too() -> None:
    case = without(investigated("poolplus", Verdict.NOT_UPHELD), fault=Fault.PARTLY)
    assert lacks(case) == {"Code 6.9": True}
