"""What is wrong with what is stored, as facts for ``doctor`` to put into words. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, exists, func, or_, select

from domain.uktime import local_date
from store.aside import list_aside
from store.audit import Broken, early_anchors, verify
from store.blobs import BlobStore
from store.tables import (
    ALERT,
    ATTACHMENT,
    BLOB,
    CASE,
    MESSAGE,
    OBLIGATION,
    OUTBOX,
    PARTY,
    REMINDER,
    SET_ASIDE,
    TASK,
)

STUCK_AFTER: Final = timedelta(hours=1)
"""A row that has been due for so long is not being worked on."""

_WAITING: Final[tuple[tuple[Table, str, tuple[str, ...]], ...]] = (
    (MESSAGE, "due_at", ("waiting",)),
    (ATTACHMENT, "due_at", ("waiting",)),
    (OUTBOX, "due_at", ("waiting", "taken")),
    (REMINDER, "fire_at", ("waiting",)),
    (ALERT, "due_at", ("open",)),
)


@dataclass(frozen=True, kw_only=True)
class StoreFacts:
    """The state of the store. Empty tuples are good news."""

    broken_chains: tuple[Broken, ...]
    early_anchors: tuple[str, ...]
    """Days to come that are anchored already."""
    unacknowledged: tuple[str, ...]
    """References of cases that owe an acknowledgement and have none on its way."""
    orphans: tuple[tuple[str, str], ...]
    """(table, id) of rows whose case does not exist."""
    stuck: tuple[tuple[str, str], ...]
    """(table, id) of rows that have been due for more than an hour."""
    missing_files: tuple[str, ...]
    """sha256s that a row names and that are not there."""
    set_aside: tuple[tuple[str, str, str], ...]
    """(landlord, channel, reason) of what was set aside and waits for a person, the oldest first."""
    counts: dict[str, dict[str, int]]
    """Rows by table and state."""


def examine(tx: Connection, blobs: BlobStore, now: datetime) -> StoreFacts:
    """Look at everything. Takes a moment: it reads every audit row and asks for every file."""
    return StoreFacts(
        broken_chains=tuple(verify(tx)),
        early_anchors=early_anchors(tx, local_date(now)),
        unacknowledged=tuple(tx.execute(_unacknowledged()).scalars()),
        orphans=_orphans(tx),
        stuck=_stuck(tx, now),
        missing_files=_missing_files(tx, blobs),
        set_aside=tuple((each.landlord, each.channel, each.reason) for each in list_aside(tx)),
        counts=_counts(tx),
    )


def _unacknowledged() -> Select[Any]:
    on_its_way = exists().where(
        OUTBOX.c.case_id == CASE.c.id,
        OUTBOX.c.meets == "acknowledge",
        OUTBOX.c.state.in_(("waiting", "taken", "sent", "delivered")),
    )
    owed = exists().where(
        OBLIGATION.c.case_id == CASE.c.id,
        OBLIGATION.c.name == "acknowledge",
        OBLIGATION.c.state.in_(("open", "breached")),
    )
    return select(CASE.c.reference).where(owed, ~on_its_way, CASE.c.state == "open").order_by(CASE.c.reference)


def _orphans(tx: Connection) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for table in (MESSAGE, OUTBOX, OBLIGATION, PARTY, REMINDER, TASK, ALERT):
        no_case = ~exists().where(CASE.c.id == table.c.case_id)
        lost = select(table.c.id).where(table.c.case_id.is_not(None), no_case).order_by(table.c.id)
        found += [(table.name, row_id) for row_id in tx.execute(lost).scalars()]
    return tuple(found)


def _stuck(tx: Connection, now: datetime) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for table, column, states in _WAITING:
        free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
        late = select(table.c.id).where(table.c.state.in_(states), table.c[column] < now - STUCK_AFTER, free)
        found += [(table.name, row_id) for row_id in tx.execute(late.order_by(table.c.id)).scalars()]
    return tuple(found)


def _missing_files(tx: Connection, blobs: BlobStore) -> tuple[str, ...]:
    in_database = exists().where(BLOB.c.sha256 == MESSAGE.c.raw_blob)
    aside_in_database = exists().where(BLOB.c.sha256 == SET_ASIDE.c.raw_blob)
    named = (
        select(MESSAGE.c.raw_blob).where(MESSAGE.c.raw_blob != "", ~in_database),
        select(SET_ASIDE.c.raw_blob).where(~aside_in_database),
        select(ATTACHMENT.c.blob).where(ATTACHMENT.c.blob.is_not(None)),
    )
    names = {name for wanted in named for name in tx.execute(wanted).scalars()}
    return tuple(sorted(name for name in names if not blobs.path(name).exists()))


def _counts(tx: Connection) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for table in (MESSAGE, ATTACHMENT, SET_ASIDE, CASE, OBLIGATION, REMINDER, TASK, OUTBOX, ALERT):
        rows = tx.execute(select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state))
        counted[table.name] = {row[0]: row[1] for row in rows}
    return counted
