"""Steps that store tests take again and again: a message comes in, is opened as a case, and is answered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from domain.cases import PartyRole
from domain.decisions import (
    Decision,
    Disposition,
    Draft,
    Effects,
    NewCase,
    NewObligation,
    NewParty,
    NewReminder,
    Outcome,
)
from domain.labels import Kind, Topic
from domain.messages import (
    AddressKind,
    DeliveryReport,
    DeliveryState,
    InboundMessage,
    OutboundMessage,
    Receipt,
    Received,
)
from domain.ports import Ids
from domain.wording import WordingCatalogue, parse_catalogue
from store.apply import Applied, apply
from store.audit import AuditKey
from store.blobs import BlobStore
from store.delivery import record_delivery
from store.facts import load_messages
from store.fallback import OtherWays
from store.intake import Inserted, insert_received
from store.outbox import claim_sends, record_taken, settle_taken
from tests.builders import ANN_MAIL, NOW, a_message, a_policy
from tests.fakes import SequentialIds

KEYS = AuditKey(b"a key of the tests")
LEASE = timedelta(seconds=120)
ACKNOWLEDGE_BY = NOW + timedelta(days=3)
WORDINGS: WordingCatalogue = parse_catalogue(
    {
        ("en", "a1"): "Subject: Your complaint {reference}\n\nThank you. Your reference is {reference}.\n\n"
        "[sms]\nYour reference is {reference}.",
        ("en", "plain"): "Subject: Thank you\n\nThank you.",
    }
)
WAYS = OtherWays(
    channels={"cestria": (("texts", AddressKind.PHONE), ("mail", AddressKind.EMAIL))},
    mail_domains={},
    wordings=WORDINGS,
)


def record_sent(tx: Connection, outbox_id: str, receipt: Receipt, now: datetime) -> None:
    """A message was taken by its provider, and what follows from it is written."""
    record_taken(tx, [(outbox_id, receipt)])
    settle_taken(tx, now=now, keys=KEYS, limit=10)


def record_report(flow: "Flow", report: DeliveryReport, landlord: str = "cestria") -> str | None:
    """A provider's word on a message; the id of the message, None where it matches none yet."""
    return record_delivery(flow.tx, landlord, report, ways=WAYS, ids=flow.ids, now=flow.now, keys=KEYS)


@dataclass
class Flow:
    """One open transaction with all that a step needs."""

    tx: Connection
    blobs: BlobStore
    ids: Ids = field(default_factory=SequentialIds)
    now: datetime = NOW

    def take_in(self, *messages: InboundMessage, **received: Any) -> Inserted:
        """Store messages of one channel."""
        return insert_received(
            self.tx,
            landlord=messages[0].landlord if messages else "cestria",
            channel=messages[0].channel if messages else "mail",
            received=Received(messages=messages, **received),
            blobs=self.blobs,
            ids=self.ids,
            now=self.now,
        )

    def apply(self, effects: Effects, message_id: str | None = None, **fields: Any) -> Applied:
        """Write effects, as the router's or as a person's."""
        message = load_messages(self.tx, [message_id])[0] if message_id else None
        given: dict[str, Any] = {
            "landlord": "cestria",
            "policy": a_policy(),
            "wordings": WORDINGS,
            "ids": self.ids,
            "now": self.now,
            "actor": "router" if message else "alice",
            "message": message,
            "decision": Decision(outcome=Outcome.OPEN, rule="new_matter", effects=effects) if message else None,
            "understanding": None,
            "keys": KEYS,
            "mail_domain": "cestria.example",
        }
        return apply(self.tx, effects, **(given | fields))

    def open_case(self, message: InboundMessage | None = None, **effects: Any) -> Applied:
        """Take a message in and open a case with it, acknowledged to its sender."""
        message = message or a_mail()
        inserted = self.take_in(message)
        return self.apply(opening(message, **effects), inserted.new[0])


def a_mail(**fields: Any) -> InboundMessage:
    """A mail from Ann."""
    given: dict[str, Any] = {
        "text": "The damp is back.",
        "sender": ANN_MAIL,
        "provider_id": "1/1",
        "message_id": "their-1@example.org",
        "subject": "Damp",
    }
    return a_message(**(given | fields))


def opening(message: InboundMessage, **fields: Any) -> Effects:
    """A complaint to open, acknowledged by the channel it came by."""
    given: dict[str, Any] = {
        "disposition": Disposition.CASE,
        "reason": "a new matter",
        "open_case": NewCase(kind=Kind.COMPLAINT, topic=Topic.DAMP_MOULD, team="contact centre", received_at=NOW),
        "parties": (NewParty(role=PartyRole.COMPLAINANT, name="Ann", address=message.sender),),
        "drafts": (an_answer(message),),
        "obligations": (an_obligation(),),
        "reminders": (a_nudge(),),
    }
    return Effects(**(given | fields))


def an_answer(message: InboundMessage, **fields: Any) -> Draft:
    """An acknowledgement."""
    given = {
        "purpose": "acknowledge",
        "channel": message.channel,
        "to": message.sender,
        "wording": "a1",
        "subject": message.subject,
        "in_reply_to": message.message_id,
        "meets": "acknowledge",
    }
    return Draft(**(given | fields))


def an_obligation(**fields: Any) -> NewObligation:
    """To acknowledge within three days."""
    given = {
        "name": "acknowledge",
        "stage": 1,
        "due_at": ACKNOWLEDGE_BY,
        "clock": "working_days",
        "amount": 3,
        "counted_from": "received",
        "from_at": NOW,
        "basis": "CESTRIA-28",
        "owner": "contact centre",
    }
    return NewObligation(**(given | fields))


def a_nudge(**fields: Any) -> NewReminder:
    """A day before."""
    day_before = ACKNOWLEDGE_BY - timedelta(days=1)
    given = {"obligation": "acknowledge", "stage": 1, "audience": "owner", "fire_at": day_before}
    return NewReminder(**(given | fields))


def rows(tx: Connection, table: Table, **where: Any) -> list[RowMapping]:
    """The rows of a table with these values."""
    wanted = select(table)
    for column, value in where.items():
        wanted = wanted.where(table.c[column] == value)
    return list(tx.execute(wanted.order_by(*table.primary_key.columns)).mappings())


def one(tx: Connection, table: Table, **where: Any) -> RowMapping:
    """The only row of a table with these values."""
    (row,) = rows(tx, table, **where)
    return row


def claim(flow: Flow, limit: int = 10) -> list[OutboundMessage]:
    """What is due now, with ten minutes between attempts."""
    claimed = claim_sends(
        flow.tx,
        now=flow.now,
        lease=LEASE,
        limit=limit,
        next_due=lambda attempt: timedelta(minutes=10 * attempt),
        ids=flow.ids,
    )
    return [outbound for _, outbound in claimed]


def send(flow: Flow) -> str:
    """Claim and record the only message that is due; returns its id."""
    (outbound,) = claim(flow)
    record_sent(flow.tx, outbound.id, Receipt(provider_id="p-1", at=flow.now), flow.now)
    return outbound.id


def reported(state: DeliveryState, **fields: object) -> DeliveryReport:
    """The provider's word on the message that ``send`` sent."""
    given = {"channel": "mail", "provider_id": "p-1", "state": state, "at": NOW + timedelta(hours=1)}
    return DeliveryReport(**(given | fields))
