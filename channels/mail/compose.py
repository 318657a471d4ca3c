"""Our own mails as MIME. No value can add a header: line ends in any of them become spaces."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Final

from channels.mail.automatic import SENT_AS_HEADER
from domain.subjects import without_answer_marks

_BREAKS: Final = re.compile(r"[\r\n\x00-\x1f\x7f\u0085\u2028\u2029]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,64}@[A-Za-z0-9.-]{1,253}")
_ID: Final = re.compile(r"[!-;=?-~]{1,900}")
_UTF_8: Final = Charset("utf-8")
_UTF_8.body_encoding = QP  # base64, the standard library's choice, is what spam filters look twice at
_CONTENT: Final = (
    'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
)
_SHORT_SUBJECT: Final = 76 - len("Subject: ")
"""What stands on one line."""
_MOST_REFERENCES: Final = 20
"""The first and the last nineteen: enough for every mail program to find the thread (RFC 5322 section 3.6.4)."""


def compose(
    *,
    from_address: str,
    to_address: str,
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    from_name: str = "",
    to_name: str = "",
    reply_to: str | None = None,
    reference: str | None = None,
    in_reply_to: str | None = None,
    references: Iterable[str] = (),
    automatic: str | None = "auto-replied",
    language: str | None = None,
) -> bytes:
    """A plain-text mail in UTF-8, CRLF line ends, ready for SMTP.

    ``message_id``, ``in_reply_to``, ``references``: with or without angle brackets. ``reference``: the case's, put once
    in front of the subject as ``[REF]``, after one "Re:" where this answers a mail. ``automatic``: ``auto-replied``,
    ``auto-generated`` (RFC 3834 section 3.1.7), or None when a person wrote it: such mail asks nobody to keep silent.

    Raises:
        ValueError: an address or the Message-ID is not one; never because of anything else in the values.
    """
    own_id = _message_id(message_id)
    headers = [("From", _mailbox(from_name, from_address)), ("To", _mailbox(to_name, to_address))]
    if reply_to:
        headers.append(("Reply-To", _mailbox("", reply_to)))
    headers += [
        ("Subject", _encoded(subject_line(subject, reference=reference, answers=in_reply_to is not None))),
        ("Date", format_datetime(date)),
        ("Message-ID", own_id),
        *_thread(in_reply_to, references),
        (SENT_AS_HEADER, own_id),
        *_manners(automatic),
    ]
    if language and _LANGUAGE.fullmatch(language):
        headers.append(("Content-Language", language))
    head = "".join([f"{name}: {_folded(value)}\r\n" for name, value in headers])
    body = _UTF_8.body_encode(_body(text)).replace("\n", "\r\n")
    return f"{head}{_CONTENT}\r\n{body}".encode("ascii")


def subject_line(subject: str, *, reference: str | None, answers: bool) -> str:
    """``Re: [REF] Subject`` with each mark once, however often it stood there; at most 200 code points of subject."""
    bare = _one_line(subject)
    if reference:
        bare = _without_mark(bare, _one_line(reference))
    started = without_answer_marks(bare) != bare
    bare = without_answer_marks(bare)
    marked = f"[{_one_line(reference)}] {bare[:200]}" if reference else bare[:200]
    return f"Re: {marked}".strip() if answers or started else marked.strip()


def _without_mark(subject: str, reference: str) -> str:
    if subject.isascii() and reference.isascii() and reference.lower() not in subject.lower():
        return subject  # as most are; to compile the pattern costs more than all the rest of the mail
    mark = re.compile(rf"\[?{re.escape(reference)}\]?", re.IGNORECASE)
    return " ".join(mark.sub(" ", subject).split())


def _thread(in_reply_to: str | None, references: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Ids of others that are no ids are left out rather than refused."""
    answered = _id_or_none(in_reply_to)
    if answered:
        yield "In-Reply-To", answered
    chain = [one for one in map(_id_or_none, references) if one]
    if answered and answered not in chain:
        chain.append(answered)
    if len(chain) > _MOST_REFERENCES:
        chain = [chain[0], *chain[1 - _MOST_REFERENCES :]]
    if chain:
        yield "References", "\n".join(chain)


def _manners(automatic: str | None) -> Iterator[tuple[str, str]]:
    if automatic is not None:
        yield "Auto-Submitted", "auto-generated" if automatic == "auto-generated" else "auto-replied"
        yield "X-Auto-Response-Suppress", "All"
        yield "Precedence", "auto_reply"


def _folded(value: str) -> str:
    """What stood on several lines, each but the first after a space, so that none of them is a header."""
    return "\r\n ".join([line.lstrip(" ") for line in value.split("\n")]) if "\n" in value else value


def _one_line(value: str) -> str:
    return " ".join(_BREAKS.sub(" ", value).split())


def _encoded(value: str) -> str:
    """RFC 2047 where it is not ASCII, folded at 76."""
    if value.isascii() and len(value) <= _SHORT_SUBJECT:
        return value
    clean = value.encode("utf-8", "replace").decode()
    return Header(clean, "us-ascii" if clean.isascii() else "utf-8", maxlinelen=76, header_name="Subject").encode()


def _mailbox(name: str, address: str) -> str:
    bare = address.strip()
    if _ADDRESS.fullmatch(bare) is None or not bare.isascii():
        raise ValueError("not an address that a mail can be sent to")
    clean = _one_line(name)[:100].encode("utf-8", "replace").decode()
    if clean.isascii():
        return formataddr((clean, bare))
    return f"{Header(clean, 'utf-8', maxlinelen=70).encode()} <{bare}>"


def _message_id(value: str) -> str:
    found = _id_or_none(value)
    if found is None:
        raise ValueError("not a Message-ID")
    return found


def _id_or_none(value: str | None) -> str | None:
    bare = (value or "").strip().removeprefix("<").removesuffix(">")
    return f"<{bare}>" if _ID.fullmatch(bare) and "@" in bare else None


def _body(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return lines.encode("utf-8", "replace").decode().rstrip("\n") + "\n"
