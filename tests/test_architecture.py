"""The law of imports (design, section 1), with the file and line of who breaks it."""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT = {
    "domain": set[str](),
    "router": {"domain"},
    "casework": {"domain"},
    "nlp": {"domain"},
    "channels": {"domain"},
    "store": {"domain"},
    "scheduler": {"domain", "router", "casework", "store"},
    "console": {"domain", "router", "casework", "store"},
    "app": {"domain", "router", "casework", "nlp", "channels", "store", "scheduler", "console"},
}

LIBRARIES = {
    "domain": {"pydantic", "phonenumbers"},
    "router": {"pydantic"},
    "casework": {"pydantic"},
}
"""Beside the standard library, for the folders whose purity depends on it."""

MOST_LINES = 400
NOT_OURS = {"migrations", "__pycache__"}


def files_of(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not NOT_OURS & set(path.relative_to(ROOT).parts):
                yield path


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and first part of every imported module, imports inside functions and for type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "(relative)" if node.level else (node.module or "").partition(".")[0]


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_each_folder_imports_only_what_the_law_allows(folder: str) -> None:
    forbidden = (set(MAY_IMPORT) | {"tests", "benchmarks", "(relative)"}) - MAY_IMPORT[folder] - {folder}
    broken = [
        f"{path.relative_to(ROOT)}:{line}: {folder} may not import {module}"
        for path in files_of(folder)
        for line, module in imports_of(path)
        if module in forbidden
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("folder", LIBRARIES)
def test_pure_folders_use_only_their_few_libraries(folder: str) -> None:
    allowed = LIBRARIES[folder] | set(MAY_IMPORT) | set(sys.stdlib_module_names)
    broken = [
        f"{path.relative_to(ROOT)}:{line}: {folder} may not use {module}"
        for path in files_of(folder)
        for line, module in imports_of(path)
        if module not in allowed
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("folder", [*MAY_IMPORT, "config"])
def test_each_name_means_the_folder_of_this_repository(folder: str) -> None:
    module = importlib.import_module(folder)
    places = [Path(place).resolve() for place in module.__path__]
    assert places == [(ROOT / folder).resolve()]


def test_no_file_is_over_400_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in files_of(*MAY_IMPORT, "tests", "benchmarks")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    ]
    assert not long, "\n".join(long)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in files_of(*MAY_IMPORT, "benchmarks")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent, "\n".join(silent)


CLOCK = {"now", "today", "utcnow"}
MAY_READ_THE_CLOCK = ("app",)


def test_nothing_below_app_reads_the_clock() -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{line}: time is an argument"
        for path in files_of(*(folder for folder in MAY_IMPORT if folder not in MAY_READ_THE_CLOCK))
        for line in lines_that_read_the_clock(path)
    ]
    assert not broken, "\n".join(broken)


def lines_that_read_the_clock(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCK
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"datetime", "date"}
        ):
            yield node.lineno
