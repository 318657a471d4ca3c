"""What staff said of messages, as something to learn from: the kind alone, and nothing that names anybody."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from nlp.labelled import Labelled, reading_of

FILE: Final = "corrections"
"""The name under which they stand beside the corpus's files."""

_MASKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\S+@\S+"), "someone@example.org"),
    (re.compile(r"https?://\S+|www\.\S+"), "https://example.org"),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE), "AB1 2CD"),
    (re.compile(r"(?<!\w)(?:\+44\s?|0)\d[\d\s()-]{7,13}\d\b"), "01632 960000"),
    (re.compile(r"\b\d{5,}\b"), "00000"),
    (re.compile(r"\b\d{1,4}[a-z]?\s+(?:[A-Z][\w']+\s+){1,3}(?=Road|Rd|Street|St|Close|Court|Ct|Lane|Avenue|Ave|Way|Row|"
                r"Terrace|Drive|Gardens|Place|House|Crescent)\w+"), "1 Example Street"),
)  # fmt: skip
_LEAST_NAME: Final = 3
"""Shorter parts of a name are also other words."""


def masked(text: str, names: Iterable[str] = ()) -> str:
    """A text without mail addresses, numbers, postcodes, street addresses and these people's names."""
    for pattern, stand_in in _MASKS:
        text = pattern.sub(stand_in, text)
    for part in sorted({part for name in names for part in name.split()}, key=len, reverse=True):
        if len(part) >= _LEAST_NAME:
            text = re.sub(rf"\b{re.escape(part)}\b", "Alex", text, flags=re.IGNORECASE)
    return text


def as_labelled(
    message_id: str, channel: str, subject: str | None, text: str, kind: str, *, names: Sequence[str] = ()
) -> Labelled:
    """A message with the kind that a person gave it, masked; other heads learn nothing from it."""
    row = {
        "id": message_id,
        "channel": channel,
        "subject": masked(subject, names) if subject else None,
        "text": masked(text, names),
    }
    return Labelled(reading_of(row), {**row, "kind": kind}, FILE)
