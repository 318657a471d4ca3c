"""``tenantline evaluate``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.configuration import ConfigurationFolder
from app.drift import weeks
from app.first_weights import first_weights
from app.place import Place, place_of
from app.register import register_of
from app.terminal import progress, say, show_table, write_json
from app.wiring import load_safety, load_understander
from domain.errors import ConfigurationError, TenantlineError
from domain.labels import Kind
from domain.uktime import format_short_date
from nlp.evaluate import evaluate as score
from nlp.folds import evaluate_folds
from nlp.labelled import Labelled, corpus_files, judging_files, read_kinds, read_labelled
from store.corrections import sorted_messages, understood_messages

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline evaluate --data messages.jsonl --json")
def evaluate(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="A labelled file; without it the test split.")] = None,
    *,
    folds: Annotated[int, typer.Option(min=0, help="Train and score within the file, in so many parts.")] = 0,
    with_encoder: Annotated[
        bool, typer.Option("--with-encoder", help="With --folds: teach the encoder in each part too (minutes a part).")
    ] = False,
    drift: Annotated[bool, typer.Option("--drift", help="Instead: what was understood here, week by week.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one object.")] = False,
) -> None:
    """Score the model: per class precision, recall and F1, confusion, calibration, speed."""
    if drift:
        _show_drift(place_of(context), as_json=as_json)
        return
    if with_encoder and not folds:
        raise ConfigurationError("--with-encoder goes with --folds: without them the model that is there is scored")
    rows = _rows(data, in_folds=folds > 0)
    if len(rows) < max(1, folds):
        raise TenantlineError(f"{data} holds {len(rows)} messages: give at least {max(1, folds)}")
    place = place_of(context)
    safety = load_safety(ConfigurationFolder(place.config))
    base = first_weights(place.data) if with_encoder else None
    with progress("scoring") as tick:
        tick("scoring", 0, 0)
        try:
            scores = (
                evaluate_folds(rows, folds, safety, base, tick) if folds else score(load_understander(safety), rows)
            )
        except ImportError as problem:
            raise ConfigurationError(
                f"--folds trains, and needs {problem.name}: pip install 'tenantline[train]'"
            ) from problem
        except ValueError as problem:
            raise ConfigurationError(f"--folds: {problem}") from problem
    if as_json:
        write_json(scores)
    else:
        _print(scores)


def _show_drift(place: Place, *, as_json: bool) -> None:
    """A line a week of the installation's own messages."""
    with register_of(place) as tx:
        found = weeks(understood_messages(tx), sorted_messages(tx))
    if as_json:
        for each in found:
            write_json({**asdict(each), "monday": each.monday.isoformat()})
        return
    if not found:
        say("Nothing was understood on this installation yet: there is no week to show.")
        return
    rows = [
        [
            format_short_date(each.monday),
            str(each.messages),
            *(f"{each.shares[kind.value]:.0%}" for kind in Kind),
            f"{each.chance:.0%}",
            f"{each.sure:.0%}",
            "-" if each.corrected is None else f"{each.corrected:.0%} of {each.sorted_by_people}",
            ", ".join(each.models),
        ]
        for each in found
    ]
    kinds = [kind.value.replace("_", " ").capitalize() for kind in Kind]
    show_table(headings=("Week of", "Messages", *kinds, "Chance", "Sure", "Corrected", "Model"), rows=rows)


def _rows(data: Path | None, *, in_folds: bool) -> list[Labelled]:
    if data is None:
        return read_labelled(corpus_files() if in_folds else judging_files())
    try:
        return read_kinds(data) if in_folds else read_labelled([data])
    except OSError as problem:
        raise TenantlineError(f"{data} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise TenantlineError(str(problem)) from problem


def _print(scores: dict[str, Any]) -> None:
    kinds = scores["kind"]
    say(f"{scores['messages']} messages; kind: macro F1 {kinds['macro_f1']}, accuracy {kinds['accuracy']}")
    speed = f"; {scores['speed']['ms_per_message']} ms a message in batches" if "speed" in scores else ""
    say(f"calibration error {scores['ece']}{speed}")
    rows = [
        [name, *(str(each[key]) for key in ("precision", "recall", "f1", "messages"))]
        for name, each in kinds["classes"].items()
    ]
    show_table(headings=("Kind", "Precision", "Recall", "F1", "Messages"), rows=rows)
    say("--json gives every field, the confusion and the figures by file.")
