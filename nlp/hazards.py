"""Danger phrases, found without any model: gas, fire, electricity, harm to oneself, abuse.

Loaded at start in milliseconds from ``config/hazards.toml``, whose head explains how phrases are written. Every part of
a message is scanned: new text, quoted text, subject, attachments. Never spaCy, never a network, never a clock in here.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from domain.labels import Hazard, Matter, Urgency, Vulnerability
from domain.understanding import SafetyFinding
from nlp.phrases import Lexicon, PhraseError, PhraseIndex, PhraseSet, Words, slips_of

_USUAL_GUARDS = ("negated", "past", "advice", "story")
_RULE_KEYS = frozenset(
    [
        "name",
        "hazard",
        "matter",
        "vulnerability",
        "urgency",
        "phrases",
        "also",
        "within",
        "contains",
        "unless",
        "reach",
        "guards",
        "languages",
    ]
)
_GUARD_KEYS = frozenset(["before", "after", "around", "again", "reach"])
_AGAIN_REACH = 14
_MOST_FINDINGS = 3
"""Findings kept of one rule in one text; more say nothing new."""
_MOST_SILENCED = 300
"""Guarded places of one rule in one text; a text with more is alarmed, for its guards prove nothing any more."""
_MOST_LOOKED_AT = 60_000
"""Words that begin a phrase and are looked at in one text: about a tenth of a second."""
_TOO_DENSE = "too-many-danger-words"
_REMEMBERED_TEXTS, _REMEMBERED_LENGTH = 256, 8_000
"""How many answers are remembered, of texts of at most so many characters: a few megabytes."""


class SafetyRulesError(ValueError):
    """``hazards.toml`` cannot be used; the words say which entry and how to mend it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What silences a match in its sentence, and what makes that void."""

    name: str
    before: PhraseSet
    after: PhraseSet
    around: PhraseSet
    again: PhraseSet
    reach: int


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """One alarm: what sets it off, what must stand near by, what silences it."""

    name: str
    hazard: Hazard
    matter: Matter | None
    vulnerability: Vulnerability | None
    urgency: Urgency
    phrases: PhraseSet
    also: tuple[PhraseSet, ...]
    within: int
    unless: PhraseSet
    reach: int
    guards: tuple[Guard, ...]
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """All rules of a file, and the words they are made of."""

    rules: tuple[SafetyRule, ...]
    lexicon: Lexicon


def load_rules(text: str) -> SafetyRules:
    """Read the text of ``hazards.toml``. Raises :class:`SafetyRulesError` with the entry and the mend."""
    try:
        data = tomllib.loads(text)
        lists = dict(data.get("words", {}))
        spelling = lists.pop("spelling", {"words": [], "not": []})
        lexicon = Lexicon(lists, slips_of(spelling["words"], spelling["not"]))
        guards = {name: _guard(name, entry, lexicon) for name, entry in data.get("guards", {}).items()}
        rules = tuple(_rule(entry, guards, lexicon) for entry in data.get("rule", []))
    except (tomllib.TOMLDecodeError, PhraseError, KeyError, ValueError) as wrong:
        raise SafetyRulesError(f"hazards.toml: {wrong}") from wrong
    if not rules:
        raise SafetyRulesError("hazards.toml: it has no [[rule]]; take the shipped file and add to it")
    names = [rule.name for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SafetyRulesError(f"hazards.toml: the rule name {twice[0]} is used twice; rename one")
    return SafetyRules(rules, lexicon)


def _guard(name: str, entry: Mapping[str, Any], lexicon: Lexicon) -> Guard:
    _refuse_unknown(entry, _GUARD_KEYS, f"guard {name}")
    parts = {key: lexicon.compile(entry.get(key, ())) for key in ("before", "after", "around", "again")}
    return Guard(name=name, reach=int(entry.get("reach", 4)), **parts)


def _rule(entry: Mapping[str, Any], guards: Mapping[str, Guard], lexicon: Lexicon) -> SafetyRule:
    name = entry["name"]
    _refuse_unknown(entry, _RULE_KEYS, f"rule {name}")
    missing = [guard for guard in entry.get("guards", _USUAL_GUARDS) if guard not in guards]
    if missing:
        raise SafetyRulesError(f"rule {name}: there is no [guards.{missing[0]}]")
    return SafetyRule(
        name=name,
        hazard=Hazard(entry.get("hazard", "none")),
        matter=Matter(entry["matter"]) if "matter" in entry else None,
        vulnerability=Vulnerability(entry["vulnerability"]) if "vulnerability" in entry else None,
        urgency=Urgency(entry["urgency"]),
        phrases=lexicon.compile(entry.get("phrases", ())),
        also=tuple(lexicon.compile(group) for group in entry.get("also", ())),
        within=int(entry.get("within", 30)),
        unless=lexicon.compile(entry.get("unless", ())),
        reach=int(entry.get("reach", 4)),
        guards=tuple(guards[guard] for guard in entry.get("guards", _USUAL_GUARDS)),
        contains=tuple(entry.get("contains", ())),
    )


def _refuse_unknown(entry: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise SafetyRulesError(f"{where}: unknown key {unknown[0]}; known are {', '.join(sorted(known))}")


class SafetyScanner:
    """Finds danger phrases in a text; linear in its length, safe to share between threads."""

    def __init__(self, rules: SafetyRules) -> None:
        self._lexicon = rules.lexicon
        self._rules = rules.rules
        self._owner = {id(phrase): rule for rule in rules.rules for phrase in rule.phrases.phrases}
        self._all = PhraseIndex(tuple(phrase for rule in rules.rules for phrase in rule.phrases.phrases))
        self._written = tuple((piece, rule) for rule in rules.rules for piece in rule.contains)
        self._remembered = lru_cache(maxsize=_REMEMBERED_TEXTS)(self._scan)

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        """Danger phrases of ``text`` in order of place; ``start`` and ``end`` are code points of ``text`` as given.

        The intake and the understander ask about the same message one after the other, so an answer is remembered.
        """
        return self._scan(text, part) if len(text) > _REMEMBERED_LENGTH else self._remembered(text, part)

    def _scan(self, text: str, part: str) -> tuple[SafetyFinding, ...]:
        words = Words(text, self._lexicon)
        hits = self._matches(words, self._all.possible(words))
        found = [_finding(rule, *words.span(first, last), text, part) for rule, first, last in hits]
        if self._written and not text.isascii():
            found.extend(self._pieces(text, part))
        found.sort(key=lambda finding: (finding.start, finding.end, finding.rule))
        return tuple(found)

    def _matches(self, words: Words, possible: PhraseSet) -> list[tuple[SafetyRule, int, int]]:
        hits: list[tuple[SafetyRule, int, int]] = []
        kept: dict[str, int] = {}
        silenced: dict[str, int] = {}
        ended: dict[str, int] = {}
        looked_at = 0
        if not possible.phrases:
            return hits
        masks, first_bits, total = words.masks, possible.first, len(words.masks)
        for at, mask in enumerate(masks):
            if not mask & first_bits:
                continue
            looked_at += 1
            if looked_at > _MOST_LOOKED_AT:
                return [*hits, (_dense_rule(), at, at)]
            for phrase in possible.starting(mask):
                rule = self._owner[id(phrase)]
                if at <= ended.get(rule.name, -1) or kept.get(rule.name, 0) >= _MOST_FINDINGS:
                    continue
                last = phrase.match(masks, at, total)
                if last < 0:
                    continue
                if _silent(rule, masks, at, last) and silenced.get(rule.name, 0) < _MOST_SILENCED:
                    silenced[rule.name] = silenced.get(rule.name, 0) + 1
                    continue
                ended[rule.name] = last
                kept[rule.name] = kept.get(rule.name, 0) + 1
                hits.append((rule, at, last))
        return hits

    def _pieces(self, text: str, part: str) -> list[SafetyFinding]:
        found = []
        for piece, rule in self._written:
            start = text.find(piece)
            if start >= 0:
                found.append(_finding(rule, start, start + len(piece), text, part))
        return found


def _silent(rule: SafetyRule, masks: Sequence[int], first: int, last: int) -> bool:
    """Whether something near by says that this match is no danger now."""
    total = len(masks)
    for group in rule.also:
        if group.find(masks, first - rule.within, min(last + rule.within + 1, total)) is None:
            return True
    start, end = _sentence(masks, first, last)
    if rule.unless.phrases and rule.unless.find(masks, max(start, first - rule.reach), min(end, last + rule.reach + 1)):
        return True
    return any(_guarded(guard, masks, (first, last), (start, end)) for guard in rule.guards)


def _guarded(guard: Guard, masks: Sequence[int], match: tuple[int, int], sentence: tuple[int, int]) -> bool:
    (first, last), (start, end) = match, sentence
    far = guard.reach
    held = (
        guard.before.find(masks, max(start, first - far), first)
        or guard.after.find(masks, last + 1, min(end, last + 1 + far))
        or guard.around.find(masks, max(start, first - far), min(end, last + 1 + far))
    )
    if not held:
        return False
    lowest, highest = min(held[0], first), max(held[1], last)
    near = guard.again.find(masks, last + 1, min(len(masks), highest + _AGAIN_REACH))
    if near is not None and near != held:
        return False
    return guard.again.find(masks, max(start, lowest - far), first) is None


def _sentence(masks: Sequence[int], first: int, last: int) -> tuple[int, int]:
    """The words around a match up to the next break, at most sixteen each way."""
    start, end = first, last + 1
    while start > 0 and first - start < 16 and masks[start - 1] != Lexicon.BREAK:  # noqa: PLR2004
        start -= 1
    while end < len(masks) and end - last < 16 and masks[end] != Lexicon.BREAK:  # noqa: PLR2004
        end += 1
    return start, end


def _dense_rule() -> SafetyRule:
    none = PhraseSet(())
    return SafetyRule(_TOO_DENSE, Hazard.NONE, None, None, Urgency.EMERGENCY, none, (), 0, none, 0, (), ())


def _finding(rule: SafetyRule, start: int, end: int, text: str, part: str) -> SafetyFinding:
    return SafetyFinding(
        hazard=rule.hazard,
        matter=rule.matter,
        vulnerability=rule.vulnerability,
        urgency=rule.urgency,
        rule=rule.name,
        start=start,
        end=end,
        text=text[start:end],
        part=part,
    )
