"""What the router may know about a message and its sender. Reads only, apart from the locks that keep it true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, select

from domain.cases import (
    CaseFacts,
    KnownAddress,
    OpenAlert,
    OpenQuestion,
    Question,
    RecentAnswer,
    ReferenceFound,
    ThreadFound,
)
from domain.messages import Address, AddressKind, InboundMessage, Marks, MediaReference
from domain.policies import Policy
from domain.references import FoundReference, near_misses
from store.case_facts import case_facts_by, edited_case, one_case, open_alerts, own_cases
from store.columns import UtcDateTime
from store.joined import follow_joined
from store.locks import lock_addresses
from store.own_mail import marks_of, sent_by_us
from store.people import stored_address, usable_typed
from store.tables import ATTACHMENT, CONTACT, CONTACT_ADDRESS, MESSAGE, OUTBOX, QUESTION

__all__ = ["Facts", "StoredMessage", "load_facts", "load_messages", "lock_addresses"]

_ANSWERS_WINDOW: Final = timedelta(minutes=600)
"""The longest of the rate caps against loops (design, section 4)."""
_CONVERSATION: Final = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class StoredMessage:
    """A message as it lies in the store. ``raw`` and the bytes of attachments are not loaded."""

    id: str
    message: InboundMessage
    duplicate_of: str | None = None
    raw_blob: str = ""
    last_question: str | None = None
    """What we asked this sender last and have no answer to."""
    attempts: int = 0

    @property
    def attachment_texts(self) -> tuple[str, ...]:
        """Words beside the text that are looked through for danger."""
        return self.message.attachment_texts


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The fields of a Situation that come from the database."""

    sender: KnownAddress | None = None
    own_cases: tuple[CaseFacts, ...] = ()
    thread: ThreadFound | None = None
    references: tuple[ReferenceFound, ...] = ()
    question: OpenQuestion | None = None
    recent_answers: tuple[RecentAnswer, ...] = ()
    open_alerts: tuple[OpenAlert, ...] = ()
    last_from_sender: CaseFacts | None = None
    edited: CaseFacts | None = None
    duplicate_of: str | None = None


def load_messages(tx: Connection, ids: Sequence[str]) -> list[StoredMessage]:
    """Stored messages in the order asked for; unknown ids are left out."""
    if not ids:
        return []
    rows = tx.execute(_messages(), {"ids": list(ids)}).mappings().all()
    files: dict[str, list[MediaReference]] = {}
    for row in tx.execute(_files(), {"ids": list(ids)}).mappings():
        files.setdefault(row["message_id"], []).append(_file(row))
    ours = sent_by_us(tx, rows)
    found = {row["id"]: _stored_message(row, tuple(files.get(row["id"], ())), marks_of(row, ours)) for row in rows}
    return [found[key] for key in ids if key in found]


def _stored_message(row: RowMapping, files: tuple[MediaReference, ...], marks: Marks) -> StoredMessage:
    """A row of the message table, and what came with it, as the value that everybody else knows."""
    message = InboundMessage.model_construct(
        landlord=row["landlord"],
        channel=row["channel"],
        channel_kind=row["channel_kind"],
        provider_id=row["provider_id"],
        sender=stored_address(row["sender_kind"], row["sender"]),
        sender_name=row["sender_name"],
        recipients=tuple(row["recipients"]),
        reply_to=stored_address(row["reply_to_kind"], row["reply_to"]) if row["reply_to_kind"] else None,
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        attachments=files,
        attachment_texts=tuple(row["attachment_texts"]),
        sent_at=row["sent_at"],
        received_at=row["received_at"],
        message_id=row["message_id"],
        in_reply_to=tuple(row["in_reply_to"]),
        content_hash=row["content_hash"],
        raw=b"",
        raw_type=row["raw_type"],
        marks=marks,
        answers_button=row["answers_button"],
        noted_by=row["noted_by"],
        form=row["form"],
    )
    return StoredMessage(
        id=row["id"],
        message=message,
        duplicate_of=row["duplicate_of"],
        raw_blob=row["raw_blob"],
        last_question=row["last_question"],
        attempts=row["attempts"],
    )


