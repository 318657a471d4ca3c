"""Things that are to happen once a day, or once at all: whoever sets the mark does them."""

from datetime import datetime

from sqlalchemy import Connection

from store.statements import dialect_insert
from store.tables import ONCE_MARK


def mark_once(tx: Connection, name: str, now: datetime) -> bool:
    """True for the one caller who set this mark first."""
    insert = dialect_insert(ONCE_MARK, tx.dialect.name).values(name=name, at=now)
    return tx.execute(insert.on_conflict_do_nothing().returning(ONCE_MARK.c.name)).first() is not None
