"""Makes the model from the labelled corpus, the same bytes each time on one machine.

scikit-learn is needed here only, and imported here only (extra ``train``). One message in eight is held out by
the digest of its identity, to choose on what has to be chosen; the model is judged by the test split, which stands
apart (``nlp.labelled.TEST``). The shipped weights saw neither, so anybody can score ``metrics.json`` again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.ports import SafetyScan, Understander
from nlp.corrections import FILE as CORRECTIONS
from nlp.encoder import ONNX
from nlp.evaluate import Metrics, evaluate, macro_f1
from nlp.features import FeatureSpace, Prepared, build_space, prepare
from nlp.heads import Head, Heads
from nlp.labelled import FIELDS, SEVERAL, Labelled, answers_of, digest_of, judging_files, read_labelled
from nlp.reader import RuleReader
from nlp.rules import load_markers
from nlp.taught import FILE as TAUGHT

RELEASE = "2026.11"
_STRENGTH = {"kind": 8.0, "intent": 8.0, "topic": 8.0, "authority": 12.0, "urgency": 12.0}
_STRENGTH_OF_RARE = 4.0
_FOLDS = 4
_WEIGHT_OF_CORRECTIONS = 2.0
"""What staff say of their own landlord's messages counts twice."""
_LEAST = {"least_words": 2, "least_letters": 4, "least_marks": 2}
_LEANINGS = (0.0, 0.1, 0.2, 0.3, 0.4)
_COST_OF_LEANING = 0.003
"""Macro F1 that may be given up so that fewer complaints are missed."""
_TEMPERATURES = tuple(round(0.3 + 0.05 * step, 2) for step in range(40))

Progress = Callable[[str, int, int], None]
"""Told the step in words, steps done, steps in all."""


def train(
    corpus_files: Sequence[Path],
    out_dir: Path,
    progress: Progress | None = None,
    *,
    safety: SafetyScan,
    base: Path | None = None,
    corrections: Sequence[Labelled] = (),
) -> Metrics:
    """Learn from ``corpus_files``, write the pipeline and ``metrics.json`` into ``out_dir``, and return the scores.

    Args:
        corpus_files: labelled messages.
        out_dir: the model's folder, replaced whole.
        progress: told how far it is.
        safety: the danger scan.
        base: folder of the encoder's first weights; left out: words alone.
        corrections: what staff said of messages (``nlp.corrections``): the kind's head learns from them too.

    Raises ``ImportError`` where the extra ``train`` is not installed, ``ValueError`` for an unreadable corpus.
    """
    tell = progress or tell_nobody
    tell("reading the corpus", 0, 5)
    rows = read_labelled(corpus_files)
    learnt = [row for row in rows if not row.held_out]
    held_out = [row for row in rows if row.held_out]
    reader = RuleReader(safety, load_markers())
    tell("calibrating on folds of the learnt part", 1, 5)
    calibration = _calibrate(learnt, reader)
    tell("learning all heads", 2, 5)
    heads = fit_heads([*learnt, *corrections], reader, calibration)
    tell("writing the pipeline", 3, 5)
    with TemporaryDirectory() as beside:
        encoder = Path(beside) if base else None
        if base and encoder:
            from nlp.train_encoder import train_encoder, without_leaning  # noqa: PLC0415 - PyTorch

            train_encoder(
                [*learnt, *corrections], held_out, (heads, reader), base, encoder, tell=tell, taught_by=TAUGHT
            )
            heads = without_leaning(heads)
        model = _write(heads, out_dir, encoder)
    tell("measuring on the test split", 4, 5)
    from nlp.understander import load  # noqa: PLC0415 - spaCy comes in with it

    metrics: Metrics = {
        "model": model,
        "corpus": {path.name: digest_of(path) for path in sorted(corpus_files)},
        "learnt": len(learnt),
        "corrections": len(corrections),
        "features": len(heads.space),
        "calibration": calibration,
    } | quality_of(load(out_dir, safety), held_out)
    text = json.dumps(metrics, indent=1, ensure_ascii=False, sort_keys=True)
    (out_dir / "metrics.json").write_text(text + "\n", encoding="utf-8")
    tell("done", 5, 5)
    return metrics


