"""A calendar that changes has open cases counted anew: an earlier date replaces a later one, never the reverse."""

from dataclasses import replace
from datetime import date

from domain.calendars import Calendar, Holiday
from domain.uktime import local_date
from scheduler.duties import do_duties
from scheduler.node import Node
from scheduler.recounting import digest_of
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import OBLIGATION
from tests.builders import NOW
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, take_in_texts

CLOSED = Holiday(day=date(2026, 11, 12), name="A day of mourning")


def with_calendar(node: Node, calendar: Calendar) -> Node:
    """The same node after its calendar's file was changed."""
    return replace(node, landlords={"cestria": replace(node.landlords["cestria"], calendar=calendar)})


def answer_due(database: Database) -> set[date]:
    rows = look(database, OBLIGATION, name="respond", state="open")
    return {local_date(row["due_at"]) for row in rows if row["effective"]}


async def a_complaint(node: Node) -> None:
    take_in_texts(node, "SM1", text="My boiler has been broken for a week and nobody came.")
    await route_due(node, NOW)


async def test_a_holiday_that_is_taken_out_brings_the_date_forward_and_one_that_comes_puts_none_off(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender())
    usual = node.landlords["cestria"].calendar
    mourning = usual.model_copy(update={"holidays": usual.holidays | {CLOSED}})
    shorter, longer = with_calendar(node, usual), with_calendar(node, mourning)
    await do_duties(longer, NOW)
    await a_complaint(longer)
    (late,) = answer_due(database)
    await do_duties(shorter, NOW)
    (early,) = answer_due(database)
    assert (late - early).days in {1, 3}
    await do_duties(longer, NOW)
    assert answer_due(database) == {early}


async def test_nothing_is_counted_anew_while_the_calendar_stays(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    await do_duties(node, NOW)
    await a_complaint(node)
    before = look(database, OBLIGATION)
    await do_duties(node, NOW)
    assert look(database, OBLIGATION) == before


def test_a_closing_day_makes_another_calendar_and_its_order_does_not():
    first = Calendar(name="x", first_year=2026, last_year=2026, holidays=frozenset({CLOSED}))
    own = first.with_closures((Holiday(day=date(2026, 12, 24), name="Staff day"),))
    assert digest_of(first) == digest_of(first.model_copy())
    assert digest_of(first) != digest_of(own)
