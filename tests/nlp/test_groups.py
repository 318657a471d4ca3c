"""Figures with how far to trust them, by groups of messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.labels import Hazard, Kind, Matter
from nlp.evaluate import macro_f1
from nlp.groups import by_group, calibration_error, dangers, interval, matters, surest
from nlp.labelled import Labelled, reading_of
from tests.builders import an_understanding


def a_row(text: str = "leak", **labels: object) -> Labelled:
    given_ = {"kind": "complaint", "hazard": "none", "language": "en", "hard": False, **labels}
    return Labelled(reading_of({"id": "1", "channel": "sms", "subject": None, "text": text}), given_, "test")


@pytest.mark.parametrize(
    ("hits", "total", "expected"),
    [(95, 100, [0.8882, 0.9785]), (0, 10, [0.0, 0.2775]), (10, 10, [0.7225, 1.0]), (0, 0, [0.0, 1.0])],
)
def test_an_interval_is_wilsons(hits: int, total: int, expected: list[float]) -> None:
    assert interval(hits, total) == pytest.approx(expected, abs=0.001)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_share_lies_in_its_interval(hits: int, more: int) -> None:
    low, high = interval(hits, hits + more)
    assert low - 1e-4 <= hits / (hits + more) <= high + 1e-4


def test_figures_are_told_by_channel_length_language_and_hardness() -> None:
    rows = [a_row(), a_row("word " * 20, language="cy"), a_row("word " * 80, language="pl", hard=True)]
    found = [an_understanding(), an_understanding(Kind.COMMENT), an_understanding()]
    groups = by_group(rows, found, macro_f1)
    assert groups["length"].keys() == {"short", "middle", "long"}
    assert groups["language"].keys() == {"English", "Welsh", "other"}
    assert groups["hardness"]["hard"]["messages"] == 1
    assert (groups["channel"]["sms"]["accuracy"], groups["channel"]["sms"]["complaint_recall"]) == (0.6667, 0.6667)


def test_a_danger_counts_as_found_whatever_it_was_called_and_the_clear_ones_by_themselves() -> None:
    rows = [a_row(hazard="gas", clear=True), a_row(hazard="fire"), a_row(), a_row()]
    found = [
        an_understanding(hazard=Hazard.CARBON_MONOXIDE),
        an_understanding(),
        an_understanding(hazard=Hazard.GAS),
        an_understanding(),
    ]
    figures = dangers(rows, found)
    assert (figures["recall"], figures["precision"], figures["clear_recall"], figures["clear"]) == (0.5, 0.5, 1.0, 1)


def test_special_matters_are_scored_where_the_file_labels_them() -> None:
    rows = [a_row(matters=["self_harm"]), a_row(matters=[]), a_row()]
    seen = an_understanding(matters=(Matter.SELF_HARM,))
    found = [seen, seen, an_understanding()]
    assert matters(rows, found) == {"self_harm": {"recall": 1.0, "precision": 0.5, "messages": 1}}


def test_the_surest_four_fifths_are_those_with_the_highest_chances() -> None:
    sure = [an_understanding(kinds={Kind.COMPLAINT: 0.9, Kind.COMMENT: 0.1}) for _ in range(4)]
    unsure = an_understanding(kinds={Kind.COMPLAINT: 0.5, Kind.COMMENT: 0.4})
    assert surest([*sure, unsure], ["complaint"] * 4 + ["comment"]) == 1.0


def test_calibration_is_right_where_chances_come_true_and_wrong_by_how_far_they_do_not() -> None:
    right = [(0.8, place % 5 != 0) for place in range(150)]
    assert calibration_error(right) == pytest.approx(0, abs=0.01)
    assert calibration_error([(1.0, False)] * 30) == 1.0
    assert calibration_error([]) == 0.0
