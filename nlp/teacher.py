"""Asks a larger network what it makes of the messages that the small one learns from: ``python -m nlp.teacher``.

For a developer, with the extra ``train``, and hours rather than minutes; the answers are kept (``nlp.taught``). Each
message is read by a teacher that learnt from the others: the messages are dealt into folds by the digest of their
identity.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nlp.base_weights import LARGE, fetch
from nlp.encoder import Scores, Shape
from nlp.labelled import Labelled, corpus_files, read_labelled
from nlp.taught import write_taught

FOLDS: Final = 3


def fold_of(row: Labelled) -> int:
    """The fold that a message is in."""
    digest = hashlib.sha256(f"teacher {row.reading.id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % FOLDS


def ask(learnt: Sequence[Labelled], base: Path) -> tuple[list[str], Shape, Scores]:
    """The messages' identities, the questions, and the teachers' scores of each message."""
    from nlp.encoder_training import TEACHER, learn, opinions, shape_of  # noqa: PLC0415 - PyTorch

    shape = shape_of(learnt)
    ids: list[str] = []
    scores: list[Scores] = []
    for fold in range(FOLDS):
        inside = [row for row in learnt if fold_of(row) != fold]
        asked = [row for row in learnt if fold_of(row) == fold]
        network = learn(inside, base, _Tell(fold), shape=shape, recipe=TEACHER)
        scores.append(opinions(network, asked, base))
        ids += [row.reading.id for row in asked]
    return ids, shape, np.concatenate(scores)


class _Tell:
    """A line every hundred steps: it takes hours."""

    def __init__(self, fold: int) -> None:
        self._fold = fold

    def __call__(self, step: str, done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            print(f"fold {self._fold + 1} of {FOLDS}, {step}: {done} of {total}", flush=True)  # noqa: T201 - a tool


def main() -> None:
    """Fetch the weights, ask, keep."""
    parser = argparse.ArgumentParser(prog="python -m nlp.teacher", description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("var/teacher-weights"), help="kept here; 420 MB")
    weights = fetch(parser.parse_args().weights, LARGE)
    write_taught(*ask([row for row in read_labelled(corpus_files()) if not row.held_out], weights))


if __name__ == "__main__":
    main()
