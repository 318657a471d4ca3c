"""The measure of plain language: what it counts, how its reading age stands to another scale, and what it mends."""

import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.configuration import ConfigurationFolder, load_letter_wordings, load_speech, load_wordings
from casework.plain import plainness
from casework.sentences import sentences
from casework.tone import tone_of

FOLDER = ConfigurationFolder(None)
SPEECH = load_speech(FOLDER)
ENGLISH, WELSH = SPEECH.plain_in("en"), SPEECH.plain_in("cy")

EASY = "We came on Monday. Your tap is fixed now. We are sorry that you had to wait."
LETTER = (
    "We looked into your complaint about the boiler. It stopped on 3 May, and our plumber did not come until 9 May. "
    "That is too long. We should have come within one day, because you had no hot water and a small child at home."
)
REPORT = (
    "Following a comprehensive investigation of the circumstances surrounding the aforementioned installation, it has "
    "been determined that the specification was not adequately communicated to the appointed contractor, and that the "
    "subsequent remediation programme was consequently subject to considerable unavoidable postponement."
)


def ari(text: str) -> float:
    """The age of the Automated Readability Index (Smith and Senter, 1967): letters a word, words a sentence."""
    words = re.findall(r"\w+", text)
    grade = 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / len(sentences(text)) - 21.43
    return max(5, grade + 5)


def age(text: str) -> float:
    measured = plainness(text, ENGLISH).reading_age
    assert measured is not None
    return measured


def test_harder_texts_have_a_higher_reading_age() -> None:
    assert age(EASY) < age(LETTER) < age(REPORT)
    assert age(EASY) <= 8
    assert age(REPORT) >= 16


@pytest.mark.parametrize("text", [EASY, LETTER])
def test_the_reading_age_of_a_letter_is_within_two_and_a_half_years_of_another_scale(text: str) -> None:
    assert abs(age(text) - ari(text)) <= 2.5


def test_what_is_counted() -> None:
    measured = plainness("We came. The mysterious gadget was repaired by Max on Monday, I think.", ENGLISH)
    assert (measured.sentences, measured.words, measured.longest) == (2, 13, 11)
    assert measured.mean_words == 6.5
    assert measured.long_share == pytest.approx(1 / 13)
    assert measured.passive_share == 0.5
    assert measured.to_mend == ()


def test_the_sentences_to_mend_come_worst_first_each_with_a_reason_and_a_hint() -> None:
    worst, mild = plainness(f"{REPORT} We asked the ABCD team.", ENGLISH).to_mend
    assert worst.sentence == REPORT
    assert "it has 39 words, over 20" in worst.why
    assert "many of its words are long (comprehensive, investigation" in worst.why
    assert '("been determined", "communicated")' in worst.why
    assert "make two sentences of it" in worst.hint
    assert mild.why == "it does not say what ABCD means"
    assert mild.hint.startswith("write it out")


@pytest.mark.parametrize(
    "text",
    [
        "We asked the Anti-social Behaviour Team (ABT) to come. The ABT came.",
        "We asked the ABT (the Anti-social Behaviour Team) to come.",
        "Ring the NHS or your GP.",
        "Your reference is CES-26-00001X.",
    ],
)
def test_an_abbreviation_that_is_explained_or_known_is_fine(text: str) -> None:
    assert not plainness(text, ENGLISH).abbreviations


@pytest.mark.parametrize(
    "text",
    [
        "We were pleased.",
        "You are worried.",
        "Mr. Shah came on Monday.",
        "You need a plumber, and we sent one.",
        "Your neighbour complained about the Carmarthenshire Refurbishment Association.",
    ],
)
def test_what_only_looks_hard_is_left_alone(text: str) -> None:
    assert not plainness(text, ENGLISH).to_mend


def test_somebody_elses_words_are_not_measured() -> None:
    assert plainness(f'You wrote: "{REPORT}"', ENGLISH).words == 2


def test_lines_that_are_only_wrapped_are_one_sentence_and_items_of_a_list_are_each_one() -> None:
    assert len(sentences("We will come on\nMonday and\nmend it.")) == 2
    assert len(sentences("We will come to\nyour home and\nmend it.")) == 1
    assert len(sentences("- the boiler\n- the tap")) == 2


def test_psow_welsh_is_measured_by_its_own_letters_and_gets_no_reading_age() -> None:
    measured = plainness("Daethom ddydd Llun. Rydym yn gyfrifol am y to.", WELSH)
    assert (measured.sentences, measured.words, measured.reading_age) == (2, 9, None)
    assert plainness("gair " * 23, WELSH).to_mend
    assert plainness("rhwyddach llefydd", WELSH).long_share == 0
    assert plainness("gweinyddiaethol", WELSH).long_share == 1


def test_nothing_has_no_reading_age() -> None:
    measured = plainness(" \n", ENGLISH)
    assert (measured.words, measured.reading_age, measured.to_mend) == (0, None, ())


def shipped() -> Iterator[tuple[str, str, str]]:
    """Language, place and text of every wording, with a day in each gap."""
    for wordings in (load_wordings(FOLDER), load_letter_wordings(FOLDER)):
        for wording in wordings.wordings:
            for body in wording.bodies:
                text = re.sub(r"^(\{\?\w+\})+", "", body.text, flags=re.MULTILINE)
                place = f"{wording.place} {body.variant or ''}".strip()
                yield wording.language, place, re.sub(r"\{\w+\}", "Monday", text)


SHIPPED = list(shipped())


@pytest.mark.parametrize(("language", "text"), [(a, c) for a, _, c in SHIPPED], ids=[b for _, b, _ in SHIPPED])
def test_council_5_cestria_22_ccbc_12_what_we_ship_is_plain_and_polite(language: str, text: str) -> None:
    rules = SPEECH.plain_in(language)
    measured = plainness(text, rules)
    assert [(each.sentence, each.why) for each in measured.to_mend] == []
    assert measured.reading_age is None or measured.reading_age <= rules.aim_age
    assert [each.found for each in tone_of(text, SPEECH, language)] == []


HOSTILE = [
    "!",
    "?!.",
    '"',
    "'",
    "\u2019",
    " ",
    "\n",
    "\n ",
    "-",
    "A ",
    "YOU ",
    "sorry ",
    "you failed ",
    "is was ",
    "x",
    "(",
    "a.",
    "@",
    "1",
]


def steps_for(text: str) -> int:
    """How many lines of Python the two checks run through: no clock, so that it says the same on every machine."""
    count = 0

    def counted(*_event: object) -> object:
        nonlocal count
        count += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        plainness(text, ENGLISH)
        tone_of(text, SPEECH)
    finally:
        sys.settrace(before)
    return count


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HOSTILE), st.sampled_from(HOSTILE))
def test_hostile_text_of_twice_the_length_takes_twice_the_steps(first: str, second: str) -> None:
    short, double = (steps_for((first + second) * times) for times in (100, 200))
    assert double <= 2.5 * short + 1_000


@pytest.mark.parametrize("piece", [*HOSTILE, "a@", "e.g. ", "\n\n", ". ", "sorry if "])
def test_a_long_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    assert plainness(text, ENGLISH).longest <= len(text)
    tone_of(text, SPEECH)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_each_sentence_stands_where_it_says(text: str) -> None:
    for each in sentences(text):
        assert text[each.start : each.end] == each.text
        assert all(text[word.start : word.end] == word.text for word in each.words)
