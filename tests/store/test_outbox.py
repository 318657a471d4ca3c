"""What goes out: attempts before sends, duties met by them, and bad news counted as not sent."""

from datetime import timedelta

import pytest

from domain.cases import PartyRole, Phase
from domain.decisions import Effects, NewCase, NewParty
from domain.errors import NotFound, SendError
from domain.labels import Kind
from domain.messages import DeliveryState, Receipt
from domain.wording import Rendered
from store.delivery import settle_reports
from store.outbox import queue, record_failure, record_taken, resend, settle_taken
from store.tables import (
    CASE,
    CONTACT_ADDRESS,
    DELIVERY_REPORT,
    OBLIGATION,
    OUTBOX,
    REMINDER,
    TASK,
)
from tests.builders import ANN, ANN_MAIL, BOB, NOW, a_message
from tests.store.flow import (
    KEYS,
    LEASE,
    WAYS,
    Flow,
    a_mail,
    an_answer,
    an_obligation,
    claim,
    one,
    record_report,
    record_sent,
    reported,
    rows,
    send,
)

REFUSED = SendError(retryable=False, code="550", words="There is no such mailbox.")


def test_the_attempt_is_counted_and_the_next_planned_before_anything_is_sent(flow: Flow):
    applied = flow.open_case()
    (outbound,) = claim(flow)
    row = one(flow.tx, OUTBOX)
    assert (row["attempts"], row["first_attempt_at"]) == (1, NOW)
    assert (row["due_at"], row["lease_until"]) == (NOW + timedelta(minutes=10), NOW + LEASE)
    assert (outbound.reference, outbound.to, outbound.message_id) == (applied.reference, ANN_MAIL, row["message_id"])
    assert outbound.last_inbound_at == NOW
    assert claim(flow) == []


def test_a_crashed_send_is_repeated_as_the_same_mail(flow: Flow):
    flow.open_case()
    (first,) = claim(flow)
    flow.now += timedelta(minutes=10)
    (again,) = claim(flow)
    assert (again.id, again.message_id, again.first_attempt_at) == (first.id, first.message_id, NOW)


def test_urgent_messages_go_first(flow: Flow):
    flow.open_case()
    chat = a_message(provider_id="SM1")
    flow.open_case(chat, drafts=(an_answer(chat, urgent=True),))
    assert [outbound.to for outbound in claim(flow, limit=1)] == [ANN]


def test_a_sent_answer_meets_its_duty_drops_its_nudge_and_moves_the_case_on(flow: Flow):
    mail = a_mail()
    request = NewCase(kind=Kind.COMPLAINT, team="t", received_at=NOW, phase=Phase.REQUEST)
    flow.open_case(mail, open_case=request)
    outbox_id = send(flow)
    owed = one(flow.tx, OBLIGATION)
    assert (owed["state"], owed["met_at"], owed["met_by"]) == ("met", NOW, outbox_id)
    assert one(flow.tx, REMINDER)["state"] == "dropped"
    assert one(flow.tx, CASE)["phase"] == "confirm"
    row = one(flow.tx, OUTBOX)
    assert (row["state"], row["provider_id"], row["lease_until"]) == ("sent", "p-1", None)


def test_many_are_recorded_at_once(flow: Flow):
    for number in range(3):
        flow.open_case(a_mail(provider_id=f"1/{number}", message_id=f"{number}@x"))
    receipts = [(outbound.id, Receipt(provider_id=outbound.id, at=NOW)) for outbound in claim(flow)]
    record_taken(flow.tx, receipts)
    assert len(settle_taken(flow.tx, now=NOW, keys=KEYS, limit=10)) == 3
    assert {row["state"] for row in rows(flow.tx, OBLIGATION)} == {"met"}
    assert {row["provider_id"] for row in rows(flow.tx, OUTBOX)} == {row["id"] for row in rows(flow.tx, OUTBOX)}


def test_a_response_that_was_sent_is_remembered_on_its_case(flow: Flow):
    mail = a_mail()
    answer = an_answer(mail, purpose="response", meets="respond")
    flow.open_case(mail, drafts=(answer,), obligations=(an_obligation(name="respond"),), reminders=())
    send(flow)
    case = one(flow.tx, CASE)
    assert (case["response_sent_at"], case["phase"]) == (NOW, "after")


