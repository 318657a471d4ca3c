"""The clauses of each landlord's policy: what keeps them in this program, which tests show it, and what still waits.

``config/clauses/<landlord>.toml`` is the register, an entry a clause in the order of the policy::

    [[clause]]
    id = "CESTRIA-28"
    does = ["does", "reminds", "checks"]
    quote = "acknowledged within 3 working days"
    meaning = "Compliments, comments and complaints are acknowledged within 3 working days of receipt."
    kept_by = ["domain.duties:duties_owed", "config/landlords/cestria.toml"]
    waits_for = ""

``does``: what the clause asks of the system. ``quote``: the policy's words, " ... " where words are left out; empty
where the clause is something that the policy does not say. ``kept_by``: ``module:name`` or a file under ``config/``.
``waits_for``: what has to be built first, for the whole clause ("casework"), or for parts of it while the rest is kept
(``{ reports = "reports" }``); "" where all of it is kept. A clause is shown by each test whose name carries it:
``test_cestria_28_...``, ``test_pool_21_pool_29_...``. Reading and matching only: nothing here writes.
"""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from app.configuration import SHIPPED, ConfigurationFolder, read_words
from app.toml_lines import first_problem, line_of
from domain.errors import ConfigurationError
from domain.values import Value

FOLDER: Final = "clauses"
_CODE: Final = re.compile(r"[a-z_]+(\.[a-z_0-9]+)*:\w+(\.\w+)*")
_FILE: Final = re.compile(r"config(/[\w.-]+)+\.(toml|txt)")


class Part(StrEnum):
    """What a clause asks of the system (the letters D, R, C and P of the clauses' list)."""

    DOES = "does"
    REMINDS = "reminds"
    CHECKS = "checks"
    REPORTS = "reports"


class Wait(StrEnum):
    """What has to be built before a clause is kept."""

    CASEWORK = "casework"
    PAGES = "pages"
    REPORTS = "reports"
    LETTERS = "letters"
    DUTIES = "duties"


class Clause(Value):
    """One clause of a landlord's policy."""

    id: str = Field(pattern=r"^[A-Z]+-[1-9]\d*$")
    does: tuple[Part, ...] = Field(min_length=1)
    quote: str
    meaning: str = Field(min_length=1)
    kept_by: tuple[str, ...]
    waits_for: str | dict[str, str]

    @field_validator("waits_for")
    @classmethod
    def _is_known(cls, waits_for: str | dict[str, str]) -> str | dict[str, str]:
        for part in waits_for if isinstance(waits_for, dict) else ():
            _one_of(Part, part)
        for what in waits_for.values() if isinstance(waits_for, dict) else filter(None, [waits_for]):
            _one_of(Wait, what)
        return waits_for

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        if len(set(self.does)) < len(self.does):
            raise ValueError("does names one part twice: name it once")
        if foreign := set(self.waiting) - set(self.does):
            raise ValueError(f"waits_for names {min(foreign)}, which is not among what the clause does")
        if bool(self.kept) is not bool(self.kept_by):
            raise ValueError("a part that does not wait names what keeps it in kept_by, a clause that waits names none")
        for place in self.kept_by:
            if not (_CODE.fullmatch(place) or _FILE.fullmatch(place)):
                raise ValueError(f"kept_by: {place!r} is neither module:name nor a file under config/")
        return self

    @property
    def waiting(self) -> dict[Part, Wait]:
        """The parts that nothing keeps yet, each with what has to be built first."""
        if isinstance(self.waits_for, dict):
            return {Part(part): Wait(what) for part, what in self.waits_for.items()}
        return dict.fromkeys(self.does, Wait(self.waits_for)) if self.waits_for else {}

    @property
    def kept(self) -> tuple[Part, ...]:
        """The parts that are kept now."""
        return tuple(part for part in self.does if part not in self.waiting)


def _one_of(names: type[StrEnum], word: str) -> None:
    if word not in set(names):
        raise ValueError(f"{word} is none of {', '.join(names)}")


