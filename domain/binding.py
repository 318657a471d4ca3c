"""Which of several clocks on one duty binds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.duties import DutyRow


def with_effect(rows: Sequence["DutyRow"]) -> list["DutyRow"]:
    """``effective`` on one clock of each duty: an extension, else the earliest (of a tenant's windows the latest)."""
    chosen: dict[tuple[str, int], int] = {}
    for place, row in enumerate(rows):
        key = (row.name, row.stage)
        if key not in chosen or _outranks(row, rows[chosen[key]]):
            chosen[key] = place
    kept = set(chosen.values())
    return [row if place in kept else row.model_copy(update={"effective": False}) for place, row in enumerate(rows)]


def _outranks(row: "DutyRow", other: "DutyRow") -> bool:
    if (row.counted_from == "extended_to") is not (other.counted_from == "extended_to"):
        return row.counted_from == "extended_to"
    return row.due > other.due if row.tenant_window else row.due < other.due
