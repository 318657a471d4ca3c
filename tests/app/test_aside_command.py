"""``tenantline aside`` as a person meets it: real processes, a real database, and what the audit says afterwards."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete

from app.wiring import RandomIds
from domain.messages import Received, SetAside
from store.aside import find_aside
from store.blobs import BlobStore
from store.database import Database, open_database
from store.intake import insert_received
from store.migrate import upgrade
from store.tables import AUDIT, BLOB, MESSAGE, TASK
from tests.app.command import tenantline
from tests.app.web_node import NOW
from tests.scheduler.nodes import look, look_at_one

CHANNELS = """
[channels.texts]
kind = "twilio_sms"
account_sid = "AC1"
auth_token = { env = "TEST_TWILIO_TOKEN" }
number = "+441632960400"
base_url = "http://127.0.0.1:1"
"""
WORDS = "words-of-a-tenant"
FORM = "application/x-www-form-urlencoded"
HEAD = {"id", "landlord", "channel", "what", "at", "received_at", "reason", "last_replay"}


class House:
    """An installation in a folder, and the commands run in it."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database

    def run(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = tenantline("--config", str(self.folder / "config"), "--data", str(self.folder / "var"), *words)
        assert done.returncode == status, done.stderr
        return done

    def lines(self, *words: str, status: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*words, "--json", status=status).stdout.splitlines()]

    def set_aside(self, number: int, **fields: str) -> str:
        """A text that an older program could not read; its id."""
        raw = urlencode({"MessageSid": f"SM{number}", "Body": WORDS, **fields}).encode()
        thing = SetAside(channel="texts", provider_id=f"body-{number}", raw=raw, raw_type=FORM, reason="it has no From")
        with self.database.writing() as tx:
            result = insert_received(
                tx,
                landlord="cestria",
                channel="texts",
                received=Received(set_aside=(thing,)),
                blobs=BlobStore(self.folder / "var" / "blobs"),
                ids=RandomIds(),
                now=NOW,
            )
        return result.set_aside[0]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    site = tmp_path / "config" / "sites" / "cestria.toml"
    site.parent.mkdir(parents=True)
    site.write_text(CHANNELS, encoding="utf-8")
    (tmp_path / "var").mkdir()
    database = open_database(f"sqlite:///{tmp_path / 'var' / 'tenantline.db'}")
    upgrade(database)
    yield House(tmp_path, database)
    database.close()


def test_the_list_tells_what_waits_and_shows_nobodys_words(house: House) -> None:
    first, second = house.set_aside(1), house.set_aside(2)
    lines = house.lines("aside", "list", "--landlord", "cestria")
    assert [(line["id"], line["channel"], line["what"], line["reason"]) for line in lines] == [
        (first, "texts", "unread", "it has no From"),
        (second, "texts", "unread", "it has no From"),
    ]
    assert set(lines[0]) == HEAD
    assert lines[0]["at"] == NOW.isoformat()
    table = house.run("aside", "list").stdout
    assert first in table
    assert WORDS not in table + json.dumps(lines)
    assert house.lines("aside", "list", "--landlord", "ccbc") == []


def test_one_is_shown_whole_and_its_bytes_only_where_they_are_asked_for(house: House) -> None:
    key = house.set_aside(1)
    (shown,) = house.lines("aside", "show", key)
    assert (shown["state"], shown["type"], shown["became"], shown["provider_id"]) == ("waiting", FORM, None, "body-1")
    assert WORDS not in house.run("aside", "show", key).stdout
    assert house.run("aside", "show", key, "--raw").stdout == f"MessageSid=SM1&Body={WORDS}"


def test_a_replay_makes_one_message_of_it_and_a_second_is_told_that_it_is_done(house: House) -> None:
    key = house.set_aside(1, From="+447700900301")
    (told,) = house.lines("aside", "replay", key, "--by", "Ann Smith")
    message = look_at_one(house.database, MESSAGE)
    assert told == {"id": key, "outcome": "message", "messages": [message["id"]], "reason": None}
    assert (message["provider_id"], message["text"], message["received_at"]) == ("SM1", WORDS, NOW)
    again = house.run("aside", "replay", key, "--by", "Bob", status=1)
    assert again.stderr.endswith(f"{key} was replayed already; `tenantline aside show {key}` says by whom\n")
    (shown,) = house.lines("aside", "show", key)
    assert (shown["state"], shown["done_by"], shown["became"]) == ("replayed", "Ann Smith", message["id"])
    assert look_at_one(house.database, TASK)["state"] == "done"
    assert look_at_one(house.database, AUDIT)["actor"] == "Ann Smith"
    counts = json.loads(house.run("work", "--once", "--roles", "route").stdout)
    assert (counts["routed"], look_at_one(house.database, MESSAGE)["state"]) == (1, "routed")


