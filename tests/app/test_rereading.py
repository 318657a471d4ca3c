"""What was set aside, read again by whatever channel it came by: whole, with its time, and never by halves."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from app.ingesting import LINE_TYPE
from app.rereading import read_again
from channels import email_imap, staff_note, telegram, twilio_sms, web_form
from channels.mail.incoming import HEAD_TYPE, RAW_TYPE
from domain.messages import AddressKind, DeliveryReport, DeliveryState, InboundMessage, Received, SetAside
from domain.ports import Channel
from scheduler.intake import REPORT_TYPE
from tests.channels.harness import LANDLORD, NAME, NOW

MAIL = b"From: Ann <ann@example.org>\r\nSubject: Lift\r\nMessage-ID: <m1@example.org>\r\n\r\nIt is stuck.\r\n"
TEXT = {"MessageSid": "SM1", "From": "+447700900301", "To": "+441632960400", "Body": "No heat."}
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": int(NOW.timestamp()), "chat": {"id": 4242, "type": "private"}, "text": "Damp"},
}
BOUNDARY = "----formBoundary7"
LATER = NOW + timedelta(hours=3)


def mail() -> email_imap.EmailChannel:
    return email_imap.build(LANDLORD, NAME, email_imap.Settings(address="complaints@landlord.example"))


def texts() -> Channel:
    settings = twilio_sms.Settings(account_sid="AC1", auth_token=SecretStr("x" * 32), number="+441632960400")
    return twilio_sms.build(LANDLORD, NAME, settings)


def bot() -> Channel:
    return telegram.build(LANDLORD, NAME, telegram.Settings(token=SecretStr("7:token")))


def notes() -> Channel:
    return staff_note.build(LANDLORD, NAME, staff_note.Settings(token=SecretStr("x" * 20)))


def form() -> web_form.WebForm:
    return web_form.build(LANDLORD, NAME, web_form.Settings(secret=SecretStr("x" * 32)))


def aside(raw: bytes | Mapping[str, Any], raw_type: str, **fields: Any) -> SetAside:
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    given = {"channel": NAME, "provider_id": "7/101", "raw": content, "raw_type": raw_type, "reason": "once broken"}
    return SetAside.model_validate(given | {"received_at": NOW} | fields)


def message_of(channel: Channel, thing: SetAside) -> InboundMessage:
    received = read_again(channel, thing, LATER)
    assert isinstance(received, Received)
    (message,) = received.messages
    assert message.raw == thing.raw
    assert not message.marks.suppress_answer
    return message


def multipart(**fields: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()


def test_a_mail_keeps_its_place_and_the_servers_time() -> None:
    message = message_of(mail(), aside(MAIL, RAW_TYPE))
    assert (message.subject, message.provider_id, message.received_at) == ("Lift", "7/101", NOW)


def test_of_a_mail_whose_head_alone_was_kept_no_message_is_made() -> None:
    read = read_again(mail(), aside(MAIL.partition(b"\r\n\r\n")[0], HEAD_TYPE), LATER)
    assert read == "only its head was kept: save it from the mailbox, and give it to `tenantline ingest`"


def test_a_text_is_read_without_its_signature_which_was_checked_when_it_came() -> None:
    thing = aside(urlencode(TEXT).encode(), "application/x-www-form-urlencoded")
    message = message_of(texts(), thing)
    assert (message.provider_id, message.text, message.received_at) == ("SM1", "No heat.", NOW)


def test_a_row_of_twilios_list_keeps_its_time_and_says_what_is_missing() -> None:
    sent = NOW - timedelta(minutes=5)
    row = TEXT | {"DateSent": sent.isoformat(), "NumMedia": "2"}
    message = message_of(texts(), aside(row, "application/json"))
    assert (message.provider_id, message.received_at, message.sent_at) == ("SM1", sent, sent)
    assert message.marks.reasons == ("attachments_left_out:2",)


def test_an_update_of_a_bot_is_read_as_from_a_webhook_or_a_poll() -> None:
    message = message_of(bot(), aside(UPDATE, "application/json"))
    assert (message.provider_id, message.text) == ("4242/1/0", "Damp")


@pytest.mark.parametrize("posted", ["urlencoded", "multipart"])
def test_a_form_is_read_when_its_token_is_long_too_old(posted: str) -> None:
    fields = {
        "message": "The stairs are dark.",
        "email": "ann@example.org",
        "token": form().new_token("form-0001", NOW),
    }
    if posted == "multipart":
        thing = aside(multipart(**fields), "multipart/form-data")
    else:
        thing = aside(urlencode(fields).encode(), "application/x-www-form-urlencoded")
    read = read_again(form(), thing, NOW + timedelta(days=3))
    assert isinstance(read, Received)
    (message,) = read.messages
    assert message.provider_id.startswith("form-0001/")
    assert (message.text, message.received_at) == ("The stairs are dark.", NOW)


def test_a_form_without_a_token_of_any_shape_is_still_unreadable() -> None:
    thing = aside(urlencode({"message": "x"}).encode(), "application/x-www-form-urlencoded")
    assert read_again(form(), thing, LATER) == "the form's token is malformed"


def test_a_note_that_a_form_posted_is_read_without_the_boundary_of_its_head() -> None:
    fields = {"source": "phone", "received_at": "2026-11-02T08:30", "noted_by": "Sam", "text": "No hot water"}
    message = message_of(notes(), aside(multipart(**fields), "multipart/form-data"))
    assert (message.text, message.noted_by) == ("No hot water", "Sam")
    assert message.received_at == NOW - timedelta(minutes=30)


def test_a_note_from_the_future_is_not_believed_because_that_day_has_come() -> None:
    note = {"source": "phone", "received_at": "2026-11-12T08:30", "noted_by": "Sam", "text": "No hot water"}
    read = read_again(notes(), aside(note, "application/json"), NOW + timedelta(days=30))
    assert "in the future" in str(read)


def test_a_line_of_a_file_is_no_webhook() -> None:
    line = {"from": "+447700900301", "text": "No heat.", "received_at": "2026-11-02T08:00:00Z"}
    message = message_of(texts(), aside(line, LINE_TYPE))
    assert (message.text, message.received_at) == ("No heat.", NOW - timedelta(hours=1))


def test_a_line_is_not_taken_without_the_attachments_that_it_names() -> None:
    line = {"from": "+447700900301", "text": "See the photo.", "attachments": [{"path": "wall.jpg"}]}
    read = read_again(texts(), aside(line, LINE_TYPE), LATER)
    assert isinstance(read, Received)
    assert read.messages == ()
    assert "ingest the file again" in read.set_aside[0].reason


def test_what_was_left_out_of_a_message_makes_no_second_message() -> None:
    line = {"from": "+447700900301", "text": "See the photo."}
    read = read_again(texts(), aside(line, LINE_TYPE, provider_id="line/0/attachments"), LATER)
    assert str(read).startswith("its text is a message already")


def test_a_report_is_read_as_it_was_kept() -> None:
    report = DeliveryReport(channel=NAME, provider_id="SM9", state=DeliveryState.SENT, at=NOW)
    thing = aside(report.model_dump_json().encode(), REPORT_TYPE)
    assert read_again(texts(), thing, LATER) == Received(reports=(report,))


def test_what_came_long_ago_is_answered_by_a_person() -> None:
    read = read_again(mail(), aside(MAIL, RAW_TYPE), NOW + timedelta(days=8))
    assert isinstance(read, Received)
    assert read.messages[0].marks.suppress_answer
    assert "more than 7 days" in read.messages[0].marks.reasons[-1]


def test_a_channel_that_is_gone_or_only_sends_says_so() -> None:
    assert "put it back" in str(read_again(None, aside(MAIL, RAW_TYPE), LATER))
    assert read_again(SendsOnly(), aside(MAIL, RAW_TYPE), LATER) == f"the channel {NAME} receives nothing"


def test_bytes_that_break_the_reader_are_told_by_the_errors_name_alone() -> None:
    assert read_again(texts(), aside(b"{}", REPORT_TYPE), LATER) == "it could not be read (ValidationError)"


class SendsOnly:
    landlord, name, kind = LANDLORD, NAME, "letter"
    address_kind = AddressKind.POST
