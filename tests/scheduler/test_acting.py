"""People act on cases that lie in the database: what follows for the case, its duties and its audit."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.acts import (
    Act,
    AddPoint,
    Assign,
    Decide,
    Escalate,
    Extend,
    Investigate,
    RecordOmbudsman,
    SendOutcome,
    SetKind,
)
from casework.acts_letters import WritePart
from casework.acts_refusing import AcceptComplaint, RefuseComplaint
from casework.outcomes import Verdict
from casework.people import Person, Role
from casework.perform import Performed, Refused
from domain.errors import Conflict, NotFound
from domain.labels import Kind
from domain.letters import Content, LetterType
from domain.uktime import local_date
from scheduler.acting import act_on, stands
from scheduler.node import Node
from scheduler.routing import route_due
from store.audit import verify
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, CASE_ACT, OBLIGATION, REMINDER
from tests.builders import NOW
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts

MIA = Person(id="mia", name="Mia", roles=frozenset({Role.MANAGER}), team="Repairs Team")
DEE = Person(id="dee", name="Dee", roles=frozenset({Role.DIRECTOR}))


async def a_case(database: Database, blobs: BlobStore) -> tuple[Node, str]:
    """A complaint by text, under Cestria's policy, and the people who may handle it."""
    node = a_node(database, blobs, FakeSender())
    setup = node.landlords["cestria"]
    object.__setattr__(setup, "staff", {each.id: each for each in (MIA, DEE)})
    take_in_texts(node, "SM1", text="My boiler has been broken for a week and nobody came.")
    await route_due(node, NOW)
    return node, str(look_at_one(database, CASE)["reference"])


def act(node: Node, reference: str, what: Act, by: Person = MIA, *, minutes: int = 1) -> Performed | Refused:
    """One act in a transaction of its own."""
    with node.database.writing() as tx:
        return act_on(node, tx, reference, what, by=by, now=NOW + timedelta(minutes=minutes))


