"""Teaches the encoder our labels: all layers at once, several questions at once. Needs the extra ``train``.

PyTorch and transformers are imported here only; what comes out is an ONNX file in eight bits and no program.
"""

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

from nlp.corrections import FILE as CORRECTIONS
from nlp.encoder import (
    ONNX,
    PRESENT,
    PRESENT_KINDS,
    TOKENIZER,
    HeadShape,
    Shape,
    as_text,
    padded,
    shortened,
    write_shape,
)
from nlp.labelled import FIELDS, Labelled, answers_of

_LONGEST: Final = 160
_SEED: Final = 1
_EPOCHS: Final = 6
_BATCH: Final = 16
_NEAR: Final = 20
"""So many batches are shuffled and then sorted by length together: little padding, and chance enough."""
_LEARNING: Final = 2e-4
_LEARNING_OF_HEADS: Final = 2e-3
_WARM_UP: Final = 0.1
_SMOOTHING: Final = 0.05
_RARITY: Final = 0.4
"""Rare answers weigh more: by their rarity to this power."""
_WEIGHTS: Final = {"kind": 2.0, PRESENT: 2.0, "urgency": 0.7, "allegation": 0.7, "authority": 0.5, "topic": 0.5}
_WEIGHT_OF_SEVERAL: Final = 3.0
_UNKNOWN: Final = -1
"""Stands for a label that a message has not."""

Tell = Callable[[str, int, int], None]


def shape_of(labelled: Sequence[Labelled]) -> Shape:
    """The questions, with the answers that occur."""
    rows = [row for row in labelled if row.file != CORRECTIONS]
    single = (HeadShape(name=name, answers=answers_of(name, rows), single=True) for name in FIELDS)
    several = (
        HeadShape(name=PRESENT, answers=PRESENT_KINDS, single=False),
        HeadShape(name="vulnerability", answers=answers_of("vulnerability", rows), single=False),
    )
    return Shape(heads=(*single, *several), longest=_LONGEST)


class Network(nn.Module):  # type: ignore[misc]  # PyTorch is not installed where types are checked
    """The encoder with a linear head a question over the mean and the maximum of its last layer."""

    def __init__(self, encoder: Any, shape: Shape) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(0.1)
        self.heads = nn.ModuleList(nn.Linear(2 * encoder.config.hidden_size, len(head.answers)) for head in shape.heads)

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Raw scores of all heads side by side, shape (messages, columns)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[..., None].to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        most = states.masked_fill(mask == 0, -1e4).max(1).values
        vector = self.drop(torch.cat([mean, most], -1))
        return torch.cat([head(vector) for head in self.heads], -1)


def learn(rows: Sequence[Labelled], base: Path, tell: Tell) -> tuple[Network, Shape]:
    """A network that learnt from ``rows``, with its shape: the same each time on one machine.

    Args:
        rows: labelled messages.
        base: folder of the first weights.
        tell: told how far it is.
    """
    torch.manual_seed(_SEED)
    shape = shape_of(rows)
    tokenizer = AutoTokenizer.from_pretrained(base)
    network = Network(AutoModel.from_pretrained(base), shape)
    tokens, wanted, losses = tokens_of(rows, tokenizer), _targets(rows, shape), _losses(rows, shape)
    steps = _EPOCHS * math.ceil(len(tokens) / _BATCH)
    optimizer, schedule = _optimizer(network, steps)
    chance = random.Random(_SEED)  # noqa: S311 - order of learning
    done = 0
    for _ in range(_EPOCHS):
        network.train()
        for places in _shuffled([len(each) for each in tokens], chance):
            scores = network(*_tensors([tokens[place] for place in places]))
            loss = sum(one(scores[:, here], wanted[name][places]) for name, here, one in losses)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            tell("teaching the encoder", done, steps)
    return network.eval(), shape


def tokens_of(rows: Sequence[Labelled], tokenizer: Any) -> list[list[int]]:
    """The token ids of each message, shortened."""
    texts = [as_text(row.reading) for row in rows]
    return [shortened(ids, _LONGEST) for ids in tokenizer(texts, truncation=False, verbose=False)["input_ids"]]