def test_what_was_breached_and_then_sent_is_met_late(flow: Flow):
    flow.open_case()
    flow.tx.execute(OBLIGATION.update().values(state="breached", breached_at=NOW))
    send(flow)
    assert (one(flow.tx, OBLIGATION)["state"], one(flow.tx, OBLIGATION)["breached_at"]) == ("met", NOW)


def test_recording_twice_changes_nothing(flow: Flow):
    flow.open_case()
    outbox_id = send(flow)
    record_sent(flow.tx, outbox_id, Receipt(provider_id="other", at=NOW), NOW)
    assert one(flow.tx, OUTBOX)["provider_id"] == "p-1"


def test_a_failure_that_may_pass_waits_and_a_final_one_does_not(flow: Flow):
    flow.open_case()
    (outbound,) = claim(flow)
    later = NOW + timedelta(hours=2)
    lost = SendError(retryable=True, code="timeout", words="No answer.", uncertain=True)
    record_failure(flow.tx, outbound.id, error=lost, now=NOW, final=False, next_at=later, keys=KEYS)
    row = one(flow.tx, OUTBOX)
    assert (row["state"], row["due_at"], row["uncertain"], row["error_code"]) == ("waiting", later, True, "timeout")
    record_failure(flow.tx, outbound.id, error=REFUSED, now=NOW, final=True, keys=KEYS)
    assert one(flow.tx, OUTBOX)["state"] == "failed"


def test_a_person_sends_again_under_the_next_number(flow: Flow):
    flow.open_case()
    first = send(flow)
    again = resend(flow.tx, first, by="alice", ids=flow.ids, now=NOW, keys=KEYS)
    third = resend(flow.tx, first, by="alice", ids=flow.ids, now=NOW, keys=KEYS)
    keys = {row["id"]: row["dedupe_key"].rpartition(":")[2] for row in rows(flow.tx, OUTBOX)}
    assert keys == {first: "1", again: "2", third: "3"}
    row = one(flow.tx, OUTBOX, id=again)
    assert (row["state"], row["attempts"], row["provider_id"]) == ("waiting", 0, None)
    with pytest.raises(NotFound):
        resend(flow.tx, "nothing", by="alice", ids=flow.ids, now=NOW, keys=KEYS)


def test_a_written_message_is_queued_once_by_its_key(flow: Flow):
    for _ in range(2):
        queue(
            flow.tx,
            dedupe_key="alert:a1:1:x:texts:1",
            landlord="cestria",
            purpose="alert",
            channel="texts",
            to=BOB,
            rendered=Rendered(subject="", body="An alert."),
            ids=flow.ids,
            now=NOW,
            mail_domain="cestria.example",
            urgent=True,
        )
    assert one(flow.tx, OUTBOX)["body"] == "An alert."


def test_delivery_only_moves_forward(flow: Flow):
    flow.open_case()
    send(flow)
    states = []
    for state in (DeliveryState.DELIVERED, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DISPLAYED):
        record_report(flow, reported(state))
        states.append((one(flow.tx, OUTBOX)["delivery"], one(flow.tx, OUTBOX)["state"]))
    assert states == [
        ("delivered", "delivered"),
        ("delivered", "delivered"),
        ("delivered", "delivered"),
        ("displayed", "delivered"),
    ]


def test_situation_157_a_bounced_acknowledgement_counts_as_not_sent(flow: Flow):
    flow.open_case()
    outbox_id = send(flow)
    report = reported(DeliveryState.FAILED, permanent=True, code="5.1.1")
    assert record_report(flow, report) == outbox_id
    assert (one(flow.tx, OBLIGATION)["state"], one(flow.tx, OBLIGATION)["met_by"]) == ("open", None)
    assert one(flow.tx, REMINDER)["state"] == "waiting"
    assert (one(flow.tx, TASK)["kind"], one(flow.tx, OUTBOX)["state"]) == ("bounce", "failed")
    assert one(flow.tx, CONTACT_ADDRESS)["blocked_until"] == NOW + timedelta(days=60)


