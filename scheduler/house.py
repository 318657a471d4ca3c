"""Once a day: what a policy asks of its landlord every so often becomes a task for whoever owns it, once a period."""

from datetime import datetime

from sqlalchemy import Connection

from casework.house import house_duties
from domain.decisions import NewTask, PersonBy
from domain.uktime import end_of_local_day, local_date
from scheduler.node import Node
from store.once import mark_once
from store.work import Place, add_tasks


def put_before_people(node: Node, tx: Connection, now: datetime) -> int:
    """The tasks that are new; returns how many."""
    today = local_date(now)
    if not mark_once(tx, f"house:{today.isoformat()}", now):
        return 0
    made = 0
    for slug, setup in node.landlords.items():
        for duty in house_duties(setup.policy, today):
            task = NewTask(
                kind=duty.name,
                reason=duty.reason,
                by=PersonBy.ONE_WORKING_DAY,
                due_at=end_of_local_day(duty.due_on),
                team=duty.owner or setup.policy.teams["complaints"],
            )
            place = Place(about=f"{slug}:{duty.once}", landlord=slug)
            made += len(add_tasks(tx, (task,), place=place, ids=node.ids, now=now))
    return made
