"""What people did with a case, in order, and what follows from it for the case's row and its duties."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select, update

from domain.cases import CaseState, ObligationState
from domain.decisions import NewObligation, NewReminder
from domain.ports import Ids
from store.audit import AuditEntry, AuditKey, append
from store.case_writes import add_obligations
from store.statements import insert_rows
from store.tables import CASE, CASE_ACT, MESSAGE, OBLIGATION, OUTBOX, PARTY, REMINDER

_ACKNOWLEDGE = "acknowledge"
OUTCOME_LETTER = "letter_outcome"
"""The purpose of a stage's answer in the outbox."""

DutyKey = tuple[str, int, str, str]
"""Name, stage, basis, and what it is about: what tells a duty from others of its case."""


def load_acts(tx: Connection, case_id: str) -> list[RowMapping]:
    """The acts on record, the first first."""
    mine = select(CASE_ACT).where(CASE_ACT.c.case_id == case_id).order_by(CASE_ACT.c.number)
    return list(tx.execute(mine).mappings())


def open_references(tx: Connection, landlord: str) -> list[str]:
    """The references of a landlord's cases that are not closed, the oldest first."""
    mine = (CASE.c.landlord == landlord, CASE.c.state != CaseState.CLOSED.value)
    return list(tx.execute(select(CASE.c.reference).where(*mine).order_by(CASE.c.received_at)).scalars())


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


def told_stages(tx: Connection, case_id: str) -> dict[int, datetime]:
    """When the tenant had each stage's outcome in hand, as far as a provider reported it of the letter."""
    table = OUTBOX
    letters = (table.c.case_id == case_id, table.c.purpose == OUTCOME_LETTER, table.c.state == "delivered")
    rows = tx.execute(select(table.c.dedupe_key, table.c.delivery_at).where(*letters))
    found: dict[int, datetime] = {}
    for row in rows:
        stage = int(row.dedupe_key.split(":")[2])
        found[stage] = min(row.delivery_at, found.get(stage, row.delivery_at))
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


def hand_over_duties(tx: Connection, duty_ids: Sequence[str], *, by: str = "") -> None:
    """Another case owes these from now on: kept as replaced, by the act that said so. Their nudges are dropped."""
    if duty_ids:
        mine = OBLIGATION.c.id.in_(duty_ids)
        values = {"state": ObligationState.REPLACED.value, "met_by": by or None}
        tx.execute(update(OBLIGATION).where(mine).values(**values))
        _drop_nudges(tx, duty_ids)


def take_back_duties(
    tx: Connection, case_id: str, *, by: str, now: datetime, only: Collection[DutyKey] | None = None
) -> None:
    """Undo what an act did to duties: those that it closed are open again with their dates and the nudges to come.

    What had taken their place is kept as replaced. A duty that was met meanwhile stays met.
    """
    states = (ObligationState.REPLACED.value, ObligationState.MET.value, ObligationState.WAIVED.value)
    mine = (OBLIGATION.c.case_id == case_id, OBLIGATION.c.met_by == by, OBLIGATION.c.state.in_(states))
    closed = list(tx.execute(select(OBLIGATION).where(*mine)).mappings())
    now_there = {_duty_key(row): row for row in standing_duties(tx, case_id) if row["met_by"] != by}
    met = {key for key, row in now_there.items() if row["state"] == ObligationState.MET.value}
    back = [row for row in closed if (key := _duty_key(row)) not in met and (only is None or key in only)]
    hand_over_duties(tx, [now_there[key]["id"] for row in back if (key := _duty_key(row)) in now_there])
    duty_ids = [row["id"] for row in back]
    if duty_ids:
        reopened = {"state": ObligationState.OPEN.value, "met_by": None, "met_at": None}
        tx.execute(update(OBLIGATION).where(OBLIGATION.c.id.in_(duty_ids)).values(**reopened))
        dropped = (REMINDER.c.obligation_id.in_(duty_ids), REMINDER.c.state == "dropped", REMINDER.c.fire_at > now)
        tx.execute(update(REMINDER).where(*dropped).values(state="waiting"))


def _duty_key(row: RowMapping) -> DutyKey:
    return row["name"], row["stage"], row["basis"], row["about"]


def copy_parties(tx: Connection, of: str, to: str, *, ids: Ids) -> None:
    """The people of one case in another as well, those that are there already left out."""
    there = tx.execute(select(PARTY.c.address_kind, PARTY.c.address).where(PARTY.c.case_id == to))
    known = {(row.address_kind, row.address) for row in there}
    theirs = tx.execute(select(PARTY).where(PARTY.c.case_id == of).order_by(PARTY.c.id)).mappings()
    new = [row for row in theirs if (row["address_kind"], row["address"]) not in known]
    insert_rows(tx, PARTY, [{**row, "id": ids.new(), "case_id": to, "last_added_answer_at": None} for row in new])


def share_people(tx: Connection, one: str, other: str) -> bool:
    """Whether somebody is in both cases, by the same contact or the same address."""
    mine, theirs = PARTY.alias("mine"), PARTY.alias("theirs")
    same_address = (mine.c.address_kind == theirs.c.address_kind) & (mine.c.address == theirs.c.address)
    written = mine.c.address != ""
    same = or_(mine.c.contact_id == theirs.c.contact_id, same_address & written)
    found = select(mine.c.id).join(theirs, same).where(mine.c.case_id == one, theirs.c.case_id == other).limit(1)
    return tx.execute(found).first() is not None


def last_act(tx: Connection, case_id: str, name: str, *, before: str = "") -> str | None:
    """The id of the newest act of a name, but for the one that is just being done."""
    mine = (CASE_ACT.c.case_id == case_id, CASE_ACT.c.name == name, CASE_ACT.c.id != before)
    newest = select(CASE_ACT.c.id).where(*mine).order_by(CASE_ACT.c.number.desc()).limit(1)
    return tx.execute(newest).scalar_one_or_none()


def act_with(tx: Connection, case_id: str, name: str, **values: str) -> str | None:
    """The id of the newest act of a name that says this."""
    acts = (row for row in reversed(load_acts(tx, case_id)) if row["name"] == name)
    return next((row["id"] for row in acts if values.items() <= row["act"].items()), None)


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
    by: str,
    ids: Ids,
    now: datetime,
) -> None:
    """Put new clocks into the place of old ones, which are kept as replaced by this act."""
    hand_over_duties(tx, duty_ids, by=by)
    add_obligations(tx, case["id"], owed, nudges, landlord=case["landlord"], ids=ids, now=now)


def _drop_nudges(tx: Connection, duty_ids: Sequence[str]) -> None:
    waiting = (REMINDER.c.obligation_id.in_(duty_ids), REMINDER.c.state == "waiting")
    tx.execute(update(REMINDER).where(*waiting).values(state="dropped"))
