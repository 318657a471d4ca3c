"""The words of the message that speak for each label, as spans of the text as given."""

from domain.understanding import EvidenceSpan, Reading, SafetyFinding, Understanding
from nlp.reader import RuleReading

_MOST = 40


def gather(
    reading: Reading,
    rules: RuleReading,
    found: Understanding,
    represented: tuple[int, int] | None,
    strongest: tuple[int, int] | None,
) -> tuple[EvidenceSpan, ...]:
    """Evidence for the labels of ``found``, in order of place.

    ``represented`` and ``strongest`` are spans of the new text.
    """
    spans: dict[tuple[int, int, str], EvidenceSpan] = {}

    def add(start: int, end: int, label: str) -> None:
        if 0 <= start < end <= len(reading.text):
            spans.setdefault(
                (start, end, label), EvidenceSpan(start=start, end=end, text=reading.text[start:end], label=label)
            )

    for finding in rules.findings:
        if finding.part == "text":
            for label in _labels_of(finding):
                add(finding.start, finding.end, label)
    labels = _labels(found)
    place = _Place(reading)
    for mark in rules.marks:
        if mark.label in labels:
            start, end = place.in_text(mark.start, mark.end)
            add(start, end, mark.label)
    if represented:
        start, end = place.in_text(*represented)
        add(start, end, f"on_behalf_of:{found.representative}")
    kind = f"kind:{found.kind}"
    if strongest and not any(span.label == kind for span in spans.values()):
        start, end = place.in_text(*strongest)
        add(start, end, kind)
    return tuple(sorted(spans.values(), key=lambda span: (span.start, span.end, span.label)))[:_MOST]


def _labels_of(finding: SafetyFinding) -> list[str]:
    labels = [f"urgency:{finding.urgency}"]
    if finding.hazard.value != "none":
        labels.append(f"hazard:{finding.hazard}")
    if finding.matter:
        labels.append(f"matters:{finding.matter}")
    if finding.vulnerability:
        labels.append(f"vulnerability:{finding.vulnerability}")
    return labels


def _labels(found: Understanding) -> set[str]:
    single = {
        f"{field}:{getattr(found, field)}" for field in ("kind", "intent", "representative", "authority", "allegation")
    }
    several = {f"also:{kind}" for kind in found.also} | {f"kind:{kind}" for kind in found.also}
    several |= {f"vulnerability:{each}" for each in found.vulnerability}
    return single | several | {f"matters:{each}" for each in found.matters}


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
