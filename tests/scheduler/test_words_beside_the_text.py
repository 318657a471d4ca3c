"""A danger that stands in a file, or in a mail that looks like ours, on the whole way from mail to alert."""

import pytest

from channels.email_imap import Settings, build
from domain.messages import Received
from domain.understanding import SafetyFinding
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import ALERT, CASE, MESSAGE
from tests.builders import NOW, a_finding, a_message
from tests.fakes import FakeSafety, FakeSender
from tests.scheduler.nodes import a_node, look_at_one

GAS = "There is a strong smell of gas in my flat."
LETTER = f"""From: Ann <ann@example.org>
Message-ID: <letter@example.org>
Subject: My letter
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Please see my letter.
--b
Content-Type: text/plain; name="letter.txt"
Content-Disposition: attachment; filename="letter.txt"

{GAS}
--b--
"""
FROM_A_COLLEAGUE = f"""From: Officer <officer@cestria.example>
Message-ID: <5f0c.1@cestria.example>
X-Tenantline: 1
Subject: One of your tenants

A tenant rang me. {GAS}
"""


class GasIn(FakeSafety):
    """Finds gas where it is spoken of."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        return (a_finding(part=part),) if "smell of gas" in text else ()


async def route(node: Node, mail: str) -> None:
    channel = build("cestria", "mail", Settings(address="complaints@cestria.example"))
    received = channel.message_from_mail(mail.encode(), NOW, "7/1")
    take_in(node, [Arrival(landlord="cestria", channel="mail", received=received)], NOW)
    await route_due(node, NOW)


async def test_a_danger_in_a_text_file_is_alerted(database: Database, blobs: BlobStore):
    await route(a_node(database, blobs, FakeSender(), safety=GasIn()), LETTER)
    assert look_at_one(database, ALERT)["cause"] == "gas"


async def test_a_danger_from_a_colleague_whose_mail_looks_like_ours_is_a_case_and_alerted(
    database: Database, blobs: BlobStore
):
    await route(a_node(database, blobs, FakeSender(), safety=GasIn()), FROM_A_COLLEAGUE)
    assert look_at_one(database, ALERT)["cause"] == "gas"
    assert look_at_one(database, MESSAGE)["case_id"] == look_at_one(database, CASE)["id"]


@pytest.mark.parametrize("box", ["adjustments", "address", "relationship", "on_behalf_of", "name"])
async def test_a_danger_in_any_box_of_the_form_is_alerted(database: Database, blobs: BlobStore, box: str):
    node = a_node(database, blobs, FakeSender(), safety=GasIn())
    message = a_message(channel="form", channel_kind="web_form", text="Please ring me.", form={box: GAS})
    take_in(node, [Arrival(landlord="cestria", channel="form", received=Received(messages=(message,)))], NOW)
    await route_due(node, NOW)
    assert look_at_one(database, ALERT)["cause"] == "gas"
