"""``tenantline train``."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from app.configuration import ConfigurationFolder
from app.place import place_of
from app.terminal import progress, say
from app.wiring import MODEL_FOLDER, load_safety
from domain.errors import ConfigurationError
from nlp.base_weights import fetch
from nlp.labelled import corpus_files
from nlp.train import train as build

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline train --out var/model")
def train(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option(help="The folder to write; the shipped model's unless given.")] = MODEL_FOLDER,
    words_only: Annotated[bool, typer.Option("--words-only", help="Without the encoder: half a minute.")] = False,
) -> None:
    """Build the model from the labelled corpus. Needs `pip install 'tenantline[train]'` (docs/understanding.md)."""
    _require_place(out)
    base = None if words_only else _base_weights(place_of(context).data)
    safety = load_safety(ConfigurationFolder(place_of(context).config))
    with progress("training") as tick:
        try:
            metrics = build(corpus_files(), out, tick, safety=safety, base=base)
        except ImportError as problem:
            raise ConfigurationError(
                f"training needs {problem.name}: pip install 'tenantline[train]', or say --words-only"
            ) from problem
    say(f"Learnt from {metrics['learnt']} messages, measured on {metrics['held_out']} others; written to {out}.")


def _base_weights(data: Path) -> Path:
    """The encoder's first weights, kept in the data folder.

    Raises:
        ConfigurationError: they cannot be had, or PyTorch is not installed.
    """
    if find_spec("torch") is None:
        raise ConfigurationError("training needs torch: pip install 'tenantline[train]', or say --words-only")
    try:
        return fetch(data / "base-weights")
    except (ValueError, OSError, subprocess.CalledProcessError) as problem:
        raise ConfigurationError(f"the encoder's first weights cannot be had: {problem}") from problem


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
