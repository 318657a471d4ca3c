"""Scoring within a labelled file: our own labels, or kinds that somebody else's file has."""

import json
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder
from app.wiring import load_safety
from nlp.folds import evaluate_folds
from nlp.labelled import corpus_files, read_kinds, read_labelled

SAFETY = load_safety(ConfigurationFolder(None))


def a_file(folder: Path, rows: list[object]) -> Path:
    file = folder / "tweets.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_a_file_with_kinds_of_its_own_is_scored_on_them(tmp_path: Path) -> None:
    rows: list[object] = []
    for number in range(20):
        rows.append({"id": f"a{number}", "text": f"still broken and nobody answers me, day {number}", "kind": "moan"})
        rows.append({"id": f"b{number}", "text": f"lovely service from your shop, number {number}", "kind": "praise"})
    scores = evaluate_folds(read_kinds(a_file(tmp_path, rows)), 4, SAFETY)
    assert scores["messages"] == 40
    assert set(scores["kind"]["classes"]) == {"moan", "praise"}
    assert scores["kind"]["accuracy"] == 1.0
    assert "hazard" not in scores


def test_a_file_with_our_labels_is_scored_on_all_of_them() -> None:
    rows = read_labelled(corpus_files()[:1])[:120]
    scores = evaluate_folds(rows, 3, SAFETY)
    assert scores["messages"] == 120
    assert {"kind", "hazard", "intent", "danger", "groups"} <= scores.keys()


def test_one_fold_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two folds"):
        evaluate_folds([], 1, SAFETY)


@pytest.mark.parametrize("line", ["[1]", '{"text": "no kind"}', "not JSON", '"a word"'])
def test_a_line_without_text_and_kind_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "tweets.jsonl"
    file.write_text('{"text": "well", "kind": "x"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"tweets\.jsonl, line 2: it needs at least"):
        read_kinds(file)
