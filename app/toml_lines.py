"""Where in a TOML text a wrong value stands, so that an error can name the line. Reads no file, changes nothing."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from domain.clauses import (
    Basis,
    Ceiling,
    Duty,
    EmergencyLine,
    Extension,
    KindName,
    Ombudsman,
    Stage,
    Term,
)
from domain.duty import DutyRota, OnCall
from domain.policies import Landlord, Regime
from domain.possible import Impossible

_MODELS = (Landlord, Regime, Duty, Stage, Term, Basis, Ceiling, Extension, KindName, Ombudsman, EmergencyLine)
_OF_A_KEY = "[key]"
"""What pydantic adds to the place of a key of a table that is wrong itself."""
_KEYS = sorted({name for model in (*_MODELS, DutyRota, OnCall) for name in model.model_fields})


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line, from 1, of a key given by its place (``("duty", 3, "basis", "clause")``), or of the entry it lacks.

    None where not even the first part is found.
    """
    lines = text.splitlines()
    start, end = _block(lines, place)
    if start is None:
        return None
    for key in reversed([part for part in place if isinstance(part, str)]):
        pattern = re.compile(rf"(^|[\s{{,.])\"?{re.escape(key)}\"?\s*(=|\.)|^\s*\[+\s*([\w-]+\.)*{re.escape(key)}\s*\]")
        found = next((number for number in range(start, end) if pattern.search(lines[number])), None)
        if found is not None:
            return found + 1
    return start + 1 if len(place) > 1 else None


def _block(lines: list[str], place: Sequence[str | int]) -> tuple[int | None, int]:
    """The lines of the entry that the place lies in: the nth ``[[name]]`` with its sub-tables, or the whole text."""
    if len(place) < 2 or not isinstance(place[1], int):  # noqa: PLR2004 - a list's name and a number
        return 0, len(lines)
    header = re.compile(rf"^\s*\[\[\s*{re.escape(str(place[0]))}\s*\]\]")
    inner = re.compile(rf"^\s*\[+\s*{re.escape(str(place[0]))}\.")
    starts = [number for number, line in enumerate(lines) if header.match(line)]
    if place[1] >= len(starts):
        return (0, len(lines)) if not starts else (None, 0)
    start = starts[place[1]]
    rest = (
        number
        for number in range(start + 1, len(lines))
        if lines[number].lstrip().startswith("[") and not inner.match(lines[number])
    )
    return start, next(rest, len(lines))


def explain_problem(problem: ValidationError, text: str, where: str) -> str:
    """The first thing that is wrong, as ``file:line: key: why``; an unknown key with the one probably meant."""
    place, words = first_problem(problem, _KEYS)
    key = ".".join(str(part) for part in place)
    line = line_of(text, place) if place else None
    return f"{where}:{line}: {key}: {words}" if line else f"{where}: {key}: {words}" if key else f"{where}: {words}"


def first_problem(problem: ValidationError, keys: Sequence[str]) -> tuple[tuple[str | int, ...], str]:
    """Where the first thing that is wrong stands, and why; ``keys`` are those that a misspelt one may have meant."""
    errors: list[Any] = problem.errors(include_url=False, include_input=False)
    # A misspelt key gives two errors; the one that was written says more than the one that is missing.
    first = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
    place = tuple(part for part in first["loc"] if part != _OF_A_KEY)
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Impossible):
        return (*place, *cause.place), str(cause)
    if first["type"] == "extra_forbidden":
        close = get_close_matches(str(place[-1]), keys, n=1)
        return place, f"there is no such key; did you mean {close[0]}?" if close else "there is no such key"
    return place, "is missing: add it" if first["type"] == "missing" else first["msg"]
