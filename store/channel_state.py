"""How each channel does: its cursor, who polls it, and its health. The cursor commits with the messages before it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, func, or_, select, update

from store.columns import UtcDateTime
from store.statements import dialect_insert
from store.tables import CHANNEL_STATE


def save_cursor(tx: Connection, landlord: str, channel: str, cursor: str, now: datetime) -> None:
    """Remember how far a poll came; in the transaction that stores what it brought."""
    _upsert(tx, landlord, channel, {"cursor": cursor, "last_fetch_at": now})


def load_cursor(tx: Connection, landlord: str, channel: str) -> str | None:
    """How far the last poll came; None before the first."""
    cursor: str | None = tx.execute(_cursor(), {"landlord": landlord, "channel": channel}).scalar_one_or_none()
    return cursor


def lease_channel(
    tx: Connection, landlord: str, channel: str, now: datetime, lease: timedelta, *, holder: str = ""
) -> bool:
    """Whether this caller may poll the channel until the lease ends. A holder by the same name may renew its own."""
    table, key = CHANNEL_STATE, {"landlord": landlord, "channel": channel}
    changes = {"lease_until": now + lease, "lease_holder": holder}
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= bindparam("now", type_=UtcDateTime()))
    mine = and_(table.c.lease_holder == bindparam("me"), table.c.lease_holder != "")
    insert = dialect_insert(table, tx.dialect.name)
    statement = (
        insert.values(**key, **changes)
        .on_conflict_do_update(index_elements=list(key), set_=changes, where=or_(free, mine))
        .returning(table.c.landlord)
    )
    return tx.execute(statement, {"now": now, "me": holder}).first() is not None


def release_channel(tx: Connection, landlord: str, channel: str, *, holder: str = "") -> None:
    """Let somebody else poll now, unless another has the lease by this time."""
    table = CHANNEL_STATE
    mine = (table.c.landlord == landlord, table.c.channel == channel, table.c.lease_holder == holder)
    tx.execute(update(table).where(*mine).values(lease_until=None))


def mark_fetch(tx: Connection, landlord: str, channel: str, now: datetime, *, error: str | None = None) -> None:
    """Note a poll that went well, or since when polls fail and why (in words without addresses)."""
    _mark(tx, landlord, channel, now, side="fetch", error=error)


def mark_send(tx: Connection, landlord: str, channel: str, now: datetime, *, error: str | None = None) -> None:
    """Note a send that went well, or since when sends fail and why. It says nothing about fetching, nor the reverse."""
    _mark(tx, landlord, channel, now, side="send", error=error)


def mark_message(tx: Connection, landlord: str, channel: str, now: datetime) -> None:
    """Note that something new came."""
    _upsert(tx, landlord, channel, {"last_message_at": now})


def channel_states(tx: Connection) -> list[RowMapping]:
    """Every channel that ever did something, for ``channel list`` and ``/ready``."""
    return list(
        tx.execute(select(CHANNEL_STATE).order_by(CHANNEL_STATE.c.landlord, CHANNEL_STATE.c.channel)).mappings()
    )


def _mark(tx: Connection, landlord: str, channel: str, now: datetime, *, side: str, error: str | None) -> None:
    since = f"{side}_failing_since"
    if error is None:
        _upsert(tx, landlord, channel, {since: None, f"{side}_error": None, f"last_{side}_at": now})
        return
    first = func.coalesce(CHANNEL_STATE.c[since], now)  # the first failure is the one to remember
    _upsert(tx, landlord, channel, {since: now, f"{side}_error": error}, {since: first})


def _upsert(
    tx: Connection, landlord: str, channel: str, changes: dict[str, Any], of_old: Mapping[str, Any] | None = None
) -> None:
    """``of_old``: what these columns become instead where the row is there already."""
    insert = dialect_insert(CHANNEL_STATE, tx.dialect.name)
    values = {"landlord": landlord, "channel": channel, "lease_holder": "", **changes}
    changed = changes | dict(of_old or {})
    tx.execute(insert.values(**values).on_conflict_do_update(index_elements=["landlord", "channel"], set_=changed))


@lru_cache
def _cursor() -> Select[Any]:
    table = CHANNEL_STATE
    mine = and_(table.c.landlord == bindparam("landlord"), table.c.channel == bindparam("channel"))
    return select(table.c.cursor).where(mine)
