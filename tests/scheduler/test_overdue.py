"""What is overdue is put before people every day until it is done, whatever happened to the node meanwhile."""

from datetime import datetime, time, timedelta

from domain.uktime import local_date, local_instant
from router.owed import reminders
from scheduler.duties import do_duties
from scheduler.node import Node
from store.audit import verify
from store.blobs import BlobStore
from store.database import Database
from store.tables import AUDIT, OBLIGATION, REMINDER, TASK
from tests.builders import NOW
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look
from tests.store.flow import ACKNOWLEDGE_BY, Flow, an_obligation

DUE = local_date(ACKNOWLEDGE_BY)  # a Thursday
OWNER = "contact centre"
MANAGER = "the relevant Service Manager"
DIRECTOR = "the relevant Director"


def with_its_ladder(node: Node) -> None:
    """A case with one duty and every nudge before its end."""
    duty = an_obligation()
    nudges = reminders(node.landlords["cestria"].calendar, NOW, (duty,))
    with node.database.writing() as tx:
        Flow(tx, node.blobs).open_case(obligations=(duty,), reminders=nudges)


def nudged(database: Database) -> list[tuple[str, datetime]]:
    """Every nudge that became a task, by whom it is for and its time."""
    sent = look(database, REMINDER, state="sent")
    assert len(look(database, TASK, kind="reminder")) == len(sent)
    return sorted((row["audience"], row["fire_at"]) for row in sent)


LADDER = sorted(
    [
        ("handler", NOW + (ACKNOWLEDGE_BY - NOW) * 0.5),
        ("handler", NOW + (ACKNOWLEDGE_BY - NOW) * 0.8),
        ("handler", local_instant(DUE - timedelta(days=1), time(9))),
        ("manager", local_instant(DUE - timedelta(days=1), time(9))),
        ("manager", ACKNOWLEDGE_BY),
    ]
)


async def test_each_step_of_the_ladder_is_told_at_its_time_and_once(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    with_its_ladder(node)
    for moment in sorted({fire_at for _, fire_at in LADDER}):
        await do_duties(node, moment - timedelta(seconds=1))
        assert nudged(database) == [step for step in LADDER if step[1] < moment]
        await do_duties(node, moment)
        await do_duties(node, moment)
    assert nudged(database) == LADDER


async def test_no_reminder_is_lost_or_told_twice_over_a_stop_of_the_node(database: Database, blobs: BlobStore):
    with_its_ladder(a_node(database, blobs, FakeSender()))
    again = a_node(database, blobs, FakeSender())
    for hours in (1, 2):
        await do_duties(again, ACKNOWLEDGE_BY + timedelta(hours=hours))
    assert nudged(database) == LADDER
    assert len(look(database, TASK, kind="breach")) == 1


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
