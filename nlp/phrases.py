"""The small language of ``config/hazards.toml``: phrases of words, and a matcher that is linear in the text.

A phrase is a chain of word sets with bounded gaps. Every word that any phrase uses carries bits, one a word set,
so that a text is reduced to one integer a word by a dictionary look-up, and most of those are zero.
Pure Python. Never a danger word in here: those are data.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nlp.folding import fold, folded_offsets, original_span

_INDIC = "\u0900-\u0963\u0966-\u0dff"
_SPELLED = r"[a-z](?:[ ._*-][a-z]){2,}(?![a-z0-9'])"
"""Letters apart, as in "g a s" or "g.a.s", are one word: at least three, each with one mark or space between."""
_TOKEN_ASCII = re.compile(rf"{_SPELLED}|[a-z0-9]+(?:'[a-z0-9]+)*|[.!?]+|\n\s*\n")
_LETTERS = rf"(?:[^\W_]+|[{_INDIC}])+"
_TOKEN = re.compile(rf"{_SPELLED}|{_LETTERS}(?:'{_LETTERS})*|[.!?]+|\n\s*\n")
_BREAKS = frozenset(".!?\n")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_JOINTS = str.maketrans("", "", "' ._*-")
_DIGIT_LETTERS = str.maketrans("013457", "oieast")
_COMMON_WORDS = """
about all been came cant come coming could does dont from going had has have her his just left let never not off one
only our out said should some take that the them then there they this tell told took too very want was were what when
which who will with would you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Words of almost every text: a set that holds one says little about which phrase may follow."""
_MOST_CACHED = 20_000
_SHORTEST_PREFIX = 2
_REMEMBERED_TEXTS, _REMEMBERED_LENGTH = 128, 4_000
"""How many texts' words are remembered, of texts of at most so many characters: a few megabytes."""


class PhraseError(ValueError):
    """A phrase that cannot be read; the words say which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A chain of word sets."""

    bits: tuple[int, ...]
    key: int
    """The bit of the set least likely to be met: without common words, and the one whose shortest word is longest."""
    mask: int
    source: str
    steps: tuple[tuple[int, int], ...]
    """Of each set after the first: its bit, and how many other words may stand before it."""

    def match(self, masks: Sequence[int], at: int, end: int) -> int:
        """The last word of a match that begins with the word ``at`` and ends before ``end``; -1 if there is none."""
        places = [at]
        for bit, gap in self.steps:
            found: list[int] = []
            reached = at
            for place in places:
                reached = max(reached, place)
                stop = min(place + gap + 2, end)
                found.extend(index for index in range(reached + 1, stop) if masks[index] & bit)
                reached = max(reached, stop - 1)
            if not found:
                return -1
            places = found
        return places[0]


