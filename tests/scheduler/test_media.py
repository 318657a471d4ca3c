"""Attachments that came as references: several at a time, and none holds up another."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.messages import MediaReference
from scheduler.media import fetch_media_due
from scheduler.node import Node, Timing
from store.blobs import BlobStore
from store.database import Database
from store.tables import ATTACHMENT, TASK
from tests.builders import NOW
from tests.fakes import FakeMedia, FixedClock
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts

PATIENCE_SECONDS = 60


class Stalling(FakeMedia):
    """Holds back the file named ``stalls``."""

    def __init__(self, **files: bytes) -> None:
        super().__init__(**files)
        self.go_on = asyncio.Event()
        self.given: dict[str, asyncio.Event] = {name: asyncio.Event() for name in files}

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        if reference.url == "stalls":
            await self.go_on.wait()
        self.given[str(reference.url)].set()
        return await super().fetch_media(reference)


class Together(FakeMedia):
    """Gives nothing before it is asked for three files at a time; counts how many it ever was."""

    def __init__(self, **files: bytes) -> None:
        super().__init__(**files)
        self.go_on = asyncio.Event()
        self.now = self.most = 0

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now == 3:
            self.go_on.set()
        await self.go_on.wait()
        self.now -= 1
        return await super().fetch_media(reference)


class Faulty(FakeMedia):
    """What it raises for one file is none of our errors."""

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        if reference.url == "bad":
            raise RuntimeError("a bug")
        return await super().fetch_media(reference)


def with_files(node: Node, provider_id: str, *urls: str) -> None:
    """A text with these attachments."""
    files = tuple(MediaReference(name=f"{url}.jpg", content_type="image/jpeg", url=url) for url in urls)
    take_in_texts(node, provider_id, attachments=files)


def states(database: Database) -> Mapping[str, str]:
    return {row["url"]: row["state"] for row in look(database, ATTACHMENT)}


def files(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, b"x")


async def test_one_stalled_file_holds_up_no_other_not_even_one_that_comes_later(database: Database, blobs: BlobStore):
    channel = Stalling(**files("stalls", "a", "b", "c", "d", "e", "late"))
    node = a_node(database, blobs, channel)
    with_files(node, "SM1", "stalls", "a", "b", "c", "d", "e")
    fetching = asyncio.create_task(fetch_media_due(node, NOW, FixedClock(NOW)))
    async with asyncio.timeout(PATIENCE_SECONDS):
        for name in ("a", "b", "c", "d", "e"):
            await channel.given[name].wait()
        with_files(node, "SM2", "late")
        await channel.given["late"].wait()
        channel.go_on.set()
        assert await fetching == 7
    assert set(states(database).values()) == {"stored"}


async def test_so_many_files_are_fetched_at_a_time_and_no_more(database: Database, blobs: BlobStore):
    names = [f"file{number}" for number in range(9)]
    channel = Together(**files(*names))
    node = a_node(database, blobs, channel, timing=Timing(media_in_flight=3))
    with_files(node, "SM1", *names)
    assert (await fetch_media_due(node, NOW), channel.most) == (9, 3)


async def test_a_file_that_takes_too_long_is_tried_again_later(database: Database, blobs: BlobStore):
    timing = Timing(media_patience=timedelta(0), retry_waits=(timedelta(minutes=1),))
    node = a_node(database, blobs, Stalling(**files("stalls")), timing=timing)
    with_files(node, "SM1", "stalls")
    assert await fetch_media_due(node, NOW) == 0
    row = look_at_one(database, ATTACHMENT)
    assert (row["state"], row["due_at"]) == ("waiting", NOW + timedelta(minutes=1))
    assert await fetch_media_due(node, NOW + timedelta(minutes=1)) == 0
    assert (states(database), look_at_one(database, TASK)["kind"]) == ({"stalls": "failed"}, "attachment")


async def test_a_bug_at_one_file_costs_that_file_alone(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, Faulty(**files("good")), timing=Timing(retry_waits=(timedelta(minutes=1),)))
    with_files(node, "SM1", "bad", "good")
    assert await fetch_media_due(node, NOW) == 1
    assert states(database) == {"bad": "waiting", "good": "stored"}


@pytest.mark.parametrize("channels", [(), (FakeMedia(),)])
async def test_a_file_that_nobody_can_fetch_is_shown_to_a_person(
    database: Database, blobs: BlobStore, channels: tuple[FakeMedia, ...]
):
    node = a_node(database, blobs, *channels)
    with_files(node, "SM1", "gone")
    assert await fetch_media_due(node, NOW) == 0
    assert (states(database), look_at_one(database, TASK)["kind"]) == ({"gone": "failed"}, "attachment")