def test_a_passing_failure_blocks_no_address(flow: Flow):
    flow.open_case()
    send(flow)
    record_report(flow, reported(DeliveryState.FAILED, code="4.2.2"))
    assert one(flow.tx, CONTACT_ADDRESS)["blocked_until"] is None


def test_the_same_bad_news_twice_makes_one_task(flow: Flow):
    flow.open_case()
    send(flow)
    for hour in (1, 2):
        report = reported(DeliveryState.FAILED, at=NOW + timedelta(hours=hour))
        record_report(flow, report)
    assert len(rows(flow.tx, TASK)) == 1


def test_a_bounce_is_matched_by_our_message_id_and_only_for_its_landlord(flow: Flow):
    flow.open_case()
    send(flow)
    message_id = one(flow.tx, OUTBOX)["message_id"]
    report = reported(DeliveryState.FAILED, provider_id=None, message_id=f"<{message_id}>")
    assert record_report(flow, report, "ccbc") is None
    assert record_report(flow, report) is not None


def test_a_report_that_overtakes_its_receipt_is_settled_later(flow: Flow):
    flow.open_case()
    (outbound,) = claim(flow)
    assert record_report(flow, reported(DeliveryState.DELIVERED)) is None
    record_sent(flow.tx, outbound.id, Receipt(provider_id="p-1", at=NOW), NOW)
    assert settle_reports(flow.tx, ways=WAYS, ids=flow.ids, now=NOW, keys=KEYS) == 1
    assert one(flow.tx, OUTBOX)["delivery"] == "delivered"
    assert one(flow.tx, DELIVERY_REPORT)["handled_at"] == NOW
    assert settle_reports(flow.tx, ways=WAYS, ids=flow.ids, now=NOW, keys=KEYS) == 0


def test_an_answer_without_a_case_is_sent_and_audited_too(flow: Flow):
    mail = a_mail()
    thanks = an_answer(mail, purpose="thanks", wording="plain", meets=None)
    flow.apply(Effects(drafts=(thanks,)), flow.take_in(mail).new[0])
    send(flow)
    assert one(flow.tx, OUTBOX)["state"] == "sent"


def test_whatsapp_window_comes_from_the_address_that_wrote(flow: Flow):
    chat = a_message(received_at=NOW - timedelta(hours=30))
    bob = NewParty(role=PartyRole.COMPLAINANT, address=BOB)
    flow.open_case(chat, parties=(bob,), drafts=(an_answer(chat), an_answer(chat, to=BOB, purpose="copy")))
    windows = {outbound.to.value: outbound.last_inbound_at for outbound in claim(flow)}
    assert windows == {ANN.value: NOW - timedelta(hours=30), BOB.value: None}


def test_what_was_taken_is_never_claimed_again_although_nothing_that_follows_is_written(flow: Flow):
    flow.open_case()
    (outbound,) = claim(flow)
    record_taken(flow.tx, [(outbound.id, Receipt(provider_id="p-1", at=NOW))])
    flow.now += timedelta(days=1)
    assert claim(flow) == []
    assert (one(flow.tx, OUTBOX)["state"], one(flow.tx, OBLIGATION)["state"]) == ("taken", "open")


def test_settling_once_more_finds_nothing(flow: Flow):
    flow.open_case()
    outbox_id = send(flow)
    assert settle_taken(flow.tx, now=NOW, keys=KEYS, limit=10) == []
    assert one(flow.tx, OUTBOX)["id"] == outbox_id


def test_a_report_that_comes_before_the_send_is_settled_waits_for_it(flow: Flow):
    flow.open_case()
    (outbound,) = claim(flow)
    record_taken(flow.tx, [(outbound.id, Receipt(provider_id="p-1", at=NOW))])
    assert record_report(flow, reported(DeliveryState.DELIVERED)) is None
    settle_taken(flow.tx, now=NOW, keys=KEYS, limit=10)
    assert settle_reports(flow.tx, ways=WAYS, ids=flow.ids, now=flow.now, keys=KEYS) == 1
    assert (one(flow.tx, OUTBOX)["state"], one(flow.tx, OBLIGATION)["state"]) == ("delivered", "met")
