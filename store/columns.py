"""Column types: aware UTC times, JSON.

Ids are text from the ``Ids`` port. A row that waits for something has ``due_at`` (when), ``lease_until`` (claimed by a
worker till then) and ``attempts``.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in and out; SQLite keeps them as sortable UTC text without an offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Refuse naive times, store UTC; on SQLite as the text that SQLAlchemy's own type writes, only faster."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        message = "a time without a zone cannot be stored"
        raise ValueError(message)
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    in_utc = _to_utc(value)
    return None if in_utc is None else in_utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def moment(*, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A column of instants."""
    return Column(UtcDateTime(), nullable=nullable, index=index)


def json_column() -> Column[Any]:
    """A column of plain data, never null."""
    return Column(JSON, nullable=False)
