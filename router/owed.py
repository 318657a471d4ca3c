"""What a placed message sets running: obligations with their clauses, and the nudges before they are due.

An acknowledgement that goes out with the decision leaves in the same second: what counts from it is counted from now,
and that date is the one that its words tell. Kept as planned until it has really left (``scheduler.acknowledged``).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Final

from domain.calendars import Calendar
from domain.cases import CaseFacts, OpenDuty, PartyRole
from domain.deadlines import ClockUnit
from domain.decisions import NewObligation, NewReminder, Situation
from domain.duties import DutyRow, duties_owed, staged
from domain.errors import CalendarError
from domain.labels import Hazard, Kind
from domain.uktime import local_date, local_instant
from router.services import HOUSING

_FRACTIONS: Final = (0.5, 0.8)
_MORNING: Final = time(9)
_ACKNOWLEDGED: Final = "acknowledged"
HANDLER: Final = "handler"
MANAGER: Final = "manager"


def opening_rows(
    situation: Situation, kind: Kind, *, matter: str, acknowledged: bool, received_at: datetime | None = None
) -> tuple[DutyRow, ...]:
    """The clocks of a new case: acknowledge, contact, respond; no later stage and no right of the tenant's."""
    received = received_at or situation.message.received_at
    events = _acknowledged_now(situation, 1, acknowledged=acknowledged)
    return _rows(situation, kind, received, matter=matter, events=events, last_stage=1)


def straight_rows(situation: Situation, kind: Kind, *, matter: str, acknowledged: bool) -> tuple[DutyRow, ...]:
    """The clocks of a complaint that a rule sends straight to stage 2 (CESTRIA-47)."""
    received = situation.message.received_at
    events = {"escalated": received} | _acknowledged_now(situation, 2, acknowledged=acknowledged)
    return _rows(situation, kind, received, matter=matter, events=events, last_stage=2)


def escalation_rows(situation: Situation, case: CaseFacts, *, acknowledged: bool) -> tuple[DutyRow, ...]:
    """The clocks of the stage after the case's, provisional from this message (situation 90)."""
    event = "stage3_requested" if case.stage >= 2 else "escalated"  # noqa: PLR2004
    stage = case.stage + 1
    events = {event: situation.message.received_at} | _acknowledged_now(situation, stage, acknowledged=acknowledged)
    rows = _rows(situation, Kind.COMPLAINT, case.received_at, matter=case.matter, events=events, last_stage=stage)
    return tuple(row for row in rows if row.stage == stage)


def hazard_rows(situation: Situation, hazard: Hazard, *, emergency: bool) -> tuple[DutyRow, ...]:
    """The clocks that run because of a danger and would not run without it (rules B8): always housing's."""
    received = situation.message.received_at
    events = {"hazard_emergency": received} if emergency else {}
    return _rows(
        situation, Kind.SERVICE_REQUEST, received, matter=HOUSING, hazard=hazard, events=events, of_danger=True
    )


def response_is_overdue(situation: Situation, case: CaseFacts) -> bool:
    """Whether the case's stage should have had its answer before this message came (situation 94)."""
    due = [each.due_at for each in case.owed if _is_response(each, case) and each.effective]
    if not due:
        rows = _rows(situation, Kind.COMPLAINT, case.received_at, matter=case.matter, last_stage=case.stage)
        due = [row.due for row in rows if _is_response(row, case) and row.effective]
    return bool(due) and min(due) < situation.message.received_at


def obligations(
    rows: Iterable[DutyRow], *, owed_to: PartyRole = PartyRole.COMPLAINANT, about: str = ""
) -> tuple[NewObligation, ...]:
    """The rows as the store keeps them."""
    return tuple(
        NewObligation(
            name=row.name,
            stage=row.stage,
            owed_to=owed_to,
            due_at=row.due,
            clock=row.clock.value,
            amount=row.amount,
            counted_from=row.counted_from,
            from_at=row.from_at,
            basis=row.basis,
            owner=row.owner,
            effective=row.effective,
            explanation=row.explanation,
            planned=row.planned or row.counted_from == staged(_ACKNOWLEDGED, row.stage),
            about=about,
        )
        for row in rows
    )


def not_yet_owed(case: CaseFacts | None, owed: Iterable[NewObligation]) -> tuple[NewObligation, ...]:
    """Without what is still to be done in the case anyway: repeating oneself sets nothing running twice."""
    there = {(each.name, each.stage, each.basis, each.about) for each in case.owed} if case else set()
    return tuple(each for each in owed if (each.name, each.stage, each.basis, each.about) not in there)


def reminders(calendar: Calendar, now: datetime, owed: Iterable[NewObligation]) -> tuple[NewReminder, ...]:
    """Nudges at half and four fifths of the time, a working day before, when it is due. Overdue: the scheduler's."""
    found = {}
    for each in owed:
        if not each.effective or each.name == "record":
            continue
        for audience, fire_at in _ladder(calendar, each):
            key = (each.name, each.stage, audience, fire_at)
            if fire_at > now and key not in found:
                found[key] = NewReminder(obligation=each.name, stage=each.stage, audience=audience, fire_at=fire_at)
    return tuple(found.values())


def _acknowledged_now(situation: Situation, stage: int, *, acknowledged: bool) -> dict[str, datetime]:
    return {staged(_ACKNOWLEDGED, stage): situation.now} if acknowledged else {}


def _is_response(owed: DutyRow | OpenDuty, case: CaseFacts) -> bool:
    return (owed.name, owed.stage) == ("respond", case.stage)


def _ladder(calendar: Calendar, owed: NewObligation) -> Iterable[tuple[str, datetime]]:
    whole = owed.due_at - owed.from_at
    for fraction in _FRACTIONS:
        yield HANDLER, owed.from_at + whole * fraction
    if owed.clock != ClockUnit.HOURS and (before := _day_before(calendar, owed.due_at)):
        yield HANDLER, before
        yield MANAGER, before
    yield MANAGER, owed.due_at


def _day_before(calendar: Calendar, due_at: datetime) -> datetime | None:
    """Nine in the morning of the last working day before the due date."""
    try:
        return local_instant(calendar.previous_working_day(local_date(due_at)), _MORNING)
    except (CalendarError, OverflowError):
        return None


def _rows(
    situation: Situation,
    kind: Kind,
    received_at: datetime,
    *,
    matter: str,
    hazard: Hazard | None = None,
    events: Mapping[str, datetime] | None = None,
    last_stage: int = 3,
    of_danger: bool = False,
) -> tuple[DutyRow, ...]:
    """All clocks but the tenant's windows; none where the calendar does not reach (a person then sets the dates)."""
    try:
        rows = duties_owed(
            situation.policy,
            situation.calendar,
            kind=kind,
            channel=situation.message.channel_kind,
            received_at=received_at,
            matter=matter,
            hazard=hazard,
            events=events,
            last_stage=last_stage,
            of_danger=of_danger,
        )
    except (CalendarError, OverflowError):
        return ()
    return tuple(row for row in rows if not row.tenant_window)
