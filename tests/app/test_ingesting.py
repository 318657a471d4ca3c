"""Lines of a file and the attachments they name: only files beside them, and never a word lost for a wrong path."""

import json
import os
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.ingesting import FromFile, left_to_a_person, read_files
from channels import email_imap, twilio_sms
from channels.twilio_common import TwilioSettings
from domain.messages import Received
from tests.app.command import tenantline
from tests.channels.harness import LANDLORD, NAME, NOW

TEXTS = twilio_sms.build(
    LANDLORD, NAME, TwilioSettings(account_sid="AC1", auth_token=SecretStr("x" * 32), number="+447700900100")
)
MAILS = email_imap.build(LANDLORD, NAME, email_imap.Settings(address="complaints@landlord.example"))
OUTSIDE = "it leads out of the folder of the lines"
CHANNELS = '[channels.mail]\nkind = "email_imap"\naddress = "feedback@cestria.example"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lines go here, beside a photo; above it lies a secret, with a link to it from within."""
    inside = tmp_path / "lines"
    (inside / "photos").mkdir(parents=True)
    (inside / "photos" / "wall.jpg").write_bytes(b"a wall")
    (inside / "near.jpg").symlink_to(inside / "photos" / "wall.jpg")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "circle.txt").symlink_to(inside / "circle.txt")
    os.mkfifo(inside / "pipe")
    return inside


def read(folder: Path, *paths: str) -> Received:
    line = {
        "provider_id": "SM1",
        "from": "+447700900301",
        "text": "No heat.",
        "attachments": [{"path": p} for p in paths],
    }
    (folder / "texts.jsonl").write_text(json.dumps(line), encoding="utf-8")
    [found] = read_files(TEXTS, [folder / "texts.jsonl"], received_at=NOW, given=True)
    return found.received


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../secret.txt", OUTSIDE),
        ("photos/../../secret.txt", OUTSIDE),
        ("../../../../../../../etc/passwd", OUTSIDE),
        ("../nothing.txt", OUTSIDE),
        ("/etc/passwd", OUTSIDE),
        ("link.txt", OUTSIDE),
        ("nothing.txt", "No such file or directory"),
        ("photos", "it is no file"),
        ("pipe", "it is no file"),
        ("circle.txt", "Symlink loop"),
        ("nul\0.txt", "null byte"),
    ],
)
def test_a_wrong_attachment_is_named_and_the_text_is_kept(folder: Path, path: str, reason: str) -> None:
    received = read(folder, path, "photos/wall.jpg")
    [message], [aside] = received.messages, received.set_aside
    assert message.text == "No heat."
    assert [(each.name, each.content) for each in message.attachments] == [("wall.jpg", b"a wall")]
    assert ascii(path) in aside.reason
    assert reason in aside.reason
    assert b"No heat." in aside.raw


def test_the_words_of_a_text_file_come_with_the_message(folder: Path) -> None:
    (folder / "letter.txt").write_text("There is a smell of gas.", encoding="utf-8")
    [message] = read(folder, "letter.txt", "near.jpg").messages
    assert message.attachment_texts == ("There is a smell of gas.",)


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    received = read(folder, "near.jpg")
    assert [(each.name, each.content) for each in received.messages[0].attachments] == [("near.jpg", b"a wall")]
    assert received.set_aside == ()


def test_what_was_taken_without_its_attachment_is_stored_and_told_once(folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "config" / "sites" / "cestria.toml"
    site.parent.mkdir(parents=True)
    site.write_text(CHANNELS, encoding="utf-8")
    line = {"from": "ann@example.org", "text": "No heat.", "attachments": [{"path": "../secret.txt"}]}
    (folder / "mails.jsonl").write_text(json.dumps(line), encoding="utf-8")
    place = ("--config", str(tmp_path / "config"), "--data", str(tmp_path / "var"))
    words = (*place, "ingest", "--landlord", "cestria", "--channel", "mail", "--received-at", "2026-11-02T09:00:00Z")
    first = tenantline(*words, str(folder / "mails.jsonl"))
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["new"], told["duplicate"]) == (1, 0)
    assert told["set_aside"] == [
        {"file": "mails.jsonl 1", "reason": f"the text was taken without the attachment '../secret.txt' ({OUTSIDE})"}
    ]
    again = json.loads(tenantline(*words, str(folder / "mails.jsonl")).stdout)
    assert (again["new"], again["set_aside"]) == (0, [])


def a_mail_of(folder: Path, written: datetime, received_at: datetime) -> FromFile:
    """A mail with this date, in a file that says when the landlord had it."""
    (folder / "old.eml").write_text(f"From: ann@example.org\nDate: {format_datetime(written)}\n\nNo heat.\n", "utf-8")
    [found] = read_files(MAILS, [folder / "old.eml"], received_at=received_at, given=True)
    return found


@pytest.mark.parametrize(
    ("days", "answer", "by_a_person"),
    [(6, None, False), (8, None, True), (8, True, False), (8, False, True), (0, False, True)],
)
def test_how_old_a_mail_was_when_the_landlord_had_it_says_who_answers(
    folder: Path, days: int, *, answer: bool | None, by_a_person: bool
) -> None:
    found = left_to_a_person(a_mail_of(folder, NOW - timedelta(days=days), NOW), answer=answer)
    [message] = found.received.messages
    assert (found.by_a_person, message.marks.suppress_answer) == (by_a_person, by_a_person)
    assert any("taken in from a file" in reason for reason in message.marks.reasons) is by_a_person
    assert message.received_at == NOW


def test_an_old_mail_is_as_old_as_it_was_at_the_time_that_is_given(folder: Path) -> None:
    long_ago = NOW - timedelta(days=300)
    assert not left_to_a_person(a_mail_of(folder, long_ago, long_ago), answer=None).by_a_person


def test_a_line_is_answered_at_its_own_time_unless_nobody_wants_that(folder: Path) -> None:
    line = {"from": "+447700900301", "text": "No heat.", "received_at": "2026-01-02T09:00:00Z"}
    (folder / "texts.jsonl").write_text(json.dumps(line), encoding="utf-8")
    [found] = read_files(TEXTS, [folder / "texts.jsonl"], received_at=NOW, given=False)
    assert not left_to_a_person(found, answer=None).by_a_person
    assert left_to_a_person(found, answer=False).received.messages[0].marks.suppress_answer
