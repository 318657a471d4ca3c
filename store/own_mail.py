"""Which of the mails that came in are our own come back: the outbox knows their id, and their words. Reads only.

A domain of ours in a Message-ID proves nothing, as the mails of every colleague have it too; nor does the header that
every installation of this program writes.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select

from domain.messages import Marks
from store.tables import OUTBOX


def sent_by_us(tx: Connection, rows: Sequence[RowMapping]) -> dict[str, bool]:
    """The ids of those rows of the message table that name a mail of ours, and whether it came back as it was."""
    claimed = {row["id"]: _claimed(row) for row in rows}
    wanted = sorted({message_id for ids in claimed.values() for _, message_id in ids})
    if not wanted:
        return {}
    sent = {(row.landlord, row.message_id): row.body for row in tx.execute(_own_mails(), {"message_ids": wanted})}
    return {row["id"]: _is_unchanged(row, sent) for row in rows if claimed[row["id"]] & sent.keys()}


def marks_of(row: RowMapping, ours: dict[str, bool]) -> Marks:
    """The marks of a message: a loop only where every word is ours, since danger in our own words is not looked for."""
    marks = Marks(**row["marks"])
    unchanged = ours.get(row["id"])
    if unchanged is None:
        return marks
    reason = "a mail that we sent came back" if unchanged else "a mail that we sent came back with other words"
    added = {"loop": unchanged, "suppress_answer": True, "reasons": (*marks.reasons, reason)}
    return marks.model_copy(update=added)


def _claimed(row: RowMapping) -> set[tuple[str, str]]:
    """The landlord with the ids under which a mail says that it was sent."""
    said = (row["message_id"], row["marks"].get("says_sent_as"))
    return {(row["landlord"], message_id) for message_id in said if message_id}


def _is_unchanged(row: RowMapping, sent: dict[tuple[str, str], str]) -> bool:
    words = row["text"].split()
    return not row["attachment_texts"] and any(sent[one].split() == words for one in _claimed(row) & sent.keys())


@lru_cache
def _own_mails() -> Select[Any]:
    wanted = OUTBOX.c.message_id.in_(bindparam("message_ids", expanding=True))
    return select(OUTBOX.c.landlord, OUTBOX.c.message_id, OUTBOX.c.body).where(wanted)
