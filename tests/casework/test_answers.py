"""What has to be so before an answer leaves, a stage is put off or refused, or a case is closed."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.acts import (
    AddAction,
    AddEvidence,
    AddPoint,
    ApproveRemedy,
    AssessVulnerability,
    Assign,
    Close,
    CompleteAction,
    ConfirmInWriting,
    ConsiderComment,
    ConsiderEvidence,
    Decide,
    EndDiscussion,
    Extend,
    HandleSpecially,
    IssueDraft,
    LogContact,
    ProposeRemedy,
    RecordComment,
    RefuseEscalation,
    Reopen,
    ResolveQuickly,
    SendOutcome,
    SetKind,
    StateFault,
    Withdraw,
)
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from domain.labels import Kind
from tests.casework.cases import RECEIVED, Told, investigated

LANDLORDS = ("ccbc", "poolplus", "council", "cestria", "group")
OUTCOME = SendOutcome(at=RECEIVED, way="email")
REFUSAL = RefuseEscalation(
    ground="already_considered", evidence="the letter of May", reasons="the same matter", told_of_ombudsman=True
)


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_an_answer_that_has_all_it_needs_leaves_and_the_case_can_be_closed(landlord: str):
    case = investigated(landlord)
    assert case.do(OUTCOME, by="mia").warnings == ()
    case.do(Close(), by="mia")


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_code_6_7_group_26_an_answer_without_a_decision_on_each_point_does_not_leave(landlord: str):
    case = investigated(landlord)
    case.do(AddPoint(point="manners", words="the man was rude"), by="mia")
    assert any("manners" in each.words for each in case.refused(OUTCOME, by="mia"))


def test_group_24_nothing_is_decided_before_its_facts_are_looked_into():
    case = Told("group")
    case.do(AddPoint(point="boiler", words="no heating"))
    decide = Decide(point="boiler", verdict=Verdict.UPHELD, reasons="because")
    assert {each.clause for each in case.refused(decide)} == {"GROUP-24"}


def test_ccbc_8_every_point_is_looked_into():
    case = investigated("ccbc")
    case.do(AddPoint(point="manners", words="rude"), by="mia")
    assert "CCBC-8" in case.clauses(OUTCOME, by="mia")


@pytest.mark.parametrize("landlord", ["ccbc", "poolplus", "council", "cestria", "group"])
def test_ccbc_20_code_5_8_evidence_that_nobody_looked_at_holds_the_answer_back(landlord: str):
    case = investigated(landlord)
    case.do(AddEvidence(evidence="photo 1", what="black mould"), by="mia")
    assert any("photo 1" in each.words for each in case.refused(OUTCOME, by="mia"))
    case.do(ConsiderEvidence(evidence="photo 1", relevant=False, note="another flat"), by="mia")
    case.do(OUTCOME, by="mia")


def test_council_7_fault_is_stated_also_where_nothing_is_upheld():
    case = investigated("council")
    case.life = case.life.model_copy(update={"fault": None})
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["COUNCIL-7"]


def test_council_29_no_final_answer_before_an_opportunity_to_discuss():
    case = investigated("council")
    stage = case.life.stage.model_copy(update={"discussion_ended_at": None})
    case.life = case.life.model_copy(update={"stages": (stage,)})
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["COUNCIL-29"]
    case.do(EndDiscussion(how="declined", at=RECEIVED), by="mia")
    case.do(OUTCOME, by="mia")


def test_council_29_holds_for_housing_matters_alone():
    case = investigated("council", matter="other")
    stage = case.life.stage.model_copy(update={"discussion_ended_at": None})
    case.life = case.life.model_copy(update={"stages": (stage,)})
    case.do(OUTCOME, by="mia")


def test_council_31_a_draft_instead_of_a_talk_needs_its_reason_or_two_attempts():
    case = Told("council")
    draft = IssueDraft(at=RECEIVED, because="")
    assert [each.clause for each in case.refused(draft)] == ["COUNCIL-31"]
    case.do(LogContact(at=RECEIVED, way="phone", reached=False))
    assert case.refused(draft)
    case.now += timedelta(days=1)
    case.do(LogContact(at=RECEIVED + timedelta(days=1), way="phone", reached=False))
    case.do(draft)


def test_council_37_every_reply_to_the_draft_is_considered_first():
    case = investigated("council")
    case.do(IssueDraft(at=RECEIVED, because="prefers writing"), by="mia")
    case.do(RecordComment(comment="letter of Monday", at=RECEIVED), by="mia")
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["COUNCIL-37"]
    case.do(ConsiderComment(comment="letter of Monday", how="the date was mended"), by="mia")
    case.do(OUTCOME, by="mia")


def test_council_35_the_time_for_comments_is_left_to_the_tenant():
    case = investigated("council")
    case.do(IssueDraft(at=RECEIVED, because="prefers writing"), by="mia")
    case.owes("comment_window", RECEIVED + timedelta(days=7))
    assert "not over" in case.refused(OUTCOME, by="mia")[0].words
    case.now = RECEIVED + timedelta(days=8)
    case.do(OUTCOME, by="mia")


def test_pool_27_the_manager_talks_or_tries_on_two_days_before_the_letter():
    case = investigated("poolplus")
    stage = case.life.stage.model_copy(update={"discussed": False})
    case.life = case.life.model_copy(update={"stages": (stage,)})
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["POOL-27"]


def test_pool_23_the_tenant_is_asked_how_it_could_be_resolved():
    case = investigated("poolplus")
    case.life = case.life.model_copy(update={"outcome_sought": ""})
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["POOL-23"]


@pytest.mark.parametrize(("landlord", "clause"), [("poolplus", "POOL-28"), ("ccbc", "CCBC-26")])
def test_pool_28_ccbc_26_what_was_learnt_is_in_the_answer(landlord: str, clause: str):
    case = investigated(landlord)
    case.life = case.life.model_copy(update={"learning": ""})
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == [clause]


def test_cestria_9_learning_is_asked_for_and_holds_nothing_back():
    case = investigated("cestria")
    case.life = case.life.model_copy(update={"learning": ""})
    assert [each.clause for each in case.do(OUTCOME, by="mia").warnings] == ["CESTRIA-9"]


def test_cestria_50_what_is_upheld_gets_a_remedy_that_fits_the_harm():
    case = investigated("cestria", Verdict.UPHELD)
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["CESTRIA-50"]
    case.do(
        ProposeRemedy(remedy="sorry", kind=RemedyKind.APOLOGY, what="we are sorry", proportionate_because="a week"),
        by="mia",
    )
    case.do(OUTCOME, by="mia")


def test_cestria_52_a_director_decides_on_remedies():
    case = investigated("cestria", Verdict.UPHELD)
    boiler = ProposeRemedy(remedy="boiler", kind=RemedyKind.ACTION, what="a new one", proportionate_because="cold")
    case.do(boiler, by="mia")
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["CESTRIA-52"]
    case.do(ApproveRemedy(remedy="boiler"), by="mia")
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["CESTRIA-52"]
    case.do(ApproveRemedy(remedy="boiler"), by="dee")
    case.do(OUTCOME, by="mia")


def test_cestria_54_a_payment_needs_the_chief_executive_and_the_chairs_view_as_well():
    case = investigated("cestria", Verdict.UPHELD)
    money = ProposeRemedy(
        remedy="money", kind=RemedyKind.PAYMENT, what="for heaters", pence=10_000, proportionate_because="bills"
    )
    case.do(money, by="mia")
    case.do(ApproveRemedy(remedy="money"), by="dee")
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["CESTRIA-54"]
    case.do(ApproveRemedy(remedy="money"), by="chi")
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["CESTRIA-54"]
    case.do(ApproveRemedy(remedy="money", consulted="cath", view="she agrees"), by="chi")
    case.do(OUTCOME, by="mia")


def test_group_23_what_is_upheld_is_talked_over_with_the_complainant():
    case = investigated("group", Verdict.PARTLY_UPHELD)
    case.do(
        ProposeRemedy(remedy="sorry", kind=RemedyKind.APOLOGY, what="we are sorry", proportionate_because="a week"),
        by="mia",
    )
    stage = case.life.stage.model_copy(update={"discussed": False})
    case.life = case.life.model_copy(update={"stages": (stage,)})
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["GROUP-23"]


def test_group_13_arrangements_for_a_vulnerable_person_come_before_the_answer():
    case = investigated("group", needs_support=True)
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == ["GROUP-13"]
    case.do(AssessVulnerability(found="deaf", support="a text first, then a visit"), by="mia")
    case.do(OUTCOME, by="mia")


@pytest.mark.parametrize(("landlord", "clause"), [("ccbc", "CCBC-23"), ("council", "COUNCIL-32")])
def test_ccbc_23_council_32_the_answer_goes_by_the_preferred_form_or_says_why_not(landlord: str, clause: str):
    case = investigated(landlord, preferred_way="letter")
    assert [each.clause for each in case.refused(OUTCOME, by="mia")] == [clause]
    case.do(SendOutcome(at=RECEIVED, way="email", instead_of_preferred="asked for it today"), by="mia")


@pytest.mark.parametrize(
    ("landlord", "clause"),
    [("council", "COUNCIL-11"), ("cestria", "CESTRIA-8"), ("poolplus", "POOL-28"), ("group", "GROUP-25")],
)
def test_council_12_cestria_8_group_25_what_was_said_by_telephone_is_confirmed_in_writing(landlord: str, clause: str):
    case = investigated(landlord)
    case.do(SendOutcome(at=RECEIVED, way="phone"), by="mia")
    assert clause in {each.clause for each in case.refused(Close(), by="mia")}
    case.do(ConfirmInWriting(at=RECEIVED), by="mia")
    case.do(Close(), by="mia")


@pytest.mark.parametrize("landlord", ["ccbc", "poolplus", "council", "cestria", "group"])
def test_ccbc_3_no_complaint_is_closed_before_its_outcome_is_told(landlord: str):
    case = investigated(landlord)
    assert any("outcome" in each.words for each in case.refused(Close(), by="mia"))


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_complaint_that_was_taken_back_or_settled_there_and_then_is_closed_without(landlord: str):
    taken_back, settled = Told(landlord), Told(landlord)
    taken_back.do(Withdraw(words="never mind, it is fixed", at=RECEIVED))
    taken_back.do(Close())
    settled.do(ResolveQuickly(done="key was brought", apologised=True, accepted=True))
    settled.do(Close())


def test_what_is_no_complaint_needs_no_outcome():
    case = Told("cestria")
    case.do(SetKind(kind=Kind.COMMENT))
    case.do(Close())


def test_a_closed_case_is_reopened_before_anything_else_is_done():
    case = investigated("cestria")
    case.do(OUTCOME, by="mia")
    case.do(Close(), by="mia")
    assert "reopen" in case.refused(StateFault(fault=Fault.YES), by="mia")[0].words
    case.do(Reopen(reason="a new letter"), by="mia")
    case.do(StateFault(fault=Fault.YES), by="mia")


DUE = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)


def test_code_6_4_ten_working_days_more_need_no_further_reason_and_eleven_do():
    case = Told("cestria")
    case.owes("respond", DUE)
    ten = datetime(2026, 12, 7, 12, tzinfo=UTC)
    eleven = datetime(2026, 12, 8, 12, tzinfo=UTC)
    assert [each.clause for each in case.refused(Extend(to=eleven, reason="complex"))] == ["Code 6.4"]
    case.do(Extend(to=eleven, reason="complex", good_reason="the tenant is in hospital and asked for it"))
    again = Told("cestria")
    again.owes("respond", DUE)
    again.do(Extend(to=ten, reason="complex"))


def test_situation_214_code_6_4_an_extension_is_told_before_the_answer_is_due():
    case = Told("cestria")
    case.owes("respond", DUE)
    case.now = DUE + timedelta(hours=1)
    assert "due already" in case.refused(Extend(to=DUE + timedelta(days=5), reason="complex"))[0].words
    assert "no answer is owed" in Told("group").refused(Extend(to=DUE, reason="complex"))[0].words


def test_pool_32_code_5_11_a_refusal_has_a_ground_evidence_reasons_and_the_ombudsman():
    case = investigated("poolplus")
    case.do(OUTCOME, by="mia")
    for lacking in ({"ground": "we are busy"}, {"evidence": ""}, {"reasons": ""}, {"told_of_ombudsman": False}):
        assert "POOL-32" in {each.clause for each in case.refused(REFUSAL.model_copy(update=lacking), by="mia")}
    assert "more senior" in case.refused(REFUSAL, by="asha")[0].words
    case.do(REFUSAL, by="mia")
    assert case.life.stage.escalation_refused
    assert case.life.stage.number == 1


def test_group_36_no_special_handling_before_vulnerability_is_assessed():
    case = Told("group")
    special = HandleSpecially(reasons="forty letters a week", review_on=DUE.date())
    assert [each.clause for each in case.refused(special)] == ["GROUP-36"]
    case.do(AssessVulnerability(found="none known; asked", support="one named contact"))
    case.do(special)
    assert case.life.special


def test_times_before_receipt_and_in_the_future_are_no_times_of_a_case():
    case = Told("cestria")
    early = LogContact(at=RECEIVED - timedelta(days=1), way="phone", reached=True)
    late = LogContact(at=RECEIVED + timedelta(days=1), way="phone", reached=True)
    assert "before the case was received" in case.refused(early)[0].words
    assert "future" in case.refused(late)[0].words


def test_no_words_of_anybody_are_in_what_a_log_could_show():
    case = investigated("cestria")
    shown = repr(case.life) + repr(case.record)
    for words in ("no heating for a week", "two visits were missed", "a new boiler", "the day before"):
        assert words not in shown


def test_situation_215_code_6_6_the_answer_leaves_when_it_is_known_and_the_works_are_followed_through_after_it():
    case = investigated("council")
    works = AddAction(
        action="boiler",
        kind=ActionKind.WORKS,
        what="a new boiler",
        officer="mia",
        contact="01632 960001",
        due_on=DUE.date() + timedelta(days=30),
    )
    case.do(works, by="mia")
    case.do(OUTCOME, by="mia")
    case.do(Close(), by="mia")
    (open_action,) = case.life.actions
    assert open_action.done_on is None
    case.do(CompleteAction(action="boiler", on=DUE.date() + timedelta(days=20)), by="mia")
    assert case.life.actions[0].done_on == DUE.date() + timedelta(days=20)


def test_situation_213_a_handler_who_leaves_is_followed_by_another_without_losing_a_date():
    case = investigated("council")
    case.do(Assign(to=("ben",)), by="dee")
    assert case.life.stage.handlers == ("ben",)
    assert case.life.stage.requested_at == RECEIVED