def test_all_are_replayed_and_those_that_still_cannot_be_read_are_told_with_the_reason(house: House) -> None:
    well, ill = house.set_aside(1, From="+447700900301"), house.set_aside(2)
    done = house.run("aside", "replay", "--all", "--landlord", "cestria", "--by", "Ann", status=1)
    assert f"{well}: is message" in done.stdout
    assert f"{ill}: is set aside again: the message carries no From" in done.stdout
    assert done.stderr.endswith("tenantline: 1 of 2 still cannot be read; `tenantline aside list` says why\n")
    (line,) = house.lines("aside", "list")
    assert (line["id"], line["last_replay"]) == (ill, "the message carries no From: nobody could be answered")
    assert WORDS not in done.stdout + done.stderr
    assert [row["state"] for row in look(house.database, TASK)] == ["done", "open"]


def test_one_whose_bytes_are_missing_holds_up_no_other(house: House) -> None:
    lost, well = house.set_aside(1, From="+447700900301"), house.set_aside(2, From="+447700900302")
    with house.database.writing() as tx:
        name = find_aside(tx, lost).raw_blob
        tx.execute(delete(BLOB).where(BLOB.c.sha256 == name))
    told = {line["id"]: line for line in house.lines("aside", "replay", "--all", "--by", "Ann", status=1)}
    assert (told[lost]["outcome"], told[well]["outcome"]) == ("set_aside", "message")
    assert "restore it from a backup" in told[lost]["reason"]


def test_a_person_closes_one_with_a_reason(house: House) -> None:
    key = house.set_aside(1)
    house.run("aside", "close", key, "--by", "Ann", "--reason", "Rang the tenant, noted as a call")
    (shown,) = house.lines("aside", "show", key)
    assert (shown["state"], shown["closed_because"]) == ("closed", "Rang the tenant, noted as a call")
    entry = look_at_one(house.database, AUDIT)
    assert (entry["action"], entry["actor"], entry["detail"]["set_aside"]) == ("set_aside.closed", "Ann", key)
    assert "Rang" not in json.dumps(entry["detail"])
    assert house.lines("aside", "list") == []
    assert "not set aside any more" in house.run("aside", "close", key, "--by", "B", "--reason", "x", status=1).stderr


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["replay", "--by", "Ann"], 2, "by its ids, or say --all"),
        (["replay", "x", "--all", "--by", "Ann"], 2, "by its ids, or say --all"),
        (["replay", "x", "--landlord", "cestria", "--by", "Ann"], 2, "--landlord goes with --all"),
        (["replay", "--all", "--by", " "], 2, "--by: say who does it"),
        (["replay", "x", "--by", "Ann"], 1, "nothing with the id x was set aside"),
        (["show", "x"], 1, "nothing with the id x was set aside"),
        (["close", "x", "--by", "Ann", "--reason", " "], 2, "--reason: say what was done about it"),
        (["close", "x", "--by", "Ann", "--reason", "rang"], 1, "nothing with the id x was set aside"),
        (["list", "--landlord", "nobody"], 2, "nobody"),
    ],
)
def test_a_mistake_is_one_sentence(house: House, words: list[str], status: int, told: str) -> None:
    done = house.run("aside", *words, status=status)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert told in done.stderr


def test_doctor_counts_what_waits_and_says_what_to_type(house: House) -> None:
    house.set_aside(1)
    house.set_aside(2)
    findings = house.lines("doctor", status=1)
    (found,) = [each for each in findings if "set aside" in each["finding"]]
    assert found["finding"].startswith("channel cestria/texts: 2 set aside")
    assert found["mend"].startswith("tenantline aside list --landlord cestria")
