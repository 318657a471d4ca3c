"""The base of every value: frozen, keyword-only, strict about unknown fields and naive times."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = "a time without a zone is ambiguous; give an aware datetime"
        raise ValueError(message)
    return moment.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_in_utc)]
"""An aware datetime, kept in UTC."""


class Value(BaseModel):
    """A frozen value; equality by content, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)
