"""The embedded engine: what arrives wakes what follows, with no tick, and nothing waits for what is slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from domain.decisions import NewAlert
from domain.labels import Urgency
from domain.messages import Batch, MediaReference, OutboundMessage, Receipt
from scheduler.engine import EmbeddedEngine, run_once, step
from scheduler.intake import take_in
from scheduler.node import ROLES, Node
from scheduler.wake import Wake
from store.blobs import BlobStore
from store.database import Database
from store.in_thread import in_thread
from store.tables import ATTACHMENT, AUDIT_ANCHOR
from store.work import Place, raise_alerts
from tests.builders import BOB, NOW, a_finding
from tests.fakes import FakeFetcher, FakeSafety, FakeSender, FixedClock
from tests.scheduler.nodes import a_node, an_arrival, look, look_at_one, take_in_texts

PATIENCE_SECONDS = 60
NO_TICKS = dict.fromkeys(ROLES, 100 * 60 * 60)
IN_YEARS = datetime(2030, 1, 1, tzinfo=UTC)


class NotingWake(Wake):
    """Says when its worker has nothing to do."""

    def __init__(self) -> None:
        super().__init__()
        self.idle = asyncio.Event()

    async def wait(self) -> None:
        if not self._event.is_set():
            self.idle.set()
        await super().wait()
        self.idle.clear()


class Noting(FakeSender):
    """Says when it has sent something of a purpose; keeps back every attachment that is asked for."""

    def __init__(self, name: str = "texts") -> None:
        super().__init__(name=name)
        self.sent_one = {purpose: asyncio.Event() for purpose in ("acknowledge", "emergency", "alert")}
        self.asked_for: list[str] = []
        self.is_stalled = asyncio.Event()

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        receipt = await super().send(outbound, now)
        self.sent_one[outbound.purpose].set()
        return receipt

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        self.asked_for.append(reference.name)
        self.is_stalled.set()
        await asyncio.Event().wait()
        raise AssertionError


class Asked(FakeFetcher):
    """Says when it is asked; one that stalls never answers."""

    def __init__(self, name: str, *, stalls: bool = False) -> None:
        super().__init__(name=name)
        self.stalls = stalls
        self.asked = asyncio.Event()

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        self.asked.set()
        if self.stalls:
            await asyncio.Event().wait()
        async for batch in super().fetch(cursor, now):
            yield batch


class OnlyAsked(Asked):
    """Without a listener."""

    wait_for_news = None  # type: ignore[assignment]


@asynccontextmanager
async def at_rest(node: Node) -> AsyncIterator[None]:
    """An engine whose ticks never come, once it has found that there is nothing to do."""
    engine = EmbeddedEngine(node, FixedClock(NOW), ticks=NO_TICKS)
    await engine.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for wake in node.wakes.values():
                assert isinstance(wake, NotingWake)
                await wake.idle.wait()
            yield
    finally:
        await engine.close()


def an_idle_node(database: Database, blobs: BlobStore, *channels: FakeFetcher | FakeSender, **fields: object) -> Node:
    return a_node(database, blobs, *channels, wakes={role: NotingWake() for role in ROLES}, **fields)


def raise_alert(node: Node) -> None:
    """An alert that is due now."""
    gas = NewAlert(cause="gas", urgency=Urgency.EMERGENCY, rule="gas-smell")
    with node.database.writing() as tx:
        raise_alerts(tx, [gas], place=Place(about="m1", landlord="cestria"), ids=node.ids, now=NOW)


async def test_an_arrival_by_itself_brings_about_its_acknowledgement(database: Database, blobs: BlobStore):
    sender = Noting()
    node = an_idle_node(database, blobs, sender)
    async with at_rest(node):
        await in_thread(take_in, node, [an_arrival("SM1", text="My boiler is broken.")], NOW)
        await sender.sent_one["acknowledge"].wait()
    assert [outbound.purpose for outbound in sender.sent] == ["acknowledge"]


async def test_a_danger_by_itself_brings_about_its_words_and_its_alert(database: Database, blobs: BlobStore):
    sender = Noting()
    node = an_idle_node(database, blobs, sender, safety=FakeSafety(a_finding()))
    async with at_rest(node):
        await in_thread(take_in, node, [an_arrival("SM1", text="There is a smell of gas.")], NOW)
        await sender.sent_one["emergency"].wait()
        await sender.sent_one["alert"].wait()


async def test_what_falls_due_by_time_is_sent_with_no_further_tick(database: Database, blobs: BlobStore):
    sender = Noting()
    node = an_idle_node(database, blobs, sender)
    async with at_rest(node):
        await in_thread(raise_alert, node)
        node.wake("duties")
        await sender.sent_one["alert"].wait()


async def test_no_alert_waits_for_attachments(database: Database, blobs: BlobStore):
    sender = Noting()
    node = an_idle_node(database, blobs, sender, safety=FakeSafety(a_finding()))
    photos = tuple(MediaReference(name=f"{number}.jpg", url=f"u{number}") for number in range(20))
    async with at_rest(node):
        await in_thread(take_in_texts, node, "SM1", attachments=photos, sender=BOB)
        await sender.is_stalled.wait()
        sender.sent_one["alert"].clear()
        await in_thread(take_in, node, [an_arrival("SM2", text="There is a smell of gas.")], NOW)
        await sender.sent_one["alert"].wait()
    assert len(sender.asked_for) == node.timing.media_in_flight
    assert {row["state"] for row in look(database, ATTACHMENT)} == {"waiting"}


async def test_a_channel_that_never_answers_holds_up_no_other(database: Database, blobs: BlobStore):
    stalled, quick = OnlyAsked("stalled", stalls=True), OnlyAsked("quick")
    node = an_idle_node(database, blobs, stalled, quick)
    async with at_rest(node):
        await stalled.asked.wait()
        for _ in range(3):
            await quick.asked.wait()
            quick.asked.clear()
            node.wake("poll")


async def test_work_at_a_made_up_time_anchors_nothing(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    take_in_texts(node, "SM1")
    await run_once(node, IN_YEARS)
    assert look(database, AUDIT_ANCHOR) == []
    await run_once(node, NOW, clock=FixedClock(NOW))
    assert look_at_one(database, AUDIT_ANCHOR)["day"] == "2026-11-09"


async def test_the_day_is_anchored_with_the_duties_of_the_clock(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    await step(node, "duties", NOW, FixedClock(NOW))
    assert look_at_one(database, AUDIT_ANCHOR)["day"] == "2026-11-09"
