"""The encoder: a small transformer that reads a message as a whole, in eight bits, on one core.

onnxruntime and the tokenizer are imported late: they take a moment, and an installation without a model needs neither.
The files in its folder: ``encoder.onnx`` (weights, no program), ``tokenizer.json``, ``encoder.json`` (``Shape``).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from domain.labels import Kind
from domain.understanding import Reading
from domain.values import Value

ONNX, TOKENIZER, SHAPE = "encoder.onnx", "tokenizer.json", "encoder.json"
Scores = NDArray[np.float32]
"""Of shape (messages, columns): the answers of all heads side by side."""

PRESENT: Final = "has"
"""The head that says which kinds a message holds at all, a mixed one several."""
PRESENT_KINDS: Final = tuple(kind.value for kind in Kind if kind is not Kind.NONE)

_NUMBER: Final = re.compile(r"\d{5,}")
_AT: Final = re.compile(r"\S+@\S+")
_MOST_CHARACTERS: Final = 6_000
_AT_ONCE: Final = 16
"""Messages of like length that are read together: more gains nothing on one core."""


class HeadShape(Value):
    """One question and its answers: exactly one of them (``single``), or each by itself."""

    name: str
    answers: tuple[str, ...]
    single: bool


class Shape(Value):
    """What is asked, and how the answers are weighed against those of the words."""

    heads: tuple[HeadShape, ...]
    longest: int = Field(ge=16)
    """Tokens that are read; of a longer text the first two thirds and the last."""
    share: float = Field(default=0.5, ge=0, le=1)
    """How much the encoder counts beside the words, for a head that both have."""
    temperature: float = Field(default=1.0, gt=0)
    """Of the kind, after the two were brought together."""
    leaning: float = 1.0
    """By how much the odds of a complaint are raised: a missed one costs more than a false one."""
    enough: Mapping[str, float] = Field(default_factory=dict)
    """By head: where the words are so sure of all these, the encoder is not asked. Empty: it always is."""

    @property
    def columns(self) -> dict[str, slice]:
        """Where each head's answers stand."""
        found, start = {}, 0
        for head in self.heads:
            found[head.name] = slice(start, start + len(head.answers))
            start += len(head.answers)
        return found


class Encoder:
    """Weights, tokenizer and shape of one model. Not safe to call from several threads at once."""

    def __init__(self, session: Any, tokenizer: Any, shape: Shape) -> None:
        self.shape = shape
        self._session = session
        self._tokenizer = tokenizer
        self._columns = shape.columns
        self._wide = sum(len(head.answers) for head in shape.heads)

    @classmethod
    def load(cls, folder: Path) -> "Encoder":
        """Read its files. Raises ``OSError``, ``ValueError`` or what onnxruntime raises where they are damaged."""
        import onnxruntime  # noqa: PLC0415 - takes a moment
        from tokenizers import Tokenizer  # noqa: PLC0415 - as above

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # its arena would keep the longest batch's memory for good
        session = onnxruntime.InferenceSession(
            (folder / ONNX).read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(session, tokenizer, Shape.model_validate_json((folder / SHAPE).read_text("utf-8")))

    def chances(self, readings: Sequence[Reading]) -> list[dict[str, list[float]]]:
        """The probability of each answer of each head, a dictionary a reading."""
        scores = self.scores(readings)
        return [self._chances_of(row) for row in scores]

    def scores(self, readings: Sequence[Reading]) -> Scores:
        """Raw scores, those of like length reckoned together."""
        tokens = [shortened(encoding.ids, self.shape.longest) for encoding in self._encodings(readings)]
        scores = np.empty((len(tokens), self._wide), np.float32)
        for places in batches([len(ids) for ids in tokens], _AT_ONCE):
            ids, mask = padded([tokens[place] for place in places])
            (found,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            scores[places] = found
        return scores

    def _encodings(self, readings: Sequence[Reading]) -> Any:
        return self._tokenizer.encode_batch([as_text(reading) for reading in readings]) if readings else []

    def _chances_of(self, row: Scores) -> dict[str, list[float]]:
        found = {}
        for head in self.shape.heads:
            raw = row[self._columns[head.name]].astype(np.float64)
            if head.single:
                odds = np.exp(raw - raw.max())
                found[head.name] = (odds / odds.sum()).tolist()
            else:
                found[head.name] = (1.0 / (1.0 + np.exp(-np.clip(raw, -60, 60)))).tolist()
        return found


def as_text(reading: Reading) -> str:
    """A reading as the encoder sees it: channel, subject, new text; long numbers and addresses are masked."""
    subject = f"{reading.subject} . " if reading.subject else ""
    text = reading.new_text
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[: _MOST_CHARACTERS * 2 // 3]} {text[-_MOST_CHARACTERS // 3 :]}"
    return f"{reading.channel.replace('_', ' ')} : {_masked(subject + text)}"


def _masked(text: str) -> str:
    return _NUMBER.sub("00000", _AT.sub("a@b", text))


def shortened(ids: Sequence[int], longest: int) -> list[int]:
    """The first two thirds and the last of what is too long."""
    if len(ids) <= longest:
        return list(ids)
    head = longest * 2 // 3
    return [*ids[:head], *ids[head - longest :]]


def batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Places of like length together, the short first."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    yield from (order[start : start + size] for start in range(0, len(order), size))


def padded(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and what of them counts, both of shape (rows, longest row)."""
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


def write_shape(shape: Shape, folder: Path) -> None:
    """Write ``encoder.json``; the same shape gives the same bytes."""
    text = json.dumps(shape.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / SHAPE).write_text(text + "\n", encoding="utf-8")
