"""What a larger network made of the messages we learn from, kept so that the small one can learn from it too.

``nlp/corpus/taught.npz`` is written by ``python -m nlp.teacher`` (docs/understanding.md): each message's scores come
from a teacher that had not seen it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from nlp.encoder import Scores, Shape
from nlp.labelled import CORPUS

FILE: Final = CORPUS / "taught.npz"


def taught(shape: Shape, file: Path) -> Mapping[str, Scores]:
    """By message: the teacher's scores in the order of the shape's columns; unknown (NaN) where it was not asked.

    Raises:
        OSError: there is no such file.
        ValueError: it is damaged.
    """
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
        ids, columns, scores = arrays["ids"].tolist(), arrays["columns"].tolist(), arrays["scores"]
    place = {name: number for number, name in enumerate(columns)}
    wanted = names_of(shape)
    ordered = np.full((len(ids), len(wanted)), np.nan, np.float32)
    for column, name in enumerate(wanted):
        if name in place:
            ordered[:, column] = scores[:, place[name]]
    return dict(zip(ids, ordered, strict=True))


def names_of(shape: Shape) -> list[str]:
    """The columns of a shape by name, e.g. ``kind:complaint``."""
    return [f"{head.name}:{answer}" for head in shape.heads for answer in head.answers]


def write_taught(ids: list[str], shape: Shape, scores: Scores, file: Path = FILE) -> None:
    """Keep a teacher's scores, in sixteen bits."""
    order = np.argsort(ids)
    np.savez_compressed(
        file, ids=np.array(ids)[order], columns=np.array(names_of(shape)), scores=scores[order].astype(np.float16)
    )
