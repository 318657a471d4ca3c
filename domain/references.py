"""Reference numbers: made, checked, and found in free text (contract, "References").

``CES-26-00417N``: three letters, two digits of the year, five digits of the number (six after 99,999), one check
character. Nothing here knows which references exist: that is the store's business.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final

from domain.values import Value

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The 32 characters, each standing for its place. No I, L, O or U."""

_PLACE: Final = {character: place for place, character in enumerate(ALPHABET)}
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1 over GF(2): primitive, so its root has order 31
_SHORT: Final = 5
_LONG: Final = 6
_LAST_SHORT: Final = 99_999
_LAST: Final = 999_999
_HEAD: Final = 5  # places taken by prefix and year

_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})

# Full stop, hyphens and dashes of every length, the minus sign, middle dots and bullets, and the invisible
# characters that mail programs put where a line may break.
_GAP: Final = r"[\s.\-\u2010-\u2015\u2212\u00b7\u2022\u2219\u22c5\u00ad\u200b\u2060\ufeff_]{0,3}"
_LETTER: Final = "[A-HJKMNP-TV-Za-hjkmnp-tv-z]"
_DIGIT: Final = "[0-9OoIiLl]"
_ANY: Final = "[0-9A-TV-Za-tv-z]"
# Gaps and characters share no member, so each start is tried in one bounded pass: linear however hostile the text.
_EMPTY_BRACKETS: Final = re.compile(r"[\[(]\s*[\])]")
_CANONICAL: Final = re.compile(r"([A-HJKMNP-TV-Z]{3})([0-9]{2})([0-9]{5}|[1-9][0-9]{5})([0-9A-HJKMNP-TV-Z])")


class Reference(Value):
    """A reference in its parts. ``str()`` gives its canonical form."""

    prefix: str
    year: int
    """Two digits of the year, 0 to 99."""
    number: int
    check: str

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year:02}-{self.number:05}{self.check}"


class FoundReference(Value):
    """Something written in a text that has the shape of a reference."""

    reference: str
    """Canonical form, ``CES-26-00417N``, with the check character as it was written."""
    valid: bool
    """Whether the check character is right. A wrong one is never taken as it stands."""
    start: int
    """Code points of the text as given; ``text[start:end]`` is what was written."""
    end: int


def check_character(body: str) -> str:
    """The check character of a body without dashes, such as ``CES2600417`` (capitals and digits of the alphabet).

    C = sum of a^i x_i over GF(32), i from 1 at the right, a a root of x^5 + x^2 + 1. The check character itself stands
    at place 0 with weight 1, and no two of the first 31 powers are alike: so every single wrong character and every
    swap of two places changes the sum.

    Raises:
        ValueError: a character is not of the alphabet.
    """
    total = 0
    for character in body:
        place = _PLACE.get(character)
        if place is None:
            raise ValueError("a reference holds only capitals and digits, without I, L, O and U")
        total = _times_root(total ^ place)
    return ALPHABET[total]


def make_reference(prefix: str, year: int, number: int) -> str:
    """The reference for the number of a landlord's year.

    Args:
        prefix: three capital letters of the alphabet.
        year: of four digits or two; two are kept.
        number: 1 to 999,999; five digits, six after 99,999.

    Raises:
        ValueError: a part is outside these bounds.
    """
    checked_prefix(prefix)
    if not 1 <= number <= _LAST:
        raise ValueError(f"a reference's number lies between 1 and {_LAST:,}")
    if year < 0:
        raise ValueError("a year is not negative")
    body = f"{prefix}{year % 100:02}{number:05}"
    return str(Reference(prefix=prefix, year=year % 100, number=number, check=check_character(body)))


def checked_prefix(prefix: str) -> str:
    """A landlord's prefix as it is. Raises ``ValueError`` where it could be misread."""
    if not re.fullmatch("[A-HJKMNP-TV-Z]{3}", prefix):
        raise ValueError("a prefix is three capital letters, without I, L, O and U, which are mistaken for 1, 0 and V")
    return prefix


def parse(text: str) -> Reference | None:
    """The parts of a text that is one valid reference and nothing else (white space around it apart), else None."""
    stripped = text.strip()
    found = find_references(stripped)
    if len(found) != 1 or not found[0].valid or (found[0].start, found[0].end) != (0, len(stripped)):
        return None
    return _parts(found[0].reference)


def find_references(text: str, prefixes: Collection[str] | None = None) -> tuple[FoundReference, ...]:
    """Everything in a text with the shape of a reference, in order and without overlap.

    Read after NFKC, in any case, with up to three spaces, dots or dashes between characters, not inside a longer word,
    O as 0 and I or L as 1 in digit places (the check place too, where only a digit can be meant by them). One letter
    may stand in the number, so that a check character swapped with a digit is seen; such a reading is never valid.
    Where readings overlap, a valid one goes before one with a wrong check character. Linear in the text's length.

    Args:
        text: as given; offsets of the result are its code points.
        prefixes: only references of these landlords (capitals); every prefix when None.
    """
    folded, origins = _fold(text)
    pattern = _candidate(None if prefixes is None else frozenset(prefixes))
    readings = [reading for start in _starts(pattern, folded) for reading in _readings(folded, start, prefixes)]
    taken = bytearray(len(folded))
    kept: list[FoundReference] = []
    for found in sorted(readings, key=lambda reading: not reading.valid):  # a stable sort: then by place
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            kept.append(found)
    kept.sort(key=lambda reading: reading.start)
    if origins is None:
        return tuple(kept)
    return tuple(
        found.model_copy(update={"start": origins[found.start], "end": origins[found.end - 1] + 1}) for found in kept
    )


