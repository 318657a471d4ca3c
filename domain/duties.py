"""What a policy owes for one message, each with its date and why: what ``timeline`` prints and the router opens.

Pure. Every clock is computed, the landlord's and its regime's; of two on one duty the earlier is ``effective``
(rules A0, C2). A clock whose event has not happened yet is planned from the day on which that event is itself due.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.binding import with_effect
from domain.calendars import Calendar
from domain.clauses import STAGED_EVENTS, Duty, Extension
from domain.deadlines import ClockUnit, due_at, explain
from domain.duty_words import event_words, put_off_words
from domain.labels import Hazard, Kind
from domain.policies import Policy
from domain.receipt import Receipt
from domain.uktime import end_of_local_day, format_short_date, local_date
from domain.values import Instant, Value

FAMILIES: Final = {
    "email_imap": "email",
    "twilio_sms": "sms",
    "texts": "sms",
    "twilio_whatsapp": "chat",
    "whatsapp": "chat",
    "telegram": "chat",
    "web_form": "web",
    "staff_note": "phone",
    "phone_note": "phone",
}
"""Kinds of channels to the families that a duty's ``channels`` names; other words stand for themselves."""

_HAZARD_EVENTS: Final = ("hazard_known", "hazard_emergency", "investigated")
_OWN: Final = ("landlord", "")
_AT_OR_AFTER: Final = ((3, "stage3_requested"), (2, "escalated"))


class DutyRow(Value):
    """One clock of one duty."""

    name: str
    stage: int
    due: Instant
    """23:59:59 UK time on the last day; exact for hours."""
    clock: ClockUnit
    amount: int
    counted_from: str
    """The event that the clock was really started by."""
    from_at: Instant
    basis: str
    owner: str
    effective: bool = True
    """False: another clock on the same duty ends earlier, or it was extended."""
    explanation: str
    planned: bool = False
    """Its event has not happened: counted from the day on which that is due. To be computed again once it happens."""
    tenant_window: bool = False
    """A right of the tenant's; never a breach of the landlord's."""
    source: str = "landlord"
    """``landlord`` or the regime's slug."""
    extendable_to: Instant | None = None
    """The last moment to which this response may be put off without further good reason."""
    done_by: str = ""
    """The event that meets it."""


def duties_owed(
    policy: Policy,
    calendar: Calendar,
    *,
    kind: Kind,
    channel: str,
    received_at: datetime,
    matter: str = "housing",
    hazard: Hazard | None = None,
    events: Mapping[str, datetime] | None = None,
    last_stage: int = 3,
    of_danger: bool = False,
) -> tuple[DutyRow, ...]:
    """Every clock that runs or is planned, in the order of their due times.

    Args:
        policy: the landlord's merged rules.
        calendar: whose working days count; the landlord's own closing days in it only for its own promises.
        kind: what the message was taken for.
        channel: a channel's kind or family (``FAMILIES``).
        received_at: when the landlord's system had it; the start of ``received`` and, unless given, of ``raised``.
        matter: ``housing``, or ``other`` for a council's further services.
        hazard: a danger found in it. Those that are emergencies by nature count from receipt unless ``hazard_known``
            is given; ``hazard_emergency`` makes any danger one.
        events: what has happened since, by the names of ``domain.clauses.EVENTS``; a later stage's own as
            ``stage2_acknowledged``. ``allocated``, ``draft_issued``, ``extended_to`` and their like without a prefix
            belong to the stage that was reached at that time.
        last_stage: later stages are left out; no clock depends on one of a later stage.
        of_danger: only the clocks that a danger starts, as they run beside all others.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    given = {**(events or {}), "received": received_at}
    family = FAMILIES.get(channel, channel)
    question = _Question(
        calendar=calendar,
        events=given,
        hazard=None if hazard is Hazard.NONE else hazard,
        receipt=policy.receipt,
        duties=tuple(
            each
            for each in policy.duties
            if each.stage <= last_stage
            and (not of_danger or _is_of_danger(each))
            and _concerns(each, kind, family, matter)
        ),
    )
    rows = [row for duty in question.duties if (row := _row(question, duty))]
    rows = _with_limits(question, rows)
    rows += _extended(question, rows)
    return tuple(sorted(with_effect(rows), key=lambda row: (row.due, row.stage, not row.effective)))


def count_again(
    policy: Policy, calendar: Calendar, *, name: str, stage: int, basis: str, events: Mapping[str, datetime]
) -> DutyRow | None:
    """One clock anew, as of these events, ``received`` among them; None where the policy has no such clock any more.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    wanted = (each for each in policy.duties if (each.name, each.stage, each.basis.clause) == (name, stage, basis))
    duty = next(wanted, None)
    if duty is None:
        return None
    question = _Question(calendar=calendar, events=dict(events), hazard=None, duties=(duty,), receipt=policy.receipt)
    return _row(question, duty)


def staged(event: str, stage: int) -> str:
    """The name of an event that happens once in each stage."""
    return f"stage{stage}_{event}" if stage > 1 else event


