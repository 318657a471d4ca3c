"""Splitting and joining cases in the database: no date gets later, both sides are on record, the tenant hears once."""

from datetime import timedelta

from sqlalchemy import RowMapping

from casework.acts import Act, Escalate, SetKind
from casework.acts_hazards import NoteHazard
from casework.acts_sorting import JoinCase, SplitCase, UndoJoin
from casework.perform import Performed
from domain.labels import Hazard, Kind
from scheduler.acting import stands
from scheduler.node import Node
from scheduler.routing import route_due
from store.audit import verify
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, CASE_ACT, MESSAGE, OBLIGATION, OUTBOX, PARTY, TASK
from tests.builders import NOW
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts
from tests.scheduler.test_acting import DEE, MIA, a_case, act

LATER = timedelta(days=2)


async def two_cases(database: Database, blobs: BlobStore) -> tuple[Node, str, str]:
    """The same person's complaint twice: the first by text, the second two days later."""
    node = a_node(database, blobs, FakeSender())
    object.__setattr__(node.landlords["cestria"], "staff", {each.id: each for each in (MIA, DEE)})
    take_in_texts(node, "SM1", text="My boiler has been broken for a week and nobody came.")
    await route_due(node, NOW)
    take_in_texts(node, "SM2", text="It is about the boiler, broken still.", received_at=NOW + LATER)
    await route_due(node, NOW + LATER)
    first, second = sorted(look(database, CASE), key=lambda row: row["reference"])
    return node, first["reference"], second["reference"]


def case(database: Database, reference: str) -> RowMapping:
    return look_at_one(database, CASE, reference=reference)


def owed(database: Database, reference: str) -> dict[tuple[str, int, str], RowMapping]:
    """What a case still owes."""
    rows = look(database, OBLIGATION, case_id=case(database, reference)["id"], state="open")
    return {(row["name"], row["stage"], row["basis"]): row for row in rows}


def done(node: Node, reference: str, what: Act, minutes: int) -> Performed:
    answer = act(node, reference, what, minutes=minutes)
    assert isinstance(answer, Performed), answer
    return answer


