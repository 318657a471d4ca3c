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
            for found in understander.understand(batch):
                write_json(as_line(found))
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


def _readings(lines: Iterable[bytes], name: str) -> Iterator[Reading]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield reading_of(_whole(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise TenantlineError(f'{name}, line {number}: not {{"id", "channel", "subject", "text"}}') from problem


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    """With U+FFFD for each half of a character, which some phones send and nobody can write: offsets stay."""
    return {name: _HALF.sub("\ufffd", value) if isinstance(value, str) else value for name, value in row.items()}


_HALF: Final = re.compile("[\ud800-\udfff]")
