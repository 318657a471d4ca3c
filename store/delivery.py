"""Delivery reports: how far a message of ours got, forward only.

A failed one counts as not sent, and goes by another way as if the provider had refused it at once.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, case, exists, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from domain.cases import ObligationState
from domain.messages import DeliveryReport, DeliveryState
from domain.ports import Ids
from store.audit import AuditEntry, AuditKey, append, landlord_chain
from store.fallback import OtherWays, queue_fallback
from store.people import block_address, stored_address
from store.planned import plan_again
from store.reports import insert_reports
from store.tables import CASE, DELIVERY_REPORT, OBLIGATION, OUTBOX, REMINDER

_RANK: Final[Mapping[str | None, int]] = {
    None: 0,
    DeliveryState.SENT: 1,
    DeliveryState.DELAYED: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.DISPLAYED: 4,
    DeliveryState.FAILED: 5,
}
"""Only a higher rank moves a message on, and nothing fails that was delivered."""
_SAID_BY_NOBODY: Final = ("failed", "cancelled")
"""What failed went another way already; what was cancelled is not to be said at all."""


def record_delivery(
    tx: Connection,
    landlord: str,
    report: DeliveryReport,
    *,
    ways: OtherWays,
    ids: Ids,
    now: datetime,
    keys: AuditKey,
) -> str | None:
    """Keep a report and act on it; returns the id of the message it is about, None where it matches none yet.

    Args:
        tx: a writing transaction.
        landlord: whose channel told it.
        report: the provider's word.
        ways: what a message that did not arrive may go by instead.
        ids: for new rows.
        now: when it came.
        keys: for the audit.
    """
    (report_id,) = insert_reports(tx, landlord, (report,), now)
    row = tx.execute(select(DELIVERY_REPORT).where(DELIVERY_REPORT.c.id == report_id)).mappings().one()
    return _settle(tx, row, ways, ids=ids, now=now, keys=keys)


def settle_reports(
    tx: Connection, *, ways: OtherWays, ids: Ids, now: datetime, keys: AuditKey, limit: int = 200
) -> int:
    """Act on reports that came before the send they speak of was recorded; returns how many matched.

    The newest are tried: a report about a message that is not ours never matches, and must not crowd out others.
    """
    waiting = select(DELIVERY_REPORT).where(DELIVERY_REPORT.c.handled_at.is_(None))
    newest = waiting.order_by(DELIVERY_REPORT.c.stored_at.desc()).limit(limit)
    rows = sorted(tx.execute(newest).mappings(), key=lambda row: (row["at"], row["id"]))
    return sum(_settle(tx, row, ways, ids=ids, now=now, keys=keys) is not None for row in rows)


def _settle(
    tx: Connection, report: RowMapping, ways: OtherWays, *, ids: Ids, now: datetime, keys: AuditKey
) -> str | None:
    if report["handled_at"] is not None:
        return str(report["outbox_id"])
    message = _find_message(tx, report)
    if message is None:
        return None
    handled = update(DELIVERY_REPORT).where(DELIVERY_REPORT.c.id == report["id"])
    tx.execute(handled.values(outbox_id=message["id"], handled_at=now))
    if _moves_on(message["delivery"], report["state"]):
        _move_on(tx, message, report, now=now, keys=keys)
        if report["state"] == DeliveryState.FAILED and message["state"] not in _SAID_BY_NOBODY:
            queue_fallback(tx, message["id"], ways, ids=ids, now=now, keys=keys, task=_task(message))
    return str(message["id"])


@lru_cache
def _reopen() -> ReturningUpdate[Any]:
    """What was late stays late; what is owed anew since then is not owed twice."""
    table, newer = OBLIGATION, OBLIGATION.alias("newer")
    same = (newer.c[name] == table.c[name] for name in ("case_id", "name", "stage", "basis", "about"))
    owed_anew = exists().where(*same, newer.c.state == ObligationState.OPEN.value)
    was_late = (table.c.breached_at.is_not(None), ObligationState.BREACHED.value)
    return (
        update(table)
        .where(table.c.met_by == bindparam("outbox_id"), table.c.state == ObligationState.MET.value, ~owed_anew)
        .values(state=case(was_late, else_=ObligationState.OPEN.value), met_at=None, met_by=None)
        .returning(table.c.id)
    )


def _find_message(tx: Connection, report: RowMapping) -> RowMapping | None:
    """By the provider's id on that channel, else by our Message-ID; never a message that is still waiting to go.

    One that was only just taken, or is being sent again, is not found yet: the report waits until that is settled.
    """
    candidates: list[tuple[ColumnElement[bool], ...]] = []
    if report["provider_id"]:
        candidates.append(
            (OUTBOX.c.channel == report["channel"], OUTBOX.c.provider_id == report["provider_id"]),
        )
    if report["message_id"]:
        tried = (OUTBOX.c.attempts > 0, or_(OUTBOX.c.state != "waiting", OUTBOX.c.lease_until.is_(None)))
        candidates.append((OUTBOX.c.message_id == report["message_id"].strip("<>"), *tried))
    for wanted in candidates:
        settled = (OUTBOX.c.landlord == report["landlord"], OUTBOX.c.state != "taken")
        mine = select(OUTBOX).where(*settled, *wanted).with_for_update()
        row = tx.execute(mine.limit(1)).mappings().first()
        if row is not None:
            return row
    return None


def _moves_on(before: str | None, after: str) -> bool:
    if after == DeliveryState.FAILED:
        return _RANK[before] < _RANK[DeliveryState.DELIVERED]
    return _RANK[before] < _RANK[after]


def _move_on(tx: Connection, message: RowMapping, report: RowMapping, *, now: datetime, keys: AuditKey) -> None:
    failed = report["state"] == DeliveryState.FAILED
    changes: dict[str, Any] = {"delivery": report["state"], "delivery_at": report["at"]}
    if failed and message["state"] != "cancelled":
        changes |= {"state": "failed", "error_code": report["code"], "error": "it was reported as not delivered"}
    elif report["state"] in {DeliveryState.DELIVERED, DeliveryState.DISPLAYED}:
        changes["state"] = "delivered"
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == message["id"]).values(**changes))
    if failed:
        _count_as_not_sent(tx, message, now)
        if report["permanent"]:
            to = stored_address(message["to_kind"], message["to_value"])
            block_address(tx, message["landlord"], to, now)
    detail = {"outbox": message["id"], "state": report["state"], "code": report["code"]}
    entry = AuditEntry(actor="provider", action="outbox.reported", detail=detail)
    append(tx, message["case_id"] or landlord_chain(message["landlord"]), [entry], now, keys)


def _count_as_not_sent(tx: Connection, message: RowMapping, now: datetime) -> None:
    """Duties that it met are open again, with the nudges still to come (situation 157)."""
    again = list(tx.execute(_reopen(), {"outbox_id": message["id"]}).scalars())
    if again:
        plan_again(tx, message)
        dropped = (REMINDER.c.obligation_id.in_(again), REMINDER.c.state == "dropped", REMINDER.c.fire_at > now)
        tx.execute(update(REMINDER).where(*dropped).values(state="waiting"))
        this_response = (CASE.c.id == message["case_id"], CASE.c.response_sent_at == message["sent_at"])
        tx.execute(update(CASE).where(*this_response).values(response_sent_at=None))


def _task(message: RowMapping) -> tuple[str, str]:
    what = "acknowledgement" if message["meets"] == "acknowledge" else "message"
    reason = (
        f"Our {what} did not arrive, so it counts as not sent, and no other address can be used: "
        "reach this person another way."
    )
    return "bounce", reason
