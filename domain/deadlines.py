"""When something is due, and why in one sentence (rules C2, contract "timeline"). Pure: the calendar is an argument."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from domain.calendars import Calendar, DayCount
from domain.uktime import end_of_local_day, format_day_month, format_short_date, local_date, to_local

_REMEMBERED: Final = 4_096
"""Periods kept at a time: the mails of a day ask for the same few dozen. All of a period is frozen: none gets stale."""


class ClockUnit(StrEnum):
    """The clocks of the contract: what a period is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    WEEKS = "weeks"
    MONTHS = "months"


class _Period(NamedTuple):
    """All that the end of a period of days depends on: the key by which it is remembered."""

    clock: ClockUnit
    amount: int
    event_on: date
    calendar: Calendar
    counted: DayCount
    deemed_next: bool
    roll_forward: bool


def due_at(
    clock: ClockUnit,
    amount: int,
    from_instant: datetime,
    calendar: Calendar,
    *,
    count: str = DayCount.DAY_ZERO,
    deemed_next: bool = False,
    roll_forward: bool = False,
) -> datetime:
    """The last instant at which a duty is met in time, or a window is open, in UTC.

    23:59:59 UK time on the last day; for hours the exact instant, as absolute elapsed time across nights, holidays and
    a change of the clock (rules B8, C2).

    Args:
        clock: what is counted.
        amount: how many of them, 0 or more.
        from_instant: the event, aware; its UK date is day 0 (or day 1).
        calendar: whose working days count, and whose years bound the answer.
        count: ``day_zero`` or ``day_one``. Under ``day_one`` a period of days, weeks or months includes the day of the
            event, so "30 days beginning when received" on 1 March ends on 30 March.
        deemed_next: an event on a non-working day is taken to happen on the next working day (by default off).
        roll_forward: a last day that is no working day moves to the next one. For the tenant's windows, never for the
            landlord's duties (rules C2). Hours never move.

    Raises:
        CalendarEnds: a date that is needed lies outside the calendar.
        ValueError: a negative amount, an unknown count, or an instant without a zone.
    """
    if clock is ClockUnit.HOURS:
        calendar.add_calendar_days(local_date(from_instant), amount // 24)  # refuses what no calendar can reach
        due = from_instant.astimezone(UTC) + timedelta(hours=amount)
        calendar.add_calendar_days(local_date(due), 0)
        return due
    return _end_of(
        _Period(clock, amount, local_date(from_instant), calendar, DayCount(count), deemed_next, roll_forward)
    )


def last_day(
    clock: ClockUnit,
    amount: int,
    day: date,
    calendar: Calendar,
    *,
    count: str = DayCount.DAY_ZERO,
    deemed_next: bool = False,
    roll_forward: bool = False,
) -> date:
    """The last day of a period that begins with an event on a day. Arguments and errors as of ``due_at``.

    Raises:
        ValueError: also for hours, which have no last day.
    """
    if deemed_next:
        day = calendar.next_working_day(day)
    last = _last_day(clock, amount, day, calendar, DayCount(count))
    return calendar.next_working_day(last) if roll_forward else last


def explain(
    clock: ClockUnit,
    amount: int,
    from_instant: datetime,
    calendar: Calendar,
    *,
    count: str = DayCount.DAY_ZERO,
    deemed_next: bool = False,
    roll_forward: bool = False,
) -> str:
    """Why ``due_at`` gives what it gives, in one sentence for staff; arguments and errors as there.

    For example "5 working days after Thu 24 Dec 2026, skipping 25 and 28 Dec, 1 Jan and weekends".
    """
    local = to_local(from_instant)
    if clock is ClockUnit.HOURS:
        return f"{_amount(clock, amount)} after {format_short_date(local.date())} {local:%H:%M}"
    return _explain(_Period(clock, amount, local.date(), calendar, DayCount(count), deemed_next, roll_forward))


@lru_cache(maxsize=_REMEMBERED)
def _end_of(period: _Period) -> datetime:
    clock, amount, day, calendar, count, deemed, roll = period
    return end_of_local_day(last_day(clock, amount, day, calendar, count=count, deemed_next=deemed, roll_forward=roll))


@lru_cache(maxsize=_REMEMBERED)
def _explain(period: _Period) -> str:
    clock, amount, event_on, calendar, count, deemed_next, roll_forward = period
    day = calendar.next_working_day(event_on) if deemed_next else event_on
    last = _last_day(clock, amount, day, calendar, count)
    parts = [_counted(clock, amount, day, calendar, count)]
    if day != event_on:
        parts.append(f"the next working day after {format_short_date(event_on)}")
    if clock is ClockUnit.WORKING_DAYS and (skipped := _skipped(day, last, calendar)):
        parts.append(f"skipping {skipped}")
    if roll_forward and (rolled := calendar.next_working_day(last)) != last:
        name = calendar.holiday_name(last)
        reason = f"{format_short_date(last)} ({name})" if name else format_short_date(last)
        parts.append(f"moved on from {reason} to {format_short_date(rolled)}")
    return ", ".join(parts)


def _counted(clock: ClockUnit, amount: int, day: date, calendar: Calendar, count: DayCount) -> str:
    """How many of what from when."""
    start = format_short_date(day)
    in_working_days = clock is ClockUnit.WORKING_DAYS
    if not amount:
        waits = in_working_days and not calendar.is_working_day(day)
        return f"on the first working day after {start}" if waits else f"on the day itself, {start}"
    if count is DayCount.DAY_ONE:
        first = calendar.next_working_day(day) if in_working_days else day
        return f"{_amount(clock, amount)} counting {format_short_date(first)} as day 1"
    return f"{_amount(clock, amount)} after {start}"


def _last_day(clock: ClockUnit, amount: int, day: date, calendar: Calendar, count: DayCount) -> date:
    """The last day before any rolling forward."""
    match clock:
        case ClockUnit.WORKING_DAYS:
            return calendar.add_working_days(day, amount, count=count)
        case ClockUnit.CALENDAR_DAYS:
            return calendar.add_calendar_days(day, amount, count=count)
        case ClockUnit.WEEKS:
            return calendar.add_calendar_days(day, 7 * amount, count=count)
        case ClockUnit.MONTHS:
            last = calendar.add_months(day, amount)
            return last - timedelta(days=1) if count is DayCount.DAY_ONE and amount else last
        case ClockUnit.HOURS:
            raise ValueError("a period of hours ends at an instant, not on a day")


def _amount(clock: ClockUnit, amount: int) -> str:
    words = clock.value.replace("_", " ")
    return f"{amount} {words.removesuffix('s') if amount == 1 else words}"


def _skipped(first: date, last: date, calendar: Calendar) -> str:
    """The non-working days after the first day of a period, up to its last: "25 and 28 Dec, 1 Jan and weekends"."""
    days = [first + timedelta(days=step) for step in range(1, (last - first).days)]
    holidays = [day for day in days if day.weekday() < 5 and not calendar.is_working_day(day)]  # noqa: PLR2004 - Saturday
    groups = [_month_group(group) for group in _by_month(holidays)]
    if any(day.weekday() >= 5 for day in days):  # noqa: PLR2004 - Saturday
        groups.append("weekends")
    return _listed(groups)


def _by_month(days: list[date]) -> list[list[date]]:
    groups: list[list[date]] = [[day] for day in days[:1]]
    for before, day in pairwise(days):
        if (before.year, before.month) == (day.year, day.month):
            groups[-1].append(day)
        else:
            groups.append([day])
    return groups


def _month_group(days: list[date]) -> str:
    return _listed([*(str(day.day) for day in days[:-1]), format_day_month(days[-1])])


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
