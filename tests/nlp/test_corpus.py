"""The labelled messages: how many and how wide, what is judged apart from what is learnt, and nothing in both."""

import hashlib
import json

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from domain.labels import Hazard, Intent, Kind, Matter, RepresentativeKind
from nlp.labelled import CORPUS, Labelled, corpus_files, judging_files, read_labelled

FROZEN = {
    "hard_a.jsonl": "69abbc48a1138202044c2d011d339882bb3e0c6f78392fa9f9d7ced1326689eb",
    "hard_b.jsonl": "ba1c97c28f5b3fa72ca253b7a1c2aef4bfbe0b0631aa9fa14a4ae648cc023571",
    "plain.jsonl": "c28a26c6c4d953a704a3114aad02bb5fdd81c0547a508ee6e30477a7668228aa",
}
"""SHA-256 of the files that models are judged by. They change for nobody's score."""

ALIKE = 0.9
"""Cosine of pieces of words above which two messages of more than three words are the same message."""


@pytest.fixture(scope="module")
def learnt() -> list[Labelled]:
    return read_labelled(corpus_files())


@pytest.fixture(scope="module")
def judging() -> list[Labelled]:
    return read_labelled(judging_files())


def test_the_test_split_is_frozen() -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in judging_files()} == FROZEN


def test_there_are_five_thousand_messages_each_with_an_identity_of_its_own(
    learnt: list[Labelled], judging: list[Labelled]
) -> None:
    rows = [*learnt, *judging]
    assert len(rows) >= 5_000
    assert len({row.reading.id for row in rows}) == len(rows)
    assert all("matters" in row.labels for row in rows)


def test_no_text_is_both_learnt_from_and_judged_by(learnt: list[Labelled], judging: list[Labelled]) -> None:
    known = {_bare(row) for row in learnt}
    assert [row.reading.id for row in judging if _bare(row) in known] == []


def test_no_text_that_is_judged_by_nearly_stands_in_what_is_learnt(
    learnt: list[Labelled], judging: list[Labelled]
) -> None:
    long = [row for row in judging if len(row.reading.text.split()) > 3]
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 5), sublinear_tf=True)
    vectors = pieces.fit_transform([row.reading.text for row in (*learnt, *long)])
    alike = (vectors[len(learnt) :] @ vectors[: len(learnt)].T).tocoo()
    pairs = zip(alike.row, alike.col, alike.data, strict=True)
    assert [(long[a].reading.id, learnt[b].reading.id) for a, b, value in pairs if value > ALIKE] == []


def test_the_test_split_is_half_plain_and_half_hard_and_has_its_dangers(judging: list[Labelled]) -> None:
    assert len(judging) >= 1_000
    plain = sum(row.file == "plain" for row in judging)
    assert abs(plain - len(judging) / 2) < 20
    clear = [row for row in judging if row.labels["clear"]]
    hazards = [str(row.labels["hazard"]) for row in clear if row.labels["hazard"] != Hazard.NONE]
    assert len(hazards) >= 200
    assert all(hazards.count(each.value) >= 15 for each in Hazard if each is not Hazard.NONE)
    people = [row for row in clear if {Matter.SELF_HARM, Matter.SAFEGUARDING} & set(row.several("matters"))]
    assert len(people) >= 40


@pytest.mark.parametrize(
    ("field", "answers"),
    [("kind", Kind), ("intent", Intent), ("representative", RepresentativeKind), ("hazard", Hazard)],
)
def test_every_answer_is_learnt_and_judged(
    field: str, answers: type, learnt: list[Labelled], judging: list[Labelled]
) -> None:
    wanted = {each.value for each in answers}  # type: ignore[attr-defined]
    for rows in (learnt, judging):
        assert wanted <= {str(row.labels[field]) for row in rows}


def test_special_matters_and_languages_are_learnt(learnt: list[Labelled]) -> None:
    assert {each.value for each in Matter} <= {name for row in learnt for name in row.several("matters")}
    assert len({row.labels["language"] for row in learnt}) >= 10
    hard = sum(bool(row.labels["hard"]) for row in learnt)
    assert hard >= 0.4 * len(learnt)


def _bare(row: Labelled) -> str:
    return "".join(each for each in row.reading.text.casefold() if each.isalnum()) or row.reading.text


def test_five_hundred_messages_were_labelled_twice_and_the_two_agree_as_often_as_stated(
    learnt: list[Labelled], judging: list[Labelled]
) -> None:
    first = {row.reading.id: row.labels for row in (*learnt, *judging)}
    lines = (CORPUS / "second" / "second.jsonl").read_text("utf-8").splitlines()
    second = {row["id"]: row for row in map(json.loads, lines)}
    assert len(second) >= 500
    agreed = [label["kind"] == first[name]["kind"] for name, label in second.items()]
    assert round(sum(agreed) / len(agreed), 2) >= 0.9
