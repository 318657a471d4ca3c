"""Understands readings: rules first, then the model, then what rules are sure of again; with evidence for each label.

Advice only. The danger scan is a floor: the model can raise a hazard, never lower one. Without a model the
rules go on alone.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.labels import (
    Allegation,
    AuthorityShown,
    Hazard,
    Intent,
    Kind,
    Matter,
    RepresentativeKind,
    Topic,
    Urgency,
    Vulnerability,
)
from domain.ports import SafetyScan
from domain.ports import Understander as UnderstanderPort
from domain.understanding import Reading, Understanding
from nlp.encoder import PRESENT, PRESENT_KINDS, Chances
from nlp.evidence import gather
from nlp.parties import find_represented
from nlp.plain_words import believed, hear
from nlp.pointing import Point, Pointer, point_at_nothing
from nlp.reader import RuleReader, RuleReading, higher
from nlp.representatives import settle
from nlp.rules import load_markers, matters_of

if TYPE_CHECKING:
    from spacy.language import Language

    from nlp.seen import Span

MODEL = Path(__file__).with_name("model")
RULES_NAME = "rules-2026.11"
_SURE_AT_LEAST, _SURE_MARGIN = 0.6, 0.25
_EASILY_MISTAKEN = (Kind.COMPLIMENT, Kind.COMMENT, Kind.NONE)
_PRESENT = {"vulnerability": 0.4, "also": 0.35, "matters": 0.5}
_PRESENT_SOONER = {Matter.SELF_HARM.value: 0.3, Matter.SAFEGUARDING.value: 0.3}
"""Danger to a person is raised on less: a person looks, and a missed one costs more than a false one."""
_NO_HAZARD = 0.42
"""Less sure than this that there is no hazard, the likeliest is named."""
_HELD = 0.5
_WHOLE_CHANCE = 0.96
_AT_ONCE = 64
"""Readings whose vectors are made together."""
_KINDS, _MATTERS, _VULNERABILITIES = tuple(Kind), tuple(Matter), tuple(Vulnerability)
_RULED_INTENTS = ("opt_out", "opt_in", "auto", "withdraw", "escalate", "authority", "chase", "thanks")


def load(model_dir: Path = MODEL, safety: SafetyScan | None = None) -> UnderstanderPort:
    """The understander of a model's folder; rules alone, which say why, where there is no usable model in it.

    ``safety`` is the scanner of the landlord's hazards; left out, the shipped ``config/hazards.toml`` is read.
    """
    scanner = safety or _shipped_scanner()
    try:
        from nlp.components import load_pipeline  # noqa: PLC0415 - spaCy takes seconds to import

        return Understander(load_pipeline(model_dir, scanner))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with its files, messages are read
        is_there = model_dir.is_dir()
        trouble = f"the model is damaged ({type(error).__name__})" if is_there else "the model is missing"
        return RulesOnly(scanner, f"{trouble}: rules alone understand, and people sort more")


def _shipped_scanner() -> SafetyScan:
    from nlp.hazards import SafetyScanner, load_rules  # noqa: PLC0415 - not needed where a scanner is given

    shipped = Path(__file__).parent.parent / "config" / "hazards.toml"
    return SafetyScanner(load_rules(shipped.read_text("utf-8")))


class Understander:
    """Rules and model together. Safe to call from several threads, one at a time inside."""

    def __init__(self, pipeline: "Language") -> None:
        from nlp.components import doc_of, heads_of, name_of  # noqa: PLC0415 - spaCy takes seconds to import

        self._pipeline = pipeline
        self._doc_of = doc_of
        self._name = name_of(pipeline)
        self._heads = heads_of(pipeline)
        self._answers = {head.name: head.answers for head in self._heads.heads}
        self._kinds = tuple(map(Kind, self._answers["kind"]))
        self._intents = tuple(map(Intent, self._answers["intent"]))
        self._lock = threading.Lock()

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        """One understanding a reading, in the same order."""
        with self._lock:
            asked = [self._doc_of(self._pipeline, reading) for reading in readings]
            docs = self._pipeline.pipe(asked, batch_size=_AT_ONCE)
            return tuple(self._conclude(reading, doc.user_data) for reading, doc in zip(readings, docs, strict=True))

    def _conclude(self, reading: Reading, data: dict[Any, Any]) -> Understanding:
        rules: RuleReading = data["rules"]
        chances: Chances = data["chances"]
        labels = {name: answers[chances[name].index(max(chances[name]))] for name, answers in self._answers.items()}
        kinds = dict(zip(self._kinds, chances["kind"], strict=True))
        several = {
            field: tuple(
                name
                for name, p in zip(self._answers[field], chances[field], strict=True)
                if p >= _PRESENT_SOONER.get(name, least)
            )
            for field, least in _PRESENT.items()
            if field in self._answers
        }
        representative = settle(RepresentativeKind(labels["representative"]), reading)
        return _assemble(
            reading,
            rules,
            kinds=kinds,
            also=self._also(chances) or several["also"],
            intents=self._ranked(chances),
            representative=representative,
            authority=self._authority(representative, chances, rules),
            hazard=self._hazard(chances),
            urgency=Urgency(labels["urgency"]),
            vulnerability=several["vulnerability"],
            matters=several.get("matters", ()),
            allegation=Allegation(labels["allegation"]),
            topic=Topic(labels["topic"]),
            point=Pointer(self._heads, reading, data["vector"], data.get("heard")).point,
            model=self._name,
        )

    def _also(self, chances: Chances) -> tuple[str, ...]:
        """The kinds that the encoder sees in it at all, where there is one."""
        present = chances.get(PRESENT, ())
        return tuple(kind for kind, chance in zip(PRESENT_KINDS, present, strict=False) if chance >= _HELD)

    def _hazard(self, chances: Chances) -> Hazard:
        """The likeliest, and none only where that is likely enough."""
        ranked = sorted(zip(chances["hazard"], self._answers["hazard"], strict=True), reverse=True)
        (chance, best), *others = ranked
        if best == Hazard.NONE and chance < _NO_HAZARD and others:
            best = others[0][1]
        return Hazard(best)

    def _ranked(self, chances: Chances) -> list[Intent]:
        """Intents, the likeliest first."""
        found = chances["intent"]
        return [self._intents[place] for place in sorted(range(len(found)), key=found.__getitem__, reverse=True)]

    def _authority(self, representative: RepresentativeKind, chances: Chances, rules: RuleReading) -> AuthorityShown:
        """What the model says, but authority is shown only where some words show it: the safe side is absent."""
        if representative is RepresentativeKind.NONE:
            return AuthorityShown.NOT_APPLICABLE
        if not any(mark.label.startswith("authority:") for mark in rules.marks):
            return AuthorityShown.ABSENT
        ranked = sorted(zip(chances["authority"], self._answers["authority"], strict=True), reverse=True)
        shown = [name for _, name in ranked if name != AuthorityShown.NOT_APPLICABLE]
        return AuthorityShown(shown[0]) if shown else AuthorityShown.ABSENT


class RulesOnly:
    """Understands by rules alone: for an installation whose model is missing. Only where rules are sure is it sure."""

    def __init__(self, safety: SafetyScan, trouble: str | None = None) -> None:
        self.trouble = trouble
        self._reader = RuleReader(safety, load_markers())

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        """One understanding a reading, in the same order."""
        return tuple(self._one(reading, self._reader.read(reading)) for reading in readings)

    def _one(self, reading: Reading, rules: RuleReading) -> Understanding:
        found: dict[str, list[str]] = {}
        for mark in rules.marks:
            field, _, value = mark.label.partition(":")
            found.setdefault(field, []).append(value)
        sure = {mark.label for mark in rules.marks if mark.sure}
        intents = [
            i for i in _RULED_INTENTS if i in found.get("intent", ()) and (f"intent:{i}" in sure or i == "escalate")
        ]
        representative = RepresentativeKind((found.get("representative") or ["none"])[0])
        representative = settle(representative, reading)
        authority = AuthorityShown.NOT_APPLICABLE
        if representative is not RepresentativeKind.NONE:
            authority = AuthorityShown((sorted(found.get("authority", [])) or ["absent"])[0])
        return _assemble(
            reading,
            rules,
            kinds={kind: 1 / len(Kind) for kind in Kind},
            also=(),
            intents=[Intent(name) for name in intents],
            representative=representative,
            authority=authority,
            hazard=Hazard.NONE,
            urgency=Urgency.NORMAL,
            vulnerability=tuple(dict.fromkeys(found.get("vulnerability", []))),
            matters=(),
            allegation=Allegation((found.get("allegation") or ["none"])[0]),
            topic=Topic.OTHER,
            point=point_at_nothing,
            model=RULES_NAME,
        )


def _assemble(
    reading: Reading,
    rules: RuleReading,
    *,
    kinds: dict[Kind, float],
    also: Sequence[str],
    intents: Sequence[Intent],
    representative: RepresentativeKind,
    authority: AuthorityShown,
    hazard: Hazard,
    urgency: Urgency,
    vulnerability: Sequence[str],
    matters: Sequence[str],
    allegation: Allegation,
    topic: Topic,
    point: Point,
    model: str,
) -> Understanding:
    heard: Span | None = None
    if rules.whole is not None:
        rest = (1 - _WHOLE_CHANCE) / (len(Kind) - 1)
        kinds = {kind: _WHOLE_CHANCE if kind is rules.whole.kind else rest for kind in Kind}
        intent = rules.whole.intent
    else:
        guess = intents[0] if intents else Intent.UNCLEAR
        best = _best(kinds)
        said = hear(reading, rules, best, kinds[best], guess)
        intent = believed(intents, reading, rules, said)
        if said is not None:
            kinds = _raised(kinds, said.kind, said.chance)
            heard = said.span
            also = (*also, best.value) if best is Kind.SERVICE_REQUEST else also
    kind = _best(kinds)
    ordered = sorted(kinds.values(), reverse=True)
    hazard, urgency = _raise(hazard, urgency, rules)
    found_also = tuple(Kind(name) for name in dict.fromkeys(also) if name not in {kind.value, Kind.NONE.value})
    who = find_represented(reading.new_text, representative.value) if representative.value != "none" else None
    vulnerable = {*vulnerability, *(f.vulnerability for f in rules.findings if f.vulnerability)}
    special = {*matters, *matters_of(rules.marks), *(f.matter for f in rules.findings if f.matter)}
    understanding = Understanding(
        id=reading.id,
        kind=kind,
        kinds=_rounded(kinds),
        also=found_also,
        intent=intent,
        representative=representative,
        on_behalf_of=reading.new_text[who[0] : who[1]] if who else None,
        authority=authority,
        hazard=hazard,
        urgency=urgency,
        vulnerability=tuple(each for each in _VULNERABILITIES if each in vulnerable),
        allegation=allegation,
        matters=tuple(each for each in _MATTERS if each in special),
        topic=topic,
        language=rules.language,
        model=model,
        sure=_is_sure(kind, ordered, rules),
    )
    return understanding.model_copy(update={"evidence": gather(reading, rules, understanding, (who, heard), point)})


def _is_sure(kind: Kind, ordered: Sequence[float], rules: RuleReading) -> bool:
    """A clear lead, and no words of dissatisfaction in what would otherwise pass as praise, remark or nothing."""
    if rules.whole is None and kind in _EASILY_MISTAKEN and any(m.label == "kind:complaint" for m in rules.marks):
        return False
    return ordered[0] >= _SURE_AT_LEAST and ordered[0] - ordered[1] >= _SURE_MARGIN


def _raise(hazard: Hazard, urgency: Urgency, rules: RuleReading) -> tuple[Hazard, Urgency]:
    """The danger scan as a floor: the most urgent finding names the hazard, unless the model's stands beside it."""
    named = [finding for finding in rules.findings if finding.hazard is not Hazard.NONE]
    for level in (Urgency.EMERGENCY, Urgency.URGENT):
        here = [finding.hazard for finding in named if finding.urgency is level]
        if here and hazard not in here and (level is Urgency.EMERGENCY or hazard is Hazard.NONE):
            hazard = here[0]
        if here:
            break
    for finding in rules.findings:
        urgency = higher(urgency, finding.urgency)
    return hazard, urgency


