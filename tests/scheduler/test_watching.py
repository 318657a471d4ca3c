"""One channel's watch: when it asks, when it listens, and how long it leaves a provider alone after trouble."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from domain.errors import FetchError
from domain.messages import Batch, Received
from scheduler.watching import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, SPREAD, Watch, pause_after
from store.blobs import BlobStore
from store.database import Database
from tests.builders import NOW
from tests.fakes import FakeFetcher, FixedClock
from tests.scheduler.nodes import NOT_UNICODE, a_node, an_arrival

PATIENCE_SECONDS = 60


class Pauses:
    """Stands in for sleep: notes each pause, during which ticks go on, and stays in the last for ever."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.seconds: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.last = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.meanwhile()
        if len(self.seconds) >= self.most:
            self.last.set()
            await asyncio.Event().wait()


class Mailbox(FakeFetcher):
    """Fails at those polls and waits of which it was told, by number from 1; every other wait tells of news."""

    brings_something = True

    def __init__(self, *, polls: Collection[int] = frozenset(), waits: Collection[int] = frozenset()) -> None:
        super().__init__()
        self.failing_polls, self.failing_waits = polls, waits
        self.polls = self.waits = 0

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:  # noqa: ARG002 - the port's shape
        self.polls += 1
        if self.polls in self.failing_polls:
            raise FetchError("the mailbox refused the login")
        if self.brings_something:
            yield Batch(received=Received(), cursor=str(self.polls))

    async def wait_for_news(self, seconds: float) -> bool:  # noqa: ARG002 - the port's shape
        self.waits += 1
        if self.waits in self.failing_waits:
            raise self.trouble()
        await asyncio.sleep(0)
        return True

    @staticmethod
    def trouble() -> Exception:
        return FetchError("the mailbox refused the login")


class Faulty(Mailbox):
    """What it raises is none of our errors."""

    @staticmethod
    def trouble() -> Exception:
        return RuntimeError("a bug")


@asynccontextmanager
async def watched(database: Database, blobs: BlobStore, mailbox: FakeFetcher, pauses: Pauses) -> AsyncIterator[None]:
    """A watch that is ticked at its start and in every pause, until the last of these pauses."""
    watch = Watch(a_node(database, blobs, mailbox), mailbox, FixedClock(NOW), pauses)
    pauses.meanwhile = watch.tick
    watch.tick()
    running = asyncio.create_task(watch.run())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await pauses.last.wait()
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_refused_login_is_tried_ever_more_slowly_and_never_listened_to(database: Database, blobs: BlobStore):
    mailbox, pauses = Mailbox(polls=set(range(1, 100)), waits=set(range(1, 100))), Pauses(12)
    async with watched(database, blobs, mailbox, pauses):
        assert pauses.seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
        assert (mailbox.polls, mailbox.waits) == (12, 0)


async def test_after_a_poll_that_went_well_the_pauses_start_anew(database: Database, blobs: BlobStore):
    mailbox, pauses = Mailbox(polls={1, 2, 3, 5}), Pauses(4)
    async with watched(database, blobs, mailbox, pauses):
        assert pauses.seconds == [1, 2, 4, 1]


@pytest.mark.parametrize("kind", [Mailbox, Faulty])
async def test_a_listener_that_keeps_breaking_off_waits_ever_longer_though_polls_go_well(
    database: Database, blobs: BlobStore, kind: type[Mailbox]
):
    mailbox, pauses = kind(waits={1, 2, 3, 5}), Pauses(4)
    async with watched(database, blobs, mailbox, pauses):
        assert pauses.seconds == [1, 2, 4, 1]
        assert mailbox.polls >= 4


async def test_a_listener_that_tells_of_news_where_there_is_none_is_believed_ever_later(
    database: Database, blobs: BlobStore
):
    mailbox, pauses = Mailbox(), Pauses(5)
    mailbox.brings_something = False
    async with watched(database, blobs, mailbox, pauses):
        assert pauses.seconds == [1, 2, 4, 8, 16]


async def test_what_cannot_be_stored_is_asked_for_ever_more_slowly(database: Database, blobs: BlobStore):
    fetcher, pauses = FakeFetcher(an_arrival("SM1").received), Pauses(3)
    fetcher.batches[0] = fetcher.batches[0].model_copy(update={"cursor": NOT_UNICODE})
    async with watched(database, blobs, fetcher, pauses):
        assert pauses.seconds == [1, 2, 4]


def test_pauses_grow_to_minutes_and_are_spread():
    assert [pause_after(failures) for failures in (1, 2, 3, 2_000)] == [
        FIRST_PAUSE_SECONDS,
        2 * FIRST_PAUSE_SECONDS,
        4 * FIRST_PAUSE_SECONDS,
        LONGEST_PAUSE_SECONDS,
    ]
    assert pause_after(2_000, 1.0) == LONGEST_PAUSE_SECONDS * (1 + SPREAD)
