"""What did not arrive goes by another channel of the same person, once, or to a person; refused or lost is the same."""

from datetime import timedelta

import pytest

from domain.errors import SendError
from domain.messages import DeliveryState, Receipt
from store.delivery import settle_reports
from store.fallback import queue_fallback
from store.outbox import record_failure, resend
from store.tables import AUDIT, CONTACT, CONTACT_ADDRESS, OBLIGATION, OUTBOX, TASK
from tests.builders import ANN, NOW
from tests.store.flow import (
    KEYS,
    LEASE,
    WAYS,
    Flow,
    claim,
    one,
    record_report,
    record_sent,
    reported,
    rows,
    send,
)

REFUSED = SendError(retryable=False, code="550", words="There is no such mailbox.")


def give_ann_a_phone(flow: Flow, **fields: object) -> None:
    """A second address of the contact that wrote, which a person confirmed like the first."""
    contact_id = one(flow.tx, CONTACT)["id"]
    flow.tx.execute(CONTACT_ADDRESS.update().values(verified=True))
    row = {"id": "phone", "contact_id": contact_id, "landlord": "cestria", "kind": "phone", "value": ANN.value}
    given = {"verified": True, "opted_out": False, "blocked_until": None, "last_inbound_at": None}
    flow.tx.execute(CONTACT_ADDRESS.insert().values(**(row | given | fields)))


def fall_back(flow: Flow) -> str | None:
    """The failed acknowledgement by text, if it may."""
    return queue_fallback(
        flow.tx,
        one(flow.tx, OUTBOX, channel="mail")["id"],
        WAYS,
        ids=flow.ids,
        now=flow.now,
        keys=KEYS,
    )


def test_a_failed_answer_goes_by_the_other_channel_in_that_channels_words(flow: Flow):
    applied = flow.open_case()
    give_ann_a_phone(flow)
    row = one(flow.tx, OUTBOX, id=fall_back(flow))
    assert (row["channel"], row["to_value"], row["state"]) == ("texts", ANN.value, "waiting")
    assert row["body"] == f"Your reference is {applied.reference}."
    assert row["dedupe_key"].endswith(":texts:2")
    assert (row["meets"], row["message_id"], row["subject"]) == ("acknowledge", None, None)


@pytest.mark.parametrize("fields", [{"verified": False}, {"opted_out": True}, {"blocked_until": NOW + LEASE}])
def test_without_a_usable_address_it_becomes_a_task(flow: Flow, fields: dict[str, object]):
    flow.open_case()
    give_ann_a_phone(flow, **fields)
    assert fall_back(flow) is None
    assert one(flow.tx, TASK)["kind"] == "contact"


