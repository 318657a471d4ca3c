"""The one way to take due rows: a claim is a lease, and counting the attempt comes before making it."""

from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, Table, Update, and_, bindparam, or_, select, update
from sqlmodel import SQLModel

from store.columns import UtcDateTime
from store.tables import plain_table


def claim_due(
    tx: Connection,
    table: Table | type[SQLModel],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    states: tuple[str, ...] = ("waiting",),
    time_column: str = "due_at",
    columns: tuple[str, ...] = (),
    first: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
) -> list[RowMapping]:
    """Take rows that are due and that no worker holds; the earliest first.

    Sets ``lease_until`` and counts the attempt. A worker that dies loses its rows when the lease ends. On PostgreSQL
    rows that another node is just taking are passed over.

    Args:
        tx: a writing transaction.
        table: a table or its row class, with ``id``, ``state``, ``lease_until``, ``attempts`` and the time column.
        now: rows due at or before it.
        lease: how long they are ours.
        limit: at most so many.
        states: which states wait.
        time_column: when a row is due.
        columns: what to give back; all when empty. ``id`` and the time column are always there.
        first: boolean columns whose true rows go before all others.
        only: boolean columns that must be true.

    Returns:
        The rows as they are after the claim, in order of time.
    """
    wanted = tuple(dict.fromkeys(("id", time_column, *columns, *first))) if columns else ()
    statement = _claim(plain_table(table), states, time_column, wanted=wanted, first=first, only=only)
    values = {"now": now, "until": now + lease, "most": limit}
    rows = list(tx.execute(statement, values).mappings())
    rows.sort(key=lambda row: (*(not row[column] for column in first), row[time_column], row["id"]))
    return rows


@lru_cache(maxsize=32)
def _claim(
    table: Table,
    states: tuple[str, ...],
    time_column: str,
    *,
    wanted: tuple[str, ...],
    first: tuple[str, ...],
    only: tuple[str, ...],
) -> Update:
    now = bindparam("now", type_=UtcDateTime())
    # A CTE with FOR UPDATE is evaluated once; as a plain subquery PostgreSQL may run it again and pass the limit.
    due = (
        select(table.c.id)
        .where(
            and_(
                table.c.state.in_(states),
                table.c[time_column] <= now,
                or_(table.c.lease_until.is_(None), table.c.lease_until <= now),
                *(table.c[column] for column in only),
            )
        )
        .order_by(*(table.c[column].desc() for column in first), table.c[time_column], table.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(table)
        .where(table.c.id.in_(select(due.c.id)))
        .values(lease_until=bindparam("until", type_=UtcDateTime()), attempts=table.c.attempts + 1)
        .returning(*(table.c[column] for column in wanted) if wanted else table.c)
    )
