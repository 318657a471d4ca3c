"""What rules find in a reading, gathered once: markers, dangers, language. Shared by training and understanding."""

from dataclasses import dataclass

from domain.labels import Urgency
from domain.ports import SafetyScan
from domain.understanding import Reading, SafetyFinding
from nlp.rules import Mark, MarkerReader, Whole, read_whole

_ORDER = {Urgency.NORMAL: 0, Urgency.URGENT: 1, Urgency.EMERGENCY: 2}


@dataclass(frozen=True, slots=True)
class RuleReading:
    """Everything that rules say of one reading; ``marks`` count in the new text, ``findings`` in their own part."""

    marks: tuple[Mark, ...]
    findings: tuple[SafetyFinding, ...]
    whole: Whole | None
    language: str

    @property
    def names(self) -> tuple[str, ...]:
        """The labels as the model sees them."""
        named = {mark.label for mark in self.marks}
        named.update(f"danger:{finding.rule}" for finding in self.findings)
        named.update(f"danger:{finding.urgency}" for finding in self.findings)
        named.add(f"language:{self.language}")
        return tuple(sorted(named))


class RuleReader:
    """Scans every part of a reading for danger, and its new text for markers."""

    def __init__(self, safety: SafetyScan, markers: MarkerReader) -> None:
        self._safety = safety
        self._markers = markers

    def read(self, reading: Reading) -> RuleReading:
        """All that rules find."""
        findings = list(self._safety.scan(reading.text))
        if reading.subject:
            findings.extend(self._safety.scan(reading.subject, "subject"))
        if reading.new_text not in reading.text:
            seen = {(finding.rule, finding.text) for finding in findings}
            across = self._safety.scan(reading.new_text, "new_text")
            findings.extend(finding for finding in across if (finding.rule, finding.text) not in seen)
        for attachment in reading.attachment_texts:
            findings.extend(self._safety.scan(attachment, "attachment"))
        for box in reading.boxes:
            findings.extend(self._safety.scan(box, "box"))
        return RuleReading(
            marks=self._markers.find(reading.new_text),
            findings=tuple(findings),
            whole=read_whole(reading.new_text, reading.last_question),
            language=self._markers.languages.guess(reading.new_text or reading.text),
        )


def higher(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of two."""
    return one if _ORDER[one] >= _ORDER[other] else other
