"""How we speak: the rules by which what staff write is looked over (``config/tone.toml``, ``config/plain.toml``).

A phrase is written in small letters, a word after the other: ``you failed|forgot to`` (one of several words),
``is really? sorry if`` (a word that may be left out), ``sorry ... may have`` (up to five words between). A word in
capitals is found only in capitals. Finding them is ``casework.tone``'s, measuring ``casework.plain``'s.
"""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final, Self

from pydantic import Field, field_validator, model_validator

from domain.clauses import Basis
from domain.values import Value
from domain.wording import FALLBACK_LANGUAGE

GAP: Final = "..."
MOST_BETWEEN: Final = 5
"""Words that a gap in a phrase may take."""


class ToneKind(StrEnum):
    """What can be wrong with the tone of a sentence."""

    BLAME = "blame"
    SARCASM = "sarcasm"
    JARGON = "jargon"
    CONDITIONAL_APOLOGY = "conditional_apology"
    DEFENSIVE = "defensive"
    PASSIVE_APOLOGY = "passive_apology"
    """Nobody did it, and nobody is sorry."""
    LEGALESE = "legalese"
    CAPITALS = "capitals"
    """Shouting, in letters or in marks."""
    IMPERSONAL = "impersonal"
    """The reader is spoken of, not to."""


class Severity(StrEnum):
    """How much a finding matters, the gravest first."""

    HIGH = "high"
    """It hurts."""
    MEDIUM = "medium"
    LOW = "low"
    """It is hard to understand, or cold."""


class Step(Value):
    """One place of a phrase."""

    words: frozenset[str] = frozenset()
    """One of these; empty in a gap."""
    optional: bool = False

    @property
    def is_gap(self) -> bool:
        """Whether any few words may stand here."""
        return not self.words


Phrase = tuple[Step, ...]


class ToneRule(Value):
    """Entry ``[[rule]]`` of ``config/tone.toml``."""

    kind: ToneKind
    language: str
    severity: Severity
    why: str = Field(min_length=1)
    """What is wrong with it, as a sentence for staff."""
    instead: str = Field(min_length=1)
    """What to do instead; ``{plain}`` stands for the plain words of ``plain``."""
    phrases: tuple[str, ...] = ()
    plain: Mapping[str, str] = Field(default_factory=dict)
    """By phrase, the plain words for it."""
    unless: tuple[str, ...] = ()
    """Phrases that are fine: what stands inside one of them is not found."""

    @field_validator("phrases", "unless")
    @classmethod
    def _are_phrases(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            steps_of(phrase)
        return phrases

    @model_validator(mode="after")
    def _finds_something(self) -> Self:
        for phrase in self.plain:
            steps_of(phrase)
        if not self.phrases and not self.plain:
            raise ValueError("a rule names phrases, or plain words by phrase")
        return self


class ToneRules(Value):
    """The whole of ``config/tone.toml``."""

    basis: Basis
    """Why tone is looked at where a landlord's own policy does not say."""
    rule: tuple[ToneRule, ...] = ()


class PlainRules(Value):
    """One language's entry ``[[language]]`` of ``config/plain.toml``."""

    language: str
    most_words: int = Field(gt=0)
    """A sentence of more is for mending."""
    long_letters: int = Field(gt=0)
    """A word of as many letters or more is long."""
    most_long: int = Field(gt=0)
    """A sentence of more long words than this is for mending where they are much of it too."""
    most_long_share: float = Field(gt=0, le=1)
    aim_age: int = 0
    """The reading age that our own wordings keep; 0 where no age is told in this language."""
    digraphs: tuple[str, ...] = ()
    """Two signs that are one letter of this language."""
    everyday: str = ""
    """Long words that everybody knows, parted by spaces or line ends."""
    endings: tuple[str, ...] = ()
    """An everyday word with one of these is one still."""
    abbreviations: str = ""
    """Those that need no explaining."""
    be_forms: str = ""
    """Before a participle they make a passive; empty where passives are not looked for."""
    participles: str = ""
    """Those that do not end in ``ed``."""
    not_passive: str = ""
    """What looks like a participle and is none."""

    @cached_property
    def known(self) -> frozenset[str]:
        """Everyday words as a set."""
        return frozenset(self.everyday.split())

    @cached_property
    def explained(self) -> frozenset[str]:
        """Abbreviations that need no explaining."""
        return frozenset(self.abbreviations.split())

    @cached_property
    def auxiliaries(self) -> frozenset[str]:
        """Forms of to be."""
        return frozenset(self.be_forms.split())

    @cached_property
    def irregular(self) -> frozenset[str]:
        """Participles that do not end in ``ed``."""
        return frozenset(self.participles.split())

    @cached_property
    def no_participles(self) -> frozenset[str]:
        """What looks like a participle and is none."""
        return frozenset(self.not_passive.split())


class PlainFile(Value):
    """The whole of ``config/plain.toml``."""

    language: tuple[PlainRules, ...] = Field(min_length=1)

    @field_validator("language")
    @classmethod
    def _once_each_and_english(cls, rules: tuple[PlainRules, ...]) -> tuple[PlainRules, ...]:
        names = [each.language for each in rules]
        if len(set(names)) != len(names) or FALLBACK_LANGUAGE not in names:
            raise ValueError("each language stands once, and English (en) is among them")
        return rules


class Speech(Value):
    """All rules about how we speak."""

    tone: ToneRules
    plain: PlainFile

    def plain_in(self, language: str) -> PlainRules:
        """The measure of a language; English where it has none."""
        by_name = {each.language: each for each in self.plain.language}
        return by_name.get(language) or by_name[FALLBACK_LANGUAGE]

    def tone_in(self, language: str) -> Mapping[str, tuple["Pattern", ...]]:
        """The patterns of a language by the words that they begin with."""
        return self._patterns.get(language, {})

    @cached_property
    def _patterns(self) -> Mapping[str, Mapping[str, tuple["Pattern", ...]]]:
        found: defaultdict[str, defaultdict[str, list[Pattern]]] = defaultdict(lambda: defaultdict(list))
        for rule in self.tone.rule:
            unless = tuple(map(steps_of, rule.unless))
            given = {**dict.fromkeys(rule.phrases, ""), **rule.plain}
            for phrase, plain in given.items():
                pattern = Pattern(rule=rule, steps=steps_of(phrase), plain=plain, unless=unless)
                for word in pattern.steps[0].words:
                    found[rule.language][word].append(pattern)
        return {name: {word: tuple(each) for word, each in by_word.items()} for name, by_word in found.items()}


class Pattern(Value):
    """A phrase of a rule, ready to be looked for."""

    rule: ToneRule
    steps: Phrase
    plain: str = ""
    unless: tuple[Phrase, ...] = ()


def steps_of(phrase: str) -> Phrase:
    """A phrase's places.

    Raises:
        ValueError: it begins or ends with what may be left out, or is empty.
    """
    steps = tuple(_step(word) for word in phrase.split())
    if not steps or any(step.is_gap or step.optional for step in (steps[0], steps[-1])):
        raise ValueError(f"{phrase!r}: a phrase begins and ends with a word that has to be there")
    return steps


def _step(word: str) -> Step:
    if word == GAP:
        return Step()
    return Step(words=frozenset(word.removesuffix("?").split("|")), optional=word.endswith("?"))
