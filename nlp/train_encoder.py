"""Makes the encoder of the model: learns twice, once to see how both opinions go together, once from everything.

Of the learnt messages one in seven (``is_for_weighing``) is kept from the first run: on these, temperature and leaning
of the two opinions together are chosen. Then the encoder learns from all of them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder, Shape
from nlp.evaluate import macro_f1
from nlp.features import prepare
from nlp.heads import Heads
from nlp.labelled import Labelled
from nlp.mixing import mixed
from nlp.reader import RuleReader

_WEIGHING_SHARE: Final = 7
_TEMPERATURES: Final = tuple(round(0.4 + 0.05 * step, 2) for step in range(33))
_LEANINGS: Final = (1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0)
_COST_OF_LEANING: Final = 0.005
"""Macro F1 that may be given up so that fewer complaints are missed."""


def is_for_weighing(row: Labelled) -> bool:
    """Whether a learnt message is kept from the first run."""
    digest = hashlib.sha256(f"weighing {row.reading.id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _WEIGHING_SHARE == 0


def train_encoder(learnt: Sequence[Labelled], reader: RuleReader, base: Path, folder: Path, tell: Any) -> Shape:
    """Write the encoder's files into ``folder`` and return its shape.

    Args:
        learnt: what may be learnt from.
        reader: the rules, for the marks that the words' heads see.
        base: the first weights (``nlp.base_weights.fetch``).
        folder: to be written.
        tell: told how far it is.

    Raises:
        ImportError: PyTorch or transformers is not installed.
    """
    from nlp.encoder_training import learn, write  # noqa: PLC0415 - PyTorch
    from nlp.train import fit_heads  # noqa: PLC0415 - scikit-learn

    first = [row for row in learnt if not is_for_weighing(row)]
    kept = [row for row in learnt if is_for_weighing(row)]
    network, shape = learn(first, base, tell)
    write(network, shape, base, folder)
    weighed = _weighed(kept, fit_heads(first, reader), Encoder.load(folder), reader)
    network, shape = learn(learnt, base, tell)
    shape = shape.model_copy(update=weighed)
    write(network, shape, base, folder)
    return shape


def without_leaning(heads: Heads) -> Heads:
    """The words' heads as the encoder's partner: leaning is chosen for both together."""
    return Heads(heads.space, [replace(head, leaning=None) for head in heads.heads], heads.weights, heads.bias)


def _weighed(kept: Sequence[Labelled], heads: Heads, encoder: Encoder, reader: RuleReader) -> dict[str, Any]:
    """Temperature and leaning that do best on messages that neither side has seen."""
    answers = {head.name: head.answers for head in heads.heads}
    right = [str(row.labels["kind"]) for row in kept]
    encoded = encoder.chances([row.reading for row in kept])
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
