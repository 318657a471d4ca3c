"""By when a person must look: the classes of situations.md section 0 as moments of a landlord's calendar."""

from datetime import date, datetime, time, timedelta
from typing import Final

from domain.calendars import Calendar
from domain.decisions import NewTask, PersonBy, Situation
from domain.errors import CalendarError
from domain.uktime import local_date, local_instant

CLOSE_OF_WORK: Final = time(17)
_HOUR: Final = timedelta(hours=1)
_DAYS: Final = {PersonBy.ONE_WORKING_DAY: 1, PersonBy.NORMAL: 3}
_ORDER: Final = tuple(PersonBy)


def due_for(by: PersonBy, calendar: Calendar, now: datetime) -> datetime:
    """The latest moment for a class.

    Now; in an hour; 17:00 today (an hour from now if that is later); 17:00 on the first or third working day.
    """
    if by is PersonBy.NOW:
        return now
    if by is PersonBy.ONE_HOUR:
        return now + _HOUR
    today = local_date(now)
    if by is PersonBy.SAME_DAY:
        return max(local_instant(today, CLOSE_OF_WORK), now + _HOUR)
    return local_instant(_working_day(calendar, today, _DAYS[by]), CLOSE_OF_WORK)


def _working_day(calendar: Calendar, day: date, amount: int) -> date:
    try:
        return calendar.add_working_days(day, amount)
    except CalendarError:
        return day + timedelta(days=amount)


def a_task(situation: Situation, kind: str, reason: str, by: PersonBy, team: str = "") -> NewTask:
    """A task with its due time, for the sorters where no team is named."""
    return NewTask(
        kind=kind,
        reason=reason,
        by=by,
        due_at=due_for(by, situation.calendar, situation.now),
        team=team or situation.policy.teams.get("sorting", ""),
    )
