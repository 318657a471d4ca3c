"""The person on call answers an alert, and strangers try to (design 4): from the store to the store."""

from typing import Any

import pytest

from domain.messages import Address, AddressKind
from domain.understanding import SafetyFinding
from scheduler.delivery import deliver_due
from scheduler.duties import do_duties
from scheduler.intake import take_in
from scheduler.node import Node
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import ALERT, CASE, CONTACT_ADDRESS, OUTBOX
from tests.builders import ANN, BOB, NOW, a_finding
from tests.fakes import FakeSafety, FakeSender
from tests.scheduler.nodes import PAT, a_node, an_arrival, look, take_in_texts

PAT_PHONE = Address(kind=AddressKind.PHONE, value=str(PAT.phone))
SMELL = "There is a smell of gas."
FORM = {"channel": "form", "channel_kind": "web_form"}


class Smells(FakeSafety):
    """Finds gas in that sentence alone."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        return super().scan(text, part) if SMELL in text else ()


async def alerted_of_gas(database: Database, blobs: BlobStore, *senders: Address) -> Node:
    """A node on which Pat has been told of gas at each of these people's homes."""
    node = a_node(database, blobs, FakeSender(), safety=Smells(a_finding()))
    for number, sender in enumerate(senders):
        take_in_texts(node, f"SM{number}", sender=sender, text=SMELL)
    await route_due(node, NOW)
    await do_duties(node, NOW)
    await deliver_due(node, NOW)
    return node


async def answer(node: Node, words: str, **fields: Any) -> None:
    """A message in Pat's name."""
    given: dict[str, Any] = {"provider_id": f"pat-{words}", "sender": PAT_PHONE, "text": words}
    take_in(node, [an_arrival(**(given | fields))], NOW)
    await route_due(node, NOW)


def states(database: Database) -> list[str]:
    return sorted(row["state"] for row in look(database, ALERT))


async def test_a_text_of_the_person_on_call_takes_the_alert(database: Database, blobs: BlobStore):
    node = await alerted_of_gas(database, blobs, ANN)
    await answer(node, "Yes")
    assert states(database) == ["acknowledged"]


@pytest.mark.parametrize("words", ["Ok", "yes"])
async def test_a_form_in_the_name_of_the_person_on_call_silences_nobody(
    database: Database, blobs: BlobStore, words: str
):
    node = await alerted_of_gas(database, blobs, ANN)
    await answer(node, words, **FORM)
    assert states(database) == ["open"]
    assert "cancelled" not in {row["state"] for row in look(database, OUTBOX, purpose="alert")}


async def test_one_yes_takes_one_of_two_alerts_and_only_by_its_reference(database: Database, blobs: BlobStore):
    node = await alerted_of_gas(database, blobs, ANN, BOB)
    await answer(node, "Yes")
    assert states(database) == ["open", "open"]
    (asked,) = look(database, OUTBOX, purpose="alert_which")
    references = [row["reference"] for row in look(database, CASE)]
    assert asked["to_value"] == PAT.phone
    assert all(reference in asked["body"] for reference in references)
    await answer(node, f"yes {references[0]}")
    assert states(database) == ["acknowledged", "open"]
    await answer(node, "ok")
    assert states(database) == ["acknowledged", "acknowledged"]


async def test_a_stranger_opts_nobody_out_or_in_by_a_form(database: Database, blobs: BlobStore):
    node = await alerted_of_gas(database, blobs, BOB)
    await answer(node, "STOP", sender=BOB, **FORM)
    assert [row["opted_out"] for row in look(database, CONTACT_ADDRESS, value=BOB.value)] == [False]
    await answer(node, "stop", sender=BOB)
    await answer(node, "START", sender=BOB, **FORM)
    assert [row["opted_out"] for row in look(database, CONTACT_ADDRESS, value=BOB.value)] == [True]
