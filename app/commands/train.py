"""``tenantline train``."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.configuration import ConfigurationFolder
from app.first_weights import first_weights
from app.place import Place, place_of
from app.register import register_of
from app.terminal import progress, say, tell
from app.wiring import MODEL_FOLDER, load_safety
from domain.errors import ConfigurationError
from domain.messages import AddressKind
from nlp.champion import reasons_to_keep
from nlp.corrections import as_labelled
from nlp.labelled import Labelled, corpus_files
from nlp.train import train as build
from scheduler.reading import family_of
from store.corrections import sorted_messages

app = typer.Typer(add_completion=False)
_NOT_TAKEN = 1
"""The command's exit status where the model that serves stays."""


@app.command(epilog="For example: tenantline train --out var/model")
def train(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option(help="The folder to write; the shipped model's unless given.")] = MODEL_FOLDER,
    words_only: Annotated[bool, typer.Option("--words-only", help="Without the encoder: half a minute.")] = False,
    with_corrections: Annotated[
        bool, typer.Option("--with-corrections", help="Learn from what staff set too; taken only if it is better.")
    ] = False,
) -> None:
    """Build the model from the labelled corpus. Needs `pip install 'tenantline[train]'` (docs/understanding.md)."""
    _require_place(out)
    base = None if words_only else first_weights(place_of(context).data)
    place = place_of(context)
    safety = load_safety(ConfigurationFolder(place.config))
    learnt_from_staff = _corrections(place) if with_corrections else []
    into = challenger_of(out) if with_corrections else out
    with progress("training") as tick:
        try:
            metrics = build(corpus_files(), into, tick, safety=safety, base=base, corrections=learnt_from_staff)
        except ImportError as problem:
            raise ConfigurationError(
                f"training needs {problem.name}: pip install 'tenantline[train]', or say --words-only"
            ) from problem
    judged = metrics["scores"]["messages"]
    say(f"Learnt from {metrics['learnt']} messages, judged by {judged} others; written to {into}.")
    if with_corrections:
        _let_it_challenge(metrics, into, out)


def challenger_of(out: Path) -> Path:
    """Where a model is written that has yet to show that it is better than the one in ``out``."""
    return out.with_name(f"{out.name}.challenger")


def _corrections(place: Place) -> list[Labelled]:
    with register_of(place) as tx:
        found = sorted_messages(tx)
    changed = sum(each.corrected for each in found)
    say(f"Staff set the kind of {len(found)} messages, of {changed} another than the machine's.")
    return [
        as_labelled(
            each.message_id,
            family_of(each.channel_kind, AddressKind(each.sender_kind)),
            each.subject,
            each.text,
            each.kind,
            names=each.names,
        )
        for each in found
    ]


def _let_it_challenge(metrics: dict[str, Any], challenger: Path, champion: Path) -> None:
    """Put the new model in the place of the old one, or say why not; the new one stays beside it then, to look at."""
    serving = champion / "metrics.json"
    against = reasons_to_keep(json.loads(serving.read_text("utf-8")), metrics) if serving.is_file() else ()
    if against:
        for each in against:
            tell(f"Not taken: {each}")
        tell(f"The model that serves stays; the new one lies in {challenger}.")
        sys.exit(_NOT_TAKEN)
    shutil.rmtree(champion, ignore_errors=True)
    challenger.replace(champion)
    say(f"It takes the place of the model in {champion}: nodes use it once they are started again.")


def _require_place(out: Path) -> None:
    """Refuse, before minutes of work, what the model cannot take the place of: the folder is replaced whole.

    Raises:
        ConfigurationError: it is a file, or a folder with something other than a model in it.
    """
    is_model = out == MODEL_FOLDER or any((out / name).is_file() for name in ("metrics.json", "meta.json"))
    if out.is_dir() and any(out.iterdir()) and not is_model:
        raise ConfigurationError(
            f"--out: there are other things in {out}: name a new folder, or one with a model in it"
        )
    if out.exists() and not out.is_dir():
        raise ConfigurationError(f"--out: {out} is a file: name a folder")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConfigurationError(f"--out: {out.parent} cannot be made ({problem.strerror}): name another") from problem
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise ConfigurationError(f"--out: nothing can be written into {out.parent}: name another")
