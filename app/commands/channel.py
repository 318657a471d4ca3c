"""``tenantline channel list / test / fetch / webhook / polling``."""

import asyncio
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from app.channel_health import does, does_in_words, states_by_channel, troubles
from app.logs import set_up_logs
from app.place import Place, place_of
from app.terminal import say, show_table, write_json, written
from app.wiring import SystemClock, is_this_machine, open_node
from domain.errors import ConfigurationError, TenantlineError
from domain.ports import Channel, ChannelProbe, Fetcher, Receiver, WebhookSetter
from scheduler.node import ChannelKey, Node
from scheduler.polling import poll_channel

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List channels, test one with its provider, poll one now, or say where its provider posts.",
    epilog="For example: tenantline channel list",
)
_WEB_ADDRESS: Final = re.compile(r"https://[\w.-]+(:\d{1,5})?(/[\w./~-]*)?")
Landlord = Annotated[str, typer.Option(help="Needed where several landlords have a channel of that name.")]


@app.command("list", epilog="For example: tenantline channel list --json")
def list_channels(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Each landlord's channels and how they do."""
    found = asyncio.run(_list(place_of(context)))
    if as_json:
        for line in found:
            write_json(line)
        return
    show_table(
        headings=("Landlord", "Channel", "Kind", "Does", "Health", "Last message", "Last sent"),
        rows=[_row(line) for line in found],
    )


@app.command("test", epilog="For example: tenantline channel test mail --landlord cestria")
def probe_channel(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    landlord: Landlord = "",
) -> None:
    """A real round trip to the provider that changes nothing. Exit 1 where it fails."""
    set_up_logs()
    raise typer.Exit(0 if asyncio.run(_test(place_of(context), landlord, name)) else 1)


@app.command("fetch", epilog="For example: tenantline channel fetch mail --landlord cestria")
def fetch_channel(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    landlord: Landlord = "",
) -> None:
    """One poll now; what came is stored and waits to be routed."""
    set_up_logs()
    write_json({"polled": asyncio.run(_fetch(place_of(context), landlord, name))})


@app.command("webhook", epilog="For example: tenantline channel webhook bot --address https://feedback.cestria.example")
def set_webhook(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    landlord: Landlord = "",
    address: Annotated[
        str, typer.Option(help="Where the provider reaches this installation; public_url of site.toml unless given.")
    ] = "",
) -> None:
    """Have the provider post what comes to this installation, with the channel's secret."""
    set_up_logs()
    say(asyncio.run(_use_webhook(place_of(context), landlord, name, address=address)))


@app.command("polling", epilog="For example: tenantline channel polling bot --landlord cestria")
def set_polling(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    landlord: Landlord = "",
) -> None:
    """Have the provider keep what comes until it is asked: the way back from a webhook."""
    set_up_logs()
    say(asyncio.run(_use_webhook(place_of(context), landlord, name, address=None)))


async def _list(place: Place) -> list[dict[str, Any]]:
    async with open_node(
        config=place.config, data=place.data, database_url=place.database_url, with_model=False
    ) as node:
        with node.database.reading() as tx:
            states = states_by_channel(tx)
        return [_line(channel, states.get(key)) for key, channel in node.channels.items()]


def _line(channel: Channel, state: Mapping[str, Any] | None) -> dict[str, Any]:
    row = state or {}
    times = {name: _written(row.get(name)) for name in ("last_message_at", "last_fetch_at", "last_send_at")}
    failing = troubles(channel, state)
    return {
        "landlord": channel.landlord,
        "name": channel.name,
        "kind": channel.kind,
        "does": does(channel),
        "health": "failing" if failing else "ok" if any(times.values()) else "not used yet",
        "troubles": [{"side": each.side, "since": _written(each.since), "error": each.words} for each in failing],
        **times,
    }


def _row(line: Mapping[str, Any]) -> list[str]:
    """A line of the table."""
    troubles = [f"{each['side']} fails since {written(each['since'])}: {each['error']}" for each in line["troubles"]]
    return [
        *(line["landlord"], line["name"], line["kind"], does_in_words(line["does"])),
        *("; ".join(troubles) or line["health"], written(line["last_message_at"]), written(line["last_send_at"])),
    ]


def _written(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


async def _test(place: Place, landlord: str, name: str) -> bool:
    async with open_node(
        config=place.config, data=place.data, database_url=place.database_url, with_model=False
    ) as node:
        channel = find_channel(node.channels, landlord, name)
        if not isinstance(channel, ChannelProbe):
            able = [each.name for each in _of(node, channel.landlord) if isinstance(each, ChannelProbe)]
            raise ConfigurationError(
                f"{channel.landlord}'s channel {channel.name} has no provider that could be asked; "
                f"those that have: {', '.join(able) or 'none'}"
            )
        result = await channel.probe()
    say(result.words)
    for line in result.details:
        say(f"  {line}")
    return result.ok


async def _use_webhook(place: Place, landlord: str, name: str, *, address: str | None) -> str:
    """``address``: None to keep for polling, '' for the installation's own."""
    async with open_node(
        config=place.config, data=place.data, database_url=place.database_url, with_model=False
    ) as node:
        channel = find_channel(node.channels, landlord, name)
        if not isinstance(channel, WebhookSetter):
            raise ConfigurationError(_no_webhook(node, channel))
        url = None if address is None else webhook_address(channel, address or node.public_url)
        result = await channel.use_webhook(url)
        if not result.ok:
            raise TenantlineError(f"{channel.landlord}'s channel {channel.name}: {result.words}")
    return result.words if url is None else f"{result.words}: {url}"


def _no_webhook(node: Node, channel: Channel) -> str:
    own = f"{node.public_url}/in/{channel.landlord}/{channel.name}"
    why = f"tell its provider there to post to {own}" if isinstance(channel, Receiver) else "it takes no webhook"
    able = [each.name for each in _of(node, channel.landlord) if isinstance(each, WebhookSetter)]
    return (
        f"{channel.landlord}'s channel {channel.name} cannot set where its provider posts: {why}; "
        f"those that can: {', '.join(able) or 'none'}"
    )


def webhook_address(channel: Channel, address: str) -> str:
    """Where a provider posts for a channel: an address of the installation, or already the channel's own.

    Raises:
        ConfigurationError: it is no https address, or this machine's own.
    """
    path = f"/in/{channel.landlord}/{channel.name}"
    given = address.strip().rstrip("/")
    if not _WEB_ADDRESS.fullmatch(given) or is_this_machine(given):
        raise ConfigurationError(
            f"{address!r} is no address that a provider can post to: write https://NAME, as --address or as public_url"
        )
    return given if given.endswith(path) else given + path


def _of(node: Node, landlord: str) -> list[Channel]:
    return [each for each in node.channels.values() if each.landlord == landlord]


async def _fetch(place: Place, landlord: str, name: str) -> int:
    async with open_node(
        config=place.config, data=place.data, database_url=place.database_url, with_model=False
    ) as node:
        channel = find_channel(node.channels, landlord, name)
        if not isinstance(channel, Fetcher):
            why = "its provider calls us" if isinstance(channel, Receiver) else "it only sends"
            raise ConfigurationError(f"{channel.landlord}'s channel {channel.name} cannot be polled: {why}")
        clock = SystemClock()
        polled = await poll_channel(node, channel, clock.now(), clock)
        if problem := _problem(node, channel):
            raise TenantlineError(f"{channel.landlord}'s channel {channel.name}: {problem}")
        return polled.new


def _problem(node: Node, channel: Channel) -> str | None:
    with node.database.reading() as tx:
        state = states_by_channel(tx).get((channel.landlord, channel.name))
    return state["fetch_error"] if state else None


def find_channel(channels: Mapping[ChannelKey, Channel], landlord: str, name: str) -> Channel:
    """The one channel of that name.

    Raises:
        ConfigurationError: there is none, or several landlords have one.
    """
    found = [each for (owner, own), each in channels.items() if own == name and landlord in {"", owner}]
    if not found:
        known = ", ".join(f"{owner}/{own}" for owner, own in channels) or "none"
        wanted = f"{landlord}/{name}" if landlord else name
        raise ConfigurationError(f"there is no channel {wanted}; there are: {known}")
    if len(found) > 1:
        owners = ", ".join(each.landlord for each in found)
        raise ConfigurationError(f"several landlords have a channel {name}: add --landlord with one of {owners}")
    return found[0]
