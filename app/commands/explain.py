"""``tenantline explain``."""

from typing import Annotated

import typer

from app.place import place_of
from app.register import register_of
from app.terminal import say
from store.register import explain as sentences

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline explain CES-26-00001X")
def explain(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="In any spelling.")],
) -> None:
    """Why a case stands as it does: rule, policy version, each duty with its clause. It quotes nobody."""
    with register_of(place_of(context)) as tx:
        for line in sentences(tx, reference):
            say(line)
