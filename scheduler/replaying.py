"""What was set aside goes the way of intake once more, at a person's word: it becomes a message, or waits on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import Connection

from domain.messages import Received
from scheduler.intake import Arrival, is_refused, store_arrival, why_refused
from scheduler.node import Node
from store.aside import UNROUTED, Aside, Settled, requeue_message, settle_replay, take_thing
from store.intake import Inserted, keep_files

log = structlog.get_logger()


class Outcome(StrEnum):
    """What a replay came to."""

    MESSAGE = "message"
    """A new message, which waits to be routed."""
    KNOWN = "known"
    """It is stored already: nothing was doubled."""
    REPORT = "report"
    """A provider's word on something that we sent."""
    NOTHING = "nothing"
    """An event that asks for nothing."""
    QUEUED = "queued"
    """The stored message waits to be routed again."""
    ASIDE = "set_aside"
    """It still cannot be read, and waits on."""
    GONE = "gone"
    """Somebody else dealt with it first."""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """One replay. ``messages``: ids of what it became or already was; ``reason``: why it was set aside again."""

    id: str
    outcome: Outcome
    messages: tuple[str, ...] = ()
    reason: str | None = None


def replay(node: Node, aside: Aside, read: Received | str, *, by: str, now: datetime) -> Replayed:
    """Take one thing in again, exactly once, in one transaction.

    1. Take it, so that of two people one replays it.
    2. Store what was read, under the same keys as when it arrives.
    3. Close its task, or give it back with the reason; the audit says who.

    Args:
        node: what it works with.
        aside: what is to be replayed.
        read: what its bytes are now, or why they still cannot be read; not looked at for a stored message.
        by: the person.
        now: when.
    """
    replayed = _queue(node, aside, by, now) if aside.what == UNROUTED else _take_again(node, aside, read, by, now)
    if replayed.outcome in {Outcome.MESSAGE, Outcome.QUEUED}:
        node.wake("route")
    log.info(
        "replayed", set_aside=aside.id, landlord=aside.landlord, channel=aside.channel, outcome=replayed.outcome.value
    )
    return replayed


def _queue(node: Node, aside: Aside, by: str, now: datetime) -> Replayed:
    with node.database.writing() as tx:
        queued = requeue_message(tx, aside, by=by, now=now, keys=node.audit_key)
    return Replayed(id=aside.id, outcome=Outcome.QUEUED, messages=(aside.id,)) if queued else _gone(aside)


def _take_again(node: Node, aside: Aside, read: Received | str, by: str, now: datetime) -> Replayed:
    if isinstance(read, Received):
        keep_files(read, node.blobs)
    with node.database.writing() as tx:
        if not take_thing(tx, aside.id):
            return _gone(aside)
        replayed = _stored(node, tx, aside, read, now)
        result = Settled(
            outcome=replayed.outcome.value, became=next(iter(replayed.messages), None), note=replayed.reason
        )
        settle_replay(tx, aside, result, by=by, now=now, keys=node.audit_key)
    return replayed


def _stored(node: Node, tx: Connection, aside: Aside, read: Received | str, now: datetime) -> Replayed:
    if isinstance(read, str):
        return _again(aside, read)
    if read.set_aside and not read.messages and not read.reports:
        return _again(aside, read.set_aside[0].reason)
    result = store_arrival(node, tx, Arrival(landlord=aside.landlord, channel=aside.channel, received=read), now)
    if not isinstance(result, Inserted):
        if not is_refused(result):
            raise result
        return _again(aside, why_refused(result))
    messages = (*result.new, *result.duplicates)
    return Replayed(id=aside.id, outcome=_outcome(read, result), messages=messages)


def _outcome(read: Received, result: Inserted) -> Outcome:
    if result.new:
        return Outcome.MESSAGE
    if result.reports:
        return Outcome.REPORT
    return Outcome.KNOWN if read.messages or read.reports else Outcome.NOTHING


def _again(aside: Aside, reason: str) -> Replayed:
    return Replayed(id=aside.id, outcome=Outcome.ASIDE, reason=reason)


def _gone(aside: Aside) -> Replayed:
    return Replayed(id=aside.id, outcome=Outcome.GONE)
