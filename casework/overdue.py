"""Whom to tell each day of what is overdue: whoever owes it, the role of its stage, then the one above it."""

from datetime import datetime, timedelta
from typing import Final

from domain.calendars import Calendar
from domain.policies import Policy
from domain.uktime import local_date

SENIOR_AFTER: Final = 3
"""Working days overdue from which the one above the stage's role hears of it too: the house's default."""


def working_days_late(calendar: Calendar, due_at: datetime, now: datetime) -> int:
    """How many working days have begun since the last day on which it was in time.

    Raises:
        CalendarEnds: a day lies outside the calendar.
    """
    day, today = local_date(due_at), local_date(now)
    days = (day + timedelta(days=step) for step in range(1, (today - day).days + 1))
    return sum(calendar.is_working_day(each) for each in days)


def told_of_overdue(policy: Policy, *, owner: str, stage: int, days_late: int) -> tuple[str, ...]:
    """The teams and roles, in the policy's words, the first first and nobody twice.

    Args:
        policy: whose stages name the roles.
        owner: the team that owes it.
        stage: the duty's; 0 where it belongs to none, which counts as the first.
        days_late: working days.
    """
    roles = {each.number: each.who for each in policy.stages}
    number = max(stage, 1)
    told = [owner, roles.get(number, "")]
    if days_late >= SENIOR_AFTER:
        told.append(roles.get(number + 1, ""))
    return tuple(dict.fromkeys(filter(None, told)))
