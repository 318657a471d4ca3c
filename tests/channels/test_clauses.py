"""Clauses of the five policies that the ways in keep: by word of mouth as in writing, by as many ways as there are."""

import json
from datetime import UTC, datetime
from pathlib import Path

from app.configuration import ConfigurationFolder, load_site
from app.wiring import channel_modules
from channels.staff_note import Settings, build
from domain.messages import WebRequest

NOW = datetime(2026, 7, 9, 10, 0, tzinfo=UTC)
WORDS = "She says that the lift has been out for a week and that nobody rings back."
SITE = """
[channels.texts]
kind = "twilio_sms"

[channels.second_texts]
kind = "twilio_sms"

[channels.letters]
kind = "letter"
"""


def test_group_10_ccbc_5_what_is_said_is_noted_word_for_word_with_when_and_by_whom():
    notes = build("group", "notes", Settings(token="a-long-random-word"))
    note = {
        "source": "phone",
        "received_at": "2026-07-08T16:30:00+01:00",
        "noted_by": "Bob Brown",
        "name": "Ann Smith",
        "phone": "07700 900123",
        "text": WORDS,
    }
    request = WebRequest(
        url="https://landlord.example/in/group/notes",
        headers=(("Content-Type", "application/json"), ("Authorization", "Bearer a-long-random-word")),
        body=json.dumps(note).encode(),
    )
    (message,) = notes.receive(request, NOW).messages
    assert (message.text, message.noted_by, message.form["source"]) == (WORDS, "Bob Brown", "phone")
    assert message.received_at == datetime(2026, 7, 8, 15, 30, tzinfo=UTC)


def test_cestria_19_a_landlord_has_as_many_ways_in_as_its_site_file_names(tmp_path: Path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "cestria.toml").write_text(SITE, encoding="utf-8")
    site = load_site(ConfigurationFolder(tmp_path), "cestria")
    assert [(each.name, each.kind) for each in site.channels] == [
        ("texts", "twilio_sms"),
        ("second_texts", "twilio_sms"),
        ("letters", "letter"),
    ]
    assert {"twilio_sms", "twilio_whatsapp", "telegram", "email_imap", "web_form", "staff_note", "letter"} <= set(
        channel_modules()
    )
