import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sms import Encoding, SmsParts, count_parts, split, to_cheap_punctuation

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", GSM, 0, 0),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("a" * 459, GSM, 459, 3),
        ("a" * 612, GSM, 612, 4),
        ("a" * 765, GSM, 765, 5),
        ("a" * 918, GSM, 918, 6),
        ("a" * 919, GSM, 919, 7),
        ("\u0175" + "a" * 69, UCS, 70, 1),
        ("\u0175" + "a" * 70, UCS, 71, 2),
        ("\u0175" * 134, UCS, 134, 2),
        ("\u0175" * 135, UCS, 135, 3),
        ("Costs \u20ac5", GSM, 9, 1),
        ("\u20ac" * 80, GSM, 160, 1),
        ("[ref] {x} ^~\\|", GSM, 22, 1),
        ("\u00c4\u00c9\u00d6\u00dc\u00e0\u00e4\u00e9\u00e8\u00ec\u00f2\u00f6\u00f9", GSM, 12, 1),
        ("\u00e7", UCS, 1, 1),  # GSM-7 has the capital only
        ("\u00c7", GSM, 1, 1),
        ("\U0001f600" * 35, UCS, 70, 1),
        ("\U0001f600" * 36, UCS, 72, 2),
        (FAMILY, UCS, 8, 1),
    ],
)
def test_parts_are_counted_as_b12_says(text: str, encoding: Encoding, units: int, parts: int) -> None:
    assert count_parts(text) == SmsParts(encoding=encoding, units=units, parts=parts)


@pytest.mark.parametrize(
    "letter",
    "\u00e2\u00ea\u00ee\u00f4\u00fb\u0175\u0177\u00c2\u00ca\u00ce\u00d4\u00db\u0174\u0176\u0142\u0105\u0627\u2019\u2013\u2026`\t\u00a0",
)
def test_welsh_circumflexes_polish_letters_urdu_and_typographic_marks_make_it_ucs_2(letter: str) -> None:
    assert count_parts(f"Diolch {letter}").encoding is UCS


def test_an_escape_pair_is_never_torn_between_two_parts() -> None:
    text = "a" * 152 + "\u20ac" + "b" * 10
    assert split(text) == ("a" * 152, "\u20ac" + "b" * 10)
    assert count_parts("a" * 152 + "\u20ac" + "b" * 152).parts == 3  # 306 units would fit two parts but for the pair


def test_a_surrogate_pair_is_never_torn_between_two_parts() -> None:
    text = "a" * 66 + "\U0001f600" + "b" * 10
    assert split(text) == ("a" * 66, "\U0001f600" + "b" * 10)
    assert count_parts("a" * 66 + "\U0001f600" + "b" * 66).parts == 3


@given(st.text(st.sampled_from("ab\u20ac[\n") | st.sampled_from("ab\U0001f600\u0175\u20ac"), max_size=700))
def test_the_pieces_are_the_text_and_each_fits(text: str) -> None:
    counted, pieces = count_parts(text), split(text)
    assert "".join(pieces) == text
    assert len(pieces) == counted.parts
    limits = {GSM: (160, 153), UCS: (70, 67)}[counted.encoding]
    for piece in pieces:
        units = (
            len(piece.encode("utf-16-le")) // 2
            if counted.encoding is UCS
            else len(piece) + sum(piece.count(character) for character in "\u20ac[")
        )
        assert 0 < units <= limits[len(pieces) > 1]


@pytest.mark.parametrize(
    ("dear", "cheap"),
    [
        ("We\u2019re sorry \u2013 \u201creally\u201d\u2026", 'We\'re sorry - "really"...'),
        ("9\u00a0November\u202f2026\t\u2022 leak", "9 November 2026 - leak"),
        ("\u00abx\u00bb \u2039y\u203a \u2014 \u2011 `z` 5\u2032", "\"x\" <y> - - 'z' 5'"),
        ("co\u00adoperate\u200b", "cooperate"),
        ("one\u2028two", "one\ntwo"),
    ],
)
def test_punctuation_is_made_cheap(dear: str, cheap: str) -> None:
    assert to_cheap_punctuation(dear) == cheap
    assert count_parts(cheap).encoding is GSM


@pytest.mark.parametrize(
    "text",
    ["D\u0175r poeth, t\u0177 \u00f4l", "\u0141\u00f3d\u017a", FAMILY, "\u20ac5 \u00a35 \u00bd", "\u06a9\u06cc\u200c"],
)
def test_letters_and_symbols_are_never_changed(text: str) -> None:
    assert to_cheap_punctuation(text) == text


@given(st.text())
def test_no_letter_digit_or_mark_is_ever_lost(text: str) -> None:
    def letters(given_text: str) -> list[str]:
        return [c for c in given_text if unicodedata.category(c)[0] in "LNM"]

    cheap = to_cheap_punctuation(text)
    assert letters(cheap) == letters(text)
    assert to_cheap_punctuation(cheap) == cheap
