"""Things that are to happen once a day, or once at all: whoever sets the mark does them."""

from datetime import datetime

from sqlalchemy import Connection, select

from store.statements import dialect_insert
from store.tables import ONCE_MARK


def mark_once(tx: Connection, name: str, now: datetime) -> bool:
    """True for the one caller who set this mark first."""
    insert = dialect_insert(ONCE_MARK, tx.dialect.name).values(name=name, at=now)
    return tx.execute(insert.on_conflict_do_nothing().returning(ONCE_MARK.c.name)).first() is not None


def set_mark(tx: Connection, name: str, now: datetime) -> None:
    """Set a mark, or set it again: the latest of its kind is the one that counts."""
    insert = dialect_insert(ONCE_MARK, tx.dialect.name).values(name=name, at=now)
    tx.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last_marks(tx: Connection, prefix: str) -> dict[str, str]:
    """Of marks named ``<prefix><subject>:<value>``, the latest value by subject."""
    named = ONCE_MARK.c.name.startswith(prefix, autoescape=True)
    rows = tx.execute(select(ONCE_MARK.c.name).where(named).order_by(ONCE_MARK.c.at, ONCE_MARK.c.name)).scalars()
    return dict(name.removeprefix(prefix).split(":", 1) for name in rows)
