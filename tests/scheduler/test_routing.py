"""How waiting messages are understood, decided and written (T2 and T3)."""

from collections.abc import Sequence
from datetime import timedelta

from domain.labels import Kind
from domain.understanding import Reading, SafetyFinding, Understanding
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.duties import acknowledge_alert
from store.tables import ALERT, CASE, MESSAGE, OUTBOX, TASK
from tests.builders import BOB, NOW, a_finding
from tests.fakes import FakeSafety, FakeSender, FakeUnderstander
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts


class BrokenUnderstander(FakeUnderstander):
    """The model is missing."""

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        raise RuntimeError(f"no model for {len(readings)} messages")


class WritingUnderstander(FakeUnderstander):
    """Writes to the database while it understands: with a transaction open in its thread that is an error."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.done = 0

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        with self.database.writing():
            self.done += len(readings)
        return super().understand(readings)


class BrokenAt(FakeSafety):
    """Fails at one text; it notes the others."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        if text == self.text:
            raise ValueError("a bug")
        return super().scan(text, part)


async def test_a_message_is_understood_made_a_case_and_answered(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    take_in_texts(node, "SM1", text="My boiler has been broken for a week and nobody came.")
    assert await route_due(node, NOW) == 1
    case = look_at_one(database, CASE)
    assert case["kind"] == Kind.COMPLAINT
    assert look_at_one(database, MESSAGE)["case_id"] == case["id"]
    assert case["reference"] in look_at_one(database, OUTBOX)["body"]
    assert await route_due(node, NOW) == 0


async def test_a_flood_about_one_danger_is_one_alert_until_somebody_has_it(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", "SM2", "SM3", text="There is a smell of gas.")
    await route_due(node, NOW)
    take_in_texts(node, "SM4", text="There is a smell of gas.", received_at=NOW + timedelta(minutes=3))
    await route_due(node, NOW + timedelta(minutes=3))
    alert, case = look_at_one(database, ALERT), look_at_one(database, CASE)
    assert {message["case_id"] for message in look(database, MESSAGE)} == {alert["case_id"]} == {case["id"]}
    with database.writing() as tx:
        acknowledge_alert(tx, by="Pat", now=NOW, token=alert["token"])
    take_in_texts(node, "SM5", text="There is a smell of gas.", received_at=NOW + timedelta(minutes=6))
    await route_due(node, NOW + timedelta(minutes=6))
    assert sorted(row["state"] for row in look(database, ALERT)) == ["acknowledged", "open"]


async def test_two_neighbours_with_the_same_danger_are_two_alerts(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    take_in_texts(node, "SM2", text="There is a smell of gas.", sender=BOB)
    await route_due(node, NOW)
    assert len(look(database, ALERT)) == 2


async def test_a_poison_message_is_set_aside_with_a_task_and_the_others_are_routed(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender())
    take_in_texts(node, "SM1")
    take_in_texts(node, "SM2", landlord="gone")  # a landlord that the configuration no longer has
    take_in_texts(node, "SM3", sender=BOB)
    assert await route_due(node, NOW) == 3
    poison = look_at_one(database, MESSAGE, provider_id="SM2")
    assert (poison["state"], poison["reason"]) == ("set_aside", "could not be routed: KeyError")
    assert look_at_one(database, TASK, message_id=poison["id"])["kind"] == "unreadable"
    others = [look_at_one(database, MESSAGE, provider_id=name) for name in ("SM1", "SM3")]
    assert all(message["case_id"] for message in others)


async def test_a_message_that_cannot_be_read_is_set_aside_and_the_others_are_routed(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender(), safety=BrokenAt("poison"))
    take_in_texts(node, "SM1", text="poison")
    take_in_texts(node, "SM2", sender=BOB)
    assert await route_due(node, NOW) == 2
    poison = look_at_one(database, MESSAGE, provider_id="SM1")
    assert (poison["state"], poison["reason"]) == ("set_aside", "could not be read: ValueError")
    assert look_at_one(database, TASK, message_id=poison["id"])["kind"] == "unreadable"
    assert look_at_one(database, MESSAGE, provider_id="SM2")["case_id"]


async def test_without_a_model_a_message_gets_the_neutral_words_and_waits_for_a_person(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender(), understander=BrokenUnderstander())
    take_in_texts(node, "SM1", text="My boiler has been broken for a week and nobody came.")
    assert await route_due(node, NOW) == 1
    answers = {row["purpose"]: str(row["wording"]).partition("@")[0] for row in look(database, OUTBOX)}
    assert answers["acknowledge"] == "neutral"
    message = look_at_one(database, MESSAGE)
    assert message["state"] != "waiting"
    assert look(database, TASK, message_id=message["id"], state="open")


async def test_without_a_model_danger_is_still_found_and_somebody_on_call_is_told(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), understander=BrokenUnderstander(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", text="I smell gas")
    assert await route_due(node, NOW) == 1
    assert look_at_one(database, ALERT)["state"] == "open"
    assert any(row["urgent"] for row in look(database, OUTBOX))


async def test_nothing_is_locked_while_messages_are_understood(database: Database, blobs: BlobStore):
    understander = WritingUnderstander(database)
    node = a_node(database, blobs, FakeSender(), understander=understander)
    take_in_texts(node, "SM1", "SM2")
    assert await route_due(node, NOW) == 2
    assert understander.done == 2


async def test_a_message_that_was_claimed_again_and_again_is_set_aside(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    take_in_texts(node, "SM1")
    with database.writing() as tx:
        tx.execute(MESSAGE.update().values(attempts=node.timing.most_attempts_to_read))
    await route_due(node, NOW)
    assert look_at_one(database, MESSAGE)["state"] == "set_aside"
    assert look_at_one(database, TASK)["kind"] == "unreadable"