def load_facts(
    tx: Connection,
    stored: StoredMessage,
    *,
    policy: Policy,
    prefixes: Iterable[str] | None = None,
    now: datetime,
    found_references: tuple[FoundReference, ...] = (),
) -> Facts:
    """Everything on record that the rules may look at, as it stands inside this transaction.

    Only references under ``prefixes`` count; by default the landlord's own.
    """
    message = stored.message
    prefixes = (policy.prefix,) if prefixes is None else tuple(prefixes)
    sender = message.sender
    if sender.kind is AddressKind.NONE:
        return Facts(
            references=_references(tx, message, found_references, prefixes, ()),
            thread=_thread(tx, message),
            duplicate_of=stored.duplicate_of,
        )
    known = _known_address(tx, message, now)
    if known is None:  # nobody ever wrote from there or was written to there: nothing else can be on record
        return Facts(
            thread=_thread(tx, message),
            references=_references(tx, message, found_references, prefixes, ()),
            duplicate_of=stored.duplicate_of,
        )
    own = own_cases(tx, message.landlord, sender, now)
    facts = Facts(
        sender=known,
        own_cases=own,
        thread=_thread(tx, message),
        references=_references(tx, message, found_references, prefixes, own),
        question=_question(tx, message),
        recent_answers=_recent_answers(tx, message, now),
        open_alerts=open_alerts(tx, message.landlord, sender) if own else (),
        last_from_sender=_last_case(tx, stored, own),
        edited=edited_case(tx, message, stored.id),
        duplicate_of=stored.duplicate_of,
    )
    return follow_joined(tx, message, facts)


def _file(row: RowMapping) -> MediaReference:
    """An attachment without its bytes."""
    named = ("name", "content_type", "size", "inline", "url")
    return MediaReference.model_construct(content=None, **{name: row[name] for name in named})


def _sender_values(message: InboundMessage) -> dict[str, Any]:
    return {"landlord": message.landlord, "kind": message.sender.kind.value, "address": message.sender.value}


def _known_address(tx: Connection, message: InboundMessage, now: datetime) -> KnownAddress | None:
    rows = list(tx.execute(_addresses(), _sender_values(message)).mappings())
    wanted = (message.sender.kind, message.sender.value)
    own = next((row for row in rows if (row["kind"], row["value"]) == wanted), None)
    if own is None:
        return None
    return KnownAddress(
        address=message.sender,
        contact_id=own["contact_id"],
        name=own["name"],
        verified=own["verified"],
        opted_out=own["opted_out"],
        blocked_until=own["blocked_until"],
        safe_contact_locked=own["safe_contact_locked"],
        language=own["language"],
        adjustments=tuple(own["adjustments"]),
        other_addresses=() if own["safe_contact_locked"] else _stand_ins(tx, message, rows, own, now),
    )


def _stand_ins(
    tx: Connection, message: InboundMessage, rows: Sequence[RowMapping], own: RowMapping, now: datetime
) -> tuple[Address, ...]:
    """The contact's other addresses where both are verified, and what was typed beside this one in this very form."""
    verified = [
        stored_address(row["kind"], row["value"])
        for row in rows
        if row is not own and own["verified"] and row["verified"] and not row["opted_out"]
        if row["blocked_until"] is None or row["blocked_until"] <= now
    ]
    typed = usable_typed(tx, message.landlord, message.sender, message.form, now) if message.form else []
    return tuple(dict.fromkeys((*verified, *typed)))


def _thread(tx: Connection, message: InboundMessage) -> ThreadFound | None:
    """The nearest message of ours that this one answers and that belongs to a case."""
    if not message.in_reply_to:
        return None
    values = {"landlord": message.landlord, "message_ids": list(message.in_reply_to)}
    rows = {row["message_id"]: row for row in tx.execute(_answered(), values).mappings()}
    nearest = next((rows[key] for key in message.in_reply_to if key in rows), None)
    if nearest is None:
        return None
    case = one_case(tx, message.landlord, message.sender, case_id=nearest["case_id"])
    sent_to = stored_address(nearest["to_kind"], nearest["to_value"])
    return ThreadFound(case=case, sent_to=sent_to, purpose=nearest["purpose"]) if case else None


def _references(
    tx: Connection,
    message: InboundMessage,
    found: tuple[FoundReference, ...],
    prefixes: Iterable[str],
    own: tuple[CaseFacts, ...],
) -> tuple[ReferenceFound, ...]:
    """The references in the message with their cases: a wrong one is looked up among the sender's OWN cases alone."""
    ours = frozenset(prefixes)
    seen = [reference for reference in found if reference.reference[:3] in ours]
    if not seen:
        return ()
    right = [reference.reference for reference in seen if reference.valid]
    cases = case_facts_by(tx, message.landlord, message.sender, references=right)
    by_reference = {case.reference: case for case in cases}
    near = {
        reference.reference: near_misses(reference.reference, [case.reference for case in own])
        for reference in seen
        if not reference.valid
    }
    slips = {wrong: hits[0] for wrong, hits in near.items() if len(hits) == 1}
    by_own = {case.reference: case for case in own}
    return tuple(
        ReferenceFound(
            reference=reference.reference,
            valid=reference.valid,
            case=by_reference.get(reference.reference)
            if reference.valid
            else by_own.get(slips.get(reference.reference, "")),
        )
        for reference in seen
    )


