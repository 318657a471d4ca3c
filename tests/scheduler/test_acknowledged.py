"""The answer's clock counts from the acknowledgement that has really left (Code 6.3): from store to store."""

from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping

from domain.decisions import Effects
from domain.errors import SendError
from domain.messages import DeliveryReport, DeliveryState
from domain.uktime import local_date
from scheduler.delivery import deliver_due
from scheduler.node import LandlordSetup, Node
from scheduler.routing import route_due
from store.apply import apply
from store.blobs import BlobStore
from store.database import Database
from store.delivery import record_delivery
from store.register import show_case
from store.tables import CASE, OBLIGATION, REMINDER
from tests.builders import NOW, a_message, a_policy, calendars
from tests.fakes import FakeSender
from tests.scheduler.nodes import KEYS, a_node, look, look_at_one, take_in_texts
from tests.store.flow import WORDINGS, an_answer

BUSY = SendError(retryable=True, code="http_503", words="The provider is busy.")
TOLD = "Monday 23 November 2026"


def a_group_node(database: Database, blobs: BlobStore, channel: FakeSender) -> Node:
    """A node of a landlord whose answer is due ten working days after the acknowledgement."""
    policy = a_policy("group")
    node = a_node(database, blobs, channel)
    channel.landlord = "group"
    rota = node.landlords["cestria"].duty
    setup = LandlordSetup(policy=policy, calendar=calendars()[policy.calendar], duty=rota, mail_domain="group.example")
    return a_node(database, blobs, channel, landlords={"group": setup})


async def complain(node: Node) -> None:
    """A complaint comes in, and is acknowledged if the provider takes it."""
    take_in_texts(node, "SM1", landlord="group", text="My boiler has been broken for a week and nobody came.")
    await route_due(node, NOW)
    await deliver_due(node, NOW)


def responses(database: Database, **where: object) -> list[RowMapping]:
    """The clocks of the answer that are open."""
    return list(look(database, OBLIGATION, name="respond", state="open", **where))


def days(rows: list[RowMapping]) -> set[date]:
    return {local_date(row["due_at"]) for row in rows}


def bounce(node: Node, at: datetime) -> None:
    """The provider says afterwards that the acknowledgement did not arrive."""
    report = DeliveryReport(channel="texts", provider_id="texts-1", state=DeliveryState.FAILED, at=at)
    with node.database.writing() as tx:
        record_delivery(tx, "group", report, ways=node.other_ways, ids=node.ids, now=at, keys=KEYS)


async def a_person_acknowledges(node: Node, at: datetime) -> None:
    """In words of their own, that tell no date of ours."""
    case = look_at_one(node.database, CASE)
    draft = an_answer(a_message(), purpose="by_hand", wording="plain", automatic=None)
    setup = node.landlords["group"]
    with node.database.writing() as tx:
        apply(
            tx,
            Effects(join_case_id=case["id"], drafts=(draft,)),
            landlord="group",
            policy=setup.policy,
            wordings=WORDINGS,
            ids=node.ids,
            now=at,
            actor="alice",
            message=None,
            decision=None,
            understanding=None,
            keys=KEYS,
            mail_domain="group.example",
        )
    await deliver_due(node, at)


async def test_the_tenant_the_register_and_the_duty_name_the_same_day(database: Database, blobs: BlobStore):
    channel = FakeSender()
    await complain(a_group_node(database, blobs, channel))
    assert days(responses(database)) == {date(2026, 11, 23)}
    assert TOLD in channel.sent[0].body
    with database.reading() as tx:
        shown = show_case(tx, look_at_one(database, CASE)["reference"])["obligations"]
    assert {row["due"][:10] for row in shown if row["name"] == "respond"} == {"2026-11-23"}
    assert not any(row["planned"] for row in responses(database))


async def test_an_acknowledgement_that_the_provider_takes_days_later_keeps_the_date_that_it_tells(
    database: Database, blobs: BlobStore
):
    channel = FakeSender(errors=[BUSY, BUSY])
    node = a_group_node(database, blobs, channel)
    await complain(node)
    assert all(row["planned"] for row in responses(database, counted_from="acknowledged"))
    await deliver_due(node, NOW + timedelta(days=2))
    assert TOLD in channel.sent[0].body
    assert days(responses(database)) == {date(2026, 11, 23)}
    assert not any(row["planned"] for row in responses(database))


async def test_after_a_bounce_the_answer_counts_from_a_persons_acknowledgement(database: Database, blobs: BlobStore):
    node = a_group_node(database, blobs, FakeSender())
    await complain(node)
    bounce(node, NOW + timedelta(hours=1))
    assert all(row["planned"] for row in responses(database, counted_from="acknowledged"))
    await a_person_acknowledges(node, NOW + timedelta(days=2))
    (row,) = responses(database, effective=True)
    assert (local_date(row["due_at"]), row["planned"]) == (date(2026, 11, 25), False)
    assert {local_date(nudge["fire_at"]) for nudge in look(database, REMINDER, state="waiting")} >= {
        date(2026, 11, 24),
        date(2026, 11, 25),
    }
    assert look(database, OBLIGATION, name="respond", state="replaced")


async def test_a_late_acknowledgement_gains_no_time(database: Database, blobs: BlobStore):
    node = a_group_node(database, blobs, FakeSender())
    await complain(node)
    bounce(node, NOW + timedelta(hours=1))
    await a_person_acknowledges(node, NOW + timedelta(days=12))
    assert days(responses(database, effective=True)) == {date(2026, 11, 30)}
