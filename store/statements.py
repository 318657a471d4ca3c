"""Statements that both databases know and SQLAlchemy spells differently. Built once, so that they are compiled once."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_rows(tx: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all give the same columns; nothing happens for none."""
    if rows:
        tx.execute(_plain_insert(table), list(rows))


def insert_once(tx: Connection, table: Table, rows: Sequence[Row], *, key: tuple[str, ...]) -> None:
    """Insert those rows whose unique key is not there yet; in the key's order, so that two nodes cannot deadlock."""
    if rows:
        ordered = sorted(rows, key=lambda row: tuple(str(row[column]) for column in key))
        tx.execute(_insert_once(table, key, tx.dialect.name), ordered)


def stored_ids(tx: Connection, table: Table, rows: Sequence[Row]) -> tuple[str, ...]:
    """The ids of those rows that are in the table, in the order given: what ``insert_once`` really inserted."""
    if not rows:
        return ()
    found = set(tx.execute(_ids(table), {"ids": [row["id"] for row in rows]}).scalars())
    return tuple(row["id"] for row in rows if row["id"] in found)


@lru_cache(maxsize=64)
def _ids(table: Table) -> Select[Any]:
    return select(table.c.id).where(table.c.id.in_(bindparam("ids", expanding=True)))


@lru_cache(maxsize=64)
def _plain_insert(table: Table) -> Insert:
    return table.insert()


@lru_cache(maxsize=64)
def _insert_once(table: Table, key: tuple[str, ...], dialect: str) -> Insert:
    return dialect_insert(table, dialect).on_conflict_do_nothing(index_elements=list(key))


def dialect_insert(table: Table, dialect: str) -> sqlite.Insert:
    """The insert of this dialect, with its ``on_conflict_...`` methods (the two are alike in what we use)."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)  # type: ignore[return-value]
