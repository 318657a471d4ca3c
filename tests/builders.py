"""Values for tests, every field defaulted: ``a_situation(text="leak", understanding=...)``. No logic but defaults."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from app.configuration import ConfigurationFolder, load_calendars, load_letter_wordings, load_policy, load_wordings
from domain.calendars import Calendar
from domain.cases import (
    CaseFacts,
    CaseState,
    KnownAddress,
    OpenQuestion,
    Question,
    ReferenceFound,
    ReplyRoute,
    ThreadFound,
)
from domain.decisions import Situation
from domain.labels import Hazard, Intent, Kind, Matter, Urgency, Vulnerability
from domain.messages import Address, AddressKind, InboundMessage, Marks
from domain.policies import Policy
from domain.references import make_reference
from domain.understanding import Reading, SafetyFinding, Understanding
from domain.wording import WordingCatalogue

NOW = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)
"""A Monday morning in winter."""
ANN = Address(kind=AddressKind.PHONE, value="+447700900123")
BOB = Address(kind=AddressKind.PHONE, value="+447700900456")
ANN_MAIL = Address(kind=AddressKind.EMAIL, value="ann@example.org")
BOB_MAIL = Address(kind=AddressKind.EMAIL, value="bob@example.org")
ANN_CHAT = Address(kind=AddressKind.TELEGRAM, value="501001")
KINDS_OF_CHANNEL = {
    AddressKind.PHONE: ("texts", "twilio_sms", "sms"),
    AddressKind.WHATSAPP: ("whatsapp", "twilio_whatsapp", "chat"),
    AddressKind.TELEGRAM: ("telegram", "telegram", "chat"),
    AddressKind.EMAIL: ("mail", "email_imap", "email"),
    AddressKind.POST: ("notes", "staff_note", "phone_note"),
    AddressKind.NONE: ("form", "web_form", "web"),
}
ROUTES = tuple(
    ReplyRoute(channel=channel, kind=kind, reaches=address.value)
    for address, (channel, kind, _) in KINDS_OF_CHANNEL.items()
    if address not in {AddressKind.POST, AddressKind.NONE}
)


@cache
def a_policy(slug: str = "cestria") -> Policy:
    """A shipped landlord's merged policy."""
    return load_policy(ConfigurationFolder(), slug)


@cache
def calendars() -> dict[str, Calendar]:
    """The shipped calendars."""
    return load_calendars(ConfigurationFolder())


@cache
def letter_wordings() -> WordingCatalogue:
    """The shipped words of letters."""
    return load_letter_wordings(ConfigurationFolder())


@cache
def wordings() -> WordingCatalogue:
    """The shipped wordings."""
    return load_wordings(ConfigurationFolder())


def a_message(text: str = "leak", **fields: Any) -> InboundMessage:
    """A text from Ann; a mail where the sender's address is one."""
    sender = fields.get("sender", ANN)
    channel, kind, _ = KINDS_OF_CHANNEL[sender.kind]
    given = {
        "landlord": "cestria",
        "channel": channel,
        "channel_kind": kind,
        "provider_id": "SM1",
        "sender": sender,
        "text": text,
        "received_at": NOW,
        "content_hash": "0" * 64,
        "raw": b"",
        "message_id": "their-1@example.org" if sender.kind is AddressKind.EMAIL else None,
    }
    return InboundMessage(**(given | fields))


def an_understanding(kind: Kind = Kind.COMPLAINT, **fields: Any) -> Understanding:
    """What was understood, by default a sure and new complaint in English."""
    given = {"id": "m1", "kind": kind, "kinds": {kind: 1.0}, "model": "test", "intent": Intent.NEW}
    return Understanding(**(given | fields))


