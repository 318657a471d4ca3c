"""A complaint is refused by a named person alone, on a ground, with evidence, and taken on after all."""

from datetime import date
from typing import Any

import pytest

from casework.acts import AssessVulnerability, Close, Escalate, SendOutcome
from casework.acts_refusing import AcceptComplaint, RefuseComplaint
from casework.clocks import clocks, deadlines, events_of
from casework.fold import begun
from casework.perform import Performed
from domain.cases import CaseState
from domain.labels import Kind
from tests.casework.cases import RECEIVED, Told, calendars, investigated, policies

LANDLORDS = ("ccbc", "poolplus", "council", "cestria", "group")
LATE = {"ccbc": "out_of_time"}
"""The ground of a time limit, where it is not ``over_12_months``."""


def refusal(ground: str = "already_considered", **fields: Any) -> RefuseComplaint:
    """A refusal that has all that every refusal needs."""
    given = {"evidence": "the letter of May", "reasons": "the same matter", "told_of_ombudsman": True}
    return RefuseComplaint(at=RECEIVED, ground=ground, **(given | fields))


def late(landlord: str, known_since: date | None, **fields: Any) -> RefuseComplaint:
    """A refusal of what happened in June 2024; the complaint is of November 2026."""
    ground = LATE.get(landlord, "over_12_months")
    return refusal(ground, happened_on=date(2024, 6, 1), known_since=known_since, **fields)


def assessed(landlord: str, **facts: Any) -> Told:
    """A complaint whose complainant's vulnerability was assessed."""
    case = Told(landlord, facts=facts)
    case.do(AssessVulnerability(found="asked; none known", support="none wanted"), by="mia")
    return case


def still_owed(case: Told) -> set[str]:
    policy = policies()[case.landlord]
    events = events_of(case.life, {}, {})
    rows = clocks(case.life, policy, calendars()[policy.calendar], events, channel="email", matter="housing")
    return {each.name for each in deadlines(rows, events)}


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_code_2_4_a_refusal_has_a_ground_evidence_reasons_the_ombudsman_and_a_senior_person(landlord: str):
    case = assessed(landlord)
    whole = late(landlord, date(2024, 6, 1), discretion="nobody can say any more what was said")
    for lacking in ({"ground": "busy"}, {"evidence": " "}, {"reasons": ""}, {"told_of_ombudsman": False}):
        assert case.refused(whole.model_copy(update=lacking), by="mia")
    assert any("more senior" in each.words for each in case.refused(whole, by="asha"))
    case.do(whole, by="mia")
    assert case.life.refused_at == RECEIVED


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_situation_217_what_the_tenant_learned_of_last_month_is_not_too_late(landlord: str):
    case = assessed(landlord)
    words = [each.words for each in case.refused(late(landlord, date(2026, 10, 9), discretion="long ago"), by="mia")]
    assert any("less than" in each for each in words)
    assert any("since when" in each.words for each in case.refused(late(landlord, None), by="mia"))


def test_situation_84_even_what_comes_too_late_may_be_taken_on():
    case = assessed("poolplus")
    assert any("all the same" in each.words for each in case.refused(late("poolplus", date(2024, 6, 1)), by="mia"))
    case.do(AcceptComplaint(reasons="he was in hospital"), by="mia")
    assert case.life.accepted


def test_code_2_3_the_limit_is_reckoned_to_the_day():
    case = assessed("group")
    day = RECEIVED.date().replace(year=2025)
    assert case.refused(refusal("over_12_months", happened_on=day, known_since=day, discretion="old"), by="mia")
    before = day.replace(day=day.day - 1)
    case.do(refusal("over_12_months", happened_on=before, known_since=before, discretion="old"), by="mia")


@pytest.mark.parametrize("landlord", ["poolplus", "council", "cestria", "group"])
def test_situation_111_a_letter_of_claim_is_no_ground_and_a_filed_claim_is(landlord: str):
    case = assessed(landlord)
    claim = refusal("court_claim_filed")
    assert {"Code 2.2"} == {each.clause for each in case.refused(claim, by="mia")}
    case.do(claim.model_copy(update={"filed_on": date(2026, 10, 1)}), by="mia")


def test_pool_11_banding_is_refused_by_a_person_who_names_the_council():
    case = assessed("poolplus")
    banding = refusal("banding", evidence="the scheme's rules", reasons="the council decides on bands")
    assert {each.clause for each in case.refused(banding, by="mia")} == {"POOL-11"}
    case.do(banding.model_copy(update={"whom_to_ask": "the council's housing options team, 01632 960400"}), by="mia")


def test_pool_32_that_policy_was_followed_is_no_ground_for_a_new_complaint():
    assert assessed("poolplus").refused(refusal("followed_policy"), by="mia")


def test_group_33_group_35_group_36_an_unreasonable_complaint_is_refused_by_a_person_after_an_assessment():
    case = Told("group")
    unreasonable = refusal("unreasonable", how="repetitive", evidence="the thirtieth letter on the same matter")
    assert {each.clause for each in case.refused(unreasonable, by="mia")} == {"GROUP-36"}
    case.do(AssessVulnerability(found="anxious", support="one named contact"))
    for lacking in ({"how": ""}, {"reasons": ""}, {"evidence": ""}, {"told_of_ombudsman": False}):
        found = case.refused(unreasonable.model_copy(update=lacking), by="mia")
        assert {each.clause for each in found} == {"GROUP-33"}
    assert {each.clause for each in case.refused(unreasonable, by="asha")} == {"GROUP-33"}
    case.do(unreasonable, by="mia")
    assert case.life.refused_for == "unreasonable"


def test_a_refusal_answers_the_complaint_and_closing_is_for_a_person():
    case = assessed("cestria")
    assert "respond" in still_owed(case)
    case.do(refusal(), by="mia")
    assert "respond" not in still_owed(case)
    assert case.life.state is CaseState.OPEN
    case.do(Close(), by="mia")
    case.do(AcceptComplaint(reasons="the Ombudsman says so"), by="mia")
    assert case.life.state is CaseState.OPEN
    assert "respond" in still_owed(case)


def test_group_31_a_refusal_can_be_appealed_against_and_stage_2_is_owed_its_answer():
    case = assessed("group")
    case.do(refusal(), by="mia")
    appeal = case.do(Escalate(at=case.now))
    assert isinstance(appeal, Performed)
    assert "respond" in still_owed(case)


def test_what_is_no_complaint_or_was_answered_is_not_refused():
    request = Told("cestria", life=begun(RECEIVED, Kind.SERVICE_REQUEST))
    assert "no complaint" in request.refused(refusal(), by="mia")[0].words
    answered = investigated("cestria")
    answered.do(SendOutcome(at=RECEIVED, way="email"), by="mia")
    assert "was taken on" in answered.refused(refusal(), by="mia")[0].words
    refused = assessed("cestria")
    refused.do(refusal(), by="mia")
    assert "refused already" in refused.refused(refusal(), by="mia")[0].words
    assert "take it on first" in refused.refused(SendOutcome(at=RECEIVED, way="email"), by="mia")[0].words
    assert "note why" in refused.refused(AcceptComplaint(reasons=""), by="mia")[0].words
