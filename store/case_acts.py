"""What people did with a case, in order, and what follows from it for the case's row and its duties."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from domain.cases import CaseState, ObligationState
from domain.decisions import NewObligation, NewReminder
from domain.ports import Ids
from store.audit import AuditEntry, AuditKey, append
from store.case_writes import add_obligations
from store.statements import insert_rows
from store.tables import CASE, CASE_ACT, MESSAGE, OBLIGATION, REMINDER

_ACKNOWLEDGE = "acknowledge"


def load_acts(tx: Connection, case_id: str) -> list[RowMapping]:
    """The acts on record, the first first."""
    mine = select(CASE_ACT).where(CASE_ACT.c.case_id == case_id).order_by(CASE_ACT.c.number)
    return list(tx.execute(mine).mappings())


def first_channel(tx: Connection, case_id: str) -> str:
    """The kind of channel that the case's first message came by; ``email`` where it has none."""
    first = select(MESSAGE.c.channel_kind).where(MESSAGE.c.case_id == case_id).order_by(MESSAGE.c.received_at).limit(1)
    return tx.execute(first).scalar_one_or_none() or "email"


def acknowledged_stages(tx: Connection, case_id: str) -> dict[int, datetime]:
    """When each stage's acknowledgement left."""
    met = (OBLIGATION.c.name == _ACKNOWLEDGE, OBLIGATION.c.state == ObligationState.MET.value)
    rows = tx.execute(select(OBLIGATION.c.stage, OBLIGATION.c.met_at).where(OBLIGATION.c.case_id == case_id, *met))
    found: dict[int, datetime] = {}
    for row in rows:
        found[row.stage] = min(row.met_at, found.get(row.stage, row.met_at))
    return found


def standing_duties(tx: Connection, case_id: str) -> list[RowMapping]:
    """The duties of a case that were not replaced, met ones too; ``about`` tells a danger's clocks from the case's."""
    states = (ObligationState.OPEN.value, ObligationState.BREACHED.value, ObligationState.MET.value)
    mine = (OBLIGATION.c.case_id == case_id, OBLIGATION.c.state.in_(states))
    return list(tx.execute(select(OBLIGATION).where(*mine).order_by(OBLIGATION.c.due_at)).mappings())


def danger_clocks(tx: Connection, case_id: str) -> list[RowMapping]:
    """What each danger that a case tells of set running, replaced clocks too: name, about, counted_from, from_at."""
    table = OBLIGATION
    wanted = select(table.c.name, table.c.about, table.c.counted_from, table.c.from_at)
    mine = (table.c.case_id == case_id, table.c.about != "")
    return list(tx.execute(wanted.where(*mine).order_by(table.c.from_at)).mappings())


def append_act(
    tx: Connection,
    case: RowMapping,
    *,
    act: Mapping[str, Any],
    by: str,
    roles: Sequence[str],
    number: int,
    changes: Mapping[str, Any],
    ids: Ids,
    now: datetime,
    keys: AuditKey,
) -> str:
    """Put an act on record and change the case's row with it; returns the act's id.

    Args:
        tx: the transaction that holds the case's row.
        case: the case's row as it was.
        act: plain data; ``act`` names it.
        by: who did it.
        roles: what they were.
        number: its place, one more than the last.
        changes: columns of the case.
        ids: for the new row.
        now: when.
        keys: for the audit, which gets the name and a digest, never the words.
    """
    row = {
        "id": ids.new(),
        "case_id": case["id"],
        "number": number,
        "landlord": case["landlord"],
        "name": act["act"],
        "act": dict(act),
        "by": by,
        "roles": sorted(roles),
        "at": now,
        "kind_before": case["kind"],
        "stage_before": case["stage"],
    }
    insert_rows(tx, CASE_ACT, [row])
    tx.execute(update(CASE).where(CASE.c.id == case["id"]).values(**changes, version=CASE.c.version + 1))
    detail = {"act": row["name"], "number": number, "state": changes.get("state", CaseState.OPEN.value)}
    entry = AuditEntry(actor=by, action="case.acted", detail=detail, content=(str(sorted(act.items())),))
    append(tx, case["id"], [entry], now, keys)
    return str(row["id"])


def meet_duties(tx: Connection, duty_ids: Sequence[str], *, by: str, at: datetime) -> None:
    """An act met these duties: also late ones, which stay known as late. Their nudges are dropped."""
    if duty_ids:
        mine = OBLIGATION.c.id.in_(duty_ids)
        tx.execute(update(OBLIGATION).where(mine).values(state=ObligationState.MET.value, met_at=at, met_by=by))
        _drop_nudges(tx, duty_ids)


def waive_duties(tx: Connection, duty_ids: Sequence[str], *, by: str) -> None:
    """A person's act said that these are not owed after all: kept as waived. Their nudges are dropped."""
    if duty_ids:
        mine = OBLIGATION.c.id.in_(duty_ids)
        tx.execute(update(OBLIGATION).where(mine).values(state=ObligationState.WAIVED.value, met_by=by))
        _drop_nudges(tx, duty_ids)


def replace_duties(
    tx: Connection,
    case: RowMapping,
    duty_ids: Sequence[str],
    owed: Sequence[NewObligation],
    nudges: Sequence[NewReminder],
    *,
    ids: Ids,
    now: datetime,
) -> None:
    """Put new clocks into the place of old ones, which are kept as replaced."""
    if duty_ids:
        mine = OBLIGATION.c.id.in_(duty_ids)
        tx.execute(update(OBLIGATION).where(mine).values(state=ObligationState.REPLACED.value))
        _drop_nudges(tx, duty_ids)
    add_obligations(tx, case["id"], owed, nudges, landlord=case["landlord"], ids=ids, now=now)


def _drop_nudges(tx: Connection, duty_ids: Sequence[str]) -> None:
    waiting = (REMINDER.c.obligation_id.in_(duty_ids), REMINDER.c.state == "waiting")
    tx.execute(update(REMINDER).where(*waiting).values(state="dropped"))
