"""What ``timeline`` shows: every clock of a message, and of those on one duty which binds and when the others end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from casework.lawful import lawful_rows
from domain.calendars import Calendar
from domain.duties import DutyRow, duties_owed
from domain.labels import Hazard, Kind, Matter
from domain.policies import Policy
from domain.uktime import format_short_date, local_date


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One message, and what has happened since."""

    received_at: datetime
    kind: Kind = Kind.COMPLAINT
    channel: str = "email"
    matters: Sequence[str] = ("housing",)
    """``housing``, or ``other`` for a council's further services."""
    hazard: Hazard = Hazard.NONE
    special: Sequence[Matter] = ()
    """Special matters, whose clocks the law sets."""
    events: Mapping[str, datetime] = field(default_factory=dict)


def timeline_of(policy: Policy, calendar: Calendar, asked: Asked) -> list[DutyRow]:
    """Every clock in the order of due times, each explained in one sentence.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    found: list[DutyRow] = []
    for matter in asked.matters:
        rows = duties_owed(
            policy,
            calendar,
            kind=asked.kind,
            channel=asked.channel,
            received_at=asked.received_at,
            matter=matter,
            hazard=asked.hazard,
            events=asked.events,
        )
        found += told_apart(rows)
    for special in asked.special:
        found += lawful_rows(policy, calendar, special, asked.received_at)
    return sorted(dict.fromkeys(found), key=lambda row: row.due)


def told_apart(rows: Iterable[DutyRow]) -> tuple[DutyRow, ...]:
    """The rows, each with the other clocks on the same duty named in its explanation.

    What is stored of a clock says nothing of the others, as they change by themselves.
    """
    there = tuple(rows)
    told = []
    for row in there:
        others = [each for each in there if each is not row and (each.name, each.stage) == (row.name, row.stage)]
        words = "; ".join((row.explanation, *_beside(row, others)))
        told.append(row.model_copy(update={"explanation": words}))
    return tuple(told)


def _beside(row: DutyRow, others: Sequence[DutyRow]) -> list[str]:
    if row.counted_from == "extended_to":
        return []
    if row.effective:
        return [*(_ends(each, row, "would end") for each in others), *_most(row)]
    return [_binds(each, row) for each in others if each.effective]


def _binds(binding: DutyRow, row: DutyRow) -> str:
    if binding.counted_from == "extended_to":
        return f"put off to {_day(binding)} by {binding.basis}"
    words = _ends(binding, row, "ends")
    return words if binding.due == row.due else f"{words}, and {'is open' if row.tenant_window else 'binds'}"


def _ends(other: DutyRow, row: DutyRow, verb: str) -> str:
    if other.due == row.due:
        return f"{other.basis} ends on the same day"
    return f"{other.basis} {verb} {'later' if other.due > row.due else 'earlier'}, on {_day(other)}"


def _most(row: DutyRow) -> list[str]:
    if row.extendable_to is None:
        return []
    return [f"may be put off to {_written(row.extendable_to)} without further good reason"]


def _day(row: DutyRow) -> str:
    return _written(row.due)


def _written(at: datetime) -> str:
    return format_short_date(local_date(at))
