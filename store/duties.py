"""What falls due by time alone: nudges, breaches and alerts. Whom to tell is decided by the caller."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, select, update

from domain.cases import ToldAlert
from domain.messages import Address
from domain.ports import Ids
from store.audit import AuditEntry, AuditKey, append
from store.claims import claim_due
from store.columns import UtcDateTime
from store.tables import ALERT, CASE, OBLIGATION, OUTBOX, REMINDER
from store.work import Place, add_task_today, finish_task, open_tasks

__all__ = [
    "acknowledge_alert",
    "acknowledge_alerts",
    "claim_alerts",
    "claim_reminders",
    "finish_reminder",
    "finish_task",
    "mark_breaches",
    "open_tasks",
    "plan_alert",
    "still_due",
    "told_alerts",
]

_OWED: Final = ("open", "breached")
_BREACHES_AT_ONCE: Final = 500


def claim_reminders(tx: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[RowMapping]:
    """Nudges whose time has come."""
    return claim_due(tx, REMINDER, now=now, lease=lease, limit=limit, time_column="fire_at")


def still_due(tx: Connection, obligation_id: str) -> bool:
    """Whether something is still owed, so that its nudge makes sense."""
    return tx.execute(_state(), {"row_id": obligation_id}).scalar_one_or_none() in _OWED


def finish_reminder(tx: Connection, reminder_id: str, *, sent: bool, ids: Ids, now: datetime, keys: AuditKey) -> None:
    """Close a nudge: sent, it is a task for its audience; else it is dropped."""
    closed = (
        update(REMINDER)
        .where(REMINDER.c.id == reminder_id, REMINDER.c.state == "waiting")
        .values(state="sent" if sent else "dropped", lease_until=None)
        .returning(REMINDER.c.obligation_id, REMINDER.c.audience)
    )
    nudge = tx.execute(closed).first()
    if nudge is None or not sent:
        return
    owed = tx.execute(select(OBLIGATION).where(OBLIGATION.c.id == nudge.obligation_id)).mappings().one()
    add_task_today(
        tx,
        kind="reminder",
        reason=f"Still owed: {owed['name'].replace('_', ' ')} (stage {owed['stage']}), {owed['basis']}.",
        place=Place(about=reminder_id, landlord=owed["landlord"], case_id=owed["case_id"]),
        ids=ids,
        now=now,
        team=nudge.audience,
    )
    detail = {"reminder": reminder_id, "obligation": owed["id"], "audience": nudge.audience}
    append(tx, owed["case_id"], [AuditEntry(actor="scheduler", action="reminder.sent", detail=detail)], now, keys)


def mark_breaches(
    tx: Connection, now: datetime, *, ids: Ids, keys: AuditKey, owners: Mapping[str, str] = MappingProxyType({})
) -> int:
    """Duties whose time has passed become breached, each with a task for its owner; returns how many.

    Whoever answers for a landlord's policy (``owners``, by landlord) hears of each as well.
    """
    rows = list(tx.execute(_overdue(), {"now": now}).mappings())
    if not rows:
        return 0
    tx.execute(_breach(), [{"row_id": row["id"], "now": now} for row in rows])
    for row in rows:
        add_task_today(
            tx,
            kind="breach",
            reason=f"Overdue: {row['name'].replace('_', ' ')} (stage {row['stage']}), {row['basis']}.",
            place=Place(about=row["id"], landlord=row["landlord"], case_id=row["case_id"]),
            ids=ids,
            now=now,
            team=row["owner"],
        )
        if owner := owners.get(row["landlord"]):
            reason = f"The policy was not kept: {row['name'].replace('_', ' ')} (stage {row['stage']}), {row['basis']}."
            place = Place(about=row["id"], landlord=row["landlord"], case_id=row["case_id"])
            add_task_today(tx, kind="breach_of_policy", reason=reason, place=place, ids=ids, now=now, team=owner)
        detail = {"obligation": row["id"], "name": row["name"], "stage": row["stage"], "basis": row["basis"]}
        entry = AuditEntry(actor="scheduler", action="obligation.breached", detail=detail)
        append(tx, row["case_id"], [entry], now, keys)
    return len(rows)


def claim_alerts(tx: Connection, *, now: datetime, lease: timedelta, limit: int) -> list[dict[str, Any]]:
    """Alerts that must go out now; ``attempts`` is the round, from 1; ``reference`` is their case's, or None."""
    rows = claim_due(tx, ALERT, now=now, lease=lease, limit=limit, states=("open",))
    if not rows:
        return []
    case_ids = sorted({row["case_id"] for row in rows if row["case_id"]})
    found = tx.execute(select(CASE.c.id, CASE.c.reference).where(CASE.c.id.in_(case_ids)))
    references = {row.id: row.reference for row in found}
    return [{**row, "reference": references.get(row["case_id"])} for row in rows]


