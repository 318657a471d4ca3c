"""How many parts a text message takes, and how to keep it cheap (rules B12; 3GPP TS 23.038 section 6.2.1).

Nothing here sends or shortens: it counts, splits and swaps punctuation. A letter is never changed to save money.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from domain.values import Value

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")  # sent as an escape and a character, so each counts double

_BEYOND_BMP: Final = 0x10000  # from here on a character is a surrogate pair in UTF-16


class Encoding(StrEnum):
    """What a whole message is sent in: one character outside GSM-7 turns all of it into UCS-2."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


_SINGLE: Final = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_PER_PART: Final = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}  # the rest of each part holds its joining header


class SmsParts(Value):
    """What a text costs."""

    encoding: Encoding
    units: int
    """Septets in GSM-7 (an escaped character takes two), UTF-16 units in UCS-2 (an emoji takes two or more)."""
    parts: int
    """Messages charged; 0 for an empty text."""


def count_parts(text: str) -> SmsParts:
    """How a text would be sent. Parts are counted as a phone must split them: a pair is never torn between two."""
    encoding = _encoding(text)
    sizes = [_size(character, encoding) for character in text]
    units = sum(sizes)
    return SmsParts(encoding=encoding, units=units, parts=len(list(_cuts(sizes, encoding))))


def split(text: str) -> tuple[str, ...]:
    """The text in the pieces in which it would be sent; together they are the text, and none is empty."""
    encoding = _encoding(text)
    sizes = [_size(character, encoding) for character in text]
    return tuple(text[start:end] for start, end in _cuts(sizes, encoding))


def to_cheap_punctuation(text: str) -> str:
    """The text with punctuation and spaces that GSM-7 lacks swapped for what it has; letters and symbols stay.

    A curly quote or a non-breaking space from a word processor would otherwise more than halve what fits in a part.
    """
    return text.translate(_CHEAP)


_CHEAP: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2039", "<"),
        **dict.fromkeys("\u203a", ">"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u2043\u00b7", "-"),
        **dict.fromkeys("\u2026", "..."),
        **dict.fromkeys("\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
        **dict.fromkeys("\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u2028\u2029", "\n"),
        # Invisible, and without meaning in a text message. The joiners U+200C, U+200D stay: emoji and Urdu need them.
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
    }
)


def _encoding(text: str) -> Encoding:
    plain = all(character in _BASIC or character in _EXTENDED for character in text)
    return Encoding.GSM_7 if plain else Encoding.UCS_2


def _size(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) >= _BEYOND_BMP else 1


def _cuts(sizes: list[int], encoding: Encoding) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end, in characters; each is as full as whole characters allow."""
    if not sizes:
        return
    if sum(sizes) <= _SINGLE[encoding]:
        yield 0, len(sizes)
        return
    start = used = 0
    for place, size in enumerate(sizes):
        if used + size > _PER_PART[encoding]:
            yield start, place
            start, used = place, 0
        used += size
    yield start, len(sizes)
