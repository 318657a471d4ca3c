"""Clause by clause: what the Council's letters carry, and what they wait for."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from casework.acts import (
    AddAction,
    Close,
    ConfirmInWriting,
    ConsiderComment,
    EndDiscussion,
    IssueDraft,
    ProposeRemedy,
    RecordComment,
    SendOutcome,
)
from casework.checklist import asked
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from domain.letters import Content, LetterType
from tests.casework.cases import RECEIVED, Told, investigated
from tests.casework.lettered import OUTCOME, at_stage, composed, lacks, said, upheld, without, write

ANSWER = SendOutcome(at=RECEIVED, way="email")
ACKNOWLEDGEMENT = LetterType.ACKNOWLEDGEMENT
BOTH = [pytest.param(Verdict.UPHELD, id="upheld"), pytest.param(Verdict.NOT_UPHELD, id="not upheld")]


def case_of(verdict: Verdict) -> Told:
    return upheld("council") if verdict is Verdict.UPHELD else investigated("council")


def clauses(case: Told, content: Content, letter: LetterType = OUTCOME) -> set[str]:
    """Who asks for a part, by clause."""
    return {rule.basis.clause for rule in asked(case.dossier(), letter).get(content, ())}


def demanded(case: Told, clause: str) -> None:
    """The answer does not leave, and the Council's own clause says why."""
    assert [each.clause for each in case.refused(ANSWER, by="mia")] == [clause]


def test_council_3_council_4_an_acknowledgement_names_the_stage_and_who_deals_with_it() -> None:
    case = investigated("council")
    assert "COUNCIL-3" in clauses(case, Content.STAGE, ACKNOWLEDGEMENT)
    assert "COUNCIL-4" in clauses(case, Content.HANDLER, ACKNOWLEDGEMENT)
    assert '"Stage 1 - Investigation"' in said(case, Content.STAGE, ACKNOWLEDGEMENT)
    assert "Mia deals with your complaint." in said(case, Content.HANDLER, ACKNOWLEDGEMENT)
    assert '"Stage 2 - Review"' in said(at_stage(case, 2), Content.STAGE, ACKNOWLEDGEMENT)
    assert "Complaints Team" in said(Told("council"), Content.HANDLER, ACKNOWLEDGEMENT)


def test_council_6_council_13_an_answer_gives_the_decision_and_its_reasons_point_by_point() -> None:
    case = investigated("council")
    assert "COUNCIL-6" in clauses(case, Content.DECISIONS) & clauses(case, Content.REASONS)
    assert said(case, Content.DECISIONS) == "- no heating for a week: we do not uphold this."
    assert said(case, Content.REASONS) == "- no heating for a week: the log shows it"
    points = tuple(each.model_copy(update={"reasons": ""}) for each in case.life.points)
    demanded(without(case, points=points), "COUNCIL-13")


@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.UPHELD, "we uphold this."),
        (Verdict.PARTLY_UPHELD, "we uphold this in part."),
        (Verdict.NOT_UPHELD, "we do not uphold this."),
    ],
)
def test_council_14_each_point_is_upheld_partly_upheld_or_not(stage: int, verdict: Verdict, words: str) -> None:
    case = at_stage(investigated("council", verdict), stage)
    assert "COUNCIL-14" in clauses(case, Content.DECISIONS)
    assert said(case, Content.DECISIONS) == f"- no heating for a week: {words}"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.YES, "We were at fault."),
        (Fault.PARTLY, "We were at fault in part."),
        (Fault.NO, "We were not at fault."),
    ],
)
def test_council_7_council_17_an_answer_says_whether_we_were_at_fault(fault: Fault, words: str) -> None:
    case = without(investigated("council"), fault=fault, fault_words="We came late.")
    assert said(case, Content.FAULT) == f"{words}\nWe came late."
    assert "COUNCIL-7" in clauses(case, Content.FAULT)
    assert "COUNCIL-17" in clauses(upheld("council"), Content.FAULT)
    demanded(without(investigated("council"), fault=None), "COUNCIL-7")


