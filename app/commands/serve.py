"""``tenantline serve``."""

import socket
from typing import Annotated

import typer

from app.commands.work import operator_token, trusted_proxies
from app.logs import set_up_logs
from app.place import Place, place_of
from app.serving import address_of, engine_running, listen, run_node, until_stopped, web_served
from app.terminal import tell
from app.wiring import SystemClock, open_node
from scheduler.node import ROLES

app = typer.Typer(add_completion=False)


@app.command(epilog="For example: tenantline serve --port 8080")
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the web pages and webhooks.")] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
) -> None:
    """One node that does everything: web, polling, routing, delivery, duties. Ctrl-C ends it."""
    set_up_logs()
    run_node(_serve(place_of(context), listen(host, port)))


async def _serve(place: Place, listener: socket.socket) -> None:
    """First start creates the database. Whatever a stop leaves undone is claimed again after its lease."""
    is_new = place.database_url is None and not (place.data / "tenantline.db").exists()
    token = operator_token(place)
    clock = SystemClock()
    address = address_of(*listener.getsockname()[:2])
    async with (
        open_node(config=place.config, data=place.data, database_url=place.database_url, model_apart=True) as node,
        web_served(node, listener, clock, operator_token=token, trusted_proxies=trusted_proxies(place)),
        engine_running(node, clock, ROLES),
    ):
        if is_new:
            tell(f"A new database is in {place.data}.")
        tell(f"Tenantline runs at {address} for {', '.join(node.landlords)}; Ctrl-C ends it.")
        if token is None:
            tell("Set operator_token in site.toml to see the register from another machine.")
        await until_stopped()
