"""Clocks that count from the acknowledgement (Code 6.3, 6.14): it leaves in the same second, so they run from now."""

from datetime import date

import pytest

from domain.decisions import Decision
from domain.duties import duties_owed
from domain.labels import Allegation, Intent, Kind
from domain.uktime import format_date, local_date
from router.decide import decide
from tests.builders import NOW, a_case, a_policy, a_situation, asked, calendars, known
from tests.router.looking import owed

LANDLORDS = ("ccbc", "cestria", "council", "group", "poolplus")


def told(decision: Decision, name: str = "respond_on") -> str:
    """The date that the acknowledgement tells."""
    return next(draft.values[name] for draft in decision.effects.drafts if draft.meets == "acknowledge")


@pytest.mark.parametrize("landlord", ["council", "group"])
def test_the_answer_is_due_ten_working_days_after_the_acknowledgement_that_goes_out_now(landlord: str):
    decision = decide(a_situation("broken", policy=a_policy(landlord)))
    assert local_date(owed(decision, "respond").due_at) == date(2026, 11, 23)
    assert told(decision) == "Monday 23 November 2026"


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_what_is_told_what_is_kept_and_what_timeline_says_are_one_date(landlord: str):
    policy = a_policy(landlord)
    situation = a_situation("broken", policy=policy)
    decision = decide(situation)
    kept = owed(decision, "respond")
    rows = duties_owed(
        policy,
        calendars()[policy.calendar],
        kind=Kind.COMPLAINT,
        channel="sms",
        received_at=NOW,
        events={"acknowledged": situation.now},
    )
    assert kept.due_at == next(row.due for row in rows if (row.name, row.stage) == ("respond", 1) and row.effective)
    assert told(decision) == format_date(local_date(kept.due_at), "en")


def test_where_no_acknowledgement_goes_out_the_clock_is_planned_from_the_day_on_which_one_is_due():
    situation = a_situation("broken", policy=a_policy("group"))
    decision = decide(situation.model_copy(update={"sender": known(opted_out=True)}))
    kept = owed(decision, "respond")
    assert (decision.effects.drafts, local_date(kept.due_at), kept.planned) == ((), date(2026, 11, 30), True)


def test_a_clock_stays_marked_as_planned_until_the_acknowledgement_has_left():
    decision = decide(a_situation("broken", policy=a_policy("group")))
    planned = {(each.name, each.counted_from): each.planned for each in decision.effects.obligations}
    assert planned["respond", "acknowledged"] is True
    assert planned["acknowledge", "received"] is False


@pytest.mark.parametrize("landlord", ["council", "group"])
def test_the_answer_of_stage_two_is_due_twenty_working_days_after_its_acknowledgement(landlord: str):
    answered = a_case(response_sent=True)
    decision = decide(
        a_situation("not happy", intent=Intent.ESCALATE, own_cases=(answered,), policy=a_policy(landlord))
    )
    code = [each for each in decision.effects.obligations if each.counted_from == "stage2_acknowledged"]
    assert {local_date(each.due_at) for each in code} == {date(2026, 12, 7)}
    assert told(decision) == format_date(local_date(owed(decision, "respond", 2).due_at), "en")


def test_a_request_that_becomes_a_complaint_is_answered_within_ten_days_of_its_acknowledgement():
    request = a_case(kind=Kind.SERVICE_REQUEST, received_at=NOW)
    decision = decide(
        a_situation("COMPLAINT", own_cases=(request,), question=asked(case=request), policy=a_policy("group"))
    )
    assert local_date(owed(decision, "respond").due_at) == date(2026, 11, 23)


def test_a_complaint_sent_straight_to_stage_two_counts_from_its_acknowledgement_too():
    decision = decide(a_situation("he took it", allegation=Allegation.CRIME))
    code = [each for each in decision.effects.obligations if each.counted_from == "stage2_acknowledged"]
    assert {local_date(each.due_at) for each in code} == {date(2026, 12, 7)}