def quality_of(understander: Understander, held_out: Sequence[Labelled]) -> Metrics:
    """What ``metrics.json`` says of a model's quality: in full on the test split, in short on what was held out."""
    judged = judging_files()
    scored = evaluate(understander, read_labelled(judged))
    kept = evaluate(understander, held_out)
    return {
        "test": {path.name: digest_of(path) for path in judged},
        "scores": {key: value for key, value in scored.items() if key != "speed"},
        "held_out": {
            "messages": len(held_out),
            "accuracy": kept["kind"]["accuracy"],
            "macro_f1": kept["kind"]["macro_f1"],
            "ece": kept["ece"],
        },
    }


def tell_nobody(step: str, done: int, total: int) -> None:
    """Where nobody wants to know how far it is."""
    del step, done, total


def fit_heads(
    rows: Sequence[Labelled], reader: RuleReader, calibration: dict[str, Any] | None = None, only: str | None = None
) -> Heads:
    """Learn the heads (or the ``only`` one) from ``rows``."""
    prepared = _prepare_all(rows, reader)
    space = build_space(prepared, **_LEAST)
    matrix = _matrix(space, prepared)
    everything = range(len(rows))
    whole = [place for place, row in enumerate(rows) if row.file != CORRECTIONS]
    heads: list[Head] = []
    columns: list[NDArray[np.float64]] = []
    biases: list[NDArray[np.float64]] = []
    for field in (*FIELDS, *SEVERAL):
        if only is not None and field != only:
            continue
        here = [place for place in (everything if field == "kind" else whole) if field in rows[place].labels]
        if not here:
            continue
        labelled, vectors = [rows[place] for place in here], matrix[here]
        answers = answers_of(field, labelled)
        single = field not in SEVERAL
        fit = _single if single else _several
        weights, bias = fit(field, answers, labelled, vectors)
        heads.append(Head(field, answers, single))
        columns.append(weights)
        biases.append(bias)
    if calibration and heads[0].name == "kind":
        heads[0] = replace(
            heads[0], temperature=calibration["temperature"], leaning={"complaint": calibration["leaning"]}
        )
    all_weights = np.concatenate(columns, axis=1).astype(np.float32)
    return Heads(space, heads, all_weights, np.concatenate(biases).astype(np.float32))


def _prepare_all(rows: Sequence[Labelled], reader: RuleReader) -> list[Prepared]:
    return [prepare(row.reading, reader.read(row.reading).names) for row in rows]


def _matrix(space: FeatureSpace, prepared: Sequence[Prepared]) -> Any:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - comes with scikit-learn, for training only

    vectors = [space.vector(each) for each in prepared]
    ends = np.cumsum([0, *(len(ids) for ids, _ in vectors)])
    ids = np.concatenate([ids for ids, _ in vectors])
    values = np.concatenate([values for _, values in vectors]).astype(np.float64)
    return csr_matrix((values, ids, ends), shape=(len(prepared), len(space)))


