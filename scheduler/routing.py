"""T2 and T3: waiting messages are claimed, understood with no transaction open, decided and written.

A commit a batch, and the rows of its new cases by few statements. Where anything of a batch fails it is undone and done
again with a savepoint a message: one poison message is set aside (``scheduler.unrouted``) and never blocks the others.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from domain.decisions import Decision
from domain.messages import Address
from domain.ports import Clock, ScanningUnderstander
from domain.scanning import scan_every_part
from domain.senders import typed_addresses
from router.decide import decide
from scheduler.node import Node
from scheduler.reading import read
from scheduler.situation import Read, address_key, situation_of
from scheduler.unrouted import set_unread_aside, set_unrouted_aside
from store.apply import Applied, apply
from store.aside import set_message_aside
from store.claims import claim_due
from store.database import is_passing, run_writing, savepoint
from store.facts import StoredMessage, load_messages, lock_addresses
from store.in_thread import in_thread
from store.statements import NewRows
from store.tables import MessageRow

log = structlog.get_logger()

Routed = tuple[Read, Decision, Applied]
"""A message, what was decided about it, and what was made."""


async def route_due(node: Node, now: datetime) -> int:
    """Route one batch of waiting messages; return how many were done, set aside included.

    1. Claim (one transaction), so that each try is counted whatever comes after it.
    2. Load, read, scan and understand (no transaction open).
    3. Decide and write (one transaction, addresses locked in sorted order).
    """
    claimed = await in_thread(_claim, node, now)
    await in_thread(_write, node, await in_thread(_prepare, node, claimed, now), now)
    return len(claimed)


async def route_waiting(node: Node, now: datetime, clock: Clock | None = None) -> int:
    """Route all that waits, batch by batch as ``route_due``; each is understood while the one before it is written.

    Without a clock ``now`` stays.
    """
    routed = 0
    claimed = await in_thread(_claim, node, now)
    batch = await in_thread(_prepare, node, claimed, now)
    while claimed:
        routed += len(claimed)
        now = clock.now() if clock else now
        claimed = await in_thread(_claim, node, now)  # before the write, whose lock it would wait for
        written, prepared = await asyncio.gather(
            in_thread(_write, node, batch, now), in_thread(_prepare, node, claimed, now), return_exceptions=True
        )
        if isinstance(prepared, BaseException):
            raise prepared
        batch = prepared
        if isinstance(written, BaseException):
            await in_thread(_write, node, batch, now)  # it is claimed, and would wait for the end of its lease
            raise written
    return routed


def _prepare(node: Node, claimed: list[str], now: datetime) -> list[Read]:
    if not claimed:
        return []
    return _understood(node, _readable(node, _load(node, claimed, now), now), now)


def _write(node: Node, batch: list[Read], now: datetime) -> None:
    if not batch:
        return
    run_writing(node.database, lambda tx: _write_batch(node, tx, batch, now))
    for role in ("duties", "deliver", "media"):
        node.wake(role)


def _write_batch(node: Node, tx: Connection, batch: list[Read], now: datetime) -> None:
    lock_addresses(tx, sorted({address_key(item.stored) for item in batch}))
    try:
        with savepoint(tx):
            routed = _route_together(node, tx, batch, now)
    except Exception as problem:
        if is_passing(problem):
            raise  # two nodes met: the whole batch is tried again
        routed = []
        for item in batch:
            routed += _route_or_set_aside(node, tx, item, now)
    for item, decision, applied in routed:
        log.info(
            "routed",
            message=item.stored.id,
            landlord=item.stored.message.landlord,
            channel=item.stored.message.channel,
            rule=decision.rule,
            case=applied.case_id,
        )


def _route_together(node: Node, tx: Connection, batch: list[Read], now: datetime) -> list[Routed]:
    """All of a batch. Rows of new cases wait for each other until somebody writes whom they are about."""
    rows = NewRows(tx)
    concerned: set[Address] = set()
    routed: list[Routed] = []
    for item in batch:
        if not concerned.isdisjoint(_addresses(item)):
            rows.write()
            concerned.clear()
        one = _route_one(node, tx, item, now, rows)
        concerned |= {*_addresses(item), *_reached(one[1])}
        routed.append(one)
    rows.write()
    return routed


def _addresses(item: Read) -> set[Address]:
    """Whose facts decide about a message: its sender, and what was typed beside it."""
    message = item.stored.message
    return {message.sender, *((message.reply_to,) if message.reply_to else ()), *typed_addresses(message.form or {})}


def _reached(decision: Decision) -> Iterator[Address]:
    """Whose facts a decision changes, beside the sender's."""
    effects = decision.effects
    for party in effects.parties:
        yield party.address
        yield from party.also
    yield from (draft.to for draft in effects.drafts)


