"""Delivery reports (RFC 3464), bounces in plain words, and read receipts (RFC 8098): what became of a mail of ours.

Reads only; whether a report is about a mail that we really sent (situation 165) is for whoever knows our Message-IDs.
"""

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from typing import Final

from channels.mail.headers import Headers, decode_text
from channels.mail.parsed import BounceReport, ReadReceipt, RecipientStatus
from channels.mail.transfer import undo
from domain.charsets import to_bytes

_ACTIONS: Final = frozenset(("failed", "delayed", "delivered", "relayed", "expanded"))
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE: Final = re.compile(r"(?<![\d.-])([45]\d\d)(?:[ -]|$)")
_MESSAGE_ID: Final = re.compile(r"^Message-I[dD]:[ \t]*\r?\n?[ \t]*<([^<>\s]{1,998})>", re.MULTILINE | re.IGNORECASE)
_SUBJECT: Final = re.compile(r"^Subject:[ \t]*([^\r\n]{1,500})", re.MULTILINE | re.IGNORECASE)
_ANGLED: Final = re.compile(
    r"^[ \t]*<?([^\s<>@:;,\"()]{1,64}@[A-Za-z0-9.-]{1,253})>?(?::?[ \t]*$|[ \t]+on[ \t]+\d)", re.MULTILINE
)
_NAMED: Final = re.compile(r"<([^\s<>@]{1,64}@[A-Za-z0-9.-]{1,253})>")
_VERP: Final = re.compile(r"^bounces?\+([^@\s]{1,64})@", re.IGNORECASE)
_COPY: Final = re.compile(
    r"^-{2,} ?(?:below this line is a copy|this is a copy of|original message|returned message"
    r"|the header of the original"
    r"|included is a copy|message header follows)|^original message headers:|^the original message",
    re.IGNORECASE | re.MULTILINE,
)
_FAILED_WORDS: Final = re.compile(
    r"qmail-send program|could not be delivered|couldn't be delivered|wasn't delivered|delivery has failed"
    r"|undeliverable"
    r"|undelivered mail|delivery to the following recipient|permanent(?:ly| fatal)? (?:error|failure|failed)"
    r"|did not reach the following recipient|returning message to sender|returned mail|mail delivery failed"
    r"|delivery status notification|user unknown|mailbox (?:is )?(?:full|unavailable)|address not found"
    r"|unable to deliver|no such user|nad oedd modd danfon|methwyd danfon",
    re.IGNORECASE,
)
_DELAY_WORDS: Final = re.compile(
    r"(?:has been|is|was) delayed|delivery (?:is )?delayed|has not (?:yet )?been delivered|warning message only"
    r"|still be retried|will be retried|will keep trying|not yet been delivered|delivery incomplete",
    re.IGNORECASE,
)
_REACH: Final = 30_000
"""Code points of a plain bounce that are looked at."""
_MOST: Final = 100
"""Recipients of one report that are kept."""


def verp_token(addresses: Iterable[str]) -> str | None:
    """The token of the first address of the shape ``bounces+TOKEN@``."""
    return next((match[1] for address in addresses if (match := _VERP.match(address))), None)


def read_report(parts: list[Message], *, text: str, addresses: Iterable[str]) -> BounceReport | None:
    """A formal delivery report from the parts of a multipart/report; None where it holds no status part."""
    status = next((part for part in parts if "delivery-status" in _type(part)), None)
    if status is None:
        return None
    blocks = _blocks(status)
    recipients = tuple(_recipient(block) for block in blocks if block.names() & {"action", "final-recipient", "status"})
    returned = _returned(parts)
    about = next((block for block in blocks if "reporting-mta" in block or "original-envelope-id" in block), None)
    return BounceReport(
        recipients=recipients[:_MOST] or _from_words(text),
        original_message_id=returned[0] if returned else _id_in(text),
        original_subject=returned[1] if returned else None,
        envelope_id=(about.text("original-envelope-id") or None) if about else None,
        verp_token=verp_token(addresses),
        reporting_mta=(_after_semicolon(about.text("reporting-mta")) or None) if about else None,
    )


def read_plain_bounce(
    headers: Headers, *, text: str, addresses: Iterable[str], from_system: bool
) -> BounceReport | None:
    """A bounce without a status part: X-Failed-Recipients, or set phrases in mail from a mail system; else None."""
    named = [mailbox.address for mailbox in headers.mailboxes("x-failed-recipients") if mailbox.address]
    if not (named or from_system):  # asked first: to look for the phrases cost half the reading of an ordinary mail
        return None
    words = f"{headers.text('subject')}\n{text[:_REACH]}"
    if not (named or _FAILED_WORDS.search(words) or _DELAY_WORDS.search(words)):
        return None
    recipients = _from_words(words, named)
    copy = _COPY.search(text[:_REACH])
    quoted = text[copy.end() : copy.end() + _REACH] if copy else text[:_REACH]
    subject = _SUBJECT.search(quoted)
    return BounceReport(
        recipients=recipients,
        original_message_id=_id_in(quoted) or next(iter(headers.message_ids("in-reply-to")), None),
        original_subject=decode_text(subject[1]) if subject and copy else None,
        verp_token=verp_token(addresses),
        formal=False,
    )


