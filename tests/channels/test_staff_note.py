"""Notes of calls, letters and visits: dated when they were really received, by a named person."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.staff_note import Settings, build
from domain.errors import BadSignature, Unreadable
from domain.messages import NO_ADDRESS, Address, AddressKind, InboundMessage, WebRequest

NOW = datetime(2026, 7, 9, 10, 0, tzinfo=UTC)
TOKEN = "a-long-random-word"
NOTES = build("cestria", "notes", Settings(token=TOKEN))
CALL = {
    "source": "phone",
    "received_at": "2026-07-08T16:30:00+01:00",
    "noted_by": "Bob Brown",
    "name": "Ann Smith",
    "phone": "07700 900123",
    "email": "ann@example.org",
    "text": "Says that the boiler is off again and that she is fed up.",
}


def note(token: str = TOKEN, **changes: Any) -> WebRequest:
    fields = {key: value for key, value in {**CALL, **changes}.items() if value is not None}
    return raw(json.dumps(fields).encode(), token=token)


def raw(body: bytes, token: str = TOKEN, kind: str = "application/json") -> WebRequest:
    headers = (("Content-Type", kind), ("Authorization", f"Bearer {token}"))
    return WebRequest(url="https://landlord.example/in/cestria/notes", headers=headers, body=body)


def read(request: WebRequest) -> InboundMessage:
    (message,) = NOTES.receive(request, NOW).messages
    return message


def test_a_call_becomes_a_message_received_when_the_telephone_rang():
    message = read(note())
    assert message.received_at == datetime(2026, 7, 8, 15, 30, tzinfo=UTC)
    assert message.sender == Address(kind=AddressKind.PHONE, value="+447700900123")
    assert (message.sender_name, message.noted_by) == ("Ann Smith", "Bob Brown")
    assert message.form["source"] == "phone"
    assert message.form["email"] == "ann@example.org"


def test_situation_182_a_letter_found_late_is_dated_when_it_came():
    message = read(note(source="letter", received_at="2026-06-18", phone="", email="", address="2 Low Row\nDurham"))
    assert message.received_at == datetime(2026, 6, 17, 23, 0, tzinfo=UTC)
    assert message.sender.kind is AddressKind.POST


def test_a_time_without_a_zone_is_uk_local_time():
    assert read(note(received_at="2026-07-08T16:30")).received_at == datetime(2026, 7, 8, 15, 30, tzinfo=UTC)
    assert read(note(received_at="2026-01-08T16:30")).received_at == datetime(2026, 1, 8, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("received_at", ["2026-07-09T10:06:00Z", "2027-07-08T16:30", "0206-07-08T16:30"])
def test_a_date_in_the_future_or_in_another_age_is_refused(received_at: str):
    with pytest.raises(Unreadable, match="received_at"):
        NOTES.receive(note(received_at=received_at), NOW)


def test_a_clock_a_little_fast_is_forgiven_and_never_ahead_of_ours():
    assert read(note(received_at=(NOW + timedelta(minutes=4)).isoformat())).received_at == NOW


@pytest.mark.parametrize(
    ("changes", "sender"),
    [
        ({"source": "counter"}, Address(kind=AddressKind.EMAIL, value="ann@example.org")),
        ({"source": "staff", "email": None}, Address(kind=AddressKind.PHONE, value="+447700900123")),
        ({"phone": "withheld"}, Address(kind=AddressKind.EMAIL, value="ann@example.org")),
        ({"phone": "withheld", "email": None}, NO_ADDRESS),
    ],
)
def test_the_sender_is_the_best_address_that_was_given(changes: dict[str, Any], sender: Address):
    assert read(note(**changes)).sender == sender


def test_the_same_note_twice_has_the_same_id_and_a_given_id_is_kept():
    assert read(note()).provider_id == read(note()).provider_id
    assert read(note()).provider_id != read(note(text="Something else")).provider_id
    assert read(note()).provider_id != read(note(received_at="2026-07-08T17:00:00+01:00")).provider_id
    assert read(note(provider_id="call-77")).provider_id == "call-77"


def test_a_scan_comes_with_the_note():
    scan = {"name": "../letter.pdf", "content_type": "application/pdf", "content": base64.b64encode(b"%PDF").decode()}
    message = read(note(source="letter", text="", attachments=[scan]))
    (attachment,) = message.attachments
    assert (attachment.name, attachment.content) == ("letter.pdf", b"%PDF")


def test_the_words_of_a_text_file_come_with_the_note():
    content = base64.b64encode(b"There is a smell of gas.").decode()
    message = read(note(attachments=[{"name": "letter.txt", "content_type": "text/plain", "content": content}]))
    assert message.attachment_texts == ("There is a smell of gas.",)


def test_a_form_with_the_same_names_is_read_too():
    body = b"source=counter&received_at=2026-07-08T16:30&noted_by=Bob&text=Came+in+about+the+lift&name=Ann"
    message = read(raw(body, kind="application/x-www-form-urlencoded"))
    assert message.text == "Came in about the lift"
    assert message.received_at == datetime(2026, 7, 8, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", "\u00e9"])
def test_a_missing_or_wrong_token_is_refused(token: str):
    with pytest.raises(BadSignature):
        NOTES.receive(note(token=token), NOW)


def test_a_request_without_any_token_is_refused():
    with pytest.raises(BadSignature):
        NOTES.receive(note().model_copy(update={"headers": ()}), NOW)


def test_the_token_before_the_last_change_still_works():
    changed = build("cestria", "notes", Settings(token="the-next-random-word", previous_token=TOKEN))
    assert changed.receive(note(), NOW).messages


@pytest.mark.parametrize(
    "request_",
    [
        raw(b""),
        raw(b"\xff"),
        raw(b"[" * 100_000),
        raw(b"[1]"),
        raw(b"null"),
        note(source="pigeon"),
        note(received_at="yesterday"),
        note(noted_by=""),
        note(unknown="field"),
        note(text=""),
        note(attachments=[{"name": "a", "content": "!!"}]),
        raw(b"x", kind="multipart/form-data"),
    ],
)
def test_a_note_that_cannot_be_read_says_why_without_its_words(request_: WebRequest):
    with pytest.raises(Unreadable) as caught:
        NOTES.receive(request_, NOW)
    assert "boiler" not in str(caught.value)
    assert "pigeon" not in str(caught.value)


def test_neither_token_nor_words_are_logged_or_shown(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        read(note())
    assert TOKEN not in caplog.text + repr(Settings(token=TOKEN))
    assert "boiler" not in caplog.text
