"""Where an installation is: the global options of the command line, as every command gets them."""

from dataclasses import dataclass
from pathlib import Path

from typer import Context


@dataclass(frozen=True, kw_only=True)
class Place:
    """The folder laid over the shipped configuration, the data folder, and the database's URL where one is given."""

    config: Path | None
    data: Path
    database_url: str | None


def place_of(context: Context) -> Place:
    """What the global options said."""
    found = context.find_object(Place)
    if found is None:
        raise RuntimeError("a command was started without the global options")
    return found
