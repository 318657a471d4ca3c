"""The words of the message that speak for each label, as spans of the text as given."""

from typing import Final

from domain.understanding import EvidenceSpan, Reading, SafetyFinding, Understanding
from nlp.pointing import Point
from nlp.reader import RuleReading
from nlp.seen import Span

_MOST = 40


def gather(
    reading: Reading,
    rules: RuleReading,
    found: Understanding,
    said: tuple[Span | None, Span | None],
    point: Point,
) -> tuple[EvidenceSpan, ...]:
    """Evidence for the labels of ``found``, in order of place: what rules saw, and else what the model saw.

    Args:
        reading: the message.
        rules: what was found by rule.
        found: what was understood.
        said: spans of the new text: who is represented, and plain words that settled the kind.
        point: finds the words that speak most for an answer of a head.
    """
    labels, shown = _labels(found), _Shown(reading)
    for finding in rules.findings:
        if finding.part == "text":
            for label in _labels_of(finding):
                shown.add(finding.start, finding.end, label)
    for mark in rules.marks:
        if mark.label in labels:
            shown.add_new((mark.start, mark.end), mark.label)
    represented, settled = said
    shown.add_new(represented, f"on_behalf_of:{found.representative}")
    shown.add_new(settled, f"kind:{found.kind}")
    for label in sorted(labels - shown.labels):
        field, _, answer = label.partition(":")
        shown.add_new(point(field, answer), label)
    return shown.in_order[:_MOST]


class _Shown:
    """Spans of one text, each label once a place."""

    def __init__(self, reading: Reading) -> None:
        self._text = reading.text
        self._place = _Place(reading)
        self._spans: dict[tuple[int, int, str], EvidenceSpan] = {}

    @property
    def labels(self) -> set[str]:
        """What has evidence already."""
        return {span.label for span in self._spans.values()}

    @property
    def in_order(self) -> tuple[EvidenceSpan, ...]:
        """By place, then by label."""
        return tuple(sorted(self._spans.values(), key=lambda span: (span.start, span.end, span.label)))

    def add(self, start: int, end: int, label: str) -> None:
        """A span of the text as given."""
        if 0 <= start < end <= len(self._text):
            span = EvidenceSpan(start=start, end=end, text=self._text[start:end], label=label)
            self._spans.setdefault((start, end, label), span)

    def add_new(self, span: Span | None, label: str) -> None:
        """A span of the new text."""
        if span:
            self.add(*self._place.in_text(*span), label)


def _labels_of(finding: SafetyFinding) -> list[str]:
    labels = [f"urgency:{finding.urgency}"]
    if finding.hazard.value != "none":
        labels.append(f"hazard:{finding.hazard}")
    if finding.matter:
        labels.append(f"matters:{finding.matter}")
    if finding.vulnerability:
        labels.append(f"vulnerability:{finding.vulnerability}")
    return labels


_NOTHING: Final = {"none", "n/a", "normal", "other"}
"""Answers that say that there is nothing to show."""
_FIELDS: Final = ("intent", "representative", "authority", "allegation", "hazard", "urgency", "topic")


def _labels(found: Understanding) -> set[str]:
    said = {f"{field}:{getattr(found, field)}" for field in _FIELDS if getattr(found, field) not in _NOTHING}
    several = {f"also:{kind}" for kind in found.also} | {f"kind:{kind}" for kind in found.also}
    several |= {f"vulnerability:{each}" for each in found.vulnerability}
    return {f"kind:{found.kind}"} | said | several | {f"matters:{each}" for each in found.matters}


class _Place:
    """From a span of the new text to the same words in the text as given."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._shift = reading.text.find(reading.new_text)

    def in_text(self, start: int, end: int) -> tuple[int, int]:
        """The span there; (-1, -1) where the new text was put together and the words stand nowhere in one piece."""
        if self._shift >= 0:
            return start + self._shift, end + self._shift
        found = self._reading.text.find(self._reading.new_text[start:end])
        return (found, found + end - start) if found >= 0 else (-1, -1)
