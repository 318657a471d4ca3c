"""What comes in and what goes out, in one shape for every channel. No provider's words in here."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import Field

from domain.values import Instant, Value, Words

OLDEST_ANSWERED: Final = timedelta(days=7)
"""What we read so long after it came is answered by a person only (decision 9)."""


def is_long_ago(came: datetime, seen: datetime) -> bool:
    """Whether what came then is seen too late to be answered by itself: it is recorded, and a person answers."""
    return seen - came > OLDEST_ANSWERED


class AddressKind(StrEnum):
    """How an address reaches somebody."""

    EMAIL = "email"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    POST = "post"
    NONE = "none"


class Address(Value):
    """An address in normal form (``domain.addresses``): the key by which a sender is known again."""

    kind: AddressKind
    value: Words
    """E.164 for PHONE and WHATSAPP, casefolded for EMAIL, the chat id for TELEGRAM, lines for POST, '' for NONE."""


NO_ADDRESS = Address(kind=AddressKind.NONE, value="")


class MediaReference(Value):
    """An attachment: its bytes where they came with the message, else where to fetch them afterwards."""

    name: Words
    content_type: Words = "application/octet-stream"
    size: int | None = None
    """Bytes, where known."""
    content: bytes | None = Field(default=None, repr=False)
    url: Words | None = Field(default=None, repr=False)
    """The provider's address or file id, fetched by the channel's ``fetch_media``."""
    inline: bool = False


class Marks(Value):
    """What the outside of a message says about it (design section 4, automatic mail in three classes)."""

    automatic: bool = False
    """Class (a): an auto-reply, receipt or calendar answer: stored, no case, no answer."""
    suppress_answer: bool = False
    """Class (b): no automatic mail may go out, a person answers."""
    bounce: bool = False
    bulk: bool = False
    copied: bool = False
    """We stand in Cc or Bcc alone: somebody else was written to (situation 171)."""
    loop: bool = False
    """Our own mail come back: said by the store, which alone knows what we sent."""
    says_sent_as: Words | None = None
    """The Message-ID of ours that a mail says it was sent under; anybody can write that."""
    read_receipt: bool = False
    calendar_reply: bool = False
    spam: bool = False
    edited: bool = False
    """An edit of an earlier message (Telegram)."""
    opt_out: Words | None = None
    """The provider's own opt-out word where it handled one: STOP, START or HELP (Twilio's OptOutType)."""
    authentication: Words | None = None
    """Of mail: ``pass``, ``fail``, ``none`` where a server of ours looked and could not tell, or None where none looks.
    A failure bars disclosure, never the complaint (rules B13)."""
    reasons: tuple[Words, ...] = ()


class InboundMessage(Value):
    """One message from outside. ``(landlord, channel, provider_id)`` is never empty and is the key to "once"."""

    landlord: str = Field(min_length=1)
    channel: str = Field(min_length=1)
    """The channel's configured name, e.g. ``texts``."""
    channel_kind: str = Field(min_length=1)
    """The module that carried it, e.g. ``twilio_sms``."""
    provider_id: Words = Field(min_length=1)
    """Twilio SID; Telegram ``chat/message/edit date``; IMAP ``uidvalidity/uid``; form and note: an id of ours."""
    sender: Address
    sender_name: Words | None = None
    recipients: tuple[Words, ...] = ()
    """Where it was sent to, as given: our mailbox or number, and Cc."""
    reply_to: Address | None = None
    """A Reply-To that differs from the sender: evidence for a person, never used by itself (situation 172)."""
    subject: Words | None = None
    text: Words
    """The whole readable text, quoted history included."""
    html: Words | None = Field(default=None, repr=False)
    attachments: tuple[MediaReference, ...] = ()
    attachment_texts: tuple[Words, ...] = Field(default=(), repr=False)
    """Words beside the text, looked through for danger: of files, of another version of a mail, behind a cut."""
    sent_at: Instant | None = None
    """What the message claims; evidence only (situation 188)."""
    received_at: Instant
    """When the landlord's system had it: deadlines run from here."""
    message_id: Words | None = None
    """The RFC 5322 Message-ID without angle brackets, where there is one."""
    in_reply_to: tuple[Words, ...] = ()
    """Message ids this answers, nearest first: In-Reply-To, then References from the end, then a VERP token."""
    content_hash: Words
    """Of what a person would call the content; a second delivery has the same."""
    raw: bytes = Field(repr=False)
    raw_type: Words = "application/json"
    """Media type of ``raw``: message/rfc822, application/json, application/x-www-form-urlencoded."""
    marks: Marks = Marks()
    answers_button: Words | None = None
    """The payload of a pressed button."""
    noted_by: Words | None = None
    """The member of staff who wrote a note of a call, letter or visit."""
    form: dict[Words, Words] = Field(default_factory=dict)
    """What a form or a note asked for by name: name, phone, email, address, kind_chosen, on_behalf_of, language ..."""


