"""The clocks of a case's life: its acts as the events that duties count from, and what is owed because of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from casework.dossier import Deadline
from casework.life import Life
from casework.life_hazards import HazardLife
from domain.calendars import Calendar
from domain.duties import DutyRow, duties_owed, staged
from domain.labels import Kind
from domain.policies import Policy

_REQUESTED: Final[Mapping[int, str]] = {2: "escalated", 3: "stage3_requested"}
"""The event that begins a later stage."""

_SAFETY_WORK: Final = frozenset({"made_safe", "safety_work_begun", "works_begun"})
"""What is not owed where a person found no danger."""


def events_of(life: Life, acknowledged: Mapping[int, datetime], told: Mapping[int, datetime]) -> dict[str, datetime]:
    """What has happened, by the names of ``domain.clauses.EVENTS``.

    Args:
        life: the case.
        acknowledged: when each stage's acknowledgement left, which messages tell and not acts.
        told: when the tenant had each stage's outcome in hand, where that is known.
    """
    found: dict[str, datetime] = {"received": life.received_at}
    if life.wished_at:
        found["stage1_requested"] = life.wished_at
    if life.proposed_stage and life.proposed_stage > life.stage.number:
        found[_REQUESTED[life.proposed_stage]] = life.received_at
    for stage in life.stages:
        number = stage.number
        if number in _REQUESTED:
            found[_REQUESTED[number]] = stage.requested_at
        refused_at = life.refused_at if stage is life.stages[0] else None
        happened = {
            staged("acknowledged", number): acknowledged.get(number) or stage.acknowledged_at,
            staged("contacted", number): stage.contacted_at,
            staged("allocated", number): stage.allocated_at,
            staged("draft_issued", number): stage.draft_issued_at,
            staged("comments_closed", number): stage.comments_closed_at,
            f"stage{number}_outcome": stage.outcome_at or refused_at,
            "outcome_received": told.get(number),
            "extended_to": stage.extended_to,
        }
        found |= {name: at for name, at in happened.items() if at}
    return found


def clocks(
    life: Life, policy: Policy, calendar: Calendar, events: Mapping[str, datetime], *, channel: str, matter: str
) -> tuple[DutyRow, ...]:
    """Every clock of the stages that the case has reached, and the windows that are open to the tenant.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    return duties_owed(
        policy,
        calendar,
        kind=life.kind,
        channel=channel,
        received_at=life.received_at,
        matter=matter,
        events=events,
        last_stage=max(life.stage.number, life.proposed_stage or 0),
    )


def hazard_clocks(danger: HazardLife, policy: Policy, calendar: Calendar) -> tuple[DutyRow, ...]:
    """The clocks of one danger, beside every clock of the complaint (rules B8, B4): always housing's.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    rows = duties_owed(
        policy,
        calendar,
        kind=Kind.SERVICE_REQUEST,
        channel="",
        received_at=danger.known_at,
        hazard=danger.hazard,
        events=danger.events(),
        of_danger=True,
    )
    return tuple(row for row in rows if danger.found != "none" or row.done_by not in _SAFETY_WORK)


def deadlines(rows: tuple[DutyRow, ...], events: Mapping[str, datetime]) -> tuple[Deadline, ...]:
    """What is still to be done, or still open to the tenant: of several clocks on one thing the one that counts."""
    return tuple(
        Deadline(name=row.name, stage=row.stage, due_at=row.due, basis=row.basis)
        for row in rows
        if row.effective and not is_done(row, events)
    )


def is_done(row: DutyRow, events: Mapping[str, datetime]) -> bool:
    """Whether what meets a duty has happened."""
    return bool(row.done_by) and (row.done_by in events or staged(row.done_by, row.stage) in events)
