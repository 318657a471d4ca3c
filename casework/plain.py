"""A measure of plain language of our own, without syllables, and the sentences to mend.

What is counted: words a sentence, long words (letters, less those that everybody knows), passives, and abbreviations
that nobody explained. The reading age is the mean of two published scales, each taken as it is and neither fitted to
our texts: J. Anderson's table of long words a sentence (Rix; Journal of Reading 26, 1983) and the Automated Readability
Index (Smith and Senter, 1967) with its letters held at the 4.2 a word of everyday English, so that it counts sentences
only. A school grade is taken as five years less than an age. It is an estimate to compare texts by, good to two
years or so, and no test with readers; Welsh has no such scale, so that no age is told there. Linear in the text.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from casework.sentences import Sentence, Word, sentences
from domain.speech import PlainRules
from domain.values import Value

_RIX: Final = (
    *((0.0, 1.0), (0.2, 2.0), (0.5, 3.0), (0.8, 4.0), (1.3, 5.0), (1.8, 6.0), (2.4, 7.0), (3.0, 8.0), (3.7, 9.0)),
    *((4.5, 10.0), (5.3, 11.0), (6.2, 12.0), (7.2, 13.0)),
)
"""Long words a sentence from which a school grade begins (Anderson 1983)."""
_ARI_WORDS: Final = 0.5
_ARI_REST: Final = 4.71 * 4.2 - 21.43
_GRADE_TO_AGE: Final = 5.0
_YOUNGEST: Final = 5.0
_BETWEEN: Final = 2
"""Words that may stand between a form of to be and its participle ("was not even told")."""
_MANY_PASSIVES: Final = 2
_PASSIVE_WORDS: Final = 14
"""One passive is for mending in a sentence of more words than this."""
_ABBREVIATION: Final = range(2, 7)
_SHOWN: Final = 5


class Mend(Value):
    """A sentence to mend."""

    start: int
    end: int
    sentence: str
    why: str
    """What makes it hard, for staff."""
    hint: str
    weight: float
    """How hard it is; the list is sorted by it."""


class Plainness(Value):
    """What was measured of a text."""

    sentences: int
    words: int
    mean_words: float
    """A sentence."""
    longest: int
    """Words of the longest sentence."""
    long_share: float
    """Long words in all words, 0 to 1."""
    passive_share: float
    """Sentences with a passive in all sentences, 0 to 1."""
    abbreviations: tuple[str, ...]
    """That nobody explained, each once."""
    reading_age: float | None
    """In years; nothing where there is no scale for the language, or no text."""
    to_mend: tuple[Mend, ...]
    """The worst first."""


class _Measured:
    """One sentence, measured."""

    def __init__(self, sentence: Sentence, rules: PlainRules) -> None:
        self.sentence = sentence
        self.count = len(sentence.words)
        self.long = tuple(dict.fromkeys(_long_words(sentence.words, rules)))
        self.long_count = len(self.long)
        self.passives = tuple(_passives(sentence.words, rules))
        self.unexplained: tuple[str, ...] = ()


def plainness(text: str, rules: PlainRules) -> Plainness:
    """How plain a text is, and which of its sentences to mend.

    Args:
        text: of any length; words in quotation marks are somebody else's and are not measured.
        rules: of the text's language (``Speech.plain_in``).
    """
    measured = [_Measured(each, rules) for each in sentences(text)]
    unexplained = _unexplained(measured, text, rules)
    words = sum(each.count for each in measured)
    total = len(measured)
    mends = [mend for each in measured if (mend := _to_mend(each, rules)) is not None]
    return Plainness(
        sentences=total,
        words=words,
        mean_words=words / total if total else 0.0,
        longest=max((each.count for each in measured), default=0),
        long_share=sum(each.long_count for each in measured) / words if words else 0.0,
        passive_share=sum(bool(each.passives) for each in measured) / total if total else 0.0,
        abbreviations=unexplained,
        reading_age=_age(measured, words) if rules.aim_age and words else None,
        to_mend=tuple(sorted(mends, key=lambda each: -each.weight)),
    )


def _age(measured: Sequence[_Measured], words: int) -> float:
    by_long = _grade(sum(each.long_count for each in measured) / len(measured))
    by_length = _ARI_WORDS * words / len(measured) + _ARI_REST
    return max(_YOUNGEST, (by_long + by_length) / 2 + _GRADE_TO_AGE)


def _grade(long_words: float) -> float:
    for (begin, grade), (end, following) in pairwise(_RIX):
        if long_words < end:
            return grade + (following - grade) * (long_words - begin) / (end - begin)
    return _RIX[-1][1]


def _to_mend(each: _Measured, rules: PlainRules) -> Mend | None:
    said = list(_reasons(each, rules))
    if not said:
        return None
    sentence = each.sentence
    return Mend(
        start=sentence.start,
        end=sentence.end,
        sentence=sentence.text,
        why="; ".join(why for why, _, _ in said),
        hint="; ".join(hint for _, hint, _ in said),
        weight=sum(weight for _, _, weight in said),
    )


def _reasons(each: _Measured, rules: PlainRules) -> Iterator[tuple[str, str, float]]:
    """Why a sentence is hard, how to mend it, and how much that weighs."""
    if each.count > rules.most_words:
        hint = "make two sentences of it, or a list: one thing in each"
        yield f"it has {each.count} words, over {rules.most_words}", hint, each.count / rules.most_words
    if each.long_count > rules.most_long and each.long_count / each.count >= rules.most_long_share:
        named = ", ".join(each.long[:_SHOWN])
        yield f"many of its words are long ({named})", "say it in short words", each.long_count / each.count * 3
    if len(each.passives) >= _MANY_PASSIVES or (each.passives and each.count > _PASSIVE_WORDS):
        named = ", ".join(f'"{passive}"' for passive in each.passives[:_SHOWN])
        yield f"it does not say who does it ({named})", 'say who did or does it: "we", "you", a name', 0.5
    if each.unexplained:
        named = ", ".join(each.unexplained[:_SHOWN])
        yield f"it does not say what {named} means", "write it out, at least the first time", 1.0


def _long_words(words: Sequence[Word], rules: PlainRules) -> Iterator[str]:
    for place, word in enumerate(words):
        is_name = place > 0 and word.text[:1].isupper()
        is_long = word.is_plain and not is_name and _letters(word.lower, rules) >= rules.long_letters
        if is_long and not _is_everyday(word.lower, rules):
            yield word.lower


def _letters(word: str, rules: PlainRules) -> int:
    """Letters as the language counts them, without a possessive ending."""
    stem = word.removesuffix("'s")
    if len(stem) < rules.long_letters:
        return len(stem)
    return len(stem) - sum(stem.count(pair) for pair in rules.digraphs)


def _is_everyday(word: str, rules: PlainRules) -> bool:
    if word in rules.known:
        return True
    stems = [word.removesuffix(ending) for ending in rules.endings if word.endswith(ending)]
    return any(stem in rules.known or f"{stem}e" in rules.known or stem[:-1] in rules.known for stem in stems)


def _passives(words: Sequence[Word], rules: PlainRules) -> Iterator[str]:
    for place, word in enumerate(words):
        if word.lower not in rules.auxiliaries:
            continue
        for following in words[place + 1 : place + 2 + _BETWEEN]:
            if following.lower in rules.auxiliaries:
                break
            if _is_participle(following.lower, rules):
                yield f"{word.text} {following.text}" if following is words[place + 1] else following.text
                break


def _is_participle(word: str, rules: PlainRules) -> bool:
    if word in rules.no_participles:
        return False
    return word in rules.irregular or (word.endswith("ed") and len(word) > len("shed"))


def _unexplained(measured: Sequence[_Measured], text: str, rules: PlainRules) -> tuple[str, ...]:
    """Abbreviations that stand nowhere beside a bracket with their meaning, told at their first sentence."""
    seen: dict[str, bool] = {}
    for each in measured:
        fresh = [word for word in each.sentence.words if _is_abbreviation(word, rules) and word.text not in seen]
        if len(fresh) > 1 and len(fresh) * 2 > each.count:
            continue
        for word in fresh:
            if word.text not in seen:
                explained = text[max(word.start - 1, 0) : word.start] == "(" or text[word.end : word.end + 2] == " ("
                seen[word.text] = explained
                each.unexplained += () if explained else (word.text,)
    return tuple(word for word, explained in seen.items() if not explained)


def _is_abbreviation(word: Word, rules: PlainRules) -> bool:
    text = word.text.removesuffix("s")
    return word.is_plain and text.isupper() and len(text) in _ABBREVIATION and word.text not in rules.explained
