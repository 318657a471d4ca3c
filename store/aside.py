"""What could not be dealt with is set aside for a person: it stays whole, says why, and blocks nothing."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from domain.decisions import NewTask, PersonBy
from domain.ports import Ids
from store.tables import MESSAGE, SET_ASIDE
from store.work import Place, add_tasks


def set_message_aside(tx: Connection, message_id: str, *, reason: str, ids: Ids, now: datetime) -> bool:
    """Take a message out of the queue and put it under "needs a person" at once (situations, invariant 9).

    False where somebody else has dealt with it meanwhile: it stays as it is.
    """
    aside = (
        update(MESSAGE)
        .where(MESSAGE.c.id == message_id, MESSAGE.c.state == "waiting")
        .values(state="set_aside", reason=reason, error=reason, lease_until=None)
        .returning(MESSAGE.c.landlord)
    )
    landlord = tx.execute(aside).scalar_one_or_none()
    if landlord is None:
        return False
    task = NewTask(kind="unreadable", reason=f"A message {reason}.", by=PersonBy.ONE_HOUR, due_at=now)
    add_tasks(tx, [task], place=Place(about=message_id, landlord=landlord, message_id=message_id), ids=ids, now=now)
    return True


def count_aside(tx: Connection) -> int:
    """How much waits for a person because it could not be dealt with: messages, and what could not be read as one."""
    messages = select(func.count()).select_from(MESSAGE).where(MESSAGE.c.state == "set_aside").scalar_subquery()
    unread = select(func.count()).select_from(SET_ASIDE).where(SET_ASIDE.c.state == "waiting").scalar_subquery()
    return int(tx.execute(select(messages + unread)).scalar_one())
