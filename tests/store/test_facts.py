"""What the router may know, from the sender's own point of view."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.cases import OpenAlert, PartyRole, Question
from domain.decisions import AddressChange, Effects, NewAlert, NewCase, NewParty, NewQuestion
from domain.labels import Kind, RepresentativeKind, Urgency
from domain.messages import Address, AddressKind, InboundMessage, Marks
from domain.references import FoundReference, find_references
from store.duties import acknowledge_alert
from store.facts import Facts, load_facts, load_messages
from store.tables import ALERT, CASE, CONTACT_ADDRESS, OUTBOX
from tests.builders import ANN, ANN_MAIL, BOB_MAIL, NOW, a_message, a_policy
from tests.store.flow import Flow, a_mail, an_answer, one, opening


def facts(flow: Flow, message: InboundMessage, found: tuple[FoundReference, ...] = ()) -> Facts:
    """The facts of a message that has just come in."""
    (stored,) = load_messages(flow.tx, flow.take_in(message).new)
    return load_facts(flow.tx, stored, policy=a_policy(), now=flow.now, found_references=found)


def next_mail(**fields: object) -> InboundMessage:
    """A later mail."""
    given = {"provider_id": "1/2", "message_id": "their-2@example.org", "received_at": NOW + timedelta(minutes=5)}
    return a_mail(**(given | fields))


def test_nothing_is_known_of_a_new_sender(flow: Flow):
    assert facts(flow, a_mail()) == Facts()


def test_a_senders_own_case_is_known_with_how_it_stands(flow: Flow):
    applied = flow.open_case()
    known = facts(flow, next_mail())
    (case,) = known.own_cases
    assert (case.id, case.reference, case.own) == (applied.case_id, applied.reference, True)
    assert (case.acknowledged, case.is_representative, case.response_sent) == (True, False, False)
    assert case.last_message_at == NOW
    assert known.sender is not None
    assert (known.sender.name, known.sender.verified) == ("Ann", False)


def test_a_case_tells_whether_it_is_about_housing_or_a_councils_other_services(flow: Flow):
    new = NewCase(kind=Kind.COMPLAINT, matter="other", team="contact centre", received_at=NOW)
    flow.open_case(open_case=new)
    assert facts(flow, next_mail()).own_cases[0].matter == "other"


def test_an_alert_is_known_to_its_own_sender_until_somebody_acknowledges_it(flow: Flow):
    gas = NewAlert(cause="gas", urgency=Urgency.EMERGENCY, rule="gas")
    bob = NewParty(role=PartyRole.COMPLAINANT, name="Bob", address=BOB_MAIL)
    mail = a_mail()
    applied = flow.open_case(mail, alerts=(gas,), parties=(*opening(mail).parties, bob))
    assert facts(flow, next_mail()).open_alerts == (OpenAlert(case_id=str(applied.case_id), cause="gas"),)
    other = facts(flow, next_mail(sender=BOB_MAIL, provider_id="1/3", message_id="3@x"))
    assert (len(other.own_cases), other.open_alerts) == (1, ())
    acknowledge_alert(flow.tx, by="Pat", now=NOW, token=one(flow.tx, ALERT)["token"])
    assert facts(flow, next_mail(provider_id="1/4", message_id="4@x")).open_alerts == ()


def test_the_newest_case_comes_first(flow: Flow):
    first = flow.open_case()
    flow.tx.execute(update(CASE).values(received_at=NOW - timedelta(days=9)))
    second = flow.open_case(a_mail(provider_id="1/8", message_id="8@x"))
    assert [case.id for case in facts(flow, next_mail()).own_cases] == [second.case_id, first.case_id]


def test_a_case_closed_long_ago_is_not_the_senders_any_more_but_its_reference_still_is(flow: Flow):
    applied = flow.open_case()
    flow.tx.execute(update(CASE).values(state="closed", closed_at=NOW - timedelta(days=200)))
    known = facts(flow, next_mail(), find_references(str(applied.reference)))
    assert known.own_cases == ()
    assert known.references[0].case is not None
    assert known.references[0].case.own


def test_a_case_closed_lately_still_counts(flow: Flow):
    flow.open_case()
    flow.tx.execute(update(CASE).values(state="closed", closed_at=NOW - timedelta(days=20)))
    assert len(facts(flow, next_mail()).own_cases) == 1


def test_a_representative_is_known_as_one(flow: Flow):
    who = NewParty(role=PartyRole.REPRESENTATIVE, address=ANN_MAIL, representative=RepresentativeKind.COUNCILLOR)
    flow.open_case(parties=(who,))
    assert facts(flow, next_mail()).own_cases[0].is_representative


def test_a_right_reference_from_a_stranger_finds_the_case_as_not_theirs(flow: Flow):
    applied = flow.open_case()
    known = facts(flow, next_mail(sender=BOB_MAIL), find_references(f"about {applied.reference}"))
    assert known.own_cases == ()
    (reference,) = known.references
    assert reference.case is not None
    assert (reference.valid, reference.case.id, reference.case.own) == (True, applied.case_id, False)
    assert not reference.case.acknowledged


def test_a_wrong_check_character_finds_only_the_senders_own_case(flow: Flow):
    reference = str(flow.open_case().reference)
    wrong = reference[:-1] + ("A" if reference[-1] != "A" else "B")
    mine = facts(flow, next_mail(), find_references(wrong))
    assert mine.references[0].case is not None
    assert (mine.references[0].valid, mine.references[0].case.reference) == (False, reference)
    theirs = facts(flow, next_mail(provider_id="1/3", message_id="3@x", sender=BOB_MAIL), find_references(wrong))
    assert theirs.references[0].case is None


def test_a_reference_of_another_prefix_is_no_reference_here(flow: Flow):
    assert facts(flow, next_mail(), find_references("CCB-26-00417N")).references == ()


def test_an_answer_to_our_mail_is_a_thread_whoever_writes(flow: Flow):
    applied = flow.open_case()
    ours = one(flow.tx, OUTBOX)["message_id"]
    known = facts(flow, next_mail(sender=BOB_MAIL, in_reply_to=("unknown@x", ours)))
    assert known.thread is not None
    assert (known.thread.case.id, known.thread.case.own) == (applied.case_id, False)
    assert (known.thread.sent_to, known.thread.purpose) == (ANN_MAIL, "acknowledge")


def test_a_thread_of_another_landlord_is_none(flow: Flow):
    flow.open_case()
    ours = one(flow.tx, OUTBOX)["message_id"]
    assert facts(flow, next_mail(landlord="ccbc", in_reply_to=(ours,))).thread is None


def test_the_open_question_is_found_and_named_in_the_reading(flow: Flow):
    applied = flow.open_case(questions=(NewQuestion(question=Question.OUTCOME, to=ANN_MAIL, channel="mail"),))
    known = facts(flow, next_mail())
    assert known.question is not None
    assert (known.question.question, known.question.case_id) == (Question.OUTCOME, applied.case_id)
    (stored,) = load_messages(flow.tx, flow.take_in(next_mail(provider_id="9", message_id="9@x")).new)
    assert stored.last_question == "outcome"


def test_automatic_answers_of_the_last_ten_hours_count_and_a_persons_do_not(flow: Flow):
    mail = a_mail()
    by_hand = an_answer(mail, purpose="reply", automatic=None, wording="plain", meets=None)
    flow.open_case(mail, drafts=(an_answer(mail), by_hand))
    assert [answer.at for answer in facts(flow, next_mail()).recent_answers] == [NOW]
    flow.now += timedelta(minutes=600)
    assert facts(flow, next_mail(provider_id="9", message_id="9@x")).recent_answers == ()


def test_the_case_of_the_last_message_counts_for_fifteen_minutes(flow: Flow):
    applied = flow.open_case(a_message(provider_id="SM1"))
    soon = facts(flow, a_message(provider_id="SM2", received_at=NOW + timedelta(minutes=15)))
    assert soon.last_from_sender is not None
    assert soon.last_from_sender.id == applied.case_id
    late = facts(flow, a_message(provider_id="SM3", received_at=NOW + timedelta(minutes=16)))
    assert late.last_from_sender is None


def test_somebody_without_an_address_has_no_history(flow: Flow):
    nobody = Address(kind=AddressKind.NONE, value="")
    form = next_mail(sender=nobody, message_id=None)
    flow.apply(opening(form, drafts=()), flow.take_in(form).new[0])
    assert facts(flow, next_mail(provider_id="1/3", sender=nobody, message_id=None)).own_cases == ()


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, True),
        ({"verified": False}, False),
        ({"opted_out": True}, False),
        ({"blocked_until": NOW + timedelta(days=1)}, False),
        ({"blocked_until": NOW - timedelta(days=1)}, True),
    ],
)
def test_another_verified_address_is_offered_unless_it_may_not_be_used(
    flow: Flow, fields: dict[str, object], *, offered: bool
):
    flow.open_case(a_mail(marks=Marks(authentication="pass")))
    row = {**one(flow.tx, CONTACT_ADDRESS), "id": "phone", "kind": "phone", "value": ANN.value}
    flow.tx.execute(CONTACT_ADDRESS.insert().values(**(row | fields)))
    known = facts(flow, next_mail())
    assert known.sender is not None
    assert known.sender.other_addresses == ((ANN,) if offered else ())


def test_an_address_that_is_not_verified_has_no_other_to_stand_in_for_it(flow: Flow):
    flow.open_case()
    row = {**one(flow.tx, CONTACT_ADDRESS), "id": "phone", "kind": "phone", "value": ANN.value, "verified": True}
    flow.tx.execute(CONTACT_ADDRESS.insert().values(**row))
    known = facts(flow, next_mail())
    assert known.sender is not None
    assert known.sender.other_addresses == ()


def test_a_blocked_address_of_a_form_has_what_was_typed_beside_it(flow: Flow):
    flow.open_case()
    form = {"form": {"email": ANN_MAIL.value, "phone": ANN.value}, "channel_kind": "web_form", "message_id": None}
    known = facts(flow, next_mail(**form))
    assert known.sender is not None
    assert known.sender.other_addresses == (ANN,)


def test_opt_outs_blocks_and_locks_are_known(flow: Flow):
    flow.open_case()
    changes = AddressChange(address=ANN_MAIL, opted_out=True, safe_contact_locked=True)
    (message,) = flow.take_in(next_mail()).new
    flow.apply(Effects(address_changes=(changes,)), message)
    flow.tx.execute(update(CONTACT_ADDRESS).values(blocked_until=NOW + timedelta(days=1)))
    known = facts(flow, next_mail(provider_id="1/3", message_id="3@x"))
    assert known.sender is not None
    assert (known.sender.opted_out, known.sender.safe_contact_locked) == (True, True)
    assert known.sender.blocked_until == NOW + timedelta(days=1)
    assert known.own_cases[0].safe_contact_locked
