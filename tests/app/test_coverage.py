"""The register of clauses: strict in what it takes, and a clause without its code or its test is told with the line."""

import json
import re
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder
from app.coverage import (
    Part,
    Register,
    count,
    cover,
    folder_of_tests,
    load_register,
    named_in_tests,
    parse_register,
    unknown_clauses,
)
from domain.errors import ConfigurationError
from tests.app.command import tenantline

FILE = Path("clauses/sixth.toml")
TEXT = """
[[clause]]
id = "SIXTH-1"
does = ["does", "reports"]
quote = "we answer"
meaning = "Everybody is answered."
kept_by = ["domain.duties:duties_owed", "config/law.toml"]
waits_for = { reports = "reports" }

[[clause]]
id = "SIXTH-2"
does = ["checks"]
quote = ""
meaning = "No stage is named."
kept_by = []
waits_for = "casework"
"""


def register(text: str = TEXT) -> Register:
    return parse_register(text, landlord="sixth", path=FILE)


def test_a_part_is_kept_while_another_waits() -> None:
    first, second = register().clauses
    assert (first.kept, first.waiting) == ((Part.DOES,), {Part.REPORTS: "reports"})
    assert (second.kept, second.waiting) == ((), {Part.CHECKS: "casework"})


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('meaning = "No', 'meening = "No'), 14, "did you mean meaning?"),
        (('does = ["checks"]', 'does = ["cheques"]'), 12, "'does', 'reminds', 'checks' or 'reports'"),
        (('id = "SIXTH-2"', 'id = "SIXTH-3"'), 11, "SIXTH-3 stands where SIXTH-2 belongs"),
        (('id = "SIXTH-2"', 'id = "SIXTH-1"'), 11, "SIXTH-1 stands a second time where SIXTH-2 belongs"),
        (('id = "SIXTH-2"', 'id = "OTHER-2"'), 11, "OTHER-2 stands where SIXTH-2 belongs"),
        (('waits_for = "casework"', 'waits_for = "casewrok"'), 16, "casewrok is none of casework, pages"),
        (('{ reports = "reports" }', '{ checks = "reports" }'), 2, "waits_for names checks"),
        (('{ reports = "reports" }', '{ report = "reports" }'), 8, "report is none of does, reminds"),
        (('waits_for = "casework"', 'waits_for = ""'), 10, "names what keeps it in kept_by"),
        (('"config/law.toml"', '"law.toml"'), 2, "'law.toml' is neither module:name nor a file under config/"),
        (('does = ["checks"]', 'does = ["checks", "checks"]'), 10, "names one part twice"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(change: tuple[str, str], line: int, words: str) -> None:
    assert change[0] in TEXT
    with pytest.raises(ConfigurationError, match=re.escape(words)) as told:
        register(TEXT.replace(*change))
    assert str(told.value).startswith(f"{FILE}:{line}: ")


def test_what_is_no_toml_is_told_with_its_file() -> None:
    with pytest.raises(ConfigurationError, match=r"sixth\.toml: .*mend it there"):
        register("[[clause")


def test_a_landlord_without_a_register_is_told_how_to_write_one() -> None:
    with pytest.raises(ConfigurationError, match=r"there is no clauses/sixth\.toml: write it"):
        load_register(ConfigurationFolder(), "sixth")


def test_a_clause_that_is_kept_needs_a_test_and_one_that_waits_needs_none() -> None:
    first, second = cover([register()], {})
    (problem,) = first.problems
    assert problem.startswith(f"{FILE}:3: SIXTH-1 is said to be kept and no test shows it: write test_sixth_1_...")
    assert second.problems == ()
    (shown, _) = cover([register()], {"SIXTH-1": ("tests/test_it.py:test_sixth_1_all_are_answered",)})
    assert (shown.problems, shown.tests) == ((), ("tests/test_it.py:test_sixth_1_all_are_answered",))


@pytest.mark.parametrize(
    "gone", ["domain.duties:no_such_duty", "domain.nothing:at_all", "config/no_such_file.toml", "domain.duty:OnCall.no"]
)
def test_a_clause_whose_code_is_gone_is_told_with_the_line_also_without_tests(gone: str) -> None:
    text = TEXT.replace("domain.duties:duties_owed", gone)
    for tests in ({"SIXTH-1": ("tests/test_it.py:test_sixth_1",)}, None):
        first = cover([register(text)], tests)[0]
        assert first.problems == (
            f"{FILE}:3: SIXTH-1 is kept by {gone}, which is not there: name what keeps it now in kept_by",
        )


def test_tests_are_found_by_the_clauses_in_their_names_without_being_imported(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "test_it.py").write_text(
        "raise RuntimeError('imported')\n"
        "def test_sixth_1_sixth_12_both(): ...\n"
        "class TestAll:\n    async def test_code_6_4_Sixth_1_too(self): ...\n"
        "def test_sixth_1st_place(): ...\n"
        "def helper_sixth_1(): ...\n",
        encoding="utf-8",
    )
    (tmp_path / "helper.py").write_text("def test_sixth_2_in_no_test_file(): ...\n", encoding="utf-8")
    where = f"{tmp_path.name}/deep/test_it.py"
    found = named_in_tests(tmp_path, ["SIXTH"])
    assert found == {
        "SIXTH-1": (f"{where}:test_sixth_1_sixth_12_both", f"{where}:test_code_6_4_Sixth_1_too"),
        "SIXTH-12": (f"{where}:test_sixth_1_sixth_12_both",),
    }
    assert unknown_clauses([register()], found) == (
        f"{where}:test_sixth_1_sixth_12_both: there is no clause SIXTH-12: mend the test's name",
    )


def test_tests_are_those_of_a_source_tree_and_never_some_other_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    assert folder_of_tests(tmp_path) is None
    (tmp_path / "pyproject.toml").touch()
    assert folder_of_tests(tmp_path) == tmp_path / "tests"


def test_clauses_are_counted_by_what_they_ask_for() -> None:
    (sums,) = count(cover([register()], None))
    assert (sums.clauses, sums.whole, sums.partly) == (2, 0, 1)
    assert (sums.asked[Part.REPORTS], sums.kept[Part.REPORTS]) == (1, 0)
    assert (sums.asked[Part.DOES], sums.kept[Part.DOES]) == (1, 1)


def test_the_command_counts_every_landlord_and_is_content() -> None:
    done = tenantline("policy", "coverage")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split()[:5] == ["Landlord", "Clauses", "Kept", "In", "part"]
    assert {line.split()[0]: line.split()[1] for line in lines[1:6]} == {
        "ccbc": "34",
        "cestria": "72",
        "council": "39",
        "group": "45",
        "poolplus": "42",
    }
    assert "test_pool_37_stage_2_runs_from_the_request" in done.stdout


def test_the_command_gives_one_landlords_clauses_as_json() -> None:
    done = tenantline("policy", "coverage", "--landlord", "poolplus", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(rows)) == (0, 42)
    row = next(each for each in rows if each["clause"] == "POOL-37")
    assert (row["kept"], row["problems"]) == (["does", "reminds", "checks"], [])
    assert any("test_pool_37" in test for test in row["tests"])


def test_the_command_fails_where_a_clause_has_lost_its_test(tmp_path: Path) -> None:
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "sixth.toml").write_text(TEXT, encoding="utf-8")
    done = tenantline("--config", str(tmp_path), "policy", "coverage")
    assert done.returncode == 1
    assert f"{tmp_path}/clauses/sixth.toml:3: SIXTH-1 is said to be kept and no test shows it" in done.stderr
    unknown = tenantline("policy", "coverage", "--landlord", "nobody")
    assert (unknown.returncode, "there is no landlord nobody" in unknown.stderr) == (2, True)
