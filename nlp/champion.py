"""Whether a newly trained model may take the place of the one that serves: better on what is fixed, no less safe."""

from collections.abc import Iterator
from typing import Any, Final

Metrics = dict[str, Any]

_SAFETY: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("complaints found", ("kind", "classes", "complaint", "recall")),
    ("emergencies found", ("emergency", "recall")),
    ("emergencies of a home found", ("emergency", "recall_of_hazards")),
    ("hazards found", ("danger", "recall")),
    ("people in danger found", ("people", "recall")),
    ("self-harm found", ("vulnerability", "classes", "suicide_risk", "recall")),
    ("abuse at home found", ("vulnerability", "classes", "domestic_abuse", "recall")),
)
_QUALITY: Final = ("kind", "macro_f1")


def reasons_to_keep(champion: Metrics, challenger: Metrics) -> tuple[str, ...]:
    """Why the model that serves stays, in words with figures; empty where the other one may take its place.

    Args:
        champion: ``metrics.json`` of the model that serves.
        challenger: of the new one, scored on the same messages.
    """
    return tuple(_reasons(champion, challenger))


def _reasons(champion: Metrics, challenger: Metrics) -> Iterator[str]:
    if champion.get("test") != challenger.get("test"):
        yield "the two were not scored on the same messages: score the one that serves again"
        return
    before, after = champion["scores"], challenger["scores"]
    old, new = _at(before, _QUALITY), _at(after, _QUALITY)
    if old is not None and (new is None or new <= old):
        yield f"the kinds are not understood better (macro F1 {new} after {old})"
    for name, path in _SAFETY:
        was, now = _at(before, path), _at(after, path)
        if was is not None and (now is None or now < was):
            yield f"fewer {name} ({now} after {was})"


def _at(scores: Metrics, path: tuple[str, ...]) -> float | None:
    found: Any = scores
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return float(found) if found is not None else None
