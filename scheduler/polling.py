"""The poll step: ask each channel that can be asked, and store each batch together with its cursor."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from domain.errors import TenantlineError
from domain.messages import Batch
from domain.ports import Channel, Clock, Fetcher, LongPoller
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from store.channel_state import lease_channel, load_cursor, mark_fetch, release_channel
from store.in_thread import in_thread
from store.intake import Inserted

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Polled:
    """How one poll of one channel went."""

    new: int = 0
    batches: int = 0
    """Of whatever came, reports and copies too."""
    failed: bool = False
    """It could not be asked, or what it gave could not be kept: it is to be left alone for a while."""


async def poll_due(node: Node, now: datetime, clock: Clock | None = None) -> int:
    """Poll every channel that offers ``fetch``, all at a time; how many messages came."""
    polled = await asyncio.gather(*(poll_channel(node, channel, now, clock) for channel in node.channels.values()))
    return sum(each.new for each in polled)


async def poll_channel(node: Node, channel: Channel, now: datetime, clock: Clock | None = None) -> Polled:
    """One poll of one channel, unless it hears of news right now. Whatever goes wrong is this channel's alone.

    Args:
        node: what it works with.
        channel: one that offers ``fetch``; of another nothing comes.
        now: when the poll begins.
        clock: asked again at each batch, so that a long fetch keeps its lease; without it ``now`` stays.
    """
    if not isinstance(channel, Fetcher) or _hears(channel):
        return Polled()
    try:
        return await _poll(node, channel, now, clock)
    except Exception as problem:
        log.exception("poll broke off", landlord=channel.landlord, channel=channel.name, error=type(problem).__name__)
        return Polled(failed=True)


def _hears(channel: Channel) -> bool:
    return isinstance(channel, LongPoller) and channel.listening


async def _poll(node: Node, channel: Fetcher, now: datetime, clock: Clock | None) -> Polled:
    """Ask a channel.

    1. Lease the channel, so that one node at a time asks (a second reader would see the same messages twice).
    2. Fetch from the stored cursor.
    3. Store each batch with its cursor in one transaction: a crash asks again from the last stored place.
    4. Renew the lease, however long the whole takes; where another node has it by now, that one goes on.
    5. Note how it went, and give the lease back.
    """
    holder = node.ids.new()
    if not await in_thread(_lease, node, channel, now, holder):
        return Polled()
    new = batches = 0
    problem: str | None = "What came could not be stored."
    try:
        cursor = await in_thread(_cursor, node, channel)
        async for batch in channel.fetch(cursor, now):
            now = clock.now() if clock else now
            new += await in_thread(_keep, node, channel, batch, now)
            batches += 1
            if not await in_thread(_lease, node, channel, now, holder):
                break
    except TenantlineError as error:
        problem = str(error)
        log.warning("poll failed", landlord=channel.landlord, channel=channel.name, error=type(error).__name__)
    else:
        problem = None
    finally:
        await in_thread(_finish, node, channel, now, problem, holder)
    return Polled(new=new, batches=batches, failed=problem is not None)


def _keep(node: Node, channel: Channel, batch: Batch, now: datetime) -> int:
    arrival = Arrival(landlord=channel.landlord, channel=channel.name, received=batch.received, cursor=batch.cursor)
    (result,) = take_in(node, [arrival], now)
    if not isinstance(result, Inserted):
        raise result
    return len(result.new)


def _lease(node: Node, channel: Channel, now: datetime, holder: str) -> bool:
    with node.database.writing() as tx:
        return lease_channel(tx, channel.landlord, channel.name, now, node.timing.polling_lease, holder=holder)


def _cursor(node: Node, channel: Channel) -> str | None:
    with node.database.reading() as tx:
        return load_cursor(tx, channel.landlord, channel.name)


def _finish(node: Node, channel: Channel, now: datetime, problem: str | None, holder: str) -> None:
    with node.database.writing() as tx:
        mark_fetch(tx, channel.landlord, channel.name, now, error=problem)
        release_channel(tx, channel.landlord, channel.name, holder=holder)
