"""Files that are fetched after their message: their words are looked through for danger, and alert once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from domain.errors import TenantlineError
from domain.labels import Hazard, Kind
from domain.messages import MediaReference
from domain.understanding import Reading, SafetyFinding, Understanding
from scheduler.engine import run_once
from scheduler.media import fetch_media_due
from scheduler.node import Node
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.database import Database
from store.erase import erase_message
from store.tables import ALERT, ATTACHMENT, CASE, MESSAGE, OUTBOX, TASK
from tests.builders import NOW, a_finding
from tests.fakes import FakeMedia, FakeSafety, FakeSender, FakeUnderstander
from tests.scheduler.nodes import KEYS, a_node, look, look_at_one, take_in_texts

GAS = "There is a strong smell of gas in my flat."
FIRE = "There is a fire in the hall."


class Finds(FakeSafety):
    """Gas and fire, each where it is spoken of."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        said = (("smell of gas", Hazard.GAS), ("a fire", Hazard.FIRE))
        return tuple(a_finding(hazard, part=part) for words, hazard in said if words in text)


class Channel(FakeMedia, FakeSender):
    """Gives files and takes answers."""

    def __init__(self, **files: bytes) -> None:
        FakeSender.__init__(self)
        self.files = files


def a_file(url: str, content_type: str = "text/plain") -> MediaReference:
    return MediaReference(name=f"{url}.bin", content_type=content_type, url=url)


def with_file(database: Database, blobs: BlobStore, text: str, words: str, **fields: Any) -> Node:
    """A node that has taken in a text with one file, whose words are these."""
    node = a_node(database, blobs, Channel(letter=words.encode()), **({"safety": Finds()} | fields))
    take_in_texts(node, "SM1", text=text, attachments=(a_file("letter"),))
    return node


def causes(database: Database) -> list[str]:
    return sorted(row["cause"] for row in look(database, ALERT))


def emergencies(database: Database) -> int:
    return len(look(database, OUTBOX, purpose="emergency"))


async def test_a_danger_in_a_file_that_came_after_its_message_is_alerted_and_answered_in_its_case(
    database: Database, blobs: BlobStore
):
    node = with_file(database, blobs, "Please see my letter.", GAS)
    await route_due(node, NOW)
    assert (causes(database), emergencies(database)) == ([], 0)
    assert await fetch_media_due(node, NOW) == 1
    case, message = look_at_one(database, CASE), look_at_one(database, MESSAGE)
    alert = look_at_one(database, ALERT)
    assert (alert["cause"], alert["case_id"], alert["message_id"]) == ("gas", case["id"], message["id"])
    assert (case["hazard"], case["urgency"]) == ("gas", "emergency")
    assert emergencies(database) == 1
    assert (message["state"], message["attachment_texts"]) == ("routed", [GAS])
    assert [finding["part"] for finding in message["safety"]] == ["attachment"]
    assert "hazard:gas" in message["flags"]
    assert look_at_one(database, ATTACHMENT)["state"] == "stored"
    assert look_at_one(database, TASK, kind="hazard")["case_id"] == case["id"]


async def test_the_person_on_call_is_told_by_the_same_run_that_fetched_the_file(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, "Please see my letter.", GAS)
    await run_once(node, NOW)
    assert {row["state"] for row in look(database, OUTBOX, purpose="alert")} == {"sent"}


async def test_what_the_text_alerted_of_is_not_alerted_again_by_the_file(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, GAS, GAS)
    await route_due(node, NOW)
    await fetch_media_due(node, NOW)
    assert (causes(database), emergencies(database)) == (["gas"], 1)


async def test_another_danger_than_the_texts_is_alerted_and_answered_too(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, GAS, FIRE)
    await route_due(node, NOW)
    await fetch_media_due(node, NOW)
    assert (causes(database), emergencies(database)) == (["fire", "gas"], 2)


async def test_two_files_about_one_danger_alert_once(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, Channel(a=GAS.encode(), b=GAS.encode()), safety=Finds())
    take_in_texts(node, "SM1", text="See both.", attachments=(a_file("a"), a_file("b")))
    await route_due(node, NOW)
    assert await fetch_media_due(node, NOW) == 2
    assert (causes(database), emergencies(database)) == (["gas"], 1)


