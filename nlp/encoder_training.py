"""Teaches an encoder our labels: all layers at once, several questions at once. Needs the extra ``train``.

PyTorch and transformers are imported here only; what comes out is an ONNX file in eight bits and no program.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import AutoModel, AutoTokenizer

from nlp.corrections import FILE as CORRECTIONS
from nlp.encoder import HEADS, ONNX, PRESENT, PRESENT_KINDS, TOKENIZER, HeadShape, Scores, Shape, write_shape
from nlp.labelled import FIELDS, SEVERAL, Labelled, answers_of
from nlp.seen import seen

_LONGEST: Final = 256
_SEED: Final = 1
_BATCH: Final = 16
_NEAR: Final = 20
"""So many batches are shuffled and then sorted by length together: little padding, and chance enough."""
_WARM_UP: Final = 0.1
_SMOOTHING: Final = 0.05
_RARITY: Final = 0.4
"""Rare answers weigh more: by their rarity to this power."""
_WEIGHTS: Final = {"kind": 2.0, PRESENT: 2.0, "urgency": 0.7, "allegation": 0.7, "authority": 0.5, "topic": 0.5}
_WEIGHT_OF_SEVERAL: Final = 3.0
_RARITY_OF_SEVERAL: Final = 3.0
_WEIGHT_OF_TEACHER: Final = 0.5
"""How much a teacher's opinion counts beside the labels, where there is one."""
_UNKNOWN: Final = -1
"""Stands for a label that a message has not."""

Tell = Callable[[str, int, int], None]
Soft = Mapping[str, Scores]
"""By message: a teacher's raw scores, in the order of the shape's columns."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is taught."""

    epochs: int
    learning: float
    learning_of_heads: float
    words_stay: bool = False
    """Whether the vectors of single words stay as they are (``embeddings``): less to do, where there are many."""


STUDENT: Final = Recipe(epochs=6, learning=2e-4, learning_of_heads=2e-3)
TEACHER: Final = Recipe(epochs=4, learning=5e-5, learning_of_heads=1e-3, words_stay=True)