def test_an_address_that_is_not_verified_itself_is_stood_in_for_by_none(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    flow.tx.execute(CONTACT_ADDRESS.update().where(CONTACT_ADDRESS.c.kind == "email").values(verified=False))
    assert fall_back(flow) is None


def test_nobody_with_a_safe_contact_lock_is_written_to_elsewhere(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    flow.tx.execute(CONTACT.update().values(safe_contact_locked=True))
    assert fall_back(flow) is None


def test_falling_back_twice_queues_once(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    assert fall_back(flow) is not None
    assert fall_back(flow) is None
    assert len(rows(flow.tx, OUTBOX)) == 2


def test_situation_157_an_acknowledgement_that_is_reported_lost_goes_by_the_other_proven_channel_and_is_no_task(
    flow: Flow,
):
    applied = flow.open_case()
    give_ann_a_phone(flow)
    lost = send(flow)
    record_report(flow, reported(DeliveryState.FAILED, permanent=True, code="5.1.1"))
    text = one(flow.tx, OUTBOX, channel="texts")
    assert (text["to_value"], text["state"], text["meets"]) == (ANN.value, "waiting", "acknowledge")
    assert (text["delivery"], text["sent_at"], text["error_code"], text["provider_id"]) == (None, None, None, None)
    assert (one(flow.tx, OBLIGATION)["state"], rows(flow.tx, TASK)) == ("open", [])
    last = rows(flow.tx, AUDIT, chain=applied.case_id)[-1]
    assert (last["action"], last["detail"]["instead_of"]) == ("outbox.rerouted", lost)
    (again,) = claim(flow)
    record_sent(flow.tx, again.id, Receipt(provider_id="SM1", at=NOW), NOW)
    assert (one(flow.tx, OBLIGATION)["state"], one(flow.tx, OBLIGATION)["met_by"]) == ("met", text["id"])


@pytest.mark.parametrize("fields", [{"verified": False}, {"opted_out": True}, {"blocked_until": NOW + LEASE}])
def test_what_is_reported_lost_goes_to_no_address_that_may_not_be_used(flow: Flow, fields: dict[str, object]):
    flow.open_case()
    give_ann_a_phone(flow, **fields)
    send(flow)
    record_report(flow, reported(DeliveryState.FAILED))
    assert one(flow.tx, TASK)["kind"] == "bounce"
    assert one(flow.tx, OUTBOX)["channel"] == "mail"


def test_what_is_reported_lost_goes_nowhere_else_under_a_safe_contact_lock(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    send(flow)
    flow.tx.execute(CONTACT.update().values(safe_contact_locked=True))
    record_report(flow, reported(DeliveryState.FAILED))
    assert (one(flow.tx, TASK)["kind"], one(flow.tx, OUTBOX)["channel"]) == ("bounce", "mail")


def test_two_channels_that_both_report_a_loss_never_go_on_for_ever(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    send(flow)
    record_report(flow, reported(DeliveryState.FAILED))
    (text,) = claim(flow)
    record_sent(flow.tx, text.id, Receipt(provider_id="SM1", at=NOW), NOW)
    record_report(flow, reported(DeliveryState.FAILED, channel="texts", provider_id="SM1"))
    assert len(rows(flow.tx, OUTBOX)) == 2
    assert (one(flow.tx, TASK)["kind"], one(flow.tx, OBLIGATION)["state"]) == ("bounce", "open")


def test_the_same_loss_reported_twice_sends_once(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    send(flow)
    for hour in (1, 2):
        record_report(flow, reported(DeliveryState.FAILED, at=NOW + timedelta(hours=hour)))
    assert (len(rows(flow.tx, OUTBOX)), rows(flow.tx, TASK)) == (2, [])


def test_what_was_given_up_and_went_another_way_does_not_go_once_more_when_its_bounce_comes(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    (mail,) = claim(flow)
    record_failure(flow.tx, mail.id, error=REFUSED, now=NOW, final=True, keys=KEYS)
    assert fall_back(flow) is not None
    report = reported(DeliveryState.FAILED, provider_id=None, message_id=mail.message_id)
    assert record_report(flow, report) == mail.id
    assert (len(rows(flow.tx, OUTBOX)), rows(flow.tx, TASK)) == (2, [])


def test_what_a_person_sent_again_meanwhile_goes_no_third_way(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    lost = send(flow)
    again = resend(flow.tx, lost, by="alice", ids=flow.ids, now=NOW, keys=KEYS)
    record_report(flow, reported(DeliveryState.FAILED))
    assert {row["id"] for row in rows(flow.tx, OUTBOX)} == {lost, again}
    assert one(flow.tx, TASK)["kind"] == "bounce"


def test_a_report_that_overtakes_its_receipt_reroutes_later(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    (mail,) = claim(flow)
    assert record_report(flow, reported(DeliveryState.FAILED)) is None
    record_sent(flow.tx, mail.id, Receipt(provider_id="p-1", at=NOW), NOW)
    assert settle_reports(flow.tx, ways=WAYS, ids=flow.ids, now=NOW, keys=KEYS) == 1
    assert one(flow.tx, OUTBOX, channel="texts")["state"] == "waiting"


def test_what_was_cancelled_after_a_first_try_goes_no_other_way_when_that_try_bounces(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    (mail,) = claim(flow)
    flow.tx.execute(OUTBOX.update().values(state="cancelled", error="the person opted out", lease_until=None))
    report = reported(DeliveryState.FAILED, provider_id=None, message_id=mail.message_id)
    assert record_report(flow, report) == mail.id
    row = one(flow.tx, OUTBOX)
    assert (row["state"], row["error"], row["delivery"]) == ("cancelled", "the person opted out", "failed")
    assert rows(flow.tx, TASK) == []


def test_a_bounce_waits_while_the_same_message_is_being_sent_again(flow: Flow):
    flow.open_case()
    give_ann_a_phone(flow)
    (mail,) = claim(flow)
    report = reported(DeliveryState.FAILED, provider_id=None, message_id=mail.message_id)
    assert record_report(flow, report) is None
    assert one(flow.tx, OUTBOX)["state"] == "waiting"
    busy = SendError(retryable=True, code="timeout", words="No answer.")
    record_failure(flow.tx, mail.id, error=busy, now=NOW, final=False, next_at=NOW + LEASE, keys=KEYS)
    assert settle_reports(flow.tx, ways=WAYS, ids=flow.ids, now=NOW, keys=KEYS) == 1
    assert {row["channel"]: row["state"] for row in rows(flow.tx, OUTBOX)} == {"mail": "failed", "texts": "waiting"}
