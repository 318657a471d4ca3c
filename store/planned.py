"""Clocks that count from an acknowledgement: planned until it has really left, then fixed or counted anew.

An acknowledgement that goes by itself tells a date, counted from the moment at which it was written. That date is a
promise: it stays, however long the provider keeps the message. Where another message acknowledges, a person's after a
bounce, what it does not tell is counted from that one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    select,
    update,
)

from domain.areas import area_of
from domain.cases import ObligationState
from domain.decisions import NewObligation, NewReminder
from domain.duties import staged
from domain.ports import Ids
from domain.uktime import format_date, local_date
from store.audit import AuditEntry, AuditKey, append
from store.case_writes import add_obligations
from store.tables import CASE, OBLIGATION, OUTBOX, REMINDER

_ACKNOWLEDGE = "acknowledge"
_ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, kw_only=True)
class PlannedClocks:
    """The open clocks on one duty that count from an acknowledgement, once that has left."""

    case_id: str
    landlord: str
    area: str
    """Where the case's home is, of a landlord with areas."""
    events: dict[str, datetime]
    """What has happened in the case, by the names of ``domain.clauses.EVENTS``: at least ``received``."""
    rows: tuple[RowMapping, ...]
    """Every open clock on that duty, planned or not."""


def planned_clocks(tx: Connection, outbox_ids: Sequence[str]) -> list[PlannedClocks]:
    """What has to be counted anew because these messages acknowledged. What their own words tell is fixed here."""
    duties: dict[tuple[str, str], list[RowMapping]] = {}
    for row in tx.execute(_around(), {"ids": list(outbox_ids)}).mappings():
        duties.setdefault((row["outbox_id"], row["name"]), []).append(row)
    keep_as_counted(tx, [row["id"] for rows in duties.values() if _is_told(rows) for row in rows])
    return [_clocks(tx, rows) for rows in duties.values() if not _is_told(rows)]


def count_anew(
    tx: Connection,
    clocks: PlannedClocks,
    obligations: Sequence[NewObligation],
    reminders: Sequence[NewReminder],
    *,
    ids: Ids,
    now: datetime,
    keys: AuditKey,
) -> None:
    """Put counted clocks in the place of planned ones, which are kept as replaced."""
    old = [row["id"] for row in clocks.rows]
    replaced = ObligationState.REPLACED.value
    tx.execute(update(OBLIGATION).where(OBLIGATION.c.id.in_(old)).values(state=replaced))
    waiting = (REMINDER.c.obligation_id.in_(old), REMINDER.c.state == "waiting")
    tx.execute(update(REMINDER).where(*waiting).values(state="dropped"))
    add_obligations(tx, clocks.case_id, obligations, reminders, landlord=clocks.landlord, ids=ids, now=now)
    detail = {
        "replaced": old,
        "obligations": [[owed.name, owed.stage, owed.due_at.isoformat(), owed.basis] for owed in obligations],
    }
    append(tx, clocks.case_id, [AuditEntry(actor="scheduler", action="obligation.counted", detail=detail)], now, keys)


def keep_as_counted(tx: Connection, row_ids: Sequence[str]) -> None:
    """These clocks count from what has happened now: their dates stand."""
    if row_ids:
        tx.execute(update(OBLIGATION).where(OBLIGATION.c.id.in_(row_ids)).values(planned=False))


def plan_again(tx: Connection, message: RowMapping) -> None:
    """An acknowledgement did not arrive: what counts from it waits for the next. Its date stays until then."""
    if message["meets"] != _ACKNOWLEDGE or message["case_id"] is None:
        return
    mine = (
        OBLIGATION.c.case_id == message["case_id"],
        OBLIGATION.c.stage == message["meets_stage"],
        OBLIGATION.c.counted_from == staged(_ACKNOWLEDGED, message["meets_stage"]),
    )
    tx.execute(update(OBLIGATION).where(*mine).values(planned=True))


def _is_told(rows: Sequence[RowMapping]) -> bool:
    """Whether the message tells the very date that is kept for this duty."""
    told = set(rows[0]["filled"].values())
    dates = (format_date(local_date(row["due_at"]), row["language"]) for row in rows if row["effective"])
    return any(date in told for date in dates)


def _clocks(tx: Connection, rows: Sequence[RowMapping]) -> PlannedClocks:
    first = rows[0]
    started = tx.execute(_acknowledging(), {"case_id": first["case_id"], "stage": first["stage"]})
    events = {"received": first["received_at"]} | {row.counted_from: row.from_at for row in started}
    return PlannedClocks(
        case_id=first["case_id"],
        landlord=first["landlord"],
        area=area_of(first["flags"]),
        events=events | {staged(_ACKNOWLEDGED, first["stage"]): first["sent_at"]},
        rows=tuple(rows),
    )


@lru_cache
def _around() -> Select[Any]:
    """The open clocks on duties that count from what these messages acknowledge, with what counting them needs."""
    acknowledged = (OUTBOX.c[name] for name in ("sent_at", "filled", "language"))
    same_stage = and_(OBLIGATION.c.case_id == OUTBOX.c.case_id, OBLIGATION.c.stage == OUTBOX.c.meets_stage)
    planned = OBLIGATION.alias("planned_clock")
    event = case(
        (planned.c.stage > 1, literal("stage") + cast(planned.c.stage, String) + f"_{_ACKNOWLEDGED}"),
        else_=_ACKNOWLEDGED,
    )  # as domain.duties.staged names it
    counts_from_it = exists().where(
        planned.c.case_id == OBLIGATION.c.case_id,
        planned.c.stage == OBLIGATION.c.stage,
        planned.c.name == OBLIGATION.c.name,
        planned.c.state == ObligationState.OPEN.value,
        planned.c.planned.is_(True),
        planned.c.counted_from == event,
    )
    return (
        select(OBLIGATION, OUTBOX.c.id.label("outbox_id"), *acknowledged, CASE.c.received_at, CASE.c.flags)
        .select_from(OUTBOX)
        .join(CASE, CASE.c.id == OUTBOX.c.case_id)
        .join(OBLIGATION, same_stage)
        .where(
            OUTBOX.c.id.in_(bindparam("ids", expanding=True)),
            OUTBOX.c.meets == _ACKNOWLEDGE,
            OBLIGATION.c.state == ObligationState.OPEN.value,
            counts_from_it,
        )
        .order_by(OBLIGATION.c.due_at, OBLIGATION.c.id)
    )


@lru_cache
def _acknowledging() -> Select[Any]:
    """What the duty to acknowledge was counted from: receipt, or the wish for this stage."""
    table = OBLIGATION
    mine = (table.c.case_id == bindparam("case_id"), table.c.stage == bindparam("stage"))
    return (
        select(table.c.counted_from, table.c.from_at)
        .where(*mine, table.c.name == _ACKNOWLEDGE, table.c.state != ObligationState.REPLACED.value)
        .order_by(table.c.from_at)
    )
