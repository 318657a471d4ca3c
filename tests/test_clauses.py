"""Every clause of the five policies is in its register, quoted word for word, and what is said to be kept is tested."""

from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder
from app.coverage import Clause, Part, cover, load_register, named_in_tests, unknown_clauses
from domain.clauses import Must, TermName

HERE = Path(__file__).parent
CLAUSES = {"ccbc": 34, "poolplus": 42, "council": 39, "cestria": 72, "group": 45}
REGISTERS = {slug: load_register(ConfigurationFolder(), slug) for slug in CLAUSES}
PREFIXES = ("CCBC", "POOL", "COUNCIL", "CESTRIA", "GROUP")
SILENCES = {"CCBC-34", "POOL-42", "CESTRIA-41", "GROUP-45"}
"""Clauses about what a policy does not say."""
TESTS = named_in_tests(HERE, PREFIXES)


def published(slug: str) -> str:
    return " ".join((HERE / "config" / "policies" / f"{slug}.txt").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("slug", CLAUSES)
def test_every_clause_of_a_policy_stands_in_its_register(slug: str) -> None:
    clauses = REGISTERS[slug].clauses
    prefix = PREFIXES[list(CLAUSES).index(slug)]
    assert [clause.id for clause in clauses] == [f"{prefix}-{number + 1}" for number in range(CLAUSES[slug])]


def test_there_are_232_clauses() -> None:
    assert sum(len(register.clauses) for register in REGISTERS.values()) == 232


@pytest.mark.parametrize(
    ("slug", "clause"),
    [pytest.param(slug, each, id=each.id) for slug, register in REGISTERS.items() for each in register.clauses],
)
def test_a_clauses_quote_stands_word_for_word_and_in_its_order_in_the_published_policy(
    slug: str, clause: Clause
) -> None:
    assert bool(clause.quote) is (clause.id not in SILENCES)
    text, start = published(slug), 0
    for piece in filter(None, (part.strip() for part in clause.quote.split("..."))):
        found = text.find(piece, start)
        assert found >= 0, piece
        start = found + len(piece)


@pytest.mark.parametrize("slug", CLAUSES)
def test_what_is_said_to_be_kept_has_its_code_and_a_test(slug: str) -> None:
    assert [problem for each in cover([REGISTERS[slug]], TESTS) for problem in each.problems] == []


def test_a_test_names_only_clauses_that_there_are() -> None:
    assert unknown_clauses(list(REGISTERS.values()), TESTS) == ()


def test_each_part_that_waits_says_for_what() -> None:
    for register in REGISTERS.values():
        for clause in register.clauses:
            assert {*clause.kept, *clause.waiting} == set(clause.does)
    assert {part for register in REGISTERS.values() for each in register.clauses for part in each.does} == set(Part)


SHOWN_ALONE = {
    *("channel", "definition", "representatives", "quick_resolution", "independence", "preferred_channel"),
    *("fault_stated", "plain_language", "written_response", "opportunity_to_discuss", "mediation", "vulnerability"),
    *("report", "time_limit"),
}
"""What a policy says and ``policy show`` tells people: what is asked of a case for it is a requirement of its own."""


def test_each_term_of_a_policy_and_each_requirement_is_read_by_code_or_known_to_be_shown_alone() -> None:
    folders = ("app", "casework", "router", "scheduler", "store", "domain")
    code = "\n".join(path.read_text("utf-8") for folder in folders for path in (HERE.parent / folder).rglob("*.py"))
    unread = {term.value for term in TermName if f"TermName.{term.name}" not in code}
    assert unread == SHOWN_ALONE
    assert [must.value for must in Must if f"Must.{must.name}" not in code] == []
