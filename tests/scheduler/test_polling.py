"""Channels that are asked: each batch with its cursor, one node at a time."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from channels.email_imap import Settings, build
from domain.errors import FetchError
from domain.messages import Batch, Received
from scheduler.engine import LONGEST_PAUSE_SECONDS, PAUSE_AFTER_BREAK_SECONDS, pause_after
from scheduler.polling import poll_channel, poll_due
from store.blobs import BlobStore
from store.channel_state import load_cursor
from store.database import Database
from store.tables import CHANNEL_STATE, MESSAGE
from tests.builders import NOW
from tests.fakes import FakeFetcher
from tests.scheduler.nodes import NOT_UNICODE, a_node, an_arrival, look, look_at_one


def a_text(provider_id: str) -> Received:
    """What a poll brings."""
    return an_arrival(provider_id).received


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


class Meanwhile(FakeFetcher):
    """While it is being read, a second node polls the same channel."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        super().__init__(a_text("SM1"))
        self.other = FakeFetcher(a_text("SM2"))
        self.second = a_node(database, blobs, self.other)
        self.brought: list[int] = []

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
    with pytest.raises(UnicodeError):
        await poll_due(a_node(database, blobs, fetcher), NOW)
    state = look_at_one(database, CHANNEL_STATE)
    assert (state["cursor"], state["fetch_failing_since"], state["lease_until"]) == ("1", NOW, None)
    assert look(database, MESSAGE, provider_id="SM3") == []


async def test_a_channel_that_one_node_polls_is_left_alone_by_another(database: Database, blobs: BlobStore):
    fetcher = Meanwhile(database, blobs)
    assert await poll_due(a_node(database, blobs, fetcher), NOW) == 1
    assert fetcher.brought == [0]
    assert await poll_channel(fetcher.second, fetcher.other, NOW) == 0  # its only batch lies before the cursor
    assert [row["provider_id"] for row in look(database, MESSAGE)] == ["SM1"]


async def test_a_channel_that_only_sends_is_not_polled(database: Database, blobs: BlobStore):
    mail = build("cestria", "mail", Settings(address="complaints@landlord.example", smtp_host="127.0.0.1"))
    assert await poll_due(a_node(database, blobs, mail), NOW) == 0
    assert look(database, CHANNEL_STATE) == []


async def test_a_channel_that_hears_of_news_right_now_is_not_polled(database: Database, blobs: BlobStore):
    fetcher = LongPolling(a_text("SM1"))
    node = a_node(database, blobs, fetcher)
    assert await poll_due(node, NOW) == 0
    fetcher.listening = False
    assert await poll_due(node, NOW) == 1


def test_a_listener_that_keeps_breaking_off_tries_again_ever_later():
    pauses = [pause_after(breaks) for breaks in (1, 2, 3, 20, 2_000)]
    assert pauses == [PAUSE_AFTER_BREAK_SECONDS, 0.4, 0.8, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS]
