"""The public form: no login, every word kept, a double click counted once."""

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from channels.web_form import Settings, WebForm, build
from domain.errors import BadSignature
from domain.messages import NO_ADDRESS, Address, AddressKind, WebRequest

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
SECRET = "a-long-random-word"
FORM = build("cestria", "web", Settings(secret=SECRET))
BOUNDARY = "----tenantline7MA4YWxk"
FIELDS = {
    "name": "Ann Smith",
    "phone": "07700 900123",
    "email": "Ann.Smith@Example.org",
    "address": "2 Low Row, Durham",
    "message": "The lift is broken again.\r\nI am not happy.",
    "kind": "complaint",
    "on_behalf_of": "my mother",
    "relationship": "daughter",
    "language": "cy",
    "preferred": "letter",
    "adjustments": "large print",
}


def posted(fields: dict[str, str]) -> WebRequest:
    return WebRequest(
        url="https://landlord.example/feedback/cestria",
        headers=(("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),),
        body=urlencode(fields).encode(),
    )


def posted_with_files(fields: dict[str, str], *files: tuple[str, str, bytes]) -> WebRequest:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, kind, content in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachments"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
    return WebRequest(
        url="https://landlord.example/feedback/cestria",
        headers=(("content-type", f"multipart/form-data; boundary={BOUNDARY}"),),
        body=b"".join(parts) + f"--{BOUNDARY}--\r\n".encode(),
    )


def token(form: WebForm = FORM, at: datetime = NOW, form_id: str = "form-0001") -> str:
    return form.new_token(form_id, at)


def test_a_form_becomes_a_message_with_everything_that_was_filled_in():
    (message,) = FORM.receive(posted({**FIELDS, "token": token()}), NOW).messages
    assert message.sender == Address(kind=AddressKind.EMAIL, value="ann.smith@example.org")
    assert message.sender_name == "Ann Smith"
    assert message.text == "The lift is broken again.\nI am not happy."
    assert message.received_at == NOW
    assert message.form == {
        **{name: FIELDS[name] for name in FIELDS if name not in {"message", "kind"}},
        "kind_chosen": "complaint",
    }
    assert message.raw_type == "application/x-www-form-urlencoded"
    assert not message.marks.spam


def test_a_multipart_form_with_a_photo_carries_the_photo():
    request = posted_with_files(
        {**FIELDS, "token": token()}, ("C:\\photos\\mould.jpg", "image/jpeg", b"\xff\xd8\r\n--x\xff"), ("", "a/b", b"")
    )
    (message,) = FORM.receive(request, NOW).messages
    (photo,) = message.attachments
    assert (photo.name, photo.content_type, photo.content) == ("mould.jpg", "image/jpeg", b"\xff\xd8\r\n--x\xff")
    assert photo.size == 8


def test_the_words_of_text_files_come_with_the_form():
    letter = ("letter.txt", "text/plain", b"There is a smell of gas.")
    request = posted_with_files({**FIELDS, "token": token()}, letter, ("wall.jpg", "image/jpeg", b"\xff\xd8\xff"))
    (message,) = FORM.receive(request, NOW).messages
    assert message.attachment_texts == ("There is a smell of gas.",)
    assert len(message.attachments) == 2


def test_a_double_click_has_the_same_provider_id():
    request = posted({**FIELDS, "token": token()})
    first = FORM.receive(request, NOW).messages[0]
    second = FORM.receive(request, NOW + timedelta(seconds=1)).messages[0]
    assert first.provider_id == second.provider_id
    assert first.content_hash == second.content_hash


def test_words_changed_after_going_back_are_another_message():
    first = FORM.receive(posted({**FIELDS, "token": token()}), NOW).messages[0]
    changed = FORM.receive(posted({**FIELDS, "message": "And I smell gas", "token": token()}), NOW).messages[0]
    assert first.provider_id != changed.provider_id


def test_another_page_is_another_message_even_with_the_same_words():
    first = FORM.receive(posted({**FIELDS, "token": token(form_id="form-0001")}), NOW).messages[0]
    second = FORM.receive(posted({**FIELDS, "token": token(form_id="form-0002")}), NOW).messages[0]
    assert first.provider_id != second.provider_id


@pytest.mark.parametrize(
    ("email", "phone", "sender"),
    [
        ("", "07700 900123", Address(kind=AddressKind.PHONE, value="+447700900123")),
        ("not an address", "07700 900123", Address(kind=AddressKind.PHONE, value="+447700900123")),
        ("", "", NO_ADDRESS),
        ("nonsense", "nonsense", NO_ADDRESS),
    ],
)
def test_an_address_that_cannot_be_read_never_stops_a_form(email: str, phone: str, sender: Address):
    (message,) = FORM.receive(posted({**FIELDS, "email": email, "phone": phone, "token": token()}), NOW).messages
    assert message.sender == sender
    assert message.form.get("email", "") == email


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "form-0001.1.abc",
        token()[:-1] + ("0" if token()[-1] != "0" else "1"),
        token(at=NOW - timedelta(hours=25)),
        token(at=NOW + timedelta(hours=1)),
        token(build("cestria", "web", Settings(secret="another-random-word"))),
        token(build("group", "web", Settings(secret=SECRET))),
        "\u0661" * 20,
    ],
)
def test_a_missing_wrong_or_old_token_is_refused(bad: str):
    with pytest.raises(BadSignature):
        FORM.receive(posted({**FIELDS, "token": bad}), NOW)


