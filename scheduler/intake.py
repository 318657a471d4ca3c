"""T1: what arrived becomes durable, once. Everything else may fail afterwards; no word is lost any more."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, StatementError

from domain.messages import DeliveryState, Received, SetAside
from scheduler.node import Node
from store.channel_state import mark_message, save_cursor
from store.database import savepoint
from store.in_thread import in_thread
from store.intake import Inserted, insert_received, keep_files
from store.outbox import record_delivery

log = structlog.get_logger()
REPORT_TYPE: Final = "application/vnd.tenantline.report+json"
"""Of a delivery report that was kept as it was read: its bytes as they came are not known."""
_FIRST_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REFUSALS = (DataError, IntegrityError, InterfaceError, ValueError, TypeError, OverflowError)
"""Of values: raised by the database, its driver, or on the way to it (as a bare ``StatementError``)."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One request's or one poll step's worth, and the cursor that goes with it."""

    landlord: str
    channel: str
    received: Received
    cursor: str | None = None


def take_in(
    node: Node, arrivals: Sequence[Arrival], now: datetime, *, together: bool = False
) -> tuple[Inserted | Exception, ...]:
    """Store arrivals in one transaction, a savepoint each or a group alike; return once it is committed.

    An arrival that cannot be stored gives its exception in its place, and the others are kept. With ``together``
    neighbours of one channel, which bring no cursor, are stored by the same statements: faster, and each is told of
    all that came with it.
    """
    for arrival in arrivals:
        keep_files(arrival.received, node.blobs)
    with node.database.writing() as tx:
        results: list[Inserted | Exception] = []
        for alike in _groups(arrivals, together=together):
            results += _take_in_together(node, tx, alike, now)
    if any(isinstance(result, Inserted) and result.new for result in results):
        node.wake("route")
    if any(report.state is DeliveryState.FAILED for arrival in arrivals for report in arrival.received.reports):
        node.wake("deliver")
    return tuple(results)


def _groups(arrivals: Sequence[Arrival], *, together: bool) -> list[list[Arrival]]:
    if not together:
        return [[arrival] for arrival in arrivals]
    return [list(alike) for _, alike in groupby(arrivals, key=_origin)]


def _origin(arrival: Arrival) -> tuple[str, str]:
    return arrival.landlord, arrival.channel


def _take_in_together(node: Node, tx: Connection, alike: list[Arrival], now: datetime) -> list[Inserted | Exception]:
    """All by the same few statements; where that fails, one by one, so that one bad arrival costs only itself."""
    if len(alike) == 1:
        return [_take_in_alone(node, tx, alike[0], now)]
    together = _merged(alike)
    result = store_arrival(node, tx, together, now)
    if isinstance(result, Inserted):
        return [result] * len(alike)
    return [_take_in_alone(node, tx, arrival, now) for arrival in alike]


def _merged(alike: list[Arrival]) -> Arrival:
    return Arrival(
        landlord=alike[0].landlord,
        channel=alike[0].channel,
        received=Received(
            messages=tuple(message for arrival in alike for message in arrival.received.messages),
            reports=tuple(report for arrival in alike for report in arrival.received.reports),
            set_aside=tuple(thing for arrival in alike for thing in arrival.received.set_aside),
        ),
    )


def store_arrival(node: Node, tx: Connection, arrival: Arrival, now: datetime) -> Inserted | Exception:
    """One arrival in a savepoint of its own; what keeps it from being stored is handed back."""
    try:
        with savepoint(tx):
            inserted = insert_received(
                tx,
                landlord=arrival.landlord,
                channel=arrival.channel,
                received=arrival.received,
                blobs=node.blobs,
                ids=node.ids,
                now=now,
            )
            for report in arrival.received.reports:
                record_delivery(
                    tx,
                    arrival.landlord,
                    report,
                    ways=node.other_ways,
                    ids=node.ids,
                    now=now,
                    keys=node.audit_key,
                )
            if arrival.cursor is not None:
                save_cursor(tx, arrival.landlord, arrival.channel, arrival.cursor, now)
            if inserted.new:
                mark_message(tx, arrival.landlord, arrival.channel, now)
    except Exception as problem:  # noqa: BLE001 - handed to the one who brought the arrival
        return problem
    return inserted


