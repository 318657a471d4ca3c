"""``tenantline evaluate``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.configuration import ConfigurationFolder
from app.place import place_of
from app.terminal import progress, say, show_table, write_json
from app.wiring import load_safety, load_understander
from domain.errors import ConfigurationError, TenantlineError
from nlp.evaluate import evaluate as score
from nlp.evaluate import evaluate_folds
from nlp.labelled import Labelled, corpus_files, read_labelled

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline evaluate --data messages.jsonl --json")
def evaluate(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="A labelled file; without it what the corpus holds out.")] = None,
    folds: Annotated[int, typer.Option(min=0, help="Train and score within the file, in so many parts.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one object.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Score the model: per class precision, recall and F1, confusion, calibration, speed."""
    rows = _rows(data, everything=folds > 0)
    if len(rows) < max(1, folds):
        raise TenantlineError(f"{data} holds {len(rows)} messages: give at least {max(1, folds)}")
    safety = load_safety(ConfigurationFolder(place_of(context).config))
    with progress("scoring") as tick:
        tick("scoring", 0, 0)
        try:
            scores = evaluate_folds(rows, folds, safety) if folds else score(load_understander(safety), rows)
        except ImportError as problem:
            raise ConfigurationError(
                "--folds trains, and needs scikit-learn: pip install 'tenantline[train]'"
            ) from problem
        except ValueError as problem:
            raise ConfigurationError(f"--folds: {problem}") from problem
    if as_json:
        write_json(scores)
    else:
        _print(scores)


def _rows(data: Path | None, *, everything: bool) -> list[Labelled]:
    if data is None:
        rows = read_labelled(corpus_files())
        return rows if everything else [row for row in rows if row.held_out]
    try:
        return read_labelled([data])
    except OSError as problem:
        raise TenantlineError(f"{data} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise TenantlineError(str(problem)) from problem


def _print(scores: dict[str, Any]) -> None:
    kinds = scores["kind"]
    say(f"{scores['messages']} messages; kind: macro F1 {kinds['macro_f1']}, accuracy {kinds['accuracy']}")
    say(f"calibration error {scores['ece']}; {scores['speed']['ms_per_message']} ms a message in batches")
    rows = [
        [name, *(str(each[key]) for key in ("precision", "recall", "f1", "messages"))]
        for name, each in kinds["classes"].items()
    ]
    show_table(headings=("Kind", "Precision", "Recall", "F1", "Messages"), rows=rows)
    say("--json gives every field, the confusion and the figures by file.")
