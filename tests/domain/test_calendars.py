from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import Calendar, Holiday, parse_calendar
from domain.errors import CalendarEnds, CalendarError, TenantlineError

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = """
name = "made-up"
first_year = 2026
last_year = 2027

[holidays]
2026-12-25 = "Christmas Day"
2026-12-28 = "Boxing Day (substitute day)"
2027-01-01 = "New Year's Day"

[extra_closures]
2026-12-29 = "Office closed"
"""
CALENDAR = parse_calendar(TEXT.split("[extra", maxsplit=1)[0])
days = st.dates(date(2026, 1, 1), date(2027, 6, 30))


def test_a_calendar_is_read_from_toml() -> None:
    calendar = parse_calendar(TEXT)
    assert (calendar.name, calendar.first_year, calendar.last_year) == ("made-up", 2026, 2027)
    assert calendar.holiday_name(date(2026, 12, 28)) == "Boxing Day (substitute day)"
    assert calendar.holiday_name(date(2026, 12, 29)) == "Office closed"
    assert calendar.holiday_name(date(2026, 12, 26)) is None
    assert parse_calendar(TEXT) == calendar
    assert hash(parse_calendar(TEXT)) == hash(calendar)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("name = ", "not valid TOML"),
        (TEXT.replace("last_year = 2027", ""), "last_year is wrong"),
        (TEXT.replace("last_year = 2027", 'last_year = "soon"'), "last_year is wrong"),
        (TEXT.replace("last_year", "until = 1\nlast_year"), "until is wrong"),
        (TEXT.replace("2027-01-01", "2027-02-30"), "not a date and a name"),
        (TEXT.replace('"Christmas Day"', "3"), "not a date and a name"),
        (TEXT.replace("2027-01-01", "2028-01-03"), "outside the years"),
        (TEXT.replace("2026-12-29", "2025-12-29"), "outside the years"),
        (TEXT.replace("last_year = 2027", "last_year = 2025"), "covers no year"),
        ('name = "x"\nfirst_year = 2026\nlast_year = 2026', "lists no holiday"),
        ('name = "x"\nfirst_year = 2026\nlast_year = 2026\nholidays = [2026-01-01]', "table of dates"),
    ],
)
def test_a_broken_calendar_is_refused_in_words(broken: str, words: str) -> None:
    with pytest.raises(CalendarError, match=words):
        parse_calendar(broken)


def test_weekends_holidays_and_closures_are_not_working_days() -> None:
    calendar = CALENDAR.with_closures([Holiday(day=date(2026, 12, 30), name="Training")])
    assert CALENDAR.is_working_day(date(2026, 12, 24))
    for day in (25, 26, 27, 28):
        assert not CALENDAR.is_working_day(date(2026, 12, day))
    assert CALENDAR.is_working_day(date(2026, 12, 30))
    assert not calendar.is_working_day(date(2026, 12, 30))
    assert calendar.with_closures([]) == calendar


def test_a_copy_with_other_holidays_forgets_what_was_worked_out_from_the_old_ones() -> None:
    day = date(2026, 11, 12)
    assert CALENDAR.is_working_day(day)
    mourning = CALENDAR.model_copy(
        update={"holidays": CALENDAR.holidays | {Holiday(day=day, name="A day of mourning")}}
    )
    assert not mourning.is_working_day(day)
    assert CALENDAR.is_working_day(day)


def test_the_next_and_the_previous_working_day() -> None:
    assert CALENDAR.next_working_day(date(2026, 12, 25)) == date(2026, 12, 29)
    assert CALENDAR.next_working_day(date(2026, 12, 29)) == date(2026, 12, 29)
    assert CALENDAR.previous_working_day(date(2026, 12, 29)) == date(2026, 12, 24)
    assert CALENDAR.previous_working_day(date(2027, 1, 3)) == date(2026, 12, 31)


