"""What came in: messages, attachments, what was set aside, and how each channel does. No queries here."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import json_column, moment


class MessageRow(SQLModel, table=True):
    """An inbound message, once. ``state``: waiting, routed, set_aside, closed (by a person, unrouted), duplicate."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("landlord", "channel", "provider_id", name="message_once"),
        Index("message_due", "state", "due_at"),
        Index("message_of_sender", "landlord", "sender_kind", "sender", "received_at"),
        Index("message_by_rfc_id", "landlord", "message_id"),
    )
    id: str = Field(primary_key=True)
    landlord: str
    channel: str
    channel_kind: str
    provider_id: str
    sender_kind: str
    sender: str
    sender_name: str | None = None
    recipients: list[str] = Field(sa_column=json_column())
    reply_to_kind: str | None = None
    reply_to: str | None = None
    subject: str | None = Field(default=None, sa_column=Column(Text))
    text: str = Field(sa_column=Column(Text, nullable=False))
    html: str | None = Field(default=None, sa_column=Column(Text))
    attachment_texts: list[str] = Field(sa_column=json_column())
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    received_at: datetime = Field(sa_column=moment())
    stored_at: datetime = Field(sa_column=moment())
    message_id: str | None = None
    in_reply_to: list[str] = Field(sa_column=json_column())
    content_hash: str
    raw_blob: str
    raw_type: str
    marks: dict[str, Any] = Field(sa_column=json_column())
    answers_button: str | None = None
    noted_by: str | None = None
    form: dict[str, str] = Field(sa_column=json_column())
    state: str = "waiting"
    due_at: datetime = Field(sa_column=moment())
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = 0
    duplicate_of: str | None = None
    case_id: str | None = Field(default=None, index=True)
    disposition: str | None = None
    reason: str | None = None
    rule: str | None = None
    policy_version: str | None = None
    understanding: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    safety: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    flags: list[str] = Field(default_factory=list, sa_column=json_column())
    error: str | None = None
    erased_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class MailIdentityRow(SQLModel, table=True):
    """The first stored mail with an id and content: the key that makes a second delivery a duplicate.

    ``message_id``: its Message-ID; of a mail without one ``none`` and a digest of its date and sender.
    """

    __tablename__ = "mail_identity"
    landlord: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    content_hash: str = Field(primary_key=True)
    first_id: str


class BlobRow(SQLModel, table=True):
    """Small raw messages, by the sha256 of their bytes (decision 0007)."""

    __tablename__ = "blob"
    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AttachmentRow(SQLModel, table=True):
    """A file of a message. ``state``: stored, waiting (to be fetched), failed. ``blob`` is the sha256 of its bytes."""

    __tablename__ = "attachment"
    __table_args__ = (Index("attachment_due", "state", "due_at"),)
    id: str = Field(primary_key=True)
    message_id: str = Field(index=True)
    landlord: str
    channel: str
    name: str
    content_type: str
    size: int | None = None
    inline: bool = False
    blob: str | None = None
    url: str | None = None
    state: str = "stored"
    due_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = 0
    error: str | None = None


class SetAsideRow(SQLModel, table=True):
    """Something that arrived and could not be read, kept raw; ``state``: waiting (for a person), replayed, closed.

    ``received_at``: when the landlord's system had it, where that was before ``at``. ``note``: why it was closed, or
    why the last replay did not help. ``became``: the message that it is now.
    """

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("landlord", "channel", "provider_id", name="set_aside_once"),)
    id: str = Field(primary_key=True)
    landlord: str
    channel: str
    provider_id: str
    raw_blob: str
    raw_type: str
    reason: str
    at: datetime = Field(sa_column=moment())
    received_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    state: str = "waiting"
    note: str | None = None
    became: str | None = None
    done_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    done_by: str | None = None


class ChannelStateRow(SQLModel, table=True):
    """How a channel does: its cursor, and its health, fetching and sending apart, for ``channel list``, ``/ready``."""

    __tablename__ = "channel_state"
    landlord: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    cursor: str | None = None
    lease_holder: str = ""
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_fetch_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_message_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_send_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    fetch_failing_since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    fetch_error: str | None = None
    send_failing_since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    send_error: str | None = None
