"""How what waits is handed to providers (T4 and T5)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from domain.errors import SendError
from domain.messages import Address, AddressKind, OutboundMessage, Receipt
from domain.wording import Rendered
from scheduler.delivery import LINGER_SECONDS, RECEIVES_ONLY, deliver_due
from scheduler.node import Node
from scheduler.retries import WAITS
from store.blobs import BlobStore
from store.database import Database
from store.outbox import queue
from store.tables import CHANNEL_STATE, CONTACT, CONTACT_ADDRESS, OUTBOX, TASK
from tests.builders import ANN, ANN_MAIL, NOW
from tests.fakes import FakeFetcher, FakeSender, FixedClock
from tests.scheduler.nodes import a_node, look, look_at_one

PATIENCE = 30.0
BUSY = SendError(retryable=True, code="http_503", words="The provider is busy.")
BARRED = SendError(retryable=False, code="21610", words="This number does not take texts.")
LOST = SendError(retryable=True, code="timeout", words="The answer was lost.", uncertain=True)


class Watching(FakeSender):
    """Looks at the outbox as it is committed at the moment of each send."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.seen: list[tuple[int, datetime | None]] = []
        self.in_flight: list[int] = []

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        row = look_at_one(self.database, OUTBOX, id=outbound.id)
        self.seen.append((row["attempts"], row["first_attempt_at"]))
        waiting = look(self.database, OUTBOX, state="waiting")
        self.in_flight.append(sum(other["attempts"] > 0 for other in waiting))
        return await super().send(outbound, now)


class Overlapping(FakeSender):
    """Lets others begin before it ends, and says in which order that happened."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        self.order.append(f"begin {outbound.dedupe_key}")
        await asyncio.sleep(0)
        self.order.append(f"end {outbound.dedupe_key}")
        return await super().send(outbound, now)


class LosingAnswers(FakeSender):
    """Loses its first answer, whether it took the message or not."""

    def __init__(self, *, took_it: bool) -> None:
        super().__init__(errors=[LOST])
        self.took_it = took_it
        self.calls: list[str] = []

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        self.calls.append("send")
        if self.errors and self.took_it:
            self.sent.append(outbound)
        return await super().send(outbound, now)

    async def find_sent(self, outbound: OutboundMessage) -> Receipt | None:
        self.calls.append("find_sent")
        return await super().find_sent(outbound)


class ByMail(FakeSender):
    """A sender that reaches mailboxes."""

    def __init__(self, errors: Sequence[SendError] = ()) -> None:
        super().__init__(name="mail", errors=errors)
        self.address_kind = AddressKind.EMAIL


class Hanging(ByMail):
    """Takes nothing until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        self.begun.set()
        await self.go.wait()
        return await super().send(outbound, now)


class Telling(FakeSender):
    """Says when it took something."""

    def __init__(self) -> None:
        super().__init__()
        self.took_one = asyncio.Event()

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        self.took_one.set()
        return await super().send(outbound, now)


class RaisingAnAlert(FakeSender):
    """Something urgent is queued while it sends the first."""

    def __init__(self, queue_it: Callable[[], None]) -> None:
        super().__init__()
        self._queue_it = queue_it

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        if not self.sent:
            self._queue_it()
        return await super().send(outbound, now)


def put(node: Node, key: str, **fields: Any) -> None:
    """An answer to Ann that waits in the outbox."""
    given: dict[str, Any] = {
        "dedupe_key": key,
        "landlord": "cestria",
        "purpose": "holding",
        "channel": "texts",
        "to": ANN,
        "rendered": Rendered(subject="", body="We are on it."),
        "ids": node.ids,
        "now": NOW,
        "mail_domain": "cestria.example",
    }
    with node.database.writing() as tx:
        queue(tx, **(given | fields))


def know(database: Database, *addresses: Address) -> None:
    """One contact with these addresses, all verified."""
    contact = {"id": "c1", "landlord": "cestria", "adjustments": [], "safe_contact_locked": False, "created_at": NOW}
    with database.writing() as tx:
        tx.execute(insert(CONTACT).values(contact))
        for number, address in enumerate(addresses):
            row = {"id": f"a{number}", "contact_id": "c1", "landlord": "cestria", "kind": address.kind.value}
            flags = {"value": address.value, "verified": True, "opted_out": False}
            tx.execute(insert(CONTACT_ADDRESS).values(row | flags))


