import itertools
import random
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.references import (
    ALPHABET,
    Reference,
    check_character,
    find_references,
    make_reference,
    near_misses,
    parse,
    without_references,
)

LETTERS = "".join(character for character in ALPHABET if character.isalpha())
PREFIXES = ("CCB", "PPS", "CNC", "CES", "GRP")

references = st.builds(
    make_reference,
    st.sampled_from(PREFIXES) | st.text(LETTERS, min_size=3, max_size=3),
    st.integers(0, 99),
    st.integers(1, 99_999) | st.integers(100_000, 999_999),
)
gaps = st.text(" .-\u2010\u2011\u2013\u2014\u2212\u00a0", max_size=3)


def bare(reference: str) -> str:
    return reference.replace("-", "")


def is_right(characters: str) -> bool:
    return check_character(characters[:-1]) == characters[-1]


def many_references() -> list[str]:
    chance = random.Random(26)
    fixed = [
        make_reference(prefix, 2026, number) for prefix in PREFIXES for number in (1, 417, 99_999, 100_000, 999_999)
    ]
    return fixed + [
        make_reference("".join(chance.choices(LETTERS, k=3)), chance.randrange(100), chance.randrange(1, 1_000_000))
        for _ in range(75)
    ]


def test_the_example_of_the_contract() -> None:
    assert check_character("CES2600417") == "N"
    assert make_reference("CES", 2026, 417) == make_reference("CES", 26, 417) == "CES-26-00417N"


def test_the_check_is_the_sum_of_the_powers_of_the_root() -> None:
    powers = [1]
    for _ in range(31):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)

    def times(left: int, right: int) -> int:
        product = 0
        for bit in range(5):
            if right >> bit & 1:
                product ^= left << bit
        for bit in range(9, 4, -1):
            if product >> bit & 1:
                product ^= 0b100101 << (bit - 5)
        return product

    for reference in many_references():
        body = bare(reference)[:-1]
        total = 0
        for weight, character in enumerate(reversed(body), start=1):
            total ^= times(powers[weight], ALPHABET.index(character))
        assert ALPHABET[total] == reference[-1]


def test_every_single_substitution_is_caught() -> None:
    for reference in many_references():
        characters = bare(reference)
        assert is_right(characters)
        for place, character in itertools.product(range(len(characters)), ALPHABET):
            if character != characters[place]:
                assert not is_right(characters[:place] + character + characters[place + 1 :])


def test_every_swap_of_two_unequal_places_is_caught() -> None:
    for reference in many_references():
        characters = list(bare(reference))
        for one, other in itertools.combinations(range(len(characters)), 2):
            if characters[one] != characters[other]:
                swapped = characters.copy()
                swapped[one], swapped[other] = swapped[other], swapped[one]
                assert not is_right("".join(swapped))


def test_six_digits_come_after_99_999() -> None:
    assert len(bare(make_reference("GRP", 2026, 99_999))) == 11
    assert len(bare(make_reference("GRP", 2026, 100_000))) == 12


@pytest.mark.parametrize(
    ("prefix", "year", "number"),
    [
        ("CE", 26, 1),
        ("CESS", 26, 1),
        ("CEI", 26, 1),
        ("ces", 26, 1),
        ("C3S", 26, 1),
        ("CES", 26, 0),
        ("CES", -1, 1),
        ("CES", 26, 1_000_000),
    ],
)
def test_impossible_parts_are_refused(prefix: str, year: int, number: int) -> None:
    with pytest.raises(ValueError, match=r"prefix|number|year"):
        make_reference(prefix, year, number)


def test_a_body_outside_the_alphabet_is_refused() -> None:
    with pytest.raises(ValueError, match="without I, L, O and U"):
        check_character("CES26OO417")


def test_parse_gives_the_parts_of_one_valid_reference() -> None:
    assert parse(" ces 26 00417n ") == Reference(prefix="CES", year=26, number=417, check="N")
    assert str(parse("CES-26-00417N")) == "CES-26-00417N"
    long = parse("GRP-26-100000" + check_character("GRP26100000"))
    assert long is not None
    assert long.number == 100_000


