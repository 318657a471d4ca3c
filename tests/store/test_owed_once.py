"""A case owes the same thing once, whoever asks twice; what is done may be owed again."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.decisions import Effects, NewTask, PersonBy
from domain.messages import DeliveryReport, DeliveryState, Receipt
from store.case_facts import own_cases
from store.database import savepoint
from store.tables import OBLIGATION, OUTBOX, REMINDER
from tests.builders import ANN_MAIL, NOW
from tests.store.flow import ACKNOWLEDGE_BY, Flow, a_nudge, an_obligation, one, record_report, record_sent, rows


def owe(flow: Flow, case_id: str | None, *obligations: object, **effects: object) -> None:
    """A person or a message sets these running in the case."""
    flow.apply(Effects(join_case_id=case_id, obligations=obligations, **effects))


def send(flow: Flow) -> None:
    """The acknowledgement is taken by its provider."""
    outbox_id = one(flow.tx, OUTBOX)["id"]
    record_sent(flow.tx, outbox_id, Receipt(provider_id="p-1", at=flow.now), flow.now)


def bounce(flow: Flow) -> None:
    """... and comes back."""
    report = DeliveryReport(channel="mail", provider_id="p-1", state=DeliveryState.FAILED, at=NOW + timedelta(hours=1))
    record_report(flow, report)


def test_what_is_open_already_keeps_its_date_and_its_nudges(flow: Flow):
    case_id = flow.open_case().case_id
    later = a_nudge(fire_at=NOW + timedelta(days=9))
    owe(flow, case_id, an_obligation(due_at=NOW + timedelta(days=10)), reminders=(later,))
    assert one(flow.tx, OBLIGATION)["due_at"] == ACKNOWLEDGE_BY
    assert one(flow.tx, REMINDER)["fire_at"] == a_nudge().fire_at


def test_the_database_itself_refuses_a_second(flow: Flow):
    flow.open_case()
    row = {**one(flow.tx, OBLIGATION), "id": "again"}
    with pytest.raises(IntegrityError), savepoint(flow.tx):
        flow.tx.execute(OBLIGATION.insert().values(**row))


@pytest.mark.parametrize("other", [{"stage": 2}, {"basis": "Code 6.2"}, {"name": "respond"}, {"about": "fire"}])
def test_another_stage_clause_duty_or_danger_is_owed_beside_it(flow: Flow, other: dict[str, object]):
    owe(flow, flow.open_case().case_id, an_obligation(**other))
    assert len(rows(flow.tx, OBLIGATION, state="open")) == 2


def test_what_is_done_can_be_owed_again(flow: Flow):
    case_id = flow.open_case().case_id
    send(flow)
    owe(flow, case_id, an_obligation())
    assert {row["state"] for row in rows(flow.tx, OBLIGATION)} == {"met", "open"}


def test_a_bounce_leaves_one_open_where_the_same_is_owed_anew(flow: Flow):
    case_id = flow.open_case().case_id
    send(flow)
    owe(flow, case_id, an_obligation())
    bounce(flow)
    assert len(rows(flow.tx, OBLIGATION, state="open")) == 1


def test_what_was_late_is_late_again_after_a_bounce(flow: Flow):
    flow.open_case()
    flow.tx.execute(OBLIGATION.update().values(state="breached", breached_at=NOW))
    send(flow)
    bounce(flow)
    assert (one(flow.tx, OBLIGATION)["state"], one(flow.tx, OBLIGATION)["met_by"]) == ("breached", None)


def test_the_router_sees_what_is_still_owed_late_or_not(flow: Flow):
    flow.open_case(obligations=(an_obligation(), an_obligation(name="respond", about="gas")), reminders=())
    flow.tx.execute(OBLIGATION.update().where(OBLIGATION.c.name == "respond").values(state="breached"))
    (case,) = own_cases(flow.tx, "cestria", ANN_MAIL, NOW)
    assert {(duty.name, duty.about) for duty in case.owed} == {("acknowledge", ""), ("respond", "gas")}
    send(flow)
    (case,) = own_cases(flow.tx, "cestria", ANN_MAIL, NOW)
    assert [duty.name for duty in case.owed] == ["respond"]


def test_the_router_sees_a_wish_for_the_next_stage_that_waits_for_a_person(flow: Flow):
    case_id = flow.open_case().case_id
    assert own_cases(flow.tx, "cestria", ANN_MAIL, NOW)[0].escalation_waits is False
    task = NewTask(kind="escalation", reason="Asks for more.", by=PersonBy.SAME_DAY, due_at=NOW)
    flow.apply(Effects(join_case_id=case_id, tasks=(task,)))
    assert own_cases(flow.tx, "cestria", ANN_MAIL, NOW)[0].escalation_waits is True
