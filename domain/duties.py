"""What a policy owes for a message or a case, each with its date, clause and a sentence that explains the date."""

from collections.abc import Mapping
from datetime import datetime

from domain.calendars import Calendar
from domain.deadlines import ClockUnit, due_at, explain
from domain.labels import Hazard, Kind
from domain.policies import Duty, HazardClass, Policy
from domain.uktime import local_date
from domain.values import Instant, Value

RECEIVED_AT_FIRST = ("received", "raised", "requested", "hazard_known")
"""Events that happen with the message itself unless they are given."""

PLANNED_FROM = {
    "acknowledged": "acknowledge",
    "stage2_acknowledged": "acknowledge",
    "draft_issued": "draft",
    "comments_closed": "comment_window",
    "contacted": "contact",
}
"""An event that has not happened yet is planned on the day its duty is due (rules C2: for planning only)."""

EMERGENCY_HAZARDS = frozenset({Hazard.GAS, Hazard.CARBON_MONOXIDE, Hazard.ELECTRICAL, Hazard.FIRE, Hazard.SEWAGE})


class DutyRow(Value):
    """One obligation as ``timeline`` prints it and the router keeps it."""

    name: str
    stage: int
    due_at: Instant
    clock: ClockUnit
    amount: int
    counted_from: str
    from_at: Instant
    basis: str
    owner: str
    effective: bool
    explanation: str
    level: str
    planned: bool = False
    """Counted from an event that has not happened yet."""


def duties_owed(
    policy: Policy,
    calendar: Calendar,
    *,
    kind: Kind,
    received_at: datetime,
    channel: str = "",
    matter: str = "housing",
    hazard: Hazard = Hazard.NONE,
    hazard_class: HazardClass | None = None,
    events: Mapping[str, datetime] | None = None,
) -> tuple[DutyRow, ...]:
    """All that the policy owes, by due date; of two clocks on one duty the earlier is ``effective``.

    ``channel`` is where it came in; no shipped policy promises different times by channel. ``events`` are what has
    happened since, by the names of the contract's ``timeline``.
    """
    del channel  # kept so that a policy by channel needs no new signature
    known = dict(events or {})
    for event in RECEIVED_AT_FIRST:
        known.setdefault(event, received_at)
    grade = _class_of(hazard, hazard_class, known)
    rows: list[DutyRow] = []
    for duty in policy.duties:
        if _applies(duty, kind=kind, matter=matter, hazard=hazard, grade=grade, received_at=received_at, known=known):
            row = _row(duty, calendar, known, rows)
            if row is not None:
                rows.append(row)
    return tuple(sorted(_mark_effective(rows), key=lambda row: (row.due_at, row.stage, row.name)))


def _class_of(hazard: Hazard, given: HazardClass | None, known: Mapping[str, datetime]) -> HazardClass | None:
    if hazard is Hazard.NONE:
        return None
    if given is not None:
        return given
    return (
        HazardClass.EMERGENCY if hazard in EMERGENCY_HAZARDS or "hazard_emergency" in known else HazardClass.SIGNIFICANT
    )


def _applies(
    duty: Duty,
    *,
    kind: Kind,
    matter: str,
    hazard: Hazard,
    grade: HazardClass | None,
    received_at: datetime,
    known: Mapping[str, datetime],
) -> bool:
    day = local_date(received_at)
    return (
        (kind in duty.kinds or (duty.hazard is not None and grade is not None))
        and duty.matter in {"any", matter}
        and (duty.hazard is None or duty.hazard is grade)
        and (not duty.hazards or hazard in duty.hazards)
        and (duty.valid_from is None or duty.valid_from <= day)
        and (duty.valid_to is None or day <= duty.valid_to)
        and (duty.after_event is None or duty.after_event in known)
    )


def _row(duty: Duty, calendar: Calendar, known: Mapping[str, datetime], earlier: list[DutyRow]) -> DutyRow | None:
    start, planned = known.get(duty.counted_from), False
    if start is None:
        start, planned = _planned_start(duty, earlier), True
    if start is None:
        return None
    count = {"count": duty.count, "roll_forward": duty.roll_forward}
    due = due_at(duty.clock, duty.amount, start, calendar, **count)  # type: ignore[arg-type]
    words = explain(duty.clock, duty.amount, start, calendar, **count)  # type: ignore[arg-type]
    if duty.cap is not None and duty.cap.counted_from in known:
        latest = due_at(duty.clock, duty.cap.amount, known[duty.cap.counted_from], calendar, count=duty.count)
        if latest < due:
            due = latest
            unit = duty.clock.replace("_", " ")
            words += f", but no later than {duty.cap.amount} {unit} after it was {duty.cap.counted_from}"
    return DutyRow(
        name=duty.name,
        stage=duty.stage,
        due_at=due,
        clock=duty.clock,
        amount=duty.amount,
        counted_from=duty.counted_from,
        from_at=start,
        basis=duty.basis.clause,
        owner=duty.owner,
        effective=True,
        explanation=words,
        level=duty.level,
        planned=planned,
    )


def _planned_start(duty: Duty, earlier: list[DutyRow]) -> datetime | None:
    wanted = PLANNED_FROM.get(duty.counted_from)
    dates = [row.due_at for row in earlier if row.name == wanted and row.stage == duty.stage]
    return min(dates) if dates else None


def _mark_effective(rows: list[DutyRow]) -> list[DutyRow]:
    """Two clocks on one duty are two rows; the earlier is the one that binds."""
    first: dict[tuple[str, int], DutyRow] = {}
    for row in rows:
        key = (row.name, row.stage)
        if key not in first or row.due_at < first[key].due_at:
            first[key] = row
    return [row.model_copy(update={"effective": first[(row.name, row.stage)] is row}) for row in rows]
