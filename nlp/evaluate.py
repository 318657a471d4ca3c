"""How well messages are understood, on labelled ones: per class, confusion, calibration, speed."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from domain.labels import Hazard, Urgency
from domain.ports import Understander
from domain.understanding import Understanding
from nlp.groups import by_group, calibration_error, dangers, interval, matters, people, surest
from nlp.labelled import FIELDS, Labelled

Metrics = dict[str, Any]
"""Plain numbers, lists and words, as ``metrics.json`` holds them."""

_BATCH = 50


def evaluate(understander: Understander, labelled: Sequence[Labelled]) -> Metrics:
    """Scores of every field. F1 of classes as in the guide; ECE of the best kind over 15 bins of equal count."""
    started = time.perf_counter()
    found: list[Understanding] = []
    for start in range(0, len(labelled), _BATCH):
        found.extend(understander.understand([row.reading for row in labelled[start : start + _BATCH]]))
    seconds = time.perf_counter() - started
    speed = {"ms_per_message": round(1000 * seconds / max(1, len(labelled)), 3), "batch": _BATCH}
    return scores_of(labelled, found) | {"speed": speed}


def scores_of(labelled: Sequence[Labelled], found: Sequence[Understanding]) -> Metrics:
    """The same of what was understood already."""
    scores: Metrics = {"messages": len(labelled)}
    for field in FIELDS:
        right = [str(row.labels[field]) for row in labelled]
        scores[field] = _by_class(right, [str(getattr(each, field)) for each in found])
    for field in ("vulnerability", "also"):
        scores[field] = _several(
            [set(row.several(field)) for row in labelled],
            [{str(value) for value in getattr(each, field)} for each in found],
        )
    kinds = [str(row.labels["kind"]) for row in labelled]
    guessed = [each.kind.value for each in found]
    scores["confusion"] = _confusion(kinds, guessed)
    scores["by_file"] = _by_file(labelled, kinds, guessed)
    chances = [(max(each.kinds.values()), each.kind.value == kind) for each, kind in zip(found, kinds, strict=True)]
    scores["ece"] = calibration_error(chances)
    hits = sum(hit for _, hit in chances)
    scores["kind"] |= {"interval": interval(hits, len(chances)), "surest_80": surest(found, kinds)}
    scores["groups"] = by_group(labelled, found, macro_f1)
    scores["danger"] = dangers(labelled, found)
    scores["people"] = people(labelled, found)
    scores["matters"] = matters(labelled, found)
    scores["language_accuracy"] = _share(
        [row.labels.get("language", each.language) == each.language for row, each in zip(labelled, found, strict=True)]
    )
    scores["on_behalf_of_exact"] = _share(
        [
            each.on_behalf_of == row.labels["on_behalf_of"]
            for row, each in zip(labelled, found, strict=True)
            if row.labels.get("on_behalf_of")
        ]
    )
    scores["sure"] = _sureness(found, kinds)
    scores["emergency"] = _emergency(labelled, found)
    return scores


def kind_scores(right: Sequence[str], guessed: Sequence[tuple[str, float]]) -> Metrics:
    """Figures of the kind alone, whatever the kinds are called, from right answers and guesses with their chances."""
    names = [name for name, _ in guessed]
    chances = [(chance, name == kind) for (name, chance), kind in zip(guessed, right, strict=True)]
    hits = sum(hit for _, hit in chances)
    return {
        "kind": _by_class(right, names) | {"interval": interval(hits, len(chances))},
        "confusion": _confusion(right, names),
        "ece": calibration_error(chances),
    }


def macro_f1(right: Sequence[str], guessed: Sequence[str]) -> float:
    """The mean F1 of the classes that occur."""
    values = [each["f1"] for each in _classes(right, guessed).values() if each["messages"]]
    return sum(values) / len(values) if values else 0.0


def _by_class(right: Sequence[str], guessed: Sequence[str]) -> Metrics:
    return {
        "accuracy": _share([a == b for a, b in zip(right, guessed, strict=True)]),
        "macro_f1": round(macro_f1(right, guessed), 4),
        "classes": _classes(right, guessed),
    }


def _classes(right: Sequence[str], guessed: Sequence[str]) -> dict[str, dict[str, float]]:
    both = Counter(zip(right, guessed, strict=True))
    said, meant = Counter(guessed), Counter(right)
    return {name: _scores(both[name, name], said[name], meant[name]) for name in sorted({*right, *guessed})}


def _scores(hits: int, said: int, meant: int) -> dict[str, float]:
    precision = hits / said if said else 0.0
    recall = hits / meant if meant else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "messages": meant}


def _several(right: Sequence[set[str]], guessed: Sequence[set[str]]) -> Metrics:
    names = sorted({name for each in (*right, *guessed) for name in each})
    classes = {
        name: _scores(
            sum(name in a and name in b for a, b in zip(right, guessed, strict=True)),
            sum(name in each for each in guessed),
            sum(name in each for each in right),
        )
        for name in names
    }
    present = [each["f1"] for each in classes.values() if each["messages"]]
    return {"macro_f1": round(sum(present) / len(present), 4) if present else 0.0, "classes": classes}


def _confusion(right: Sequence[str], guessed: Sequence[str]) -> dict[str, dict[str, int]]:
    both = Counter(zip(right, guessed, strict=True))
    names = sorted({*right, *guessed})
    return {a: {b: both[a, b] for b in names if both[a, b]} for a in names}


def _by_file(rows: Sequence[Labelled], right: Sequence[str], guessed: Sequence[str]) -> dict[str, dict[str, float]]:
    result = {}
    for name in sorted({row.file for row in rows}):
        pairs = [(a, b) for row, a, b in zip(rows, right, guessed, strict=True) if row.file == name]
        score = macro_f1([a for a, _ in pairs], [b for _, b in pairs])
        result[name] = {"messages": len(pairs), "kind_macro_f1": round(score, 4)}
    return result


def _sureness(found: Sequence[Understanding], right: Sequence[str]) -> Metrics:
    sure = [each.kind.value == kind for each, kind in zip(found, right, strict=True) if each.sure]
    return {"share": round(len(sure) / max(1, len(found)), 4), "right_when_sure": _share(sure)}


def _emergency(rows: Sequence[Labelled], found: Sequence[Understanding]) -> Metrics:
    meant = [row.labels["urgency"] == Urgency.EMERGENCY for row in rows]
    said = [each.urgency is Urgency.EMERGENCY for each in found]
    building = [
        each.urgency is Urgency.EMERGENCY
        for row, each in zip(rows, found, strict=True)
        if row.labels["urgency"] == Urgency.EMERGENCY and row.labels["hazard"] != Hazard.NONE
    ]
    hits = sum(a and b for a, b in zip(meant, said, strict=True))
    return {**_scores(hits, sum(said), sum(meant)), "recall_of_hazards": _share(building)}


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
