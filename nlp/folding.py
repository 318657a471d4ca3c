# ruff: noqa: RUF001 - look-alike letters are what this file is about
"""Letters made comparable: case, accents, zero-width characters and look-alike letters of other alphabets.

Pure and linear. Patterns and texts go through the same fold, so a phrase in Ukrainian meets a text in Ukrainian
although some of its letters are folded to Latin look-alikes. Never a word list in here.
"""

import unicodedata

_DROPPED = frozenset(
    (
        *(0x00AD, 0x034F, 0x061C, 0x0640, 0x180E, 0xFEFF, 0x0670),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0x0300, 0x0370),
        *range(0x064B, 0x0660),
    )
)
"""Soft hyphen, joiners, direction marks, Arabic tatweel and vowel signs, combining accents."""

_ALIKE = {
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s", "ј": "j", "ԁ": "d",
    "һ": "h", "к": "k", "м": "m", "т": "t", "н": "h", "в": "b", "ё": "e", "ԛ": "q", "ԝ": "w",
    "α": "a", "ο": "o", "ε": "e", "ν": "v", "ρ": "p", "τ": "t", "ι": "i", "κ": "k", "χ": "x", "υ": "u",
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ƒ": "f",
    "ɡ": "g", "ɑ": "a", "ѵ": "v", "ℓ": "l", "µ": "u",
    "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ھ": "ه", "ہ": "ه", "ۃ": "ه",
    "‘": "'", "’": "'", "ʼ": "'", "´": "'", "`": "'", "＇": "'", "′": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    "\u00a0": " ", "\u2028": "\n", "\u2029": "\n", "。": ".", "！": "!", "？": "?", "،": ",", "؟": "?",
    "۔": ".", "।": ".",
}  # fmt: skip


class _Fold(dict[int, str]):
    """A table for ``str.translate`` that works out each new character once."""

    def __missing__(self, code: int) -> str:
        folded = _fold_one(chr(code)) if code not in _DROPPED else ""
        self[code] = folded
        return folded


def _fold_one(char: str) -> str:
    out = []
    for plain in unicodedata.normalize("NFKC", char).casefold() if char not in _ALIKE else char:
        letter = _ALIKE.get(plain)
        if letter is None:
            # Accents go where they stand above or below a letter; Indic vowel signs are letters of their own.
            letter = "".join(c for c in unicodedata.normalize("NFD", plain) if ord(c) not in _DROPPED)
            letter = "".join(_ALIKE.get(c, c) for c in letter)
        out.append(letter)
    return "".join(out)


_TABLE = _Fold()


def fold(text: str) -> str:
    """``text`` in comparable letters; of another length where characters fell away or were spelled out."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def folded_offsets(text: str) -> list[int] | None:
    """For each place in ``fold(text)`` and its end, the place in ``text``; None where they are the same."""
    if text.isascii():
        return None
    lengths = {char: len(_TABLE[ord(char)]) for char in set(text)}
    if all(length == 1 for length in lengths.values()):
        return None
    offsets = [place for place, char in enumerate(text) for _ in range(lengths[char])]
    # The end of the last kept character, so that an end offset takes in what was dropped inside the word.
    offsets.append(len(text))
    return offsets


def original_span(offsets: list[int] | None, start: int, end: int) -> tuple[int, int]:
    """A half-open span of the folded text as a span of the original."""
    if offsets is None:
        return start, end
    return offsets[start], offsets[end - 1] + 1
