"""Attachments that came as references are fetched afterwards, with retries; no answer and no alarm waits for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from domain.errors import MediaError
from domain.messages import MediaReference
from domain.ports import MediaFetcher
from scheduler.node import Node
from scheduler.retries import wait_after
from store.claims import claim_due
from store.in_thread import in_thread
from store.media import media_failed, media_fetched
from store.tables import AttachmentRow

log = structlog.get_logger()
BATCH = 20


async def fetch_media_due(node: Node, now: datetime) -> int:
    """Fetch what is due once; return how many arrived."""
    arrived = 0
    for row in await in_thread(_claim, node, now):
        arrived += await _fetch_one(node, row, now)
    return arrived


def _claim(node: Node, now: datetime) -> Sequence[Mapping[Any, Any]]:
    with node.database.writing() as tx:
        return claim_due(tx, AttachmentRow, now=now, lease=node.timing.sending_lease, limit=BATCH)


async def _fetch_one(node: Node, row: Mapping[Any, Any], now: datetime) -> int:
    channel = node.channels.get((row["landlord"], row["channel"]))
    if not isinstance(channel, MediaFetcher):
        await in_thread(_write_failure, node, row, "the channel it came by is no longer set up", None, now)
        return 0
    try:
        reference = MediaReference(name=row["name"], content_type=row["content_type"], size=row["size"], url=row["url"])
        content, content_type = await channel.fetch_media(reference)
    except MediaError as error:
        wait = wait_after(row["attempts"], node.jitter, node.timing.retry_waits) if error.retryable else None
        await in_thread(_write_failure, node, row, str(error), None if wait is None else now + wait, now)
        return 0
    await in_thread(_write, node, row, content, content_type)
    return 1


def _write(node: Node, row: Mapping[Any, Any], content: bytes, content_type: str) -> None:
    blob = node.blobs.put(content)
    with node.database.writing() as tx:
        media_fetched(tx, row["id"], blob=blob, size=len(content), content_type=content_type)


def _write_failure(node: Node, row: Mapping[Any, Any], error: str, next_at: datetime | None, now: datetime) -> None:
    log.warning("attachment not fetched", attachment=row["id"], final=next_at is None)
    with node.database.writing() as tx:
        media_failed(tx, row["id"], error=error, next_at=next_at, ids=node.ids, now=now)
