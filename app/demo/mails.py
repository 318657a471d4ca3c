"""The demo's mails, built as real programs build them: with a photo, forwarded, answered by a machine, returned."""

import struct
import zlib
from datetime import datetime
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid

from app.demo.cast import Scene


def small_picture() -> bytes:
    """A valid PNG of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    )


def build_mail(scene: Scene, *, to: str, words: str, answered: Message | None, now: datetime) -> bytes:
    """The raw mail of a scene; ``answered`` is the mail of ours that it answers or returns."""
    if scene.shape == "bounce":
        return _bounce(scene, to=to, answered=answered, now=now).as_bytes()
    mail = EmailMessage()
    mail["From"] = f"{scene.name} <{scene.sender}>" if scene.name else scene.sender
    mail["To"] = to
    mail["Subject"] = scene.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=scene.sender.partition("@")[2])
    body = words
    if scene.shape == "forward":
        body += (
            "\n\n---------- Forwarded message ---------\nFrom: Gwilym Protheroe <gwilym.protheroe@example.org>\n"
            "Subject: Front door\n\nDear Councillor,\n\nMy front door was forced on the 3rd. A board was screwed over "
            "it that night and nothing has been done since, though I rang twice. I am 79 and I am not happy.\n\n"
            "Gwilym Protheroe, 41 Thistledown Avenue"
        )
    if scene.shape == "out_of_office":
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    if answered is not None and scene.shape != "wrong_reference":
        mail["In-Reply-To"] = answered["Message-ID"]
        mail["References"] = answered["Message-ID"]
    mail.set_content(body)
    if scene.photo:
        mail.add_attachment(small_picture(), maintype="image", subtype="png", filename="wall.png")
    return mail.as_bytes()


def _bounce(scene: Scene, *, to: str, answered: Message | None, now: datetime) -> Message:
    """A delivery report of RFC 3464 with our mail's headers inside."""
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["From"] = f"Mail Delivery System <{scene.sender}>"
    report["To"] = to
    report["Return-Path"] = "<>"
    report["Subject"] = scene.subject
    report["Date"] = format_datetime(now)
    report["Auto-Submitted"] = "auto-replied"
    report["Message-ID"] = make_msgid(domain="example.org")
    report.attach(MIMEText(scene.words))
    recipient = str(answered["To"]) if answered is not None else "nobody@example.org"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload(
        [
            _headers({"Reporting-MTA": "dns; mx.example.org"}),
            _headers(
                {
                    "Final-Recipient": f"rfc822; {recipient}",
                    "Action": "failed",
                    "Status": "5.1.1",
                    "Diagnostic-Code": "smtp; 550 5.1.1 User unknown",
                }
            ),
        ]
    )
    report.attach(status)
    if answered is not None:
        original = Message()
        for header in ("From", "To", "Subject", "Message-ID"):
            original[header] = answered[header]
        report.attach(MIMEMessage(original))
    return report


def _headers(fields: dict[str, str]) -> Message:
    block = Message()
    for name, value in fields.items():
        block[name] = value
    return block
