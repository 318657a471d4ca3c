"""Each day: what is still overdue is put before whoever owes it, and before those above them."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Final

from sqlalchemy import Connection, RowMapping

from casework.overdue import told_of_overdue, working_days_late
from domain.calendars import Calendar
from domain.deadlines import ClockUnit
from domain.errors import CalendarError
from domain.uktime import local_date, start_of_local_day, to_local
from scheduler.node import LandlordSetup, Node
from store.audit import AuditEntry, append
from store.once import mark_once
from store.overdue import finish_older, overdue_duties
from store.work import Place, add_task_today

MORNING: Final = time(9)
"""UK time from which people are reminded."""


def remind_of_overdue(node: Node, tx: Connection, now: datetime) -> int:
    """Once a day and landlord, from nine in the morning; returns how many duties were put before people.

    A node that stood still makes up for it by one reminder, which tells since when the duty is overdue. On a day on
    which nobody works only what is counted in hours is told: a danger waits for no Monday.
    """
    if to_local(now).time() < MORNING:
        return 0
    told = 0
    for slug, setup in node.landlords.items():
        if mark_once(tx, f"overdue:{slug}:{local_date(now).isoformat()}", now):
            told += _remind_of(node, tx, slug, setup, now)
    return told


def _remind_of(node: Node, tx: Connection, slug: str, setup: LandlordSetup, now: datetime) -> int:
    today = start_of_local_day(local_date(now))
    rows = overdue_duties(tx, slug, before=today)
    if _works_on(setup.calendar, now):
        finish_older(tx, slug, before=today, now=now)
    else:
        rows = [row for row in rows if row["clock"] == ClockUnit.HOURS.value]
    for row in rows:
        audiences = tuple(_audiences(setup, row, now))
        for audience in audiences:
            add_task_today(
                tx,
                kind="overdue",
                reason=f"Still overdue since {to_local(row['due_at']):%d %b %Y %H:%M}: "
                f"{row['name'].replace('_', ' ')} (stage {row['stage']}), {row['basis']}.",
                place=Place(
                    about=f"{row['id']}:{local_date(now).isoformat()}:{audience}",
                    landlord=slug,
                    case_id=row["case_id"],
                ),
                ids=node.ids,
                now=now,
                team=audience,
            )
        detail = {"obligation": row["id"], "audiences": list(audiences)}
        entry = AuditEntry(actor="scheduler", action="obligation.overdue", detail=detail)
        append(tx, row["case_id"], [entry], now, node.audit_key)
    return len(rows)


def _audiences(setup: LandlordSetup, row: RowMapping, now: datetime) -> Iterator[str]:
    try:
        late = working_days_late(setup.calendar, row["due_at"], now)
    except CalendarError:
        late = 0
    yield from told_of_overdue(setup.policy, owner=row["owner"], stage=row["stage"], days_late=late)


def _works_on(calendar: Calendar, now: datetime) -> bool:
    """Whether people work that day; a day that no calendar knows is told of all the same."""
    try:
        return calendar.is_working_day(local_date(now))
    except CalendarError:
        return True
