"""Whose address it is, when it is verified, and that a lock holds what waits (decision 8; situations 49 and 50)."""

from datetime import timedelta

import pytest

from domain.cases import PartyRole
from domain.decisions import AddressChange, Disposition, Effects, NewAlert, NewParty
from domain.labels import Urgency
from domain.messages import Address, InboundMessage, Marks
from domain.wording import Rendered
from store.outbox import claim_sends, queue
from store.people import usable_others, usable_typed
from store.silence import LOCKED
from store.tables import ALERT, CONTACT, CONTACT_ADDRESS, OUTBOX, TASK
from tests.builders import ANN, ANN_CHAT, ANN_MAIL, BOB, BOB_MAIL, NOW, a_message
from tests.store.flow import Flow, a_mail, an_answer, one, opening, rows

FORM = {"email": ANN_MAIL.value, "phone": ANN.value, "name": "Ann"}
GAS = NewAlert(cause="gas", urgency=Urgency.EMERGENCY, rule="gas-smell")


def by_form(form: dict[str, str] | None = None, **fields: object) -> InboundMessage:
    """A form with an address for mail and a number."""
    given: dict[str, object] = {"form": form or FORM, "channel": "form", "channel_kind": "web_form", "message_id": None}
    return a_mail(**(given | fields))


def fill_in(flow: Flow, form: InboundMessage) -> None:
    """A case from a form, with both its addresses."""
    typed = tuple(each for each in (ANN_MAIL, ANN) if each != form.sender)
    party = NewParty(role=PartyRole.COMPLAINANT, name="Ann", address=form.sender, also=typed)
    flow.open_case(form, parties=(party,), drafts=())


def verified(flow: Flow) -> dict[str, bool]:
    return {row["value"]: row["verified"] for row in rows(flow.tx, CONTACT_ADDRESS)}


def write(flow: Flow, message: InboundMessage) -> None:
    """A further message, with a case of its own."""
    flow.open_case(message, drafts=())


@pytest.mark.parametrize(
    ("message", "proven"),
    [
        (a_message(), True),
        (a_message(sender=ANN_CHAT), True),
        (a_mail(marks=Marks(authentication="pass")), True),
        (a_mail(), False),
        (a_mail(marks=Marks(authentication="fail")), False),
        (a_message(channel_kind="web_form"), False),
    ],
)
def test_an_address_is_verified_once_a_provider_proves_that_its_holder_wrote(
    flow: Flow, message: InboundMessage, *, proven: bool
):
    write(flow, message)
    assert verified(flow) == {message.sender.value: proven}


def test_what_was_not_proven_at_first_may_be_later_and_stays_so(flow: Flow):
    write(flow, a_mail())
    write(flow, a_mail(provider_id="1/2", message_id="2@x", marks=Marks(authentication="pass")))
    write(flow, a_mail(provider_id="1/3", message_id="3@x"))
    assert verified(flow) == {ANN_MAIL.value: True}


def test_a_form_with_a_mail_address_and_a_number_keeps_both_for_one_person_and_proves_neither(flow: Flow):
    fill_in(flow, by_form())
    assert verified(flow) == {ANN_MAIL.value: False, ANN.value: False}
    assert {row["contact_id"] for row in rows(flow.tx, CONTACT_ADDRESS)} == {one(flow.tx, CONTACT)["id"]}


def test_a_number_that_somebody_has_stays_theirs_whoever_types_it(flow: Flow):
    write(flow, a_message())
    fill_in(flow, by_form())
    assert len({row["contact_id"] for row in rows(flow.tx, CONTACT_ADDRESS)}) == 2


def test_nothing_is_added_to_somebody_who_is_known_by_typing_their_address(flow: Flow):
    write(flow, a_mail())
    fill_in(flow, by_form(provider_id="form-1"))
    assert verified(flow) == {ANN_MAIL.value: False}


def test_of_addresses_typed_together_only_the_first_to_write_is_verified_by_itself(flow: Flow):
    fill_in(flow, by_form())
    write(flow, a_message(provider_id="SM1"))
    write(flow, a_mail(provider_id="1/2", message_id="2@x", marks=Marks(authentication="pass")))
    assert verified(flow) == {ANN_MAIL.value: False, ANN.value: True}
    assert usable_others(flow.tx, "cestria", ANN_MAIL, NOW) == []
    assert usable_others(flow.tx, "cestria", ANN, NOW) == []


def confirm(flow: Flow, *addresses: Address) -> None:
    """A person confirms that these are theirs."""
    parties = tuple(NewParty(role=PartyRole.COMPLAINANT, address=each, verified=True) for each in addresses)
    flow.apply(Effects(parties=parties))


def test_two_addresses_that_a_person_confirmed_stand_in_for_each_other(flow: Flow):
    fill_in(flow, by_form())
    confirm(flow, ANN_MAIL, ANN)
    assert usable_others(flow.tx, "cestria", ANN_MAIL, NOW) == [ANN]
    assert usable_others(flow.tx, "ccbc", ANN_MAIL, NOW) == []
    flow.tx.execute(CONTACT_ADDRESS.update().values(blocked_until=NOW + timedelta(days=1)))
    assert usable_others(flow.tx, "cestria", ANN_MAIL, NOW) == []


