"""Statements that both databases know and SQLAlchemy spells differently. Built once, so that they are compiled once."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_rows(tx: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all give the same columns; nothing happens for none."""
    if rows:
        tx.execute(_plain_insert(table), list(rows))


def insert_once(tx: Connection, table: Table, rows: Sequence[Row], *, key: tuple[str, ...], only: str = "") -> int:
    """Insert those rows whose unique key is not there yet, and say how many they were.

    In the key's order, so that two nodes cannot deadlock. ``only``: the condition of a key that holds for some rows.
    """
    if not rows:
        return 0
    ordered = sorted(rows, key=lambda row: tuple(str(row[column]) for column in key))
    return tx.execute(_insert_once(table, key, tx.dialect.name, only), ordered).rowcount


def insert_new(
    tx: Connection, table: Table, rows: Sequence[Row], *, key: tuple[str, ...], only: str = ""
) -> tuple[str, ...]:
    """As ``insert_once``; returns the ids of those that were not there yet, in the order given."""
    given = tuple(row["id"] for row in rows)
    if not rows or insert_once(tx, table, rows, key=key, only=only) == len(rows):
        return given
    found = set(tx.execute(_ids(table), {"ids": given}).scalars())
    return tuple(row_id for row_id in given if row_id in found)


@lru_cache(maxsize=64)
def _ids(table: Table) -> Select[Any]:
    return select(table.c.id).where(table.c.id.in_(bindparam("ids", expanding=True)))


@lru_cache(maxsize=64)
def _plain_insert(table: Table) -> Insert:
    return table.insert()


@lru_cache(maxsize=64)
def _insert_once(table: Table, key: tuple[str, ...], dialect: str, only: str) -> Insert:
    where = text(only) if only else None
    return dialect_insert(table, dialect).on_conflict_do_nothing(index_elements=list(key), index_where=where)


def dialect_insert(table: Table, dialect: str) -> sqlite.Insert:
    """The insert of this dialect, with its ``on_conflict_...`` methods (the two are alike in what we use)."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)  # type: ignore[return-value]
