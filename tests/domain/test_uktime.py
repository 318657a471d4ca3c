from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.uktime import (
    LONDON,
    end_of_local_day,
    format_date,
    format_day_month,
    format_moment,
    format_short_date,
    format_time,
    local_date,
    local_instant,
    start_of_local_day,
    to_local,
)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),  # 23:59 BST (rules C2)
        (datetime(2026, 7, 1, 23, 10, tzinfo=UTC), date(2026, 7, 2)),  # 00:10 BST is the next day
        (datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 2, 0, 0, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), date(2025, 12, 31)),
    ],
)
def test_the_local_date_of_an_instant(instant: datetime, day: date) -> None:
    assert local_date(instant) == day


def test_the_day_ends_an_hour_earlier_in_utc_in_summer() -> None:
    assert end_of_local_day(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    assert end_of_local_day(date(2026, 12, 1)) == datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)


def test_the_days_of_the_change_have_23_and_25_hours() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    assert end_of_local_day(spring) - start_of_local_day(spring) == 23 * hour - second
    assert end_of_local_day(autumn) - start_of_local_day(autumn) == 25 * hour - second


def test_a_time_that_occurs_twice_is_the_first_unless_folded() -> None:
    day = date(2026, 10, 25)
    assert local_instant(day, time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_instant(day, time(1, 30, fold=1)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_that_is_skipped_is_read_by_the_clock_before_the_change() -> None:
    skipped = local_instant(date(2026, 3, 29), time(1, 30))
    assert to_local(skipped).time() == time(2, 30)


def test_instants_come_out_in_utc() -> None:
    assert local_instant(date(2026, 7, 1), time(12)).tzinfo is UTC
    assert to_local(datetime(2026, 7, 1, tzinfo=UTC)).tzinfo is LONDON


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        local_date(datetime(2026, 7, 1))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="no zone"):
        local_instant(date(2026, 7, 1), time(12, tzinfo=UTC))


@given(st.dates(date(1980, 1, 1), date(2100, 12, 31)))
def test_the_end_of_a_day_is_on_that_day_and_one_second_later_is_not(day: date) -> None:
    end = end_of_local_day(day)
    assert local_date(end) == day
    assert local_date(end + timedelta(seconds=1)) == day + timedelta(days=1)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_there_and_back_again(instant: datetime) -> None:
    local = to_local(instant)
    assert local_instant(local.date(), local.time().replace(fold=local.fold)) == instant


@pytest.mark.parametrize(
    ("day", "english", "welsh"),
    [
        (date(2026, 11, 9), "Monday 9 November 2026", "dydd Llun 9 Tachwedd 2026"),
        (date(2026, 1, 6), "Tuesday 6 January 2026", "dydd Mawrth 6 Ionawr 2026"),
        (date(2026, 2, 4), "Wednesday 4 February 2026", "dydd Mercher 4 Chwefror 2026"),
        (date(2026, 3, 5), "Thursday 5 March 2026", "dydd Iau 5 Mawrth 2026"),
        (date(2026, 4, 3), "Friday 3 April 2026", "dydd Gwener 3 Ebrill 2026"),
        (date(2026, 5, 2), "Saturday 2 May 2026", "dydd Sadwrn 2 Mai 2026"),
        (date(2026, 6, 7), "Sunday 7 June 2026", "dydd Sul 7 Mehefin 2026"),
        (date(2026, 7, 6), "Monday 6 July 2026", "dydd Llun 6 Gorffennaf 2026"),
        (date(2026, 8, 3), "Monday 3 August 2026", "dydd Llun 3 Awst 2026"),
        (date(2026, 9, 7), "Monday 7 September 2026", "dydd Llun 7 Medi 2026"),
        (date(2026, 10, 5), "Monday 5 October 2026", "dydd Llun 5 Hydref 2026"),
        (date(2026, 12, 31), "Thursday 31 December 2026", "dydd Iau 31 Rhagfyr 2026"),
    ],
)
def test_a_date_is_written_out_in_english_and_welsh(day: date, english: str, welsh: str) -> None:
    assert format_date(day) == english
    assert format_date(day, "cy") == welsh
    assert format_date(day, "pl") == english


def test_short_dates_for_staff() -> None:
    assert format_short_date(date(2026, 12, 24)) == "Thu 24 Dec 2026"
    assert format_day_month(date(2026, 1, 2)) == "2 Jan"


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (time(0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(9, 5), "9:05am"),
        (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(17), "5pm"),
        (time(23, 59, 59), "11:59pm"),
    ],
)
def test_times_of_day(at: time, written: str) -> None:
    assert format_time(at) == written


def test_a_moment_is_written_by_the_uk_clock() -> None:
    summer = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)
    assert format_moment(summer) == "9:30pm on Wednesday 1 July 2026"
    assert format_moment(summer, "cy") == "21:30, dydd Mercher 1 Gorffennaf 2026"
