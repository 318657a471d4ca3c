"""Mails that answer ours: by header, by reference, by machine, and returned by mail systems of many makes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from tests.e2e.mail_shapes import Letter, encoded, headers, part, parts

PLAIN = "text/plain; charset=utf-8"
_REFERENCE = re.compile(r"[A-Z]{3}-\d\d-\d{5,6}[0-9A-HJKMNP-TV-Z]")


@dataclass(frozen=True, kw_only=True)
class Ours:
    """A mail of ours as a tenant's program sees it."""

    message_id: str
    """With its brackets."""
    subject: str
    reference: str
    body: str
    to: str


def ours(mail: Message) -> Ours:
    """What an answering program takes from a mail of ours, whose subject must name its one reference."""
    payload = mail.get_payload(decode=True)
    body = payload.decode() if isinstance(payload, bytes) else ""
    subject = str(make_header(decode_header(str(mail["Subject"]))))
    found = set(_REFERENCE.findall(subject))
    if len(found) != 1:
        raise AssertionError(f"an acknowledgement with {len(found)} references")
    return Ours(
        message_id=str(mail["Message-ID"]),
        subject=subject,
        reference=found.pop(),
        body=body,
        to=parseaddr(str(mail["To"]))[1],
    )


Answer = Callable[[Letter, Ours], bytes]
"""A letter that answers a mail of ours, as bytes; its subject is replaced where the shape says so."""


def _quoted(mail: Ours) -> str:
    return "\n".join(f"> {line}" for line in mail.body.splitlines())


def _answer(letter: Letter, body: str, *lines: str, subject: str) -> bytes:
    """A plain mail with this subject and these further headers."""
    head = headers(letter, f"Subject: {subject}", f"Content-Type: {PLAIN}", *lines, leave_out=("Subject",))
    return head + b"\r\n" + encoded(body.encode(), "8bit")


# By In-Reply-To


def by_header_over_the_quote(letter: Letter, mail: Ours) -> bytes:
    body = f"{letter.body}\n\nOn Mon, 2 Nov 2026 at 09:00, Complaints <{letter.to}> wrote:\n{_quoted(mail)}\n"
    return _answer(letter, body, f"In-Reply-To: {mail.message_id}", subject=f"Re: {mail.subject}")


def by_header_without_a_quote(letter: Letter, mail: Ours) -> bytes:
    return _answer(letter, letter.body, f"In-Reply-To: {mail.message_id}", subject="one more thing")


def by_header_under_the_quote(letter: Letter, mail: Ours) -> bytes:
    body = f"On 02/11/2026 09:00, Complaints wrote:\n{_quoted(mail)}\n\n{letter.body}\n"
    return _answer(letter, body, f"In-Reply-To: {mail.message_id}", subject="AW: Ihre Nachricht")


def by_header_as_html(letter: Letter, mail: Ours) -> bytes:
    page = f"<div>{letter.body}</div><div class='gmail_quote'><blockquote>{mail.body}</blockquote></div>"
    lines = (f"In-Reply-To: {mail.message_id}", "Content-Type: text/html; charset=utf-8", "Subject: Re: your mail")
    return headers(letter, *lines, leave_out=("Subject",)) + b"\r\n" + page.encode()


def by_header_with_a_comment(letter: Letter, mail: Ours) -> bytes:
    line = f"In-Reply-To: Your message of Monday <{letter.to}>\r\n {mail.message_id} (the answer)"
    return _answer(letter, letter.body, line, subject="")


# By References only


def by_last_reference(letter: Letter, mail: Ours) -> bytes:
    line = f"References: <older@example.org>\r\n <old@example.org>\r\n {mail.message_id}"
    return _answer(letter, f"{letter.body}\n\n{_quoted(mail)}", line, subject="Re: hello again")


def by_first_of_references(letter: Letter, mail: Ours) -> bytes:
    return _answer(letter, letter.body, f"References: {mail.message_id} <lost@example.org>", subject="some news")


def by_one_reference_beside_a_foreign_header(letter: Letter, mail: Ours) -> bytes:
    lines = ("In-Reply-To: <not-ours@example.org>", f"References: <x@example.org>{mail.message_id}")
    return _answer(letter, letter.body, *lines, subject="Fwd: Re: that matter")


# By the reference in the subject only


def by_subject(letter: Letter, mail: Ours) -> bytes:
    return _answer(
        letter, letter.body, subject=f"Re: {mail.subject}" if mail.reference in mail.subject else mail.reference
    )


def by_reference_in_small_letters(letter: Letter, mail: Ours) -> bytes:
    return _answer(letter, letter.body, subject=f"about {mail.reference.lower()} please")


def by_reference_with_blanks(letter: Letter, mail: Ours) -> bytes:
    return _answer(letter, letter.body, subject=f"ref. {mail.reference.replace('-', '  ')}")


