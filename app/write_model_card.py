"""Writes ``nlp/model/README.md`` from ``metrics.json``: ``python -m app.write_model_card``. A test holds both."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nlp.understander import MODEL

FILE: Final = MODEL / "README.md"

_HEAD: Final = """# The model: what it is, how well it reads, and what it is not for

Written by `python -m app.write_model_card` from `metrics.json`: change that, not this. How it is made and what did not
work is told in `docs/understanding.md`.

- **What for.** To propose to staff of a social landlord what a tenant's message is (complaint, compliment, comment,
  service request, none), who writes for whom, and what may be dangerous. A person decides.
- **Not for.** Refusing, closing or downgrading anything; judging people; deciding who is vulnerable; messages to
  anybody but a landlord; languages that it was not taught. Dangers are looked for by rules first: what these find
  stands, whatever it says.
- **Data.** `nlp/corpus/`: invented messages, labelled by hand, no real person's. The figures below are of the test
  split (`nlp/corpus/test/`), which was written apart and never learnt from.
- **Parts.** Words, pairs and pieces of words with logistic regression; where there is one, an encoder of six layers
  (all-MiniLM-L6-v2, Apache-2.0, taught on the same messages, eight bits) brings in a second opinion.
- **Known failures.** Irony without a fact in it, several matters in one long letter, languages other than English and
  Welsh, and whatever the tables below show with few messages: intervals are of 95 %.
"""
_FIELDS: Final = (
    *("intent", "representative", "authority", "hazard", "urgency", "topic", "allegation", "vulnerability", "also"),
)


def card(metrics: Mapping[str, Any]) -> str:
    """The whole file."""
    scores = metrics["scores"]
    return "\n".join((_HEAD, *_overall(metrics, scores), *_classes(scores), *_groups(scores)))


def _overall(metrics: Mapping[str, Any], scores: Mapping[str, Any]) -> Iterator[str]:
    kind, danger = scores["kind"], scores["danger"]
    low, high = kind["interval"]
    complaint = kind["classes"]["complaint"]
    yield "## In short\n"
    yield f"Model `{metrics['model']}`: learnt from {metrics['learnt']}, judged by {scores['messages']} messages.\n"
    yield f"- kind: accuracy {kind['accuracy']:.3f} ({low:.3f} to {high:.3f}), macro F1 {kind['macro_f1']:.3f}"
    yield f"- complaints: recall {complaint['recall']:.3f}, precision {complaint['precision']:.3f}"
    yield f"- right of the surest 80 %: {kind['surest_80']:.3f}; calibration error {scores['ece']:.3f}"
    yield f"- any hazard: {_found(danger)}"
    yield f"- self-harm and safeguarding: {_found(scores['people'])}"
    yield f"- who may act for somebody: right {scores['authority']['accuracy']:.3f}"
    yield "- macro F1: " + ", ".join(f"{field} {scores[field]['macro_f1']:.3f}" for field in _FIELDS)
    yield ""


def _found(figures: Mapping[str, Any]) -> str:
    clear = f"; {figures['clear_recall']:.3f} of {figures['clear']} clear ones" if figures.get("clear") else ""
    low, high = figures["interval"]
    found = f"recall {figures['recall']:.3f} ({low:.3f} to {high:.3f}) of {figures['messages']}"
    return f"{found}{clear}; precision {figures['precision']:.3f}"


def _classes(scores: Mapping[str, Any]) -> Iterator[str]:
    for field in ("kind", "intent", "representative", "authority", "hazard", "urgency", "vulnerability", "allegation"):
        yield f"## By {field}\n"
        yield "| | Precision | Recall | F1 | Messages |\n|---|---|---|---|---|"
        for name, each in sorted(scores[field]["classes"].items()):
            yield f"| {name} | {each['precision']:.2f} | {each['recall']:.2f} | {each['f1']:.2f} | {each['messages']} |"
        yield ""


def _groups(scores: Mapping[str, Any]) -> Iterator[str]:
    yield "## Special matters\n"
    yield "| | Precision | Recall | Messages |\n|---|---|---|---|"
    for name, each in sorted(scores["matters"].items()):
        yield f"| {name} | {each['precision']:.2f} | {each['recall']:.2f} | {each['messages']} |"
    yield ""
    for group, names in sorted(scores["groups"].items()):
        yield f"## The kind by {group}\n"
        yield "| | Accuracy | Interval | Macro F1 | Complaints found | Messages |\n|---|---|---|---|---|---|"
        for name, each in sorted(names.items()):
            low, high = each["interval"]
            found = "-" if each["complaint_recall"] is None else f"{each['complaint_recall']:.2f}"
            figures = f"{each['accuracy']:.2f} | {low:.2f} to {high:.2f} | {each['macro_f1']:.2f}"
            yield f"| {name} | {figures} | {found} | {each['messages']} |"
        yield ""


def read_metrics(folder: Path = MODEL) -> dict[str, Any]:
    """What a model's folder says of it."""
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_text("utf-8"))
    return found


if __name__ == "__main__":
    FILE.write_text(card(read_metrics()), encoding="utf-8")
