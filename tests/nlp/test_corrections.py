"""What staff set is learnt from, masked; a new model serves only if it is better and no less safe."""

import copy
import json
from typing import Any

import pytest

from nlp.champion import reasons_to_keep
from nlp.corrections import FILE, as_labelled, masked
from nlp.features import prepare
from nlp.labelled import corpus_files, read_labelled, reading_of
from nlp.reader import RuleReader
from nlp.rules import load_markers
from nlp.train import fit_heads
from nlp.understander import MODEL
from tests.nlp.test_understanding import SAFETY

WORDS = (
    "Hi, Winifred Apsley here, 12 Cutler's Row, TS1 4QQ. Ring 07700 900123 or 01632960000, winnie@example.com, "
    "job 4471902, see www.example.com/photo. Nobody came."
)


def test_what_names_a_person_or_a_home_is_masked_before_anything_learns_from_it() -> None:
    said = masked(WORDS, ("Winifred Apsley",))
    for hidden in ("Winifred", "Apsley", "Cutler", "TS1", "900123", "960000 or 01632960000", "winnie", "4471902"):
        assert hidden not in said
    assert said.endswith("Nobody came.")


def test_a_correction_carries_the_kind_alone() -> None:
    row = as_labelled("m1", "sms", None, WORDS, "complaint", names=("Winifred Apsley",))
    assert (row.file, row.labels["kind"], row.reading.channel) == (FILE, "complaint", "sms")
    assert "intent" not in row.labels


def test_the_kinds_head_learns_from_corrections_and_the_others_do_not() -> None:
    rows = read_labelled(corpus_files())[:400]
    reader = RuleReader(SAFETY, load_markers())
    told = [
        as_labelled(f"c{n}", "sms", None, f"the flumptious widget of flat {n} is flumptious", "compliment")
        for n in range(30)
    ]
    before, after = fit_heads(rows, reader), fit_heads([*rows, *told], reader)
    ids, values = after.space.vector(_prepared(reader, "flumptious widget"))
    chances = after.chances(after.scores(ids, values))
    kinds = next(head.answers for head in after.heads if head.name == "kind")
    assert kinds[int(chances["kind"].argmax())] == "compliment"
    assert [head.answers for head in before.heads] == [head.answers for head in after.heads]


def _prepared(reader: RuleReader, text: str) -> Any:
    reading = reading_of({"id": "1", "channel": "sms", "subject": None, "text": text})
    return prepare(reading, reader.read(reading).names)


@pytest.fixture(scope="module")
def champion() -> dict[str, Any]:
    metrics: dict[str, Any] = json.loads((MODEL / "metrics.json").read_text("utf-8"))
    return metrics


def changed(metrics: dict[str, Any], by: float, *path: str) -> dict[str, Any]:
    """The same metrics with another figure."""
    copied = copy.deepcopy(metrics)
    inner = copied["scores"]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] += by
    return copied


def test_a_model_that_is_better_and_no_less_safe_takes_the_place(champion: dict[str, Any]) -> None:
    assert reasons_to_keep(champion, changed(champion, 0.01, "kind", "macro_f1")) == ()


def test_a_model_that_is_no_better_does_not(champion: dict[str, Any]) -> None:
    (why,) = reasons_to_keep(champion, champion)
    assert "not understood better" in why


@pytest.mark.parametrize(
    "path",
    [("kind", "classes", "complaint", "recall"), ("emergency", "recall"), ("emergency", "recall_of_hazards")],
)
def test_a_better_model_that_misses_more_of_what_matters_does_not(
    champion: dict[str, Any], path: tuple[str, ...]
) -> None:
    better = changed(champion, 0.05, "kind", "macro_f1")
    (why,) = reasons_to_keep(champion, changed(better, -0.01, *path))
    assert why.startswith("fewer ")


def test_two_models_scored_on_other_messages_are_not_compared(champion: dict[str, Any]) -> None:
    (why,) = reasons_to_keep(champion, champion | {"test": {"another.jsonl": "of another digest"}})
    assert "same messages" in why
