"""What could not be dealt with is set aside for a person: it stays whole, says why, and blocks nothing.

Two kinds: a message that is stored and could not be routed, and what came and could not be read as a message, kept raw.
Each is one open task until it is replayed or closed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Label, RowMapping, Select, and_, func, literal, null, select, update

from domain.decisions import NewTask, PersonBy
from domain.errors import Conflict, NotFound
from domain.messages import OLDEST_ANSWERED, SetAside, is_long_ago
from domain.ports import Ids
from store.audit import AuditEntry, AuditKey, append, landlord_chain
from store.statements import insert_new
from store.tables import MESSAGE, SET_ASIDE, TASK
from store.work import Place, add_tasks

UNREAD: Final = "unread"
"""It never became a message: its bytes are kept as they came."""
UNROUTED: Final = "unrouted"
"""A message that could not be routed."""
_TASK: Final = "unreadable"
_LATE: Final = f"it was set aside, and replayed more than {OLDEST_ANSWERED.days} days after it came"


@dataclass(frozen=True, kw_only=True)
class Aside:
    """One thing that was set aside. ``state``: waiting, replayed, closed; ``what``: UNREAD or UNROUTED."""

    id: str
    landlord: str
    channel: str
    what: str
    at: datetime
    """When it was set aside; of a message when it was stored."""
    received_at: datetime
    provider_id: str
    reason: str
    state: str
    note: str | None
    """Why it was closed, or why the last replay did not help."""
    became: str | None
    done_at: datetime | None
    done_by: str | None
    raw_type: str
    raw_blob: str
    """sha256 of its bytes; '' where they were erased."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What came of a replay. ``note``: why the thing still waits, None where it does not."""

    outcome: str
    became: str | None = None
    """The message that it is now."""
    note: str | None = None


def set_message_aside(tx: Connection, message_id: str, *, reason: str, ids: Ids, now: datetime) -> bool:
    """Take a message out of the queue and put it under "needs a person" at once (situations, invariant 9).

    False where somebody else has dealt with it meanwhile: it stays as it is.
    """
    aside = (
        update(MESSAGE)
        .where(MESSAGE.c.id == message_id, MESSAGE.c.state == "waiting")
        .values(state="set_aside", reason=reason, error=reason, lease_until=None)
        .returning(MESSAGE.c.landlord)
    )
    landlord = tx.execute(aside).scalar_one_or_none()
    if landlord is None:
        return False
    place = Place(about=message_id, landlord=landlord, message_id=message_id)
    _needs_a_person(tx, f"A message {reason}.", place=place, ids=ids, now=now)
    return True


def set_things_aside(
    tx: Connection, landlord: str, things: Sequence[SetAside], ids: Ids, now: datetime
) -> tuple[str, ...]:
    """Keep what could not be read, each thing once and with one task; the ids of those that were not there yet."""
    if not things:
        return ()
    rows = {
        (key := ids.new()): {
            "id": key,
            "landlord": landlord,
            "channel": thing.channel,
            "provider_id": thing.provider_id,
            "raw_blob": hashlib.sha256(thing.raw).hexdigest(),
            "raw_type": thing.raw_type,
            "reason": thing.reason,
            "at": now,
            "received_at": thing.received_at,
            "state": "waiting",
        }
        for thing in things
    }
    new = insert_new(tx, SET_ASIDE, list(rows.values()), key=("landlord", "channel", "provider_id"))
    for key in new:
        words = f"What came by {rows[key]['channel']} was set aside: {rows[key]['reason']}"
        _needs_a_person(tx, words, place=Place(about=key, landlord=landlord), ids=ids, now=now)
    return new


def count_aside(tx: Connection) -> int:
    """How much waits for a person because it could not be dealt with: messages, and what could not be read as one."""
    messages = select(func.count()).select_from(MESSAGE).where(MESSAGE.c.state == "set_aside").scalar_subquery()
    unread = select(func.count()).select_from(SET_ASIDE).where(SET_ASIDE.c.state == "waiting").scalar_subquery()
    return int(tx.execute(select(messages + unread)).scalar_one())


def list_aside(tx: Connection, landlord: str | None = None) -> list[Aside]:
    """What waits for a person, the oldest first."""
    waiting = (_things().where(SET_ASIDE.c.state == "waiting"), _messages().where(MESSAGE.c.state == "set_aside"))
    found = [_aside(row) for wanted in waiting for row in tx.execute(wanted).mappings()]
    mine = [each for each in found if landlord in {None, each.landlord}]
    return sorted(mine, key=lambda each: (each.at, each.id))


def find_aside(tx: Connection, aside_id: str) -> Aside:
    """One thing by its id, whether it still waits or not.

    Raises:
        NotFound: nothing of this id was ever set aside.
    """
    was_aside = and_(MESSAGE.c.id == aside_id, TASK.c.id.is_not(None))
    for wanted in (_things().where(SET_ASIDE.c.id == aside_id), _messages().where(was_aside)):
        row = tx.execute(wanted).mappings().first()
        if row is not None:
            return _aside(row)
    raise NotFound(f"nothing with the id {aside_id} was set aside; `tenantline aside list` shows what is")


def take_thing(tx: Connection, aside_id: str) -> bool:
    """Take a thing for a replay, until this transaction ends; False where somebody else has dealt with it."""
    taken = update(SET_ASIDE).where(SET_ASIDE.c.id == aside_id, SET_ASIDE.c.state == "waiting")
    return tx.execute(taken.values(state="replayed")).rowcount == 1


