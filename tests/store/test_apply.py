"""A decision's effects: all of them or none, each message once."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.cases import PartyRole, Question
from domain.decisions import (
    AddressChange,
    Decision,
    Disposition,
    Effects,
    NewAlert,
    NewParty,
    NewQuestion,
    NewTask,
    Outcome,
    PersonBy,
)
from domain.errors import Conflict, NotFound, WordingError
from domain.labels import Hazard, Kind, RepresentativeKind, Urgency
from domain.references import make_reference
from store.database import savepoint
from store.outbox import claim_sends
from store.tables import (
    ALERT,
    CASE,
    CONTACT,
    CONTACT_ADDRESS,
    MESSAGE,
    OBLIGATION,
    OUTBOX,
    PARTY,
    QUESTION,
    REMINDER,
    TASK,
)
from tests.builders import ANN, ANN_MAIL, BOB_MAIL, NOW, a_message, a_policy
from tests.store.flow import Flow, a_mail, a_nudge, an_answer, an_obligation, one, opening, rows


def test_a_new_case_gets_the_next_reference_and_all_that_belongs_to_it(flow: Flow):
    applied = flow.open_case()
    case = one(flow.tx, CASE)
    assert case["reference"] == applied.reference == make_reference(a_policy().prefix, 2026, 1)
    assert (case["kind"], case["team"], case["state"], case["version"]) == ("complaint", "contact centre", "open", 1)
    assert one(flow.tx, PARTY)["contact_id"] == one(flow.tx, CONTACT)["id"]
    assert one(flow.tx, OBLIGATION)["basis"] == "CESTRIA-28"
    assert one(flow.tx, REMINDER)["obligation_id"] == one(flow.tx, OBLIGATION)["id"]
    message = one(flow.tx, MESSAGE)
    assert (message["state"], message["case_id"], message["rule"]) == ("routed", applied.case_id, "new_matter")


def test_the_acknowledgement_is_filled_in_threaded_and_keyed(flow: Flow):
    applied = flow.open_case()
    row = one(flow.tx, OUTBOX)
    assert row["body"] == f"Thank you. Your reference is {applied.reference}."
    assert row["subject"] == f"Re: Damp [{applied.reference}]"
    assert row["in_reply_to"] == "their-1@example.org"
    assert row["message_id"].endswith("@cestria.example")
    assert row["dedupe_key"].startswith(f"acknowledge:{applied.case_id}:1:")
    assert row["dedupe_key"].endswith(":mail:1")
    assert row["party_id"] == one(flow.tx, PARTY)["id"]
    assert (row["meets"], row["meets_stage"]) == ("acknowledge", 1)
    assert ANN_MAIL.value not in row["dedupe_key"]


def test_one_re_and_one_reference_whatever_the_subject_carried(flow: Flow):
    reference = make_reference(a_policy().prefix, 2026, 1)
    flow.open_case(a_mail(subject=f"RE: AW: Re[2]: Damp [{reference}]"))
    assert one(flow.tx, OUTBOX)["subject"] == f"Re: Damp [{reference}]"


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Re: Damp [{other}]", "Damp "),
        ("About {other}: the damp", "About : the damp "),
        ("FW: ({spelled}) Damp", "Damp "),
        ("{other}", ""),
        ("Re: [{other}] {other}", ""),
        ("My case {own}, not {other}", "My case {own}, not"),
    ],
)
def test_situation_104_the_subject_of_an_answer_repeats_no_other_reference(flow: Flow, subject: str, kept: str):
    own, other = (make_reference(a_policy().prefix, 2026, number) for number in (1, 417))
    spelled = other.lower().replace("-", " ")
    flow.open_case(a_mail(subject=subject.format(own=own, other=other, spelled=spelled)))
    mark = "" if "{own}" in kept else f"[{own}]"
    assert one(flow.tx, OUTBOX)["subject"] == f"Re: {kept.format(own=own)}{mark}"


def test_situation_107_an_answer_that_may_not_name_the_case_names_it_nowhere(flow: Flow):
    applied = flow.open_case()
    answered = a_mail(provider_id="1/2", message_id="b@x", subject=f"Re: Damp [{applied.reference}]")
    inserted = flow.take_in(answered)
    draft = an_answer(answered, purpose="case_added", wording="plain", meets=None, names_case=False)
    joining = Effects(
        disposition=Disposition.ADDED, reason="answers our mail", join_case_id=applied.case_id, drafts=(draft,)
    )
    flow.apply(joining, inserted.new[0])
    sent = claim_sends(
        flow.tx,
        now=NOW,
        lease=timedelta(minutes=2),
        limit=10,
        next_due=lambda _attempt: timedelta(hours=1),
        ids=flow.ids,
    )
    told = {outbound.purpose: outbound for _, outbound in sent}
    assert (told["case_added"].subject, told["case_added"].reference) == ("Re: Damp", None)
    assert str(applied.reference) not in told["case_added"].body
    assert told["acknowledge"].reference == applied.reference


def test_references_count_on_by_landlord_and_uk_year(flow: Flow):
    flow.open_case()
    flow.now = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    flow.open_case(a_mail(provider_id="1/2", message_id="b@x"))
    flow.now = datetime(2027, 1, 1, 0, 1, tzinfo=UTC)
    third = flow.open_case(a_mail(provider_id="1/3", message_id="c@x"))
    prefix = a_policy().prefix
    assert {row["reference"] for row in rows(flow.tx, CASE)} == {
        make_reference(prefix, 2026, 1),
        make_reference(prefix, 2026, 2),
        make_reference(prefix, 2027, 1),
    }
    assert third.reference == make_reference(prefix, 2027, 1)


def test_a_message_is_applied_once_even_by_two_workers(flow: Flow):
    inserted = flow.take_in(a_mail())
    flow.apply(opening(a_mail()), inserted.new[0])
    with pytest.raises(Conflict), savepoint(flow.tx):
        flow.apply(opening(a_mail()), inserted.new[0])
    assert len(rows(flow.tx, CASE)) == 1


def test_what_fails_leaves_nothing_behind_not_even_a_number(flow: Flow):
    (poison,) = flow.take_in(a_mail()).new
    broken = opening(a_mail(), drafts=(an_answer(a_mail(), wording="no_such_wording"),))
    with pytest.raises(WordingError), savepoint(flow.tx):
        flow.apply(broken, poison)
    assert rows(flow.tx, CASE) == []
    assert one(flow.tx, MESSAGE)["state"] == "waiting"
    assert flow.apply(opening(a_mail()), poison).reference == make_reference(a_policy().prefix, 2026, 1)


def test_a_joined_message_raises_and_never_lowers(flow: Flow):
    case_id = flow.open_case().case_id
    (urgent,) = flow.take_in(a_mail(provider_id="1/2", message_id="b@x")).new
    (calm,) = flow.take_in(a_mail(provider_id="1/3", message_id="c@x")).new
    joined = Effects(join_case_id=case_id, disposition=Disposition.ADDED, flags=("hazard:gas",))
    raised = Decision(outcome=Outcome.JOIN, rule="thread", effects=joined, hazard=Hazard.GAS, urgency=Urgency.EMERGENCY)
    flow.apply(joined, urgent, decision=raised)
    flow.apply(Effects(join_case_id=case_id, disposition=Disposition.ADDED), calm)
    case = one(flow.tx, CASE)
    assert (case["hazard"], case["urgency"], case["flags"]) == ("gas", "emergency", ["hazard:gas"])


def test_joining_adds_a_new_party_once(flow: Flow):
    case_id = flow.open_case().case_id
    bob = NewParty(role=PartyRole.REPRESENTATIVE, address=BOB_MAIL, representative=RepresentativeKind.FRIEND)
    for number in (2, 3):
        mail = a_mail(provider_id=f"1/{number}", message_id=f"{number}@x", sender=BOB_MAIL)
        flow.apply(Effects(join_case_id=case_id, parties=(bob,)), flow.take_in(mail).new[0])
    assert [row["role"] for row in rows(flow.tx, PARTY, case_id=case_id)] == ["complainant", "representative"]


def test_a_case_of_another_landlord_is_never_joined(flow: Flow):
    case_id = flow.open_case().case_id
    (stranger,) = flow.take_in(a_mail(landlord="ccbc")).new
    with pytest.raises(Conflict), savepoint(flow.tx):
        flow.apply(Effects(join_case_id=case_id), stranger, landlord="ccbc")


def test_a_case_that_is_not_there_is_not_joined(flow: Flow):
    (message,) = flow.take_in(a_mail()).new
    with pytest.raises(NotFound), savepoint(flow.tx):
        flow.apply(Effects(join_case_id="nowhere"), message)


def test_a_changed_kind_replaces_what_was_owed_and_keeps_the_rows(flow: Flow):
    case_id = flow.open_case().case_id
    (choice,) = flow.take_in(a_mail(provider_id="1/2", message_id="b@x")).new
    owed = an_obligation(name="respond", due_at=NOW + timedelta(days=10))
    effects = Effects(
        join_case_id=case_id,
        kind_changed_to=Kind.COMMENT,
        obligations=(owed,),
        reminders=(a_nudge(obligation="respond", fire_at=NOW + timedelta(days=9)),),
    )
    flow.apply(effects, choice)
    states = {row["name"]: row["state"] for row in rows(flow.tx, OBLIGATION)}
    assert states == {"acknowledge": "replaced", "respond": "open"}
    assert sorted(row["state"] for row in rows(flow.tx, REMINDER)) == ["dropped", "waiting"]
    assert one(flow.tx, CASE)["kind"] == "comment"


def test_what_storing_fulfils_is_met_at_once(flow: Flow):
    flow.open_case(obligations=(an_obligation(name="record"), an_obligation()))
    assert {row["name"]: row["state"] for row in rows(flow.tx, OBLIGATION)} == {"record": "met", "acknowledge": "open"}


def test_a_nudge_of_two_clocks_hangs_on_the_one_that_takes_effect(flow: Flow):
    later = an_obligation(due_at=NOW + timedelta(days=9), effective=False, clock="calendar_days")
    flow.open_case(obligations=(an_obligation(), later))
    effective = one(flow.tx, OBLIGATION, effective=True)
    assert one(flow.tx, REMINDER)["obligation_id"] == effective["id"]


def test_linked_cases_name_each_other(flow: Flow):
    first = flow.open_case()
    second = flow.open_case(a_mail(provider_id="1/2", message_id="b@x"), link_case_id=first.case_id)
    linked = {row["reference"]: row["linked"] for row in rows(flow.tx, CASE)}
    assert linked == {first.reference: [second.reference], second.reference: [first.reference]}


def test_tasks_alerts_and_questions_are_made_with_their_message(flow: Flow):
    task = NewTask(kind="call", reason="Ring them.", by=PersonBy.NOW, due_at=NOW)
    applied = flow.open_case(
        tasks=(task, task),
        alerts=(NewAlert(cause="gas", urgency=Urgency.EMERGENCY, rule="gas-smell"),),
        questions=(NewQuestion(question=Question.OUTCOME, to=ANN_MAIL, channel="mail"),),
    )
    assert len(applied.task_ids) == len(rows(flow.tx, TASK, case_id=applied.case_id)) == 2
    alert = one(flow.tx, ALERT)
    assert (alert["due_at"], alert["state"], len(alert["token"])) == (NOW, "open", 22)
    assert one(flow.tx, QUESTION)["case_id"] == applied.case_id


def test_a_second_question_supersedes_the_first_and_an_answer_closes_it(flow: Flow):
    asks = (NewQuestion(question=Question.OUTCOME, to=ANN_MAIL, channel="mail"),)
    case_id = flow.open_case(questions=asks).case_id
    (second,) = flow.take_in(a_mail(provider_id="1/2", message_id="b@x")).new
    flow.apply(Effects(join_case_id=case_id, questions=asks), second)
    assert sorted(row["state"] for row in rows(flow.tx, QUESTION)) == ["open", "superseded"]
    open_id = one(flow.tx, QUESTION, state="open")["id"]
    (answer,) = flow.take_in(a_mail(provider_id="1/3", message_id="c@x")).new
    flow.apply(Effects(join_case_id=case_id, answered_question_id=open_id, answer="complaint"), answer)
    row = one(flow.tx, QUESTION, id=open_id)
    assert (row["state"], row["answer"], row["answered_by"]) == ("answered", "complaint", answer)


def test_an_opt_out_cancels_what_waits_but_not_its_own_confirmation(flow: Flow):
    text = a_message(text="The lift is broken")
    flow.open_case(text)
    stop = a_message(text="STOP", provider_id="SM2")
    effects = Effects(
        disposition=Disposition.OPT_OUT,
        address_changes=(AddressChange(address=ANN, opted_out=True),),
        drafts=(an_answer(stop, purpose="opt_out", wording="plain", meets=None),),
    )
    applied = flow.apply(effects, flow.take_in(stop).new[0])
    assert {row["purpose"]: row["state"] for row in rows(flow.tx, OUTBOX)} == {
        "acknowledge": "cancelled",
        "opt_out": "waiting",
    }
    assert one(flow.tx, CONTACT_ADDRESS)["opted_out"]
    (task_id,) = applied.task_ids
    assert one(flow.tx, TASK, id=task_id)["kind"] == "contact"


def test_opting_back_in_makes_no_task(flow: Flow):
    start = a_message(text="START")
    effects = Effects(address_changes=(AddressChange(address=ANN, opted_out=False, language="cy"),))
    assert flow.apply(effects, flow.take_in(start).new[0]).task_ids == ()
    assert one(flow.tx, CONTACT)["language"] == "cy"


def test_an_address_keeps_the_time_of_its_last_message(flow: Flow):
    flow.open_case(a_message(provider_id="SM1"))
    later = a_message(provider_id="SM2", received_at=NOW + timedelta(hours=2))
    case_id = one(flow.tx, CASE)["id"]
    flow.apply(Effects(join_case_id=case_id), flow.take_in(later).new[0])
    assert one(flow.tx, CONTACT_ADDRESS)["last_inbound_at"] == NOW + timedelta(hours=2)


def test_a_person_who_saw_an_older_version_is_refused(flow: Flow):
    case_id = flow.open_case().case_id
    flow.apply(Effects(join_case_id=case_id, flags=("legal",)), expected_version=1)
    with pytest.raises(Conflict), savepoint(flow.tx):
        flow.apply(Effects(join_case_id=case_id, flags=("press",)), expected_version=1)
    assert one(flow.tx, CASE)["version"] == 2


def test_a_person_may_answer_twice(flow: Flow):
    case_id = flow.open_case().case_id
    reply = an_answer(a_mail(), purpose="reply", wording="plain", meets=None, automatic=None)
    for version in (1, 2):
        flow.apply(Effects(join_case_id=case_id, drafts=(reply,)), expected_version=version)
    assert len(rows(flow.tx, OUTBOX, purpose="reply")) == 2


def test_a_message_without_a_case_is_audited_under_its_landlord(flow: Flow):
    (spam,) = flow.take_in(a_mail()).new
    applied = flow.apply(Effects(disposition=Disposition.SPAM, reason="a lottery"), spam)
    assert (applied.case_id, applied.outbox_ids) == (None, ())
    row = one(flow.tx, MESSAGE)
    assert (row["state"], row["disposition"], row["reason"]) == ("routed", "spam", "a lottery")
