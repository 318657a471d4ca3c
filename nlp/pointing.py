"""Which words of a message speak most for what the model says of it."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from domain.understanding import Reading
from nlp.encoder import PRESENT, Heard
from nlp.features import token_span
from nlp.heads import Heads
from nlp.seen import Span

Point = Callable[[str, str], Span | None]
"""From a field and its answer to a span of the new text."""

_LEAST: Final = 0.3
"""Of a sentence's chance: less speaks for nothing."""
_TRIED: Final = 4
_HEAD: Final = {"kind": PRESENT, "also": PRESENT}
"""Which question is asked of a sentence where it is another than of a message."""


def point_at_nothing(field: str, answer: str) -> Span | None:
    """Where there is no model."""
    del field, answer
    return None


class Pointer:
    """Points at words of one reading."""

    def __init__(self, heads: Heads, reading: Reading, vector: Any, heard: Heard | None) -> None:
        self._heads = heads
        self._reading = reading
        self._vector = vector
        self._heard = heard

    def point(self, field: str, answer: str) -> Span | None:
        """The sentence that the encoder takes for ``answer``; else, or of one sentence, the word that counts most."""
        return self._sentence(field, answer) or self._word(field, answer)

    def _sentence(self, field: str, answer: str) -> Span | None:
        if self._heard is None:
            return None
        found = self._heard.strongest(_HEAD.get(field, field), answer) or self._heard.strongest(field, answer)
        return found[0] if found and found[1] >= _LEAST else None

    def _word(self, field: str, answer: str) -> Span | None:
        if not self._heads.knows(field, answer):
            return None
        ids, values = self._vector
        words = self._heads.space.names[0]
        here = int(np.searchsorted(ids, len(words)))
        pull = self._heads.pull(field, answer, ids[:here], values[:here])
        for place in np.argsort(-pull)[:_TRIED].tolist():
            name = words[ids[place]]
            if pull[place] > 0 and " " not in name and "=" not in name and name.isalpha():
                span = token_span(self._reading.new_text, name)
                if span:
                    return span
        return None
