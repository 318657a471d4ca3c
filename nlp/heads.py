"""The trained part as plain arrays: one matrix for all heads, weights in eight bits, and its files.

No pickle and no training library at run time. A head is a run of columns: one choice out of several, or several
yes-or-no answers side by side.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.features import FeatureSpace, Ids, Weights

_ARRAYS, _NAMES, _SHAPE = "weights.npz", "features.json", "heads.json"
_STEPS = 127


@dataclass(frozen=True, slots=True)
class Head:
    """One question asked of a vector: its answers, whether exactly one holds, and its calibration."""

    name: str
    answers: tuple[str, ...]
    single: bool
    temperature: float = 1.0
    leaning: Mapping[str, float] | None = None
    """Added to an answer's score before the probabilities: where an error costs less to one side."""


class Heads:
    """All heads over one feature space."""

    def __init__(self, space: FeatureSpace, heads: Sequence[Head], weights: Weights, bias: Weights) -> None:
        self.space = space
        self.heads = tuple(heads)
        self.weights = weights
        self.bias = bias
        self._columns: dict[str, slice] = {}
        self._column_of: dict[tuple[str, str], int] = {}
        start = 0
        for head in self.heads:
            self._columns[head.name] = slice(start, start + len(head.answers))
            self._column_of.update({(head.name, answer): at for at, answer in enumerate(head.answers, start)})
            start += len(head.answers)

    def scores(self, ids: Ids, values: Weights) -> Weights:
        """Raw scores of all columns for one vector, shape ``(columns,)``."""
        return np.asarray(self.scores_of_all([(ids, values)])[0])

    def scores_of_all(self, vectors: Sequence[tuple[Ids, Weights]]) -> Weights:
        """Raw scores of all columns for each vector, shape ``(vectors, columns)``."""
        scores = np.empty((len(vectors), len(self.bias)), np.float32)
        # Each vector by itself, so that its scores are the same to the last bit whatever stands beside it.
        gathered = np.empty((max((len(ids) for ids, _ in vectors), default=0), len(self.bias)), np.float32)
        for row, (ids, values) in zip(scores, vectors, strict=True):
            weights = np.take(self.weights, ids, axis=0, out=gathered[: len(ids)], mode="clip")
            np.add(values @ weights, self.bias, out=row)
        return scores

    def chances(self, scores: Weights) -> dict[str, NDArray[np.float64]]:
        """Each head's probabilities: adding to one for a single choice, each by itself otherwise.

        ``scores`` are of shape ``(columns,)``, or ``(vectors, columns)`` for many vectors at once; so are the answers.
        """
        return {head.name: self._chance(head, scores[..., self._columns[head.name]]) for head in self.heads}

    def knows(self, head: str, answer: str) -> bool:
        """Whether an answer was learnt."""
        return (head, answer) in self._column_of

    def pull(self, head: str, answer: str, ids: Ids, values: Weights) -> Weights:
        """How much each feature of a vector speaks for an answer."""
        return np.asarray(values * self.weights[ids, self._column_of[head, answer]], np.float32)

    @staticmethod
    def _chance(head: Head, raw: Weights) -> NDArray[np.float64]:
        scores = raw.astype(np.float64) / head.temperature
        if head.single:
            for answer, extra in (head.leaning or {}).items():
                scores[..., head.answers.index(answer)] += extra
        return chances_of(scores, single=head.single)

    def save(self, folder: Path) -> None:
        """Write three files; the same heads give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        scale = np.abs(self.weights).max(axis=0)
        scale = np.where(scale > 0, scale, 1.0).astype(np.float32)
        steps = np.rint(self.weights / scale * _STEPS).astype(np.int8)
        np.savez_compressed(
            folder / _ARRAYS, steps=steps, scale=scale, bias=self.bias, rarity=self.space.rarity.astype(np.float32)
        )
        _write_json(folder / _NAMES, [list(names) for names in self.space.names])
        shape = [
            {
                "name": head.name,
                "answers": head.answers,
                "single": head.single,
                "temperature": round(head.temperature, 4),
                "leaning": dict(head.leaning or {}),
            }
            for head in self.heads
        ]
        _write_json(folder / _SHAPE, shape)

    @classmethod
    def load(cls, folder: Path) -> "Heads":
        """Read what :meth:`save` wrote. Raises ``OSError``, ``ValueError`` or ``KeyError`` where it cannot be used."""
        names = json.loads((folder / _NAMES).read_text("utf-8"))
        shape = json.loads((folder / _SHAPE).read_text("utf-8"))
        # Opened here: of a damaged file numpy would leave it open.
        with (folder / _ARRAYS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            weights = arrays["steps"].astype(np.float32) * (arrays["scale"] / _STEPS)
            bias, rarity = arrays["bias"], arrays["rarity"]
        space = FeatureSpace(names[0], names[1], names[2], rarity)
        heads = [
            Head(each["name"], tuple(each["answers"]), each["single"], each["temperature"], each["leaning"])
            for each in shape
        ]
        return cls(space, heads, weights, bias)


def chances_of(scores: NDArray[np.float64], *, single: bool) -> NDArray[np.float64]:
    """Probabilities of raw scores along the last dimension: adding to one for a single choice, else each by itself."""
    if not single:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -60, 60))))
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
