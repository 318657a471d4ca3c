"""Trains and scores within one labelled file, each message by a model that has not seen it: for others to compare."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from domain.labels import Kind
from domain.ports import SafetyScan
from domain.understanding import Understanding
from nlp.evaluate import Metrics, kind_scores, scores_of
from nlp.labelled import FIELDS, Labelled
from nlp.reader import RuleReader
from nlp.rules import load_markers
from nlp.train import Progress, fit_heads, tell_nobody
from nlp.train_encoder import train_encoder

if TYPE_CHECKING:
    from spacy.language import Language


def evaluate_folds(
    labelled: Sequence[Labelled], folds: int, safety: SafetyScan, base: Path | None = None, tell: Progress | None = None
) -> Metrics:
    """Scores of a file by its own labels. Needs the extra ``train``.

    A file that has the kind alone, or kinds of its own, is scored on the kind alone, without our rules.

    Args:
        labelled: the messages.
        folds: into how many parts they are dealt.
        safety: the danger scan.
        base: folder of the encoder's first weights; left out: words alone.
        tell: told how far it is.

    Raises:
        ValueError: fewer than two folds.
    """
    if folds < 2:  # noqa: PLR2004
        raise ValueError("at least two folds are needed: one to learn from, one to score")
    # Files may be written in turns (a complaint, a request, ...): the digest of the identity shuffles them.
    shuffled = sorted(labelled, key=lambda row: hashlib.sha256(row.reading.id.encode()).digest())
    parts = [shuffled[fold::folds] for fold in range(folds)]
    order = [row for part in parts for row in part]
    models = _models(parts, safety, base, tell or tell_nobody)
    if not _is_ours(labelled):
        guessed = [guess for part, model in zip(parts, models, strict=True) for guess in _kinds(model, part)]
        return {"messages": len(order), **kind_scores([str(row.labels["kind"]) for row in order], guessed)}
    return scores_of(order, [each for part, model in zip(parts, models, strict=True) for each in _read(model, part)])


def _is_ours(rows: Sequence[Labelled]) -> bool:
    return all(row.labels["kind"] in set(Kind) and all(field in row.labels for field in FIELDS) for row in rows)


def _models(
    parts: Sequence[Sequence[Labelled]], safety: SafetyScan, base: Path | None, tell: Progress
) -> Iterator["Language"]:
    """For each part a pipeline that learnt from the others."""
    from nlp.components import connect, new_pipeline  # noqa: PLC0415 - spaCy

    reader = RuleReader(safety, load_markers())
    for fold, left_out in enumerate(parts):
        tell("folds", fold, len(parts))
        inside = [row for part in parts for row in part if part is not left_out]
        if base is None:
            pipeline = new_pipeline(fit_heads(inside, reader))
        else:
            learnt, kept = [row for row in inside if not row.held_out], [row for row in inside if row.held_out]
            heads = fit_heads(learnt, reader)
            with TemporaryDirectory() as folder:
                train_encoder(learnt, kept, (heads, reader), base, Path(folder), tell=tell)
                pipeline = new_pipeline(heads, Path(folder))
        connect(pipeline, safety)
        yield pipeline


def _read(pipeline: "Language", part: Sequence[Labelled]) -> tuple[Understanding, ...]:
    from nlp.understander import Understander  # noqa: PLC0415 - spaCy

    return Understander(pipeline).understand([row.reading for row in part])


def _kinds(pipeline: "Language", part: Sequence[Labelled]) -> Iterator[tuple[str, float]]:
    """The likeliest kind of each message, and how likely it is."""
    from nlp.components import doc_of  # noqa: PLC0415 - spaCy

    for doc in pipeline.pipe([doc_of(pipeline, row.reading) for row in part]):
        best = max(doc.cats, key=lambda kind: doc.cats[kind])
        yield best, doc.cats[best]
