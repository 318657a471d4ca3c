"""The encoder: a small transformer that reads a message as a whole, in eight bits, on one core.

onnxruntime and the tokenizer are imported late: they take a moment, and an installation without a model needs neither.
The files in its folder: ``encoder.onnx`` (weights of the layers, no program), ``heads.npz`` (weights of the questions),
``tokenizer.json``, ``encoder.json`` (``Shape``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from domain.labels import Kind
from domain.understanding import Reading
from domain.values import Value
from nlp.heads import chances_of
from nlp.seen import Span, seen, sentences, windows

ONNX, TOKENIZER, SHAPE, HEADS = "encoder.onnx", "tokenizer.json", "encoder.json", "heads.npz"
FILES: Final = (ONNX, TOKENIZER, SHAPE, HEADS)
Scores = NDArray[np.float32]
"""Numbers, the answers of all heads side by side in the last dimension."""

PRESENT: Final = "has"
"""The head that says which kinds a message holds at all, a mixed one several."""
PRESENT_KINDS: Final = tuple(kind.value for kind in Kind if kind is not Kind.NONE)

_MOST_WINDOWS: Final = 4
"""Of a message without end the first three and the last are read."""

Chances = dict[str, list[float]]
"""The probability of each answer of each head."""


class HeadShape(Value):
    """One question and its answers: exactly one of them (``single``), or each by itself."""

    name: str
    answers: tuple[str, ...]
    single: bool


class Shape(Value):
    """What is asked, and how the answers are weighed against those of the words."""

    heads: tuple[HeadShape, ...]
    longest: int = Field(ge=16)
    """Tokens that are read at once; a longer text is read in windows of so many."""
    share: float = Field(default=0.5, ge=0, le=1)
    """How much the encoder counts beside the words, for a head that both have."""
    temperature: float = Field(default=1.0, gt=0)
    """Of the kind, after the two were brought together."""
    leaning: float = 1.0
    """By how much the odds of a complaint are raised: a missed one costs more than a false one."""

    @property
    def columns(self) -> dict[str, slice]:
        """Where each head's answers stand."""
        found, start = {}, 0
        for head in self.heads:
            found[head.name] = slice(start, start + len(head.answers))
            start += len(head.answers)
        return found


@dataclass(frozen=True, slots=True)
class Heard:
    """What the encoder makes of one message: as a whole, and sentence by sentence, each read in its context."""

    chances: Chances
    shape: Shape
    sentences: tuple[Span, ...]
    """Of the new text, in order; empty where it is but one sentence."""
    scores: Scores
    """Raw, of shape (sentences, columns)."""

    def strongest(self, head: str, answer: str) -> tuple[Span, float] | None:
        """The sentence that is likeliest to say ``answer``, and its chance; None where it knows no such answer."""
        asked = next((each for each in self.shape.heads if each.name == head and answer in each.answers), None)
        if asked is None or not self.sentences:
            return None
        scores = self.scores[:, self.shape.columns[head]].astype(np.float64)
        chances = chances_of(scores, single=asked.single)[:, asked.answers.index(answer)]
        best = int(chances.argmax())
        return self.sentences[best], float(chances[best])


class Encoder:
    """Weights, tokenizer and shape of one model. Not safe to call from several threads at once."""

    def __init__(self, session: Any, tokenizer: Any, shape: Shape, weights: Scores, bias: Scores) -> None:
        self.shape = shape
        self._session = session
        self._tokenizer = tokenizer
        self._columns = shape.columns
        self._weights = weights
        self._bias = bias

    @classmethod
    def load(cls, folder: Path) -> "Encoder":
        """Read its files; ``OSError``, ``ValueError``, ``KeyError`` or onnxruntime's own where they are damaged."""
        import onnxruntime  # noqa: PLC0415 - takes a moment
        from tokenizers import Tokenizer  # noqa: PLC0415 - as above

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # its arena would keep the longest message's memory for good
        session = onnxruntime.InferenceSession(
            (folder / ONNX).read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        shape = Shape.model_validate_json((folder / SHAPE).read_text("utf-8"))
        with (folder / HEADS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            weights, bias = arrays["weights"], arrays["bias"]
        if weights.shape[1:] != bias.shape or len(bias) != sum(len(head.answers) for head in shape.heads):
            raise ValueError(f"{folder / HEADS} does not fit {SHAPE}")
        return cls(session, tokenizer, shape, weights, bias)

    def read(self, readings: Sequence[Reading]) -> list[Heard]:
        """What each reading is heard as.

        One after the other: in eight bits a message's scores depend on what is read in the same run, and on one core
        nothing is gained by reading several at once (``docs/understanding.md``).
        """
        return [self._read(reading) for reading in readings]

    def _read(self, reading: Reading) -> Heard:
        shown = seen(reading)
        encoding = self._tokenizer.encode(shown.text)
        states, kept = self._states(encoding.ids)
        found = self._chances(self._pooled(states))
        spans = sentences(reading.new_text)
        if len(spans) <= 1:
            return Heard(found, self.shape, (), np.empty((0, len(self._bias)), np.float32))
        # What is not of the new text has the origin -1, before the first sentence.
        origins = [shown.origin(encoding.offsets[place][0]) for place in kept]
        belongs = np.searchsorted([start for start, _ in spans], origins, side="right") - 1
        heard = np.unique(belongs[belongs >= 0]).tolist()
        scores = [self._pooled(states[belongs == number]) for number in heard]
        return Heard(found, self.shape, tuple(spans[number] for number in heard), np.asarray(scores, np.float32))

    def _states(self, ids: Sequence[int]) -> tuple[Scores, list[int]]:
        """The last layer of all tokens that were read, and which these are."""
        first, *body, last = ids
        found, kept = [], []
        for start, end in windows(body, self.shape.longest - 2, _MOST_WINDOWS):
            run = np.asarray([[first, *body[start:end], last]], np.int64)
            (states,) = self._session.run(None, {"input_ids": run, "attention_mask": np.ones_like(run)})
            found.append(states[0])
            kept += [0, *range(start + 1, end + 1), len(ids) - 1]
        return np.concatenate(found), kept

    def _pooled(self, states: Scores) -> Scores:
        vector = np.concatenate([states.mean(axis=0), states.max(axis=0)])
        return np.asarray(vector @ self._weights + self._bias)

    def _chances(self, row: Scores) -> Chances:
        return {
            head.name: chances_of(row[self._columns[head.name]].astype(np.float64), single=head.single).tolist()
            for head in self.shape.heads
        }


def write_shape(shape: Shape, folder: Path) -> None:
    """Write ``encoder.json``; the same shape gives the same bytes."""
    text = json.dumps(shape.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / SHAPE).write_text(text + "\n", encoding="utf-8")
