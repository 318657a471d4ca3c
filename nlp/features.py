"""A reading as numbers: words, pairs of words, pieces of words and marks, each a place in one vector.

The same code makes the numbers for training and at run time. Pieces of a word depend on the word alone, so they are
worked out once a word and remembered: that is where the speed comes from. Never a label in here, and never the sender.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from domain.understanding import Reading
from nlp.folding import fold, folded_offsets, original_span

Ids = NDArray[np.int32]
Weights = NDArray[np.float32]

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[!?]+|\.{2,}|[^\w\s.,;:()'\"-]")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_NO_CAPITALS = bytes(code for code in range(128) if not chr(code).isupper())
_PIECES = (3, 4, 5)
_EDGE_FIRST, _EDGE_LAST = 6, 8
_LENGTHS = (1.8, 1.0, 0.4)
"""How long each block of a vector is: words, pieces, marks (chosen on folds of the learnt part)."""
_MOST_TOKENS = 1_500
"""A longer text is understood by its first thousand and last five hundred words; its dangers are scanned whole."""
_HEAD_TOKENS = 1_000
_LONGEST_WORD = 24
_MOST_WORDS_KNOWN = 50_000
MARK = "\u00a7"
"""Begins the name of a feature that is not a word: a mark, a length, a channel."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reading taken apart: tokens of the new text and the subject, and the names of its marks."""

    tokens: tuple[str, ...]
    subject: tuple[str, ...]
    marks: tuple[str, ...]


def prepare(reading: Reading, marks: Iterable[str] = ()) -> Prepared:
    """Take a reading apart. ``marks`` are labels that rules found in it."""
    tokens = _shorten(_TOKEN.findall(fold(reading.new_text)))
    subject = _TOKEN.findall(fold(reading.subject or ""))[:40]
    names = [f"{MARK}{mark}" for mark in sorted(set(marks))]
    names.append(f"{MARK}channel={reading.channel}")
    names.append(f"{MARK}length={min(9, len(tokens).bit_length())}")
    if reading.last_question:
        names.append(f"{MARK}asked={reading.last_question}")
    if reading.quoted_text:
        names.append(f"{MARK}quoted")
    if reading.subject and reading.subject[:3].lower() == "re:":
        names.append(f"{MARK}re")
    if _is_in_capitals(reading.new_text[:400]):
        names.append(f"{MARK}capitals")
    return Prepared(tuple(map(_shape, tokens)), tuple(map(_shape, subject)), tuple(names))


def _is_in_capitals(text: str) -> bool:
    if text.isascii():
        plain = text.encode()
        letters, capitals = len(plain.translate(None, _NO_LETTERS)), len(plain.translate(None, _NO_CAPITALS))
    else:
        letters = sum(map(str.isalpha, text))
        capitals = sum(char.isalpha() and char.isupper() for char in text)
    return letters > 12 and capitals > 0.7 * letters  # noqa: PLR2004


def token_span(text: str, wanted: str) -> tuple[int, int] | None:
    """Where the first token that folds and shapes to ``wanted`` stands in ``text``."""
    folded = fold(text)
    start = 0
    if wanted.isalpha():
        # No token holds a blank, so tokens may be looked for from the last blank before where the letters first stand.
        at = folded.find(wanted)
        if at < 0:
            return None
        start = folded.rfind(" ", 0, at) + 1
    for match in _TOKEN.finditer(folded, start):
        if _shape(match[0]) == wanted:
            return original_span(folded_offsets(text), *match.span())
    return None


def _shorten(tokens: list[str]) -> list[str]:
    if len(tokens) <= _MOST_TOKENS:
        return tokens
    return tokens[:_HEAD_TOKENS] + tokens[_HEAD_TOKENS - _MOST_TOKENS :]


def _shape(token: str) -> str:
    """Numbers by their length: no amount, house or telephone number is learnt."""
    return f"#{min(len(token), 6)}" if token.isdigit() else token


def word_names(prepared: Prepared) -> list[str]:
    """Names of whole-word features: words, pairs, subject words, first and last words."""
    return [*prepared.tokens, *_names_beside_words(prepared)]