def test_council_8_an_answer_says_how_to_go_on_about_the_outcome_and_about_the_handling() -> None:
    case = investigated("council")
    assert "COUNCIL-8" in clauses(case, Content.NEXT_STEP)
    text = said(case, Content.NEXT_STEP)
    assert "the outcome" in text
    assert "the way we handled your complaint" in text


def test_council_9_an_answer_says_how_it_is_put_right_or_that_nothing_has_to_be() -> None:
    assert "COUNCIL-9" in clauses(investigated("council"), Content.REMEDY)
    assert said(upheld("council"), Content.REMEDY) == "- a payment for heaters: £50"
    assert said(investigated("council"), Content.REMEDY) == "Nothing more has to be put right."
    demanded(investigated("council", Verdict.UPHELD), "COUNCIL-9")


def test_council_10_council_21_council_22_what_is_outstanding_stands_with_its_day_officer_and_contact() -> None:
    case = upheld("council")
    assert {"COUNCIL-10", "COUNCIL-21", "COUNCIL-22"} <= clauses(case, Content.ACTIONS)
    line = "- a survey of the boiler: by Friday 27 November 2026. Max is responsible for it: 01632 960123"
    assert said(case, Content.ACTIONS) == line
    nobody = AddAction(
        action="call", kind=ActionKind.SERVICE, what="a call", officer="max", contact="", due_on=RECEIVED.date()
    )
    case.do(nobody, by="mia")
    assert [each.words for each in case.refused(ANSWER, by="mia")] == ["say who does call, and how to reach them"]
    demanded(case, "COUNCIL-10")


@pytest.mark.parametrize("verdict", BOTH)
def test_council_15_council_24_an_answer_sums_up_the_complaint_and_what_came_of_looking_into_it(
    verdict: Verdict,
) -> None:
    case = case_of(verdict)
    clause = "COUNCIL-15" if verdict is Verdict.UPHELD else "COUNCIL-24"
    assert clause in clauses(case, Content.UNDERSTANDING) & clauses(case, Content.FINDINGS)
    assert "no heating for a week" in said(case, Content.UNDERSTANDING)
    assert "two visits were missed" in said(case, Content.FINDINGS)
    points = tuple(each.model_copy(update={"findings": ""}) for each in case.life.points)
    demanded(without(case, points=points), clause)


@pytest.mark.parametrize("verdict", BOTH)
def test_council_16_council_25_an_answer_waits_for_its_background(verdict: Verdict) -> None:
    case = case_of(verdict)
    assert "The boiler stopped on Monday." in said(case, Content.BACKGROUND)
    demanded(without(case, Content.BACKGROUND), "COUNCIL-16" if verdict is Verdict.UPHELD else "COUNCIL-25")


@pytest.mark.parametrize("verdict", BOTH)
def test_council_19_council_26_an_answer_explains_itself(verdict: Verdict) -> None:
    case = case_of(verdict)
    assert ("COUNCIL-19" if verdict is Verdict.UPHELD else "COUNCIL-26") in clauses(case, Content.REASONS)
    assert "the log shows it" in said(case, Content.REASONS)


def test_council_18_an_answer_that_upholds_says_sorry_without_an_if() -> None:
    case = upheld("council")
    sorry = ProposeRemedy(
        remedy="sorry", kind=RemedyKind.APOLOGY, what="You were cold for a week.", proportionate_because="a week"
    )
    case.do(sorry, by="mia")
    assert "COUNCIL-18" in clauses(case, Content.APOLOGY)
    assert said(case, Content.APOLOGY) == "We are sorry for what went wrong.\nYou were cold for a week."
    assert Content.APOLOGY not in asked(investigated("council").dossier(), OUTCOME)


def test_council_20_an_answer_that_upholds_says_what_was_learnt() -> None:
    case = upheld("council")
    assert "COUNCIL-20" in clauses(case, Content.LEARNING)
    assert said(case, Content.LEARNING) == "visits are confirmed the day before"
    demanded(without(case, learning=""), "COUNCIL-20")


