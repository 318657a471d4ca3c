"""Which parts of a message are looked through for danger: all of them (situations, invariant 3)."""

from domain.ports import SafetyScan
from domain.understanding import Reading, SafetyFinding


def scan_every_part(safety: SafetyScan, reading: Reading) -> tuple[SafetyFinding, ...]:
    """Danger phrases in text (quotes included), subject, attachments' texts and a form's other boxes."""
    found = list(safety.scan(reading.text))
    if reading.subject:
        found.extend(safety.scan(reading.subject, "subject"))
    for text in reading.attachment_texts:
        found.extend(safety.scan(text, "attachment"))
    for text in reading.boxes:
        found.extend(safety.scan(text, "box"))
    return tuple(found)
