"""``tenantline work``: one more node, or everything that is due at one moment."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Annotated, Final

import typer

from app.configuration import ConfigurationFolder, load_site_settings, reveal_secrets
from app.logs import set_up_logs
from app.place import Place, place_of
from app.routes.senders import IpNetwork
from app.serving import engine_running, listen, run_node, until_stopped, web_served
from app.terminal import read_time, tell, write_json
from app.wiring import SystemClock, open_node
from domain.errors import ConfigurationError
from scheduler.engine import run_once
from scheduler.node import ROLES

app = typer.Typer(add_completion=False)
ALL_ROLES: Final = ("web", *ROLES)


@app.command(epilog="For example: tenantline work --once --now 2026-11-10T09:00:00Z")
def work(  # noqa: PLR0917 - a command's options
    context: typer.Context,
    roles: Annotated[str, typer.Option(help="What it does, with commas between.")] = ",".join(ALL_ROLES),
    once: Annotated[bool, typer.Option("--once", help="Do all that is due, print counts as JSON, end.")] = False,  # noqa: FBT002 - a flag
    now: Annotated[str, typer.Option(help="With --once: what is due as of this time.")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the web role.")] = 8080,
    host: Annotated[str, typer.Option(help="The address that the web role listens on.")] = "127.0.0.1",
) -> None:
    """One more node beside `serve` (several need PostgreSQL), or with --once all that is due now."""
    wanted = read_roles(roles)
    if now and not once:
        raise ConfigurationError("--now says what --once is to do: give both")
    set_up_logs()
    place = place_of(context)
    if once:
        moment = read_time(now, "--now") if now else None
        write_json(asyncio.run(_once(place, wanted, moment)))
    else:
        run_node(_go_on(place, wanted, host, port))


def read_roles(words: str) -> tuple[str, ...]:
    """Roles from a list with commas.

    Raises:
        ConfigurationError: one is unknown, or there is none.
    """
    roles = tuple(filter(None, (each.strip() for each in words.split(","))))
    unknown = [each for each in roles if each not in ALL_ROLES]
    if unknown or not roles:
        raise ConfigurationError(
            f"--roles: {unknown[0] if unknown else 'nothing'} is no role; {', '.join(ALL_ROLES)} are"
        )
    return roles


def operator_token(place: Place) -> str | None:
    """The token of ``site.toml``, None where none is set."""
    site = load_site_settings(ConfigurationFolder(place.config))
    if not site.operator_token:
        return None
    return str(reveal_secrets({"operator_token": site.operator_token}, "site.toml")["operator_token"])


def trusted_proxies(place: Place) -> tuple[IpNetwork, ...]:
    """The reverse proxies of ``site.toml``."""
    return load_site_settings(ConfigurationFolder(place.config)).trusted_proxies


async def _once(place: Place, roles: tuple[str, ...], now: datetime | None) -> dict[str, int]:
    clock = SystemClock()
    async with open_node(config=place.config, data=place.data, database_url=place.database_url) as node:
        wanted = [role for role in ROLES if role in roles]
        return await (run_once(node, now, wanted) if now else run_once(node, clock.now(), wanted, clock))


async def _go_on(place: Place, roles: tuple[str, ...], host: str, port: int) -> None:
    clock = SystemClock()
    listener = listen(host, port) if "web" in roles else None
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(
            open_node(
                config=place.config,
                data=place.data,
                database_url=place.database_url,
                with_model="route" in roles,
                model_apart=True,
            )
        )
        if listener is not None:
            token, proxies = operator_token(place), trusted_proxies(place)
            await stack.enter_async_context(
                web_served(node, listener, clock, operator_token=token, trusted_proxies=proxies)
            )
        await stack.enter_async_context(engine_running(node, clock, roles))
        tell(f"Tenantline works: {', '.join(roles)}; Ctrl-C ends it.")
        await until_stopped()