def by_reference_without_dashes(letter: Letter, mail: Ours) -> bytes:
    return _answer(letter, letter.body, subject=f"({mail.reference.replace('-', '')})")


def by_reference_in_an_encoded_subject(letter: Letter, mail: Ours) -> bytes:
    words = f"Más: {mail.reference}".encode().hex("=").upper()
    return _answer(letter, letter.body, subject=f"=?utf-8?Q?={words}?=")


def by_reference_with_letters_for_digits(letter: Letter, mail: Ours) -> bytes:
    prefix, year, number = mail.reference.split("-")
    digits, check = number[:-1], number[-1]
    return _answer(letter, letter.body, subject=f"{prefix}-{year}-{digits.replace('0', 'O').replace('1', 'l')}{check}")


BY_HEADER: tuple[Answer, ...] = (
    by_header_over_the_quote, by_header_without_a_quote, by_header_under_the_quote, by_header_as_html,
    by_header_with_a_comment,
)  # fmt: skip
BY_REFERENCES: tuple[Answer, ...] = (
    by_last_reference, by_first_of_references, by_one_reference_beside_a_foreign_header,
)  # fmt: skip
BY_SUBJECT: tuple[Answer, ...] = (
    by_subject, by_reference_in_small_letters, by_reference_with_blanks, by_reference_without_dashes,
    by_reference_in_an_encoded_subject, by_reference_with_letters_for_digits,
)  # fmt: skip


# Answered by a machine: the letter's body is not used but for its marker

_AWAY = "I am on annual leave until Monday 16 November and will read my mail when I am back."


def _away(letter: Letter, mail: Ours, *lines: str, subject: str, body: str = _AWAY) -> bytes:
    threaded = (f"In-Reply-To: {mail.message_id}", f"References: {mail.message_id}")
    return _answer(letter, f"{body}\n\n{letter.name}", *threaded, *lines, subject=subject)


def away_by_the_standard(letter: Letter, mail: Ours) -> bytes:
    return _away(letter, mail, "Auto-Submitted: auto-replied", subject=f"Auto: {mail.subject}")


def away_from_exchange(letter: Letter, mail: Ours) -> bytes:
    lines = ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "X-MS-Exchange-Inbox-Rules-Loop: x")
    return _away(letter, mail, *lines, subject=f"Automatic reply: {mail.subject}")


def away_from_an_old_vacation_program(letter: Letter, mail: Ours) -> bytes:
    return _away(letter, mail, "Precedence: junk", "X-Autoreply: yes", subject="Re: your mail")


def away_with_autorespond(letter: Letter, mail: Ours) -> bytes:
    return _away(letter, mail, "X-Autorespond: away", "Precedence: auto_reply", subject="Thank you for your message")


def away_with_null_path(letter: Letter, mail: Ours) -> bytes:
    return b"Return-Path: <>\r\n" + _away(letter, mail, subject=f"Out of office: {mail.subject}")


def away_without_a_header(letter: Letter, mail: Ours) -> bytes:
    return _away(letter, mail, subject=f"Out of Office: {mail.subject}")


def away_without_a_header_or_thread(letter: Letter, mail: Ours) -> bytes:
    return _answer(letter, f"{_AWAY}\n\n{letter.name}", subject=f"Automatic reply: {mail.subject}")


def away_in_german(letter: Letter, mail: Ours) -> bytes:
    words = "Ich bin bis zum 16. November nicht im Büro und lese Ihre Nachricht danach."
    return _away(letter, mail, "Auto-Submitted: auto-replied (vacation)", subject="Abwesenheitsnotiz", body=words)


def read_receipt(letter: Letter, mail: Ours) -> bytes:
    words = part(PLAIN, b"Your message was displayed on Monday.")
    status = (
        f"Reporting-UA: mail.example; Reader 1.0\r\nFinal-Recipient: rfc822;{letter.sender}\r\n"
        f"Original-Message-ID: {mail.message_id}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
    )
    body = parts("report; report-type=disposition-notification", "mdn", words,
                 part("message/disposition-notification", status.encode(), "7bit"))  # fmt: skip
    return headers(letter, f"Subject: Read: {mail.subject}", leave_out=("Subject",)) + body


def calendar_answer(letter: Letter, mail: Ours) -> bytes:
    event = (
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE;PARTSTAT=DECLINED:mailto:t@example.org\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    lines = ("Subject: Declined: visit 3 pm", f"In-Reply-To: {mail.message_id}")
    return headers(letter, *lines, leave_out=("Subject",)) + part("text/calendar; method=REPLY", event, "7bit")


AWAY: tuple[Answer, ...] = (
    away_by_the_standard, away_from_exchange, away_from_an_old_vacation_program, away_with_autorespond,
    away_with_null_path, away_without_a_header, away_without_a_header_or_thread, away_in_german, read_receipt,
    calendar_answer,
)  # fmt: skip
