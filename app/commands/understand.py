"""``tenantline understand``: JSON lines in, JSON lines out, in the same order."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from app.configuration import ConfigurationFolder
from app.place import place_of
from app.terminal import progress, tell, write_json
from app.wiring import MEND_MODEL, load_safety, load_understander, trouble_of
from domain.errors import TenantlineError
from domain.understanding import Reading, Understanding
from nlp.labelled import reading_of

app = typer.Typer(add_completion=False)
_BATCH: Final = 50
_CHANNELS: Final = ("sms", "email", "chat", "web", "phone_note")
"""Those of the labelling guide."""


@app.command(epilog="For example: tenantline understand messages.jsonl")
def understand(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A file of lines, or - for standard input.")] = "-",
) -> None:
    """Say what messages mean. A line in: {"id", "channel", "subject", "text"}."""
    folder = ConfigurationFolder(place_of(context).config)
    understander = load_understander(load_safety(folder))
    if trouble := trouble_of(understander):
        tell(f"{trouble}; to mend it, {MEND_MODEL}")
    with _opened(file) as lines, progress("understanding") as tick:
        readings = _readings(lines, "standard input" if file == "-" else file)
        done = 0
        while batch := list(islice(readings, _BATCH)):
            found = understander.understand([reading for _, reading in batch])
            for (given_id, _), each in zip(batch, found, strict=True):
                write_json(as_line(each) | {"id": given_id})
            sys.stdout.flush()
            done += len(batch)
            tick(f"understanding, {done} so far", done, 0)


def as_line(found: Understanding) -> dict[str, Any]:
    """An understanding in the contract's shape."""
    line = found.model_dump(mode="json", exclude={"evidence", "sure", "model"})
    line["evidence"] = [
        {"start": each.start, "end": each.end, "text": each.text, "for": each.label} for each in found.evidence
    ]
    return line | {"model": found.model}


def _opened(file: str) -> Any:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as problem:
        raise TenantlineError(f"{file} cannot be read: {problem.strerror}") from problem


def _readings(lines: Iterable[bytes], name: str) -> Iterator[tuple[str | float, Reading]]:
    """Each line's own id, text or number, beside its reading."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _checked(_whole(json.loads(line)))
            yield row["id"], reading_of(row)
        except _FieldError as problem:
            raise TenantlineError(f"{name}, line {number}: {problem}") from problem
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise TenantlineError(f'{name}, line {number}: not {{"id", "channel", "subject", "text"}}') from problem


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    """``row`` as it is. Raises ``_FieldError`` where the id, the channel or the text is of no kind that there is."""
    if not isinstance(row["id"], str | int | float) or isinstance(row["id"], bool):
        raise _FieldError("the id is neither a text nor a number")
    if not isinstance(row["text"], str):
        raise _FieldError("the text is no text")
    channel = row.get("channel")
    if channel is not None and channel not in _CHANNELS:
        raise _FieldError(f"there is no channel {channel!r}; there are: {', '.join(_CHANNELS)}")
    return row


class _FieldError(ValueError):
    """A line with the right keys and a wrong value; the words say which."""


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    """With U+FFFD for each half of a character, which some phones send and nobody can write: offsets stay."""
    return {name: _HALF.sub("\ufffd", value) if isinstance(value, str) else value for name, value in row.items()}


_HALF: Final = re.compile("[\ud800-\udfff]")
