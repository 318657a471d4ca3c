"""The clocks that the law starts are the policy's data, not the router's (rules B9)."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.calendars import Holiday
from domain.labels import Allegation, Matter
from domain.uktime import local_date
from router.decide import decide
from tests.builders import NOW, a_policy, a_situation, calendars
from tests.router.looking import names_owed, owed

ERASURE, DP_COMPLAINT = "answer_erasure", "acknowledge_dp_complaint"


def test_the_clock_runs_as_the_policy_says() -> None:
    policy = a_policy()
    longer = tuple(
        clock.model_copy(update={"amount": 2}) if clock.name == ERASURE else clock for clock in policy.lawful_clocks
    )
    situation = a_situation(
        "delete it", matters=(Matter.ERASURE,), policy=policy.model_copy(update={"lawful_clocks": longer})
    )
    assert local_date(owed(decide(situation), ERASURE, 0).due_at).isoformat() == "2027-01-11"


def test_the_law_waits_for_no_closing_day_of_the_landlords() -> None:
    plain = decide(a_situation("delete it", matters=(Matter.ERASURE,)))
    last_day = local_date(owed(plain, ERASURE, 0).due_at)
    shut = calendars()["england-and-wales"].with_closures([Holiday(day=last_day, name="Training")])
    closed = decide(a_situation("delete it", matters=(Matter.ERASURE,), calendar=shut))
    assert owed(closed, ERASURE, 0).due_at == owed(plain, ERASURE, 0).due_at


@pytest.mark.parametrize(("day", "runs"), [(18, False), (19, True)])
def test_a_data_complaint_is_acknowledged_by_law_from_19_june_2026_on(day: int, *, runs: bool) -> None:
    received = datetime(2026, 6, day, 10, tzinfo=UTC)
    decision = decide(a_situation("my data", matters=(Matter.DP_COMPLAINT,), received_at=received, now=received))
    assert ((DP_COMPLAINT, 0) in names_owed(decision)) is runs
    assert ("assess_breach", 0) in names_owed(decision)


def test_a_breach_that_is_alleged_and_complained_of_is_weighed_once() -> None:
    both = a_situation("leaked", matters=(Matter.DP_COMPLAINT,), allegation=Allegation.DATA_BREACH)
    weighed = [each for each in decide(both).effects.obligations if each.name == "assess_breach"]
    assert [each.due_at for each in weighed] == [NOW + timedelta(hours=72)]


def test_a_breach_that_is_only_alleged_is_weighed_in_72_hours() -> None:
    decision = decide(a_situation("leaked", allegation=Allegation.DATA_BREACH))
    assert owed(decision, "assess_breach", 0).due_at == NOW + timedelta(hours=72)
    assert (DP_COMPLAINT, 0) not in names_owed(decision)