@pytest.mark.parametrize(
    ("fields", "usable"),
    [
        ({}, [ANN]),
        ({"opted_out": True}, []),
        ({"blocked_until": NOW + timedelta(hours=1)}, []),
        ({"blocked_until": NOW}, [ANN]),
    ],
)
def test_what_was_typed_beside_an_address_may_stand_in_for_it_in_that_form(
    flow: Flow, fields: dict[str, object], usable: list[Address]
):
    fill_in(flow, by_form())
    flow.tx.execute(
        CONTACT_ADDRESS.update().where(CONTACT_ADDRESS.c.kind == "phone").values(**({"verified": False} | fields))
    )
    assert usable_typed(flow.tx, "cestria", ANN_MAIL, FORM, NOW) == usable
    assert usable_typed(flow.tx, "cestria", BOB_MAIL, FORM, NOW) == []
    flow.tx.execute(CONTACT.update().values(safe_contact_locked=True))
    assert usable_typed(flow.tx, "cestria", ANN_MAIL, FORM, NOW) == []


def test_an_older_message_that_comes_late_moves_no_window_back(flow: Flow):
    for number, hours in enumerate((2, 5, 1), start=1):
        write(flow, a_message(provider_id=f"SM{number}", received_at=NOW + timedelta(hours=hours)))
    assert one(flow.tx, CONTACT_ADDRESS)["last_inbound_at"] == NOW + timedelta(hours=5)


def lock(flow: Flow, *drafts: object, sender: Address = ANN) -> tuple[str, ...]:
    """Words of abuse from an address: a safe contact is asked for."""
    message = a_message(text="he reads my texts", provider_id="SM9", sender=sender)
    change = AddressChange(address=sender, safe_contact_locked=True)
    effects = Effects(disposition=Disposition.OTHER_ROUTE, address_changes=(change,), drafts=drafts)
    return flow.apply(effects, flow.take_in(message).new[0]).task_ids


def test_situation_49_a_lock_cancels_what_waits_and_a_person_decides(flow: Flow):
    text = a_message(text="The lift is broken")
    applied = flow.open_case(text)
    (task_id,) = lock(flow)
    row = one(flow.tx, OUTBOX)
    assert (row["state"], row["error"]) == ("cancelled", LOCKED)
    task = one(flow.tx, TASK, id=task_id)
    assert (task["kind"], task["case_id"]) == ("withheld", applied.case_id)


def test_situation_49_nothing_goes_to_others_in_the_same_case_or_to_the_persons_other_addresses(flow: Flow):
    fill_in(flow, by_form())
    bob = NewParty(role=PartyRole.REPRESENTATIVE, name="Bob", address=BOB)
    text = a_message(provider_id="SM2")
    copy = an_answer(text, to=BOB, purpose="copy", wording="plain", meets=None)
    by_mail = an_answer(a_mail(), purpose="note", wording="plain", meets=None)
    flow.open_case(text, parties=(*opening(text).parties, bob), drafts=(an_answer(text), copy, by_mail))
    lock(flow)
    assert {row["state"] for row in rows(flow.tx, OUTBOX)} == {"cancelled"}


def test_situation_49_what_is_written_with_the_lock_goes_out(flow: Flow):
    text = a_message(text="only text me here")
    lock(flow, an_answer(text, purpose="case_added", wording="plain", meets=None))
    assert one(flow.tx, OUTBOX)["state"] == "waiting"


def test_a_lock_with_nothing_waiting_makes_no_task_of_its_own(flow: Flow):
    flow.open_case(a_message(sender=BOB, provider_id="SM2"))
    assert lock(flow) == ()
    assert one(flow.tx, OUTBOX)["state"] == "waiting"


@pytest.mark.parametrize("change", [{"opted_out": True}, {"safe_contact_locked": True}])
def test_nobody_holds_back_an_alert_by_a_lock_or_an_opt_out_in_the_name_of_who_is_on_call(
    flow: Flow, change: dict[str, bool]
):
    flow.open_case(a_mail(), drafts=(), alerts=(GAS,))
    queue(
        flow.tx,
        dedupe_key=f"alert:{one(flow.tx, ALERT)['id']}:1:x:texts:1",
        landlord="cestria",
        purpose="alert",
        channel="texts",
        to=ANN,
        rendered=Rendered(subject="", body="An alert."),
        ids=flow.ids,
        now=NOW,
        mail_domain="cestria.example",
    )
    changes = (AddressChange(address=ANN, **change),)
    flow.apply(Effects(address_changes=changes), flow.take_in(a_message(provider_id="SM3")).new[0])
    assert one(flow.tx, OUTBOX)["state"] == "waiting"


def claimed(flow: Flow) -> set[str]:
    """Whom the messages that are due go to."""
    due = claim_sends(
        flow.tx, now=NOW, lease=timedelta(minutes=2), limit=1, next_due=lambda _: timedelta(hours=1), ids=flow.ids
    )
    return {outbound.to.value for _, outbound in due}


def test_a_lock_is_looked_at_again_when_a_message_is_about_to_go(flow: Flow):
    applied = flow.open_case(a_message())
    flow.tx.execute(CONTACT.update().values(safe_contact_locked=True))
    flow.open_case(a_message(sender=BOB, provider_id="SM2"))
    assert claimed(flow) == {BOB.value}
    held = one(flow.tx, OUTBOX, to_value=ANN.value)
    assert (held["state"], held["error"], held["lease_until"]) == ("cancelled", LOCKED, None)
    assert one(flow.tx, TASK, kind="withheld")["case_id"] == applied.case_id


@pytest.mark.parametrize(
    "fields", [{"automatic": None}, {"purpose": "alert"}, {}], ids=["by a person", "alert", "by the way named as safe"]
)
def test_a_lock_holds_neither_a_persons_words_nor_an_alert_nor_the_answer_by_the_safe_way(
    flow: Flow, fields: dict[str, str | None]
):
    text = a_message(text="only text me here")
    answer = an_answer(text, **fields)
    flow.open_case(text, drafts=(answer,), flags=() if fields else ("safe_contact",))
    flow.tx.execute(CONTACT.update().values(safe_contact_locked=True))
    assert claimed(flow) == {ANN.value}
