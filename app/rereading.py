"""Reads the bytes of what was set aside once more, by the channel they came by. Storing it is the caller's."""

from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from app.ingesting import LINE_TYPE, read_line_again
from domain.errors import Unreadable
from domain.messages import OLDEST_ANSWERED, DeliveryReport, Received, SetAside, is_long_ago
from domain.ports import Channel, Rereader
from scheduler.intake import REPORT_TYPE
from store.aside import Aside
from store.blobs import BlobStore
from store.files import read_raw

log = structlog.get_logger()
_LATE: Final = f"it was set aside, and read more than {OLDEST_ANSWERED.days} days after it came"


def kept_bytes(tx: Connection, aside: Aside, blobs: BlobStore) -> SetAside:
    """A thing as it was when it was set aside, with its bytes.

    Raises:
        NotFound: its file is missing from the data folder.
    """
    return SetAside(
        channel=aside.channel,
        provider_id=aside.provider_id,
        raw=read_raw(tx, blobs, aside.raw_blob),
        raw_type=aside.raw_type,
        reason=aside.reason,
        received_at=aside.received_at,
    )


def read_again(channel: Channel | None, aside: SetAside, now: datetime) -> Received | str:
    """What these bytes are, or in words why they still cannot be read. Never raises.

    The clock runs from when they came; what came long ago is answered by a person only (decision 9).
    """
    try:
        received = _read(channel, aside, now)
    except Unreadable as problem:
        return str(problem)
    except Exception as problem:
        log.exception("reading again failed", channel=aside.channel, error=type(problem).__name__)
        return f"it could not be read ({type(problem).__name__})"
    if any(is_long_ago(message.received_at, now) for message in received.messages):
        return received.for_a_person(_LATE)
    return received


def _read(channel: Channel | None, aside: SetAside, now: datetime) -> Received:
    if aside.raw_type == REPORT_TYPE:
        return Received(reports=(DeliveryReport.model_validate_json(aside.raw),))
    if channel is None:
        raise Unreadable(f"there is no channel {aside.channel} any more: put it back into the landlord's site file")
    if aside.raw_type == LINE_TYPE:
        return read_line_again(channel, aside, now)
    if not isinstance(channel, Rereader):
        raise Unreadable(f"the channel {aside.channel} receives nothing")
    return channel.read_again(aside, now)
