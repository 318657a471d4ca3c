"""Whether a procedure can be at all: stages without a gap, and no clock of a step that there is not."""

from collections.abc import Sequence
from typing import Final

from domain.clauses import Duty, Stage

_STAGE_OF: Final = {"escalated": 2, "stage2_outcome": 2, "stage3_requested": 3, "stage3_outcome": 3}
"""The stage without which an event never happens."""


class Impossible(ValueError):  # noqa: N818 - reads as what it is
    """A procedure that cannot be.

    Attributes:
        place: where it stands in the file, as ``("duty", 3, "stage")``.
    """

    def __init__(self, words: str, *place: str | int) -> None:
        super().__init__(words)
        self.place = place


def require_possible(stages: Sequence[Stage], duties: Sequence[Duty]) -> None:
    """Refuse what cannot be; without stages of its own a file's duties are held against its regime's elsewhere.

    Raises:
        Impossible: names the place.
    """
    if not stages:
        return
    for place, stage in enumerate(stages):
        if stage.number != place + 1:
            raise Impossible(f"stage {place + 1} comes here: stages are numbered 1, 2, 3", "stage", place, "number")
    last = len(stages)
    for place, duty in enumerate(duties):
        if duty.stage > last:
            raise Impossible(f"there is no stage {duty.stage}, the last one is {last}", "duty", place, "stage")
        if _STAGE_OF.get(duty.counted_from, 1) > last:
            words = f"{duty.counted_from!r} never happens: the last stage is {last}"
            raise Impossible(words, "duty", place, "counted_from")
