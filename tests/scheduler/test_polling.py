"""Channels that are asked: each batch with its cursor, one node at a time."""

from collections.abc import AsyncIterator
from datetime import datetime

from channels.email_imap import Settings, build
from domain.errors import FetchError
from domain.messages import Batch, Received
from domain.ports import Listener
from scheduler.node import Node
from scheduler.polling import Polled, poll_channel, poll_due
from store.blobs import BlobStore
from store.channel_state import lease_channel, load_cursor
from store.database import Database
from store.tables import CHANNEL_STATE, MESSAGE
from tests.builders import NOW
from tests.fakes import FakeFetcher, FixedClock, SequentialIds
from tests.scheduler.nodes import NOT_UNICODE, a_node, an_arrival, look, look_at_one


def a_text(provider_id: str) -> Received:
    """What a poll brings."""
    return an_arrival(provider_id).received


def a_second_node(database: Database, blobs: BlobStore, channel: FakeFetcher) -> Node:
    """Another process on the same database."""
    return a_node(database, blobs, channel, ids=SequentialIds("second"))


class Watching(FakeFetcher):
    """Notes the stored cursor before it gives each batch."""

    def __init__(self, database: Database, *received: Received) -> None:
        super().__init__(*received)
        self.database = database
        self.cursors: list[str | None] = []

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        async for batch in super().fetch(cursor, now):
            with self.database.reading() as tx:
                self.cursors.append(load_cursor(tx, self.landlord, self.name))
            yield batch


class BreakingOff(FakeFetcher):
    """Gives its batches and then fails."""

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        async for batch in super().fetch(cursor, now):
            yield batch
        raise FetchError("the mailbox hung up")


class LongPolling(FakeFetcher):
    """Holds a long poll."""

    listening = True


class Slow(FakeFetcher):
    """Takes a minute for each batch, and a second node would like to poll after each."""

    def __init__(self, clock: FixedClock, *received: Received) -> None:
        super().__init__(*received)
        self.clock = clock
        self.other = FakeFetcher()
        self.second: Node | None = None
        self.brought: list[Polled] = []

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        async for batch in super().fetch(cursor, now):
            self.clock.advance(minutes=1)
            yield batch
            assert self.second is not None
            self.brought.append(await poll_channel(self.second, self.other, self.clock.advance(minutes=1)))


class Stuck(Slow):
    """Stalls for longer than its lease, and another node takes the channel."""

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        assert self.second is not None
        async for batch in FakeFetcher.fetch(self, cursor, now):
            self.clock.advance(minutes=3)
            with self.second.database.writing() as tx:
                lease = self.second.timing.polling_lease
                assert lease_channel(tx, self.landlord, self.name, self.clock.now(), lease, holder="other")
            yield batch