def read_receipt(parts: list[Message]) -> ReadReceipt | None:
    """A read receipt from the parts of a multipart/report; None where it holds no disposition part."""
    part = next((part for part in parts if "disposition-notification" in _type(part)), None)
    if part is None:
        return None
    block = _merged(_blocks(part))
    said = block.get("disposition", "").rpartition(";")[2].partition("/")[0].strip().lower()
    ids = block.get("original-message-id", "").strip(" <>")
    return ReadReceipt(
        disposition=said[:40] or "displayed",
        original_message_id=ids or None,
        final_recipient=_after_semicolon(block.get("final-recipient", "")),
    )


def _type(part: Message) -> str:
    return next((str(value).lower() for name, value in part.raw_items() if name.lower() == "content-type"), "")


def _blocks(part: Message) -> list[Headers]:
    """The groups of fields of a status part; ``email`` parses them as headers, unless they were transfer-encoded."""
    payload = part.get_payload()
    if isinstance(payload, list):
        parsed = [Headers(block) for block in payload[: _MOST + 1] if isinstance(block, Message)]
        if any(block.items for block in parsed):
            return parsed
        rest = "\n".join(str(block.get_payload()) for block in payload[: _MOST + 1] if isinstance(block, Message))
        data = undo(to_bytes(rest), Headers(part).text("content-transfer-encoding"))[0]
    else:
        whole = part.get_payload(decode=True)
        data = whole if isinstance(whole, bytes) else b""
    blocks = []
    for group in re.split(rb"\r?\n[ \t]*\r?\n", data[:200_000])[: _MOST + 1]:
        block = Message()
        for line in re.sub(rb"\r?\n[ \t]+", b" ", group).splitlines():
            name, colon, value = line.decode("utf-8", "replace").partition(":")
            if colon:
                block[name.strip()] = value.strip()
        blocks.append(Headers(block))
    return blocks


def _merged(blocks: list[Headers]) -> dict[str, str]:
    return {name.lower(): decode_text(value) for block in reversed(blocks) for name, value in block.items}


def _recipient(block: Headers) -> RecipientStatus:
    status = _STATUS.search(block.text("status"))
    action = block.token("action")
    code = status[1] if status else ""
    if action not in _ACTIONS:
        action = {"4": "delayed", "2": "delivered"}.get(code[:1], "failed")
    return RecipientStatus(
        action=action,
        status=code,
        final_recipient=_after_semicolon(block.text("final-recipient")),
        original_recipient=_after_semicolon(block.text("original-recipient")),
        diagnostic=_after_semicolon(block.text("diagnostic-code"))[:500],
    )


def _after_semicolon(value: str) -> str:
    """``rfc822; ann@example.org`` without its type and angle brackets."""
    return (value.partition(";")[2] or value).strip(" <>")


def _returned(parts: list[Message]) -> tuple[str | None, str | None] | None:
    """Message-ID and Subject of the mail that came back, whole or as headers only."""
    for headers in _returned_headers(parts):
        ids = headers.message_ids("message-id")
        subject = headers.text("subject")
        if ids or subject:
            return (ids[0] if ids else None), subject or None
    return None


def _returned_headers(parts: list[Message]) -> Iterator[Headers]:
    for part in parts[1:]:
        kind = _type(part)
        payload = part.get_payload()
        if isinstance(payload, list) and payload and isinstance(payload[0], Message) and "message/rfc822" in kind:
            yield Headers(payload[0])
        elif "rfc822-headers" in kind or "message/rfc822" in kind:
            whole = part.get_payload(decode=True)
            text = (whole if isinstance(whole, bytes) else b"")[:_REACH].decode("utf-8", "replace")
            block = Message()
            for name, pattern in (("message-id", _MESSAGE_ID), ("subject", _SUBJECT)):
                match = pattern.search(text)
                if match:
                    block[name] = f"<{match[1]}>" if name == "message-id" else match[1]
            yield Headers(block)


def _id_in(text: str) -> str | None:
    match = _MESSAGE_ID.search(text[:_REACH])
    return match[1] if match else None


def _from_words(text: str, named: Iterable[str] = ()) -> tuple[RecipientStatus, ...]:
    """Recipients and status from a bounce in plain words, the copy of our own mail below it left out."""
    copy = _COPY.search(text)
    words = text[: copy.start()] if copy else text[:_REACH]
    status = _STATUS.search(words)
    reply = _REPLY_CODE.search(words)
    code = status[1] if status else ""
    temporary = (code or (reply[1] if reply else "")).startswith("4") or (
        not code and not reply and _DELAY_WORDS.search(words) is not None
    )
    action = "delayed" if _DELAY_WORDS.search(words) and not code.startswith("5") else "failed"
    addresses = list(dict.fromkeys([*named, *_ANGLED.findall(words)])) or list(dict.fromkeys(_NAMED.findall(words)))[:1]
    return tuple(
        RecipientStatus(
            action=action,
            status=code or ("4.0.0" if temporary else ""),
            final_recipient=address.rstrip("."),
            diagnostic="",
        )
        for address in addresses[:_MOST]
    )
