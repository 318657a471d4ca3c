"""Statements that both databases know and SQLAlchemy spells differently. Built once, so that they are compiled once.

A statement costs far more than a row: what nobody reads before the end of a batch is gathered and goes in together.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, Update, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import Conflict

Row = Mapping[str, Any]


class NewRows:
    """What waits to be written, many rows by one statement. Whatever may read it calls ``write`` first."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self.numbers: dict[tuple[str, int], int] = {}
        """The last number that was taken, by prefix and year; ``store.case_writes.take_reference`` keeps it."""
        self._changes: dict[Update, list[Row]] = {}
        self._waiting: dict[tuple[Table, tuple[str, ...], str], list[Row]] = {}
        self._keys: set[tuple[Table, tuple[Any, ...]]] = set()

    def add(self, table: Table, rows: Sequence[Row], *, key: tuple[str, ...] = (), only: str = "") -> tuple[Row, ...]:
        """Rows to insert, as ``insert_once`` does where a key is given; returns those that did not wait already."""
        new = tuple(row for row in rows if self._is_new(table, row, key))
        if new:
            self._waiting.setdefault((table, key, only), []).extend(new)
        return new

    def change(self, statement: Update, values: Row) -> None:
        """A change of one row that has to be there: ``write`` finds out whether it was."""
        self._changes.setdefault(statement, []).append(values)

    def write(self) -> None:
        """Write all that waits.

        Raises:
            Conflict: a row that was to be changed is not there any more.
        """
        changes, self._changes = self._changes, {}
        for statement, values in changes.items():
            if self.tx.execute(statement, values).rowcount != len(values):
                raise Conflict("it was done already")
        waiting, self._waiting = self._waiting, {}
        self._keys.clear()
        for (table, key, only), rows in waiting.items():
            if key:
                insert_once(self.tx, table, rows, key=key, only=only)
            else:
                insert_rows(self.tx, table, rows)

    def _is_new(self, table: Table, row: Row, key: tuple[str, ...]) -> bool:
        if not key:
            return True
        named = (table, tuple(row[column] for column in key))
        if named in self._keys:
            return False
        self._keys.add(named)
        return True


def insert_rows(into: Connection | NewRows, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all give the same columns; nothing happens for none."""
    if isinstance(into, NewRows):
        into.add(table, rows)
    elif rows:
        into.execute(_plain_insert(table), list(rows))


def insert_once(tx: Connection, table: Table, rows: Sequence[Row], *, key: tuple[str, ...], only: str = "") -> int:
    """Insert those rows whose unique key is not there yet, and say how many they were.

    In the key's order, so that two nodes cannot deadlock. ``only``: the condition of a key that holds for some rows.
    """
    if not rows:
        return 0
    ordered = sorted(rows, key=lambda row: tuple(str(row[column]) for column in key))
    return tx.execute(_insert_once(table, key, tx.dialect.name, only), ordered).rowcount


def insert_new(
    into: Connection | NewRows, table: Table, rows: Sequence[Row], *, key: tuple[str, ...], only: str = ""
) -> tuple[str, ...]:
    """As ``insert_once``; returns the ids of those that were not there yet, in the order given.

    Of rows that are gathered it is known that the database has none of them.
    """
    if isinstance(into, NewRows):
        return tuple(row["id"] for row in into.add(table, rows, key=key, only=only))
    given = tuple(row["id"] for row in rows)
    if not rows or insert_once(into, table, rows, key=key, only=only) == len(rows):
        return given
    found = set(into.execute(_ids(table), {"ids": given}).scalars())
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
