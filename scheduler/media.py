"""Attachments that came as references are fetched afterwards, with retries; no answer and no alarm waits for them.

What is text among them is looked through for danger as soon as it is here (``scheduler.late_files``).
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from domain.errors import MediaError
from domain.messages import MediaReference
from domain.ports import Clock, MediaFetcher
from scheduler.late_files import look_through, read_files_due, words_of
from scheduler.node import Node
from scheduler.retries import wait_after
from store.claims import claim_due
from store.in_thread import in_thread
from store.media import media_failed, media_fetched
from store.tables import AttachmentRow

log = structlog.get_logger()
LOOK_AGAIN_SECONDS = 1.0
"""How long a new file waits at most to be noticed while others are being fetched."""
TOO_SLOW = MediaError("the provider did not give the whole file in time", retryable=True)
OURS = MediaError("Tenantline could not fetch or keep the file", retryable=True)


async def fetch_media_due(node: Node, now: datetime, clock: Clock | None = None) -> int:
    """Fetch what is due, several files at a time, until nothing is; return how many arrived.

    Files that came before their message was routed are looked through first, and count as well.
    A file that stalls takes up one of ``timing.media_in_flight`` places, and no longer than ``timing.media_patience``.

    Args:
        node: what it works with.
        now: what is due by then.
        clock: asked again before each claim and at each end; without it ``now`` stays.
    """
    arrived = await read_files_due(node, clock.now() if clock else now)
    running: set[asyncio.Task[int]] = set()
    try:
        while True:
            at = clock.now() if clock else now
            room = node.timing.media_in_flight - len(running)
            claimed = await in_thread(_claim, node, at, room) if room else ()
            running |= {asyncio.create_task(_fetch_one(node, row, at, clock)) for row in claimed}
            if not running:
                return arrived
            ended, running = await asyncio.wait(
                running, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            arrived += sum(task.result() for task in ended)
    finally:
        for task in running:
            task.cancel()


def _claim(node: Node, now: datetime, limit: int) -> Sequence[Mapping[Any, Any]]:
    with node.database.writing() as tx:
        return claim_due(tx, AttachmentRow, now=now, lease=node.timing.sending_lease, limit=limit)


async def _fetch_one(node: Node, row: Mapping[Any, Any], now: datetime, clock: Clock | None) -> int:
    """One file; where it does not come it is tried again later, or given up and shown to a person."""
    error = await _trouble_with(node, row, clock, now)
    if error is None:
        return 1
    now = clock.now() if clock else now
    wait = wait_after(row["attempts"], node.jitter, node.timing.retry_waits) if error.retryable else None
    await in_thread(_write_failure, node, row, str(error), None if wait is None else now + wait, now)
    return 0


async def _trouble_with(node: Node, row: Mapping[Any, Any], clock: Clock | None, now: datetime) -> MediaError | None:
    """Fetch, keep and look through a file; whatever goes wrong is this file's alone."""
    try:
        content, content_type = await _fetched(node, row)
        await in_thread(_write, node, row, content, content_type, clock.now() if clock else now)
    except MediaError as error:
        return error
    except TimeoutError:
        return TOO_SLOW
    except Exception as problem:
        log.exception("fetching an attachment failed", attachment=row["id"], error=type(problem).__name__)
        return OURS
    return None


async def _fetched(node: Node, row: Mapping[Any, Any]) -> tuple[bytes, str]:
    channel = node.channels.get((row["landlord"], row["channel"]))
    if not isinstance(channel, MediaFetcher):
        raise MediaError("the channel it came by is no longer set up", retryable=False)
    reference = MediaReference(name=row["name"], content_type=row["content_type"], size=row["size"], url=row["url"])
    async with asyncio.timeout(node.timing.media_patience.total_seconds()):
        return await channel.fetch_media(reference)


def _write(node: Node, row: Mapping[Any, Any], content: bytes, content_type: str, now: datetime) -> None:
    """Durable first: should anything happen before it is looked through, that is done by the next step."""
    words = words_of(row["name"], content_type, content)
    blob = node.blobs.put(content)
    with node.database.writing() as tx:
        media_fetched(
            tx, row["id"], blob=blob, size=len(content), content_type=content_type, has_words=bool(words), now=now
        )
    if words:
        look_through(node, row, now, words)


def _write_failure(node: Node, row: Mapping[Any, Any], error: str, next_at: datetime | None, now: datetime) -> None:
    log.warning("attachment not fetched", attachment=row["id"], final=next_at is None)
    with node.database.writing() as tx:
        media_failed(tx, row["id"], error=error, next_at=next_at, ids=node.ids, now=now)