async def test_the_attempt_is_counted_before_the_provider_is_called(database: Database, blobs: BlobStore):
    sender = Watching(database)
    node = a_node(database, blobs, sender)
    put(node, "holding:1:0:p:texts:1")
    delivered = await deliver_due(node, NOW)
    assert (delivered.sent, delivered.failed) == (1, 0)
    assert sender.seen == [(1, NOW)]
    row = look_at_one(database, OUTBOX)
    assert (row["state"], row["provider_id"], row["sent_at"], row["lease_until"]) == ("sent", "texts-1", NOW, None)


async def test_what_has_been_sent_is_not_sent_again(database: Database, blobs: BlobStore):
    sender = FakeSender()
    node = a_node(database, blobs, sender)
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    await deliver_due(node, NOW + timedelta(days=4))
    assert len(sender.sent) == 1


async def test_a_busy_provider_is_tried_at_once_and_then_at_the_planned_time(database: Database, blobs: BlobStore):
    sender, clock = FakeSender(errors=[BUSY, BUSY]), FixedClock(NOW)
    node = a_node(database, blobs, sender)
    put(node, "holding:1:0:p:texts:1")
    assert (await deliver_due(node, clock.now())).failed == 2
    row = look_at_one(database, OUTBOX)
    assert (row["state"], row["attempts"], row["due_at"]) == ("waiting", 2, NOW + WAITS[1])
    assert look_at_one(database, CHANNEL_STATE)["send_error"] == BUSY.words
    assert (await deliver_due(node, clock.advance(seconds=59))).sent == 0
    assert (await deliver_due(node, clock.advance(seconds=1))).sent == 1
    assert look_at_one(database, CHANNEL_STATE)["send_error"] is None


async def test_a_provider_that_asks_for_longer_is_given_longer(database: Database, blobs: BlobStore):
    slow = SendError(retryable=True, code="http_429", words="Too many.", retry_after=600)
    node = a_node(database, blobs, FakeSender(errors=[slow]))
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    assert look_at_one(database, OUTBOX)["due_at"] == NOW + timedelta(minutes=10)


async def test_after_the_last_try_it_becomes_a_task(database: Database, blobs: BlobStore):
    node, clock = a_node(database, blobs, FakeSender(errors=[BUSY] * 50)), FixedClock(NOW)
    put(node, "holding:1:0:p:texts:1")
    for wait in WAITS:
        await deliver_due(node, clock.advance(seconds=wait.total_seconds()))
    row = look_at_one(database, OUTBOX)
    assert (row["state"], row["attempts"]) == ("failed", len(WAITS) + 1)
    assert look_at_one(database, TASK)["kind"] == "contact"


async def test_what_a_provider_refuses_for_good_goes_to_the_contacts_other_channel(
    database: Database, blobs: BlobStore
):
    mail = ByMail()
    node = a_node(database, blobs, FakeSender(errors=[BARRED]), mail)
    know(database, ANN, ANN_MAIL)
    put(node, "holding:1:0:p:texts:1")
    delivered = await deliver_due(node, NOW)
    assert (delivered.sent, delivered.failed) == (1, 1)
    assert [(outbound.to, outbound.body) for outbound in mail.sent] == [(ANN_MAIL, "We are on it.")]
    assert look_at_one(database, OUTBOX, channel="texts")["state"] == "failed"
    assert look(database, TASK) == []


async def test_what_every_channel_refuses_becomes_one_task(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(errors=[BARRED]), ByMail(errors=[BARRED]))
    know(database, ANN, ANN_MAIL)
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    assert {row["state"] for row in look(database, OUTBOX)} == {"failed"}
    assert look_at_one(database, TASK)["kind"] == "contact"


async def test_without_another_address_a_refused_answer_becomes_a_task(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(errors=[BARRED]), ByMail())
    know(database, ANN)
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    assert look_at_one(database, OUTBOX)["state"] == "failed"
    assert look_at_one(database, TASK)["kind"] == "contact"


