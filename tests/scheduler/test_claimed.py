"""What is claimed and then cannot go on: it costs only itself, is counted, and waits for a person."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from scheduler.duties import sweep_files
from scheduler.engine import run_once
from scheduler.node import Timing
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import MESSAGE, TASK
from tests.builders import NOW
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts


def damage(database: Database, provider_id: str) -> None:
    """A row that our own values refuse, as after a bad restore."""
    with database.writing() as tx:
        tx.execute(update(MESSAGE).where(MESSAGE.c.provider_id == provider_id).values(marks={"unknown": True}))


async def test_a_damaged_row_is_set_aside_and_the_others_of_its_batch_are_routed(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    take_in_texts(node, "SM1", "SM2", "SM3")
    damage(database, "SM2")
    assert await route_due(node, NOW) == 3
    assert {row["provider_id"]: row["state"] for row in look(database, MESSAGE)} == {
        "SM1": "routed",
        "SM2": "set_aside",
        "SM3": "routed",
    }
    assert look_at_one(database, TASK, kind="unreadable")["by"] == "1h"


async def test_a_batch_of_nothing_but_worn_out_messages_still_counts(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, timing=Timing(most_attempts_to_read=0))
    take_in_texts(node, "SM1")
    assert await route_due(node, NOW) == 1
    assert look_at_one(database, MESSAGE)["state"] == "set_aside"


async def test_work_once_counts_what_it_set_aside(database: Database, blobs: BlobStore):
    node = a_node(database, blobs)
    take_in_texts(node, "SM1", "SM2")
    damage(database, "SM2")
    counts = await run_once(node, NOW, ["route"])
    assert (counts["routed"], counts["set_aside"]) == (2, 1)


async def test_files_that_no_row_names_are_swept_once_a_day_and_named_ones_stay(database: Database, blobs: BlobStore):
    node, later = a_node(database, blobs), datetime.now(UTC) + timedelta(days=3)
    take_in_texts(node, "SM1")
    orphan, named = blobs.put(b"of a transaction that was broken off"), blobs.put(b"named by a row")
    with database.writing() as tx:
        tx.execute(update(MESSAGE).values(raw_blob=named))
    assert await sweep_files(node, later) == 1
    assert blobs.get(named) == b"named by a row"
    assert not blobs.path(orphan).exists()
    blobs.put(b"another orphan")
    assert await sweep_files(node, later) == 0
