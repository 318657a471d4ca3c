"""How dates are told to staff: events in words, what was put off, what is planned."""

from datetime import date

import pytest

from domain.clauses import EVENTS, STAGED_EVENTS
from domain.deadlines import ClockUnit
from domain.duty_words import EVENT_WORDS, event_words, put_off_words
from tests.domain.test_deadlines import CALENDARS
from tests.domain.test_duties import LANDLORDS, effective, owed

EW = CALENDARS["EW"]


def test_each_event_has_words_and_a_later_stages_own_too() -> None:
    assert EVENT_WORDS.keys() == EVENTS
    for event in STAGED_EVENTS:
        assert event_words(f"stage2_{event}") == f"{event_words(event)} of stage 2"
    assert event_words("stage2_outcome") == "the stage 2 response"


@pytest.mark.parametrize(
    ("clock", "old", "new", "words"),
    [
        (
            ClockUnit.WORKING_DAYS,
            date(2026, 12, 22),
            date(2027, 1, 22),
            "20 working days after Tue 22 Dec 2026, skipping 25 and 28 Dec, 1 Jan and weekends; put off from that day",
        ),
        (
            ClockUnit.WORKING_DAYS,
            date(2026, 11, 16),
            date(2026, 11, 17),
            "1 working day after Mon 16 Nov 2026; put off from that day",
        ),
        (
            ClockUnit.WORKING_DAYS,
            date(2026, 11, 16),
            date(2026, 11, 28),
            "12 calendar days after Mon 16 Nov 2026; put off from that day",
        ),
        (
            ClockUnit.CALENDAR_DAYS,
            date(2026, 11, 16),
            date(2026, 11, 17),
            "1 calendar day after Mon 16 Nov 2026; put off from that day",
        ),
        (
            ClockUnit.WORKING_DAYS,
            date(2030, 12, 31),
            date(2031, 1, 2),
            "2 calendar days after Tue 31 Dec 2030; put off from that day",
        ),
    ],
    ids=["across Christmas", "by a day", "to a Saturday", "in calendar days", "past the calendar's end"],
)
def test_what_was_put_off_is_counted_from_the_day_before(clock: ClockUnit, old: date, new: date, words: str) -> None:
    assert put_off_words(clock, old, new, EW) == words


def test_code_6_4_an_extension_says_how_far_and_that_it_goes_too_far() -> None:
    rows = owed(LANDLORDS["group"], "2 Nov 2026", acknowledged="2 Nov 2026", extended_to="1 Dec 2026")
    assert effective(rows, "respond", 1).explanation == (
        "11 working days after Mon 16 Nov 2026, skipping weekends; put off from that day; "
        "later than Mon 30 Nov 2026, the latest day without further good reason"
    )


def test_what_is_planned_names_the_event_that_it_waits_for() -> None:
    rows = owed(LANDLORDS["council"], "2 Nov 2026", allocated="4 Nov 2026")
    assert effective(rows, "final", 1).explanation == (
        "5 working days after Wed 18 Nov 2026, skipping weekends; "
        "planned: the end of the time for comments is due then and not yet on record"
    )


def test_pool_25_a_contact_that_must_not_outlast_the_letter_says_until_when() -> None:
    rows = owed(LANDLORDS["poolplus"], "2 Nov 2026", contacted="12 Nov 2026")
    assert effective(rows, "manager_contact", 1).explanation == (
        "5 working days after Thu 12 Nov 2026, skipping weekends; "
        "but not later than Mon 16 Nov 2026, when “respond” is due"
    )


def test_pool_33_a_letter_of_unknown_receipt_says_which_day_is_taken() -> None:
    rows = owed(LANDLORDS["poolplus"], "2 Nov 2026", stage1_outcome="16 Nov 2026")
    assert effective(rows, "escalation_window", 1).explanation == (
        "28 calendar days after Wed 18 Nov 2026; "
        "the tenant receiving the stage 1 response is not on record: taken as Wed 18 Nov 2026"
    )
