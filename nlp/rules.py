"""What rules can say about a message besides danger: markers, whole-message words, matters, representatives.

The words are data in ``markers.toml``. A rule that is sure settles a label; a hint only tells the model. Pure Python;
works without the model, which then is missed only in what rules cannot be sure of.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.keywords import START, STOP
from domain.labels import Intent, Kind, Matter
from nlp.folding import fold
from nlp.language import LanguageGuesser
from nlp.phrases import Lexicon, PhraseIndex, PhraseSet, Words

MARKERS = Path(__file__).with_name("markers.toml")
_MOST_A_LABEL = 2
_UNLESS_REACH = 6
_THANKS = frozenset(
    [
        "thanks",
        "thank you",
        "thankyou",
        "thx",
        "ta",
        "cheers",
        "ok thanks",
        "ok thank you",
        "many thanks",
        "thanks a lot",
        "thanks very much",
        "thank you very much",
        "great thanks",
        "lovely thanks",
        "brilliant thanks",
        "perfect thanks",
        "diolch",
        "diolch yn fawr",
        "ok ta",
        "ok cheers",
        "thnx",
        "tnx",
        "dziekuje",
        "multumesc",
        "obrigado",
        "obrigada",
        "gracias",
    ]
)
_NODS = frozenset(["ok", "okay", "k", "👍", "👍👍", "🙏", "👌", "❤", "😊", "😀", "🙂", "👏", "🎉"])
_ANSWERS = frozenset(["yes", "no", "yep", "nope", "yeah", "nah", "y", "n", "iawn", "na"])
_NOTHING = frozenset(["hi", "hello", "hiya", "test", "testing", "hey", "asdf", "helo", "yo"])
_ALONE = (
    (STOP, Intent.OPT_OUT),
    (START, Intent.OPT_IN),
    (_THANKS | _NODS, Intent.THANKS),
    (_ANSWERS, Intent.FOLLOW_UP),
)
_SCORE = re.compile(r"\s*(?:score\s*)?(10|[0-9])(?:\s*(?:/|out of)\s*(?:5|10))?\s*[.!]?\s*\Z", re.IGNORECASE)
_EDGES = " \t\r\n.!,;:'\"()-*"
_LOW_SCORE = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker phrase found: its label as ``field:value``, its place, and whether it settles the label."""

    label: str
    start: int
    end: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """What a message is because of all that it says, such as STOP alone."""

    kind: Kind
    intent: Intent


class MarkerReader:
    """Finds the marker phrases of ``markers.toml`` in a text."""

    def __init__(self, data: dict[str, Any]) -> None:
        lists = data["words"]
        self._lexicon = Lexicon(lists)
        self._labels: list[tuple[str, bool]] = []
        self._unless: dict[str, PhraseSet] = {}
        owners: dict[int, tuple[str, bool]] = {}
        sets: list[PhraseSet] = []
        for field, values in data.items():
            if field in {"words", "language"}:
                continue
            for value, entry in values.items():
                label = f"{field}:{value}"
                for key in ("sure", "hint"):
                    phrases = self._lexicon.compile(entry.get(key, ()))
                    owners.update({id(phrase): (label, key == "sure") for phrase in phrases.phrases})
                    sets.append(phrases)
                if "unless" in entry:
                    self._unless[label] = self._lexicon.compile(entry["unless"])
        self._owners = owners
        self._all = PhraseIndex(tuple(phrase for each in sets for phrase in each.phrases))
        self.languages = LanguageGuesser(
            {language: "|".join(entry["sure"]).split("|") for language, entry in data["language"].items()}
        )

    def find(self, text: str) -> tuple[Mark, ...]:
        """Marks in order of place, at most two a label."""
        words = Words(text, self._lexicon)
        possible = self._all.possible(words)
        masks, first = words.masks, possible.first
        counts: dict[str, int] = {}
        marks: list[Mark] = []
        for at, mask in enumerate(masks):
            if not mask & first:
                continue
            for phrase in possible.starting(mask):
                label, sure = self._owners[id(phrase)]
                if counts.get(label, 0) >= _MOST_A_LABEL:
                    continue
                last = phrase.match(masks, at, len(masks))
                if last < 0 or self._refused(label, masks, at, last):
                    continue
                counts[label] = counts.get(label, 0) + 1
                marks.append(Mark(label, *words.span(at, last), sure))
        return tuple(marks)

    def _refused(self, label: str, masks: Sequence[int], first: int, last: int) -> bool:
        unless = self._unless.get(label)
        if unless is None:
            return False
        return unless.find(masks, first - _UNLESS_REACH, min(len(masks), last + 1 + _UNLESS_REACH)) is not None


def load_markers(path: Path = MARKERS) -> MarkerReader:
    """The reader of the shipped markers, or of another file of that shape."""
    with path.open("rb") as file:
        return MarkerReader(tomllib.load(file))


def read_whole(new_text: str, last_question: str | None = None) -> Whole | None:
    """What the whole message settles: STOP, START, a bare score, thanks alone, a greeting alone, emoji alone."""
    plain = " ".join(fold(new_text).strip(_EDGES).split())
    bare = plain.replace("'", "")
    for words, intent in _ALONE:
        if bare in words:
            return Whole(Kind.NONE, intent)
    score = _SCORE.match(new_text)
    if score:
        return Whole(_kind_of_score(int(score[1])), Intent.SURVEY_ANSWER)
    if last_question is None and (bare in _NOTHING or not any(char.isalnum() for char in new_text)):
        return Whole(Kind.NONE, Intent.UNCLEAR)
    return None


def _kind_of_score(score: int) -> Kind:
    """The labelling guide: 4 to 5 a comment, 1 to 2 a complaint; out of ten the same way, and 3 a comment."""
    if score <= _LOW_SCORE:
        return Kind.COMPLAINT
    return Kind.COMMENT


def matters_of(marks: Sequence[Mark]) -> tuple[Matter, ...]:
    """The special matters that marks speak for, in the order of the closed set."""
    found = {mark.label.partition(":")[2] for mark in marks if mark.sure and mark.label.startswith("matters:")}
    return tuple(matter for matter in Matter if matter.value in found)