@dataclass(frozen=True, kw_only=True)
class _Question:
    """What is asked, with the duties that concern it."""

    calendar: Calendar
    events: dict[str, datetime]
    hazard: Hazard | None
    duties: tuple[Duty, ...]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class _Start:
    """Where a clock begins."""

    event: str
    at: datetime
    remark: str = ""
    planned: bool = False


def _concerns(duty: Duty, kind: Kind, family: str, matter: str) -> bool:
    return (
        (not duty.kinds or kind in duty.kinds)
        and (not duty.channels or family in duty.channels)
        and (duty.matter in ("any", matter))
    )


def _is_of_danger(duty: Duty) -> bool:
    return bool(duty.hazards) or duty.counted_from in _HAZARD_EVENTS


def _row(question: _Question, duty: Duty) -> DutyRow | None:
    """The duty's clock, or None while nothing starts it."""
    if _is_skipped(question, duty) or (duty.hazards and not _has_hazard(question, duty)):
        return None
    start = _start(question, duty, duty.counted_from, seen=())
    if start is None or not _in_force(duty, start.at):
        return None
    # A landlord's own closing days and its rule of receipt never put a regime's clock off.
    own = duty.source in _OWN
    calendar = question.calendar if own else question.calendar.national
    receipt = question.receipt if own and duty.clock is not ClockUnit.HOURS else Receipt()
    at, deemed = receipt.counts_from(start.event, start.at), receipt.is_deemed(start.event)
    due = due_at(
        duty.clock, duty.amount, at, calendar, count=duty.count, roll_forward=duty.roll_forward, deemed_next=deemed
    )
    words = explain(
        duty.clock, duty.amount, at, calendar, count=duty.count, roll_forward=duty.roll_forward, deemed_next=deemed
    )
    parts = [each for each in (words, receipt.remark(start.event, start.at), start.remark) if each]
    if ceiling := _ceiling(question, duty, calendar):
        latest, limit_words = ceiling
        if latest < due:
            due = latest
            parts.append(f"but not later than {limit_words}: a late first step gains no time")
    return DutyRow(
        name=duty.name,
        stage=duty.stage,
        due=due,
        clock=duty.clock,
        amount=duty.amount,
        counted_from=start.event,
        from_at=start.at,
        basis=duty.basis.clause,
        owner=duty.owner,
        explanation="; ".join(parts),
        planned=start.planned,
        tenant_window=duty.tenant_window,
        source=duty.source or "landlord",
        done_by=duty.done_by,
    )


def _is_skipped(question: _Question, duty: Duty) -> bool:
    """A complaint that goes straight to stage 2 owes nothing at stage 1 (CESTRIA-47, the SPSO's direct route)."""
    escalated = question.events.get("escalated")
    straight = escalated is not None and escalated <= question.events["received"]
    return straight and (duty.stage == 1 or duty.name == "informal_reply")


def _has_hazard(question: _Question, duty: Duty) -> bool:
    if question.hazard is not None:
        return question.hazard in duty.hazards or _emergency_by_word(question, duty)
    return any(name in question.events for name in _HAZARD_EVENTS)


def _emergency_by_word(question: _Question, duty: Duty) -> bool:
    return duty.counted_from == "hazard_emergency" and "hazard_emergency" in question.events


def _in_force(duty: Duty, at: datetime) -> bool:
    if duty.valid_from is None and duty.valid_to is None:
        return True
    day = local_date(at)
    return (duty.valid_from is None or duty.valid_from <= day) and (duty.valid_to is None or day <= duty.valid_to)


def _start(question: _Question, duty: Duty, event: str, *, seen: tuple[str, ...]) -> _Start | None:
    """The moment an event happened, or is planned for; else that of the event that stands in for it."""
    if found := _happened(question, duty, event):
        return found
    if duty.or_from and event == duty.counted_from and (found := _happened(question, duty, duty.or_from)):
        return _deemed(question, duty, found)
    return None if event in seen else _planned(question, duty, event, seen=(*seen, event))


def _happened(question: _Question, duty: Duty, event: str) -> _Start | None:
    events = question.events
    if event in {"hazard_known", "hazard_emergency"}:
        return _danger(question, duty, event)
    if event == "raised":
        return _Start(event=event, at=events.get("raised", events["received"]))
    if event in STAGED_EVENTS and duty.stage:
        name = staged(event, duty.stage)
        own = events.get(f"stage{duty.stage}_{event}")
        bare = events.get(event)
        if own is None and bare is not None and _stage_at(events, bare) == duty.stage:
            own = bare
        return _Start(event=name, at=own) if own else None
    at = events.get(event)
    return _Start(event=event, at=at) if at else None


def _danger(question: _Question, duty: Duty, event: str) -> _Start | None:
    """When a danger became known: by its event, else on receipt where the duty names this danger."""
    events = question.events
    if at := events.get(event):
        return _Start(event=event, at=at)
    if question.hazard not in duty.hazards:
        return None
    if event == "hazard_emergency":
        return None if "hazard_known" in events else _Start(event="received", at=events["received"])
    known = events.get("hazard_emergency", events["received"])
    return _Start(event="hazard_emergency" if "hazard_emergency" in events else "received", at=known)


