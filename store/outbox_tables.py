"""What goes out, alerts, the audit and marks of things done once. No queries here."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import json_column, moment


class OutboxRow(SQLModel, table=True):
    """A message to send. Never deleted.

    ``state``: waiting, taken (by its provider; what follows from it is still to be written), sent, delivered, failed,
    cancelled.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key", name="outbox_once"),
        Index("outbox_due", "state", "due_at"),
        Index("outbox_to", "landlord", "to_kind", "to_value", "queued_at"),
        Index("outbox_by_rfc_id", "message_id"),
        Index("outbox_by_provider_id", "landlord", "channel", "provider_id"),
    )
    id: str = Field(primary_key=True)
    dedupe_key: str
    landlord: str
    case_id: str | None = Field(default=None, index=True)
    party_id: str | None = None
    answers: str | None = Field(default=None, index=True)
    """Our id of the inbound message it answers."""
    purpose: str
    channel: str
    to_kind: str
    to_value: str
    to_name: str | None = None
    subject: str | None = Field(default=None, sa_column=Column(Text))
    body: str = Field(sa_column=Column(Text, nullable=False))
    message_id: str | None = None
    in_reply_to: str | None = None
    thread_references: list[str] = Field(sa_column=json_column())
    automatic: str | None = "auto-replied"
    language: str = "en"
    wording: str | None = None
    filled: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    """The values that the wording was filled with, so that it can be said again on another channel."""
    template: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    buttons: list[list[str]] = Field(default_factory=list, sa_column=json_column())
    meets: str | None = None
    """Name of the obligation that it meets once sent."""
    meets_stage: int | None = None
    urgent: bool = False
    queued_at: datetime = Field(sa_column=moment())
    state: str = "waiting"
    due_at: datetime = Field(sa_column=moment())
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = 0
    first_attempt_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    uncertain: bool = False
    """The last answer was lost: ask the provider before repeating, where it can be asked."""
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    provider_id: str | None = None
    delivery: str | None = None
    delivery_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    error_code: str | None = None
    error: str | None = None


class AlertRow(SQLModel, table=True):
    """The person on call must hear of this, again and again until acknowledged. ``state``: open, acknowledged."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("once", name="alert_once"), Index("alert_due", "state", "due_at"))
    id: str = Field(primary_key=True)
    once: str
    landlord: str
    case_id: str | None = None
    message_id: str | None = None
    cause: str
    urgency: str
    token: str = Field(index=True)
    """128 bits for the link that acknowledges it."""
    state: str = "open"
    created_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = 0
    """How many rounds have gone out; the rota is walked by it."""
    acknowledged_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    acknowledged_by: str | None = None


class AuditRow(SQLModel, table=True):
    """What was done, by whom, under which rule: ids, versions and a keyed digest, never content. One chain a case."""

    __tablename__ = "audit"
    __table_args__ = (UniqueConstraint("chain", "number", name="audit_once"),)
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    chain: str
    """The case's id, or ``landlord:<slug>`` for the rest."""
    number: int
    at: datetime = Field(sa_column=moment())
    actor: str
    action: str
    detail: dict[str, Any] = Field(sa_column=json_column())
    digest: str | None = None
    """HMAC-SHA256 of the content concerned, under the installation's key."""
    previous: str
    hash: str


class AuditAnchorRow(SQLModel, table=True):
    """The heads of all chains of a day, so that a cut-off chain shows."""

    __tablename__ = "audit_anchor"
    day: str = Field(primary_key=True)
    heads: dict[str, Any] = Field(sa_column=json_column())
    hash: str


class DeliveryReportRow(SQLModel, table=True):
    """A provider's word on a message of ours. Its id is a hash of what it says: told twice, it is kept once."""

    __tablename__ = "delivery_report"
    __table_args__ = (
        Index("delivery_report_open", "handled_at", "stored_at"),
        Index("delivery_report_by_provider_id", "landlord", "channel", "provider_id"),
    )
    id: str = Field(primary_key=True)
    landlord: str
    channel: str
    outbox_id: str | None = Field(default=None, index=True)
    provider_id: str | None = None
    message_id: str | None = None
    recipient: str | None = None
    state: str
    permanent: bool = False
    code: str | None = None
    at: datetime = Field(sa_column=moment())
    stored_at: datetime = Field(sa_column=moment())
    handled_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    """When it was matched to a message of ours and acted on."""


class DailyMarkRow(SQLModel, table=True):
    """Something that is to happen once a day or once at all, and did."""

    __tablename__ = "once_mark"
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_column=moment())