def a_situation(text: str = "leak", **fields: Any) -> Situation:
    """A message with all that is known of it. ``marks``, ``kind`` and ``intent`` are short cuts."""
    message_fields = {key: fields.pop(key) for key in tuple(fields) if key in InboundMessage.model_fields}
    message = fields.pop("message", None) or a_message(text, **message_fields)
    policy = fields.pop("policy", None) or a_policy(message.landlord)
    understood = {key: fields.pop(key) for key in tuple(fields) if key in Understanding.model_fields}
    given = {
        "message_id": "m1",
        "message": message,
        "reading": a_reading(message),
        "understanding": an_understanding(**understood),
        "reply_routes": ROUTES,
        "policy": policy,
        "calendar": calendars()[policy.calendar],
        "now": NOW + timedelta(seconds=1),
    }
    return Situation(**(given | fields))


def a_reading(message: InboundMessage, **fields: Any) -> Reading:
    """The reading of a message without quoted history."""
    family = KINDS_OF_CHANNEL[message.sender.kind][2]
    given = {
        "id": "m1",
        "channel": family,
        "subject": message.subject,
        "text": message.text,
        "new_text": message.text,
    }
    return Reading(**(given | fields))


def a_case(number: int = 417, **fields: Any) -> CaseFacts:
    """An open complaint of the sender's own, a fortnight old, acknowledged."""
    given = {
        "id": f"case-{number}",
        "reference": make_reference("CES", 2026, number),
        "kind": Kind.COMPLAINT,
        "stage": 1,
        "state": CaseState.OPEN,
        "received_at": NOW - timedelta(days=7),
        "own": True,
        "acknowledged": True,
    }
    return CaseFacts(**(given | fields))


def known(address: Address = ANN, **fields: Any) -> KnownAddress:
    """A verified address on record."""
    return KnownAddress(**({"address": address, "contact_id": "c1", "verified": True} | fields))


def asked(question: Question = Question.CHOICE, case: CaseFacts | None = None, **fields: Any) -> OpenQuestion:
    """A question that was asked an hour ago."""
    given = {
        "id": "q1",
        "question": question,
        "case_id": case.id if case else None,
        "asked_at": NOW - timedelta(hours=1),
    }
    return OpenQuestion(**(given | fields))


def quoted(case: CaseFacts, **fields: Any) -> ReferenceFound:
    """A right reference of a case."""
    return ReferenceFound(**({"reference": case.reference, "valid": True, "case": case} | fields))


def in_thread(case: CaseFacts, sent_to: Address = ANN_MAIL, purpose: str = "acknowledge") -> ThreadFound:
    """It answers our mail."""
    return ThreadFound(case=case, sent_to=sent_to, purpose=purpose)


def a_finding(hazard: Hazard = Hazard.GAS, urgency: Urgency = Urgency.EMERGENCY, **fields: Any) -> SafetyFinding:
    """A danger phrase at the beginning of the text."""
    given = {"hazard": hazard, "urgency": urgency, "rule": f"{hazard.value}-test", "start": 0, "end": 4, "text": "leak"}
    return SafetyFinding(**(given | fields))


def of_self_harm(urgency: Urgency = Urgency.EMERGENCY) -> SafetyFinding:
    """Words of not going on."""
    return a_finding(
        Hazard.NONE, urgency, matter=Matter.SELF_HARM, vulnerability=Vulnerability.SUICIDE_RISK, rule="self-harm"
    )


def of_abuse(urgency: Urgency = Urgency.EMERGENCY) -> SafetyFinding:
    """Words of abuse at home."""
    return a_finding(
        Hazard.NONE,
        urgency,
        matter=Matter.SAFEGUARDING,
        vulnerability=Vulnerability.DOMESTIC_ABUSE,
        rule="domestic-abuse",
    )


def of_risk(urgency: Urgency = Urgency.EMERGENCY, rule: str = "child-at-risk") -> SafetyFinding:
    """Words of somebody at risk, or of a threat by its rule."""
    return a_finding(Hazard.NONE, urgency, matter=Matter.SAFEGUARDING, rule=rule)


def marked(**marks: Any) -> dict[str, Marks]:
    """Marks of a message, to be spread into ``a_situation``."""
    return {"marks": Marks(**marks)}
