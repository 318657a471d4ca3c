"""Text as sentences and words, with the places that somebody else's words take. Linear in the length of any text."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from domain.values import Value

_END: Final = re.compile(r"(?<![.!?…])[.!?…]++[\"'\u201d\u2019)\]]*+(?=\s|\Z)|\n\s*+")
_CHUNK: Final = re.compile(r"\S+")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_QUOTE: Final = re.compile(r"[\"\u201c\u201d'\u2018\u2019\n]")
_PARTNERS: Final = {'"': '"', "\u201c": "\u201d", "'": "'", "\u2018": "\u2019"}
_SHORTENED: Final = frozenset({"mr", "mrs", "ms", "dr", "no", "st", "e.g", "i.e", "etc", "approx", "tel"})
"""After these a full stop ends no sentence."""


class Word(Value):
    """A word and where it stands."""

    text: str
    start: int
    end: int
    is_plain: bool = True
    """Letters only: no address, number or reference."""

    @property
    def lower(self) -> str:
        """In small letters, with a straight apostrophe."""
        return self.text.lower().replace("\u2019", "'")


class Sentence(Value):
    """A sentence and its words, without those that stand in quotation marks."""

    text: str
    start: int
    end: int
    words: tuple[Word, ...]


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order.

    A line end ends one too, unless the next line goes on in small letters. Words in quotation marks are somebody
    else's and are left out of ``words``; a sentence of nothing else is left out whole.
    """
    quoted = _quotes(text)
    found = []
    for start, end in _spans(text):
        words = tuple(_words(text, start, end, quoted))
        if words:
            found.append(Sentence(text=text[start:end], start=start, end=end, words=words))
    return tuple(found)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences stand, without the blanks and list marks around them."""
    ends = [match.end() for match in _END.finditer(text) if _ends_one(text, match)]
    for start, end in pairwise((0, *ends, len(text))):
        piece = text[start:end]
        first = start + len(piece) - len(piece.lstrip(" \t\r\n-*•"))
        last = start + len(piece.rstrip())
        if first < last:
            yield first, last


def _ends_one(text: str, match: re.Match[str]) -> bool:
    if "\n" in match.group():
        following = text[match.end() : match.end() + 1]
        return not following.islower() or match.group().count("\n") > 1 or text[max(match.start() - 1, 0)] in ".!?:"
    if match.group() != ".":
        return True
    before = text[max(match.start() - 7, 0) : match.start()].split()
    last = before[-1].lower().lstrip("(") if before else ""
    return last not in _SHORTENED and not (len(last) == 1 and last.isalpha() and last != "i")


def _words(text: str, start: int, end: int, quoted: "_Quoted") -> Iterator[Word]:
    for chunk in _CHUNK.finditer(text, start, end):
        given = chunk.group()
        if "@" in given or "://" in given or given.lower().startswith("www.") or any(map(str.isdigit, given)):
            if not quoted.holds(chunk.start()):
                yield Word(text=given, start=chunk.start(), end=chunk.end(), is_plain=False)
            continue
        for found in _WORD.finditer(given):
            at = chunk.start() + found.start()
            if not quoted.holds(at):
                yield Word(text=found.group(), start=at, end=chunk.start() + found.end())


class _Quoted:
    """Spans in order, asked for places in order."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = list(spans)
        self._next = 0

    def holds(self, place: int) -> bool:
        """Whether a place, after all that were asked for before, stands in one of them."""
        while self._next < len(self._spans) and self._spans[self._next][1] <= place:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] <= place


def _quotes(text: str) -> _Quoted:
    """What stands in quotation marks, within one line."""
    spans: list[tuple[int, int]] = []
    opened, place = "", 0
    for match in _QUOTE.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "\n":
            opened = ""
        elif opened:
            if mark == _PARTNERS[opened] and (mark not in "'\u2019" or _closes(text, at)):
                spans.append((place, at + 1))
                opened = ""
        elif mark in _PARTNERS and (mark not in "'\u2018" or _opens(text, at)):
            opened, place = mark, at
    return _Quoted(spans)


def _opens(text: str, at: int) -> bool:
    return not text[max(at - 1, 0) : at].isalnum() and text[at + 1 : at + 2].isalnum()


def _closes(text: str, at: int) -> bool:
    return not text[at + 1 : at + 2].isalnum()