def _best(kinds: dict[Kind, float]) -> Kind:
    """The likeliest; nothing at all where none leads."""
    return max(kinds, key=lambda each: kinds[each]) if len(set(kinds.values())) > 1 else Kind.NONE


def _raised(kinds: dict[Kind, float], kind: Kind, chance: float) -> dict[Kind, float]:
    """``kind`` at ``chance`` or what it has if that is more; the others keep their shares of the rest."""
    chance = max(chance, kinds[kind])
    others = sum(each for name, each in kinds.items() if name is not kind) or 1.0
    return {name: chance if name is kind else each * (1 - chance) / others for name, each in kinds.items()}


def _rounded(kinds: dict[Kind, float]) -> dict[Kind, float]:
    """Four places, still adding to one: the best takes the remainder."""
    rounded = {kind: round(kinds.get(kind, 0.0), 4) for kind in _KINDS}
    best = max(rounded, key=lambda kind: rounded[kind])
    rounded[best] = round(rounded[best] + 1 - sum(rounded.values()), 4)
    return rounded


def to_contract(understanding: Understanding) -> dict[str, Any]:
    """The line that ``tenantline understand`` prints: exactly the contract's keys, plain values."""
    plain = understanding.model_dump(mode="json", exclude={"evidence", "sure"})
    plain["evidence"] = [
        {"start": span.start, "end": span.end, "text": span.text, "for": span.label} for span in understanding.evidence
    ]
    plain["model"] = plain.pop("model")
    return plain
