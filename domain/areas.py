"""A landlord with homes in several nations: an area has its own regime and calendar, told by postcodes or a person."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal

from pydantic import Field, field_validator

from domain.values import Value

FLAG: Final = "area:"
"""Begins the flag of a case that says in which area its home is."""

_POSTCODE: Final = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s?\d[A-Z]{2}\b", re.IGNORECASE)
"""A whole postcode; its first half is the part that is compared."""


class Area(Value):
    """Homes that another regime and calendar hold for: one entry ``[[area]]`` of a landlord's file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    nation: str
    calendar: str
    regimes: dict[Literal["housing", "other"], str]
    postcodes: tuple[str, ...] = ()
    """How the postcodes of these homes begin: ``TD`` (all of them), ``EH12`` (that district alone)."""

    @field_validator("postcodes")
    @classmethod
    def _are_beginnings(cls, postcodes: tuple[str, ...]) -> tuple[str, ...]:
        for each in postcodes:
            if not re.fullmatch(r"[A-Z]{1,2}(\d[A-Z\d]?)?", each):
                raise ValueError(f"{each!r} begins no postcode: write TD, or EH12")
        return postcodes

    def holds(self, district: str) -> bool:
        """Whether a postcode's first half, as ``EH12``, is of this area."""
        return district in self.postcodes or re.split(r"\d", district)[0] in self.postcodes


def districts_in(text: str) -> list[str]:
    """The first halves of the whole postcodes in a text, in order, in capitals."""
    return [match[1].upper() for match in _POSTCODE.finditer(text)]


def area_told(areas: Sequence[Area], texts: Iterable[str]) -> str | None:
    """The area of the homes that texts name by a postcode.

    Returns:
        Its name; empty for a home outside every area; None where no postcode tells.
    """
    found = {_area_of(areas, district) for text in texts for district in districts_in(text)}
    return found.pop() if len(found) == 1 else None


def area_of(flags: Collection[str]) -> str:
    """The area that a case's flags name; empty: the landlord's own."""
    return next((flag.removeprefix(FLAG) for flag in flags if flag.startswith(FLAG)), "")


def with_area(flags: Iterable[str], area: str) -> list[str]:
    """The same flags with another area, or with none."""
    rest = [flag for flag in flags if not flag.startswith(FLAG)]
    return [*rest, f"{FLAG}{area}"] if area else rest


def _area_of(areas: Sequence[Area], district: str) -> str:
    return next((area.name for area in areas if area.holds(district)), "")
