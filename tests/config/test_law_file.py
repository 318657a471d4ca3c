"""The law's own clocks: each with its source, told of where nobody verified it, wrong entries refused (rules B9)."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder, load_law, load_policies, load_policy
from app.policies import check_law, describe
from domain.errors import ConfigurationError

FOLDER = ConfigurationFolder()
CONFIG = Path(__file__).parents[2] / "config"


def overlay(folder: Path, old: str, new: str) -> ConfigurationFolder:
    """The shipped file with one change, laid over it."""
    text = (CONFIG / "law.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "law.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return ConfigurationFolder(folder)


def test_every_landlord_stands_under_the_same_law() -> None:
    names = {clock.name for clock in load_law(FOLDER).clock}
    assert names == {"answer_subject_access", "answer_erasure", "acknowledge_dp_complaint", "assess_breach"}
    for policy in load_policies(FOLDER).values():
        assert {clock.name for clock in policy.lawful_clocks} == names


def test_each_value_of_the_law_is_a_paraphrase_with_its_source() -> None:
    assert all(clock.basis.wording == "paraphrase" and clock.basis.source for clock in load_law(FOLDER).clock)


def test_what_rules_b9_knows_only_from_memory_is_told_as_not_verified() -> None:
    assert {each.clause for each in check_law(FOLDER)} == {"UK GDPR Art 12(3), Art 17", "UK GDPR Art 33(1)"}


def test_the_duty_to_acknowledge_a_data_complaint_begins_on_19_june_2026() -> None:
    (clock,) = [each for each in load_law(FOLDER).clock if each.name == "acknowledge_dp_complaint"]
    assert [clock.is_in_force(date(2026, 6, day)) for day in (18, 19)] == [False, True]


def test_another_clock_is_another_policy_version(tmp_path: Path) -> None:
    changed = load_policy(overlay(tmp_path, "amount = 72", "amount = 48"), "group")
    assert changed.version != load_policy(FOLDER, "group").version


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("amount = 72", "amuont = 72", "did you mean amount?"),
        ('matter = "sar"\n', "", "names the matter or the allegation"),
        ("amount = 72", "amount = 0", "greater than or equal to 1"),
    ],
)
def test_a_mistake_in_the_law_names_its_file(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = overlay(tmp_path, old, new)
    with pytest.raises(ConfigurationError, match=rf"law\.toml:\d+: .*{re.escape(words)}"):
        load_policy(folder, "cestria")
    assert [each.level for each in check_law(folder)] == ["error"]


def test_the_laws_clocks_are_told_in_plain_english() -> None:
    lines = "\n".join(describe(load_policy(FOLDER, "cestria")))
    assert "Answer subject access (by law; sar): within 1 month from receipt [UK GDPR Art 12(3), Art 15]" in lines
    assert "Assess breach (by law; dp complaint, data breach): within 72 hours from receipt" in lines