def test_council_23_what_the_complainant_asked_for_is_agreed_or_declined_with_a_reason() -> None:
    agreed = without(upheld("council"), Content.REMEDIES_ANSWERED)
    assert "a payment for heaters: we agree to this." in said(agreed, Content.REMEDIES_ANSWERED)
    silent = without(agreed, remedies=tuple(r.model_copy(update={"asked_for": False}) for r in agreed.life.remedies))
    demanded(silent, "COUNCIL-23")
    write(silent, Content.REMEDIES_ANSWERED, "We do not put in a new boiler, because the old one works.")
    silent.do(ANSWER, by="mia")


@pytest.mark.parametrize("letter", LetterType)
@pytest.mark.parametrize(
    ("matter", "name"), [("housing", "Housing Ombudsman"), ("other", "Local Government and Social Care Ombudsman")]
)
@pytest.mark.parametrize("stage", [1, 2])
def test_council_28_every_letter_names_the_ombudsman_for_its_matter_and_the_three_grounds(
    letter: LetterType, matter: str, name: str, stage: int
) -> None:
    case = at_stage(investigated("council", matter=matter), stage)
    assert name in said(case, Content.OMBUDSMAN, letter)
    if matter == "housing":
        assert "COUNCIL-28" in clauses(case, Content.OMBUDSMAN, letter) & clauses(case, Content.NEXT_STEP, letter)
    if matter == "housing" and stage == 1 and letter is not LetterType.REFUSAL:
        text = said(case, Content.NEXT_STEP, letter)
        assert all(ground in text for ground in ("the outcome", "a decision", "the way we handled your complaint"))


def test_council_34_council_35_council_36_a_draft_is_marked_and_invites_to_talk_or_write_until_a_day() -> None:
    case = investigated("council")
    assert {"COUNCIL-34", "COUNCIL-35"} <= clauses(case, Content.INVITATION, LetterType.DRAFT)
    case.do(IssueDraft(at=RECEIVED, because="prefers writing"), by="mia")
    made = composed(case, LetterType.DRAFT)
    assert "draft" in made.subject.lower()
    assert "It is not our final answer." in made.opening
    text = said(case, Content.INVITATION, LetterType.DRAFT)
    assert "You can talk about this draft with us." in text
    assert "You can also write back with your comments." in text
    assert "Please do so by Monday 16 November 2026." in text
    assert "Then we decide." in said(case, Content.NEXT_DATES, LetterType.DRAFT)


def test_council_37_an_answer_says_how_comments_on_the_draft_were_considered() -> None:
    case = investigated("council")
    case.do(IssueDraft(at=RECEIVED, because="prefers writing"), by="mia")
    case.do(RecordComment(comment="letter", at=RECEIVED), by="mia")
    case.do(ConsiderComment(comment="letter", how="The date of the visit was mended."), by="mia")
    assert "COUNCIL-37" in clauses(case, Content.FINDINGS)
    words = "You wrote to us about our draft on Monday 9 November 2026. We took it into account: The date of the visit"
    assert words in said(case, Content.FINDINGS)
    case.now += timedelta(days=8)
    case.do(EndDiscussion(how="held", at=RECEIVED), by="mia")
    case.do(ANSWER, by="mia")


def test_what_a_councils_other_services_are_asked_by_their_own_code_is_advice() -> None:
    case = without(investigated("council", matter="other"), outcome_sought="")
    assert lacks(case) == {"Letters: outcome sought": False}
    assert clauses(case, Content.REASONS) >= {"LGSCO response"}
    assert not any(clause.startswith("Code ") for content in Content for clause in clauses(case, content))


def test_council_11_there_is_always_a_written_answer() -> None:
    case = investigated("council")
    case.do(SendOutcome(at=RECEIVED, way="phone"), by="mia")
    assert "COUNCIL-11" in {each.clause for each in case.refused(Close(), by="mia")}
    case.do(ConfirmInWriting(at=RECEIVED), by="mia")
    case.do(Close(), by="mia")


@pytest.mark.parametrize("kind", ["policy", "training", "works", "service", "other"])
def test_council_20_council_21_every_action_has_its_kind_and_its_day(kind: str) -> None:
    action = {"action": "one", "kind": kind, "what": "a survey", "officer": "max", "contact": "01632 960123"}
    with pytest.raises(ValidationError, match="due_on"):
        AddAction.model_validate(action)
    assert AddAction.model_validate(action | {"due_on": "2026-11-27"}).kind == kind
