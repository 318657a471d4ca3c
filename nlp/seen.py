"""A message as the encoder is shown it, and where each of its letters stands in what was written.

Channel and subject come first; long numbers and addresses are masked; of a text without end the beginning and the end.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.understanding import Reading

_MASKED: Final = re.compile(r"(?P<number>\d{5,})|\S{1,64}@\S+")
_NUMBER, _ADDRESS = "00000", "a@b"
_MOST_CHARACTERS: Final = 6_000
_NOWHERE: Final = -1
_SENTENCE: Final = re.compile(r"(?:[^.!?\n]|[.!?](?=[^\sA-Z]))*(?:[.!?](?=[\sA-Z]|$)|\n+|$)")
_LONGEST_SENTENCE: Final = 30
"""Words: what runs on without a stop is cut, so that its parts are heard too."""

Span = tuple[int, int]


@dataclass(slots=True)
class Seen:
    """The text shown, in stretches each of which begins somewhere in the new text, or nowhere."""

    text: str = ""
    _starts: list[int] = field(default_factory=list)
    _origins: list[int] = field(default_factory=list)

    def add(self, text: str, origin: int = _NOWHERE) -> None:
        """Show ``text``, which begins at ``origin`` of the new text."""
        self._starts.append(len(self.text))
        self._origins.append(origin)
        self.text += text

    def origin(self, place: int) -> int:
        """Where the letter at ``place`` stands in the new text; -1: it is not of it."""
        stretch = bisect_right(self._starts, place) - 1
        origin = self._origins[stretch]
        return origin if origin < 0 else origin + place - self._starts[stretch]


def seen(reading: Reading) -> Seen:
    """A reading as it is shown."""
    found = Seen()
    found.add(f"{reading.channel.replace('_', ' ')} : ")
    if reading.subject:
        _add_masked(found, reading.subject, None)
        found.add(" . ")
    text = reading.new_text
    if len(text) <= _MOST_CHARACTERS:
        _add_masked(found, text, 0)
    else:
        _add_masked(found, text[: _MOST_CHARACTERS * 2 // 3], 0)
        found.add(" ")
        _add_masked(found, text[-_MOST_CHARACTERS // 3 :], len(text) - _MOST_CHARACTERS // 3)
    return found


def _add_masked(found: Seen, text: str, origin: int | None) -> None:
    """Show ``text`` with stand-ins, none of which is longer than what it stands for."""
    done = 0

    def show(part: str, start: int) -> None:
        found.add(part, _NOWHERE if origin is None else origin + start)

    for match in _MASKED.finditer(text):
        show(text[done : match.start()], done)
        show(_NUMBER if match["number"] else _ADDRESS, match.start())
        done = match.end()
    show(text[done:], done)


def sentences(text: str) -> list[Span]:
    """The sentences and lines of a text as spans, in order; what runs on is cut after every thirty words."""
    found: list[Span] = []
    for match in _SENTENCE.finditer(text):
        found.extend(_cut(text, *match.span()))
    return found


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    words = [match.start() + start for match in re.finditer(r"\S+", text[start:end])]
    if not words:
        return
    for place in range(0, len(words), _LONGEST_SENTENCE):
        here = words[place]
        after = place + _LONGEST_SENTENCE
        until = words[after] if after < len(words) else end
        yield here, here + len(text[here:until].rstrip())


def windows(body: Sequence[int], longest: int, most: int) -> list[tuple[int, int]]:
    """Runs of at most ``longest`` tokens, each read by itself: all of a text, or its first ones and the last."""
    runs = [(start, min(start + longest, len(body))) for start in range(0, max(1, len(body)), longest)]
    return runs if len(runs) <= most else [*runs[: most - 1], runs[-1]]