@dataclass(slots=True)
class PhraseSet:
    """Phrases by the set their first word belongs to."""

    phrases: tuple[Phrase, ...]
    first: int = 0
    by_mask: dict[int, tuple[Phrase, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for phrase in self.phrases:
            self.first |= phrase.bits[0]

    def starting(self, mask: int) -> tuple[Phrase, ...]:
        """The phrases that a word with ``mask`` may begin."""
        known = self.by_mask.get(mask)
        if known is None:
            known = tuple(phrase for phrase in self.phrases if phrase.bits[0] & mask)
            if len(self.by_mask) < _MOST_CACHED:
                self.by_mask[mask] = known
        return known

    def find(self, masks: Sequence[int], start: int, end: int) -> tuple[int, int] | None:
        """The first match inside words ``start`` to ``end``: indexes of its first and last word."""
        for at in range(max(start, 0), min(end, len(masks))):
            if masks[at] & self.first:
                for phrase in self.starting(masks[at]):
                    last = phrase.match(masks, at, end)
                    if last >= 0:
                        return at, last
        return None


class PhraseIndex:
    """Finds the few phrases of many whose words all stand in a text, whatever their order."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = tuple(enumerate(phrases))
        self._keys = 0
        for phrase in phrases:
            self._keys |= phrase.key
        self._by_word: dict[str, tuple[tuple[int, Phrase], ...]] = {}

    def possible(self, words: "Words") -> PhraseSet:
        """Those phrases, in the order given."""
        present = words.present
        found: dict[int, Phrase] = {}
        for word in words.kinds:
            keyed = self._by_word.get(word)
            if keyed is None:
                keyed = self._keyed(word, words.mask_of(word))
            if keyed:
                found.update([each for each in keyed if each[1].mask & present == each[1].mask])
        return PhraseSet(tuple(found[place] for place in sorted(found)))

    def _keyed(self, word: str, mask: int) -> tuple[tuple[int, Phrase], ...]:
        known = tuple(each for each in self._phrases if each[1].key & mask) if mask & self._keys else ()
        if len(self._by_word) < _MOST_CACHED:
            self._by_word[word] = known
        return known


class Words:
    """A text as words: a mask for each, and where each stands in the text as given.

    ``kinds`` holds the different words, but for some that are known to stand in no phrase.
    """

    __slots__ = ("_folded", "_masks", "_offsets", "_starts", "_text", "_tokens", "kinds", "mask_of", "present")

    def __init__(self, text: str, lexicon: "Lexicon") -> None:
        self._text = text
        self._folded = fold(text)
        self._starts: list[int] = []
        self._offsets: list[int] | None = None
        tokens = _tokens_of if len(text) <= _REMEMBERED_LENGTH else _split
        self._tokens, kinds = tokens(self._folded)
        self.kinds = kinds - lexicon.words.in_no_phrase
        self._masks: list[int] | None = None
        self.mask_of = lexicon.words.__getitem__
        self.present = 0
        for mask in map(self.mask_of, self.kinds):
            self.present |= mask

    @property
    def masks(self) -> list[int]:
        """The mask of each word; made when first asked for, as most texts hold no phrase."""
        if self._masks is None:
            self._masks = [*map(self.mask_of, self._tokens)]
        return self._masks

    @property
    def folded(self) -> str:
        """The text in comparable letters."""
        return self._folded

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Words ``first`` to ``last`` as a span of the text as given, in code points."""
        starts = self._starts
        if not starts:
            self._offsets = folded_offsets(self._text)
        end = starts[-1] + len(self._tokens[len(starts) - 1]) if starts else 0
        for token in self._tokens[len(starts) : last + 1]:
            # Between two words stands nothing that a word could begin with, so this finds the word itself.
            starts.append(self._folded.index(token, end))
            end = starts[-1] + len(token)
        return original_span(self._offsets, starts[first], starts[last] + len(self._tokens[last]))


def _split(folded: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a folded text in order, and its different words."""
    tokens = tuple((_TOKEN_ASCII if folded.isascii() else _TOKEN).findall(folded))
    return tokens, frozenset(tokens)


_tokens_of = lru_cache(maxsize=_REMEMBERED_TEXTS)(_split)
"""The same, remembered: a message is looked through for danger, and for markers soon after."""


class _Masks(dict[str, int]):
    """Word to mask; a word not seen before is worked out once, and forgotten when there are too many."""

    def __init__(self, lexicon: "Lexicon") -> None:
        super().__init__()
        self._lexicon = lexicon
        self.in_no_phrase: set[str] = set()
        """Those of the words whose mask is zero."""

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_CACHED:
            self.clear()
        mask = self._lexicon.work_out(word)
        self[word] = mask
        if not mask:
            self.in_no_phrase.add(word)
        return mask

    def clear(self) -> None:
        """Forget all words."""
        super().clear()
        self.in_no_phrase.clear()


class Lexicon:
    """All word sets of a file of phrases; turns phrases into :class:`Phrase` and words into masks."""

    BREAK = 1
    """The bit of a full stop, a question or exclamation mark, or an empty line."""

    def __init__(self, lists: Mapping[str, Sequence[str]], slips: Mapping[str, str] | None = None) -> None:
        self._lists = {name: tuple(_plain(word) for word in words) for name, words in lists.items()}
        self._bits: dict[tuple[str, ...], int] = {}
        self._exact: dict[str, int] = {}
        self._prefix: dict[str, int] = {}
        self._rarity: dict[int, int] = {}
        self._slips = dict(slips or {})
        self._longest_prefix = _SHORTEST_PREFIX
        self.words = _Masks(self)

    def compile(self, sources: Iterable[str]) -> PhraseSet:
        """Read phrases. Raises :class:`PhraseError` naming one that cannot be read."""
        phrases = [phrase for source in sources for phrase in self._read(source)]
        self.words.clear()
        return PhraseSet(tuple(phrases))

    def work_out(self, word: str) -> int:
        """The mask of a folded word."""
        if word[0] in _BREAKS:
            return self.BREAK
        plain = word.translate(_JOINTS)
        mask = self._look_up(plain)
        if mask == 0 and plain in self._slips:
            mask = self._look_up(self._slips[plain])
        if mask == 0 and not plain.isalpha() and not plain.isdigit():
            mask = self._look_up(plain.translate(_DIGIT_LETTERS))
        if not plain.isdigit() and (short := _DRAWN_OUT.sub(r"\1", plain)) != plain:
            mask |= self._look_up(short) or self._look_up(_DRAWN_OUT.sub(r"\1\1", plain))
        return mask

    def _look_up(self, word: str) -> int:
        mask = self._exact.get(word, 0)
        prefix = self._prefix
        for length in range(_SHORTEST_PREFIX, min(len(word), self._longest_prefix) + 1):
            bits = prefix.get(word[:length])
            if bits is not None:
                mask |= bits
        return mask

    def _read(self, source: str) -> list[Phrase]:
        """One phrase as written becomes several: optional words in and out, both orders of ``~~``."""
        chains: list[list[tuple[int, int]]] = [[]]
        gap = 0
        for part in source.split():
            if part.startswith("~~"):
                left, right = source.split(part, 1)
                return [
                    *self._read(f"{left} ~{part[2:]} {right}"),
                    *self._read(f"{right} ~{part[2:]} {left}"),
                ]
            if part.startswith("~"):
                if not part[1:].isdigit():
                    raise PhraseError(f"'{source}': after ~ stands a number of words, not '{part[1:]}'")
                gap = int(part[1:])
                continue
            optional = part.endswith("?")
            bit = self._bit(part.rstrip("?"), source)
            grown = [[*chain, (bit, gap)] for chain in chains]
            chains = [*grown, *([[*chain] for chain in chains] if optional else [])]
            gap = 0 if not optional else gap
        phrases = []
        for chain in chains:
            if not chain:
                raise PhraseError(f"'{source}': a phrase needs at least one word that must be there")
            bits = tuple(bit for bit, _ in chain)
            mask = 0
            for bit in bits:
                mask |= bit
            key = max(bits, key=lambda bit: self._rarity[bit])
            phrases.append(Phrase(bits, key, mask, source, tuple(chain[1:])))
        return phrases

    def _bit(self, part: str, source: str) -> int:
        words: list[str] = []
        for piece in part.split("|"):
            if piece.startswith("{"):
                if piece.strip("{}") not in self._lists:
                    raise PhraseError(f"'{source}': there is no list {piece} under [words]")
                words.extend(self._lists[piece.strip("{}")])
            elif piece:
                words.append(_plain(piece))
        if not words:
            raise PhraseError(f"'{source}': '{part}' holds no word")
        key = tuple(sorted(set(words)))
        if key not in self._bits:
            self._bits[key] = 1 << (len(self._bits) + 1)
            self._rarity[self._bits[key]] = 0 if _COMMON.intersection(key) else min(map(len, key))
            for word in key:
                table = self._exact
                if word.endswith("*"):
                    table, word = self._prefix, word[:-1]  # noqa: PLW2901 - the star is only a mark
                    self._longest_prefix = max(self._longest_prefix, len(word))
                if len(word) < 1 or (table is self._prefix and len(word) < _SHORTEST_PREFIX):
                    raise PhraseError(f"'{source}': '{word}' is too short before a star")
                table[word] = table.get(word, 0) | self._bits[key]
        return self._bits[key]


def _plain(word: str) -> str:
    """A word of a phrase as it is compared; a dash inside would never be met, so it must be written as a space."""
    return fold(word).replace("'", "").replace("-", "")


def slips_of(words: Iterable[str], ordinary: Iterable[str]) -> dict[str, str]:
    """Each long word with one inner letter missing, doubled or swapped, to the word; ordinary words left out."""
    forbidden = {*ordinary, *words}
    slips: dict[str, str] = {}
    for word in sorted(set(words)):
        for place in range(1, len(word)):
            for wrong in (
                word[:place] + word[place + 1 :],
                word[:place] + word[place] + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ):
                if wrong not in forbidden:
                    slips.setdefault(wrong, word)
    return slips
