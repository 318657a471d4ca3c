"""What could not be dealt with is set aside for a person: it stays whole, says why, and blocks nothing."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from domain.decisions import NewTask, PersonBy
from domain.ports import Ids
from store.tables import MESSAGE
from store.work import add_tasks


def set_message_aside(tx: Connection, message_id: str, *, reason: str, ids: Ids, now: datetime) -> None:
    """Take a message out of the queue and put it under "needs a person" at once (situations, invariant 9)."""
    tx.execute(
        update(MESSAGE)
        .where(MESSAGE.c.id == message_id)
        .values(state="set_aside", reason=reason, error=reason, lease_until=None)
    )
    landlord = tx.execute(select(MESSAGE.c.landlord).where(MESSAGE.c.id == message_id)).scalar_one()
    task = NewTask(kind="unreadable", reason=f"A message {reason}.", by=PersonBy.ONE_HOUR, due_at=now)
    add_tasks(tx, [task], about=message_id, landlord=landlord, case_id=None, message_id=message_id, ids=ids, now=now)
