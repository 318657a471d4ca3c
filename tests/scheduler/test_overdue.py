"""What is overdue is put before people every day until it is done, whatever happened to the node meanwhile."""

from datetime import datetime, time, timedelta

from domain.uktime import local_date, local_instant
from scheduler.duties import do_duties
from scheduler.node import Node
from store.audit import verify
from store.blobs import BlobStore
from store.database import Database
from store.tables import AUDIT, OBLIGATION, TASK
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look
from tests.store.flow import ACKNOWLEDGE_BY, Flow, an_obligation

DUE = local_date(ACKNOWLEDGE_BY)  # a Thursday
OWNER = "contact centre"
MANAGER = "the relevant Service Manager"
DIRECTOR = "the relevant Director"


def open_case(node: Node, **duty: object) -> None:
    """A case with one duty."""
    with node.database.writing() as tx:
        Flow(tx, node.blobs).open_case(obligations=(an_obligation(**duty),), reminders=())


def nine(days: int) -> datetime:
    """Nine in the morning, so many days after the day on which it was due."""
    return local_instant(DUE + timedelta(days=days), time(9))


def told(database: Database) -> list[str]:
    """Before whom it stands."""
    return [row["team"] for row in look(database, TASK, kind="overdue", state="open")]


async def test_what_is_overdue_is_told_each_working_day_and_to_the_next_above_from_the_third(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender())
    open_case(node)
    days = {}
    for day in range(7):
        await do_duties(node, nine(day))
        await do_duties(node, nine(day) + timedelta(hours=5))
        days[day] = {row["team"] for row in look(database, TASK, kind="overdue") if row["created_at"] == nine(day)}
    friday = {OWNER, MANAGER}
    tuesday = friday | {DIRECTOR}
    assert days == {0: set(), 1: friday, 2: set(), 3: set(), 4: friday, 5: tuesday, 6: tuesday}
    assert sorted(told(database)) == sorted(tuesday)  # a day's reminder takes the place of the day before's
    assert len(look(database, AUDIT, action="obligation.overdue")) == 4
    with database.reading() as tx:
        assert verify(tx) == []


async def test_nobody_is_reminded_before_nine_in_the_morning(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    open_case(node)
    await do_duties(node, nine(1) - timedelta(seconds=1))
    assert told(database) == []


async def test_a_node_that_stood_still_makes_up_by_one_reminder(database: Database, blobs: BlobStore):
    open_case(a_node(database, blobs, FakeSender()))
    again = a_node(database, blobs, FakeSender())
    await do_duties(again, nine(8) + timedelta(hours=7))
    await do_duties(again, nine(8) + timedelta(hours=8))
    assert sorted(told(database)) == sorted([OWNER, MANAGER, DIRECTOR])


async def test_a_reminder_of_friday_stands_over_the_weekend(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    open_case(node)
    await do_duties(node, nine(1))
    await do_duties(node, nine(2))
    assert sorted(told(database)) == sorted([OWNER, MANAGER])


async def test_what_is_done_is_told_no_more(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    open_case(node)
    await do_duties(node, nine(1))
    with database.writing() as tx:
        tx.execute(OBLIGATION.update().values(state="met"))
    await do_duties(node, nine(4))
    assert told(database) == []


async def test_what_counts_in_hours_is_told_on_a_saturday_too(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    open_case(node, name="hazard_safe", clock="hours", amount=24, about="gas")
    await do_duties(node, nine(2))
    assert sorted(told(database)) == sorted([OWNER, MANAGER])
