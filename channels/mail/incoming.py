"""From a mail as it was read to the message and the reports that the inside knows. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from channels.mail.addressed import is_copied
from channels.mail.delivery import verp_token
from channels.mail.parse import read_mail
from channels.mail.parsed import BounceReport, MailAttachment, ParsedMail
from domain.addresses import domains_of, to_address
from domain.errors import AddressError
from domain.messages import (
    NO_ADDRESS,
    Address,
    AddressKind,
    DeliveryReport,
    DeliveryState,
    InboundMessage,
    Marks,
    MediaReference,
    Received,
    SetAside,
)

RAW_TYPE: Final = "message/rfc822"
HEAD_TYPE: Final = "text/rfc822-headers"
"""Of a mail of which no more than the head was kept (RFC 6522 section 4)."""

_TOKEN: Final = re.compile(r"[a-z0-9._=-]{1,50}")  # "bounces+" and this stay within 64 (RFC 5321 section 4.5.3.1.1)
_STATES: Final = {
    "failed": DeliveryState.FAILED,
    "delayed": DeliveryState.DELAYED,
    "delivered": DeliveryState.DELIVERED,
    # Handed to a system that reports no further (RFC 3464 section 2.3.3).
    "relayed": DeliveryState.SENT,
    "expanded": DeliveryState.SENT,
}


def token_of(message_id: str, domain: str) -> str | None:
    """The left part of a Message-ID of ours where a return address can carry it: lower case, at most 50 characters."""
    token, _, right = message_id.rpartition("@")
    return token if right.lower() == domain and _TOKEN.fullmatch(token) else None


@dataclass(frozen=True, kw_only=True)
class MailReader:
    """Reads mails that came to one channel.

    ``domain``: of the Message-IDs that we make. ``own_addresses``: our mailboxes, sent no automatic answer. What is
    sent to anybody under their domains or ``further_domains`` is written to us. Of ``authentication_server`` alone a
    ``pass`` is believed; a ``fail`` only makes us more careful.
    """

    landlord: str
    channel: str
    channel_kind: str
    domain: str
    own_addresses: tuple[str, ...]
    further_domains: tuple[str, ...] = ()
    authentication_server: str | None = None

    def read(self, raw: bytes, received_at: datetime, provider_id: str) -> Received:
        """A message, with the reports that it carries; set aside where reading fails.

        Never raises: one mail must not stop those behind it.
        """
        try:
            mail = read_mail(raw, own_addresses=self.own_addresses)
            message = self._message(mail, raw, received_at, provider_id)
            return Received(messages=(message,), reports=tuple(self._reports(mail, received_at)))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes do to a reader, the others are read
            reason = f"this mail could not be read ({type(error).__name__})"
            return self._set_aside(raw, received_at, provider_id, reason)

    def read_all(self, mails: Sequence[tuple[bytes, datetime, str]]) -> tuple[Received, ...]:
        """Each with when it came and its provider's id, as ``read`` reads it. Never raises."""
        return tuple(self.read(*mail) for mail in mails)

    def head_aside(self, raw: bytes, received_at: datetime, provider_id: str, reason: str) -> Received:
        """What is kept for a person of a mail that could not be had whole: its head, or nothing."""
        return self._set_aside(raw, received_at, provider_id, reason, raw_type=HEAD_TYPE)

    def _set_aside(
        self, raw: bytes, received_at: datetime, provider_id: str, reason: str, *, raw_type: str = RAW_TYPE
    ) -> Received:
        aside = SetAside(
            channel=self.channel,
            provider_id=provider_id,
            raw=raw,
            raw_type=raw_type,
            reason=reason,
            received_at=received_at,
        )
        return Received(set_aside=(aside,))

    def _message(self, mail: ParsedMail, raw: bytes, received_at: datetime, provider_id: str) -> InboundMessage:
        arrived_for = (*mail.delivered_to, *(box.address for box in (*mail.to, *mail.cc)))
        sender = _address(mail.from_address or (mail.sender.address if mail.sender else ""))
        reply_to = next((_address(box.address) for box in mail.reply_to), NO_ADDRESS)
        return InboundMessage(
            landlord=self.landlord,
            channel=self.channel,
            channel_kind=self.channel_kind,
            provider_id=provider_id,
            sender=sender,
            sender_name=mail.from_name or None,
            recipients=tuple(dict.fromkeys(address for address in arrived_for if address)),
            reply_to=reply_to if reply_to not in (NO_ADDRESS, sender) else None,
            subject=mail.subject or None,
            text=mail.text,
            html=mail.html,
            attachments=tuple(_media(file) for file in mail.attachments),
            attachment_texts=mail.attachment_texts,
            sent_at=mail.date,
            received_at=received_at,
            message_id=mail.message_id,
            in_reply_to=self._answered(mail, arrived_for),
            content_hash=mail.content_hash,
            raw=raw,
            raw_type=RAW_TYPE,
            marks=self._marks(mail),
        )

    def _marks(self, mail: ParsedMail) -> Marks:
        # Problems may name files, and what a person called a file is not for a list of reasons.
        plain = [
            words for words in mail.problems if not any(words.startswith(f"{file.name}:") for file in mail.attachments)
        ]
        noted = [f"attachment {number}: {file.note}" for number, file in enumerate(mail.attachments, 1) if file.note]
        found = mail.marks
        copied = is_copied(mail, self._own_domains())
        return Marks(
            automatic=found.automatic,
            suppress_answer=found.suppress_answer,
            bounce=found.bounce,
            bulk=found.bulk,
            copied=copied,
            says_sent_as=found.says_sent_as,
            read_receipt=found.read_receipt,
            calendar_reply=found.calendar_reply,
            spam=found.spam,
            authentication=self._authenticated(mail),
            reasons=(*found.reasons, *(["we stand only in Cc or Bcc"] if copied else []), *plain, *noted),
        )

    def _own_domains(self) -> tuple[str, ...]:
        return domains_of((self.domain, *self.further_domains, *self.own_addresses))

    def _authenticated(self, mail: ParsedMail) -> str | None:
        """Anybody's ``fail``; ``pass`` and ``none`` only where a server of ours looks."""
        found, server = mail.authentication, self.authentication_server
        if found.verdict == "fail" or server is None:
            return "fail" if found.verdict == "fail" else None
        return (found.verdict or "none") if found.server.casefold() == server.casefold() else "none"

    def _answered(self, mail: ParsedMail, arrived_for: tuple[str, ...]) -> tuple[str, ...]:
        """In-Reply-To, then References from the end, then the Message-ID that our return address names."""
        named = self._named_by(verp_token(arrived_for))
        return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references), *([named] if named else []))))

    def _named_by(self, token: str | None) -> str | None:
        """The Message-ID of ours whose left part is this token; servers may have changed its case."""
        return f"{token.lower()}@{self.domain}" if token and _TOKEN.fullmatch(token.lower()) else None

    def _reports(self, mail: ParsedMail, at: datetime) -> Iterator[DeliveryReport]:
        receipt = mail.read_receipt
        if receipt is not None and receipt.disposition == "displayed":
            yield DeliveryReport(
                channel=self.channel,
                provider_id=receipt.original_message_id,
                message_id=receipt.original_message_id,
                recipient=receipt.final_recipient or None,
                state=DeliveryState.DISPLAYED,
                at=at,
            )
        if mail.delivery_report is not None:
            yield from self._bounced(mail.delivery_report, at)

    def _bounced(self, report: BounceReport, at: datetime) -> Iterator[DeliveryReport]:
        """A report a recipient; one without a recipient where the bounce names none."""
        about = report.original_message_id or self._named_by(report.verp_token)
        for each in report.recipients:
            yield DeliveryReport(
                channel=self.channel,
                provider_id=about,
                message_id=about,
                recipient=each.original_recipient or each.final_recipient or None,
                state=_STATES.get(each.action, DeliveryState.FAILED),
                permanent=each.permanent,
                code=each.status or None,
                at=at,
            )
        if not report.recipients:
            state = _STATES.get(report.action, DeliveryState.FAILED)
            permanent = state is DeliveryState.FAILED and report.permanent
            yield DeliveryReport(
                channel=self.channel, provider_id=about, message_id=about, state=state, permanent=permanent, at=at
            )


def _media(file: MailAttachment) -> MediaReference:
    return MediaReference(
        name=file.name, content_type=file.content_type, size=file.size, content=file.content, inline=file.inline
    )


def _address(raw: str) -> Address:
    try:
        return to_address(AddressKind.EMAIL, raw)
    except AddressError:
        return NO_ADDRESS