def _claim(node: Node, now: datetime) -> list[str]:
    with node.database.writing() as tx:
        rows = claim_due(tx, MessageRow, now=now, lease=node.timing.reading_lease, limit=node.timing.route_batch)
    return [row["id"] for row in rows]


def _load(node: Node, claimed: Sequence[str], now: datetime) -> list[StoredMessage]:
    """The claimed messages; one row that cannot be loaded, or was claimed too often, is set aside by itself."""
    try:
        with node.database.reading() as tx:
            loaded = load_messages(tx, claimed)
    except Exception as problem:
        if len(claimed) > 1:
            return [stored for one in claimed for stored in _load(node, [one], now)]
        log.exception("loading failed", message=claimed[0], error=type(problem).__name__)
        with node.database.writing() as tx:
            set_message_aside(
                tx, claimed[0], reason=f"could not be loaded: {type(problem).__name__}", ids=node.ids, now=now
            )
        return []
    for stored in loaded:
        if stored.attempts > node.timing.most_attempts_to_read:
            set_unread_aside(node, stored, "could not be read after several tries", now)
    return [stored for stored in loaded if stored.attempts <= node.timing.most_attempts_to_read]


def _readable(node: Node, claimed: Sequence[StoredMessage], now: datetime) -> list[Read]:
    """What breaks the reader is set aside for a person and costs only itself."""
    batch: list[Read] = []
    for stored in claimed:
        try:
            reading, split = read(stored)
        except Exception as problem:  # noqa: BLE001 - a person reads what the machine cannot
            _set_broken_aside(node, stored, problem, now)
        else:
            batch.append(Read(stored=stored, reading=reading, split=split, safety=(), understanding=None))
    return batch


def _understood(node: Node, batch: list[Read], now: datetime) -> list[Read]:
    """Scanned by rule, and what the model makes of it. Where that fails every message is scanned and goes on."""
    if not (batch and isinstance(node.understander, ScanningUnderstander)):
        return _asked_of_model(node, _scanned(node, batch, now))
    try:
        answers = node.understander.scan_and_understand([item.reading for item in batch])
    except Exception as problem:
        log.exception("understanding failed", messages=len(batch), error=type(problem).__name__)
        return _scanned(node, batch, now)
    return [
        replace(item, safety=safety, understanding=understanding)
        for item, (safety, understanding) in zip(batch, answers, strict=True)
    ]


def _scanned(node: Node, batch: list[Read], now: datetime) -> list[Read]:
    """What breaks the scanner is set aside for a person and costs only itself."""
    scanned: list[Read] = []
    for item in batch:
        try:
            scanned.append(replace(item, safety=scan_every_part(node.safety, item.reading)))
        except Exception as problem:  # noqa: BLE001 - a person reads what the machine cannot
            _set_broken_aside(node, item.stored, problem, now)
    return scanned


def _set_broken_aside(node: Node, stored: StoredMessage, problem: Exception, now: datetime) -> None:
    log.error("reading failed", message=stored.id, error=type(problem).__name__, exc_info=problem)
    set_unread_aside(node, stored, f"could not be read: {type(problem).__name__}", now)


def _asked_of_model(node: Node, batch: list[Read]) -> list[Read]:
    if not batch:
        return batch
    try:
        understood = node.understander.understand([item.reading for item in batch])
        return [replace(item, understanding=found) for item, found in zip(batch, understood, strict=True)]
    except Exception as problem:
        log.exception("understanding failed", messages=len(batch), error=type(problem).__name__)
        return batch


def _route_or_set_aside(node: Node, tx: Connection, item: Read, now: datetime) -> list[Routed]:
    try:
        with savepoint(tx):
            return [_route_one(node, tx, item, now, None)]
    except Exception as problem:
        if is_passing(problem):
            raise  # two nodes met: the whole batch is tried again
        log.exception("routing failed", message=item.stored.id, error=type(problem).__name__)
        set_unrouted_aside(node, tx, item, f"could not be routed: {type(problem).__name__}", now)
        return []


def _route_one(node: Node, tx: Connection, item: Read, now: datetime, gathered: NewRows | None) -> Routed:
    setup = node.landlords[item.stored.message.landlord]
    situation = situation_of(node, tx, item, setup, now)
    decision = decide(situation)
    applied = apply(
        tx,
        decision.effects,
        landlord=item.stored.message.landlord,
        policy=situation.policy,
        wordings=node.wordings,
        ids=node.ids,
        now=now,
        actor="router",
        message=item.stored,
        decision=decision,
        understanding=item.understanding,
        safety=item.safety,
        keys=node.audit_key,
        mail_domain=setup.mail_domain,
        gathered=gathered,
    )
    return item, decision, applied
