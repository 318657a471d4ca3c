"""T4 and T5: write the attempt down, call the provider with no transaction open, record how it ended."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from domain.errors import SendError
from domain.messages import OutboundMessage, Receipt
from domain.ports import Clock, Sender, SentLookup
from scheduler.acknowledged import count_from_acknowledgement
from scheduler.node import ChannelKey, Node
from scheduler.retries import wait_after
from store.channel_state import mark_send
from store.database import run_writing
from store.in_thread import in_thread
from store.outbox import claim_sends, queue_fallback, record_failure, record_taken, settle_taken

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 0.5
"""How long an urgent message waits at most to be noticed while providers are slow."""
LINGER_SECONDS = 0.02
SETTLED_TOGETHER = 50
"""What follows from a send costs many times less where as many sends are written down by the same statements."""

MISSING_CHANNEL = SendError(
    retryable=False, code="no_channel", words="The channel it was to go by is no longer set up."
)
RECEIVES_ONLY = SendError(
    retryable=False, code="receives_only", words="The channel it was to go by only receives: it is not set up to send."
)


def ours() -> SendError:
    """The failure was our own: tried again like any other, never lost."""
    return SendError(retryable=True, code="internal", words="Tenantline could not hand the message over.")


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """One message that is ours to send now."""

    outbound: OutboundMessage
    attempts: int
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One message that is being sent, and how it ended."""

    outbound: OutboundMessage
    attempts: int
    receipt: Receipt | None = None
    error: SendError | None = None


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """Counts of one step."""

    sent: int = 0
    failed: int = 0


async def deliver_due(node: Node, now: datetime, clock: Clock | None = None) -> Delivered:
    """Send what is due, a few at a time; return once nothing is due any more.

    At most ``timing.sends_in_flight`` messages are claimed and not yet recorded at any moment: that is how many a
    crash can double on providers that cannot be asked. The last of these places is for urgent messages alone, so that
    a provider that hangs never holds up an alert by another. What ended is recorded and the next claimed in one commit;
    what follows from it (duties met, the case moved on, the audit) is settled later, many at once. A crash between the
    two leaves that to the next step.

    Args:
        node: what it works with.
        now: what is due by then.
        clock: asked again before each claim, so that an alert raised meanwhile goes before what was there earlier;
            without it ``now`` stays.
    """
    sending = _Sending(node, now, clock)
    try:
        await sending.settle()
        while await sending.go_on():
            pass
        await sending.settle()
    except Exception:
        await sending.finish()
        raise
    finally:
        sending.drop()
    return Delivered(sent=sending.sent, failed=sending.failed)


