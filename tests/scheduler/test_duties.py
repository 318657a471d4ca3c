"""What time alone brings: alerts up the rota, reminders, breaches (T7)."""

from datetime import datetime, timedelta

from domain.decisions import NewAlert
from domain.labels import Urgency
from scheduler.duties import do_duties
from scheduler.node import Node
from store.blobs import BlobStore
from store.database import Database
from store.duties import acknowledge_alert
from store.tables import ALERT, OBLIGATION, OUTBOX, REMINDER, TASK
from store.work import Place, raise_alerts
from tests.builders import NOW
from tests.fakes import FakeSender, FixedClock
from tests.scheduler.nodes import PAT, SAM, a_node, look, look_at_one
from tests.store.flow import ACKNOWLEDGE_BY, Flow

GAS = NewAlert(cause="gas", urgency=Urgency.EMERGENCY, rule="gas-smell")
NUDGE_AT = ACKNOWLEDGE_BY - timedelta(days=1)


def raise_alert(node: Node) -> None:
    """An alert that is due now."""
    with node.database.writing() as tx:
        raise_alerts(tx, [GAS], place=Place(about="m1", landlord="cestria"), ids=node.ids, now=NOW)


def open_case(node: Node) -> None:
    """A case that is to be acknowledged, with its nudge."""
    with node.database.writing() as tx:
        Flow(tx, node.blobs).open_case()


def told(database: Database, at: datetime) -> list[str]:
    """Who is told by what was queued at that moment."""
    return sorted(row["to_value"] for row in look(database, OUTBOX, purpose="alert", queued_at=at))


async def test_an_alert_goes_up_the_rota_round_by_round_until_somebody_has_it(database: Database, blobs: BlobStore):
    node, clock = a_node(database, blobs, FakeSender()), FixedClock(NOW)
    raise_alert(node)
    rounds = []
    for _ in range(3):
        await do_duties(node, clock.now())
        rounds.append(told(database, clock.now()))
        clock.advance(minutes=5)
    assert rounds == [[PAT.phone], [PAT.phone, SAM.phone], [PAT.phone, SAM.phone]]
    with database.writing() as tx:
        acknowledge_alert(tx, by="Sam", now=clock.now(), token=look_at_one(database, ALERT)["token"])
    await do_duties(node, clock.now())
    assert told(database, clock.now()) == []
    assert {row["state"] for row in look(database, OUTBOX, purpose="alert")} == {"cancelled"}


async def test_an_alert_is_not_repeated_before_its_time(database: Database, blobs: BlobStore):
    node, clock = a_node(database, blobs, FakeSender()), FixedClock(NOW)
    raise_alert(node)
    await do_duties(node, clock.now())
    await do_duties(node, clock.advance(minutes=4, seconds=59))
    assert len(look(database, OUTBOX, purpose="alert")) == 1


async def test_an_alert_is_urgent_and_carries_the_link_that_acknowledges_it(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    raise_alert(node)
    await do_duties(node, NOW)
    row, alert = look_at_one(database, OUTBOX), look_at_one(database, ALERT)
    assert row["urgent"]
    assert f"https://feedback.cestria.example/alert/{alert['token']}" in row["body"]


async def test_a_reminder_of_what_is_still_owed_becomes_a_task_once(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    open_case(node)
    await do_duties(node, NUDGE_AT)
    await do_duties(node, NUDGE_AT)
    assert look_at_one(database, REMINDER)["state"] == "sent"
    assert len(look(database, TASK, kind="reminder")) == 1


async def test_a_reminder_whose_duty_is_met_is_dropped(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    open_case(node)
    with database.writing() as tx:
        tx.execute(OBLIGATION.update().values(state="met"))
    await do_duties(node, NUDGE_AT)
    assert look_at_one(database, REMINDER)["state"] == "dropped"
    assert look(database, TASK, kind="reminder") == []


async def test_a_breach_is_marked_once_after_the_last_moment(database: Database, blobs: BlobStore):
    node, late = a_node(database, blobs), ACKNOWLEDGE_BY + timedelta(seconds=1)
    open_case(node)
    await do_duties(node, ACKNOWLEDGE_BY)
    assert look_at_one(database, OBLIGATION)["state"] == "open"
    await do_duties(node, late)
    await do_duties(node, late + timedelta(hours=1))
    owed = look_at_one(database, OBLIGATION)
    assert (owed["state"], owed["breached_at"]) == ("breached", late)
    assert len(look(database, TASK, kind="breach")) == 1


async def test_cestria_68_what_the_policy_asks_of_the_landlord_is_a_task_once_a_period(
    database: Database, blobs: BlobStore
):
    node, clock = a_node(database, blobs, FakeSender()), FixedClock(NOW)
    await do_duties(node, clock.now())
    first = {row["once"] for row in look(database, TASK, case_id=None)}
    assert any(each.startswith("policy_review:cestria:") for each in first)
    await do_duties(node, clock.advance(days=1))
    assert {row["once"] for row in look(database, TASK, case_id=None)} == first


async def test_cestria_23_the_director_who_owns_the_policy_hears_of_each_breach(database: Database, blobs: BlobStore):
    node, clock = a_node(database, blobs, FakeSender()), FixedClock(NOW)
    open_case(node)
    await do_duties(node, clock.advance(days=30))
    told_of = look(database, TASK, kind="breach_of_policy")
    assert {row["team"] for row in told_of} == {"Director of Finance and Corporate Services"}
    assert len(told_of) == len(look(database, TASK, kind="breach"))
