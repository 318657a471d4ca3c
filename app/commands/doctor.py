"""``tenantline doctor``."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.checking import ERROR, check_installation
from app.place import place_of
from app.terminal import say, write_json
from app.wiring import SystemClock

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline doctor --json")
def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One finding a line.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """What is wrong with this installation, and how to mend it. Exit 1 where something must be mended."""
    failed = False
    found = 0
    for finding in check_installation(place_of(context), SystemClock().now()):
        found += 1
        failed = failed or finding.level == ERROR
        if as_json:
            write_json(asdict(finding))
        else:
            say(f"{finding.level}: {finding.finding}\n    mend: {finding.mend}")
    if not found and not as_json:
        say("All is well.")
    raise typer.Exit(1 if failed else 0)
