"""A person who repeats themselves, from store to store: one clock, one task, one acknowledgement, one case."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.labels import Hazard, Intent, Kind
from domain.messages import Marks
from domain.understanding import Reading, Understanding
from scheduler.delivery import deliver_due
from scheduler.intake import take_in
from scheduler.node import Node
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import ALERT, CASE, MESSAGE, OBLIGATION, OUTBOX, QUESTION, REMINDER, TASK
from tests.builders import ANN, ANN_CHAT, NOW, a_finding, an_understanding
from tests.fakes import FakeSafety, FakeSender, FakeUnderstander
from tests.scheduler.nodes import a_node, an_arrival, look, look_at_one


class Following(FakeUnderstander):
    """Reads every message as a follow-up of a kind."""

    def __init__(self, kind: Kind, intent: Intent = Intent.FOLLOW_UP) -> None:
        super().__init__(kind)
        self.intent = intent

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        return tuple(an_understanding(self.kind, id=reading.id, intent=self.intent) for reading in readings)


async def says(node: Node, words: str, at: datetime) -> None:
    """A text comes in, is routed, and what it sets off goes out."""
    take_in(node, [an_arrival(f"SM-{at.isoformat()}", text=words, received_at=at)], at)
    await route_due(node, at)
    await deliver_due(node, at)


def owed(database: Database) -> Counter[tuple[str, int, str, str]]:
    """How often each duty is open."""
    return Counter(
        (row["name"], row["stage"], row["basis"], row["about"]) for row in look(database, OBLIGATION, state="open")
    )


async def test_complaint_in_a_case_that_is_one_doubles_neither_duties_nor_acknowledgement(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender())
    await says(node, "My boiler has been broken for six weeks and nobody came.", NOW)
    before = owed(database)
    with database.writing() as tx:
        question = {"id": "q", "landlord": "cestria", "case_id": look_at_one(database, CASE)["id"], "state": "open"}
        sent = {"to_kind": "phone", "to_value": ANN.value, "channel": "texts", "question": "outcome", "asked_at": NOW}
        tx.execute(QUESTION.insert().values(**question, **sent))
    await says(node, "COMPLAINT", NOW + timedelta(hours=1))
    assert owed(database) == before
    assert len(look(database, OUTBOX, purpose="acknowledge")) == 1


async def test_stage_two_asked_for_three_times_runs_once(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), understander=Following(Kind.COMPLAINT, Intent.ESCALATE))
    await says(node, "My boiler has been broken for six weeks and nobody came.", NOW)
    with database.writing() as tx:
        tx.execute(CASE.update().values(response_sent_at=NOW))
    await says(node, "take it to stage 2", NOW + timedelta(hours=1))
    once, nudges = owed(database), len(look(database, REMINDER))
    for hour in (2, 3):
        await says(node, "take it to stage 2", NOW + timedelta(hours=hour))
    assert ("respond", 2, "Code 6.14", "") in once
    assert (owed(database), len(look(database, REMINDER))) == (once, nudges)
    assert len(look(database, TASK, kind="escalation")) == 1
    assert len(look(database, OUTBOX, purpose="escalation")) == 1


async def test_stage_two_asked_for_too_early_again_and_again_is_one_task(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), understander=Following(Kind.COMPLAINT, Intent.ESCALATE))
    for hour in range(3):
        await says(node, "take it to stage 2", NOW + timedelta(hours=hour))
    assert len(look(database, TASK, kind="escalation")) == 1


async def test_a_flood_about_gas_is_one_clock_and_one_task(database: Database, blobs: BlobStore):
    understander = Following(Kind.SERVICE_REQUEST)
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()), understander=understander)
    for minute in range(5):
        await says(node, "smell of gas", NOW + timedelta(minutes=minute))
    assert len(look(database, CASE)) == 1
    assert [row["about"] for row in look(database, OBLIGATION, name="hazard_safe")] == ["gas"]
    assert (len(look(database, TASK, kind="hazard")), len(look(database, ALERT))) == (1, 1)
    assert len(look(database, MESSAGE, state="routed")) == 5


async def test_another_danger_in_the_same_case_has_its_own_clock(database: Database, blobs: BlobStore):
    safety = FakeSafety(a_finding())
    node = a_node(database, blobs, FakeSender(), safety=safety, understander=Following(Kind.SERVICE_REQUEST))
    await says(node, "gas", NOW)
    safety.findings = (a_finding(Hazard.FIRE),)
    await says(node, "fire", NOW + timedelta(minutes=1))
    assert [row["about"] for row in look(database, OBLIGATION, name="hazard_safe")] == ["gas", "fire"]


async def writes(node: Node, message: int, words: str, at: datetime = NOW) -> None:
    """A chat message comes in."""
    take_in(node, [an_arrival(f"501001/{message}/0", sender=ANN_CHAT, text=words, received_at=at)], at)


async def edits(node: Node, message: int, words: str, at: datetime) -> None:
    """The same message with other words, as Telegram names it, comes in and is routed."""
    later = f"501001/{message}/{int(at.timestamp())}"
    edited = Marks(edited=True)
    take_in(node, [an_arrival(later, sender=ANN_CHAT, text=words, received_at=at, marks=edited)], at)
    await route_due(node, at)


def a_chat_node(database: Database, blobs: BlobStore, safety: FakeSafety | None = None) -> Node:
    """Every message is a new request."""
    channel, understander = FakeSender(name="telegram"), FakeUnderstander(Kind.SERVICE_REQUEST)
    return a_node(database, blobs, channel, understander=understander, safety=safety or FakeSafety())


async def test_an_edit_the_next_day_joins_the_case_of_its_message(database: Database, blobs: BlobStore):
    node = a_chat_node(database, blobs)
    await writes(node, 7, "the tap drips")
    await route_due(node, NOW)
    await edits(node, 7, "the tap drips, and the bath", NOW + timedelta(days=1))
    assert {row["case_id"] for row in look(database, MESSAGE)} == {look_at_one(database, CASE)["id"]}
    assert {row["text"] for row in look(database, MESSAGE)} == {"the tap drips", "the tap drips, and the bath"}


async def test_an_edit_that_waits_beside_its_message_replaces_nothing(database: Database, blobs: BlobStore):
    node = a_chat_node(database, blobs)
    await writes(node, 7, "the tap drips")
    await edits(node, 7, "the tap drips, and the bath", NOW + timedelta(minutes=20))
    assert len(look(database, MESSAGE, case_id=look_at_one(database, CASE)["id"])) == 2


async def test_an_edit_joins_the_case_of_its_own_message_alone(database: Database, blobs: BlobStore):
    node = a_chat_node(database, blobs)
    for day, (number, words) in enumerate([(7, "the tap drips"), (70, "the roof")]):
        await writes(node, number, words, NOW + timedelta(days=day))
        await route_due(node, NOW + timedelta(days=day))
    await edits(node, 7, "the tap and the bath", NOW + timedelta(days=2))
    tap = look_at_one(database, MESSAGE, text="the tap drips")
    assert look_at_one(database, MESSAGE, text="the tap and the bath")["case_id"] == tap["case_id"]
    assert len(look(database, CASE)) == 2


async def test_a_danger_in_an_edit_alerts(database: Database, blobs: BlobStore):
    safety = FakeSafety()
    node = a_chat_node(database, blobs, safety)
    await writes(node, 7, "the boiler")
    await route_due(node, NOW)
    safety.findings = (a_finding(),)
    await edits(node, 7, "the boiler smells of gas", NOW + timedelta(days=1))
    assert look_at_one(database, ALERT)["case_id"] == look_at_one(database, CASE)["id"]
