"""The rules of tone and plain language: a mistake in them is told with file and line, and both languages have them."""

import re
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder, load_policy, load_speech
from domain.errors import ConfigurationError
from domain.speech import ToneKind

CONFIG = Path(__file__).parents[2] / "config"
SHIPPED = load_speech(ConfigurationFolder(None))


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_kind_of_wrong_tone_has_its_rules_in_both_languages(language: str) -> None:
    kinds = {each.rule.kind for patterns in SHIPPED.tone_in(language).values() for each in patterns}
    assert kinds == set(ToneKind)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_jargon_says_what_to_write_instead(language: str) -> None:
    jargon = [rule for rule in SHIPPED.tone.rule if rule.kind is ToneKind.JARGON and rule.language == language]
    assert jargon
    for rule in jargon:
        assert "{plain}" in rule.instead
        assert rule.plain
        assert not rule.phrases


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("tone.toml", 'kind = "sarcasm"', 'kind = "sarcasmm"', "kind"),
        ("tone.toml", '"credwch neu beidio"', '"credwch neu beidio ..."', "begins and ends with a word"),
        ("plain.toml", "most_words = 22", "most_words = 0", "most_words"),
        ("plain.toml", 'language = "cy"', 'language = "en"', "each language stands once"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    text = (CONFIG / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words) as refused:
        load_speech(ConfigurationFolder(tmp_path))
    assert re.search(rf"{re.escape(file)}(:\d+)?: ", str(refused.value))


def test_the_rules_of_speech_change_no_policy_version(tmp_path: Path) -> None:
    text = (CONFIG / "plain.toml").read_text(encoding="utf-8")
    (tmp_path / "plain.toml").write_text(text.replace("most_words = 20", "most_words = 15"), encoding="utf-8")
    own, shipped = (load_policy(ConfigurationFolder(folder), "council") for folder in (tmp_path, None))
    assert own.version == shipped.version
    assert own.speech != shipped.speech