@pytest.mark.parametrize(
    "text", ["", "CES-26-00417M", "CES-26-00417N CES-26-00417N", "my CES-26-00417N", "CES-26-00417", "CES-26-00417N!"]
)
def test_parse_refuses_anything_else(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "written",
    [
        "CES-26-00417N",
        "ces-26-00417n",
        "CES2600417N",
        "ces 26 00417 n",
        "C E S - 2 6 - 0 0 4 1 7 N",
        "CES . 26 . 00417 . N",
        "CES\u201326\u201400417\u2212N",
        "CES\u201026\u201100417N",
        "CES-26-OO4I7N",
        "CES-26-oo4l7n",
        "CES-26-\n00417N",
        "\uff23\uff25\uff33\uff0d\uff12\uff16\uff0d\uff10\uff10\uff14\uff11\uff17\uff2e",
        "\U0001d402\U0001d404\U0001d412-26-00417N",
        "CES-26\u00ad-00417N",
        "CES\u00a026\u00a000417N",
        "CES---26...00417   N",
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("Re: [", "] leak"),
        ("cas\u00e9 \u2488\ufb01 ", "."),
        ("#", "'s"),
        ("(", ")"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_reference_is_read_however_it_is_written(written: str, before: str, after: str) -> None:
    text = before + written + after
    (found,) = find_references(text)
    assert (found.reference, found.valid) == ("CES-26-00417N", True)
    assert text[found.start : found.end] == written


@pytest.mark.parametrize(
    "text",
    [
        "XCES-26-00417N",
        "CES-26-00417NX",
        "CES-26-00417N2",
        "\u00e9CES-26-00417N",
        "CES-26-00417N\u0301",
        "CES-26-00417\u00d1",
        "CES----26-00417N",
        "CES-26-0041N",
        "CES/26/00417N",
        "CES-XX-00417N",
        "CES-26-00ABCN",
        "CUS-26-00417N",
        "CES-26-00417U",
        "CES-26-0041\u0667N",
        "CES-26-004170417N",
        "",
    ],
)
def test_what_is_not_a_reference_is_not_read(text: str) -> None:
    assert find_references(text) == ()


def test_only_the_prefixes_asked_for_are_read() -> None:
    text = "CES-26-00417N and " + make_reference("GRP", 26, 9)
    assert [found.reference for found in find_references(text, {"CES"})] == ["CES-26-00417N"]
    assert len(find_references(text)) == 2
    assert find_references(text, ()) == ()


@pytest.mark.parametrize("text", ["CES-26-00417M", "CES-26-00471N", "CSE-26-00417N", "CES-26-0041N7", "CES-62-00417N"])
def test_a_wrong_check_character_is_found_and_never_valid(text: str) -> None:
    (found,) = find_references(text)
    assert (found.reference, found.valid) == (text, False)
    assert near_misses(found.reference, ["CES-26-00417N", "CES-26-00001A"]) == ("CES-26-00417N",)


def test_i_or_l_or_o_in_the_check_place_is_read_as_the_digit_it_must_mean() -> None:
    one = next(
        make_reference("CES", 26, number) for number in range(1, 999) if make_reference("CES", 26, number)[-1] == "1"
    )
    for written in ("I", "l"):
        (found,) = find_references(one[:-1] + written)
        assert (found.reference, found.valid) == (one, True)


def test_a_word_after_a_short_reference_does_not_lengthen_it() -> None:
    short = next(r for n in range(10_000, 10_999) if (r := make_reference("CES", 26, n))[-1].isdigit())
    for text in (f"{short} a leak", f"{short} I write", f"{short} 2 weeks"):
        assert (find_references(text)[0].reference, find_references(text)[0].valid) == (short, True)


def test_a_long_reference_is_read_in_any_spacing() -> None:
    long = make_reference("CES", 26, 123_456)
    for text in (long, long[:-1] + " - " + long[-1], " ".join(bare(long))):
        assert (find_references(text)[0].reference, find_references(text)[0].valid) == (long, True)


def test_a_wrong_reading_never_hides_a_right_one() -> None:
    text = "the 26 00417 7 CES-26-00417N"
    assert "CES-26-00417N" in [found.reference for found in find_references(text) if found.valid]
    assert [f.reference for f in find_references("CES 26 CES-26-00417N") if f.valid] == ["CES-26-00417N"]
    overlapping = "CES-26-00417 GRP 26 00009" + check_character("GRP2600009")
    assert [f.reference for f in find_references(overlapping) if f.valid] == [make_reference("GRP", 26, 9)]


@given(
    reference=references,
    separators=st.lists(gaps, min_size=11, max_size=11),
    capitals=st.lists(st.booleans(), min_size=12, max_size=12),
    before=st.text("\u00e9\u0175 ,;:!?()[]#\n\ufb01\u2488\U0001f600abcxyz0123", max_size=20),
    after=st.text(" ,;:!?()[]#\n\ufb01\u2488\U0001f600", max_size=20),
)
@example(reference="CES-26-00417N", separators=["..."] * 11, capitals=[False] * 12, before="\ufb01", after="\ufb01")
def test_a_reference_in_free_text_is_found_in_any_case_spacing_and_hyphens(
    reference: str, separators: list[str], capitals: list[bool], before: str, after: str
) -> None:
    characters = [c if up else c.lower() for c, up in zip(bare(reference), capitals, strict=False)]
    written = "".join(c + gap for c, gap in zip(characters, [*separators[: len(characters) - 1], ""], strict=True))
    text = f"{before} | {written} | {after}"
    found = [f for f in find_references(text) if f.valid and f.reference == reference]
    assert [text[f.start : f.end] for f in found] == [written]


@given(reference=references, wrong=st.sampled_from(ALPHABET), lower=st.booleans())
def test_a_wrong_check_character_is_never_reported_valid(reference: str, wrong: str, *, lower: bool) -> None:
    text = reference[:-1] + wrong
    found = find_references(text.lower() if lower else text)
    assert [f.valid for f in found if f.reference == text] == [text == reference]


@given(st.text())
@example("CES-26-00417N" * 3)
def test_offsets_lie_in_the_text_in_order_and_what_is_valid_checks_out(text: str) -> None:
    end = 0
    for found in find_references(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert found.valid == (parse(found.reference) is not None)


@pytest.mark.parametrize("piece", ["CES-2", "CES-26-00417", "C E S - 2 6 ", "A ", "\u2488CES-2", "CES...26", "C-"])
def test_a_megabyte_of_beginnings_is_read_to_its_end_and_holds_no_reference(piece: str) -> None:
    assert not any(found.valid for found in find_references(piece * (1_000_000 // len(piece)), {"CES"}))


def test_near_misses_are_one_substitution_or_one_swap_away() -> None:
    right = "CES-26-00417N"
    assert near_misses("CES-26-00417M", [right]) == (right,)
    assert near_misses("ces-26-00471n", [right]) == (right,)
    assert near_misses("NES-26-00417C", [right]) == (right,)
    assert near_misses(right, [right]) == ()
    assert near_misses("CES-26-00427M", [right]) == ()
    assert near_misses("CES-26-004170N", [right]) == ()
    assert near_misses("CES-26-0041NN", [right, "CES-26-0041NM", right]) == (right, "CES-26-0041NM")


@given(references, st.data())
def test_near_misses_finds_the_right_one_after_any_single_slip(reference: str, data: st.DataObject) -> None:
    places = list(reference)
    free = [place for place, character in enumerate(places) if character != "-"]
    if data.draw(st.booleans()):
        place = data.draw(st.sampled_from(free))
        places[place] = data.draw(st.sampled_from([c for c in ALPHABET if c != places[place]]))
    else:
        one, other = data.draw(
            st.sampled_from([p for p in itertools.combinations(free, 2) if places[p[0]] != places[p[1]]])
        )
        places[one], places[other] = places[other], places[one]
    assert near_misses("".join(places), [reference, "ZZZ-99-99999Z"])[:1] == (reference,)


def test_the_alphabet_has_32_characters_without_the_four_that_look_like_others() -> None:
    assert len(set(ALPHABET)) == 32
    assert set(string.ascii_uppercase) - set(ALPHABET) == set("ILOU")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The  lift", "The lift"),
        ("Lift [CES-26-00417N]", "Lift"),
        ("Lift - ces 26 00417 n", "Lift"),
        ("(CES-26-00417N) Lift CES-26-00417N again", "Lift again"),
        ("CES-26-00417N", ""),
        ("CES-26-0[CES-26-00417N]0417N", ""),
        ("Lift CES-26-00417A", "Lift CES-26-00417A"),
        ("Lift {own} and CES-26-00417N", "Lift {own} and"),
    ],
)
def test_right_references_are_taken_out_of_words_that_are_repeated(text: str, left: str):
    own = make_reference("CES", 26, 1)
    assert without_references(text.format(own=own), keep=own) == left.format(own=own)


@given(st.lists(references | st.sampled_from(["Lift", "[", "(", ")", "- "]), max_size=6))
def test_no_right_reference_is_left_in_words_that_are_repeated(words: list[str]):
    assert not any(found.valid for found in find_references(without_references(" ".join(words))))
