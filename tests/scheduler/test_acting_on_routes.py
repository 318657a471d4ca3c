"""Routes in the database: proposed by what a message says, set by a person, with clocks, tasks and who may see it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from casework.acts import AddPoint
from casework.acts_routes import AnswerByLaw, LeaveRoute, NameStaff, SetRoute
from casework.perform import Performed, Refused
from domain.labels import Allegation, Matter
from domain.understanding import Reading, Understanding
from scheduler.node import Node
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, OBLIGATION, TASK
from tests.builders import NOW, an_understanding
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts
from tests.scheduler.test_acting import DEE, MIA, act

CRIME = SetRoute(route="crime", stage=2, reasons="the ring was gone after his visit", at=NOW)


class Reads:
    """Understands every message in the same way."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        return tuple(an_understanding(id=reading.id, **self.fields) for reading in readings)


async def understood(database: Database, blobs: BlobStore, **fields: Any) -> tuple[Node, str]:
    """A complaint by text that was understood so."""
    node = a_node(database, blobs, FakeSender(), understander=Reads(**fields))
    object.__setattr__(node.landlords["cestria"], "staff", {each.id: each for each in (MIA, DEE)})
    take_in_texts(node, "SM1", text="Your gas man took my mother's ring.")
    await route_due(node, NOW)
    return node, str(look_at_one(database, CASE)["reference"])


def owed(database: Database) -> dict[tuple[str, int, str], RowMapping]:
    return {(row["name"], row["stage"], row["basis"]): row for row in look(database, OBLIGATION, state="open")}


async def test_cestria_47_a_person_sets_stage_2_and_its_dates_stand_as_they_were_told(
    database: Database, blobs: BlobStore
):
    node, reference = await understood(database, blobs, allegation=Allegation.CRIME)
    before = owed(database)
    assert {row["stage"] for row in before.values()} <= {0, 2}
    assert isinstance(act(node, reference, AddPoint(point="ring", words="it is gone")), Refused)
    act(node, reference, AddPoint(point="ring", words="it is gone"), by=DEE)
    assert owed(database) == before
    assert isinstance(act(node, reference, CRIME, by=DEE, minutes=2), Performed)
    assert owed(database) == before
    case = look_at_one(database, CASE)
    assert (case["stage"], case["restricted"]) == (2, True)
    (asked,) = look(database, TASK, kind="crime")
    assert (asked["state"], asked["done_by"]) == ("done", "dee")


async def test_situation_132_where_it_is_no_crime_stage_1_takes_the_place_of_stage_2(
    database: Database, blobs: BlobStore
):
    node, reference = await understood(database, blobs, allegation=Allegation.CRIME)
    declined = LeaveRoute(route="crime", how="declined", reasons="a neighbour took it")
    assert isinstance(act(node, reference, declined, by=DEE), Performed)
    assert {stage for _, stage, _ in owed(database)} <= {0, 1}
    assert any(name == "respond" for name, _, _ in owed(database))
    assert look(database, OBLIGATION, stage=2, state="replaced")


async def test_cestria_48_whoever_deals_with_conduct_has_a_task_and_the_named_cannot_act(
    database: Database, blobs: BlobStore
):
    node, reference = await understood(database, blobs, allegation=Allegation.STAFF_MISCONDUCT)
    before = owed(database)
    act(node, reference, NameStaff(people=("mia",)), by=DEE)
    route = SetRoute(route="misconduct", reasons="he asked for money", at=NOW)
    assert isinstance(act(node, reference, route), Refused)
    assert isinstance(act(node, reference, route, by=DEE), Performed)
    assert look_at_one(database, TASK, kind="route_misconduct")["team"] == "disciplinary"
    assert look_at_one(database, TASK, kind="staff_misconduct")["state"] == "done"
    assert owed(database) == before


async def test_situation_120_a_request_for_ones_data_is_met_by_a_person(database: Database, blobs: BlobStore):
    node, reference = await understood(database, blobs, matters=(Matter.SAR,))
    (clock,) = [key for key in owed(database) if key[0] == "answer_subject_access"]
    act(node, reference, SetRoute(route="sar", reasons="all that you hold", at=NOW))
    assert clock in owed(database)
    act(node, reference, AnswerByLaw(duty="answer_subject_access", at=NOW), minutes=2)
    assert clock not in owed(database)
    assert look_at_one(database, OBLIGATION, name="answer_subject_access")["state"] == "met"


async def test_a_request_that_only_a_person_heard_starts_its_clock_of_law(database: Database, blobs: BlobStore):
    node, reference = await understood(database, blobs)
    act(node, reference, SetRoute(route="dp_complaint", reasons="said so on the telephone", at=NOW))
    names = {name for name, _, _ in owed(database)}
    assert {"acknowledge_dp_complaint", "assess_breach"} <= names
