"""The clocks that the law starts for a route that a person set, and the duties of law that a person met (rules B9)."""

from collections.abc import Iterator

from casework.life import Life
from domain.calendars import Calendar
from domain.clauses import LawfulClock
from domain.deadlines import due_at, explain
from domain.duties import DutyRow
from domain.policies import Policy
from domain.uktime import local_date
from domain.values import Instant


def lawful_clocks(life: Life, policy: Policy, calendar: Calendar) -> Iterator[DutyRow]:
    """One row a clock of each route on which the case is, from when its request came.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    for route in life.routes:
        if not route.left:
            yield from lawful_rows(policy, calendar, route.route, route.since)


def lawful_rows(policy: Policy, calendar: Calendar, matter: str, at: Instant) -> Iterator[DutyRow]:
    """The clocks that a special matter starts when it comes.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    for clock in policy.lawful_clocks:
        if clock.matter == matter and clock.is_in_force(local_date(at)):
            yield _row(clock, at, policy, calendar.national)


def _row(clock: LawfulClock, at: Instant, policy: Policy, calendar: Calendar) -> DutyRow:
    count, roll = clock.count, clock.roll_forward
    return DutyRow(
        name=clock.name,
        stage=0,
        due=due_at(clock.clock, clock.amount, at, calendar, count=count, roll_forward=roll),
        clock=clock.clock,
        amount=clock.amount,
        counted_from="received",
        from_at=at,
        basis=clock.basis.clause,
        owner=policy.teams.get("data_protection", policy.teams["complaints"]),
        explanation=explain(clock.clock, clock.amount, at, calendar, count=count, roll_forward=roll),
        source="law",
    )
