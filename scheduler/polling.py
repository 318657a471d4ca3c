"""The poll step: ask each channel that can be asked, and store each batch together with its cursor."""

import asyncio
from datetime import datetime

import structlog

from domain.errors import TenantlineError
from domain.ports import Channel, Fetcher, LongPoller
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from store.channel_state import lease_channel, load_cursor, mark_fetch, release_channel
from store.in_thread import in_thread
from store.intake import Inserted

log = structlog.get_logger()


async def poll_due(node: Node, now: datetime) -> int:
    """Poll every channel that offers ``fetch`` and does not hear of news right now, all at a time; how many came."""
    fetchers = [channel for channel in node.channels.values() if isinstance(channel, Fetcher) and not _hears(channel)]
    return sum(await asyncio.gather(*(poll_channel(node, channel, now) for channel in fetchers)))


def _hears(channel: Channel) -> bool:
    return isinstance(channel, LongPoller) and channel.listening


async def poll_channel(node: Node, channel: Channel, now: datetime) -> int:
    """One poll of one channel.

    1. Lease the channel, so that one node at a time asks (a second reader would see the same messages twice).
    2. Fetch from the stored cursor.
    3. Store each batch with its cursor in one transaction: a crash asks again from the last stored place.
    4. Note how it went, and give the lease back.
    """
    if not isinstance(channel, Fetcher):
        return 0
    if not await in_thread(_lease, node, channel, now):
        return 0
    new = 0
    problem: str | None = "What came could not be stored."
    try:
        cursor = await in_thread(_cursor, node, channel)
        async for batch in channel.fetch(cursor, now):
            arrival = Arrival(
                landlord=channel.landlord, channel=channel.name, received=batch.received, cursor=batch.cursor
            )
            new += await in_thread(_keep, node, arrival, now)
    except TenantlineError as error:
        problem = str(error)
        log.warning("poll failed", landlord=channel.landlord, channel=channel.name, error=type(error).__name__)
    else:
        problem = None
    finally:
        await in_thread(_finish, node, channel, now, problem)
    return new


def _keep(node: Node, arrival: Arrival, now: datetime) -> int:
    (result,) = take_in(node, [arrival], now)
    if not isinstance(result, Inserted):
        raise result
    return len(result.new)


def _lease(node: Node, channel: Channel, now: datetime) -> bool:
    with node.database.writing() as tx:
        return lease_channel(tx, channel.landlord, channel.name, now, node.timing.polling_lease)


def _cursor(node: Node, channel: Channel) -> str | None:
    with node.database.reading() as tx:
        return load_cursor(tx, channel.landlord, channel.name)


def _finish(node: Node, channel: Channel, now: datetime, problem: str | None) -> None:
    with node.database.writing() as tx:
        mark_fetch(tx, channel.landlord, channel.name, now, error=problem)
        release_channel(tx, channel.landlord, channel.name)