def without_references(text: str, keep: str | None = None) -> str:
    """A text with every right reference but ``keep`` taken out, and white space made single.

    For words of somebody that we repeat: a reference repeated would read as confirmed.
    """
    left = " ".join(text.split())
    while wrong := [found for found in find_references(left) if found.valid and found.reference != keep]:
        for found in reversed(wrong):  # again, since what is left may close up to another one
            left = f"{left[: found.start]} {left[found.end :]}"
        left = " ".join(_EMPTY_BRACKETS.sub(" ", left).split()).strip(" ,;:-")
    return left


def near_misses(wrong: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Those candidates that are exactly one substitution or one swap of two places away, in the order given.

    Dashes do not count, nor does case. Whether one of them may be joined is decided by the joining rules (design 4).
    """
    written = _bare(wrong)
    return tuple(dict.fromkeys(candidate for candidate in candidates if _is_one_slip(written, _bare(candidate))))


def _times_root(element: int) -> int:
    doubled = element << 1
    return doubled ^ _POLYNOMIAL if doubled & 32 else doubled


def _bare(reference: str) -> str:
    return reference.replace("-", "").upper()


def _is_one_slip(left: str, right: str) -> bool:
    if len(left) != len(right):
        return False
    differing = [(one, other) for one, other in zip(left, right, strict=True) if one != other]
    if len(differing) == 1:
        return True
    return len(differing) == 2 and differing[0] == differing[1][::-1]  # noqa: PLR2004 - the two places of a swap


def _fold(text: str) -> tuple[str, list[int] | None]:
    """The text after NFKC, and for each of its code points the place it came from (None when nothing moved).

    Code point by code point: what composes with a neighbour is no character of a reference.
    """
    if unicodedata.is_normalized("NFKC", text):
        return text, None
    pieces: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        piece = character if character.isascii() else unicodedata.normalize("NFKC", character)
        pieces.append(piece)
        origins.extend([place] * len(piece))
    return "".join(pieces), origins


def _is_word(character: str) -> bool:
    """Whether a neighbour makes a reading part of a longer word; a combining mark belongs to the letter before it."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


@lru_cache(maxsize=64)
def _candidate(prefixes: frozenset[str] | None) -> re.Pattern[str]:
    """Where a reference may begin: with the letters of the prefixes, as few places of a text do."""
    letters = [_LETTER] * 3
    if prefixes:
        letters = [f"[{''.join(sorted({*each, *''.join(each).lower()}))}]" for each in zip(*prefixes, strict=True)]
    parts = [*letters, *[_DIGIT] * 2, *[_ANY] * 6]
    return re.compile(f"(?={_GAP.join(f'({part})' for part in parts)}(?:{_GAP}({_ANY}))?)")


def _starts(pattern: re.Pattern[str], folded: str) -> Iterator[re.Match[str]]:
    for match in pattern.finditer(folded):
        if match.start() == 0 or not _is_word(folded[match.start() - 1]):
            yield match


def _readings(folded: str, match: re.Match[str], prefixes: Collection[str] | None) -> Iterator[FoundReference]:
    """The reading at one place, with five digits or with six: a valid one first, the longer of two valid ones."""
    characters = [character.upper() for character in match.groups() if character is not None]
    if prefixes is not None and "".join(characters[:3]) not in prefixes:
        return
    short = _reading(folded, match, characters, digits=_SHORT)
    long = _reading(folded, match, characters, digits=_LONG)
    chosen = long if long is not None and (long.valid or short is None) else short
    if chosen is not None:
        yield chosen


def _reading(folded: str, match: re.Match[str], characters: list[str], *, digits: int) -> FoundReference | None:
    size = _HEAD + digits + 1
    if len(characters) < size:
        return None
    end = match.end(size)
    if end < len(folded) and _is_word(folded[end]):
        return None
    body = "".join(characters[:3]) + "".join(characters[3:size]).translate(_MISREAD)
    number = body[_HEAD:-1]
    if sum(character.isalpha() for character in number) > 1 or (digits == _LONG and number[0] == "0"):
        return None
    valid = bool(_CANONICAL.fullmatch(body)) and check_character(body[:-1]) == body[-1]
    canonical = f"{body[:3]}-{body[3:_HEAD]}-{body[_HEAD:]}"
    return FoundReference(reference=canonical, valid=valid, start=match.start(), end=end)


def _parts(canonical: str) -> Reference:
    prefix, year, rest = canonical.split("-")
    return Reference(prefix=prefix, year=int(year), number=int(rest[:-1]), check=rest[-1])
