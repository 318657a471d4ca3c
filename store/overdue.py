"""What is overdue, and the reminders of it of earlier days."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from domain.cases import ObligationState
from store.tables import OBLIGATION, TASK

_KIND = "overdue"


def overdue_duties(tx: Connection, landlord: str, *, before: datetime) -> list[RowMapping]:
    """What was breached before that moment and is still owed, the longest overdue first."""
    table = OBLIGATION
    late = (table.c.state == ObligationState.BREACHED.value, table.c.due_at < before, table.c.effective.is_(True))
    wanted = select(table).where(table.c.landlord == landlord, *late).order_by(table.c.due_at, table.c.id)
    return list(tx.execute(wanted).mappings())


def finish_older(tx: Connection, landlord: str, *, before: datetime, now: datetime) -> None:
    """A new day's reminders take the place of those that were made before that moment."""
    mine = (TASK.c.landlord == landlord, TASK.c.kind == _KIND, TASK.c.state == "open", TASK.c.created_at < before)
    tx.execute(update(TASK).where(*mine).values(state="done", done_by="scheduler", done_at=now))
