"""Labelled messages: the corpus read as readings and labels, and its split into what is learnt and what is held out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.labels import Kind, Vulnerability
from domain.quoting import split_quoted
from domain.understanding import Reading

CORPUS = Path(__file__).with_name("corpus")
FIELDS = ("kind", "intent", "representative", "authority", "hazard", "urgency", "topic", "allegation")
"""Labels with exactly one value."""
SEVERAL = ("vulnerability", "also")
"""Labels with any number of values."""
HELD_OUT_SHARE = 8
"""One message in so many is never learnt from: those whose identity's digest is divisible by it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message with its labels, and the file it came from."""

    reading: Reading
    labels: Mapping[str, Any]
    file: str

    @property
    def held_out(self) -> bool:
        """Whether the model is measured on this message and so must not learn from it."""
        digest = hashlib.sha256(self.reading.id.encode()).digest()
        return int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE == 0

    def several(self, field: str) -> tuple[str, ...]:
        """The values of ``also`` or ``vulnerability``."""
        return tuple(self.labels[field])


def corpus_files(folder: Path = CORPUS) -> tuple[Path, ...]:
    """The labelled files of a folder, in order of name."""
    return tuple(sorted(folder.glob("*.jsonl")))


def read_labelled(files: Iterable[Path]) -> list[Labelled]:
    """All messages of labelled files, in order. Raises ``ValueError`` with file and line of a bad one."""
    found = []
    for path in files:
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if line.strip():
                found.append(_labelled(line, path, number))
    return found


def _labelled(line: bytes, path: Path, number: int) -> Labelled:
    where = f"{path.name}, line {number}: not a labelled message"
    try:
        row = json.loads(line)
        reading = reading_of(row)
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise ValueError(f'{where}: it needs at least {{"id", "channel", "subject", "text"}}') from wrong
    if missing := [name for name in (*FIELDS, *SEVERAL) if name not in row]:
        raise ValueError(f"{where}: it has no {missing[0]}")
    return Labelled(reading, row, path.stem)


def reading_of(row: Mapping[str, Any]) -> Reading:
    """A line of the contract (``id, channel, subject, text``) as a reading: quoted history and signature set aside."""
    text, subject = str(row["text"]), row.get("subject") or None
    channel = str(row.get("channel") or "email")
    if channel in {"email", "web"}:
        split = split_quoted(text, subject=subject)
        return Reading(
            id=str(row["id"]), channel=channel, subject=subject, text=text, new_text=split.new, quoted_text=split.quoted
        )
    return Reading(id=str(row["id"]), channel=channel, subject=subject, text=text, new_text=text)


def digest_of(path: Path) -> str:
    """What the file holds, for ``metrics.json``."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def answers_of(field: str, rows: Sequence[Labelled]) -> tuple[str, ...]:
    """The values of a field that occur, in order of name; for the kinds and the vulnerabilities all there are."""
    if field == "also":
        return tuple(kind.value for kind in Kind)
    if field == "vulnerability":
        return tuple(each.value for each in Vulnerability)
    return tuple(sorted({str(row.labels[field]) for row in rows}))