class _File(Value):
    clause: tuple[Clause, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Register:
    """All clauses of one landlord."""

    landlord: str
    path: Path
    clauses: tuple[Clause, ...]
    lines: Mapping[str, int]
    """The line of each clause's id."""

    def where(self, clause: str) -> str:
        """File and line of a clause."""
        return f"{self.path}:{self.lines[clause]}"


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A clause with the tests that show it and what is wrong about it."""

    landlord: str
    clause: Clause
    tests: tuple[str, ...]
    problems: tuple[str, ...]


def load_register(folder: ConfigurationFolder, landlord: str) -> Register:
    """The register of a landlord's clauses.

    Raises:
        ConfigurationError: there is none, a key or a value is wrong, or the ids are not 1, 2, 3 ... in order.
    """
    _, path = folder.toml(f"{FOLDER}/{landlord}.toml")
    return parse_register(read_words(path), landlord=landlord, path=path)


def parse_register(text: str, *, landlord: str, path: Path) -> Register:
    """As ``load_register``, of a text that was read from ``path``."""
    try:
        clauses = _File.model_validate(tomllib.loads(text)).clause
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(f"{path}: {problem}; mend it there") from problem
    except ValidationError as problem:
        place, words = first_problem(problem, sorted({*Clause.model_fields, *_File.model_fields}))
        line = line_of(text, place)
        key = ".".join(str(part) for part in place)
        raise ConfigurationError(f"{path}:{line}: {key}: {words}" if line else f"{path}: {key}: {words}") from problem
    lines: dict[str, int] = {}
    prefix = clauses[0].id.partition("-")[0]
    for place_of, clause in enumerate(clauses):
        line = line_of(text, ("clause", place_of, "id")) or 0
        wanted = f"{prefix}-{place_of + 1}"
        if clause.id != wanted:
            again = " a second time" if clause.id in lines else ""
            raise ConfigurationError(
                f"{path}:{line}: clause.{place_of}.id: {clause.id} stands{again} where {wanted} belongs: put the "
                "clauses in the policy's order, each once"
            )
        lines[clause.id] = line
    return Register(landlord=landlord, path=path, clauses=clauses, lines=lines)


def folder_of_tests(root: Path = SHIPPED.parent) -> Path | None:
    """The tests beside the program in ``root``, or None where it is installed without them."""
    return root / "tests" if (root / "pyproject.toml").is_file() and (root / "tests").is_dir() else None


def named_in_tests(folder: Path, prefixes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Which tests carry which clause in their names, as ``tests/domain/test_duties.py:test_pool_37_...``.

    Args:
        folder: the tests; each ``test_*.py`` in it is read, none is imported.
        prefixes: of the clauses, e.g. CESTRIA.
    """
    named = re.compile(rf"_({'|'.join(sorted(prefixes))})_(\d+)(?=_|$)", re.IGNORECASE)
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for test in _tests_in(path):
            for prefix, number in named.findall(test):
                place = f"{folder.name}/{path.relative_to(folder).as_posix()}:{test}"
                found.setdefault(f"{prefix.upper()}-{int(number)}", []).append(place)
    return {clause: tuple(dict.fromkeys(tests)) for clause, tests in found.items()}


def _tests_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


def cover(registers: Sequence[Register], tests: Mapping[str, Sequence[str]] | None) -> tuple[Covered, ...]:
    """Every clause with its tests, and what is wrong where it is said to be kept.

    Args:
        registers: of the landlords.
        tests: from ``named_in_tests``; None where there are none, so that only the code is looked at.
    """
    return tuple(
        Covered(
            landlord=register.landlord,
            clause=clause,
            tests=tuple(tests.get(clause.id, ())) if tests is not None else (),
            problems=tuple(_problems(register, clause, tests)),
        )
        for register in registers
        for clause in register.clauses
    )


def unknown_clauses(registers: Sequence[Register], tests: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A sentence for each test that names a clause which its landlord's policy has not got."""
    known = {clause.id for register in registers for clause in register.clauses}
    return tuple(
        f"{test}: there is no clause {clause}: mend the test's name"
        for clause, places in sorted(tests.items())
        if clause not in known
        for test in places
    )


def _problems(register: Register, clause: Clause, tests: Mapping[str, Sequence[str]] | None) -> Iterator[str]:
    where = register.where(clause.id)
    for place in clause.kept_by:
        if not _is_there(place):
            yield f"{where}: {clause.id} is kept by {place}, which is not there: name what keeps it now in kept_by"
    if tests is not None and clause.kept and not tests.get(clause.id):
        example = clause.id.lower().replace("-", "_")
        yield (
            f"{where}: {clause.id} is said to be kept and no test shows it: write test_{example}_..., or say in "
            "waits_for what it waits for"
        )


def _is_there(place: str) -> bool:
    if _FILE.fullmatch(place):
        return (SHIPPED / place.removeprefix("config/")).is_file()
    module, _, name = place.partition(":")
    try:
        found: object = importlib.import_module(module)
    except ImportError:
        return False
    for part in name.split("."):
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many clauses of a landlord ask for a part, and how many of them have it kept."""

    landlord: str
    asked: Mapping[Part, int]
    kept: Mapping[Part, int]
    clauses: int
    whole: int
    """Kept in all their parts."""
    partly: int


def count(covered: Sequence[Covered]) -> tuple[Count, ...]:
    """The sums of each landlord, in the order in which they come."""
    landlords = dict.fromkeys(each.landlord for each in covered)
    return tuple(_count(name, [each.clause for each in covered if each.landlord == name]) for name in landlords)


def _count(landlord: str, clauses: Sequence[Clause]) -> Count:
    return Count(
        landlord=landlord,
        asked={part: sum(part in clause.does for clause in clauses) for part in Part},
        kept={part: sum(part in clause.kept for clause in clauses) for part in Part},
        clauses=len(clauses),
        whole=sum(not clause.waiting for clause in clauses),
        partly=sum(bool(clause.kept and clause.waiting) for clause in clauses),
    )
