"""The base of every value: frozen, keyword-only, strict about unknown fields and naive times."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = "a time without a zone is ambiguous; give an aware datetime"
        raise ValueError(message)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def storable(text: str) -> str:
    """Text that every database can keep: broken input holds lone surrogates, and PostgreSQL refuses NUL."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


Instant = Annotated[datetime, AfterValidator(_in_utc)]
"""An aware datetime, kept in UTC."""

Words = Annotated[str, AfterValidator(storable)]
"""Text from outside."""


class Value(BaseModel):
    """A frozen value; equality by content, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other fields; what was worked out from the old ones (``cached_property``) is not carried over."""
        copy = super().model_copy(update=update, deep=deep)
        for name in _worked_out(type(self)):
            copy.__dict__.pop(name, None)
        return copy


@cache
def _worked_out(kind: type[Value]) -> tuple[str, ...]:
    return tuple(
        name for each in kind.__mro__ for name, what in vars(each).items() if isinstance(what, cached_property)
    )
