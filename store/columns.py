"""Column types: aware UTC times, JSON.

Ids are text from the ``Ids`` port. A row that waits for something has ``due_at`` (when), ``lease_until`` (claimed by a
worker till then) and ``attempts``.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in and out; SQLite keeps them as sortable UTC text without an offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone cannot be stored"
            raise ValueError(message)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def moment(*, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A column of instants."""
    return Column(UtcDateTime(), nullable=nullable, index=index)


def json_column() -> Column[Any]:
    """A column of plain data, never null."""
    return Column(JSON, nullable=False)
