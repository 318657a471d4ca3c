"""``tenantline train``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.configuration import ConfigurationFolder
from app.place import place_of
from app.terminal import progress, say
from app.wiring import MODEL_FOLDER, load_safety
from domain.errors import ConfigurationError
from nlp.labelled import corpus_files
from nlp.train import train as build

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline train --out var/model")
def train(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The folder to write; the shipped model's unless given.")] = MODEL_FOLDER,
) -> None:
    """Build the model from the labelled corpus: the same bytes each time. Needs `pip install 'tenantline[train]'`."""
    _require_place(out)
    safety = load_safety(ConfigurationFolder(place_of(context).config))
    with progress("training") as tick:
        try:
            metrics = build(corpus_files(), out, tick, safety=safety)
        except ImportError as problem:
            raise ConfigurationError("training needs scikit-learn: pip install 'tenantline[train]'") from problem
    say(f"Learnt from {metrics['learnt']} messages, measured on {metrics['held_out']} others; written to {out}.")


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
