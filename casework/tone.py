"""The tone of what staff write: blame, sarcasm, jargon, half an apology and their like, with what to write instead.

It warns and changes nothing: a person decides. The phrases are data (``config/tone.toml``), in English and Welsh. Words
in quotation marks are somebody else's and are never found fault with. Linear in the length of the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from casework.sentences import Sentence, Word, sentences
from domain.speech import MOST_BETWEEN, Pattern, Phrase, Severity, Speech, ToneKind
from domain.values import Value

_MARKS: Final = re.compile(r"[!?]{2,}+")
_LEAST_SHOUTED: Final = 2
_LEAST_LETTERS: Final = 4
_SHOUTING: Final = {
    "en": ("capitals and rows of marks read as shouting", "write it in small letters, with one full stop"),
    "cy": ("mae priflythrennau a rhesi o farciau yn darllen fel gweiddi", "ysgrifennwch mewn llythrennau bach"),
}


class ToneFinding(Value):
    """One thing to write in another way."""

    start: int
    """Of the words, in signs of the text."""
    end: int
    found: str
    """The words."""
    sentence: str
    kind: ToneKind
    why: str
    instead: str
    severity: Severity


def tone_of(text: str, speech: Speech, language: str = "en") -> tuple[ToneFinding, ...]:
    """What is wrong with the tone of a text, in the text's order.

    Args:
        text: what somebody wrote, of any length.
        speech: the rules (``app.configuration.load_speech``).
        language: ``en`` or ``cy``; nothing but shouting is found in another.
    """
    by_first = speech.tone_in(language)
    known = speech.plain_in(language).explained
    found: list[ToneFinding] = []
    for sentence in sentences(text):
        matched = [*_phrases(text, sentence, by_first), *_shouted(text, sentence, language, known)]
        found += _longest(matched)
    return tuple(found)


def _phrases(text: str, sentence: Sentence, by_first: Mapping[str, tuple[Pattern, ...]]) -> Iterator[ToneFinding]:
    words = sentence.words
    for place, word in enumerate(words):
        for pattern in (*by_first.get(word.lower, ()), *(by_first.get(word.text, ()) if word.text.isupper() else ())):
            end = _matched(pattern.steps, words, place)
            if end is not None and not _is_fine(pattern.unless, words, place, end):
                rule = pattern.rule
                said = _Said(rule.kind, rule.severity, rule.why, rule.instead.replace("{plain}", pattern.plain))
                yield said.of(text, sentence, word.start, words[end - 1].end)


class _Said(NamedTuple):
    """What is said of whatever a rule finds."""

    kind: ToneKind
    severity: Severity
    why: str
    instead: str

    def of(self, text: str, sentence: Sentence, start: int, end: int) -> ToneFinding:
        """The finding about these words."""
        found = text[start:end]
        return ToneFinding(start=start, end=end, found=found, sentence=sentence.text, **self._asdict())


def _matched(steps: Phrase, words: Sequence[Word], place: int) -> int | None:
    """Where the phrase that begins at a place ends, or nothing where it does not stand there."""
    if not steps:
        return place
    step, rest = steps[0], steps[1:]
    if step.is_gap:
        tried = (_matched(rest, words, place + between) for between in range(MOST_BETWEEN + 1))
        return next((end for end in tried if end is not None), None)
    if place < len(words) and (words[place].lower in step.words or words[place].text in step.words):
        end = _matched(rest, words, place + 1)
        if end is not None:
            return end
    return _matched(rest, words, place) if step.optional else None


def _is_fine(unless: Sequence[Phrase], words: Sequence[Word], start: int, end: int) -> bool:
    """Whether what was found stands inside a phrase that is fine."""
    for steps in unless:
        reach = len(steps) + MOST_BETWEEN
        for place in range(max(0, start - reach), end):
            found = _matched(steps, words, place)
            if found is not None and place <= start and end <= found:
                return True
    return False


def _shouted(text: str, sentence: Sentence, language: str, known: frozenset[str]) -> Iterator[ToneFinding]:
    said = _Said(ToneKind.CAPITALS, Severity.MEDIUM, *_SHOUTING.get(language, _SHOUTING["en"]))
    for start, end in (*_loud_words(sentence.words, known), *_loud_marks(sentence)):
        yield said.of(text, sentence, start, end)


def _loud_words(words: Sequence[Word], known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Two words or more in capitals one after the other, one of them no mere abbreviation."""
    row: list[Word] = []
    for word in (*words, None):
        if word and word.is_plain and len(word.text) > 1 and word.text.isupper() and word.text not in known:
            row.append(word)
        elif not (word and row and word.text in {"I", "A"}):
            if len(row) >= _LEAST_SHOUTED and any(len(each.text) >= _LEAST_LETTERS for each in row):
                yield row[0].start, row[-1].end
            row = []


def _loud_marks(sentence: Sentence) -> Iterator[tuple[int, int]]:
    if match := _MARKS.match(sentence.text, sentence.words[-1].end - sentence.start):
        yield sentence.start + match.start(), sentence.start + match.end()


def _longest(found: Sequence[ToneFinding]) -> list[ToneFinding]:
    """In the text's order, the first and longest of those of a kind that share words."""
    kept: list[ToneFinding] = []
    reached: dict[ToneKind, int] = {}
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if each.start >= reached.get(each.kind, 0):
            reached[each.kind] = each.end
            kept.append(each)
    return kept
