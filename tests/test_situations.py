"""``docs/situations.md`` keeps its word: every row, every named test there, and no row without a test or a reason."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = 220
_TEST = re.compile(r"`(test_\w+)`")
_DEFINED = re.compile(r"^\s*(?:async )?def (test_\w+)\(", re.MULTILINE)
_NUMBER = re.compile(r"situation_(\d+)_")


def rows() -> list[tuple[int, str, str]]:
    """Number, the tests' column and the waiting column of each row."""
    lines = (ROOT / "docs" / "situations.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d", line)]
    return [(int(number), proved, waits) for number, _, proved, waits in cells]


def defined_tests() -> set[str]:
    """The names of all test functions."""
    return {name for path in ROOT.glob("tests/**/test_*.py") for name in _DEFINED.findall(path.read_text("utf-8"))}


def test_all_220_situations_stand_there_once_and_in_order():
    assert [number for number, _, _ in rows()] == list(range(1, ROWS + 1))


@pytest.mark.parametrize(("number", "proved", "waits"), rows())
def test_a_situation_names_a_test_that_exists_or_what_it_waits_for(number: int, proved: str, waits: str):
    named = _TEST.findall(proved)
    assert set(named) <= defined_tests(), number
    assert named or waits not in {"", "-"}, number


def test_a_test_of_a_situation_is_named_in_its_row():
    by_row = {number: set(_TEST.findall(proved)) for number, proved, _ in rows()}
    of_router = {
        name
        for path in ROOT.glob("tests/router/test_situations*.py")
        for name in _DEFINED.findall(path.read_text("utf-8"))
    }
    missing = [
        name
        for name in sorted(of_router)
        if (found := _NUMBER.search(name)) and name not in by_row[int(found.group(1))]
    ]
    assert missing == []
