"""What ``doctor`` finds: each side of a channel by itself, and only what the channel still does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.checking import Finding, check_installation
from app.configuration import ConfigurationFolder
from app.place import Place
from app.wiring import RandomIds, load_safety, log_trouble
from domain.errors import ConfigurationError
from domain.messages import Received, SetAside
from domain.uktime import local_date
from nlp.understander import RulesOnly
from store.audit import AuditEntry, AuditKey, anchor, append
from store.blobs import BlobStore
from store.channel_state import mark_fetch, mark_send
from store.database import Database, open_database
from store.intake import insert_received
from store.migrate import upgrade

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CHANNELS = """
[channels.texts]
kind = "twilio_sms"
account_sid = "AC1"
auth_token = { env = "TEST_TWILIO_TOKEN" }
number = "+441632960400"

[channels.notes]
kind = "staff_note"
token = { env = "TEST_TWILIO_TOKEN" }
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("TEST_TWILIO_TOKEN", "x" * 32)
    site = tmp_path / "config" / "sites" / "cestria.toml"
    site.parent.mkdir(parents=True)
    site.write_text(CHANNELS, encoding="utf-8")
    (tmp_path / "var").mkdir()
    return Place(config=tmp_path / "config", data=tmp_path / "var", database_url=None)


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{place.data / 'tenantline.db'}")
    upgrade(opened)
    yield opened
    opened.close()


def about(words: str, place: Place) -> list[Finding]:
    return [finding for finding in check_installation(place, NOW) if words in finding.finding]


def test_receiving_and_sending_are_reported_apart(place: Place, database: Database) -> None:
    with database.writing() as tx:
        mark_send(tx, "cestria", "texts", NOW, error="Twilio refuses our account")
        mark_fetch(tx, "cestria", "texts", NOW, error="Twilio cannot be reached")
    found = [finding.finding for finding in about("cestria/texts", place)]
    assert found == [
        "channel cestria/texts: receiving fails since 2026-11-02T09:00:00+00:00: Twilio cannot be reached",
        "channel cestria/texts: sending fails since 2026-11-02T09:00:00+00:00: Twilio refuses our account",
    ]
    with database.writing() as tx:
        mark_fetch(tx, "cestria", "texts", NOW)
    (left,) = about("cestria/texts", place)
    assert "sending fails" in left.finding


def test_what_a_channel_no_longer_does_is_no_trouble(place: Place, database: Database) -> None:
    with database.writing() as tx:
        mark_send(tx, "cestria", "notes", NOW, error="from when it could send")
        mark_send(tx, "cestria", "removed", NOW, error="from when it was there")
    assert about("cestria/notes", place) + about("cestria/removed", place) == []


def test_what_was_set_aside_is_shown_with_its_reason(place: Place, database: Database) -> None:
    things = tuple(
        SetAside(channel="mail", provider_id=f"7/{uid}", raw=b"", raw_type="message/rfc822", reason=f"reason {uid}")
        for uid in (1, 2)
    )
    blobs, ids = BlobStore(place.data / "blobs"), RandomIds()
    with database.writing() as tx:
        insert_received(
            tx,
            landlord="cestria",
            channel="mail",
            received=Received(set_aside=things),
            blobs=blobs,
            ids=ids,
            now=NOW,
        )
    (found,) = about("set aside", place)
    assert (found.level, found.finding) == (
        "warning",
        "channel cestria/mail: 2 set aside, the last because reason 2",
    )
    assert found.mend.startswith("tenantline aside list --landlord cestria")


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("https://[::1]:8443", True),
        ("https://feedback.example.org/t", False),
    ],
)
def test_an_address_that_nobody_else_can_reach_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch, address: str, *, is_here: bool
) -> None:
    monkeypatch.setenv("TENANTLINE_PUBLIC_URL", address)
    assert bool(about("this machine's own address", place)) == is_here


def test_an_address_that_is_none_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANTLINE_PUBLIC_URL", "feedback.example.org")
    with pytest.raises(ConfigurationError, match="write https://NAME"):
        about("", place)


def test_a_tampered_audit_is_told_by_its_chain_and_entry(place: Place, database: Database) -> None:
    entries = [AuditEntry(actor="router", action="message.routed", detail={"n": number}) for number in range(3)]
    with database.writing() as tx:
        append(tx, "case-1", entries, NOW, AuditKey(b"k" * 32))
        tx.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE number = 2")
    (found,) = about("the audit", place)
    assert found.level == "error"
    assert found.finding.startswith("the audit does not verify: chain case-1, entry 2: it was changed")


def test_an_anchor_of_a_day_to_come_is_told_with_what_to_set_right(place: Place, database: Database) -> None:
    with database.writing() as tx:
        anchor(tx, "2035-01-01", NOW, AuditKey(b"k" * 32))
        anchor(tx, local_date(NOW), NOW, AuditKey(b"k" * 32))
    (found,) = about("the audit", place)
    assert (found.level, "2035-01-01" in found.finding) == ("warning", True)
    assert found.mend.startswith("set that node's clock right")


@pytest.mark.parametrize("damaged", [False, True])
def test_a_model_that_cannot_be_used_is_said_with_the_mend(place: Place, *, damaged: bool) -> None:
    model = place.data / "model"
    if damaged:
        model.mkdir()
    found = [each for each in check_installation(place, NOW, model) if "the model is" in each.finding]
    assert [(each.level, each.finding.partition(" (")[0].partition(":")[0]) for each in found] == [
        ("warning", "the model is damaged" if damaged else "the model is missing")
    ]
    assert "tenantline train" in found[0].mend


def test_the_shipped_model_is_in_order(place: Place) -> None:
    assert about("the model", place) == []


def test_the_log_says_at_the_start_that_the_model_is_not_used() -> None:
    safety = load_safety(ConfigurationFolder())
    with capture_logs() as lines:
        log_trouble(RulesOnly(safety, "the model is missing"))
        log_trouble(RulesOnly(safety))
    assert [(line["log_level"], line["reason"]) for line in lines] == [("warning", "the model is missing")]
