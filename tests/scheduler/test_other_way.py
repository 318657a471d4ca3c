"""An answer that cannot be delivered goes by the person's other address: from the form to the text that is sent."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from channels.web_form import Settings, WebForm
from domain.errors import SendError
from domain.messages import AddressKind, DeliveryReport, DeliveryState, Received, WebRequest
from scheduler.delivery import deliver_due
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, CONTACT, CONTACT_ADDRESS, OUTBOX, TASK
from tests.builders import ANN, ANN_MAIL, NOW, a_finding
from tests.fakes import FakeSafety, FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts

REFUSED = SendError(retryable=False, code="550", words="There is no such mailbox.")
FORM = WebForm("cestria", "form", Settings(secret=SecretStr("a long secret of the tests")))


class ByMail(FakeSender):
    """The mail of a landlord."""

    def __init__(self, *errors: SendError) -> None:
        super().__init__(errors=errors, name="mail")
        self.address_kind = AddressKind.EMAIL


async def fill_in(node: Node, number: int = 1, **fields: str) -> None:
    """Send the public form as a browser does, and let its answers go out."""
    given = {"message": "The lift at 5 Mill Lane is broken again.", "email": ANN_MAIL.value, "phone": "07700 900123"}
    token = FORM.new_token(f"form-id-{number:04}", NOW)
    request = WebRequest(
        url="https://feedback.cestria.example/feedback/cestria",
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=urlencode({**given, **fields, "token": token}).encode(),
    )
    take_in(node, [Arrival(landlord="cestria", channel="form", received=FORM.receive(request, NOW))], NOW)
    await route_due(node, NOW)
    await deliver_due(node, NOW)


def by_both(database: Database, blobs: BlobStore, *errors: SendError, **fields: Any) -> tuple[Node, FakeSender]:
    """A node whose mail fails like this, and its texts."""
    texts = FakeSender()
    return a_node(database, blobs, texts, ByMail(*errors), FORM, **fields), texts


async def test_what_a_mailbox_refuses_is_texted_to_the_number_of_the_same_form(database: Database, blobs: BlobStore):
    node, texts = by_both(database, blobs, REFUSED)
    await fill_in(node)
    (sent,) = texts.sent
    assert sent.to == ANN
    assert look_at_one(database, CASE)["reference"] in sent.body
    assert {row["kind"]: row["state"] for row in _answers(database)} == {"email": "failed", "phone": "sent"}
    assert "contact" not in {row["kind"] for row in look(database, TASK)}


async def reported_lost(node: Node, channel: str, provider_id: str, **fields: Any) -> None:
    """The provider says afterwards that a message did not arrive, and what is due then goes out."""
    given = {"channel": channel, "provider_id": provider_id, "state": DeliveryState.FAILED, "at": NOW}
    report = DeliveryReport(**(given | fields))
    take_in(node, [Arrival(landlord="cestria", channel=channel, received=Received(reports=(report,)))], NOW)
    await deliver_due(node, NOW)


async def test_situation_162_a_mail_that_bounces_later_is_texted_as_if_it_had_been_refused_at_once(
    database: Database, blobs: BlobStore
):
    node, texts = by_both(database, blobs)
    await fill_in(node)
    assert texts.sent == []
    await reported_lost(node, "mail", "mail-1", permanent=True, code="5.1.1")
    (sent,) = texts.sent
    assert sent.to == ANN
    assert look_at_one(database, CASE)["reference"] in sent.body
    assert {row["kind"]: row["state"] for row in _answers(database)} == {"email": "failed", "phone": "sent"}
    assert look(database, TASK, kind="bounce") == []


async def test_a_text_that_is_lost_after_the_mail_was_is_a_task_and_no_more(database: Database, blobs: BlobStore):
    node, texts = by_both(database, blobs)
    await fill_in(node)
    await reported_lost(node, "mail", "mail-1", permanent=True, code="5.1.1")
    await reported_lost(node, "texts", "texts-1", code="30003")
    assert len(texts.sent) == 1
    assert look_at_one(database, TASK, kind="bounce")["case_id"] == look_at_one(database, CASE)["id"]


async def test_a_report_of_a_loss_wakes_whoever_sends(database: Database, blobs: BlobStore):
    node, _ = by_both(database, blobs)
    await fill_in(node)
    await node.wakes["deliver"].wait()
    report = DeliveryReport(channel="mail", provider_id="mail-1", state=DeliveryState.FAILED, at=NOW)
    take_in(node, [Arrival(landlord="cestria", channel="mail", received=Received(reports=(report,)))], NOW)
    async with asyncio.timeout(5):
        await node.wakes["deliver"].wait()


async def test_emergency_words_and_acknowledgement_both_go_by_the_other_way(database: Database, blobs: BlobStore):
    node, texts = by_both(database, blobs, REFUSED, REFUSED, safety=FakeSafety(a_finding()))
    await fill_in(node)
    assert [sent.purpose for sent in texts.sent] == ["emergency", "acknowledge"]


async def test_both_addresses_of_a_form_are_kept_for_one_person(database: Database, blobs: BlobStore):
    node, texts = by_both(database, blobs)
    await fill_in(node)
    contact = look_at_one(database, CONTACT)
    points = look(database, CONTACT_ADDRESS, contact_id=contact["id"])
    assert {(row["value"], row["verified"]) for row in points} == {(ANN_MAIL.value, False), (ANN.value, False)}
    assert texts.sent == []


async def test_forms_with_somebody_elses_number_reach_it_once_a_day(database: Database, blobs: BlobStore):
    node, texts = by_both(database, blobs, *[REFUSED] * 9)
    for number in range(3):
        await fill_in(node, number, email=f"nobody-{number}@example.org")
    assert len(texts.sent) == 1
    assert len(look(database, TASK, kind="contact")) == 2


async def test_a_number_that_said_stop_is_not_the_other_way_of_a_form(database: Database, blobs: BlobStore):
    node, texts = by_both(database, blobs, REFUSED)
    take_in_texts(node, "SM1", text="STOP")
    await route_due(node, NOW)
    await deliver_due(node, NOW)
    texts.sent.clear()
    await fill_in(node)
    assert texts.sent == []
    assert look_at_one(database, TASK, kind="contact")["case_id"] == look_at_one(database, CASE)["id"]


async def test_who_types_somebodys_address_beside_their_own_never_gets_that_persons_answers(
    database: Database, blobs: BlobStore
):
    node, texts = by_both(database, blobs)
    await fill_in(node)
    take_in_texts(node, "SM1", text="It was me who filled in that form about the lift.")
    await route_due(node, NOW)
    await deliver_due(node, NOW)
    node, texts = by_both(database, blobs, REFUSED)
    await fill_in(node, 2, phone="", message="My complaint is about somebody who follows me.")
    assert texts.sent == []


async def test_a_texters_number_is_verified_by_their_text(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender())
    take_in_texts(node, "SM1", text="The lift at 5 Mill Lane is broken again.")
    await route_due(node, NOW)
    assert look_at_one(database, CONTACT_ADDRESS)["verified"]


def _answers(database: Database) -> list[dict[str, str]]:
    return [{"kind": row["to_kind"], "state": row["state"]} for row in look(database, OUTBOX, purpose="acknowledge")]
