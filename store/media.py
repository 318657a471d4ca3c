"""Attachments that came as references: what became of fetching them."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from domain.ports import Ids
from store.tables import ATTACHMENT, MESSAGE
from store.work import Place, add_task_today


def media_fetched(tx: Connection, attachment_id: str, *, blob: str, size: int, content_type: str) -> None:
    """The file is here."""
    tx.execute(
        update(ATTACHMENT)
        .where(ATTACHMENT.c.id == attachment_id)
        .values(state="stored", blob=blob, size=size, content_type=content_type, error=None, lease_until=None)
    )


def media_failed(
    tx: Connection, attachment_id: str, *, error: str, next_at: datetime | None, ids: Ids, now: datetime
) -> None:
    """It could not be fetched: tried again at ``next_at``, or given up and shown to a person."""
    tx.execute(
        update(ATTACHMENT)
        .where(ATTACHMENT.c.id == attachment_id)
        .values(state="waiting" if next_at else "failed", due_at=next_at, error=error, lease_until=None)
    )
    if next_at is not None:
        return
    about = tx.execute(
        select(MESSAGE.c.landlord, MESSAGE.c.id, MESSAGE.c.case_id)
        .join(ATTACHMENT, ATTACHMENT.c.message_id == MESSAGE.c.id)
        .where(ATTACHMENT.c.id == attachment_id)
    ).one()
    add_task_today(
        tx,
        kind="attachment",
        reason="An attachment could not be fetched from the provider: ask the sender for it.",
        place=Place(about=attachment_id, landlord=about.landlord, case_id=about.case_id, message_id=about.id),
        ids=ids,
        now=now,
    )
