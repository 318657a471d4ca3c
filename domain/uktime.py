"""UK local time. The only file that knows Europe/London: every local date, day's end and written date comes from here.

Instants go in aware and come out in UTC. Nothing here reads the clock.
"""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
"""One zone for all four countries; the data comes from the ``tzdata`` package where the system has none."""

END_OF_DAY: Final = time(23, 59, 59)
"""The due moment of a day (rules C2): the last whole second, local time."""

_ENGLISH_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WELSH_DAYS: Final = ("dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul")
_ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WELSH_MONTHS: Final = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)


def to_local(instant: datetime) -> datetime:
    """The same instant on a UK clock.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.utcoffset() is None:
        raise ValueError("a time without a zone is ambiguous; give an aware datetime")
    return instant.astimezone(LONDON)


def local_date(instant: datetime) -> date:
    """The UK date at an instant: 23:10 UTC in summer is already the next day (rules C2, "midnight edge")."""
    return to_local(instant).date()


def local_instant(day: date, at: time) -> datetime:
    """The UTC instant at which a UK clock shows this date and time.

    A time that occurs twice in October is taken as the first unless ``at.fold`` is 1; one that is skipped in March is
    read by the clock before the change, so 01:30 is 02:30 summer time.

    Raises:
        ValueError: ``at`` carries a zone of its own.
    """
    if at.tzinfo is not None:
        raise ValueError("a local time carries no zone")
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def start_of_local_day(day: date) -> datetime:
    """Midnight at the beginning of a UK date, in UTC."""
    return local_instant(day, time())


def end_of_local_day(day: date) -> datetime:
    """23:59:59 of a UK date, in UTC: the moment at which a duty of that day is due (rules C2)."""
    return local_instant(day, END_OF_DAY)


def format_date(day: date, language: str = "en") -> str:
    """A date written out: "Monday 9 November 2026", in Welsh ("cy") "dydd Llun 9 Tachwedd 2026".

    A language without words of its own here is written in English.
    """
    welsh = language == "cy"
    weekday = (_WELSH_DAYS if welsh else _ENGLISH_DAYS)[day.weekday()]
    month = (_WELSH_MONTHS if welsh else _ENGLISH_MONTHS)[day.month - 1]
    return f"{weekday} {day.day} {month} {day.year}"


def month_number(word: str) -> int | None:
    """The number of an English or Welsh month, whole or by its first three letters."""
    months = (_ENGLISH_MONTHS, _WELSH_MONTHS)
    written = word.casefold()
    for names in months:
        for number, name in enumerate(names, 1):
            if written in {name.casefold(), name[:3].casefold()}:
                return number
    return None


def format_day_month(day: date) -> str:
    """A short date for staff: "25 Dec"."""
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1][:3]}"


def format_short_date(day: date) -> str:
    """A short date for staff, with its weekday: "Thu 24 Dec 2026"."""
    return f"{_ENGLISH_DAYS[day.weekday()][:3]} {format_day_month(day)} {day.year}"


def format_time(at: time) -> str:
    """A time of day as GOV.UK writes it: "5pm", "9:05am", "midnight", "midday"."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def format_moment(instant: datetime, language: str = "en") -> str:
    """An instant for a tenant: "9:30pm on Friday 25 December 2026", in Welsh "21:30, dydd Gwener 25 Rhagfyr 2026"."""
    local = to_local(instant)
    written = format_date(local.date(), language)
    if language == "cy":
        return f"{local:%H:%M}, {written}"
    return f"{format_time(local.time())} on {written}"