class _Sending:
    """The messages in flight of one drain."""

    def __init__(self, node: Node, now: datetime, clock: Clock | None) -> None:
        self._node = node
        self._now = now
        self._clock = clock
        self._running: set[asyncio.Task[Attempt]] = set()
        self._ended: list[Attempt] = []
        self._unsettled = 0
        self._health: dict[ChannelKey, str | None] = {}
        self.sent = self.failed = 0

    async def go_on(self) -> bool:
        """Wait for what ends first, write it down and start the next; whether there is more to wait for."""
        await self._wait()
        now = self._clock.now() if self._clock else self._now
        room = self._node.timing.sends_in_flight - len(self._running)
        claimed = await in_thread(_record_and_claim, self._node, self._ended, self._news(), room, now)
        self._ended = []
        self._start(claimed, now)
        if self._unsettled >= SETTLED_TOGETHER:
            await self.settle()
        return bool(self._running)

    async def settle(self) -> None:
        """Write what follows from all that was taken, by this drain or by one that a crash broke off."""
        self._unsettled = 0
        self._health = {}
        now = self._clock.now() if self._clock else self._now
        while await in_thread(_settle, self._node, now):
            pass

    async def finish(self) -> None:
        """After trouble with the database: let what is on its way end, and try once more to write it down."""
        if self._running:
            await asyncio.wait(self._running)
        await self._wait()
        with suppress(Exception):  # the trouble itself is on its way to the engine, and a lease ends by itself
            await in_thread(_record_and_claim, self._node, self._ended, self._news(), 0, self._now)

    def _news(self) -> dict[ChannelKey, str | None]:
        """Channels that failed, or did not work when they were last written down: rarely one, so it costs little."""
        health = _health(self._node, self._ended)
        news = {
            channel: error
            for channel, error in health.items()
            if error is not None or self._health.get(channel, "") is not None
        }
        self._health |= health
        return news

    def drop(self) -> None:
        """Break off what is still on its way: the node stops."""
        for task in self._running:
            task.cancel()

    async def _wait(self) -> None:
        """Until something has ended, and then a moment more: what ends together is written down by one commit."""
        if not self._running:
            return
        await asyncio.wait(self._running, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        ended, self._running = await asyncio.wait(self._running, timeout=LINGER_SECONDS)
        attempts = [task.result() for task in ended]
        self._ended += attempts
        taken = sum(attempt.receipt is not None for attempt in attempts)
        self.sent += taken
        self._unsettled += taken
        self.failed += sum(attempt.error is not None for attempt in attempts)

    def _start(self, claimed: list[Claimed], now: datetime) -> None:
        """Emergency words first: nothing else of the same claim begins before they have ended."""
        urgent = [self._task(claim, (), now) for claim in claimed if claim.urgent]
        others = [self._task(claim, urgent, now) for claim in claimed if not claim.urgent]
        self._running.update(urgent, others)

    def _task(self, claim: Claimed, after: Sequence[asyncio.Task[Attempt]], now: datetime) -> asyncio.Task[Attempt]:
        return asyncio.create_task(_attempt_after(self._node, claim, after, now))


async def _attempt_after(node: Node, claim: Claimed, after: Sequence[asyncio.Task[Attempt]], now: datetime) -> Attempt:
    if after:
        await asyncio.wait(after)
    return await _attempt(node, claim.outbound, claim.attempts, now)


def _record_and_claim(
    node: Node, attempts: list[Attempt], health: Mapping[ChannelKey, str | None], room: int, now: datetime
) -> list[Claimed]:
    return run_writing(node.database, lambda tx: _written_and_claimed(node, tx, attempts, health, room, now))


def _written_and_claimed(  # noqa: PLR0917 - what ended, what it tells, and what may begin
    node: Node,
    tx: Connection,
    attempts: list[Attempt],
    health: Mapping[ChannelKey, str | None],
    room: int,
    now: datetime,
) -> list[Claimed]:
    _write_down(node, tx, attempts, now)
    for (landlord, channel), error in health.items():
        mark_send(tx, landlord, channel, now, error=error)
    kept = 1 if node.timing.sends_in_flight > 1 else 0
    ordinary = max(room - kept, 0)
    claimed = _claim(node, tx, now, limit=ordinary) if ordinary else []
    # Urgent ones come first: behind one that is not urgent, or an empty place, there are none.
    if room == 0 or len(claimed) < ordinary or not all(claim.urgent for claim in claimed):
        return claimed
    return claimed + _claim(node, tx, now, limit=kept, urgent_only=True)


def _claim(node: Node, tx: Connection, now: datetime, *, limit: int, urgent_only: bool = False) -> list[Claimed]:
    rows = claim_sends(
        tx,
        now=now,
        lease=node.timing.sending_lease,
        limit=limit,
        next_due=lambda attempt: _planned(node, attempt),
        ids=node.ids,
        urgent_only=urgent_only,
    )
    return [Claimed(outbound=outbound, attempts=row["attempts"], urgent=row["urgent"]) for row, outbound in rows]


def _planned(node: Node, attempt: int) -> timedelta:
    wait = wait_after(attempt, node.jitter, node.timing.retry_waits)
    return timedelta(hours=24) if wait is None else wait


async def _attempt(node: Node, outbound: OutboundMessage, attempts: int, now: datetime) -> Attempt:
    """Send one message; a repeat first asks the provider, where it can be asked, whether the last try arrived."""
    channel = node.channels.get((outbound.landlord, outbound.channel))
    if not isinstance(channel, Sender):
        error = MISSING_CHANNEL if channel is None else RECEIVES_ONLY
        return Attempt(outbound=outbound, attempts=attempts, error=error)
    try:
        if attempts > 1 and isinstance(channel, SentLookup):
            earlier = await channel.find_sent(outbound)
            if earlier is not None:
                return Attempt(outbound=outbound, attempts=attempts, receipt=earlier)
        receipt = await channel.send(outbound, now)
    except SendError as error:
        return Attempt(outbound=outbound, attempts=attempts, error=error)
    except Exception as problem:
        log.exception("sending failed", outbox=outbound.id, error=type(problem).__name__)
        return Attempt(outbound=outbound, attempts=attempts, error=ours())
    return Attempt(outbound=outbound, attempts=attempts, receipt=receipt)


def _write_down(node: Node, tx: Connection, attempts: list[Attempt], now: datetime) -> None:
    record_taken(tx, [(attempt.outbound.id, attempt.receipt) for attempt in attempts if attempt.receipt is not None])
    for attempt in attempts:
        if attempt.error is not None:
            _record_failure(node, tx, attempt, attempt.error, now)


def _health(node: Node, attempts: Sequence[Attempt]) -> dict[ChannelKey, str | None]:
    """How each channel that was tried does: the words of its first passing failure, None where it works."""
    found: dict[ChannelKey, str | None] = {}
    for attempt in attempts:
        channel = (attempt.outbound.landlord, attempt.outbound.channel)
        if channel in node.channels and found.get(channel) is None:
            error = attempt.error
            found[channel] = error.words if error is not None and error.retryable else None
    return found


def _settle(node: Node, now: datetime) -> bool:
    """Settle some of what was taken; whether there may be more."""
    return run_writing(node.database, lambda tx: _settled(node, tx, now)) == SETTLED_TOGETHER


def _settled(node: Node, tx: Connection, now: datetime) -> int:
    ids = settle_taken(tx, now=now, keys=node.audit_key, limit=SETTLED_TOGETHER)
    if ids:
        count_from_acknowledgement(node, tx, ids, now)
    return len(ids)


def _record_failure(node: Node, tx: Connection, attempt: Attempt, error: SendError, now: datetime) -> None:
    wait = wait_after(attempt.attempts, node.jitter, node.timing.retry_waits) if error.retryable else None
    if wait is not None and error.retry_after:
        wait = max(wait, timedelta(seconds=error.retry_after))
    final = wait is None
    record_failure(
        tx,
        attempt.outbound.id,
        error=error,
        now=now,
        final=final,
        next_at=None if wait is None else now + wait,
        keys=node.audit_key,
    )
    log.warning(
        "not sent",
        outbox=attempt.outbound.id,
        landlord=attempt.outbound.landlord,
        channel=attempt.outbound.channel,
        code=error.code,
        attempt=attempt.attempts,
        final=final,
    )
    if final:
        queue_fallback(tx, attempt.outbound.id, node.other_ways, ids=node.ids, now=now, keys=node.audit_key)
