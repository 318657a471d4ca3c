"""Labelled messages: the corpus read as readings and labels, and its split into what is learnt and what is held out."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.labels import Kind, Matter, Vulnerability
from domain.quoting import split_quoted
from domain.understanding import Reading

CORPUS = Path(__file__).with_name("corpus")
TEST = CORPUS / "test"
"""What models are judged by: written apart, frozen (``test.sha256``), never learnt from."""
FIELDS = ("kind", "intent", "representative", "authority", "hazard", "urgency", "topic", "allegation")
"""Labels with exactly one value."""
SEVERAL = ("vulnerability", "also", "matters")
"""Labels with any number of values."""
MATTERS = "matters.json"
_OPTIONAL = "matters"
"""Of a file that does not label these nothing is learnt about them, and nothing is measured."""
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
        """Whether this message is kept from learning, so that what has to be chosen can be chosen on it."""
        digest = hashlib.sha256(self.reading.id.encode()).digest()
        return int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE == 0

    def several(self, field: str) -> tuple[str, ...]:
        """The values of a label that may have several."""
        return tuple(self.labels.get(field, ()))


def corpus_files(folder: Path = CORPUS) -> tuple[Path, ...]:
    """The labelled files of a folder, in order of name."""
    return tuple(sorted(folder.glob("*.jsonl")))


def judging_files() -> tuple[Path, ...]:
    """The files of the test split."""
    return corpus_files(TEST)


def read_labelled(files: Iterable[Path]) -> list[Labelled]:
    """All messages of labelled files, in order. Raises ``ValueError`` with file and line of a bad one.

    ``matters.json`` beside a file gives the special matters of the files it names, which were labelled without them.
    """
    found = []
    for path in files:
        special = _special_matters(path)
        found += [_labelled(line, path, number, special) for number, line in _lines(path)]
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers."""
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            yield number, line


def _special_matters(path: Path) -> Mapping[str, list[str]] | None:
    """By message, where a file has them in ``matters.json``."""
    beside = path.with_name(MATTERS)
    if not beside.is_file():
        return None
    held = json.loads(beside.read_text("utf-8"))
    return dict(held["matters"]) if path.stem in held["files"] else None


def _labelled(line: bytes, path: Path, number: int, special: Mapping[str, list[str]] | None) -> Labelled:
    where = f"{path.name}, line {number}: not a labelled message"
    try:
        row = json.loads(line)
        if special is not None:
            row.setdefault("matters", special.get(row["id"], []))
        reading = reading_of(row)
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise ValueError(f'{where}: it needs at least {{"id", "channel", "subject", "text"}}') from wrong
    if missing := [name for name in (*FIELDS, *SEVERAL) if name not in row and name != _OPTIONAL]:
        raise ValueError(f"{where}: it has no {missing[0]}")
    return Labelled(reading, row, path.stem)


def read_kinds(path: Path) -> list[Labelled]:
    """Messages of a file with at least ``text`` and ``kind`` a line, whatever its kinds are called.

    Raises ``ValueError`` with the line of a bad one.
    """
    found = []
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            row = {**row, "id": str(row.get("id", number)), "text": str(row["text"]), "kind": str(row["kind"])}
            found.append(Labelled(reading_of(row), row, path.stem))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
            raise ValueError(f'{path.name}, line {number}: it needs at least {{"text", "kind"}}') from wrong
    return found


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
    """The values of a field that occur, in order of name; of those that may be several all there are."""
    if field == "also":
        return tuple(kind.value for kind in Kind)
    if field == "vulnerability":
        return tuple(each.value for each in Vulnerability)
    if field == "matters":
        return tuple(each.value for each in Matter)
    return tuple(sorted({str(row.labels[field]) for row in rows if field in row.labels}))
