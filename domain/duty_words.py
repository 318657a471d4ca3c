"""How a duty's date is told to staff: the events that clocks count from, and how far a response was put off."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from domain.calendars import Calendar
from domain.deadlines import ClockUnit, explain
from domain.uktime import end_of_local_day, format_short_date

EVENT_WORDS: Final[Mapping[str, str]] = {
    "received": "receipt",
    "raised": "the complaint being raised",
    "acknowledged": "the acknowledgement",
    "contacted": "the team's first contact",
    "allocated": "allocation to an officer",
    "draft_issued": "the draft being issued",
    "comments_closed": "the end of the time for comments",
    "stage1_requested": "the request for stage 1",
    "stage1_outcome": "the stage 1 response",
    "outcome_received": "the tenant receiving the stage 1 response",
    "escalated": "the request for stage 2",
    "stage2_outcome": "the stage 2 response",
    "stage3_requested": "the request for stage 3",
    "stage3_outcome": "the stage 3 response",
    "extended_to": "the day to which the response was put off",
    "hazard_known": "knowing of the danger",
    "hazard_emergency": "knowing of the emergency",
    "investigated": "the end of the investigation",
    "made_safe": "the danger being made safe",
    "safety_work_begun": "the beginning of the safety work",
    "summary_sent": "the written summary",
    "works_begun": "the beginning of the works",
}
"""Each event of ``domain.clauses.EVENTS`` in words that go on a sentence."""

_OF_A_STAGE: Final = re.compile(r"stage([23])_(.+)")


def event_words(event: str) -> str:
    """An event in words; a later stage's own as "the acknowledgement of stage 2"."""
    if event not in EVENT_WORDS and (found := _OF_A_STAGE.fullmatch(event)):
        return f"{EVENT_WORDS[found[2]]} of stage {found[1]}"
    return EVENT_WORDS[event]


def put_off_words(clock: ClockUnit, old: date, new: date, calendar: Calendar) -> str:
    """How far a response was put off, counted from the day on which it was due before.

    In calendar days where the response has another clock than working days, or the new day is none that the calendar
    knows of.
    """
    known = new.year <= calendar.last_year
    if clock is ClockUnit.WORKING_DAYS and known and calendar.is_working_day(new):
        counted = explain(clock, _working_days(old, new, calendar), end_of_local_day(old), calendar)
    else:
        days = (new - old).days
        counted = f"{days} calendar day{'' if days == 1 else 's'} after {format_short_date(old)}"
    return f"{counted}; put off from that day"


def _working_days(after: date, until: date, calendar: Calendar) -> int:
    """How many there are after a day, up to and with another."""
    days = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return sum(calendar.is_working_day(day) for day in days)
