"""Situation 173 through store and router: what a colleague forwards is a case by staff, and only they hear of it."""

from datetime import UTC, datetime

from channels.email_imap import Settings, build
from domain.cases import PartyRole
from scheduler.intake import Arrival, take_in
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, CONTACT_ADDRESS, OBLIGATION, OUTBOX, PARTY
from tests.builders import NOW
from tests.scheduler.nodes import a_node, look, look_at_one

MAIL = b"""From: Donna Price <donna.price@homes.example>\r
To: complaints@homes.example\r
Subject: FW: Still no heating\r
Message-ID: <1@homes.example>\r
\r
FYI\r
\r
From: Ann Hall <ann@example.org>\r
Sent: 05 November 2026 14:30\r
To: Donna Price <donna.price@homes.example>\r
Subject: Still no heating\r
\r
Nobody has come, again.\r
"""


async def test_situation_173_what_a_colleague_forwards_is_stored_by_the_day_they_had_it(
    database: Database, blobs: BlobStore
):
    mail = build("cestria", "mail", Settings(address="complaints@homes.example", smtp_host="localhost"))
    node = a_node(database, blobs, mail)
    assert node.own_domains == {"cestria": ("cestria.example", "homes.example")}
    take_in(node, [Arrival(landlord="cestria", channel="mail", received=mail.message_from_mail(MAIL, NOW, "1/1"))], NOW)
    await route_due(node, NOW)
    case = look_at_one(database, CASE)
    assert case["received_at"] == datetime(2026, 11, 5, 14, 30, tzinfo=UTC)
    assert [row["address"] for row in look(database, PARTY, role=PartyRole.STAFF.value)] == [
        "donna.price@homes.example"
    ]
    assert [row["value"] for row in look(database, CONTACT_ADDRESS)] == ["donna.price@homes.example"]
    confirmation = look_at_one(database, OUTBOX)
    assert (confirmation["to_value"], confirmation["meets"]) == ("donna.price@homes.example", None)
    assert case["reference"] in confirmation["body"]
    assert look_at_one(database, OBLIGATION, name="forward")["basis"] == "CESTRIA-59"
    assert {row["state"] for row in look(database, OBLIGATION, name="acknowledge")} == {"open"}