def _take_in_alone(node: Node, tx: Connection, arrival: Arrival, now: datetime) -> Inserted | Exception:
    """One arrival; what the database refuses for good is kept raw, so that it stops neither a poll nor a provider."""
    result = store_arrival(node, tx, arrival, now)
    if isinstance(result, Inserted) or not is_refused(result):
        return result
    log.error(
        "kept raw", landlord=arrival.landlord, channel=arrival.channel, error=type(result).__name__, exc_info=result
    )
    pieces = [_or_raw(node, tx, piece, now) for piece in _pieces(arrival)]
    for piece in pieces:
        if not isinstance(piece, Inserted):
            return piece
    whole = [piece for piece in pieces if isinstance(piece, Inserted)]
    return Inserted(
        new=tuple(each for piece in whole for each in piece.new),
        duplicates=tuple(each for piece in whole for each in piece.duplicates),
        set_aside=tuple(each for piece in whole for each in piece.set_aside),
        reports=tuple(each for piece in whole for each in piece.reports),
    )


def is_refused(problem: Exception) -> bool:
    """Whether it is what came that cannot be stored; with the database itself in trouble the sender tries again."""
    return type(problem) is StatementError or isinstance(problem, _REFUSALS)


def why_refused(problem: Exception) -> str:
    """The reason that it is set aside with."""
    return f"it could not be stored as it is ({type(problem).__name__})"


def _pieces(arrival: Arrival) -> Iterator[Arrival]:
    """Each thing that came by itself, then the cursor."""
    came = arrival.received
    singles = [
        *(Received(messages=(message,)) for message in came.messages),
        *(Received(reports=(report,)) for report in came.reports),
        *(Received(set_aside=(thing,)) for thing in came.set_aside),
    ]
    for single in singles:
        yield replace(arrival, received=single, cursor=None)
    yield replace(arrival, received=Received())


def _or_raw(node: Node, tx: Connection, piece: Arrival, now: datetime) -> Inserted | Exception:
    result = store_arrival(node, tx, piece, now)
    if isinstance(result, Inserted) or not is_refused(result):
        return result
    raw, raw_type = _raw_of(piece.received)
    aside = SetAside(
        channel=piece.channel,
        provider_id=f"refused-{hashlib.sha256(raw).hexdigest()[:32]}",
        raw=raw,
        raw_type=raw_type,
        reason=why_refused(result),
        received_at=_received_at(piece.received, now),
    )
    return store_arrival(node, tx, replace(piece, received=Received(set_aside=(aside,))), now)


def _raw_of(came: Received) -> tuple[bytes, str]:
    """The bytes as they came; of a report what was read in it."""
    for message in came.messages:
        return message.raw, message.raw_type
    for thing in came.set_aside:
        return thing.raw, thing.raw_type
    return b"".join(report.model_dump_json().encode() for report in came.reports), REPORT_TYPE


def _received_at(came: Received, now: datetime) -> datetime | None:
    """When it came, where that can be believed: a time that cannot be stored may be why it was refused."""
    at = [message.received_at for message in came.messages] + [thing.received_at for thing in came.set_aside]
    known = [each for each in at if isinstance(each, datetime) and each.tzinfo is not None]
    return next((each for each in known if _FIRST_TIME < each <= now), None)


class GroupIntake:
    """Stores what many web requests bring at once in one commit: durable before any of them is answered.

    While one commit is under way the next arrivals gather, so a burst costs few commits and a quiet hour no delay.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._waiting: list[tuple[Arrival, datetime, asyncio.Future[Inserted]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def submit(self, arrival: Arrival, now: datetime) -> Inserted:
        """Return once the arrival is durable; raise what kept it from being stored."""
        future: asyncio.Future[Inserted] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, now, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        await asyncio.sleep(0)  # requests that the same turn of the loop reads come into the same commit
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                results = await in_thread(
                    take_in,
                    self._node,
                    [arrival for arrival, _, _ in group],
                    max(now for _, now, _ in group),
                    together=True,
                )
            except Exception as problem:  # noqa: BLE001 - each request answers 503 for itself
                results = (problem,) * len(group)
            for (_, _, future), result in zip(group, results, strict=True):
                _resolve(future, result)


def _resolve(future: asyncio.Future[Inserted], result: Inserted | Exception) -> None:
    if future.cancelled():
        return
    if isinstance(result, Inserted):
        future.set_result(result)
    else:
        future.set_exception(result)
