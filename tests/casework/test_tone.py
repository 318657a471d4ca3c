"""What is found in the tone of a letter, and what is left alone: sentences written by hand (``tone_sentences``)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.configuration import ConfigurationFolder, load_speech
from casework.tone import ToneFinding, tone_of
from domain.speech import Severity, ToneKind, steps_of
from tests.casework.tone_sentences import FINE, UNSEEN_FINE, UNSEEN_WRONG, WRONG

SPEECH = load_speech(ConfigurationFolder(None))
FOUND_OF_UNSEEN = 24
"""Of ``UNSEEN_WRONG``; docs/letters.md tells it."""


def kinds(text: str, language: str = "en") -> set[str]:
    return {each.kind.value for each in tone_of(text, SPEECH, language)}


@pytest.mark.parametrize(("sentence", "kind"), WRONG)
def test_a_wrong_tone_is_found_with_its_kind(sentence: str, kind: str) -> None:
    assert kind in kinds(sentence)


@pytest.mark.parametrize("sentence", [*FINE, *UNSEEN_FINE])
def test_a_fine_sentence_is_left_alone(sentence: str) -> None:
    assert not tone_of(sentence, SPEECH)


def test_as_many_of_the_unseen_sentences_are_found_as_the_documents_say() -> None:
    missed = [sentence for sentence, kind in UNSEEN_WRONG if kind not in kinds(sentence)]
    assert len(UNSEEN_WRONG) - len(missed) >= FOUND_OF_UNSEEN, missed


def test_a_finding_names_its_place_its_sentence_why_and_what_to_write_instead() -> None:
    text = "Hello. We came on Monday.\nYou failed to let us in."
    (finding,) = tone_of(text, SPEECH)
    assert text[finding.start : finding.end] == finding.found == "You failed to"
    assert finding == ToneFinding(
        start=26,
        end=39,
        found="You failed to",
        sentence="You failed to let us in.",
        kind=ToneKind.BLAME,
        why="it puts the blame on the reader",
        instead="say what happened, and what we need now",
        severity=Severity.HIGH,
    )


def test_jargon_comes_with_its_plain_words() -> None:
    (finding,) = tone_of("The works will commence on Monday.", SPEECH)
    assert finding.instead == 'write "begin"'


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Wnaethoch chi fethu â bod gartref.", "blame"),
        ("Eich bai chi yw'r lleithder.", "blame"),
        ("Gyda phob parch, nid yw hyn yn argyfwng.", "sarcasm"),
        ("Mae'n ddrwg gennym os cawsoch eich siomi.", "conditional_apology"),
        ("Ymddiheurwn am unrhyw anghyfleustra.", "conditional_apology"),
        ("Fel yr esboniwyd eisoes, rydym yn aros am ddarn.", "defensive"),
        ("Gwnaed camgymeriadau.", "passive_apology"),
        ("Siaradwn â'r rhanddeiliaid.", "jargon"),
        ("Mae'r uchod dywededig yn sefyll.", "legalese"),
        ("RHAID i chi adael y gweithiwr i mewn.", "capitals"),
        ("Dywedwyd wrth y tenant ddydd Llun.", "impersonal"),
    ],
)
def test_psow_a_wrong_tone_is_found_in_welsh(sentence: str, kind: str) -> None:
    assert kind in kinds(sentence, "cy")


@pytest.mark.parametrize(
    "sentence",
    [
        "Mae'n ddrwg gennym na ddaethom ddydd Mawrth.",
        "Nid eich bai chi oedd hyn.",
        "Gwnaethom gamgymeriad, ac mae'n ddrwg gennym.",
        "Byddwn yn dod ddydd Llun i drwsio'r clo.",
        "Y tenant sy'n byw uwchben yw Mr Shah.",
    ],
)
def test_psow_a_fine_welsh_sentence_is_left_alone(sentence: str) -> None:
    assert not tone_of(sentence, SPEECH, "cy")


@pytest.mark.parametrize("phrase", ["", "you failed to?", "... sorry", "sorry ..."])
def test_a_phrase_begins_and_ends_with_a_word(phrase: str) -> None:
    with pytest.raises(ValueError, match="a phrase begins and ends with a word"):
        steps_of(phrase)


@settings(deadline=None)
@given(st.text(alphabet="yousorifaledtmhvn .,!?\"'\u201c\u201d\u2018\u2019\n-NOT", max_size=400))
def test_whatever_is_written_each_finding_stands_in_its_text(text: str) -> None:
    for finding in tone_of(text, SPEECH):
        assert text[finding.start : finding.end] == finding.found != ""
        assert finding.found in finding.sentence
