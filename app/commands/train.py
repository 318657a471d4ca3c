"""``tenantline train``."""

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
    """Build the model from the labelled corpus: the same bytes each time. Needs the extra ``train``."""
    safety = load_safety(ConfigurationFolder(place_of(context).config))
    with progress("training") as tick:
        try:
            metrics = build(corpus_files(), out, tick, safety=safety)
        except ImportError as problem:
            raise ConfigurationError("training needs scikit-learn: pip install 'tenantline[train]'") from problem
    say(f"Learnt from {metrics['learnt']} messages, measured on {metrics['held_out']} others; written to {out}.")