async def test_an_act_is_on_record_and_changes_the_case(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    assert isinstance(act(node, reference, Assign(to=("mia",), declared_impartial=True)), Performed)
    case = look_at_one(database, CASE)
    assert (case["owner"], case["phase"], case["version"]) == ("mia", "deliver", 2)
    row = look_at_one(database, CASE_ACT)
    assert (row["number"], row["name"], row["by"], row["roles"]) == (1, "assign", "mia", ["manager"])
    with database.reading() as tx:
        assert stands(tx, reference).life.stage.handlers == ("mia",)


async def test_what_is_refused_changes_nothing(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    answer = act(node, reference, SendOutcome(at=NOW, way="email"))
    assert isinstance(answer, Refused)
    assert look(database, CASE_ACT) == []
    assert look_at_one(database, CASE)["version"] == 1


async def test_an_outcome_meets_the_duty_to_answer_and_drops_its_nudges(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    for what in (
        AddPoint(point="boiler", words="no heating"),
        Investigate(point="boiler", findings="two visits missed"),
        Decide(point="boiler", verdict=Verdict.NOT_UPHELD, reasons="mended the same day"),
        SendOutcome(at=NOW, way="email"),
    ):
        assert isinstance(act(node, reference, what), Performed), what
    answered = look(database, OBLIGATION, name="respond", state="met")
    last = look_at_one(database, CASE_ACT, name="send_outcome")
    assert answered
    assert {row["met_by"] for row in answered} == {last["id"]}
    nudges = [row for duty in answered for row in look(database, REMINDER, obligation_id=duty["id"])]
    assert {row["state"] for row in nudges} <= {"dropped"}
    assert look_at_one(database, CASE)["phase"] == "after"


async def test_an_escalation_sets_the_clocks_of_stage_2_running(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    assert isinstance(act(node, reference, Escalate(at=NOW)), Performed)
    owed = {row["name"]: row for row in look(database, OBLIGATION, stage=2, state="open") if row["effective"]}
    assert local_date(owed["acknowledge"]["due_at"]) == local_date(NOW) + timedelta(days=3)
    assert {"acknowledge", "respond"} <= owed.keys()
    assert look(database, REMINDER, obligation_id=owed["respond"]["id"], state="waiting")
    assert look_at_one(database, CASE)["stage"] == 2


async def test_code_6_4_an_extension_replaces_the_date_and_keeps_the_old_one_on_record(
    database: Database, blobs: BlobStore
):
    node, reference = await a_case(database, blobs)
    before = [row for row in look(database, OBLIGATION, name="respond", state="open") if row["effective"]]
    later = min(row["due_at"] for row in before) + timedelta(days=7)
    assert isinstance(act(node, reference, Extend(to=later, reason="a survey is needed")), Performed)
    now_owed = [row for row in look(database, OBLIGATION, name="respond", state="open") if row["effective"]]
    assert [local_date(row["due_at"]) for row in now_owed] == [local_date(later)]
    assert look(database, OBLIGATION, name="respond", state="replaced")


async def test_acting_without_moving_a_date_leaves_every_duty_as_it_was(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    before = look(database, OBLIGATION)
    act(node, reference, AddPoint(point="boiler", words="no heating"))
    act(node, reference, Assign(to=("mia",), declared_impartial=True))
    assert look(database, OBLIGATION) == before


async def test_two_people_never_overwrite_each_other(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    act(node, reference, SetKind(kind=Kind.COMPLAINT))
    with database.writing() as tx, pytest.raises(Conflict, match="somebody else"):
        act_on(node, tx, reference, SetKind(kind=Kind.COMMENT), by=DEE, now=NOW, expected_version=1)


async def test_the_audit_knows_who_did_what_and_no_words(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    act(node, reference, AddPoint(point="boiler", words="SECRET WORDS"))
    with database.reading() as tx:
        assert verify(tx) == []
        audit = tx.exec_driver_sql("SELECT action, actor, detail FROM audit").all()
    assert any((row[0], row[1]) == ("case.acted", "mia") for row in audit)
    assert "SECRET WORDS" not in str(audit)


async def test_an_unknown_reference_is_not_found(database: Database, blobs: BlobStore):
    node, _ = await a_case(database, blobs)
    with database.writing() as tx, pytest.raises(NotFound):
        act_on(node, tx, "CES-26-99999X", SetKind(kind=Kind.COMMENT), by=MIA, now=NOW)


async def test_the_life_is_told_again_from_the_database_to_the_last_act(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    act(node, reference, AddPoint(point="boiler", words="no heating"))
    answer = act(node, reference, Escalate(at=NOW), minutes=2)
    assert isinstance(answer, Performed)
    with database.reading() as tx:
        assert stands(tx, reference).life == answer.life
        assert [row.number for row in tx.execute(select(CASE_ACT.c.number).order_by(CASE_ACT.c.number))] == [1, 2]
    assert local_date(answer.life.stage.requested_at) == date(2026, 11, 9)


async def test_cestria_45_the_ombudsmans_orders_are_reminded_of_and_met(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    due_on = local_date(NOW) + timedelta(days=30)
    for name in ("apology", "payment"):
        act(node, reference, RecordOmbudsman(what="ordered", wish=name, due_on=due_on))
    owed = look(database, OBLIGATION, name="ombudsman_order", state="open")
    assert [(row["about"], local_date(row["due_at"])) for row in owed] == [
        ("ombudsman:apology", due_on),
        ("ombudsman:payment", due_on),
    ]
    assert all(look(database, REMINDER, obligation_id=row["id"], state="waiting") for row in owed)
    act(node, reference, RecordOmbudsman(what="complied", wish="payment", proof="the bank's slip"), minutes=2)
    (met,) = look(database, OBLIGATION, name="ombudsman_order", state="met")
    assert met["about"] == "ombudsman:payment"


async def test_what_was_refused_and_is_taken_on_after_all_is_owed_by_its_old_date(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    before = {row["basis"]: row["due_at"] for row in look(database, OBLIGATION, name="respond", state="open")}
    refusal = RefuseComplaint(
        at=NOW, ground="already_considered", evidence="a letter", reasons="the same", told_of_ombudsman=True
    )
    assert isinstance(act(node, reference, refusal), Performed)
    assert look(database, OBLIGATION, name="respond", state="open") == []
    assert isinstance(act(node, reference, AcceptComplaint(reasons="the Ombudsman says so"), minutes=2), Performed)
    after = {row["basis"]: row["due_at"] for row in look(database, OBLIGATION, name="respond", state="open")}
    assert after == before


async def test_own_words_of_a_letter_are_on_record_and_in_no_audit(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    write = WritePart(letter=LetterType.OUTCOME, content=Content.BACKGROUND, words="SECRET WORDS")
    assert isinstance(act(node, reference, write), Performed)
    with database.reading() as tx:
        (written,) = stands(tx, reference).life.stage.written
        audit = tx.exec_driver_sql("SELECT action, actor, detail FROM audit").all()
    assert (written.content, written.words) == (Content.BACKGROUND, "SECRET WORDS")
    assert "SECRET WORDS" not in f"{audit} {written}"


async def test_code_6_4_what_a_letter_lacks_holds_the_act_back_with_its_clause(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    later = NOW + timedelta(days=20)
    refused = act(node, reference, Extend(to=later, reason=" "))
    assert isinstance(refused, Refused)
    assert ("Code 6.4", True) in {(each.clause, each.blocks) for each in refused.objections}
