"""What follows from a route in the database: its question is answered, and whoever deals with it has a task."""

from datetime import datetime

from sqlalchemy import Connection

from casework.acts import Act
from casework.acts_routes import LeaveRoute, SetRoute
from casework.people import Person
from casework.routes import flags_of, routes
from domain.decisions import NewTask, PersonBy
from domain.uktime import end_of_local_day, local_date
from scheduler.node import Node
from scheduler.standing import Standing, setup_for
from store.work import Place, add_tasks, finish_tasks


def follow_route(node: Node, tx: Connection, standing: Standing, act: Act, *, by: Person, now: datetime) -> None:
    """Close the tasks that asked for this decision; of a route that is set, give its people one for today."""
    if not isinstance(act, SetRoute | LeaveRoute):
        return
    row = standing.row
    finish_tasks(tx, row["id"], kinds=flags_of(act.route), by=by.id, now=now)
    if isinstance(act, LeaveRoute) or act.stage:
        return
    policy = setup_for(node, row).policy
    where = routes(policy)[act.route].where
    task = NewTask(
        kind=f"route_{act.route}",
        reason=f"A person sent this your way ({act.route.replace('_', ' ')}); the complaint goes on beside it.",
        by=PersonBy.SAME_DAY,
        due_at=end_of_local_day(local_date(now)),
        team=policy.teams.get(where.replace(" ", "_"), where),
    )
    place = Place(about=f"{row['id']}.{row['version']}", landlord=row["landlord"], case_id=row["id"])
    add_tasks(tx, (task,), place=place, ids=node.ids, now=now)
