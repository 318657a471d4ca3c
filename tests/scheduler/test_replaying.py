"""A replay: the way of intake once more, exactly once, whatever comes of it and whoever else asks at that moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from domain.messages import DeliveryReport, DeliveryState, InboundMessage, Received, SetAside
from scheduler.intake import REPORT_TYPE, Arrival, take_in
from scheduler.node import Node
from scheduler.replaying import Outcome, Replayed, replay
from scheduler.routing import route_due
from store.aside import Aside, find_aside
from store.audit import verify
from store.blobs import BlobStore
from store.database import Database
from store.intake import Inserted
from store.tables import AUDIT, CASE, DELIVERY_REPORT, MESSAGE, SET_ASIDE, TASK
from tests.builders import NOW, a_message
from tests.scheduler.nodes import NOT_UNICODE, a_node, look, look_at_one, that_is_refused
from tests.scheduler.nodes import an_arrival as an_ordinary_arrival

LATER = NOW + timedelta(hours=2)


def set_aside(node: Node) -> Aside:
    """One thing that came by texts and could not be read."""
    thing = SetAside(channel="texts", provider_id="body-1", raw=b"{", raw_type="application/json", reason="not JSON")
    arrival = Arrival(landlord="cestria", channel="texts", received=Received(set_aside=(thing,)))
    (result,) = take_in(node, [arrival], NOW)
    assert isinstance(result, Inserted)
    return found(node, result.set_aside[0])


def found(node: Node, aside_id: str) -> Aside:
    with node.database.reading() as tx:
        return find_aside(tx, aside_id)


def read_as(*messages: InboundMessage) -> Received:
    return Received(messages=messages)


def again(node: Node, aside: Aside, read: Received | str, *, by: str = "alice", now: datetime = LATER) -> Replayed:
    return replay(node, aside, read, by=by, now=now)


async def test_it_becomes_a_message_that_is_routed_and_its_task_is_done(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    replayed = again(node, aside, read_as(a_message(provider_id="SM1")))
    message = look_at_one(database, MESSAGE)
    assert (replayed.outcome, replayed.messages) == (Outcome.MESSAGE, (message["id"],))
    assert (message["received_at"], message["stored_at"]) == (NOW, LATER)
    assert await route_due(node, LATER) == 1
    assert look_at_one(database, CASE)["received_at"] == NOW
    done = found(node, aside.id)
    assert (done.state, done.became, done.done_by, done.done_at) == ("replayed", message["id"], "alice", LATER)
    task = look_at_one(database, TASK, once=f"unreadable:{aside.id}")
    assert (task["state"], task["done_by"]) == ("done", "alice")


def test_the_audit_says_who_replayed_it_and_what_came_of_it(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    again(node, aside, "still not JSON", by="bob")
    (message,) = again(node, aside, read_as(a_message())).messages
    entries = [(row["actor"], row["action"], row["detail"]) for row in look(database, AUDIT)]
    about = {"set_aside": aside.id, "channel": "texts"}
    assert entries == [
        ("bob", "set_aside.replayed", about | {"outcome": "set_aside", "message": None}),
        ("alice", "set_aside.replayed", about | {"outcome": "message", "message": message}),
    ]
    with database.reading() as tx:
        assert verify(tx) == []


def test_a_second_replay_finds_it_gone_and_stores_nothing(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    again(node, aside, read_as(a_message(provider_id="SM1")))
    second = again(node, aside, read_as(a_message(provider_id="SM2")), by="bob")
    assert (second.outcome, second.messages) == (Outcome.GONE, ())
    assert look_at_one(database, MESSAGE)["provider_id"] == "SM1"
    assert found(node, aside.id).done_by == "alice"


def test_of_two_people_at_a_time_one_replays_it(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda by: again(node, aside, read_as(a_message(provider_id=by)), by=by), ("alice", "bob"))
    assert {each.outcome for each in results} == {Outcome.MESSAGE, Outcome.GONE}
    assert look_at_one(database, MESSAGE)["provider_id"] == found(node, aside.id).done_by


def test_a_message_that_came_by_another_way_meanwhile_is_not_doubled(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    take_in(node, [an_ordinary_arrival("SM1")], NOW)
    replayed = again(node, aside, read_as(a_message(provider_id="SM1")))
    assert (replayed.outcome, replayed.messages) == (Outcome.KNOWN, (look_at_one(database, MESSAGE)["id"],))
    assert look_at_one(database, TASK)["state"] == "done"


def test_what_still_cannot_be_read_waits_on_with_the_reason_and_its_one_open_task(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    for reason in ("no words", "no sender"):
        replayed = again(node, aside, reason)
        assert (replayed.outcome, replayed.reason) == (Outcome.ASIDE, reason)
    waiting = found(node, aside.id)
    assert (waiting.state, waiting.reason, waiting.note) == ("waiting", "not JSON", "no sender")
    assert (look_at_one(database, TASK)["state"], look(database, MESSAGE)) == ("open", [])


def test_a_reader_that_sets_it_aside_again_makes_no_second_thing(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    thing = SetAside(channel="texts", provider_id="other", raw=b"{", raw_type="application/json", reason="broken still")
    assert again(node, aside, Received(set_aside=(thing,))).reason == "broken still"
    assert look_at_one(database, SET_ASIDE)["state"] == "waiting"


def test_what_the_database_refuses_again_waits_on(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    aside = set_aside(node)
    read = that_is_refused(an_ordinary_arrival("SM1")).received
    replayed = again(node, aside, read)
    assert replayed.outcome is Outcome.ASIDE
    assert str(replayed.reason).startswith("it could not be stored as it is (")
    assert (look(database, MESSAGE), look_at_one(database, SET_ASIDE)["state"]) == ([], "waiting")


def test_with_the_database_in_trouble_nothing_is_changed(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, ids=failing_ids)
    aside = set_aside(a_node(database, blobs))
    with pytest.raises(OperationalError):
        again(node, aside, read_as(a_message()))
    assert (found(node, aside.id), look(database, AUDIT)) == (aside, [])


class FailingIds:
    """As a disk that is full."""

    def new(self) -> str:
        raise OperationalError("insert", {}, OSError("disk full"))


failing_ids = FailingIds()


@pytest.mark.parametrize(
    ("received", "outcome"),
    [
        (Received(), Outcome.NOTHING),
        (
            Received(
                reports=(DeliveryReport(channel="texts", provider_id="SM9", state=DeliveryState.DELIVERED, at=NOW),)
            ),
            Outcome.REPORT,
        ),
    ],
)
def test_what_is_no_message_is_done_with(database: Database, blobs: BlobStore, received: Received, outcome: Outcome):
    node = a_node(database, blobs)
    aside = set_aside(node)
    assert again(node, aside, received).outcome is outcome
    assert len(look(database, DELIVERY_REPORT)) == len(received.reports)
    assert (found(node, aside.id).state, look_at_one(database, TASK)["state"]) == ("replayed", "done")


def refused_report() -> Received:
    report = DeliveryReport(channel="texts", provider_id="SM9", state=DeliveryState.SENT, at=NOW)
    return Received(reports=(report.model_copy(update={"at": NOW.replace(tzinfo=None)}),))


def refused_message() -> Received:
    return Received(messages=(a_message(raw=b"as it came").model_copy(update={"sender_name": NOT_UNICODE}),))


@pytest.mark.parametrize(
    ("received", "raw_type"), [(refused_message, "application/json"), (refused_report, REPORT_TYPE)]
)
def test_what_was_refused_keeps_its_type_and_its_time(
    tmp_path_factory: pytest.TempPathFactory,
    database: Database,
    received: Callable[[], Received],
    raw_type: str,
):
    node = a_node(database, BlobStore(tmp_path_factory.mktemp("blobs")))
    take_in(node, [Arrival(landlord="cestria", channel="texts", received=received())], LATER)
    row = look_at_one(database, SET_ASIDE)
    assert row["raw_type"] == raw_type
    assert row["received_at"] == (NOW if raw_type == "application/json" else None)


async def test_a_message_that_could_not_be_routed_is_routed_once_what_broke_it_is_mended(
    database: Database, blobs: BlobStore
):
    broken = a_node(database, blobs, landlords={})
    take_in(broken, [an_ordinary_arrival("SM1")], NOW)
    assert await route_due(broken, NOW) == 1
    message = look_at_one(database, MESSAGE)
    assert message["state"] == "set_aside"
    node = a_node(database, blobs)
    assert again(node, found(node, message["id"]), Received()).outcome is Outcome.QUEUED
    assert await route_due(node, LATER) == 1
    assert look_at_one(database, MESSAGE)["state"] == "routed"
    assert look_at_one(database, CASE)["received_at"] == NOW
    assert look(database, TASK, state="open", kind="unreadable") == []
