"""T4 and T5: write the attempt down, call the provider with no transaction open, record how it ended."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from domain.errors import SendError
from domain.messages import OutboundMessage, Receipt
from domain.ports import Sender, SentLookup
from scheduler.node import Node
from scheduler.retries import wait_after
from store.channel_state import mark_send
from store.database import run_writing
from store.in_thread import in_thread
from store.outbox import claim_sends, queue_fallback, record_failure, record_many_sent

log = structlog.get_logger()

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


async def deliver_due(node: Node, now: datetime) -> Delivered:
    """Send what is due, a few at a time; return once nothing is due any more.

    At most ``timing.sends_in_flight`` messages are claimed and not yet recorded at any moment: that is how many a
    crash can double on providers that cannot be asked.
    """
    sent = failed = 0
    while claimed := await in_thread(_claim, node, now):
        attempts = await _send_all(node, claimed, now)
        await in_thread(_record, node, attempts, now)
        sent += sum(attempt.receipt is not None for attempt in attempts)
        failed += sum(attempt.error is not None for attempt in attempts)
    return Delivered(sent=sent, failed=failed)


async def _send_all(node: Node, claimed: list[Claimed], now: datetime) -> list[Attempt]:
    """Emergency words first and alone, so that nothing else of the same batch can overtake them."""
    attempts: list[Attempt] = []
    for urgent in (True, False):
        group = [claim for claim in claimed if claim.urgent is urgent]
        attempts += await asyncio.gather(*(_attempt(node, claim.outbound, claim.attempts, now) for claim in group))
    return attempts


def _claim(node: Node, now: datetime) -> list[Claimed]:
    with node.database.writing() as tx:
        rows = claim_sends(
            tx,
            now=now,
            lease=node.timing.sending_lease,
            limit=node.timing.sends_in_flight,
            next_due=lambda attempt: _planned(node, attempt),
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


def _record(node: Node, attempts: list[Attempt], now: datetime) -> None:
    run_writing(node.database, lambda tx: _write_down(node, tx, attempts, now))


def _write_down(node: Node, tx: Connection, attempts: list[Attempt], now: datetime) -> None:
    receipts = [(attempt.outbound.id, attempt.receipt) for attempt in attempts if attempt.receipt is not None]
    if receipts:
        record_many_sent(tx, receipts, now=now, keys=node.audit_key)
    for attempt in attempts:
        if attempt.error is not None:
            _record_failure(node, tx, attempt, attempt.error, now)
    tried = {(attempt.outbound.landlord, attempt.outbound.channel) for attempt in attempts}
    for landlord, channel in tried & node.channels.keys():
        errors = [
            attempt.error.words
            for attempt in attempts
            if attempt.error is not None
            and attempt.error.retryable
            and (attempt.outbound.landlord, attempt.outbound.channel) == (landlord, channel)
        ]
        mark_send(tx, landlord, channel, now, error=errors[0] if errors else None)


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
        queue_fallback(
            tx,
            attempt.outbound.id,
            landlord=attempt.outbound.landlord,
            channels=_other_routes(node, attempt.outbound),
            wordings=node.wordings,
            ids=node.ids,
            now=now,
            keys=node.audit_key,
            mail_domain=node.landlords[attempt.outbound.landlord].mail_domain,
        )


def _other_routes(node: Node, outbound: OutboundMessage) -> tuple[tuple[str, str], ...]:
    """(channel name, kind of address it reaches) of the landlord's other sending channels."""
    return tuple(
        (channel.name, channel.address_kind)
        for channel in node.senders.get(outbound.landlord, ())
        if channel.name != outbound.channel
    )
