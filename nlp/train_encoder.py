"""Makes the encoder of the model: it learns, and then how much its opinion and the words' weigh together is chosen.

Temperature and leaning are chosen on what was held out (``Labelled.held_out``), which neither side has seen.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder, Shape, write_shape
from nlp.evaluate import macro_f1
from nlp.features import prepare
from nlp.heads import Heads
from nlp.labelled import Labelled
from nlp.mixing import mixed
from nlp.reader import RuleReader
from nlp.taught import taught

_TEMPERATURES: Final = tuple(round(0.4 + 0.05 * step, 2) for step in range(33))
_LEANINGS: Final = (1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0)
_COST_OF_LEANING: Final = 0.01
"""Macro F1 that may be given up so that fewer complaints are missed."""


def train_encoder(
    learnt: Sequence[Labelled],
    kept: Sequence[Labelled],
    words: tuple[Heads, RuleReader],
    base: Path,
    folder: Path,
    *,
    tell: Any,
    taught_by: Path | None = None,
) -> Shape:
    """Write the encoder's files into ``folder`` and return its shape.

    Args:
        learnt: what may be learnt from.
        kept: what was kept from learning: how both opinions go together is chosen on it.
        words: the words' heads, which learnt from the same, and the rules for the marks that they see.
        base: the first weights (``nlp.base_weights.fetch``).
        folder: to be written.
        tell: told how far it is.
        taught_by: a teacher's opinions of the same messages (``nlp.taught``).

    Raises:
        ImportError: PyTorch or transformers is not installed.
    """
    from nlp.encoder_training import learn, shape_of, write  # noqa: PLC0415 - PyTorch

    shape = shape_of(learnt)
    network = learn(learnt, base, tell, shape=shape, soft=taught(shape, taught_by) if taught_by else None)
    write(network, shape, base, folder)
    shape = shape.model_copy(update=_weighed(kept, without_leaning(words[0]), Encoder.load(folder), words[1]))
    write_shape(shape, folder)
    return shape


def without_leaning(heads: Heads) -> Heads:
    """The words' heads as the encoder's partner: leaning is chosen for both together."""
    return Heads(heads.space, [replace(head, leaning=None) for head in heads.heads], heads.weights, heads.bias)


def _weighed(kept: Sequence[Labelled], heads: Heads, encoder: Encoder, reader: RuleReader) -> dict[str, Any]:
    """Temperature and leaning that do best on messages that neither side has seen."""
    answers = {head.name: head.answers for head in heads.heads}
    right = [str(row.labels["kind"]) for row in kept]
    encoded = [each.chances for each in encoder.read([row.reading for row in kept])]
    prepared = [prepare(row.reading, reader.read(row.reading).names) for row in kept]
    words = heads.chances(heads.scores_of_all(heads.space.vectors(prepared)))
    rows = [{name: values[place].tolist() for name, values in words.items()} for place in range(len(kept))]
    plain = encoder.shape
    together = np.array([mixed(row, other, answers, plain)["kind"] for row, other in zip(rows, encoded, strict=True)])
    truth = np.array([answers["kind"].index(each) for each in right])
    temperature = min(_TEMPERATURES, key=lambda each: _loss(_leant(together, each, 1.0, answers["kind"]), truth))

    def score(leaning: float) -> float:
        guessed = _leant(together, temperature, leaning, answers["kind"]).argmax(axis=1)
        return macro_f1(right, [answers["kind"][place] for place in guessed])

    best = max(score(leaning) for leaning in _LEANINGS)
    leaning = max(leaning for leaning in _LEANINGS if score(leaning) >= best - _COST_OF_LEANING)
    return {"temperature": temperature, "leaning": leaning}


def _leant(
    chances: NDArray[np.float64], temperature: float, leaning: float, kinds: tuple[str, ...]
) -> NDArray[np.float64]:
    odds = np.maximum(chances, 1e-9) ** (1 / temperature)
    odds[:, kinds.index("complaint")] *= leaning
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _loss(chances: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    return float(-np.log(chances[np.arange(len(truth)), truth]).mean())
