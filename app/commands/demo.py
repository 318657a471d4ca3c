"""``tenantline demo``."""

import asyncio
import logging
from typing import Annotated

import typer
from rich.console import Console

from app.demo.run import run_demo
from app.logs import set_up_logs
from app.place import place_of

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline demo --exit --speed 10")
def demo(
    context: typer.Context,
    leave: Annotated[bool, typer.Option("--exit", help="End after the table instead of leaving the pages up.")] = False,  # noqa: FBT002 - a flag
    speed: Annotated[float, typer.Option(min=0.1, help="1 is calm to watch, 10 is ten times as fast.")] = 1.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the web pages; 0 takes a free one.")] = 0,
) -> None:
    """A morning of tenants writes through real adapters to stand-ins of every provider on this machine."""
    set_up_logs(level=logging.ERROR)
    place = place_of(context)
    right = asyncio.run(run_demo(leave=leave, speed=speed, port=port, config=place.config, console=Console()))
    raise typer.Exit(0 if right else 1)
