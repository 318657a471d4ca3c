"""Which of a mail's alternative versions holds its words, and what only another one says. Linear in their length."""

import re
from typing import Final

_STUB: Final = re.compile(
    r"does not support html|view (?:this|it) (?:e-?mail|message|it)? ?(?:in|on|using) (?:a|an|your)"
    r"|html (?:e-?mail|message|version)"
    r"|cannot display|if you (?:can't|cannot|can not) (?:see|read|view)|mime format",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]{2,100}")
_NO_WORDS: Final = re.compile(r"https?://[^\s<>]{1,2000}|\[cid:[^\]\s]{1,200}\]", re.IGNORECASE)
"""What mail programs write into the plain version only."""
_FEW: Final = 5


def is_stub(text: str) -> bool:
    """Whether a plain version says nothing, or only where the words are."""
    return not text.strip() or (len(text) < 400 and _STUB.search(text) is not None)  # noqa: PLR2004 - a stub is short


class Comparison:
    """Compares the versions of one mail; the words of each are looked for once."""

    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {}

    def says_much_more(self, text: str, than: str) -> bool:
        """Whether a version has words of its own beside which the other is no more than a signature."""
        if _differ_in_white_space(text, than):
            return False
        many, few = self._words_of(text), self._words_of(than)
        return len(many) > 2 * len(few) and len(many - few) >= _FEW

    def only_in(self, other: str, taken: str) -> str:
        """The lines of a version not taken in which words stand that the taken one has not, with their neighbours."""
        if _differ_in_white_space(other, taken):
            return ""
        unknown = self._words_of(other) - self._words_of(taken)
        if not unknown:
            return ""
        lines = other.split("\n")
        new = [at for at, line in enumerate(lines) if not unknown.isdisjoint(_words(line))]
        near = sorted({each for at in new for each in (at - 1, at, at + 1) if 0 <= each < len(lines)})
        return "\n".join(lines[at] for at in near).strip()

    def _words_of(self, text: str) -> set[str]:
        if text not in self._found:
            self._found[text] = _words(text)
        return self._found[text]


def _differ_in_white_space(text: str, other: str) -> bool:
    """Whether two versions are the same but for white space, as those of most mails are."""
    return text.split() == other.split()


def _words(text: str) -> set[str]:
    if "://" in text or "[" in text:
        text = _NO_WORDS.sub(" ", text)
    return set(_WORD.findall(text.casefold()))