class Meanwhile(FakeFetcher):
    """While it is being read, a second node polls the same channel."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        super().__init__(a_text("SM1"))
        self.other = FakeFetcher(a_text("SM2"))
        self.second = a_second_node(database, blobs, self.other)
        self.brought: list[Polled] = []

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        self.brought.append(await poll_channel(self.second, self.other, now))
        async for batch in super().fetch(cursor, now):
            yield batch


async def test_batches_are_stored_in_order_each_with_its_cursor(database: Database, blobs: BlobStore):
    fetcher = Watching(database, a_text("SM1"), a_text("SM2"))
    node = a_node(database, blobs, fetcher)
    assert await poll_due(node, NOW) == 2
    assert fetcher.cursors == [None, "1"]
    state = look_at_one(database, CHANNEL_STATE)
    assert (state["cursor"], state["fetch_error"], state["last_fetch_at"], state["lease_until"]) == (
        "2",
        None,
        NOW,
        None,
    )
    assert await poll_due(node, NOW) == 0


async def test_a_failing_provider_leaves_the_cursor_and_shows_on_the_channel(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, BreakingOff(a_text("SM1")))
    assert await poll_due(node, NOW) == 1
    state = look_at_one(database, CHANNEL_STATE)
    assert (state["cursor"], state["fetch_error"], state["fetch_failing_since"]) == ("1", "the mailbox hung up", NOW)
    assert state["lease_until"] is None


async def test_a_channel_that_answers_again_is_no_longer_failing(database: Database, blobs: BlobStore):
    await poll_due(a_node(database, blobs, BreakingOff()), NOW)
    await poll_due(a_node(database, blobs, FakeFetcher()), NOW)
    state = look_at_one(database, CHANNEL_STATE)
    assert (state["fetch_error"], state["fetch_failing_since"]) == (None, None)


async def test_a_batch_that_cannot_be_stored_stops_the_cursor_and_shows_on_the_channel(
    database: Database, blobs: BlobStore
):
    fetcher = FakeFetcher(a_text("SM1"), a_text("SM2"), a_text("SM3"))
    fetcher.batches[1] = fetcher.batches[1].model_copy(update={"cursor": NOT_UNICODE})
    assert await poll_channel(a_node(database, blobs, fetcher), fetcher, NOW) == Polled(failed=True)
    state = look_at_one(database, CHANNEL_STATE)
    assert (state["cursor"], state["fetch_failing_since"], state["lease_until"]) == ("1", NOW, None)
    assert look(database, MESSAGE, provider_id="SM3") == []


async def test_a_channel_that_one_node_polls_is_left_alone_by_another(database: Database, blobs: BlobStore):
    fetcher = Meanwhile(database, blobs)
    assert await poll_due(a_node(database, blobs, fetcher), NOW) == 1
    assert fetcher.brought == [Polled()]
    assert await poll_channel(fetcher.second, fetcher.other, NOW) == Polled()  # its only batch lies before the cursor
    assert [row["provider_id"] for row in look(database, MESSAGE)] == ["SM1"]


async def test_a_channel_that_only_sends_is_neither_polled_nor_listened_to(database: Database, blobs: BlobStore):
    mail = build("cestria", "mail", Settings(address="complaints@landlord.example", smtp_host="127.0.0.1"))
    assert await poll_due(a_node(database, blobs, mail), NOW) == 0
    assert look(database, CHANNEL_STATE) == []
    assert not isinstance(mail, Listener)


async def test_a_channel_that_hears_of_news_right_now_is_not_polled(database: Database, blobs: BlobStore):
    fetcher = LongPolling(a_text("SM1"))
    node = a_node(database, blobs, fetcher)
    assert await poll_due(node, NOW) == 0
    fetcher.listening = False
    assert await poll_due(node, NOW) == 1


async def test_what_breaks_one_poll_hurts_no_other_channel(database: Database, blobs: BlobStore):
    broken = FakeFetcher(a_text("SM1"), name="broken")
    broken.batches[0] = broken.batches[0].model_copy(update={"cursor": NOT_UNICODE})
    node = a_node(database, blobs, broken, FakeFetcher(a_text("SM2"), name="whole"))
    assert await poll_due(node, NOW) == 1
    failing = {row["channel"]: row["fetch_error"] is not None for row in look(database, CHANNEL_STATE)}
    assert failing == {"broken": True, "whole": False}


async def test_a_first_fetch_longer_than_its_lease_keeps_it(database: Database, blobs: BlobStore):
    clock = FixedClock(NOW)
    slow = Slow(clock, a_text("SM1"), a_text("SM2"), a_text("SM3"))
    slow.other = FakeFetcher(*(a_text(f"SM{number}") for number in range(4, 10)))
    slow.second = a_second_node(database, blobs, slow.other)
    polled = await poll_channel(a_node(database, blobs, slow), slow, NOW, clock)
    assert (polled, slow.brought) == (Polled(new=3, batches=3), [Polled()] * 3)
    assert look_at_one(database, CHANNEL_STATE)["lease_until"] is None


async def test_a_poll_that_lost_its_lease_stops_and_leaves_the_channel_to_the_other(
    database: Database, blobs: BlobStore
):
    clock = FixedClock(NOW)
    stuck = Stuck(clock, a_text("SM1"), a_text("SM2"))
    stuck.second = a_second_node(database, blobs, stuck.other)
    polled = await poll_channel(a_node(database, blobs, stuck), stuck, NOW, clock)
    assert polled == Polled(new=1, batches=1)
    assert look_at_one(database, CHANNEL_STATE)["lease_holder"] == "other"
    assert look_at_one(database, CHANNEL_STATE)["lease_until"] == clock.now() + stuck.second.timing.polling_lease
