"""People, cases and what is owed. No queries here."""

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from store.columns import json_column, moment

OBLIGATION_IS_OPEN: Final = "state = 'open'"
"""Of these a case owes the same, by the same clause and about the same, once."""


class ContactRow(SQLModel, table=True):
    """A person or organisation we know."""

    __tablename__ = "contact"
    id: str = Field(primary_key=True)
    landlord: str = Field(index=True)
    name: str | None = None
    language: str | None = None
    adjustments: list[str] = Field(default_factory=list, sa_column=json_column())
    preferred_channel: str | None = None
    safe_contact_locked: bool = False
    created_at: datetime = Field(sa_column=moment())


class ContactAddressRow(SQLModel, table=True):
    """An address of a contact. Two people may share one, so the key holds the contact too."""

    __tablename__ = "contact_address"
    __table_args__ = (UniqueConstraint("landlord", "kind", "value", name="contact_address_once"),)
    id: str = Field(primary_key=True)
    contact_id: str = Field(index=True)
    landlord: str
    kind: str
    value: str
    verified: bool = False
    """Its holder has written from it, as a provider proved, or a person confirmed it. Of addresses that were typed
    together only the first to write becomes so by itself (decision 8)."""
    opted_out: bool = False
    blocked_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_inbound_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class ReferenceCounterRow(SQLModel, table=True):
    """The last number given under a prefix in a year."""

    __tablename__ = "reference_counter"
    prefix: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last_number: int = 0


class CaseRow(SQLModel, table=True):
    """A case. ``version`` counts changes, so that two people never overwrite each other."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("reference", name="case_reference_once"),
        Index("case_by_state", "landlord", "state"),
    )
    id: str = Field(primary_key=True)
    reference: str
    landlord: str
    kind: str
    also: list[str] = Field(sa_column=json_column())
    kind_confirmed: bool = False
    topic: str
    matter: str = "housing"
    stage: int
    proposed_stage: int | None = None
    phase: str
    state: str = "open"
    team: str
    owner: str | None = None
    restricted: bool = False
    summary: str = Field(default="", sa_column=Column(Text, nullable=False))
    items: list[str] = Field(sa_column=json_column())
    flags: list[str] = Field(sa_column=json_column())
    hazard: str = "none"
    urgency: str = "normal"
    linked: list[str] = Field(sa_column=json_column())
    """References of linked cases, for staff."""
    received_at: datetime = Field(sa_column=moment())
    opened_at: datetime = Field(sa_column=moment())
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    response_sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    policy_version: str
    version: int = 1


class PartyRow(SQLModel, table=True):
    """Somebody in a case."""

    __tablename__ = "party"
    __table_args__ = (Index("party_by_address", "landlord", "address_kind", "address"),)
    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    landlord: str
    contact_id: str | None = None
    role: str
    name: str | None = None
    address_kind: str
    address: str
    representative: str = "none"
    on_behalf_of: str | None = None
    authority: str = "n/a"
    verified: bool = False
    """A person has confirmed who this is."""
    language: str = "en"
    adjustments: list[str] = Field(default_factory=list, sa_column=json_column())
    last_added_answer_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class ObligationRow(SQLModel, table=True):
    """Something owed, with its clause. Never deleted. ``state``: open, met, breached, waived, replaced.

    ``planned``: the event that it counts from is not on record. ``about``: the danger, where each has its own clock.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        Index("obligation_due", "state", "due_at"),
        Index(
            "obligation_once",
            *("case_id", "name", "stage", "basis", "about"),
            unique=True,
            sqlite_where=text(OBLIGATION_IS_OPEN),
            postgresql_where=text(OBLIGATION_IS_OPEN),
        ),
    )
    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    landlord: str
    name: str
    stage: int
    owed_to: str
    due_at: datetime = Field(sa_column=moment())
    clock: str
    amount: int
    counted_from: str
    from_at: datetime = Field(sa_column=moment())
    basis: str
    owner: str
    effective: bool = True
    explanation: str = ""
    planned: bool = False
    about: str = ""
    state: str = "open"
    met_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    met_by: str | None = None
    """The outbox id or the person's action that met it."""
    breached_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class CaseActRow(SQLModel, table=True):
    """Something that a person did with a case, never changed: ``casework.fold`` makes the case's life of them."""

    __tablename__ = "case_act"
    __table_args__ = (UniqueConstraint("case_id", "number", name="case_act_once"),)
    id: str = Field(primary_key=True)
    case_id: str
    number: int
    """From 1 within the case."""
    landlord: str
    name: str
    """Which act: ``set_kind``, ``assign`` ..."""
    act: dict[str, object] = Field(sa_column=json_column())
    by: str
    roles: list[str] = Field(sa_column=json_column())
    at: datetime = Field(sa_column=moment())
    kind_before: str
    stage_before: int
    """What the case was before it: of the first act, what it was opened as."""


class ReminderRow(SQLModel, table=True):
    """A nudge. ``state``: waiting, sent, dropped."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("obligation_id", "audience", "fire_at", name="reminder_once"),
        Index("reminder_due", "state", "fire_at"),
    )
    id: str = Field(primary_key=True)
    obligation_id: str = Field(index=True)
    case_id: str
    landlord: str
    audience: str
    fire_at: datetime = Field(sa_column=moment())
    state: str = "waiting"
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = 0


class TaskRow(SQLModel, table=True):
    """Something for a person. ``state``: open, done. ``once`` keeps the same task from being made twice."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("once", name="task_once"), Index("task_open", "landlord", "state", "due_at"))
    id: str = Field(primary_key=True)
    once: str
    landlord: str
    case_id: str | None = Field(default=None, index=True)
    message_id: str | None = None
    kind: str
    reason: str
    by: str
    due_at: datetime = Field(sa_column=moment())
    team: str = ""
    state: str = "open"
    created_at: datetime = Field(sa_column=moment())
    done_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    done_by: str | None = None


class QuestionRow(SQLModel, table=True):
    """A question that we asked. At most one open one an address."""

    __tablename__ = "question"
    __table_args__ = (Index("question_open", "landlord", "to_kind", "to_value", "state"),)
    id: str = Field(primary_key=True)
    landlord: str
    case_id: str | None = None
    to_kind: str
    to_value: str
    channel: str
    question: str
    asked_at: datetime = Field(sa_column=moment())
    state: str = "open"
    answer: str | None = None
    answered_by: str | None = None