async def test_a_file_that_is_here_before_its_message_is_routed_is_read_with_it(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, "Please see my letter.", GAS)
    assert await fetch_media_due(node, NOW) == 1
    assert (look_at_one(database, ATTACHMENT)["state"], causes(database)) == ("unread", [])
    await route_due(node, NOW)
    assert (causes(database), emergencies(database)) == (["gas"], 1)
    assert await fetch_media_due(node, NOW) == 1
    assert (look_at_one(database, ATTACHMENT)["state"], causes(database)) == ("stored", ["gas"])
    assert look_at_one(database, MESSAGE)["attachment_texts"] == [GAS]
    assert emergencies(database) == 1


class FetchesMeanwhile(FakeUnderstander):
    """While a batch is understood, its file's words come in: the router has loaded the message without them."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        with self.database.writing() as tx:
            tx.execute(update(MESSAGE).values(attachment_texts=[GAS]))
        return super().understand(readings)


async def test_a_file_that_comes_while_its_message_is_being_read_is_not_missed(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, "Please see my letter.", GAS)
    await fetch_media_due(node, NOW)
    with database.writing() as tx:
        tx.execute(update(MESSAGE).values(attachment_texts=[]))
    await route_due(replace(node, understander=FetchesMeanwhile(database)), NOW)
    assert causes(database) == []
    await fetch_media_due(node, NOW)
    assert causes(database) == ["gas"]


@pytest.mark.parametrize(
    ("content_type", "content"), [("image/jpeg", b"\xff\xd8\xff" + GAS.encode()), ("text/plain", b"My rent book.")]
)
async def test_pictures_are_not_read_and_harmless_words_raise_nothing(
    database: Database, blobs: BlobStore, content_type: str, content: bytes
):
    node = a_node(database, blobs, Channel(letter=content), safety=Finds())
    take_in_texts(node, "SM1", text="See this.", attachments=(a_file("letter", content_type),))
    await route_due(node, NOW)
    assert await fetch_media_due(node, NOW) == 1
    assert (look_at_one(database, ATTACHMENT)["state"], causes(database)) == ("stored", [])


async def test_danger_in_a_file_of_a_message_without_a_case_is_alerted_and_shown_to_a_person(
    database: Database, blobs: BlobStore
):
    node = with_file(database, blobs, "STOP", GAS, understander=FakeUnderstander(Kind.NONE))
    await route_due(node, NOW)
    assert look_at_one(database, MESSAGE)["case_id"] is None
    await fetch_media_due(node, NOW)
    assert causes(database) == ["gas"]
    assert {row["kind"] for row in look(database, TASK)} >= {"hazard", "sort"}


class Breaks(Finds):
    """Breaks on the words of files."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        if part == "attachment":
            raise TenantlineError("a bug")
        return super().scan(text, part)


async def test_a_file_that_breaks_the_scanner_is_shown_to_a_person_at_once(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, "Please see my letter.", GAS, safety=Breaks())
    await route_due(node, NOW)
    assert await fetch_media_due(node, NOW) == 1
    task = look_at_one(database, TASK, kind="unreadable")
    assert (task["due_at"], look_at_one(database, ATTACHMENT)["state"]) == (NOW, "stored")


async def test_a_file_of_an_erased_message_is_not_read(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, "Please see my letter.", GAS)
    await route_due(node, NOW)
    message = look_at_one(database, MESSAGE)["id"]
    with database.writing() as tx:
        erase_message(tx, message, NOW, by="Alice", keys=KEYS)
        tx.execute(update(ATTACHMENT).values(state="unread", due_at=NOW, blob=blobs.put(GAS.encode())))
    await fetch_media_due(node, NOW)
    assert (causes(database), look_at_one(database, MESSAGE)["attachment_texts"]) == ([], [])


async def test_a_crash_between_fetching_and_reading_loses_no_danger(database: Database, blobs: BlobStore):
    node = with_file(database, blobs, "Please see my letter.", GAS)
    await route_due(node, NOW)
    with database.writing() as tx:
        values = {"state": "unread", "blob": blobs.put(GAS.encode()), "due_at": NOW}
        tx.execute(update(ATTACHMENT).values(**values))
    assert await fetch_media_due(node, NOW) == 1
    assert causes(database) == ["gas"]
