"""Dangers of cases in the database: told by a message, noted by a person, looked into and made safe."""

from datetime import timedelta

from casework.acts_hazards import InvestigateHazard, MakeSafe, NoteHazard
from casework.perform import Performed
from domain.labels import Hazard
from scheduler.acting import stands
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, OBLIGATION, REMINDER
from tests.builders import NOW, a_finding
from tests.fakes import FakeSafety, FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts
from tests.scheduler.test_acting import a_case, act


async def test_a_danger_that_a_message_told_of_is_known_and_met_when_it_is_safe(database: Database, blobs: BlobStore):
    safety = FakeSafety(a_finding(Hazard.GAS))
    node = a_node(database, blobs, FakeSender(), safety=safety)
    take_in_texts(node, "SM1", text="I smell gas")
    await route_due(node, NOW)
    reference = str(look_at_one(database, CASE)["reference"])
    with database.reading() as tx:
        (danger,) = stands(tx, reference).life.hazards
    assert (danger.hazard, danger.known_at, danger.emergency_at) == (Hazard.GAS, NOW, NOW)
    safe = MakeSafe(hazard=Hazard.GAS, at=NOW, what="capped", more_to_do=False)
    assert isinstance(act(node, reference, safe), Performed)
    (row,) = look(database, OBLIGATION, about="gas")
    assert (row["name"], row["state"]) == ("hazard_safe", "met")


async def test_a_danger_that_a_person_notes_runs_beside_the_complaint(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    before = look(database, OBLIGATION)
    act(node, reference, NoteHazard(hazard=Hazard.DAMP_MOULD, at=NOW))
    assert [row for row in look(database, OBLIGATION) if not row["about"]] == before
    owed = {row["name"]: row for row in look(database, OBLIGATION, about="damp_mould", state="open")}
    assert owed.keys() == {"hazard_investigate", "hazard_summary", "hazard_work", "hazard_long_stop"}
    assert look(database, REMINDER, obligation_id=owed["hazard_investigate"]["id"], state="waiting")
    assert owed["hazard_work"]["planned"]


async def test_an_early_investigation_brings_forward_what_counts_from_it(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    act(node, reference, NoteHazard(hazard=Hazard.DAMP_MOULD, at=NOW))
    (planned,) = look(database, OBLIGATION, name="hazard_work", state="open")
    found = InvestigateHazard(hazard=Hazard.DAMP_MOULD, at=NOW, found="significant", findings="mould by the cot")
    act(node, reference, found, minutes=2)
    (work,) = look(database, OBLIGATION, name="hazard_work", state="open")
    assert work["due_at"] < planned["due_at"] - timedelta(days=7)
    assert look(database, OBLIGATION, name="hazard_investigate", state="met")


async def test_where_no_danger_was_found_its_work_is_waived_by_that_person(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    act(node, reference, NoteHazard(hazard=Hazard.DAMP_MOULD, at=NOW))
    found = InvestigateHazard(hazard=Hazard.DAMP_MOULD, at=NOW, found="none", findings="a shadow of soot")
    act(node, reference, found, minutes=2)
    states = {row["name"]: row["state"] for row in look(database, OBLIGATION, about="damp_mould")}
    assert (states["hazard_work"], states["hazard_long_stop"]) == ("waived", "waived")
    assert look(database, OBLIGATION, name="hazard_summary", state="open")
    with database.reading() as tx:
        (danger,) = stands(tx, reference).life.hazards
    assert danger.found == "none"
