"""Erasing a message: its words and files go, that it was there stays, and the audit's chains still hold."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from domain.errors import NotFound
from store.audit import AuditEntry, AuditKey, append, landlord_chain
from store.files import forget_raws, known_files
from store.search import unindex_message
from store.tables import ATTACHMENT, MESSAGE

ERASED: Final = "(erased)"


def erase_message(tx: Connection, message_id: str, now: datetime, *, by: str, keys: AuditKey) -> tuple[str, ...]:
    """Erase what somebody wrote; the audit keeps its digest, which nobody can read back.

    Returns:
        The sha256s of files that no row names any more: to be removed from the blob store once this has committed.

    Raises:
        NotFound: there is no such message.
    """
    row = tx.execute(select(MESSAGE).where(MESSAGE.c.id == message_id)).mappings().first()
    if row is None:
        raise NotFound("there is no such message")
    files = select(ATTACHMENT.c.blob).where(ATTACHMENT.c.message_id == message_id, ATTACHMENT.c.blob.is_not(None))
    named = [row["raw_blob"], *tx.execute(files).scalars()]
    unindex_message(tx, message_id)
    tx.execute(
        update(MESSAGE)
        .where(MESSAGE.c.id == message_id)
        .values(
            text=ERASED,
            subject=None,
            html=None,
            attachment_texts=[],
            sender_name=None,
            raw_blob="",
            content_hash="",
            form={},
            understanding=None,
            safety=[],
            answers_button=None,
            erased_at=now,
        )
    )
    attachments = update(ATTACHMENT).where(ATTACHMENT.c.message_id == message_id)
    tx.execute(attachments.values(name=ERASED, blob=None, url=None, size=None, state="erased"))
    forget_raws(tx, named)
    entry = AuditEntry(actor=by, action="message.erased", detail={"message": message_id})
    append(tx, row["case_id"] or landlord_chain(row["landlord"]), [entry], now, keys)
    return tuple(sorted(set(named) - known_files(tx)))
