"""``kill -9`` of a real node at random moments while messages pour in: nothing lost, nothing twice, everybody answered.

A send in flight at the moment of a kill may be repeated where the provider cannot be asked (SMTP, Telegram), at most
four a kill; without a kill nothing is ever sent twice.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.node import Timing
from store.database import open_database
from store.tables import CASE, MESSAGE, OUTBOX
from tests.e2e.killable import KillableNode, Town, a_town, settled

SEED = 20261102
LONGEST_LIFE = 1.2
"""Seconds from ready to the kill; a burst is dealt with in about half of it."""
PAUSE = 0.02


@pytest.mark.parametrize(
    ("messages", "kills", "seed"), [(60, 5, SEED), pytest.param(200, 20, SEED + 1, marks=pytest.mark.soak)]
)
async def test_killed_at_random_moments_it_loses_nothing_and_doubles_at_most_what_was_in_flight(
    tmp_path: Path, messages: int, kills: int, seed: int
):
    async with a_town(tmp_path, seed) as town, KillableNode(town) as node:
        await live_and_die(town, node, messages=messages, kills=kills, seed=seed)
        rows = await final_state(town, messages)
        await node.stop()
    assert_each_once(town, rows, messages)
    answers = town.answers()
    print(f"{sum(answers.values())} answers to {messages} messages with {kills} kills")  # noqa: T201 - shown when it fails
    assert [writer for writer in town.wrote if not answers[writer]] == []
    assert sum(answers.values()) <= messages + kills * Timing().sends_in_flight
    assert set(answers) == set(town.wrote)
    # Twilio can be asked: not one text is sent twice.
    assert {writer: n for writer, n in answers.items() if writer.startswith("+") and n > 1} == {}


async def test_without_a_kill_everybody_is_answered_exactly_once(tmp_path: Path):
    async with a_town(tmp_path, SEED) as town, KillableNode(town) as node:
        await node.start()
        for _ in range(60):
            await town.somebody_writes()
        rows = await final_state(town, 60)
        await node.stop()
    assert_each_once(town, rows, 60)
    assert town.answers() == Counter(town.wrote)


async def live_and_die(town: Town, node: KillableNode, *, messages: int, kills: int, seed: int) -> None:
    """Start, let tenants write, kill at a random moment; after the last kill the rest comes, and what was missed."""
    chance = random.Random(seed)
    moments = [chance.uniform(0.0, LONGEST_LIFE) for _ in range(kills)]
    print(f"seed {seed}; killed after", *(f"{moment:.2f}" for moment in moments))  # noqa: T201 - shown when it fails
    for number, moment in enumerate(moments, start=1):
        await node.start()
        pouring = asyncio.create_task(pour(town, messages * number // (kills + 1)))
        await asyncio.sleep(moment)
        await node.kill()
        await pouring
    await node.start()
    await pour(town, messages)
    await town.write_again_what_was_missed()


async def pour(town: Town, until: int) -> None:
    """Tenants write until so many have written, alive or dead as the node may be."""
    while len(town.wrote) < until:
        await town.somebody_writes()
        await asyncio.sleep(PAUSE)


async def final_state(town: Town, messages: int) -> dict[str, Sequence[Mapping[str, Any]]]:
    """All rows once everything is done."""
    database = open_database(f"sqlite:///{town.data / 'tenantline.db'}")
    try:
        await settled(database, messages)
        with database.reading() as tx:
            return {
                str(table.name): [dict(row) for row in tx.execute(select(table)).mappings()]
                for table in (MESSAGE, CASE, OUTBOX)
            }
    finally:
        database.close()


def assert_each_once(town: Town, rows: Mapping[str, Sequence[Mapping[str, Any]]], messages: int) -> None:
    """Every message once, in a case of its own with one reference, and nothing set aside."""
    stored = rows["message"]
    assert Counter(row["sender"] for row in stored) == Counter(town.wrote)
    assert len({(row["channel"], row["provider_id"]) for row in stored}) == messages
    assert Counter(row["state"] for row in stored) == {"routed": messages}
    assert len({row["case_id"] for row in stored}) == messages
    assert len({row["reference"] for row in rows["case"]}) == messages == len(rows["case"])
    acknowledged = Counter(row["case_id"] for row in rows["outbox"] if row["purpose"] == "acknowledge")
    assert acknowledged == Counter(row["id"] for row in rows["case"])
    assert {row["state"] for row in rows["outbox"]} == {"sent"}