def write(network: Network, shape: Shape, base: Path, folder: Path) -> None:
    """Write the encoder's files: weights in eight bits, tokenizer, shape."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - needs onnx

    folder.mkdir(parents=True, exist_ok=True)
    full = folder / f"full-{ONNX}"
    names = {"input_ids": {0: "rows", 1: "tokens"}, "attention_mask": {0: "rows", 1: "tokens"}, "scores": {0: "rows"}}
    torch.onnx.export(
        network,
        _tensors([[101, 102], [101, 2000, 102]]),
        str(full),
        input_names=["input_ids", "attention_mask"],
        output_names=["scores"],
        dynamic_axes=names,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(full), str(folder / ONNX), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    copyfile(base / TOKENIZER, folder / TOKENIZER)
    write_shape(shape, folder)


def _tensors(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    ids, mask = padded(rows)
    return torch.from_numpy(ids), torch.from_numpy(mask)


def _shuffled(lengths: Sequence[int], chance: random.Random) -> list[list[int]]:
    order = list(range(len(lengths)))
    chance.shuffle(order)
    found: list[list[int]] = []
    for start in range(0, len(order), _BATCH * _NEAR):
        near = sorted(order[start : start + _BATCH * _NEAR], key=lambda place: lengths[place])
        found += [near[at : at + _BATCH] for at in range(0, len(near), _BATCH)]
    chance.shuffle(found)
    return found


def _targets(rows: Sequence[Labelled], shape: Shape) -> dict[str, Any]:
    found = {}
    for head in shape.heads:
        if head.single:
            found[head.name] = torch.tensor([head.answers.index(str(row.labels[head.name])) for row in rows])
        else:
            found[head.name] = torch.tensor(
                [[float(each in _held(row, head)) for each in head.answers] for row in rows]
            )
    return found


def _held(row: Labelled, head: HeadShape) -> set[str]:
    if head.name == PRESENT:
        return {str(row.labels["kind"]), *row.several("also")}
    return set(row.several(head.name))


def _losses(rows: Sequence[Labelled], shape: Shape) -> list[tuple[str, slice, Callable[[Any, Any], Any]]]:
    return [(head.name, shape.columns[head.name], _loss(rows, head)) for head in shape.heads]


def _loss(rows: Sequence[Labelled], head: HeadShape) -> Callable[[Any, Any], Any]:
    if not head.single:
        rare = 1.0 if head.name == PRESENT else 3.0
        several = nn.BCEWithLogitsLoss(pos_weight=torch.full((len(head.answers),), rare), reduction="none")
        weight = _WEIGHTS.get(head.name, _WEIGHT_OF_SEVERAL)

        def of_known(scores: Any, wanted: Any) -> Any:
            known = wanted != _UNKNOWN
            return weight * (several(scores, wanted.clamp(min=0)) * known).sum() / known.sum().clamp(min=1)

        return of_known
    counts = np.array([sum(str(row.labels.get(head.name)) == each for row in rows) + 1.0 for each in head.answers])
    rarity = (counts.sum() / counts) ** _RARITY
    balanced = torch.tensor(rarity / (rarity * counts / counts.sum()).sum(), dtype=torch.float)
    single = nn.CrossEntropyLoss(weight=balanced, label_smoothing=_SMOOTHING, ignore_index=_UNKNOWN)
    weight = _WEIGHTS.get(head.name, 1.0)
    return lambda scores, wanted: weight * torch.nan_to_num(single(scores, wanted))


def _optimizer(network: Network, steps: int) -> tuple[Any, Any]:
    groups: list[dict[str, Any]] = [
        {"params": network.encoder.parameters(), "lr": _LEARNING},
        {"params": network.heads.parameters(), "lr": _LEARNING_OF_HEADS},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)

    def pace(step: int) -> float:
        return min(1.0, (step + 1) / max(1.0, _WARM_UP * steps)) * max(0.0, 1 - step / steps)

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