class DeliveryState(StrEnum):
    """How far a sent message got; only ever forward."""

    SENT = "sent"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    DISPLAYED = "displayed"
    FAILED = "failed"


class DeliveryReport(Value):
    """A provider's word on a message that we sent."""

    channel: str
    provider_id: Words | None = None
    """The id that our send's receipt carried, where the report names it."""
    message_id: Words | None = None
    """The Message-ID of our mail, where the report names it."""
    recipient: Words | None = None
    """The recipient as the report names it."""
    state: DeliveryState
    permanent: bool = False
    code: Words | None = None
    at: Instant


class SetAside(Value):
    """Something that arrived and could not be read: kept raw with the reason until a person sees to it."""

    channel: str
    provider_id: Words
    raw: bytes = Field(repr=False)
    raw_type: Words
    reason: Words
    received_at: Instant | None = None
    """When the landlord's system had it, where that was before it was set aside."""


class Received(Value):
    """What one request or one poll step brought. ``message`` and ``reports`` may both be empty: politely ignored."""

    messages: tuple[InboundMessage, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def for_a_person(self, reason: str) -> "Received":
        """The same, answered by a person only."""
        messages = tuple(_for_a_person(message, reason) for message in self.messages)
        return self.model_copy(update={"messages": messages})


def _for_a_person(message: InboundMessage, reason: str) -> InboundMessage:
    marks = message.marks.model_copy(update={"suppress_answer": True, "reasons": (*message.marks.reasons, reason)})
    return message.model_copy(update={"marks": marks})


class WebRequest(Value):
    """A webhook as it arrived, before anything is believed."""

    method: str = "POST"
    url: str
    """The PUBLIC address: the configured base with the raw path and query, as the provider signed it."""
    headers: tuple[tuple[str, str], ...]
    body: bytes = Field(repr=False)

    def header(self, name: str) -> str:
        """The first header of that name in any case, or ''."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


class OutboundMessage(Value):
    """One message to one address. ``dedupe_key`` is unique: ``<purpose>:<case>:<stage>:<party>:<channel>:<n>``."""

    id: str
    dedupe_key: str
    landlord: str
    channel: str
    purpose: str
    """acknowledge, case_added, holding, question, opt_out, emergency, alert, reminder, letter ..."""
    to: Address
    to_name: str | None = None
    subject: str | None = None
    body: str = Field(repr=False)
    reference: str | None = None
    """The case's reference, where there is one."""
    message_id: str | None = None
    """Our own Message-ID (mail), fixed before the first try so that a repeat is the same mail."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: str | None = "auto-replied"
    """RFC 3834: ``auto-replied``, ``auto-generated``, or None when a person wrote it."""
    language: str = "en"
    wording: str | None = None
    """Name and version of the wording, e.g. ``a1@3f9c``."""
    template: dict[str, str] = Field(default_factory=dict)
    """WhatsApp outside the 24-hour window: ``sid`` and the variables of an approved template."""
    buttons: tuple[tuple[str, str], ...] = ()
    """(payload, words) a chat may show."""
    last_inbound_at: Instant | None = None
    """When that person last wrote to us on this channel (WhatsApp's window)."""
    headings: tuple[str, ...] = ()
    """Lines of the body that head what follows them: structure for who is read to."""
    large_print: bool = False
    """Letters: set in 18 point, for a party who asked for it (situation 197)."""
    first_attempt_at: Instant | None = None
    """When it was first tried: where to start looking for an earlier send whose answer was lost."""


class Receipt(Value):
    """The provider took it."""

    provider_id: str
    at: Instant
    parts: int = 1


class RenderedLetter(Value):
    """A finished PDF."""

    pdf: bytes
    pages: int
    remark: str = ""
    """What a person must look at before it is posted, or ''."""


class Batch(Value):
    """One step of a poll: what came and the cursor to store in the same transaction."""

    received: Received
    cursor: str


class ProbeResult(Value):
    """A real round trip to a provider, in words for an operator."""

    ok: bool
    words: str
    details: tuple[str, ...] = ()