def shape_of(labelled: Sequence[Labelled]) -> Shape:
    """The questions that are labelled, with the answers that occur."""
    rows = [row for row in labelled if row.file != CORRECTIONS]
    known = {name for row in rows for name in row.labels}
    single = (HeadShape(name=name, answers=answers_of(name, rows), single=True) for name in FIELDS if name in known)
    several = (
        HeadShape(name=PRESENT, answers=PRESENT_KINDS, single=False)
        if name == "also"
        else HeadShape(name=name, answers=answers_of(name, rows), single=False)
        for name in SEVERAL
        if name in known
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


class _Layers(nn.Module):  # type: ignore[misc]  # as above
    """The encoder by itself, as it is written: states of all tokens of its last layer."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """States, shape (messages, tokens, width)."""
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def learn(
    rows: Sequence[Labelled],
    base: Path,
    tell: Tell,
    *,
    shape: Shape,
    recipe: Recipe = STUDENT,
    soft: Soft | None = None,
) -> Network:
    """A network that learnt from ``rows``: the same each time on one machine.

    Args:
        rows: labelled messages.
        base: folder of the first weights.
        tell: told how far it is.
        shape: the questions.
        recipe: how it is taught.
        soft: what a teacher that has not seen these messages makes of them.
    """
    torch.manual_seed(_SEED)
    network = Network(AutoModel.from_pretrained(base), shape)
    tokens = tokens_of(rows, AutoTokenizer.from_pretrained(base))
    lesson = _Lesson(rows, shape, soft or {})
    steps = recipe.epochs * math.ceil(len(tokens) / _BATCH)
    optimizer, schedule = _optimizer(network, recipe, steps)
    chance = random.Random(_SEED)  # noqa: S311 - order of learning
    done = 0
    network.train()
    for _ in range(recipe.epochs):
        for places in _shuffled([len(each) for each in tokens], chance):
            loss = lesson.loss(_scores(network, [tokens[place] for place in places]), places)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            tell("teaching the encoder", done, steps)
    network.eval()
    return network


def opinions(network: Network, rows: Sequence[Labelled], base: Path) -> Scores:
    """A network's raw scores of each message, shape (messages, columns)."""
    tokens = tokens_of(rows, AutoTokenizer.from_pretrained(base))
    network.eval()
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    found: list[Scores] = [np.empty(0, np.float32)] * len(tokens)
    with torch.no_grad():
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            scores = _scores(network, [tokens[place] for place in places]).numpy()
            for place, row in zip(places, scores, strict=True):
                found[place] = row
    return np.asarray(found)


def tokens_of(rows: Sequence[Labelled], tokenizer: Any) -> list[list[int]]:
    """The token ids of each message, shortened."""
    texts = [seen(row.reading).text for row in rows]
    return [shortened(ids, _LONGEST) for ids in tokenizer(texts, truncation=False, verbose=False)["input_ids"]]


def shortened(ids: Sequence[int], longest: int) -> list[int]:
    """The first two thirds and the last of what is too long."""
    if len(ids) <= longest:
        return list(ids)
    head = longest * 2 // 3
    return [*ids[:head], *ids[head - longest :]]


def padded(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and what of them counts, both of shape (rows, longest row)."""
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


def write(network: Network, shape: Shape, base: Path, folder: Path) -> None:
    """Write the encoder's files: layers in eight bits, the questions' weights, tokenizer, shape."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - needs onnx

    folder.mkdir(parents=True, exist_ok=True)
    full = folder / f"full-{ONNX}"
    names = {name: {0: "rows", 1: "tokens"} for name in ("input_ids", "attention_mask", "states")}
    torch.onnx.export(
        _Layers(network.encoder).eval(),
        _tensors([[101, 102], [101, 2000, 102]]),
        str(full),
        input_names=["input_ids", "attention_mask"],
        output_names=["states"],
        dynamic_axes=names,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(full), str(folder / ONNX), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    weights = torch.cat([head.weight for head in network.heads]).detach().numpy().T
    bias = torch.cat([head.bias for head in network.heads]).detach().numpy()
    np.savez(folder / HEADS, weights=np.ascontiguousarray(weights), bias=bias)
    copyfile(base / TOKENIZER, folder / TOKENIZER)
    write_shape(shape, folder)


def _scores(network: Network, tokens: Sequence[Sequence[int]]) -> Any:
    """Raw scores; reckoned in sixteen bits where the processor knows how, which is half as long."""
    with torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported()):  # noqa: SLF001 - no other way
        return network(*_tensors(tokens)).float()


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


class _Lesson:
    """What is right of each message, and how far scores are from it."""

    def __init__(self, rows: Sequence[Labelled], shape: Shape, soft: Soft) -> None:
        self._heads = [(head, shape.columns[head.name], _loss(rows, head)) for head in shape.heads]
        self._wanted = {head.name: _targets(rows, head) for head in shape.heads}
        wide = sum(len(head.answers) for head in shape.heads)
        nothing = np.full(wide, np.nan, np.float32)
        self._soft = torch.from_numpy(np.array([soft.get(row.reading.id, nothing) for row in rows], np.float32))

    def loss(self, scores: Any, places: Sequence[int]) -> Any:
        """One number for these messages."""
        hard = sum(one(scores[:, here], self._wanted[head.name][places]) for head, here, one in self._heads)
        soft = self._soft[places]
        taught = [
            _weight_of(head) * _distance(head, scores[told, here], soft[told, here])
            for head, here, _ in self._heads
            if (told := ~torch.isnan(soft[:, here]).any(-1)).any()
        ]
        return hard + _WEIGHT_OF_TEACHER * sum(taught)


def _distance(head: HeadShape, scores: Any, taught: Any) -> Any:
    if head.single:
        return nn.functional.cross_entropy(scores, taught.softmax(-1))
    return nn.functional.binary_cross_entropy_with_logits(scores, taught.sigmoid())


def _weight_of(head: HeadShape) -> float:
    return _WEIGHTS.get(head.name, 1.0 if head.single else _WEIGHT_OF_SEVERAL)


def _targets(rows: Sequence[Labelled], head: HeadShape) -> Any:
    """The right answer's number of each message, or one of 0, 1 and unknown for each answer."""
    if head.single:
        known = {answer: place for place, answer in enumerate(head.answers)}
        return torch.tensor([known.get(str(row.labels.get(head.name)), _UNKNOWN) for row in rows])
    return torch.tensor([_held(row, head) for row in rows])


def _held(row: Labelled, head: HeadShape) -> list[float]:
    field = "also" if head.name == PRESENT else head.name
    if field not in row.labels:
        return [float(_UNKNOWN)] * len(head.answers)
    held = {*row.several(field), str(row.labels["kind"])} if head.name == PRESENT else set(row.several(field))
    return [float(answer in held) for answer in head.answers]


def _loss(rows: Sequence[Labelled], head: HeadShape) -> Callable[[Any, Any], Any]:
    weight = _weight_of(head)
    if not head.single:
        rare = 1.0 if head.name == PRESENT else _RARITY_OF_SEVERAL
        several = nn.BCEWithLogitsLoss(pos_weight=torch.full((len(head.answers),), rare), reduction="none")

        def of_known(scores: Any, wanted: Any) -> Any:
            known = wanted != _UNKNOWN
            return weight * (several(scores, wanted.clamp(min=0)) * known).sum() / known.sum().clamp(min=1)

        return of_known
    counts = np.array([sum(str(row.labels.get(head.name)) == each for row in rows) + 1.0 for each in head.answers])
    rarity = (counts.sum() / counts) ** _RARITY
    balanced = torch.tensor(rarity / (rarity * counts / counts.sum()).sum(), dtype=torch.float)
    single = nn.CrossEntropyLoss(weight=balanced, label_smoothing=_SMOOTHING, ignore_index=_UNKNOWN)
    return lambda scores, wanted: weight * torch.nan_to_num(single(scores, wanted))


def _optimizer(network: Network, recipe: Recipe, steps: int) -> tuple[Any, Any]:
    if recipe.words_stay:
        network.encoder.embeddings.requires_grad_(requires_grad=False)
    groups: list[dict[str, Any]] = [
        {"params": [each for each in network.encoder.parameters() if each.requires_grad], "lr": recipe.learning},
        {"params": network.heads.parameters(), "lr": recipe.learning_of_heads},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)

    def pace(step: int) -> float:
        return min(1.0, (step + 1) / max(1.0, _WARM_UP * steps)) * max(0.0, 1 - step / steps)

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
