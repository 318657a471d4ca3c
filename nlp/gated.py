"""Patterns that are looked for only in a text with one of the words that they cannot do without.

``re`` tries a pattern of many alternatives at every place of a text. A look into the set of the text's words costs a
hundredth of that, and most messages hold none of them. Pure Python. Never a word list in here.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_APART = "".join(chr(code) if chr(code).isalnum() or chr(code) == "_" else " " for code in range(128))


def words_of(text: str) -> frozenset[str]:
    r"""The different words of a text: its runs of letters, digits and underscores, as ``\w+`` finds them."""
    return frozenset(text.translate(_APART).split() if text.isascii() else _WORD.findall(text))


@dataclass(frozen=True, slots=True)
class Wording:
    """A folded text and its words."""

    text: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gated:
    """A pattern, and words of which each of its matches holds one, with no letter, digit or underscore beside it."""

    pattern: re.Pattern[str]
    needs: frozenset[str]
    """Empty for a pattern that is looked for everywhere."""

    def may_stand_in(self, said: Wording) -> bool:
        """Whether a text holds one of the words."""
        return not self.needs or not self.needs.isdisjoint(said.words)

    def search(self, said: Wording) -> re.Match[str] | None:
        """The first match."""
        return self.pattern.search(said.text) if self.may_stand_in(said) else None


def gated(pattern: str, needs: str) -> Gated:
    """``pattern`` compiled, behind the words of ``needs``, which are written with spaces between them."""
    return Gated(re.compile(pattern), frozenset(needs.split()))
