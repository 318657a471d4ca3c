"""A teacher's opinions: kept, read in the order of the questions, and each of one that had not seen the message."""

from pathlib import Path

import numpy as np

from nlp.encoder import HeadShape, Shape
from nlp.labelled import corpus_files, read_labelled
from nlp.taught import FILE, taught, write_taught
from nlp.teacher import FOLDS, fold_of

KIND = HeadShape(name="kind", answers=("none", "complaint"), single=True)
MATTERS = HeadShape(name="matters", answers=("sar",), single=False)


def test_opinions_are_found_by_message_and_question_and_nothing_is_known_of_what_was_not_asked(tmp_path: Path) -> None:
    file = tmp_path / "taught.npz"
    write_taught(["b", "a"], Shape(heads=(KIND,), longest=16), np.array([[1, 2], [3, 4]], np.float32), file)
    turned = HeadShape(name="kind", answers=("complaint", "none"), single=True)
    found = taught(Shape(heads=(MATTERS, turned), longest=16), file)
    assert found["a"][1:].tolist() == [4, 3]
    assert found["b"][1:].tolist() == [2, 1]
    assert np.isnan(found["a"][0])


def test_every_message_that_a_teacher_spoke_of_is_one_that_is_learnt_from() -> None:
    learnt = {row.reading.id for row in read_labelled(corpus_files()) if not row.held_out}
    assert taught(Shape(heads=(KIND,), longest=16), FILE).keys() <= learnt


def test_messages_are_dealt_into_folds_of_like_size() -> None:
    sizes = np.bincount([fold_of(row) for row in read_labelled(corpus_files())], minlength=FOLDS)
    assert len(sizes) == FOLDS
    assert sizes.min() > 0.8 * sizes.max()
