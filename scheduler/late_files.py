"""The words of a file that came after its message: looked through for danger as those of the message were.

The model is not asked again: danger is found by phrase alone, and the message stays where it was placed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from domain.file_text import MOST_WORDS, text_of_file
from domain.understanding import SafetyFinding
from router.late_files import raised_by_file
from scheduler.node import Node
from scheduler.reading import read
from scheduler.situation import Read, address_key, situation_of
from store.apply import apply
from store.case_facts import one_case
from store.claims import claim_due
from store.database import run_writing
from store.facts import StoredMessage, load_messages, lock_addresses
from store.in_thread import in_thread
from store.media import UNREAD, Placed, add_findings, add_words, leave_unread, mark_read, show_unread
from store.tables import AttachmentRow

log = structlog.get_logger()
_AT_ONCE: Final = 50


@dataclass(frozen=True, kw_only=True)
class _File:
    """One attachment, what it says, and the danger phrases in that."""

    id: str
    message_id: str
    words: str
    found: tuple[SafetyFinding, ...]


@dataclass(frozen=True, kw_only=True)
class _Message:
    """The message of a file, and what became of it."""

    stored: StoredMessage
    placed: Placed


async def read_files_due(node: Node, now: datetime) -> int:
    """Look through the files whose messages were not routed when they came; how many are done with.

    Each is looked at once: those that still wait for their message are due again when it has been routed.
    """
    return await in_thread(_read_due, node, now)


def words_of(name: str, content_type: str, content: bytes) -> str:
    """The words of a file, as far as they are looked through; '' where it is no text."""
    return text_of_file(name, content_type.lower(), content, None)[0][:MOST_WORDS]


def look_through(node: Node, row: Mapping[Any, Any], now: datetime, words: str | None = None) -> bool:
    """Look through one file for danger; False where its message has to be routed first.

    What cannot be looked through is shown to a person at once.

    Args:
        node: what it works with.
        row: the attachment.
        now: when.
        words: what it says, where that has been read already.
    """
    try:
        said = words_of(row["name"], row["content_type"], node.blobs.get(row["blob"])) if words is None else words
        file = _File(id=row["id"], message_id=row["message_id"], words=said, found=node.safety.scan(said, "attachment"))
        done = run_writing(node.database, lambda tx: _write(node, tx, file, now))
    except Exception as problem:
        log.exception("a file was not looked through", attachment=row["id"], error=type(problem).__name__)
        done = True
        with node.database.writing() as tx:
            show_unread(tx, row["id"], ids=node.ids, now=now)
    if done:
        for role in ("duties", "deliver"):
            node.wake(role)
    return done


def _read_due(node: Node, now: datetime) -> int:
    with node.database.writing() as tx:
        lease = node.timing.sending_lease
        rows = claim_due(tx, AttachmentRow, now=now, lease=lease, limit=_AT_ONCE, states=(UNREAD,))
    return sum(look_through(node, row, now) for row in rows)


def _write(node: Node, tx: Connection, file: _File, now: datetime) -> bool:
    """One file.

    1. Take it, so that of two workers one raises what is in it.
    2. Keep its words with its message, which may be routed only now and is then scanned with them.
    3. Where the message was placed already, raise what is new.
    """
    (stored,) = load_messages(tx, [file.message_id])
    lock_addresses(tx, [address_key(stored)])
    if not mark_read(tx, file.id):
        return True
    placed = add_words(tx, stored.id, file.words, MOST_WORDS)
    if placed is None:
        return True
    if placed.state == "waiting":  # it may have been loaded without these words: seen again once it is routed
        leave_unread(tx, file.id, now)
        return False
    if file.found:
        _raise(node, tx, file, _Message(stored=stored, placed=placed), now)
    return True


def _raise(node: Node, tx: Connection, file: _File, of: _Message, now: datetime) -> None:
    message, placed = of.stored.message, of.placed
    setup = node.landlords[message.landlord]
    reading, split = read(of.stored)
    item = Read(
        stored=of.stored, reading=reading, split=split, safety=placed.safety, understanding=placed.understanding
    )
    case = one_case(tx, message.landlord, message.sender, case_id=placed.case_id) if placed.case_id else None
    situation = situation_of(node, tx, item, setup, now)
    decision = raised_by_file(situation, file.found, case=case, disposition=placed.disposition)
    add_findings(tx, of.stored.id, file.found, decision.effects.flags if decision else ())
    if decision is None:
        return
    applied = apply(
        tx,
        decision.effects,
        landlord=message.landlord,
        policy=situation.policy,
        wordings=node.wordings,
        ids=node.ids,
        now=now,
        actor="router",
        message=of.stored,
        decision=decision,
        understanding=placed.understanding,
        safety=file.found,
        keys=node.audit_key,
        mail_domain=setup.mail_domain,
        file_id=file.id,
    )
    log.info(
        "danger in a file",
        attachment=file.id,
        message=of.stored.id,
        landlord=message.landlord,
        case=applied.case_id,
        alerts=len(applied.alert_ids),
    )
