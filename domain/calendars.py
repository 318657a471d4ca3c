"""Working-day calendars as values, and the arithmetic of dates on them (rules C1, C2).

``parse_calendar`` reads the text of ``config/calendars/<name>.toml``; opening files is the caller's business.
The shape of the text::

    name = "scotland"
    first_year = 2025
    last_year = 2030

    [holidays]
    2026-01-02 = "2nd January"

Only weekdays need to be listed: Saturdays and Sundays are never working days.
"""

import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from pydantic import ValidationError

from domain.errors import CalendarEnds, CalendarError
from domain.uktime import format_short_date
from domain.values import Value

_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_REFRESH: Final = "refresh the calendars with `python -m app.write_calendars`"


class DayCount(StrEnum):
    """How the days of a period are counted (rules C2)."""

    DAY_ZERO = "day_zero"
    """The day of the event is day 0; day 1 is the first day after it. The Housing Ombudsman's Code; the default."""
    DAY_ONE = "day_one"
    """The day of the event is day 1, or the next working day where it is none. The SPSO's model procedure."""


class Holiday(Value):
    """One day on which offices are closed, and why."""

    day: date
    name: str


class Calendar(Value):
    """The working days of one country, or of one landlord in it.

    Every method raises ``CalendarEnds`` for a date outside ``first_year`` to ``last_year``: past its end a calendar
    would count unknown bank holidays as working days.
    """

    name: str
    first_year: int
    last_year: int
    holidays: frozenset[Holiday]
    """Bank holidays."""
    extra_closures: frozenset[Holiday] = frozenset()
    """A landlord's own closing days: its own promises wait for them, no regime's clock does (rules C2)."""

    @cached_property
    def _names(self) -> dict[date, str]:
        return {closure.day: closure.name for closure in (*self.extra_closures, *self.holidays)}

    @property
    def national(self) -> "Calendar":
        """This calendar without a landlord's own days: what the law and every regime count by."""
        return self._national if self.extra_closures else self

    @cached_property
    def _national(self) -> "Calendar":
        return self._closed_on(frozenset())

    def with_closures(self, closures: Iterable[Holiday]) -> "Calendar":
        """This calendar with a landlord's own days added."""
        added = frozenset(closures)
        return self._closed_on(self.extra_closures | added) if added else self

    def holiday_name(self, day: date) -> str | None:
        """What a day is called if offices are closed on it, else None. Weekends have no name of their own."""
        return self._names.get(self._covered(day))

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, and neither a bank holiday nor a closure of this calendar."""
        return self._covered(day).weekday() < _SATURDAY and day not in self._names

    def next_working_day(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The last working day strictly before a day, as a reminder "one working day before" needs it."""
        day -= _ONE_DAY
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def add_working_days(
        self, day: date, amount: int, *, count: str = DayCount.DAY_ZERO, deemed_next: bool = False
    ) -> date:
        """The last day of a period of working days.

        Args:
            day: the day of the event, working day or not.
            amount: 0 or more; with 0 the period is that same day, or the next working day where it is none.
            count: ``day_zero`` or ``day_one`` (``DayCount``).
            deemed_next: an event on a non-working day is taken to happen on the next working day, which gives one
                more day under ``day_zero`` (rules C2; by default off).

        Raises:
            ValueError: a negative amount, or an unknown count.
        """
        steps = _steps(amount, count)
        if deemed_next or steps < amount or amount == 0:
            day = self.next_working_day(day)
        self._covered(day)
        for _ in range(steps):
            day = self.next_working_day(day + _ONE_DAY)
        return day

    def add_calendar_days(self, day: date, amount: int, *, count: str = DayCount.DAY_ZERO) -> date:
        """The last day of a period of days; under ``day_one`` the day of the event is the first of them.

        Raises:
            ValueError: a negative amount, or an unknown count.
        """
        steps = _steps(amount, count)
        self._covered(day)
        # A step past the last year cannot be covered; asking for it by way of date.max would overflow instead.
        return self._covered(date.fromordinal(min(day.toordinal() + steps, date.max.toordinal())))

    def add_months(self, day: date, amount: int) -> date:
        """The corresponding date that many months later; where there is none, the last day of that month (rules C2).

        Raises:
            ValueError: a negative amount.
        """
        years, month = divmod(self._covered(day).month - 1 + _steps(amount, DayCount.DAY_ZERO), 12)
        if day.year + years > self.last_year:
            raise CalendarEnds(self._ends(str(day.year + years)))
        first = date(day.year + years, month + 1, 1)
        following = first + timedelta(days=32)
        length = (following.replace(day=1) - first).days
        return first.replace(day=min(day.day, length))

    def _closed_on(self, closures: frozenset[Holiday]) -> "Calendar":
        """Made anew: a copy would keep the names of the days that were."""
        return Calendar(
            name=self.name,
            first_year=self.first_year,
            last_year=self.last_year,
            holidays=self.holidays,
            extra_closures=closures,
        )

    def _covered(self, day: date) -> date:
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarEnds(self._ends(format_short_date(day)))
        return day

    def _ends(self, asked: str) -> str:
        return f"the calendar {self.name} covers {self.first_year} to {self.last_year}, not {asked}: {_REFRESH}"


def parse_calendar(text: str) -> Calendar:
    """The calendar that a TOML text describes (see the top of this file).

    Raises:
        CalendarError: it is no TOML, a key is missing or unknown, or a date is none or outside the years covered.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CalendarError(f"a calendar is not valid TOML: {error}") from error
    try:
        calendar = Calendar.model_validate(
            content
            | {"holidays": _closures(content, "holidays"), "extra_closures": _closures(content, "extra_closures")}
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CalendarError(f"a calendar's {place} is wrong: {first['msg']}") from error
    if not calendar.holidays or calendar.first_year > calendar.last_year:
        raise CalendarError(f"the calendar {calendar.name} lists no holiday or covers no year")
    for closure in calendar.holidays | calendar.extra_closures:
        if not calendar.first_year <= closure.day.year <= calendar.last_year:
            raise CalendarError(f"the calendar {calendar.name} lists {closure.day}, outside the years it covers")
    return calendar


def _steps(amount: int, count: str) -> int:
    """How many days to move on from the day of the event."""
    if amount < 0:
        raise ValueError("a period is not negative")
    return amount - 1 if DayCount(count) is DayCount.DAY_ONE and amount else amount


def _closures(content: dict[str, Any], key: str) -> frozenset[Holiday]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise CalendarError(f"a calendar's {key} is a table of dates and names")
    try:
        return frozenset(Holiday(day=date.fromisoformat(day), name=name) for day, name in table.items())
    except ValueError as error:
        raise CalendarError(f"a calendar's {key} holds a line that is not a date and a name") from error