def _stage_at(events: Mapping[str, datetime], at: datetime) -> int:
    return next((stage for stage, event in _AT_OR_AFTER if event in events and at >= events[event]), 1)


def _deemed(question: _Question, duty: Duty, found: _Start) -> _Start:
    """The stand-in event, some working days on where the duty says so (a letter's deemed receipt, rules C2)."""
    missing = event_words(duty.counted_from)
    if not duty.or_from_days:
        return replace(found, remark=f"counted from {event_words(found.event)}: {missing} is not on record")
    at = due_at(ClockUnit.WORKING_DAYS, duty.or_from_days, found.at, question.calendar.national)
    remark = f"{missing} is not on record: taken as {format_short_date(local_date(at))}"
    return _Start(event=found.event, at=at, remark=remark, planned=True)


def _planned(question: _Question, duty: Duty, event: str, *, seen: tuple[str, ...]) -> _Start | None:
    """The earliest due time of the duties that bring the event about, in the same stage.

    Nothing is planned from an outcome: a window to escalate is not open before there is something to escalate.
    """
    if event.endswith("_outcome"):
        return None
    bringing = [
        each
        for each in question.duties
        if each.done_by == event and each.stage in {duty.stage, 0 if duty.stage == 1 else duty.stage}
    ]
    due_times = [
        row.due
        for each in bringing
        if each is not duty and each.counted_from not in seen and (row := _row(question, each))
    ]
    if not due_times:
        return None
    name = staged(event, duty.stage) if event in STAGED_EVENTS else event
    remark = f"planned: {event_words(event)} is due then and not yet on record"
    return _Start(event=name, at=min(due_times), remark=remark, planned=True)


def _ceiling(question: _Question, duty: Duty, calendar: Calendar) -> tuple[datetime, str] | None:
    if duty.ceiling is None or (start := _happened(question, duty, duty.ceiling.counted_from)) is None:
        return None
    limit = (duty.clock, duty.ceiling.amount, start.at, calendar)
    return due_at(*limit, count=duty.count), explain(*limit, count=duty.count)


def _with_limits(question: _Question, rows: list[DutyRow]) -> list[DutyRow]:
    """Rows that must not outlast another duty are brought forward; responses learn how far they may be put off."""
    earliest: dict[tuple[str, int], datetime] = {}
    for row in rows:
        key = (row.name, row.stage)
        earliest[key] = min(row.due, earliest.get(key, row.due))
    by_clause = {(duty.name, duty.stage, duty.basis.clause): duty for duty in question.duties}
    limited = []
    for row in rows:
        duty = by_clause[row.name, row.stage, row.basis]
        latest = earliest.get((duty.not_after, max(row.stage, 1))) if duty.not_after else None
        if latest and latest < row.due:
            day = format_short_date(local_date(latest))
            words = f"{row.explanation}; but not later than {day}, when “{duty.not_after.replace('_', ' ')}” is due"
            limited.append(row.model_copy(update={"due": latest, "explanation": words}))
        elif extension := _extension(question, row.name, row.stage):
            limited.append(row.model_copy(update={"extendable_to": _extend(question, row, earliest, extension)}))
        else:
            limited.append(row)
    return limited


def _extension(question: _Question, name: str, stage: int) -> Extension | None:
    return next(
        (duty.extension for duty in question.duties if (duty.name, duty.stage) == (name, stage) and duty.extension),
        None,
    )


def _extend(
    question: _Question, row: DutyRow, earliest: Mapping[tuple[str, int], datetime], extension: Extension
) -> datetime:
    """New due = OLD due and the extension's amount (rules C2), by the nation's days: a limit is never passed."""
    return due_at(row.clock, extension.amount, earliest[row.name, row.stage], question.calendar.national)


def _extended(question: _Question, rows: list[DutyRow]) -> list[DutyRow]:
    """The response's row after an extension: the date that was told, with a word where it is too far off."""
    at = question.events.get("extended_to")
    if at is None:
        return []
    asked = _stage_at(question.events, at)
    old = min((row for row in rows if row.extendable_to and row.stage == asked), key=lambda row: row.due, default=None)
    extension = _extension(question, old.name, old.stage) if old else None
    new = end_of_local_day(local_date(at))
    if old is None or extension is None or old.extendable_to is None or new <= old.due:
        return []
    words = put_off_words(old.clock, local_date(old.due), local_date(at), question.calendar.national)
    if new > old.extendable_to:
        latest = format_short_date(local_date(old.extendable_to))
        words += f"; later than {latest}, the latest day without further good reason"
    return [
        old.model_copy(
            update={
                "due": new,
                "amount": extension.amount,
                "counted_from": "extended_to",
                "from_at": old.due,
                "basis": extension.basis.clause,
                "explanation": words,
                "planned": False,
                "extendable_to": None,
            }
        )
    ]