def _names_beside_words(prepared: Prepared) -> list[str]:
    tokens = prepared.tokens
    names = [*map(" ".join, pairwise(tokens)), *prepared.subject]
    names.extend(f"s={token}" for token in prepared.subject)
    names.extend(f"f={token}" for token in tokens[:_EDGE_FIRST])
    names.extend(f"l={token}" for token in tokens[-_EDGE_LAST:])
    return names


def pieces(token: str) -> list[str]:
    """The letter pieces of a token, its ends marked by a blank."""
    edged = f" {token[:_LONGEST_WORD]} "
    return [edged[at : at + size] for size in _PIECES for at in range(len(edged) - size + 1)]


class FeatureSpace:
    """Which feature stands at which place, and how rare each is. Three blocks: words, pieces, marks."""

    def __init__(self, words: Sequence[str], letters: Sequence[str], marks: Sequence[str], rarity: Weights) -> None:
        self.names = (tuple(words), tuple(letters), tuple(marks))
        self.ends = (len(words), len(words) + len(letters), len(words) + len(letters) + len(marks))
        self.rarity = rarity
        # Places are kept as the four bytes of an int32: those of a text are joined, and read as one array.
        self._words = _placed(words, 0)
        self._letters = _placed(letters, self.ends[0])
        self._marks = _placed(marks, self.ends[1])
        self._known: dict[str, bytes] = {}

    def __len__(self) -> int:
        return self.ends[2]

    def vector(self, prepared: Prepared) -> tuple[Ids, Weights]:
        """The places that are not zero, in rising order, and their values; each block has its own length."""
        return self.vectors([prepared])[0]

    def vectors(self, prepared: Sequence[Prepared]) -> list[tuple[Ids, Weights]]:
        """The vector of each, in order; all are counted at once."""
        found = list(map(self._found, prepared))
        size = len(self)
        starts = np.arange(len(found)) * size
        places = np.frombuffer(b"".join(found), np.int32) + np.repeat(starts, [len(each) // 4 for each in found])
        places, counts = np.unique(places, return_counts=True)
        ids = (places % size).astype(np.int32)
        values = (1.0 + np.log(counts)).astype(np.float32) * self.rarity[ids]
        cuts = np.searchsorted(places, starts[:, np.newaxis] + (0, *self.ends)).tolist()
        for cut in cuts:
            for (start, end), length in zip(pairwise(cut), _LENGTHS, strict=True):
                block = values[start:end]
                if block.size:
                    block *= length / np.sqrt(np.dot(block, block))
        return [(ids[cut[0] : cut[-1]], values[cut[0] : cut[-1]]) for cut in cuts]

    def _found(self, prepared: Prepared) -> bytes:
        """The places of all features, as often as each occurs."""
        known = self._known
        words = [
            places if (places := known.get(token)) is not None else self._remember(token) for token in prepared.tokens
        ]
        beside = map(self._words.get, _names_beside_words(prepared), repeat(b""))
        return b"".join(chain(words, beside, map(self._marks.get, prepared.marks, repeat(b""))))

    def _remember(self, token: str) -> bytes:
        """The places of a word and of its pieces."""
        letters = map(self._letters.get, pieces(token), repeat(b""))
        places = b"".join(chain([self._words.get(token, b"")], letters))
        if len(self._known) >= _MOST_WORDS_KNOWN:
            self._known.clear()
        self._known[token] = places
        return places


def _placed(names: Sequence[str], first: int) -> dict[str, bytes]:
    return {name: np.int32(place).tobytes() for place, name in enumerate(names, first)}


def build_space(
    prepared: Sequence[Prepared], *, least_words: int, least_letters: int, least_marks: int
) -> FeatureSpace:
    """The space of all features that stand in at least so many of ``prepared``; places in alphabetical order."""
    words, letters, marks = Counter[str](), Counter[str](), Counter[str]()
    for each in prepared:
        words.update(set(word_names(each)))
        letters.update({piece for token in set(each.tokens) for piece in pieces(token)})
        marks.update(set(each.marks))
    kept = [
        sorted(name for name, count in counts.items() if count >= least)
        for counts, least in ((words, least_words), (letters, least_letters), (marks, least_marks))
    ]
    total = len(prepared)
    often = [counts[name] for counts, names in zip((words, letters, marks), kept, strict=True) for name in names]
    rarity = (np.log((1 + total) / (1 + np.asarray(often, np.float64))) + 1).astype(np.float32)
    return FeatureSpace(kept[0], kept[1], kept[2], rarity)