def _question(tx: Connection, message: InboundMessage) -> OpenQuestion | None:
    row = tx.execute(_open_question(), _sender_values(message)).first()
    if row is None:
        return None
    return OpenQuestion(id=row.id, question=Question(row.question), case_id=row.case_id, asked_at=row.asked_at)


def _recent_answers(tx: Connection, message: InboundMessage, now: datetime) -> tuple[RecentAnswer, ...]:
    rows = tx.execute(_answers(), _sender_values(message) | {"since": now - _ANSWERS_WINDOW})
    return tuple(RecentAnswer(at=row.queued_at, subject=row.subject) for row in rows)


def _last_case(tx: Connection, stored: StoredMessage, own: tuple[CaseFacts, ...]) -> CaseFacts | None:
    """The case of this sender's last message, where that came within 15 minutes before this one."""
    if not own:
        return None
    received = stored.message.received_at
    values = {"since": received - _CONVERSATION, "until": received, "own_id": stored.id}
    case_id = tx.execute(_last_message(), _sender_values(stored.message) | values).scalar_one_or_none()
    return next((case for case in own if case.id == case_id), None)


@lru_cache
def _messages() -> Select[Any]:
    asked = (
        select(QUESTION.c.question)
        .where(
            QUESTION.c.landlord == MESSAGE.c.landlord,
            QUESTION.c.to_kind == MESSAGE.c.sender_kind,
            QUESTION.c.to_value == MESSAGE.c.sender,
            QUESTION.c.state == "open",
        )
        .order_by(QUESTION.c.asked_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = MESSAGE.c.id.in_(bindparam("ids", expanding=True))
    return select(MESSAGE, asked.label("last_question")).where(wanted)


@lru_cache
def _files() -> Select[Any]:
    columns = (ATTACHMENT.c[name] for name in ("message_id", "name", "content_type", "size", "inline", "url"))
    wanted = ATTACHMENT.c.message_id.in_(bindparam("ids", expanding=True))
    return select(*columns).where(wanted).order_by(ATTACHMENT.c.id)


@lru_cache
def _addresses() -> Select[Any]:
    """The sender's address and the other addresses of the same contact."""
    other = CONTACT_ADDRESS.alias("other")
    mine = CONTACT_ADDRESS
    return (
        select(
            other.c.kind,
            other.c.value,
            other.c.verified,
            other.c.opted_out,
            other.c.blocked_until,
            mine.c.contact_id,
            CONTACT.c.name,
            CONTACT.c.language,
            CONTACT.c.adjustments,
            CONTACT.c.safe_contact_locked,
        )
        .select_from(mine)
        .join(other, other.c.contact_id == mine.c.contact_id)
        .join(CONTACT, CONTACT.c.id == mine.c.contact_id)
        .where(
            mine.c.landlord == bindparam("landlord"),
            mine.c.kind == bindparam("kind"),
            mine.c.value == bindparam("address"),
        )
        .order_by(other.c.kind, other.c.value)
    )


@lru_cache
def _answered() -> Select[Any]:
    columns = (OUTBOX.c.message_id, OUTBOX.c.case_id, OUTBOX.c.to_kind, OUTBOX.c.to_value, OUTBOX.c.purpose)
    return select(*columns).where(
        OUTBOX.c.message_id.in_(bindparam("message_ids", expanding=True)),
        OUTBOX.c.landlord == bindparam("landlord"),
        OUTBOX.c.case_id.is_not(None),
    )


@lru_cache
def _open_question() -> Select[Any]:
    table = QUESTION
    return (
        select(table.c.id, table.c.question, table.c.case_id, table.c.asked_at)
        .where(
            table.c.landlord == bindparam("landlord"),
            table.c.to_kind == bindparam("kind"),
            table.c.to_value == bindparam("address"),
            table.c.state == "open",
        )
        .order_by(table.c.asked_at.desc())
        .limit(1)
    )


@lru_cache
def _answers() -> Select[Any]:
    table = OUTBOX
    return select(table.c.queued_at, table.c.subject).where(
        table.c.landlord == bindparam("landlord"),
        table.c.to_kind == bindparam("kind"),
        table.c.to_value == bindparam("address"),
        table.c.queued_at > bindparam("since", type_=UtcDateTime()),
        table.c.automatic.is_not(None),
        table.c.state != "cancelled",
    )


@lru_cache
def _last_message() -> Select[Any]:
    table = MESSAGE
    window = and_(
        table.c.received_at >= bindparam("since", type_=UtcDateTime()),
        table.c.received_at <= bindparam("until", type_=UtcDateTime()),
    )
    return (
        select(table.c.case_id)
        .where(
            table.c.landlord == bindparam("landlord"),
            table.c.sender_kind == bindparam("kind"),
            table.c.sender == bindparam("address"),
            window,
            table.c.id != bindparam("own_id"),
            table.c.case_id.is_not(None),
        )
        .order_by(table.c.received_at.desc())
        .limit(1)
    )
