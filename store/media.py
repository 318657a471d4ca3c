"""Attachments that came as references: what became of fetching them, and of reading the words in them.

``unread``: the file is here, and its words are still to be looked through for danger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from domain.decisions import Disposition, NewTask, PersonBy
from domain.ports import Ids
from domain.understanding import SafetyFinding, Understanding
from store.tables import ATTACHMENT, MESSAGE
from store.work import Place, add_task_today, add_tasks

UNREAD: Final = "unread"
_DISPOSITIONS: Final = {each.value: each for each in Disposition}
"""What a rule says of a message; a person, or nobody yet, says other things."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A message as it was placed, held until the transaction ends."""

    state: str
    case_id: str | None
    disposition: Disposition
    safety: tuple[SafetyFinding, ...]
    understanding: Understanding | None


def media_fetched(
    tx: Connection, attachment_id: str, *, blob: str, size: int, content_type: str, has_words: bool, now: datetime
) -> None:
    """The file is here; nothing changes where its message was erased meanwhile."""
    tx.execute(
        update(ATTACHMENT)
        .where(ATTACHMENT.c.id == attachment_id, ATTACHMENT.c.state.in_(("waiting", "failed")))
        .values(
            state=UNREAD if has_words else "stored",
            due_at=now if has_words else None,
            blob=blob,
            size=size,
            content_type=content_type,
            error=None,
            lease_until=None,
        )
    )


def media_failed(
    tx: Connection, attachment_id: str, *, error: str, next_at: datetime | None, ids: Ids, now: datetime
) -> None:
    """It could not be fetched: tried again at ``next_at``, or given up and shown to a person."""
    changed = (
        update(ATTACHMENT)
        .where(ATTACHMENT.c.id == attachment_id, ATTACHMENT.c.state == "waiting")
        .values(state="waiting" if next_at else "failed", due_at=next_at, error=error, lease_until=None)
    )
    if tx.execute(changed).rowcount != 1 or next_at is not None:
        return
    add_task_today(
        tx,
        kind="attachment",
        reason="An attachment could not be fetched from the provider: ask the sender for it.",
        place=_place(tx, attachment_id),
        ids=ids,
        now=now,
    )


def mark_read(tx: Connection, attachment_id: str) -> bool:
    """Whether this call was the one that finished reading a file; its row is held until the transaction ends."""
    mine = (ATTACHMENT.c.id == attachment_id, ATTACHMENT.c.state == UNREAD)
    done = update(ATTACHMENT).where(*mine).values(state="stored", due_at=None, lease_until=None)
    return tx.execute(done).rowcount == 1


def leave_unread(tx: Connection, attachment_id: str, now: datetime) -> None:
    """Its message is not routed yet: looked at again as soon as it is."""
    tx.execute(
        update(ATTACHMENT).where(ATTACHMENT.c.id == attachment_id).values(state=UNREAD, due_at=now, lease_until=None)
    )


def show_unread(tx: Connection, attachment_id: str, *, ids: Ids, now: datetime) -> None:
    """A file that could not be looked through is read by a person, now."""
    if not mark_read(tx, attachment_id):
        return
    reason = "A file could not be looked through for danger: read it."
    task = NewTask(kind="unreadable", reason=reason, by=PersonBy.NOW, due_at=now)
    add_tasks(tx, (task,), place=_place(tx, attachment_id), ids=ids, now=now)


def add_words(tx: Connection, message_id: str, words: str, most: int) -> Placed | None:
    """Put a file's words beside a message's text, ``most`` code points in all; None of a message that was erased."""
    row = tx.execute(select(MESSAGE).where(MESSAGE.c.id == message_id).with_for_update()).mappings().one()
    if row["erased_at"] is not None:
        return None
    texts = list(row["attachment_texts"])
    room = most - sum(map(len, texts))
    if room > 0 and words[:room] not in texts:
        texts.append(words[:room])
        tx.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(attachment_texts=texts))
    return Placed(
        state=row["state"],
        case_id=row["case_id"],
        disposition=_DISPOSITIONS.get(row["disposition"], Disposition.UNCLEAR),
        safety=tuple(SafetyFinding.model_validate(finding) for finding in row["safety"]),
        understanding=Understanding.model_validate(row["understanding"]) if row["understanding"] else None,
    )


def add_findings(tx: Connection, message_id: str, findings: Sequence[SafetyFinding], flags: Sequence[str]) -> None:
    """Keep with a message what a file of it was found to say."""
    row = tx.execute(select(MESSAGE.c.safety, MESSAGE.c.flags).where(MESSAGE.c.id == message_id)).one()
    more = [finding.model_dump(mode="json", exclude_defaults=True) for finding in findings]
    values = {"safety": [*row.safety, *more], "flags": list(dict.fromkeys((*row.flags, *flags)))}
    tx.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(**values))


def _place(tx: Connection, attachment_id: str) -> Place:
    about = tx.execute(
        select(MESSAGE.c.landlord, MESSAGE.c.id, MESSAGE.c.case_id)
        .join(ATTACHMENT, ATTACHMENT.c.message_id == MESSAGE.c.id)
        .where(ATTACHMENT.c.id == attachment_id)
    ).one()
    return Place(about=attachment_id, landlord=about.landlord, case_id=about.case_id, message_id=about.id)
