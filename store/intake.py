"""What came in becomes durable, once. No rule looks at a message here; the unique keys alone say what is new."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Select, Update, bindparam, select, update

from domain.messages import InboundMessage, MediaReference, Received, SetAside
from domain.ports import Ids
from store.aside import set_things_aside
from store.blobs import BlobStore
from store.reports import insert_reports
from store.search import index_messages
from store.statements import Row, insert_once, insert_rows
from store.tables import ATTACHMENT, BLOB, MAIL_IDENTITY, MESSAGE

MAIL_TYPE: Final = "message/rfc822"
SMALL_RAW: Final = 64 * 1024
"""Bytes up to which a raw message lies in the database: one sync a batch instead of three a mail (decision 0007)."""


@dataclass(frozen=True, kw_only=True)
class Inserted:
    """What became of a batch, by ids of rows."""

    new: tuple[str, ...] = ()
    """Messages that now wait to be routed, in the order they came."""
    duplicates: tuple[str, ...] = ()
    """A second copy kept as a duplicate, or the stored row that a redelivery repeated."""
    set_aside: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    """Delivery reports."""


def keep_files(received: Received, blobs: BlobStore) -> None:
    """Write files before the transaction begins, so that nobody waits for the disk while it holds the lock.

    Optional: ``insert_received`` writes what is not there yet.
    """
    blobs.put_all(_files(received))


def insert_received(
    tx: Connection,
    *,
    landlord: str,
    channel: str,
    received: Received,
    blobs: BlobStore,
    ids: Ids,
    now: datetime,
) -> Inserted:
    """Store messages, reports and what could not be read; whatever is there already changes nothing.

    A mail whose Message-ID (without one: date and sender) and content are stored already is kept in state ``duplicate``
    and never answered. Reports are acted on by ``store.delivery``.
    """
    blobs.put_all(_files(received))
    raws = [(_sha256(thing.raw), thing.raw) for thing in _things(received)]
    small = {name: raw for name, raw in raws if len(raw) <= SMALL_RAW}
    insert_once(tx, BLOB, [{"sha256": name, "content": raw} for name, raw in small.items()], key=("sha256",))
    new, duplicates = _insert_messages(tx, (landlord, channel), received.messages, ids, now)
    reports = insert_reports(tx, landlord, received.reports, now)
    return Inserted(
        new=new,
        duplicates=duplicates,
        set_aside=set_things_aside(tx, landlord, received.set_aside, ids, now),
        reports=reports,
    )


def _things(received: Received) -> tuple[InboundMessage | SetAside, ...]:
    return (*received.messages, *received.set_aside)


def _files(received: Received) -> list[bytes]:
    large = [thing.raw for thing in _things(received) if len(thing.raw) > SMALL_RAW]
    attached = (file.content for message in received.messages for file in message.attachments)
    return [*large, *(content for content in attached if content is not None)]


def _insert_messages(
    tx: Connection, channel: tuple[str, str], messages: Sequence[InboundMessage], ids: Ids, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not messages:
        return (), ()
    landlord, name = channel
    own = [(ids.new(), message) for message in messages]
    insert_once(
        tx,
        MESSAGE,
        [_message_row(key, message, landlord, name, now) for key, message in own],
        key=("landlord", "channel", "provider_id"),
    )
    providers = [message.provider_id for message in messages]
    found = tx.execute(_stored(), {"landlord": landlord, "channel": name, "provider_ids": providers})
    stored: dict[str, str] = {row.provider_id: row.id for row in found}
    new = [(key, message) for key, message in own if stored[message.provider_id] == key]
    first = _mark_duplicates(tx, landlord, new)
    fresh = tuple(key for key, _ in new if key not in first)
    insert_rows(tx, ATTACHMENT, [row for key, message in new for row in _attachments(key, message, ids, now)])
    index_messages(tx, fresh)
    repeated = (stored[message.provider_id] for key, message in own if stored[message.provider_id] != key)
    return fresh, (*first, *repeated)


def _mark_duplicates(tx: Connection, landlord: str, new: Iterable[tuple[str, InboundMessage]]) -> dict[str, str]:
    """The id of each second copy and of its first."""
    mails = {key: identity for key, message in new if (identity := _identity(message))}
    if not mails:
        return {}
    insert_once(
        tx,
        MAIL_IDENTITY,
        [
            {"landlord": landlord, "message_id": message_id, "content_hash": content, "first_id": key}
            for key, (message_id, content) in mails.items()
        ],
        key=("landlord", "message_id", "content_hash"),
    )
    wanted = sorted({message_id for message_id, _ in mails.values()})
    rows = tx.execute(_identities(), {"landlord": landlord, "message_ids": wanted})
    firsts = {(row.message_id, row.content_hash): row.first_id for row in rows}
    copies = {key: firsts[identity] for key, identity in mails.items() if firsts[identity] != key}
    if copies:
        tx.execute(_as_duplicate(), [{"row_id": key, "first": first} for key, first in copies.items()])
    return copies


def _identity(message: InboundMessage) -> tuple[str, str] | None:
    """What two deliveries of one mail have in common; None of what is no mail, whose provider names it once.

    A Message-ID holds no space, so no stranger's can be what stands in its place.
    """
    if message.message_id:
        return message.message_id, message.content_hash
    if message.raw_type != MAIL_TYPE:
        return None
    moment = (message.sent_at or message.received_at).isoformat()
    digest = hashlib.sha256(f"{moment}\n{message.sender.value}".encode("utf-8", "replace")).hexdigest()
    return f"none {digest}", message.content_hash


def _message_row(key: str, message: InboundMessage, landlord: str, channel: str, now: datetime) -> Row:
    reply_to = message.reply_to
    return {
        "id": key,
        "landlord": landlord,
        "channel": channel,
        "channel_kind": message.channel_kind,
        "provider_id": message.provider_id,
        "sender_kind": message.sender.kind.value,
        "sender": message.sender.value,
        "sender_name": message.sender_name,
        "recipients": message.recipients,
        "reply_to_kind": reply_to.kind.value if reply_to else None,
        "reply_to": reply_to.value if reply_to else None,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "attachment_texts": message.attachment_texts,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "stored_at": now,
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "content_hash": message.content_hash,
        "raw_blob": _sha256(message.raw),
        "raw_type": message.raw_type,
        "marks": message.marks.model_dump(mode="json", exclude_defaults=True),
        "answers_button": message.answers_button,
        "noted_by": message.noted_by,
        "form": message.form,
        "state": "waiting",
        # Read in the order of arrival; a time from a provider's fast clock waits for nothing.
        "due_at": min(message.received_at, now),
        "attempts": 0,
        "safety": (),
        "flags": (),
    }


def _attachments(message_id: str, message: InboundMessage, ids: Ids, now: datetime) -> list[Row]:
    return [_attachment_row(ids.new(), message_id, message, file, now) for file in message.attachments]


def _attachment_row(key: str, message_id: str, message: InboundMessage, file: MediaReference, now: datetime) -> Row:
    content = file.content
    state = "stored" if content is not None else "waiting" if file.url else "failed"
    return {
        "id": key,
        "message_id": message_id,
        "landlord": message.landlord,
        "channel": message.channel,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size if content is None else len(content),
        "inline": file.inline,
        "blob": None if content is None else _sha256(content),
        "url": file.url,
        "state": state,
        "due_at": now if state == "waiting" else None,
        "attempts": 0,
        "error": "it came without content and without an address" if state == "failed" else None,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache
def _stored() -> Select[Any]:
    wanted = MESSAGE.c.provider_id.in_(bindparam("provider_ids", expanding=True))
    mine = (MESSAGE.c.landlord == bindparam("landlord")) & (MESSAGE.c.channel == bindparam("channel"))
    return select(MESSAGE.c.id, MESSAGE.c.provider_id).where(mine, wanted)


@lru_cache
def _identities() -> Select[Any]:
    wanted = MAIL_IDENTITY.c.message_id.in_(bindparam("message_ids", expanding=True))
    return select(MAIL_IDENTITY).where(MAIL_IDENTITY.c.landlord == bindparam("landlord"), wanted)


@lru_cache
def _as_duplicate() -> Update:
    return (
        update(MESSAGE)
        .where(MESSAGE.c.id == bindparam("row_id"))
        .values(
            state="duplicate",
            duplicate_of=bindparam("first"),
            disposition="duplicate",
            reason="a second delivery of a mail that is stored already",
        )
    )
