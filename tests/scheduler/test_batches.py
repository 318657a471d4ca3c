"""Many messages routed at once: the same as one by one, whoever wrote them and whatever breaks among them."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.messages import Address, AddressKind
from domain.references import parse
from domain.understanding import Reading, SafetyFinding, Understanding
from scheduler.node import Node, Timing
from scheduler.routing import route_due, route_waiting
from store.blobs import BlobStore
from store.database import Database, run_writing
from store.tables import ALERT, CASE, MESSAGE, OUTBOX
from tests.builders import NOW, a_finding
from tests.fakes import FakeSafety, FakeSender, FakeUnderstander
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts

BOILER = "My boiler has been broken for a week and nobody came."


class UnstorableAt(FakeUnderstander):
    """What it says of one text cannot be stored."""

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        return tuple(
            found.model_copy(update={"model": object()}) if "POISON" in reading.text else found
            for reading, found in zip(readings, super().understand(readings), strict=True)
        )


def someone(number: int) -> Address:
    """A tenant's phone."""
    return Address(kind=AddressKind.PHONE, value=f"+4477009002{number:02}")


def write_in(node: Node, count: int) -> None:
    """So many tenants, a text each."""
    for number in range(count):
        take_in_texts(node, f"SM{number}", sender=someone(number), text=BOILER)


def numbers(database: Database) -> list[int]:
    found = [parse(row["reference"]) for row in look(database, CASE)]
    return sorted(each.number for each in found if each)


async def test_the_cases_of_one_batch_have_numbers_one_after_the_other_and_so_has_the_next(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender())
    write_in(node, 5)
    assert await route_due(node, NOW) == 5
    take_in_texts(node, "SM99", sender=someone(99), text=BOILER)
    assert await route_due(node, NOW) == 1
    assert numbers(database) == [1, 2, 3, 4, 5, 6]


async def test_two_messages_of_one_person_in_one_batch_are_one_case(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    take_in_texts(node, "SM1", sender=someone(1), text=BOILER)
    take_in_texts(node, "SM2", sender=someone(2), text=BOILER)
    take_in_texts(node, "SM3", sender=someone(1), text="It is also leaking now.")
    assert await route_due(node, NOW) == 3
    cases = {row["provider_id"]: row["case_id"] for row in look(database, MESSAGE)}
    assert cases["SM1"] == cases["SM3"] != cases["SM2"]


async def test_one_message_that_cannot_be_written_is_set_aside_and_its_neighbours_are_not(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender(), understander=UnstorableAt())
    write_in(node, 2)
    take_in_texts(node, "SM-poison", sender=someone(50), text=f"POISON {BOILER}")
    take_in_texts(node, "SM-after", sender=someone(51), text=BOILER)
    assert await route_due(node, NOW) == 4
    assert look_at_one(database, MESSAGE, state="set_aside")["provider_id"] == "SM-poison"
    assert numbers(database) == [1, 2, 3]
    assert len(look(database, OUTBOX, purpose="acknowledge")) == 3


class DiedApart(FakeUnderstander):
    """A process apart that scans and understands, and that died."""

    def scan_and_understand(
        self, readings: Sequence[Reading]
    ) -> tuple[tuple[tuple[SafetyFinding, ...], Understanding], ...]:
        raise RuntimeError(f"nobody reads {len(readings)} messages")


async def test_where_the_process_that_scans_died_danger_is_found_in_this_one(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), understander=DiedApart(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    assert await route_due(node, NOW) == 1
    assert look_at_one(database, ALERT)["cause"] == "gas"
    assert look_at_one(database, MESSAGE)["state"] == "routed"


async def test_all_that_waits_is_routed_batch_by_batch_in_the_order_it_came(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), timing=Timing(route_batch=2))
    write_in(node, 5)
    assert await route_waiting(node, NOW) == 5
    cases = {row["provider_id"]: row["case_id"] for row in look(database, MESSAGE)}
    references = {row["id"]: parse(row["reference"]) for row in look(database, CASE)}
    found = [references[cases[f"SM{number}"]] for number in range(5)]
    assert [each.number for each in found if each] == [1, 2, 3, 4, 5]


async def test_two_messages_of_one_person_in_batches_that_overlap_are_one_case(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), timing=Timing(route_batch=1))
    take_in_texts(node, "SM1", sender=someone(1), text=BOILER)
    take_in_texts(node, "SM2", sender=someone(1), text="It is also leaking now.")
    assert await route_waiting(node, NOW) == 2
    assert len({row["case_id"] for row in look(database, MESSAGE)}) == len(look(database, CASE)) == 1


async def test_a_batch_that_breaks_off_keeps_the_one_behind_it_from_nothing(
    database: Database, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
):
    node = a_node(database, blobs, FakeSender(), timing=Timing(route_batch=1))
    write_in(node, 3)
    full = iter([OSError("the disk is full")])

    def once_full(*given: Any) -> Any:
        for problem in full:
            raise problem
        return run_writing(*given)

    monkeypatch.setattr("scheduler.routing.run_writing", once_full)
    with pytest.raises(OSError, match="full"):
        await route_waiting(node, NOW)
    assert {row["provider_id"]: row["state"] for row in look(database, MESSAGE)} == {
        "SM0": "waiting",
        "SM1": "routed",
        "SM2": "waiting",
    }