def _single(
    field: str, answers: tuple[str, ...], rows: Sequence[Labelled], matrix: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One choice: weights of shape (features, answers) and a bias each."""
    if len(answers) == 1:
        return np.zeros((matrix.shape[1], 1)), np.zeros(1)
    target = [answers.index(str(row.labels[field])) for row in rows]
    weigh = [_WEIGHT_OF_CORRECTIONS if row.file == CORRECTIONS else 1.0 for row in rows]
    model = _regression(_STRENGTH.get(field, _STRENGTH_OF_RARE)).fit(matrix, target, sample_weight=weigh)
    weights, bias = model.coef_.T, model.intercept_
    if len(answers) == 2:  # noqa: PLR2004 - the library gives one column for two answers
        return np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return weights, bias


def _several(
    field: str, answers: tuple[str, ...], rows: Sequence[Labelled], matrix: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Yes or no for each answer; an answer that never or always holds gets its constant."""
    weights, bias = np.zeros((matrix.shape[1], len(answers))), np.full(len(answers), -8.0)
    for place, answer in enumerate(answers):
        target = [int(answer in row.several(field)) for row in rows]
        if 0 < sum(target) < len(target):
            model = _regression(_STRENGTH_OF_RARE).fit(matrix, target)
            weights[:, place], bias[place] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _regression(strength: float) -> Any:
    # Each answer weighs the same however rare: on unseen folds intents gain 0.11 macro F1, topics 0.04, kinds nothing.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - for training only

    return LogisticRegression(C=strength, max_iter=200, tol=1e-3, class_weight="balanced")


def _calibrate(rows: Sequence[Labelled], reader: RuleReader) -> dict[str, Any]:
    """Temperature and leaning of the kind, from scores of messages that each fold had not seen."""
    answers = answers_of("kind", rows)
    scores = np.zeros((len(rows), len(answers)))
    truth = np.asarray([answers.index(str(row.labels["kind"])) for row in rows])
    for fold in range(_FOLDS):
        inside = [row for place, row in enumerate(rows) if place % _FOLDS != fold]
        heads = fit_heads(inside, reader, only="kind")
        for place in range(fold, len(rows), _FOLDS):
            row = rows[place]
            ids, values = heads.space.vector(prepare(row.reading, reader.read(row.reading).names))
            scores[place] = heads.scores(ids, values)
    temperature = min(_TEMPERATURES, key=lambda each: _loss(scores / each, truth))
    leaning = _leaning(scores / temperature, truth, answers)
    guessed = _leant(scores / temperature, answers, leaning).argmax(axis=1)
    named, right = [answers[place] for place in guessed], [answers[place] for place in truth]
    by_file = {
        name: round(
            macro_f1(
                [each for each, row in zip(right, rows, strict=True) if row.file == name],
                [each for each, row in zip(named, rows, strict=True) if row.file == name],
            ),
            4,
        )
        for name in sorted({row.file for row in rows})
    }
    return {
        "temperature": temperature,
        "leaning": leaning,
        "folds": _FOLDS,
        "kind_macro_f1_of_unseen_folds": round(macro_f1(right, named), 4),
        "kind_macro_f1_by_file": by_file,
    }


def _leaning(scores: NDArray[np.float64], truth: NDArray[np.int64], answers: tuple[str, ...]) -> float:
    right = [answers[place] for place in truth]

    def score(leaning: float) -> float:
        return macro_f1(right, [answers[place] for place in _leant(scores, answers, leaning).argmax(axis=1)])

    best = max(score(leaning) for leaning in _LEANINGS)
    return max(leaning for leaning in _LEANINGS if score(leaning) >= best - _COST_OF_LEANING)


def _leant(scores: NDArray[np.float64], answers: tuple[str, ...], leaning: float) -> NDArray[np.float64]:
    leant = scores.copy()
    if "complaint" in answers:
        leant[:, answers.index("complaint")] += leaning
    return leant


def _loss(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(truth)), truth].mean())


def _write(heads: Heads, out_dir: Path, encoder: Path | None) -> str:
    """Write beside, then put in place: a reader sees the old model or the new one. Returns the model's name."""
    from nlp.components import name_of, new_pipeline  # noqa: PLC0415 - spaCy

    beside = out_dir.with_name(f"{out_dir.name}.{os.getpid()}.new")
    shutil.rmtree(beside, ignore_errors=True)
    pipeline = new_pipeline(heads, encoder, f"{RELEASE}.{_digest(heads, encoder)}")
    pipeline.to_disk(beside)
    shutil.rmtree(out_dir, ignore_errors=True)
    beside.replace(out_dir)
    return name_of(pipeline)


def _digest(heads: Heads, encoder: Path | None) -> str:
    """Of the weights, in short: no two models have the same name."""
    found = hashlib.sha256(heads.weights.tobytes())
    if encoder:
        found.update((encoder / ONNX).read_bytes())
    return found.hexdigest()[:8]