async def test_a_channel_that_is_no_longer_set_up_costs_no_answer(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    assert look_at_one(database, OUTBOX)["error_code"] == "no_channel"
    assert look_at_one(database, TASK)["kind"] == "contact"


async def test_a_channel_that_only_receives_costs_no_answer_and_says_why(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeFetcher())
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    row = look_at_one(database, OUTBOX)
    assert (row["error_code"], row["error"]) == (RECEIVES_ONLY.code, RECEIVES_ONLY.words)
    assert look_at_one(database, TASK)["kind"] == "contact"


async def test_a_lost_answer_is_asked_for_and_not_sent_twice(database: Database, blobs: BlobStore):
    sender = LosingAnswers(took_it=True)
    node = a_node(database, blobs, sender)
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    assert sender.calls == ["send", "find_sent"]
    row = look_at_one(database, OUTBOX)
    assert (row["state"], row["provider_id"], row["uncertain"]) == ("sent", "found", False)


async def test_a_lost_answer_is_asked_for_before_what_never_arrived_is_repeated(database: Database, blobs: BlobStore):
    sender = LosingAnswers(took_it=False)
    node = a_node(database, blobs, sender)
    put(node, "holding:1:0:p:texts:1")
    await deliver_due(node, NOW)
    assert sender.calls == ["send", "find_sent", "send"]
    assert len(sender.sent) == 1


async def test_urgent_words_go_first_and_alone(database: Database, blobs: BlobStore):
    sender = Overlapping()
    node = a_node(database, blobs, sender)
    put(node, "first")
    put(node, "second")
    put(node, "gas", urgent=True, now=NOW + timedelta(seconds=1))
    await deliver_due(node, NOW + timedelta(seconds=1))
    assert sender.order[:2] == ["begin gas", "end gas"]
    assert sender.order[2:4] == ["begin first", "begin second"]


async def test_only_so_many_are_claimed_and_not_yet_recorded_at_any_moment(database: Database, blobs: BlobStore):
    sender = Watching(database)
    node = a_node(database, blobs, sender)
    for number in range(10):
        put(node, f"holding:{number}:0:p:texts:1")
    for number in range(4):
        put(node, f"alert:{number}:0:p:texts:1", urgent=True)
    assert (await deliver_due(node, NOW)).sent == 14
    assert max(sender.in_flight) == node.timing.sends_in_flight


async def test_an_alert_goes_by_its_own_place_while_a_provider_hangs(database: Database, blobs: BlobStore):
    slow, texts = Hanging(), Telling()
    node = a_node(database, blobs, slow, texts)
    for number in range(10):
        put(node, f"mail:{number}", channel="mail", to=ANN_MAIL)
    draining = asyncio.create_task(deliver_due(node, NOW))
    await slow.begun.wait()
    put(node, "gas", urgent=True)
    async with asyncio.timeout(PATIENCE):
        await texts.took_one.wait()
    slow.go.set()
    assert (await draining).sent == 11


async def test_an_alert_raised_meanwhile_goes_before_what_waited_already(database: Database, blobs: BlobStore):
    clock = FixedClock(NOW)
    sender = RaisingAnAlert(lambda: put(node, "gas", urgent=True, now=clock.advance(seconds=1)))
    node = a_node(database, blobs, sender)
    for number in range(20):
        put(node, f"holding:{number}")
    await deliver_due(node, clock.now(), clock)
    order = [outbound.dedupe_key for outbound in sender.sent]
    assert order.index("gas") <= 2 * node.timing.sends_in_flight


async def test_what_was_on_its_way_is_written_down_when_the_database_fails_once(database: Database, blobs: BlobStore):
    class BreakingTheDatabase(FakeSender):
        async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
            with node.database.writing() as tx:
                tx.exec_driver_sql("ALTER TABLE channel_state RENAME TO away")
            return await super().send(outbound, now)

    class MendingIt(ByMail):
        async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
            await asyncio.sleep(2 * LINGER_SECONDS)
            with node.database.writing() as tx:
                tx.exec_driver_sql("ALTER TABLE away RENAME TO channel_state")
            return await super().send(outbound, now)

    node = a_node(database, blobs, BreakingTheDatabase(), MendingIt())
    put(node, "text")
    put(node, "mail", channel="mail", to=ANN_MAIL)
    with pytest.raises(DBAPIError):
        await deliver_due(node, NOW)
    assert {row["state"] for row in look(database, OUTBOX)} == {"taken"}
    assert (await deliver_due(node, NOW)).sent == 0
    assert {row["state"] for row in look(database, OUTBOX)} == {"sent"}


async def test_a_failure_of_our_own_is_tried_again_and_costs_no_other(database: Database, blobs: BlobStore):
    class Broken(FakeSender):
        async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
            if outbound.dedupe_key == "bad":
                raise ValueError("a bug")
            return await super().send(outbound, now)

    node = a_node(database, blobs, Broken())
    put(node, "bad")
    put(node, "good")
    await deliver_due(node, NOW)
    assert look_at_one(database, OUTBOX, dedupe_key="good")["state"] == "sent"
    row = look_at_one(database, OUTBOX, dedupe_key="bad")
    assert (row["state"], row["error_code"]) == ("waiting", "internal")
