"""Reads Twilio's webhooks: the signature, an inbound message, a status callback. Pure."""

import hashlib
import hmac
import mimetypes
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from domain.addresses import to_address
from domain.errors import AddressError, BadSignature, Unreadable
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
    WebRequest,
)

_MOST_MEDIA = 10  # Twilio's limit a message
_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DISPLAYED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
# Queue overflow, phone off or out of reach, unknown, carrier or channel trouble: another try may arrive
# (twilio.com/docs/api/errors, 30001 ff).
_PASSING = frozenset({"30001", "30003", "30008", "30017", "30022", "63018"})


class Form:
    """A posted form with repeated and blank fields, in the shape that twilio's validator asks for."""

    def __init__(self, body: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        """All values of a field."""
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a field, or ''."""
        return self._values.get(name, [""])[0]


def is_signed(url: str, form: Form, signature: str, tokens: Collection[str]) -> bool:
    """Whether the signature is right under one of the tokens, for the address as it is or with its port written."""
    validators = [RequestValidator(token) for token in tokens]
    computed = [validator.compute_signature(url, form).encode() for validator in validators]
    # All are tried, so that the time does not tell which token it was.
    if any([hmac.compare_digest(each, signature.encode()) for each in computed]):  # noqa: C419 - as said
        return True
    return any([validator.validate(url, form, signature) for validator in validators])  # noqa: C419 - as said


def read_webhook(
    request: WebRequest, *, landlord: str, channel: str, kind: str, address_kind: AddressKind, tokens: Collection[str],
    now: datetime,
) -> Received:  # fmt: skip
    """Turn a webhook into a message or a delivery report; anything else of Twilio's gives an empty ``Received``.

    Raises:
        BadSignature: X-Twilio-Signature is missing or right under none of ``tokens``.
        Unreadable: signed, looks like a message, and carries no SID or no sender.
    """
    form = Form(request.body)
    if not is_signed(request.url, form, request.header("X-Twilio-Signature"), tokens):
        raise BadSignature("X-Twilio-Signature is missing or wrong; check the public address and the auth token")
    return read_form(
        form, landlord=landlord, channel=channel, kind=kind, address_kind=address_kind, now=now, raw=request.body
    )


def read_form(
    form: Form, *, landlord: str, channel: str, kind: str, address_kind: AddressKind, now: datetime, raw: bytes
) -> Received:
    """The same of a form that is known to be Twilio's.

    Raises:
        Unreadable: it looks like a message, and carries no SID or no sender.
    """
    status = form.first("MessageStatus") or form.first("SmsStatus")
    if status in {"", "received", "receiving"} and ("Body" in form or "NumMedia" in form):
        fields = {name: form.first(name) for name in form}
        if not fields.get("From"):
            raise Unreadable("the message carries no From: nobody could be answered")
        message = read_message(
            fields,
            landlord=landlord,
            channel=channel,
            kind=kind,
            address_kind=address_kind,
            now=now,
            raw=raw,
            raw_type="application/x-www-form-urlencoded",
        )
        return Received(messages=(message,))
    report = _read_report(form, status, channel=channel, now=now)
    return Received(reports=() if report is None else (report,))


def read_message(
    fields: Mapping[str, str],
    *,
    landlord: str,
    channel: str,
    kind: str,
    address_kind: AddressKind,
    now: datetime,
    raw: bytes,
    raw_type: str,
) -> InboundMessage:
    """An inbound message from the fields of its webhook.

    Raises:
        Unreadable: there is no SID.
    """
    sid = fields.get("MessageSid") or fields.get("SmsSid") or fields.get("SmsMessageSid")
    if not sid:
        raise Unreadable("the message carries no MessageSid")
    sender, shown = read_sender(fields.get("From", ""), address_kind)
    text = fields.get("Body", "") or _place(fields)
    attachments = _media(fields)
    replied = fields.get("OriginalRepliedMessageSid")
    digest = "\x00".join((text, *(each.content_type for each in attachments)))
    return InboundMessage(
        landlord=landlord,
        channel=channel,
        channel_kind=kind,
        provider_id=sid,
        sender=sender,
        sender_name=fields.get("ProfileName") or shown,
        recipients=tuple(each for each in (fields.get("To", ""),) if each),
        text=text,
        attachments=attachments,
        received_at=now,
        in_reply_to=(replied,) if replied else (),
        content_hash=hashlib.sha256(digest.encode("utf-8", "replace")).hexdigest(),
        raw=raw,
        raw_type=raw_type,
        marks=Marks(opt_out=fields.get("OptOutType") or None),
        answers_button=fields.get("ButtonPayload") or None,
    )


def read_sender(raw: str, kind: AddressKind) -> tuple[Address, str | None]:
    """The sender's address, or ``NO_ADDRESS`` with what was shown: a short code, a name or a withheld number."""
    try:
        return to_address(kind, raw), None
    except AddressError:
        return NO_ADDRESS, raw or None


def permanent(code: str | None) -> bool:
    """Whether a failed delivery with this error code will fail again."""
    return code not in _PASSING


def _read_report(form: Form, status: str, *, channel: str, now: datetime) -> DeliveryReport | None:
    state, sid = _STATES.get(status), form.first("MessageSid") or form.first("SmsSid")
    if state is None or not sid:
        return None
    code = form.first("ErrorCode") or None
    return DeliveryReport(
        channel=channel,
        provider_id=sid,
        recipient=form.first("To") or None,
        state=state,
        permanent=state is DeliveryState.FAILED and permanent(code),
        code=code,
        at=now,
    )


def _media(fields: Mapping[str, str]) -> tuple[MediaReference, ...]:
    found = []
    for place in range(_MOST_MEDIA):
        url = fields.get(f"MediaUrl{place}")
        if url:
            content_type = fields.get(f"MediaContentType{place}") or "application/octet-stream"
            found.append(media_reference(place, url, content_type))
    return tuple(found)


def media_reference(place: int, url: str, content_type: str) -> MediaReference:
    """A reference with a name made from its place and type: Twilio gives none."""
    ending = mimetypes.guess_extension(content_type) or ".bin"
    return MediaReference(name=f"attachment-{place + 1}{ending}", content_type=content_type, url=url)


def _place(fields: Mapping[str, str]) -> str:
    """A shared location of WhatsApp, in words."""
    if not fields.get("Latitude") or not fields.get("Longitude"):
        return ""
    words = [fields.get("Label", ""), fields.get("Address", ""), f"{fields['Latitude']}, {fields['Longitude']}"]
    return "Location: " + "; ".join(word for word in words if word)
