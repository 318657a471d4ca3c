"""What arrives is durable, once, before anybody is answered (T1)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from scheduler.intake import GroupIntake, take_in
from store.blobs import BlobStore
from store.database import Database
from store.intake import Inserted
from store.tables import CHANNEL_STATE, MESSAGE
from tests.builders import NOW
from tests.scheduler.nodes import (
    NOT_UNICODE,
    a_node,
    an_arrival,
    look,
    look_at_one,
    take_in_texts,
    that_cannot_be_stored,
    that_is_refused,
)


@contextmanager
def counted_commits() -> Iterator[list[Connection]]:
    """The commits of any engine while it lasts."""
    commits: list[Connection] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", note)
    try:
        yield commits
    finally:
        event.remove(Engine, "commit", note)


def stored(database: Database) -> list[str]:
    """The provider's ids of what is committed."""
    return sorted(row["provider_id"] for row in look(database, MESSAGE))


def test_many_arrivals_are_stored_in_one_commit(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    names = [f"SM{number:02}" for number in range(20)]
    with counted_commits() as commits:
        results = take_in(node, [an_arrival(name) for name in names], NOW)
    assert len(commits) == 1
    assert all(isinstance(result, Inserted) for result in results)
    assert stored(database) == names


def test_a_redelivery_is_stored_once_and_taken_like_the_first(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    (first,) = take_in(node, [an_arrival("SM1")], NOW)
    (again,) = take_in(node, [an_arrival("SM1")], NOW)
    assert isinstance(first, Inserted)
    assert isinstance(again, Inserted)
    assert (again.new, again.duplicates) == ((), first.new)
    assert stored(database) == ["SM1"]


def test_a_redelivery_in_the_same_burst_is_stored_once(database: Database, blobs: BlobStore):
    take_in_texts(a_node(database, blobs), "SM1", "SM1", "SM2")
    assert stored(database) == ["SM1", "SM2"]


def test_an_arrival_that_is_refused_costs_only_itself(database: Database, blobs: BlobStore):
    arrivals = [an_arrival("SM1"), that_is_refused(an_arrival("SM2")), an_arrival("SM3")]
    good, _, good_too = take_in(a_node(database, blobs), arrivals, NOW)
    assert isinstance(good, Inserted)
    assert isinstance(good_too, Inserted)
    assert stored(database) == ["SM1", "SM3"]


def test_an_arrival_that_cannot_be_stored_gives_its_exception_in_its_place(database: Database, blobs: BlobStore):
    arrivals = [an_arrival("SM1"), that_cannot_be_stored(an_arrival("SM2")), an_arrival("SM3")]
    good, bad, good_too = take_in(a_node(database, blobs), arrivals, NOW)
    assert isinstance(bad, UnicodeError)
    assert isinstance(good, Inserted)
    assert isinstance(good_too, Inserted)
    assert stored(database) == ["SM1", "SM3"]


def test_a_cursor_is_stored_with_its_batch(database: Database, blobs: BlobStore):
    take_in(a_node(database, blobs), [an_arrival("SM1", cursor="1"), an_arrival("SM2", cursor="2")], NOW)
    assert look_at_one(database, CHANNEL_STATE)["cursor"] == "2"


def test_a_cursor_that_cannot_be_stored_stays_where_it_was(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    take_in(node, [an_arrival("SM1", cursor="1"), an_arrival("SM2", cursor=NOT_UNICODE)], NOW)
    assert look_at_one(database, CHANNEL_STATE)["cursor"] == "1"


async def test_a_request_is_answered_only_after_its_commit(database: Database, blobs: BlobStore):
    intake = GroupIntake(a_node(database, blobs))

    async def seen_after(provider_id: str) -> int:
        await intake.submit(an_arrival(provider_id), NOW)
        return len(look(database, MESSAGE, provider_id=provider_id))

    names = [f"SM{number}" for number in range(8)]
    assert await asyncio.gather(*(seen_after(name) for name in names)) == [1] * 8


async def test_requests_that_meet_share_a_commit(database: Database, blobs: BlobStore):
    intake = GroupIntake(a_node(database, blobs))
    with counted_commits() as commits:
        await asyncio.gather(*(intake.submit(an_arrival(f"SM{number}"), NOW) for number in range(8)))
    assert len(commits) == 1


async def test_only_the_request_that_could_not_be_stored_hears_of_it(database: Database, blobs: BlobStore):
    intake = GroupIntake(a_node(database, blobs))
    bad = that_cannot_be_stored(an_arrival("SM2"))
    first, second, third = await asyncio.gather(
        *(intake.submit(arrival, NOW) for arrival in (an_arrival("SM1"), bad, an_arrival("SM3"))),
        return_exceptions=True,
    )
    assert isinstance(first, Inserted)
    assert isinstance(second, UnicodeError)
    assert isinstance(third, Inserted)
    with pytest.raises(UnicodeError):
        await intake.submit(bad, NOW)
    assert stored(database) == ["SM1", "SM3"]
