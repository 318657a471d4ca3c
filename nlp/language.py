"""Which language a text is in, by its script and by marker words.

A guess for wording and handlers; it gates no emergency.
"""

import re
from collections.abc import Mapping, Sequence

from nlp.folding import fold

_SCRIPTS = (
    (re.compile("[\u0a00-\u0a7f]"), "pa"),
    (re.compile("[\u0980-\u09ff]"), "bn"),
    (re.compile("[\u0a80-\u0aff]"), "gu"),
    (re.compile("[\u0900-\u097f]"), "hi"),
    (re.compile("[\u4e00-\u9fff]"), "zh"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u0400-\u04ff]"), "uk"),
)
_URDU = re.compile("[\u0679\u067e\u0686\u0688\u0691\u06a9\u06af\u06ba\u06be\u06c1\u06d2]")
"""Letters of Urdu that Arabic does not write."""
_RUSSIAN = re.compile("[\u044b\u044d\u044a\u0451]", re.IGNORECASE)
_UKRAINIAN = re.compile("[\u0456\u0457\u0454\u0491]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "to",
        "is",
        "of",
        "my",
        "in",
        "i",
        "you",
        "for",
        "it",
        "have",
        "been",
        "was",
        "with",
        "your",
        "are",
        "that",
        "please",
        "can",
        "we",
        "not",
        "at",
        "this",
        "has",
        "but",
        "they",
        "be",
        "so",
        "on",
        "im",
        "its",
        "dont",
        "a",
        "me",
        "he",
        "she",
        "there",
        "when",
        "from",
        "will",
        "would",
        "if",
        "what",
        "no",
        "our",
        "as",
        "just",
        "do",
        "been",
        "still",
        "hi",
        "hello",
        "could",
        "get",
    ]
)
_MOST_WORDS = 120
_LEAST_WORDS = 2
_LEAST_SHARE = 0.2
_SCRIPT_SHARE = 0.3


class LanguageGuesser:
    """Counts marker words; English where nothing speaks for another."""

    def __init__(self, markers: Mapping[str, Sequence[str]]) -> None:
        self._languages: dict[str, tuple[str, ...]] = {}
        for language, words in markers.items():
            for word in words:
                known = self._languages.get(fold(word), ())
                self._languages[fold(word)] = (*known, language)

    def guess(self, text: str) -> str:
        """ISO 639-1 code of ``text``."""
        script = _by_script(text)
        if script:
            return script
        words = set(_WORD.findall(fold(text[:1500]))[:_MOST_WORDS])
        score: dict[str, float] = {}
        for word in words & self._languages.keys():
            for language in self._languages[word]:
                score[language] = score.get(language, 0.0) + (0.5 if word in _ENGLISH else 1.0)
        if not score:
            return "en"
        best = max(sorted(score), key=score.__getitem__)
        english = len(words & _ENGLISH)
        enough = min(_LEAST_WORDS, max(1, len(words) // 2))
        share = score[best] / len(words)
        return best if score[best] >= enough and score[best] > english and share >= _LEAST_SHARE else "en"


def _by_script(text: str) -> str | None:
    if text.isascii():
        return None
    letters = sum(1 for char in text[:2000] if char.isalpha()) or 1
    for pattern, language in _SCRIPTS:
        if len(pattern.findall(text[:2000])) / letters > _SCRIPT_SHARE:
            if language == "ar" and _URDU.search(text):
                return "ur"
            if language == "uk" and _RUSSIAN.search(text) and not _UKRAINIAN.search(text):
                return "ru"
            return language
    return None
