"""The words of letters and their checklist: whole in both languages, every file used, nothing said that must not be."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder, load_checklist, load_letter_wordings, load_policies, load_policy
from casework.contents import FILLS
from domain.errors import ConfigurationError
from domain.letters import Content, LetterType

FOLDER = ConfigurationFolder(None)
WORDINGS = load_letter_wordings(FOLDER)
CONFIG = Path(__file__).parents[2] / "config"
LINES = set(
    re.findall(r'"(line_\w+)"', (Path(__file__).parents[2] / "casework/contents.py").read_text(encoding="utf-8"))
)


def names(language: str) -> set[str]:
    return {wording.name for wording in WORDINGS.wordings if wording.language == language}


@pytest.mark.parametrize("language", ["en", "cy"])
def test_there_is_a_file_for_each_letter_each_part_and_each_line_and_no_other(language: str) -> None:
    letters = {f"letter_{letter}" for letter in LetterType}
    parts = {f"part_{content}" for content in FILLS}
    assert names(language) == letters | parts | LINES | {"closing", "short", "spoken_begin", "spoken_end"}
    assert set(Content) - set(FILLS) == {Content.PLAIN_LANGUAGE}


@pytest.mark.parametrize("name", sorted(names("en")))
def test_psow_every_part_says_in_welsh_what_it_says_in_english(name: str) -> None:
    english, welsh = (WORDINGS.get(name, language) for language in ("en", "cy"))
    assert welsh.language == "cy"
    assert welsh.placeholders() == english.placeholders()
    assert bool(welsh.subject) is bool(english.subject) is name.startswith(("letter_", "part_"))


@pytest.mark.parametrize("wording", WORDINGS.wordings, ids=lambda wording: wording.place)
def test_council_18_no_letter_apologises_on_a_condition_or_names_one_landlords_ombudsman(wording: object) -> None:
    text = str(wording)
    assert "sorry if" not in text.lower()
    assert "Housing Ombudsman" not in text


def texts() -> Iterator[tuple[str, str]]:
    for slug, policy in load_policies(FOLDER).items():
        for rule in policy.contents:
            for language, words in rule.words.items():
                yield slug, f"{language}: {words}"


def test_what_a_bilingual_landlord_adds_it_says_in_both_languages() -> None:
    for rule in load_policies(FOLDER)["ccbc"].contents:
        assert not rule.words or rule.words.keys() == {"en", "cy"}
    assert any(slug == "cestria" for slug, _ in texts())


def test_the_checklist_is_advice_with_its_reason() -> None:
    for rule in load_checklist(FOLDER).content:
        assert rule.advice
        assert rule.basis.wording == "paraphrase"
        assert rule.basis.clause.startswith("Letters: ")


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ('content = "referenc"', 'content = "reference"', "content"),
        ('letters = ["postcard"]', 'letters = ["draft"]', "letters"),
        ('when = "sometimes"', 'when = "fault"', "when"),
        ('words = { cy = "Helo" }', 'words = { en = "Hello" }', "in English"),
    ],
)
def test_a_mistake_about_a_letter_is_told_with_file_and_line(
    tmp_path: Path, wrong: str, right: str, words: str
) -> None:
    text = (CONFIG / "landlords" / "group.toml").read_text(encoding="utf-8")
    entry = '\n[[content]]\n{}\nbasis = {{ clause = "GROUP-26", text = "give reasons for decisions" }}\n'
    keys = {"content": 'content = "reasons"', "letters": 'letters = ["outcome"]'}
    for name, line in (("bad", wrong), ("good", right)):
        folder = tmp_path / name / "landlords"
        folder.mkdir(parents=True)
        given = keys | {line.split(" ")[0]: line}
        (folder / "group.toml").write_text(text + entry.format("\n".join(given.values())), encoding="utf-8")
    load_policy(ConfigurationFolder(tmp_path / "good"), "group")
    with pytest.raises(ConfigurationError, match=words) as refused:
        load_policy(ConfigurationFolder(tmp_path / "bad"), "group")
    assert re.search(r"group\.toml:\d+: ", str(refused.value))