def test_no_days_is_the_day_itself_or_the_next_working_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 2), 0) == date(2026, 11, 2)
    assert CALENDAR.add_working_days(date(2026, 12, 26), 0) == date(2026, 12, 29)
    assert CALENDAR.add_working_days(date(2026, 11, 2), 0, count="day_one") == date(2026, 11, 2)
    assert CALENDAR.add_calendar_days(date(2026, 12, 26), 0) == date(2026, 12, 26)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 9, 3), 1, date(2026, 10, 3)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 1, 30), 0, date(2026, 1, 30)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_on_the_corresponding_date_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert CALENDAR.add_months(day, months) == expected


def test_a_leap_year_has_29_february() -> None:
    calendar = parse_calendar(TEXT.replace("2027\n", "2028\n", 1))
    assert calendar.add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert calendar.add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)


def test_past_its_end_a_calendar_raises_and_says_how_to_refresh_it() -> None:
    with pytest.raises(CalendarEnds, match=r"made-up covers 2026 to 2027, not Sat 1 Jan 2028.*app\.write_calendars"):
        CALENDAR.add_working_days(date(2027, 12, 30), 2)
    assert issubclass(CalendarEnds, TenantlineError)


def test_every_sum_past_either_end_raises() -> None:
    sums: list[Callable[[], object]] = [
        lambda: CALENDAR.is_working_day(date(2025, 12, 31)),
        lambda: CALENDAR.holiday_name(date(2028, 1, 1)),
        lambda: CALENDAR.next_working_day(date(2028, 1, 1)),
        lambda: CALENDAR.previous_working_day(date(2026, 1, 1)),
        lambda: CALENDAR.add_working_days(date(2025, 12, 31), 1),
        lambda: CALENDAR.add_calendar_days(date(2027, 12, 31), 1),
        lambda: CALENDAR.add_calendar_days(date(2025, 12, 31), 1),
        lambda: CALENDAR.add_calendar_days(date(2027, 12, 31), 10**9),
        lambda: CALENDAR.add_months(date(2027, 12, 1), 1),
        lambda: CALENDAR.add_months(date(2027, 12, 1), 10**9),
        lambda: CALENDAR.add_months(date(2025, 12, 1), 1),
    ]
    for past in sums:
        with pytest.raises(CalendarEnds):
            past()


def test_negative_periods_and_unknown_counts_are_refused() -> None:
    sums: list[Callable[[], object]] = [
        lambda: CALENDAR.add_working_days(date(2026, 11, 2), -1),
        lambda: CALENDAR.add_calendar_days(date(2026, 11, 2), -1),
        lambda: CALENDAR.add_months(date(2026, 11, 2), -1),
        lambda: CALENDAR.add_working_days(date(2026, 11, 2), 1, count="day_two"),
    ]
    for wrong in sums:
        with pytest.raises(ValueError, match=r"negative|day_two"):
            wrong()


@given(days, st.integers(0, 60), st.sampled_from(["day_zero", "day_one"]), st.booleans())
def test_a_period_of_working_days_ends_on_a_working_day(day: date, amount: int, count: str, deemed: bool) -> None:  # noqa: FBT001 - drawn
    assert CALENDAR.is_working_day(CALENDAR.add_working_days(day, amount, count=count, deemed_next=deemed))


@given(days, st.integers(1, 60))
def test_a_period_holds_as_many_working_days_as_it_says(day: date, amount: int) -> None:
    last = CALENDAR.add_working_days(day, amount)
    counted = [day + timedelta(days=step) for step in range(1, (last - day).days + 1)]
    assert sum(CALENDAR.is_working_day(passed) for passed in counted) == amount


@given(days, st.integers(1, 60))
def test_counting_from_day_one_ends_one_working_day_before_counting_from_day_zero(day: date, amount: int) -> None:
    start = CALENDAR.next_working_day(day)
    assert CALENDAR.add_working_days(day, amount + 1, count="day_one") == CALENDAR.add_working_days(start, amount)


@given(days, st.integers(0, 60))
def test_a_deemed_receipt_is_never_due_earlier(day: date, amount: int) -> None:
    assert CALENDAR.add_working_days(day, amount, deemed_next=True) >= CALENDAR.add_working_days(day, amount)


def test_a_calendar_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        CALENDAR.name = "other"  # type: ignore[misc]
    assert isinstance(CALENDAR, Calendar)
