"""From a mail's bytes to the message and the reports that the inside knows."""

from datetime import UTC, datetime

import pytest

from channels.email_imap import Settings, build
from channels.mail.incoming import MailReader
from domain.messages import NO_ADDRESS, Address, AddressKind, DeliveryState, Received

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
CHANNEL = build(
    "cestria",
    "mail",
    Settings(
        address="complaints@landlord.example", bounce_domain="bounce.landlord.example", authentication_server="mx.ours"
    ),
)
DSN = """From: MAILER-DAEMON@mx.example.org
To: {to}
Return-Path: <>
Subject: Undelivered Mail
Message-ID: <dsn@mx.example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

{inner}Subject: Your complaint

The whole complaint
--b--
"""


def read(mail: str) -> Received:
    return CHANNEL.message_from_mail(mail.replace("\n", "\r\n").encode(), NOW, "17/3")


def a_dsn(
    to: str = "complaints@landlord.example", action: str = "failed", status: str = "5.1.1", inner: str = ""
) -> str:
    return DSN.format(to=to, action=action, status=status, inner=inner)


def test_a_mail_keeps_everything_and_is_dated_by_our_server():
    (message,) = read(
        'From: "Ann Smith" <Ann@Example.ORG>\nTo: complaints@landlord.example\nCc: mp@parliament.uk\n'
        "Delivered-To: complaints@landlord.example\nReply-To: other@example.org\nSubject: Lift\n"
        "Date: Thu, 01 Jan 1970 00:00:00 +0000\nMessage-ID: <m1@example.org>\n\nBroken again\n"
    ).messages
    assert message.sender == Address(kind=AddressKind.EMAIL, value="ann@example.org")
    assert message.sender_name == "Ann Smith"
    assert message.reply_to == Address(kind=AddressKind.EMAIL, value="other@example.org")  # situation 172: evidence
    assert message.recipients == ("complaints@landlord.example", "mp@parliament.uk")
    assert message.received_at == NOW  # situation 188: the Date header is evidence only
    assert message.sent_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert (message.message_id, message.provider_id) == ("m1@example.org", "17/3")
    assert message.raw_type == "message/rfc822"


def test_what_it_answers_is_named_nearest_first_and_the_return_address_last():
    (message,) = read(
        "From: ann@example.org\nTo: bounces+ACK.o1@bounce.landlord.example\nIn-Reply-To: <c@x.example>\n"
        "References: <a@x.example> <b@x.example> <c@x.example>\n\nWords\n"
    ).messages
    assert message.in_reply_to == ("c@x.example", "b@x.example", "a@x.example", "ack.o1@landlord.example")


def test_situation_162_a_bounce_is_a_message_and_a_report():
    received = read(a_dsn(inner="Message-ID: <ack.o1@landlord.example>\n"))
    (message,), (report,) = received.messages, received.reports
    assert message.marks.bounce
    assert message.marks.suppress_answer
    assert report.message_id == report.provider_id == "ack.o1@landlord.example"
    assert (report.state, report.permanent, report.code) == (DeliveryState.FAILED, True, "5.1.1")
    assert report.recipient == "ann@example.org"
    assert report.at == NOW


def test_situation_163_a_delay_is_no_failure():
    (report,) = read(a_dsn(action="delayed", status="4.4.1", inner="Message-ID: <ack.o1@landlord.example>\n")).reports
    assert (report.state, report.permanent) == (DeliveryState.DELAYED, False)


def test_a_bounce_without_the_message_id_is_known_by_its_return_address():
    (report,) = read(a_dsn(to="bounces+ack.o1@bounce.landlord.example")).reports
    assert report.message_id == "ack.o1@landlord.example"


def test_situation_165_a_bounce_of_a_mail_that_names_nothing_of_ours_reports_on_nothing_of_ours():
    (report,) = read(a_dsn(inner="Message-ID: <spam@elsewhere.example>\n")).reports
    assert report.message_id == "spam@elsewhere.example"


def test_situation_187_a_read_receipt_is_evidence_that_it_was_displayed():
    received = read(
        "From: ann@example.org\nTo: complaints@landlord.example\nSubject: Read: x\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        "--b\n\nRead.\n--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; ann@example.org\nOriginal-Message-ID: <ack.o1@landlord.example>\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
    )
    (report,) = received.reports
    assert (report.state, report.message_id) == (DeliveryState.DISPLAYED, "ack.o1@landlord.example")
    assert received.messages[0].marks.read_receipt


@pytest.mark.parametrize(
    ("server", "result", "believed"),
    [
        ("mx.ours", "pass", "pass"),
        ("mx.ours", "fail", "fail"),
        ("mx.ours", "none", "none"),
        ("mx.theirs", "pass", "none"),
        ("mx.theirs", "fail", "fail"),
    ],
)
def test_only_our_own_server_is_believed_that_a_mail_is_genuine(server: str, result: str, believed: str | None):
    (message,) = read(f"Authentication-Results: {server}; dmarc={result}\nFrom: a@example.org\n\nWords\n").messages
    assert message.marks.authentication == believed


def test_a_mail_without_a_readable_sender_is_kept_without_one():
    (message,) = read("Subject: x\n\nWords\n").messages
    assert message.sender == NO_ADDRESS


def test_what_a_person_called_a_file_is_not_among_the_reasons():
    (message,) = read(
        "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee it\n--b\n"
        'Content-Type: application/ms-tnef; name="winmail.dat"\n'
        'Content-Disposition: attachment; filename="Ann Smith.dat"\n\nxx\n--b--\n'
    ).messages
    assert message.attachments
    assert not any("Ann" in reason for reason in message.marks.reasons)
    assert any(reason.startswith("attachment 1: ") for reason in message.marks.reasons)


def test_a_mail_that_breaks_the_reader_is_set_aside_with_its_bytes():
    reader = MailReader(landlord="", channel="mail", channel_kind="email_imap", domain="x", own_addresses=())
    (aside,) = reader.read(b"Subject: x\r\n\r\nWords", NOW, "17/3").set_aside
    assert aside.raw.endswith(b"Words")
    assert aside.provider_id == "17/3"
    assert "Words" not in aside.reason