def plan_alert(tx: Connection, alert_id: str, *, due_at: datetime) -> None:
    """When to tell again, unless somebody acknowledges before."""
    tx.execute(update(ALERT).where(ALERT.c.id == alert_id).values(due_at=due_at, lease_until=None))


def acknowledge_alert(tx: Connection, *, token: str, by: str, now: datetime) -> tuple[str, ...]:
    """Somebody has taken an alert on by the token of its link.

    Returns:
        The ids of alerts that this acknowledged: none when the token is unknown or it was done before.
    """
    return _take(tx, ALERT.c.token == token, by=by, now=now)


def acknowledge_alerts(tx: Connection, alert_ids: Sequence[str], *, by: str, now: datetime) -> tuple[str, ...]:
    """Somebody has taken these alerts on; returns the ids of those that nobody had taken before."""
    return _take(tx, ALERT.c.id.in_(alert_ids), by=by, now=now) if alert_ids else ()


def told_alerts(tx: Connection, landlord: str, address: Address, by: datetime) -> tuple[ToldAlert, ...]:
    """The open alerts of which this address had been told by then, the newest first.

    What was only about to go out does not count: nobody can have answered it.
    """
    newest_first = (
        select(ALERT.c.id, ALERT.c.created_at, CASE.c.reference)
        .join(CASE, CASE.c.id == ALERT.c.case_id, isouter=True)
        .where(ALERT.c.landlord == landlord, ALERT.c.state == "open")
        .order_by(ALERT.c.created_at.desc(), ALERT.c.id.desc())
    )
    rows = list(tx.execute(newest_first))
    if not rows:
        return ()
    told = select(OUTBOX.c.dedupe_key).where(
        OUTBOX.c.landlord == landlord,
        OUTBOX.c.to_kind == address.kind.value,
        OUTBOX.c.to_value == address.value,
        OUTBOX.c.queued_at >= rows[-1].created_at,
        OUTBOX.c.purpose == "alert",
        OUTBOX.c.first_attempt_at <= by,
    )
    ids = {key.split(":")[1] for key in tx.execute(told).scalars()}
    return tuple(ToldAlert(id=row.id, reference=row.reference) for row in rows if row.id in ids)


def _take(tx: Connection, which: ColumnElement[bool], *, by: str, now: datetime) -> tuple[str, ...]:
    taken = (
        update(ALERT)
        .where(ALERT.c.state == "open", which)
        .values(state="acknowledged", acknowledged_at=now, acknowledged_by=by, lease_until=None)
        .returning(ALERT.c.id)
    )
    alert_ids = tuple(tx.execute(taken).scalars())
    for alert_id in alert_ids:  # what is still to go out about it would only wake people for nothing
        waiting = (OUTBOX.c.purpose == "alert", OUTBOX.c.state == "waiting", OUTBOX.c.lease_until.is_(None))
        mine = OUTBOX.c.dedupe_key.startswith(f"alert:{alert_id}:", autoescape=True)
        tx.execute(update(OUTBOX).where(*waiting, mine).values(state="cancelled", error="it was acknowledged"))
    return alert_ids


@lru_cache
def _state() -> Select[Any]:
    return select(OBLIGATION.c.state).where(OBLIGATION.c.id == bindparam("row_id"))


@lru_cache
def _overdue() -> Select[Any]:
    now = bindparam("now", type_=UtcDateTime())
    late = (OBLIGATION.c.state == "open", OBLIGATION.c.due_at < now, OBLIGATION.c.effective.is_(True))
    return (
        select(OBLIGATION)
        .where(*late)
        .order_by(OBLIGATION.c.due_at, OBLIGATION.c.id)
        .limit(_BREACHES_AT_ONCE)
        .with_for_update(skip_locked=True)
    )


@lru_cache
def _breach() -> Any:
    now = bindparam("now", type_=UtcDateTime())
    return update(OBLIGATION).where(OBLIGATION.c.id == bindparam("row_id")).values(state="breached", breached_at=now)
