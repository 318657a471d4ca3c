"""The vectors of rules C4, each named with its row, and the edges of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import Holiday, parse_calendar
from domain.deadlines import ClockUnit, due_at, explain, last_day
from domain.errors import CalendarEnds
from domain.uktime import end_of_local_day, local_date, local_instant

CALENDARS = {
    short: parse_calendar(
        (Path(__file__).parents[2] / "config" / "calendars" / f"{name}.toml").read_text(encoding="utf-8")
    )
    for short, name in (("EW", "england-and-wales"), ("S", "scotland"), ("NI", "northern-ireland"))
}
DAYS, CALENDAR_DAYS, HOURS = ClockUnit.WORKING_DAYS, ClockUnit.CALENDAR_DAYS, ClockUnit.HOURS
WEEKS, MONTHS = ClockUnit.WEEKS, ClockUnit.MONTHS
AMOUNTS = (1, 3, 5, 10, 20)


def on(day: str) -> datetime:
    """An ordinary moment of a day written "2 Nov 2026"."""
    return local_instant(datetime.strptime(day, "%d %b %Y").replace(tzinfo=UTC).date(), time(10, 15))


def end_of(day: str) -> datetime:
    return end_of_local_day(local_date(on(day)))


# row: calendars, event, the due dates for +1, +3, +5, +10, +20 working days, switches
TABLE: dict[str, tuple[str, str, tuple[str | None, ...], dict[str, Any]]] = {
    "1 EW": ("EW", "2 Nov 2026", ("3 Nov 2026", "5 Nov 2026", "9 Nov 2026", "16 Nov 2026", "30 Nov 2026"), {}),
    "1 S": ("S", "2 Nov 2026", ("3 Nov 2026", "5 Nov 2026", "9 Nov 2026", "16 Nov 2026", "1 Dec 2026"), {}),
    "2 EW/NI": ("EW NI", "24 Dec 2026", ("29 Dec 2026", "31 Dec 2026", "5 Jan 2027", "12 Jan 2027", "26 Jan 2027"), {}),
    "2 S": ("S", "24 Dec 2026", ("29 Dec 2026", "31 Dec 2026", "6 Jan 2027", "13 Jan 2027", "27 Jan 2027"), {}),
    "3 EW": ("EW", "26 Dec 2026", ("29 Dec 2026", "31 Dec 2026", "5 Jan 2027", "12 Jan 2027", "26 Jan 2027"), {}),
    "4 EW": (
        "EW",
        "26 Dec 2026",
        ("30 Dec 2026", "4 Jan 2027", "6 Jan 2027", "13 Jan 2027", "27 Jan 2027"),
        {"deemed_next": True},
    ),
    "5 EW/NI": ("EW NI", "2 Apr 2026", ("7 Apr 2026", "9 Apr 2026", "13 Apr 2026", "20 Apr 2026", "5 May 2026"), {}),
    "5 S": ("S", "2 Apr 2026", ("6 Apr 2026", "8 Apr 2026", "10 Apr 2026", "17 Apr 2026", "1 May 2026"), {}),
    "6 EW": ("EW", "10 Jul 2026", ("13 Jul 2026", "15 Jul 2026", "17 Jul 2026", "24 Jul 2026", "7 Aug 2026"), {}),
    "6 NI": ("NI", "10 Jul 2026", ("14 Jul 2026", "16 Jul 2026", "20 Jul 2026", "27 Jul 2026", "10 Aug 2026"), {}),
    "7 EW": ("EW", "12 Jun 2026", ("15 Jun 2026", "17 Jun 2026", "19 Jun 2026", "26 Jun 2026", "10 Jul 2026"), {}),
    "7 S": ("S", "12 Jun 2026", ("16 Jun 2026", "18 Jun 2026", "22 Jun 2026", "29 Jun 2026", "13 Jul 2026"), {}),
    "8 EW": ("EW", "28 Aug 2026", ("1 Sep 2026", "3 Sep 2026", "7 Sep 2026", "14 Sep 2026", "28 Sep 2026"), {}),
    "8 S": ("S", "28 Aug 2026", ("31 Aug 2026", "2 Sep 2026", "4 Sep 2026", "11 Sep 2026", "25 Sep 2026"), {}),
    "9 EW": ("EW", "31 Dec 2026", ("4 Jan 2027", "6 Jan 2027", "8 Jan 2027", "15 Jan 2027", "29 Jan 2027"), {}),
    "9 S": ("S", "31 Dec 2026", ("5 Jan 2027", "7 Jan 2027", "11 Jan 2027", "18 Jan 2027", "1 Feb 2027"), {}),
    "10 EW": ("EW", "24 Dec 2027", ("29 Dec 2027", "31 Dec 2027", "5 Jan 2028", "12 Jan 2028", "26 Jan 2028"), {}),
    "10 S": ("S", "24 Dec 2027", ("29 Dec 2027", "31 Dec 2027", "6 Jan 2028", "13 Jan 2028", "27 Jan 2028"), {}),
    "11 S day 1": (
        "S",
        "2 Nov 2026",
        (None, "4 Nov 2026", "6 Nov 2026", "13 Nov 2026", "27 Nov 2026"),
        {"count": "day_one"},
    ),
    "12 S day 1": (
        "S",
        "26 Dec 2026",
        (None, "31 Dec 2026", "6 Jan 2027", "13 Jan 2027", "27 Jan 2027"),
        {"count": "day_one"},
    ),
}


@pytest.mark.parametrize("row", TABLE)
def test_table_c4(row: str) -> None:
    names, event, expected, switches = TABLE[row]
    for name in names.split():
        for amount, due in zip(AMOUNTS, expected, strict=True):
            if due is not None:
                assert due_at(DAYS, amount, on(event), CALENDARS[name], **switches) == end_of(due), (name, amount)


CHAINS: dict[str, tuple[str, ClockUnit, int, str, str, dict[str, Any]]] = {
    "Code: received, ack due": ("EW", DAYS, 5, "2 Nov 2026", "9 Nov 2026", {}),
    "Code: ack 2 Nov, S1 due": ("EW", DAYS, 10, "2 Nov 2026", "16 Nov 2026", {}),
    "Code: ack 2 Nov, S1 extended": ("EW", DAYS, 10, "16 Nov 2026", "30 Nov 2026", {}),
    "Code: ack 4 Nov, S1 due": ("EW", DAYS, 10, "4 Nov 2026", "18 Nov 2026", {}),
    "Code: ack 4 Nov, S1 extended": ("EW", DAYS, 10, "18 Nov 2026", "2 Dec 2026", {}),
    "Code: ack 9 Nov, S1 due": ("EW", DAYS, 10, "9 Nov 2026", "23 Nov 2026", {}),
    "Code: ack 9 Nov, S1 extended": ("EW", DAYS, 10, "23 Nov 2026", "7 Dec 2026", {}),
    "Code: escalated, ack due": ("EW", DAYS, 5, "24 Nov 2026", "1 Dec 2026", {}),
    "Code: S2 ack 24 Nov, due": ("EW", DAYS, 20, "24 Nov 2026", "22 Dec 2026", {}),
    "Code: S2 ack 24 Nov, extended": ("EW", DAYS, 20, "22 Dec 2026", "22 Jan 2027", {}),
    "Code: S2 ack 1 Dec, due": ("EW", DAYS, 20, "1 Dec 2026", "31 Dec 2026", {}),
    "Code: S2 ack 1 Dec, extended": ("EW", DAYS, 20, "31 Dec 2026", "29 Jan 2027", {}),
    "POOL: contact": ("EW", DAYS, 5, "2 Nov 2026", "9 Nov 2026", {}),
    "POOL: letter": ("EW", DAYS, 10, "2 Nov 2026", "16 Nov 2026", {}),
    "POOL: escalate within 28 days": ("EW", CALENDAR_DAYS, 28, "18 Nov 2026", "16 Dec 2026", {"roll_forward": True}),
    "POOL: window ends at Christmas": ("EW", CALENDAR_DAYS, 28, "27 Nov 2026", "29 Dec 2026", {"roll_forward": True}),
    "POOL: the same, not rolled": ("EW", CALENDAR_DAYS, 28, "27 Nov 2026", "25 Dec 2026", {}),
    "COUNCIL: draft": ("EW", DAYS, 5, "4 Nov 2026", "11 Nov 2026", {}),
    "COUNCIL: comments": ("EW", DAYS, 5, "11 Nov 2026", "18 Nov 2026", {}),
    "COUNCIL: final": ("EW", DAYS, 5, "18 Nov 2026", "25 Nov 2026", {}),
    "COUNCIL: target": ("EW", DAYS, 10, "4 Nov 2026", "18 Nov 2026", {}),
    "CESTRIA: record": ("EW", DAYS, 0, "2 Nov 2026", "2 Nov 2026", {}),
    "CESTRIA: ack": ("EW", DAYS, 3, "2 Nov 2026", "5 Nov 2026", {}),
    "CESTRIA: informal reply": ("EW", DAYS, 10, "2 Nov 2026", "16 Nov 2026", {}),
    "CESTRIA: panel outcome": ("EW", CALENDAR_DAYS, 30, "1 Dec 2026", "31 Dec 2026", {}),
    "CESTRIA: forward, EW": ("EW", DAYS, 1, "27 Nov 2026", "30 Nov 2026", {}),
    "CESTRIA: forward, S": ("S", DAYS, 1, "27 Nov 2026", "1 Dec 2026", {}),
    "Awaab: investigate": ("EW", DAYS, 10, "23 Dec 2026", "11 Jan 2027", {}),
    "Awaab: summary": ("EW", DAYS, 3, "11 Jan 2027", "14 Jan 2027", {}),
    "Awaab: safety work": ("EW", DAYS, 5, "11 Jan 2027", "18 Jan 2027", {}),
    "Awaab: long stop": ("EW", WEEKS, 12, "11 Jan 2027", "5 Apr 2027", {}),
    "DP complaint: beginning when received": (
        "EW",
        CALENDAR_DAYS,
        30,
        "1 Mar 2027",
        "30 Mar 2027",
        {"count": "day_one"},
    ),
    "DP complaint: the ICO's reading": ("EW", CALENDAR_DAYS, 30, "1 Mar 2027", "31 Mar 2027", {}),
    "SAR: 31 Jan": ("EW", MONTHS, 1, "31 Jan 2027", "28 Feb 2027", {}),
    "SAR: 31 Jan of a leap year": ("EW", MONTHS, 1, "31 Jan 2028", "29 Feb 2028", {}),
    "SAR: 3 Sep": ("EW", MONTHS, 1, "3 Sep 2027", "3 Oct 2027", {}),
    "SAR: 3 Sep, a Saturday moves to Monday": ("EW", MONTHS, 1, "3 Sep 2026", "5 Oct 2026", {"roll_forward": True}),
}


@pytest.mark.parametrize("row", CHAINS)
def test_chains_of_c4(row: str) -> None:
    name, clock, amount, event, due, switches = CHAINS[row]
    assert due_at(clock, amount, on(event), CALENDARS[name], **switches) == end_of(due)


def test_chain_awaab_emergency_runs_through_christmas_night() -> None:
    reported = local_instant(date(2026, 12, 24), time(21, 30))
    assert due_at(HOURS, 24, reported, CALENDARS["EW"]) == local_instant(date(2026, 12, 25), time(21, 30))


def test_hours_are_absolute_across_a_change_of_the_clock() -> None:
    spring, autumn = local_instant(date(2026, 3, 28), time(20)), local_instant(date(2026, 10, 24), time(20))
    assert due_at(HOURS, 24, spring, CALENDARS["EW"]) == local_instant(date(2026, 3, 29), time(21))
    assert due_at(HOURS, 24, autumn, CALENDARS["EW"]) == local_instant(date(2026, 10, 25), time(19))
    assert due_at(HOURS, 24, autumn, CALENDARS["EW"], roll_forward=True) - autumn == timedelta(hours=24)


def test_the_due_moment_follows_summer_time() -> None:
    assert due_at(DAYS, 1, on("26 Mar 2026"), CALENDARS["EW"]) == datetime(2026, 3, 27, 23, 59, 59, tzinfo=UTC)
    assert due_at(DAYS, 2, on("26 Mar 2026"), CALENDARS["EW"]) == datetime(2026, 3, 30, 22, 59, 59, tzinfo=UTC)


def test_the_uk_date_of_the_event_counts_not_the_utc_date() -> None:
    before = datetime(2026, 7, 6, 22, 59, tzinfo=UTC)  # Monday 23:59 by the UK clock
    after = datetime(2026, 7, 6, 23, 10, tzinfo=UTC)  # Tuesday 00:10
    assert due_at(DAYS, 1, before, CALENDARS["EW"]) == end_of("7 Jul 2026")
    assert due_at(DAYS, 1, after, CALENDARS["EW"]) == end_of("8 Jul 2026")


def test_what_is_remembered_of_one_calendar_is_never_taken_for_another() -> None:
    closed = CALENDARS["EW"].with_closures([Holiday(day=date(2026, 11, 3), name="moving day")])
    ends = [due_at(DAYS, 1, on("2 Nov 2026"), calendar) for calendar in (CALENDARS["EW"], closed, CALENDARS["EW"])]
    assert ends == [end_of("3 Nov 2026"), end_of("4 Nov 2026"), end_of("3 Nov 2026")]
    assert "skipping 3 Nov" in explain(DAYS, 1, on("2 Nov 2026"), closed)
    assert "skipping" not in explain(DAYS, 1, on("2 Nov 2026"), CALENDARS["EW"])


def test_months_counted_from_day_one_end_a_day_sooner() -> None:
    assert due_at(MONTHS, 1, on("1 Mar 2027"), CALENDARS["EW"], count="day_one") == end_of("31 Mar 2027")
    assert due_at(WEEKS, 1, on("1 Mar 2027"), CALENDARS["EW"], count="day_one") == end_of("7 Mar 2027")


@pytest.mark.parametrize("clock", ClockUnit)
def test_a_deadline_past_the_calendar_is_an_error_not_a_guess(clock: ClockUnit) -> None:
    with pytest.raises(CalendarEnds):
        due_at(clock, 10**7, on("2 Nov 2026"), CALENDARS["EW"])
    with pytest.raises(CalendarEnds):
        due_at(clock, 1, on("2 Nov 2019"), CALENDARS["EW"])
    with pytest.raises(CalendarEnds):
        due_at(clock, 24, on("31 Dec 2030"), CALENDARS["EW"])


@pytest.mark.parametrize("clock", ClockUnit)
def test_a_negative_amount_is_refused(clock: ClockUnit) -> None:
    with pytest.raises(ValueError, match="negative"):
        due_at(clock, -24, on("2 Nov 2026"), CALENDARS["EW"])


def test_hours_have_no_last_day() -> None:
    with pytest.raises(ValueError, match="instant"):
        last_day(HOURS, 24, date(2026, 11, 2), CALENDARS["EW"])


def test_a_naive_event_is_refused() -> None:
    for clock in ClockUnit:
        with pytest.raises(ValueError, match="aware"):
            due_at(clock, 1, datetime(2026, 11, 2), CALENDARS["EW"])  # noqa: DTZ001 - the mistake under test


@given(
    st.sampled_from([DAYS, CALENDAR_DAYS, WEEKS, MONTHS]),
    st.integers(0, 30),
    st.datetimes(datetime(2025, 1, 2), datetime(2027, 6, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(sorted(CALENDARS)),
    st.sampled_from(["day_zero", "day_one"]),
)
def test_a_deadline_is_the_end_of_a_local_day_and_a_rolled_one_never_lands_on_a_holiday(
    clock: ClockUnit, amount: int, event: datetime, name: str, count: str
) -> None:
    calendar = CALENDARS[name]
    due = due_at(clock, amount, event, calendar, count=count)
    assert due == end_of_local_day(local_date(due))
    assert due >= event.replace(microsecond=0)
    rolled = due_at(clock, amount, event, calendar, count=count, roll_forward=True)
    assert rolled >= due
    assert calendar.is_working_day(local_date(rolled))
    if clock is DAYS:
        assert rolled == due
    begins = f"{amount} " if amount else "on the "
    assert explain(clock, amount, event, calendar, count=count, roll_forward=True).startswith(begins)


@pytest.mark.parametrize(
    ("clock", "amount", "event", "name", "switches", "sentence"),
    [
        (
            DAYS,
            5,
            "24 Dec 2026",
            "EW",
            {},
            "5 working days after Thu 24 Dec 2026, skipping 25 and 28 Dec, 1 Jan and weekends",
        ),
        (DAYS, 1, "24 Dec 2026", "EW", {}, "1 working day after Thu 24 Dec 2026, skipping 25 and 28 Dec and weekends"),
        (DAYS, 3, "2 Nov 2026", "EW", {}, "3 working days after Mon 2 Nov 2026"),
        (DAYS, 5, "2 Nov 2026", "EW", {}, "5 working days after Mon 2 Nov 2026, skipping weekends"),
        (DAYS, 1, "29 Nov 2026", "S", {}, "1 working day after Sun 29 Nov 2026, skipping 30 Nov"),
        (DAYS, 5, "2 Nov 2026", "S", {"count": "day_one"}, "5 working days counting Mon 2 Nov 2026 as day 1"),
        (
            DAYS,
            3,
            "26 Dec 2026",
            "S",
            {"count": "day_one"},
            "3 working days counting Tue 29 Dec 2026 as day 1, skipping 28 Dec and weekends",
        ),
        (
            DAYS,
            1,
            "26 Dec 2026",
            "EW",
            {"deemed_next": True},
            "1 working day after Tue 29 Dec 2026, the next working day after Sat 26 Dec 2026",
        ),
        (
            CALENDAR_DAYS,
            28,
            "27 Nov 2026",
            "EW",
            {"roll_forward": True},
            "28 calendar days after Fri 27 Nov 2026, moved on from Fri 25 Dec 2026 (Christmas Day) to Tue 29 Dec 2026",
        ),
        (
            MONTHS,
            1,
            "3 Sep 2026",
            "EW",
            {"roll_forward": True},
            "1 month after Thu 3 Sep 2026, moved on from Sat 3 Oct 2026 to Mon 5 Oct 2026",
        ),
        (WEEKS, 12, "11 Jan 2027", "EW", {}, "12 weeks after Mon 11 Jan 2027"),
        (HOURS, 24, "24 Dec 2026", "EW", {}, "24 hours after Thu 24 Dec 2026 10:15"),
        (CALENDAR_DAYS, 0, "26 Dec 2026", "EW", {}, "on the day itself, Sat 26 Dec 2026"),
        (DAYS, 0, "24 Dec 2026", "EW", {"count": "day_one"}, "on the day itself, Thu 24 Dec 2026"),
        (
            DAYS,
            0,
            "26 Dec 2026",
            "EW",
            {},
            "on the first working day after Sat 26 Dec 2026, skipping 28 Dec and weekends",
        ),
        (
            CALENDAR_DAYS,
            30,
            "1 Mar 2027",
            "EW",
            {"count": "day_one"},
            "30 calendar days counting Mon 1 Mar 2027 as day 1",
        ),
    ],
)
def test_a_deadline_is_explained_in_one_sentence(
    *, clock: ClockUnit, amount: int, event: str, name: str, switches: dict[str, Any], sentence: str
) -> None:
    assert explain(clock, amount, on(event), CALENDARS[name], **switches) == sentence