async def test_situation_1_a_mixed_message_is_split_with_its_receipt_kept(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    answer = done(node, reference, SplitCase(kind=Kind.COMPLIMENT, words="Karen was lovely"), 60 * 24)
    assert isinstance(answer.done.act, SplitCase)
    old, new = case(database, reference), case(database, answer.done.act.into)
    assert (new["kind"], new["received_at"], new["linked"]) == ("compliment", old["received_at"], [reference])
    assert old["linked"] == [new["reference"]]
    acknowledge = owed(database, new["reference"])["acknowledge", 0, "CESTRIA-28"]
    assert acknowledge["from_at"] == NOW
    assert [row["address"] for row in look(database, PARTY, case_id=new["id"])] == [
        row["address"] for row in look(database, PARTY, case_id=old["id"])
    ]
    with database.reading() as tx:
        life = stands(tx, new["reference"]).life
        assert verify(tx) == []
    assert (life.split_from, life.channel) == (reference, "twilio_sms")


async def test_a_split_is_told_by_one_message_that_acknowledges_the_new_case(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    answer = done(node, reference, SplitCase(kind=Kind.COMMENT, words="a bin day on the website"), 5)
    assert isinstance(answer.done.act, SplitCase)
    told = look_at_one(database, OUTBOX, purpose="case_split")
    assert reference in told["body"]
    assert answer.done.act.into in told["body"]
    assert (told["meets"], told["meets_stage"]) == ("acknowledge", 0)


async def test_where_no_channel_reaches_the_tenant_a_person_writes(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    mute = a_node(database, blobs, ids=node.ids)
    object.__setattr__(mute.landlords["cestria"], "staff", node.landlords["cestria"].staff)
    done(mute, reference, SplitCase(kind=Kind.COMMENT, words="a bin day on the website"), 5)
    assert look(database, OUTBOX, purpose="case_split") == []
    assert look_at_one(database, TASK, kind="answer_by_hand")["by"] == "1wd"


async def test_situation_175_of_two_joined_cases_the_earlier_of_each_date_stays(database: Database, blobs: BlobStore):
    node, first, second = await two_cases(database, blobs)
    earlier = {key: row["due_at"] for key, row in owed(database, first).items()}
    done(node, first, JoinCase(into=second, reason="one boiler"), 60 * 72)
    assert (case(database, first)["state"], case(database, second)["state"]) == ("closed", "open")
    assert case(database, second)["received_at"] == NOW
    assert owed(database, first) == {}
    now_owed = owed(database, second)
    assert earlier.keys() <= now_owed.keys()
    assert all(now_owed[key]["due_at"] <= due for key, due in earlier.items())


async def test_situation_175_the_later_case_joined_with_the_earlier_puts_nothing_off(
    database: Database, blobs: BlobStore
):
    node, first, second = await two_cases(database, blobs)
    before = {key: row["due_at"] for key, row in owed(database, first).items()}
    done(node, second, JoinCase(into=first.lower()), 60 * 72)
    assert {key: row["due_at"] for key, row in owed(database, first).items()} == before
    assert case(database, second)["linked"] == [first]
    assert [row["name"] for row in look(database, CASE_ACT)] == ["join_case", "take_in"]
    told = look_at_one(database, OUTBOX, purpose="case_joined")
    assert f"Your reference is {first}" in told["body"]


async def test_a_danger_of_the_joined_case_keeps_its_clock(database: Database, blobs: BlobStore):
    node, first, second = await two_cases(database, blobs)
    done(node, first, NoteHazard(hazard=Hazard.DAMP_MOULD, at=NOW), 60 * 72)
    (before,) = look(database, OBLIGATION, name="hazard_investigate", state="open")
    done(node, first, JoinCase(into=second), 60 * 73)
    (now_owed,) = look(database, OBLIGATION, name="hazard_investigate", state="open")
    assert now_owed["case_id"] == case(database, second)["id"]
    assert now_owed["due_at"] == before["due_at"]
    with database.reading() as tx:
        assert [each.hazard for each in stands(tx, second).life.hazards] == [Hazard.DAMP_MOULD]


async def test_situation_175_who_quotes_the_reference_of_a_joined_case_is_added_to_the_one_that_goes_on(
    database: Database, blobs: BlobStore
):
    node, first, second = await two_cases(database, blobs)
    done(node, first, JoinCase(into=second), 60 * 72)
    later = NOW + 2 * LATER
    take_in_texts(node, "SM3", text=f"About {first}: it leaks as well.", received_at=later)
    await route_due(node, later)
    added = look_at_one(database, MESSAGE, provider_id="SM3")
    assert added["case_id"] == case(database, second)["id"]
    assert len(look(database, CASE)) == 2


async def test_after_a_join_was_undone_each_reference_is_its_own_again(database: Database, blobs: BlobStore):
    node, first, second = await two_cases(database, blobs)
    done(node, first, JoinCase(into=second), 60 * 72)
    done(node, first, UndoJoin(reason="two boilers"), 60 * 73)
    later = NOW + 2 * LATER
    take_in_texts(node, "SM3", text=f"About {first}: it leaks as well.", received_at=later)
    await route_due(node, later)
    assert look_at_one(database, MESSAGE, provider_id="SM3")["case_id"] == case(database, first)["id"]


async def test_a_join_is_undone_and_each_case_has_its_own_dates_again(database: Database, blobs: BlobStore):
    node, first, second = await two_cases(database, blobs)
    before = {each: {key: row["due_at"] for key, row in owed(database, each).items()} for each in (first, second)}
    done(node, first, JoinCase(into=second), 60 * 72)
    done(node, first, UndoJoin(reason="two boilers"), 60 * 73)
    after = {each: {key: row["due_at"] for key, row in owed(database, each).items()} for each in (first, second)}
    assert after == before
    assert case(database, second)["received_at"] == NOW + LATER
    assert case(database, first)["state"] == "open"
    with database.reading() as tx:
        assert verify(tx) == []


async def test_a_split_is_undone_by_joining(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    answer = done(node, reference, SplitCase(kind=Kind.COMPLAINT, words="the lift"), 5)
    assert isinstance(answer.done.act, SplitCase)
    done(node, answer.done.act.into, JoinCase(into=reference), 6)
    assert case(database, answer.done.act.into)["state"] == "closed"
    assert case(database, reference)["kind"] == "complaint"


async def test_a_case_that_has_gone_on_to_stage_2_takes_no_duty_of_stage_1(database: Database, blobs: BlobStore):
    node, first, second = await two_cases(database, blobs)
    done(node, second, Escalate(at=NOW + LATER), 60 * 72)
    done(node, first, JoinCase(into=second), 60 * 73)
    assert {stage for _, stage, _ in owed(database, second)} >= {2}


async def test_a_correction_of_the_kind_sets_the_duties_right_both_ways(database: Database, blobs: BlobStore):
    node, reference = await a_case(database, blobs)
    before = {key: row["due_at"] for key, row in owed(database, reference).items()}
    done(node, reference, SetKind(kind=Kind.COMMENT, reason="only an idea"), 5)
    assert {key for key in owed(database, reference) if key[0] == "respond"} == set()
    done(node, reference, SetKind(kind=Kind.COMPLAINT, reason="it is one after all"), 6)
    again = {key: row["due_at"] for key, row in owed(database, reference).items()}
    assert again.keys() == before.keys()
    assert all(again[key] <= due for key, due in before.items())
    kept = [(row["kind_before"], row["act"]["kind"], row["act"]["reason"]) for row in look(database, CASE_ACT)]
    assert kept == [
        ("complaint", "comment", "only an idea"),
        ("comment", "complaint", "it is one after all"),
    ]
