"""The command line ``tenantline``: global options, the table of commands, and how errors are told.

A command's module is imported only when that command is called, so that help costs nothing: never import a library
that takes long at the top of this file.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from app.place import Place
from domain.errors import ConfigurationError, TenantlineError

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "A morning of tenants writes through real adapters; watch it, then look at the register.",
    "serve": "One node that does everything: web, polling, routing, delivery, duties.",
    "work": "One more node, or with --once everything that is due now.",
    "understand": "Say what messages mean: JSON lines in, JSON lines out.",
    "ingest": "Take in mails or messages from files, as if they had arrived.",
    "channel": "List channels, test one with its provider, poll one now, or say where its provider posts.",
    "aside": "What could not be read or routed: look at it, take it in again, or close it.",
    "case": "The register, and one case whole.",
    "explain": "Why a case stands as it does.",
    "timeline": "What a policy owes for a message, without storing anything.",
    "policy": "List policies, show one in plain English, or check them.",
    "train": "Build the model from the labelled corpus.",
    "evaluate": "Score the model on a labelled file.",
    "doctor": "What is wrong with this installation, and how to mend it.",
}
"""Every command with its sentence, in the order of the help. Each lives in ``app/commands/<name>.py`` as ``app``."""


class Commands(TyperGroup):
    """Shows the table for help, and imports a command only to run it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The table's order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with the command's sentence: all that help needs."""
        del ctx
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        if name is None or stand_in is None:
            return name, stand_in, rest
        command = typer.main.get_command(import_module(f"app.commands.{name}").app)
        command.name = name
        return name, command, rest


cli = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Takes in what tenants say, answers at once with a reference, and keeps every promise in view.",
    epilog="For example: tenantline demo",
)


@cli.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(envvar="TENANTLINE_CONFIG", help="A folder laid over the shipped configuration.")
    ] = None,
    data: Annotated[
        Path, typer.Option(envvar="TENANTLINE_DATA", help="Where database, attachments and letters lie.")
    ] = Path("var"),
    database: Annotated[
        str | None,
        typer.Option(
            envvar="TENANTLINE_DATABASE", help="SQLite under the data folder, or postgresql://USER@HOST/NAME."
        ),
    ] = None,
) -> None:
    """Takes in what tenants say, answers at once with a reference, and keeps every promise in view."""
    if config is not None and not config.is_dir():
        raise ConfigurationError(f"--config: there is no folder {config}; make it, or leave the option out")
    context.obj = Place(config=config, data=data, database_url=database)


def main() -> None:
    """Run a command. An expected error is one sentence on standard error: exit 2 for configuration, 1 for the rest."""
    try:
        cli()
    except TenantlineError as problem:
        sys.stderr.write(f"tenantline: {problem}\n")
        sys.exit(2 if isinstance(problem, ConfigurationError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read our output has seen enough
        _say_no_more()
        sys.exit(0)
    except OSError as problem:  # a full disk, a right that is missing
        _say_no_more()
        sys.stderr.write(f"tenantline: {problem.filename or 'writing'}: {problem.strerror or problem}\n")
        sys.exit(1)


def _say_no_more() -> None:
    """So that the interpreter does not try, and fail, to write the rest at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