def test_a_page_opened_before_the_secret_changed_still_works():
    changed = build("cestria", "web", Settings(secret="the-next-random-word", previous_secret=SECRET))
    assert changed.receive(posted({**FIELDS, "token": token()}), NOW).messages


@pytest.mark.parametrize(
    "request_",
    [
        WebRequest(url="https://x.example/", headers=(("content-type", "application/json"),), body=b"{}"),
        WebRequest(url="https://x.example/", headers=(), body=b""),
        WebRequest(url="https://x.example/", headers=(("content-type", "multipart/form-data"),), body=b"--x"),
        posted_with_files({"token": token()}).model_copy(update={"body": b"--" + BOUNDARY.encode() + b"\r\nrubbish"}),
    ],
)
def test_what_is_no_form_is_refused_since_nobody_signed_it(request_: WebRequest):
    with pytest.raises(BadSignature):
        FORM.receive(request_, NOW)


def test_a_form_cut_short_is_refused():
    whole = posted_with_files({**FIELDS, "token": token()}, ("a.txt", "text/plain", b"x" * 100))
    with pytest.raises(BadSignature, match="too early"):
        FORM.receive(whole.model_copy(update={"body": whole.body[:-80]}), NOW)


def test_a_filled_honeypot_marks_the_message_and_keeps_it():
    (message,) = FORM.receive(posted({**FIELDS, "website": "http://x.example", "token": token()}), NOW).messages
    assert message.marks.spam
    assert message.marks.reasons == ("honeypot",)
    assert message.text


def test_situation_180_attachments_over_the_limits_are_counted_and_the_words_kept():
    small = build("cestria", "web", Settings(secret=SECRET, max_file_bytes=2**10, max_files=1))
    files = [(f"{n}.jpg", "image/jpeg", b"x" * size) for n, size in enumerate((100, 2000, 200))]
    request = posted_with_files({**FIELDS, "token": small.new_token("form-0001", NOW)}, *files)
    (message,) = small.receive(request, NOW).messages
    assert [each.name for each in message.attachments] == ["0.jpg"]
    assert message.marks.reasons == ("attachments_left_out:2",)
    assert message.text
    assert message.raw == request.body


def test_situation_199_any_character_may_be_written():
    words = "\u202e\u0627\u200d👩‍👧 Ŵyr\x00\ud7ff"
    (message,) = FORM.receive(posted({**FIELDS, "message": words, "token": token()}), NOW).messages
    assert message.text == words.replace("\x00", "\ufffd")
    broken = posted({"token": token()}).model_copy(
        update={"body": urlencode({"token": token()}).encode() + b"&message=%ff%C3%28"}
    )
    assert FORM.receive(broken, NOW).messages[0].text == "\ufffd\ufffd("


def test_choices_that_the_page_does_not_offer_are_not_taken():
    fields = {**FIELDS, "kind": "=1+1", "preferred": "pigeon", "language": "../x", "token": token()}
    (message,) = FORM.receive(posted(fields), NOW).messages
    assert message.form["kind_chosen"] == "unsure"
    assert "preferred" not in message.form
    assert "language" not in message.form


def test_neither_secret_nor_words_are_logged_or_shown(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        received = FORM.receive(posted_with_files({**FIELDS, "token": token()}), NOW)
        with pytest.raises(BadSignature) as caught:
            FORM.receive(posted({**FIELDS, "token": "wrong"}), NOW)
    for text in (caplog.text, str(caught.value), repr(Settings(secret=SECRET))):
        assert SECRET not in text
        assert "lift" not in text
        assert "900123" not in text
    assert received.messages
