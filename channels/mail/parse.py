"""One mail's bytes to one ``ParsedMail``. Pure; never raises for any bytes, never leaves out that something went wrong.

What ``well_formed`` leaves over is read by ``email`` with the ``compat32`` policy: ``policy.default`` costs 3 to 4 ms a
mail and raises on real headers.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from channels.mail.automatic import Outside, is_from_system, read_marks
from channels.mail.bodies import Body, BodyReader
from channels.mail.delivery import read_plain_bounce, read_receipt, read_report
from channels.mail.headers import Headers, read_date
from channels.mail.parsed import Authentication, BounceReport, MailAttachment, Mailbox, ParsedMail
from channels.mail.tree import parse_tree
from domain.html_text import html_to_text

_DELIVERED: Final = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to", "resent-to",
    "x-apparently-to", "apparently-to", "x-rcpt-to",
)  # fmt: skip
_RESULT: Final = re.compile(r"\b(spf|dkim|dmarc)\s{0,5}=\s{0,5}([A-Za-z]{1,20})", re.IGNORECASE)


def read_mail(raw: bytes, *, own_addresses: Collection[str] = ()) -> ParsedMail:
    """Read one mail as it came over IMAP, from a file or out of an mbox.

    ``own_addresses``: our mailboxes, which are sent no automatic answer. Never raises; ``problems`` says in plain
    sentences what could not be read.
    """
    tree, problems = parse_tree(raw)
    headers = Headers(tree)
    body = BodyReader().read(tree, headers=headers)
    text = body.text or "\n\n".join(html_to_text(source) for source in body.html).strip()
    senders = headers.mailboxes("from")
    sender = next((mailbox for mailbox in senders if mailbox.address), senders[0] if senders else Mailbox())
    delivered = _addresses(headers, _DELIVERED)
    to, cc = headers.mailboxes("to"), headers.mailboxes("cc")
    return_path = _return_path(headers)
    subject = headers.text("subject")
    ids = headers.message_ids("message-id")
    outside = Outside(
        headers=headers,
        subject=subject,
        text=text,
        from_address=sender.address,
        return_path=return_path,
        report_type=body.report_type,
        calendar_method=body.calendar_method,
        own_addresses=own_addresses,
    )
    outside.report = _bounce(outside, body, (*delivered, *(box.address for box in to)))
    outside.receipt = read_receipt(body.report) if body.report else None
    return ParsedMail(
        message_id=ids[0] if ids else None,
        in_reply_to=headers.message_ids("in-reply-to"),
        references=headers.message_ids("references"),
        from_address=sender.address,
        from_name=sender.name,
        sender=next(iter(headers.mailboxes("sender")), None),
        reply_to=headers.mailboxes("reply-to"),
        return_path=return_path,
        to=to,
        cc=cc,
        delivered_to=delivered,
        subject=subject,
        date=next((moment for value in headers.raw("date")[:3] if (moment := read_date(value))), None),
        text=text,
        html="\n".join(body.html) or None,
        attachments=tuple(body.attachments),
        attachment_texts=tuple(body.further),
        marks=read_marks(outside),
        delivery_report=outside.report,
        read_receipt=outside.receipt,
        calendar_method=body.calendar_method,
        calendar_answer=body.calendar_answer if body.calendar_method == "REPLY" else None,
        authentication=_authentication(headers),
        header_names=headers.names(),
        content_hash=hash_content(sender.address, subject, text, body.attachments),
        problems=_problems((*problems, *body.problems), headers, sender, text, body),
    )


def hash_content(from_address: str, subject: str, text: str, attachments: Iterable[MailAttachment] = ()) -> str:
    """A digest (hex, SHA-256) of what a person would call the content, white space and the sender's case apart."""
    digest = hashlib.sha256()
    for part in (from_address.casefold(), subject, text):
        digest.update(" ".join(unicodedata.normalize("NFC", part).split()).encode("utf-8", "surrogatepass"))
        digest.update(b"\x00")
    for file in attachments:
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()


def _bounce(mail: Outside, body: Body, addresses: tuple[str, ...]) -> BounceReport | None:
    if body.report:
        report = read_report(body.report, text=mail.text, addresses=addresses)
        if report is not None or body.report_type == "disposition-notification":
            return report
    system = is_from_system(mail.from_address, mail.return_path)
    return read_plain_bounce(mail.headers, text=mail.text, addresses=addresses, from_system=system)


def _return_path(headers: Headers) -> str | None:
    """The envelope's sender as the last server wrote it: None where absent, '' where null."""
    for value in headers.raw("return-path")[:1]:
        mailboxes = headers.mailboxes("return-path")
        if mailboxes and mailboxes[0].address:
            return mailboxes[0].address
        return "" if value.strip() in ("<>", "") else None
    return None


def _addresses(headers: Headers, names: Iterable[str]) -> tuple[str, ...]:
    found = (mailbox.address for name in names if name in headers for mailbox in headers.mailboxes(name))
    return tuple(dict.fromkeys(address for address in found if address))


def _authentication(headers: Headers) -> Authentication:
    """Only the topmost header counts: the ones below it may be the sender's own words."""
    value = headers.text("authentication-results")
    found: dict[str, str] = {}
    for name, result in _RESULT.findall(value):
        if found.get(name.lower()) != "pass":  # of several DKIM signatures one good one is enough
            found[name.lower()] = result.lower()
    if "spf" not in found and "received-spf" in headers:
        found["spf"] = headers.token("received-spf")[:20]
    return Authentication(server=value.partition(";")[0].strip()[:200], **found)


def _problems(found: Iterable[str], headers: Headers, sender: Mailbox, text: str, body: Body) -> tuple[str, ...]:
    problems = list(found)
    if not headers.items:
        problems.append("no headers at all")
    elif not sender.address:
        problems.append("no sender's address")
    if len(headers.raw("from")) > 1:
        problems.append("more than one From header: the first with an address counts")
    if not text.strip():
        problems.append("no text" if not body.attachments else "no text, only attachments")
    problems += [f"{file.name}: {file.note}" for file in body.attachments if file.note]
    return tuple(dict.fromkeys(problems))