def settle_replay(tx: Connection, aside: Aside, result: Settled, *, by: str, now: datetime, keys: AuditKey) -> None:
    """What became of a thing that was taken: it is done with, or waits on and its task stays open."""
    mine = update(SET_ASIDE).where(SET_ASIDE.c.id == aside.id)
    if result.note is None:
        tx.execute(mine.values(became=result.became, note=None, done_at=now, done_by=by))
        _finish_task(tx, aside.id, by=by, now=now)
    else:
        tx.execute(mine.values(state="waiting", note=result.note))
    detail = {"outcome": result.outcome, "message": result.became}
    _append(tx, aside, "set_aside.replayed", detail, by=by, now=now, keys=keys)


def requeue_message(tx: Connection, aside: Aside, *, by: str, now: datetime, keys: AuditKey) -> bool:
    """Put a message back into the queue with all its tries; False where it is not set aside any more.

    One that came long ago is answered by a person only (decision 9).
    """
    mine = (MESSAGE.c.id == aside.id, MESSAGE.c.state == "set_aside")
    row = tx.execute(select(MESSAGE.c.marks, MESSAGE.c.received_at).where(*mine).with_for_update()).first()
    if row is None:
        return False
    changes: dict[str, Any] = {"state": "waiting", "attempts": 0, "due_at": now, "reason": None, "error": None}
    if is_long_ago(row.received_at, now):
        reasons = [*row.marks.get("reasons", ()), _LATE]
        changes["marks"] = {**row.marks, "suppress_answer": True, "reasons": reasons}
    tx.execute(update(MESSAGE).where(MESSAGE.c.id == aside.id).values(**changes))
    _finish_task(tx, aside.id, by=by, now=now)
    _append(tx, aside, "set_aside.replayed", {"outcome": "queued", "message": aside.id}, by=by, now=now, keys=keys)
    return True


def close_aside(tx: Connection, aside: Aside, *, note: str, by: str, now: datetime, keys: AuditKey) -> None:
    """A person has dealt with it by hand, and says how; the audit keeps a digest of that.

    Raises:
        Conflict: somebody closed or replayed it first.
    """
    if aside.what == UNREAD:
        open_one = update(SET_ASIDE).where(SET_ASIDE.c.id == aside.id, SET_ASIDE.c.state == "waiting")
        closed = open_one.values(state="closed", note=note, done_at=now, done_by=by)
    else:
        open_one = update(MESSAGE).where(MESSAGE.c.id == aside.id, MESSAGE.c.state == "set_aside")
        closed = open_one.values(state="closed", disposition="closed", reason=note)
    if tx.execute(closed).rowcount != 1:
        raise Conflict(
            f"{aside.id} is not set aside any more; `tenantline aside show {aside.id}` says what became of it"
        )
    _finish_task(tx, aside.id, by=by, now=now)
    _append(tx, aside, "set_aside.closed", {}, by=by, now=now, keys=keys, content=(note,))


def _append(
    tx: Connection,
    aside: Aside,
    action: str,
    detail: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    keys: AuditKey,
    content: tuple[str, ...] | None = None,
) -> None:
    about = {"set_aside": aside.id, "channel": aside.channel}
    entry = AuditEntry(actor=by, action=action, detail=about | dict(detail), content=content)
    append(tx, landlord_chain(aside.landlord), [entry], now, keys)


def _needs_a_person(tx: Connection, words: str, *, place: Place, ids: Ids, now: datetime) -> None:
    """One task a thing: made once, and opened again where it was done and did not help."""
    task = NewTask(kind=_TASK, reason=words, by=PersonBy.ONE_HOUR, due_at=now)
    if not add_tasks(tx, [task], place=place, ids=ids, now=now):
        again = update(TASK).where(TASK.c.once == f"{_TASK}:{place.about}")
        tx.execute(again.values(state="open", reason=words, due_at=now, done_at=None, done_by=None))


def _finish_task(tx: Connection, about: str, *, by: str, now: datetime) -> None:
    mine = update(TASK).where(TASK.c.once == f"{_TASK}:{about}", TASK.c.state == "open")
    tx.execute(mine.values(state="done", done_at=now, done_by=by))


def _things() -> Select[Any]:
    given = ("id", "landlord", "channel", "provider_id", "reason", "state", "note", "became", "raw_type", "raw_blob")
    columns = [SET_ASIDE.c[name] for name in (*given, "at", "done_at", "done_by")]
    received = func.coalesce(SET_ASIDE.c.received_at, SET_ASIDE.c.at, type_=SET_ASIDE.c.at.type)
    return select(*columns, received.label("received_at"), literal(UNREAD).label("what"))


def _messages() -> Select[Any]:
    """Messages with the task that each has where it was ever set aside."""
    given = ("id", "landlord", "channel", "provider_id", "state", "raw_type", "raw_blob", "received_at", "error")
    columns = [MESSAGE.c[name] for name in (*given, "reason")]
    more: list[Label[Any]] = [MESSAGE.c.stored_at.label("at"), literal(UNROUTED).label("what"), null().label("became")]
    done = (TASK.c.done_at, TASK.c.done_by)
    task = and_(TASK.c.once == literal(f"{_TASK}:") + MESSAGE.c.id)
    return select(*columns, *more, *done).select_from(MESSAGE.outerjoin(TASK, task))


def _aside(row: RowMapping) -> Aside:
    fields = dict(row)
    if fields["what"] == UNROUTED:
        error, reason = fields.pop("error"), fields["reason"]
        closed = fields["state"] == "closed"
        fields |= {"reason": error or reason or "", "note": reason if closed else None}
        fields["state"] = {"set_aside": "waiting", "closed": "closed"}.get(fields["state"], "replayed")
    return Aside(**fields)
