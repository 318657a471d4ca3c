"""Scores by who writes and how, dangers found at all, and how far to trust each figure."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from domain.labels import Hazard, Matter
from domain.understanding import Understanding
from nlp.labelled import Labelled

Figures = dict[str, Any]
Score = Callable[[Sequence[str], Sequence[str]], float]
"""Macro F1 of right and guessed answers."""

_Z: Final = 1.959964
"""Of a normal distribution, for 95 %."""
_SHORT, _LONG = 15, 60
_SUREST: Final = 0.8


def interval(hits: int, total: int) -> list[float]:
    """Wilson's 95 % interval of a share, as [low, high]; [0, 1] of nothing."""
    if not total:
        return [0.0, 1.0]
    share, spread = hits / total, _Z * _Z / total
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def by_group(rows: Sequence[Labelled], found: Sequence[Understanding], score: Score) -> dict[str, dict[str, Figures]]:
    """Figures of the kind by channel, length, language and hardness."""
    told: dict[str, dict[str, list[int]]] = {}
    for place, row in enumerate(rows):
        for group, name in _groups_of(row):
            told.setdefault(group, {}).setdefault(name, []).append(place)
    return {
        group: {name: _figures(rows, found, places, score) for name, places in sorted(names.items())}
        for group, names in told.items()
    }


def _groups_of(row: Labelled) -> Iterator[tuple[str, str]]:
    words = len(row.reading.new_text.split())
    yield "channel", row.reading.channel
    yield "length", "short" if words <= _SHORT else "middle" if words <= _LONG else "long"
    if "language" in row.labels:
        yield "language", {"en": "English", "cy": "Welsh"}.get(str(row.labels["language"]), "other")
    if "hard" in row.labels:
        yield "hardness", "hard" if row.labels["hard"] else "plain"


def _figures(rows: Sequence[Labelled], found: Sequence[Understanding], places: Sequence[int], score: Score) -> Figures:
    right = [str(rows[place].labels["kind"]) for place in places]
    guessed = [found[place].kind.value for place in places]
    hits = sum(a == b for a, b in zip(right, guessed, strict=True))
    complaints = [b for a, b in zip(right, guessed, strict=True) if a == "complaint"]
    return {
        "messages": len(places),
        "accuracy": round(hits / len(places), 4),
        "interval": interval(hits, len(places)),
        "macro_f1": round(score(right, guessed), 4),
        "complaint_recall": round(complaints.count("complaint") / len(complaints), 4) if complaints else None,
    }


def dangers(rows: Sequence[Labelled], found: Sequence[Understanding]) -> Figures:
    """Whether a hazard was seen at all, whichever it was called."""
    meant = [row.labels["hazard"] != Hazard.NONE for row in rows]
    return _seen_at_all(rows, meant, [each.hazard is not Hazard.NONE for each in found])


_PEOPLE: Final = frozenset({Matter.SELF_HARM, Matter.SAFEGUARDING})


def people(rows: Sequence[Labelled], found: Sequence[Understanding]) -> Figures:
    """Whether danger to a person (self-harm, safeguarding) was seen at all, in what is labelled with matters."""
    both = [(row, each) for row, each in zip(rows, found, strict=True) if "matters" in row.labels]
    meant = [not _PEOPLE.isdisjoint(row.several("matters")) for row, _ in both]
    return _seen_at_all([row for row, _ in both], meant, [not _PEOPLE.isdisjoint(each.matters) for _, each in both])


def _seen_at_all(rows: Sequence[Labelled], meant: Sequence[bool], said: Sequence[bool]) -> Figures:
    """Recall with its interval, precision; and the recall of what is ``clear``, where the file says which are."""
    hits = sum(a and b for a, b in zip(meant, said, strict=True))
    clear = [b for row, a, b in zip(rows, meant, said, strict=True) if a and row.labels.get("clear")]
    figures: Figures = {
        "recall": round(hits / max(1, sum(meant)), 4),
        "interval": interval(hits, sum(meant)),
        "precision": round(hits / max(1, sum(said)), 4),
        "messages": sum(meant),
    }
    return figures | ({"clear_recall": round(sum(clear) / len(clear), 4), "clear": len(clear)} if clear else {})


def matters(rows: Sequence[Labelled], found: Sequence[Understanding]) -> Figures:
    """Recall and precision of each special matter, where the file labels them."""
    both = zip(rows, found, strict=True)
    labelled = [(set(row.labels["matters"]), each) for row, each in both if "matters" in row.labels]
    names = sorted({name for meant, _ in labelled for name in meant})
    return {name: _matter(name, labelled) for name in names}


def _matter(name: str, labelled: Sequence[tuple[set[str], Understanding]]) -> Mapping[str, float]:
    meant = [name in labels for labels, _ in labelled]
    said = [any(each.value == name for each in understood.matters) for _, understood in labelled]
    hits = sum(a and b for a, b in zip(meant, said, strict=True))
    return {
        "recall": round(hits / max(1, sum(meant)), 4),
        "precision": round(hits / max(1, sum(said)), 4),
        "messages": sum(meant),
    }


def surest(found: Sequence[Understanding], right: Sequence[str]) -> float:
    """How many of the surest 80 % have the right kind."""
    ranked = sorted(zip(found, right, strict=True), key=lambda each: -max(each[0].kinds.values()))
    kept = ranked[: round(len(ranked) * _SUREST)]
    return round(sum(each.kind.value == kind for each, kind in kept) / max(1, len(kept)), 4)


def calibration_error(chances: Sequence[tuple[float, bool]], bins: int = 15) -> float:
    """Expected calibration error over bins of equal count: stated chances against shares that came true."""
    ranked = sorted(chances, key=lambda each: each[0])  # by the chance alone: what came true may not order it
    total = len(ranked)
    error = 0.0
    for number in range(bins):
        group = ranked[number * total // bins : (number + 1) * total // bins]
        error += abs(sum(chance for chance, _ in group) - sum(hit for _, hit in group)) / max(1, total)
    return round(error, 4)
