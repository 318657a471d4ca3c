"""Cases as the router sees them, from one sender's point of view. Reads only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Exists, RowMapping, Select, Subquery, bindparam, case, exists, func, or_, select

from domain.areas import area_of
from domain.cases import CaseFacts, CaseState, OpenAlert, OpenDuty
from domain.labels import Kind, Topic
from domain.messages import Address, AddressKind, InboundMessage
from store.columns import UtcDateTime
from store.tables import ALERT, CASE, CONTACT, MESSAGE, OBLIGATION, OUTBOX, PARTY, TASK

RECENTLY_CLOSED: Final = timedelta(days=90)
"""How long after its closing a case still belongs to what a sender may mean without naming it."""


def own_cases(tx: Connection, landlord: str, sender: Address, now: datetime) -> tuple[CaseFacts, ...]:
    """The sender's open and recently closed cases, newest first."""
    values = _point_of_view(landlord, sender) | {"closed_since": now - RECENTLY_CLOSED}
    return _facts(tx, tx.execute(_own(), values).mappings().all())


def case_facts_by(
    tx: Connection, landlord: str, sender: Address, *, references: Sequence[str]
) -> tuple[CaseFacts, ...]:
    """The cases of a landlord with these references, whether or not the sender is in them."""
    if not references:
        return ()
    values = _point_of_view(landlord, sender) | {"references": list(references)}
    return _facts(tx, tx.execute(_by_reference(), values).mappings().all())


def one_case(tx: Connection, landlord: str, sender: Address, *, case_id: str) -> CaseFacts | None:
    """A case by its id."""
    values = _point_of_view(landlord, sender) | {"case_id": case_id}
    return next(iter(_facts(tx, tx.execute(_by_id(), values).mappings().all())), None)


def edited_case(tx: Connection, message: InboundMessage, own_id: str) -> CaseFacts | None:
    """The case of the message that this one is a later version of: one that begins alike in the provider's name."""
    first = message.provider_id.rpartition("/")[0]
    if not (message.marks.edited and first):
        return None
    table = MESSAGE
    versions = (
        select(table.c.case_id)
        .where(
            table.c.landlord == message.landlord,
            table.c.sender_kind == message.sender.kind.value,
            table.c.sender == message.sender.value,
            table.c.channel == message.channel,
            table.c.provider_id.startswith(f"{first}/", autoescape=True),
            table.c.case_id.is_not(None),
            table.c.id != own_id,
        )
        .order_by(table.c.received_at.desc())
    )
    case_id = tx.execute(versions.limit(1)).scalar_one_or_none()
    return one_case(tx, message.landlord, message.sender, case_id=case_id) if case_id else None


def open_alerts(tx: Connection, landlord: str, sender: Address) -> tuple[OpenAlert, ...]:
    """What messages from this very address alerted the person on call of, and nobody has acknowledged."""
    rows = tx.execute(_alerts(), _point_of_view(landlord, sender))
    return tuple(OpenAlert(case_id=row.case_id, cause=row.cause) for row in rows)


def _point_of_view(landlord: str, sender: Address) -> dict[str, Any]:
    return {"landlord": landlord, "kind": sender.kind.value, "address": sender.value}


def _facts(tx: Connection, rows: Sequence[RowMapping]) -> tuple[CaseFacts, ...]:
    if not rows:
        return ()
    owed: dict[str, list[OpenDuty]] = {}
    for duty in tx.execute(_still_owed(), {"case_ids": [row["id"] for row in rows]}).mappings():
        owed.setdefault(duty["case_id"], []).append(_open_duty(duty))
    return tuple(_case_facts(row, tuple(owed.get(row["id"], ()))) for row in rows)


def _open_duty(row: RowMapping) -> OpenDuty:
    named = ("name", "stage", "basis", "about", "due_at", "effective")
    return OpenDuty(**{name: row[name] for name in named})


def _case_facts(row: RowMapping, owed: tuple[OpenDuty, ...]) -> CaseFacts:
    own = row["party_id"] is not None
    return CaseFacts(
        id=row["id"],
        reference=row["reference"],
        kind=Kind(row["kind"]),
        stage=row["stage"],
        state=CaseState(row["state"]),
        topic=Topic(row["topic"]),
        matter=row["matter"],
        area=area_of(row["flags"]),
        received_at=row["received_at"],
        closed_at=row["closed_at"],
        own=own,
        is_representative=bool(row["is_representative"]),
        acknowledged=bool(row["acknowledged"]),
        last_added_answer_at=row["last_added_answer_at"],
        last_message_at=row["last_message_at"],
        response_sent=row["response_sent_at"] is not None,
        safe_contact_locked=bool(row["locked"]),
        owed=owed,
        escalation_waits=bool(row["escalation_waits"]),
    )


def _cases(*, outer: bool) -> Select[Any]:
    """The columns of ``_facts``: cases, and what the sender is in them."""
    party = _sender_as_party()
    acknowledged = exists().where(
        OUTBOX.c.case_id == CASE.c.id,
        OUTBOX.c.to_kind == bindparam("kind"),
        OUTBOX.c.to_value == bindparam("address"),
        or_(OUTBOX.c.purpose == "acknowledge", OUTBOX.c.meets == "acknowledge"),
        OUTBOX.c.state.in_(("waiting", "taken", "sent", "delivered")),
    )
    last_message = (
        select(func.max(MESSAGE.c.received_at, type_=UtcDateTime()))
        .where(
            MESSAGE.c.case_id == CASE.c.id,
            MESSAGE.c.sender_kind == bindparam("kind"),
            MESSAGE.c.sender == bindparam("address"),
        )
        .scalar_subquery()
    )
    return (
        select(
            CASE.c.id,
            CASE.c.reference,
            CASE.c.kind,
            CASE.c.stage,
            CASE.c.state,
            CASE.c.topic,
            CASE.c.matter,
            CASE.c.flags,
            CASE.c.received_at,
            CASE.c.closed_at,
            CASE.c.response_sent_at,
            party.c.party_id,
            party.c.is_representative,
            party.c.last_added_answer_at,
            acknowledged.label("acknowledged"),
            last_message.label("last_message_at"),
            _locked().label("locked"),
            _escalation_waits().label("escalation_waits"),
        )
        .select_from(CASE)
        .join(party, party.c.case_id == CASE.c.id, isouter=outer)
        .where(CASE.c.landlord == bindparam("landlord"))
    )


def _locked() -> Exists:
    """Whether a party of the case may only be reached by a safe contact."""
    return exists().where(
        PARTY.c.case_id == CASE.c.id, PARTY.c.contact_id == CONTACT.c.id, CONTACT.c.safe_contact_locked.is_(True)
    )


def _escalation_waits() -> Exists:
    return exists().where(TASK.c.case_id == CASE.c.id, TASK.c.kind == "escalation", TASK.c.state == "open")


def _sender_as_party() -> Subquery:
    """One row a case: where an address is in a case twice, it is a representative only if it is so every time."""
    return (
        select(
            PARTY.c.case_id,
            func.min(PARTY.c.id).label("party_id"),
            func.min(case((PARTY.c.representative == "none", 0), else_=1)).label("is_representative"),
            func.max(PARTY.c.last_added_answer_at, type_=UtcDateTime()).label("last_added_answer_at"),
        )
        .where(
            PARTY.c.landlord == bindparam("landlord"),
            PARTY.c.address_kind == bindparam("kind"),
            PARTY.c.address == bindparam("address"),
            PARTY.c.address_kind != AddressKind.NONE.value,
        )
        .group_by(PARTY.c.case_id)
        .subquery("sender")
    )


@lru_cache
def _own() -> Select[Any]:
    closed_since = bindparam("closed_since", type_=UtcDateTime())
    recent = or_(CASE.c.state == CaseState.OPEN.value, CASE.c.closed_at >= closed_since)
    return _cases(outer=False).where(recent).order_by(CASE.c.received_at.desc(), CASE.c.id)


@lru_cache
def _by_reference() -> Select[Any]:
    return _cases(outer=True).where(CASE.c.reference.in_(bindparam("references", expanding=True)))


@lru_cache
def _by_id() -> Select[Any]:
    return _cases(outer=True).where(CASE.c.id == bindparam("case_id"))


@lru_cache
def _still_owed() -> Select[Any]:
    """Duties that are not done, late ones included."""
    table = OBLIGATION
    columns = (table.c[name] for name in ("case_id", "name", "stage", "basis", "about", "due_at", "effective"))
    mine = table.c.case_id.in_(bindparam("case_ids", expanding=True))
    return select(*columns).where(mine, table.c.state.in_(("open", "breached"))).order_by(table.c.due_at, table.c.id)


@lru_cache
def _alerts() -> Select[Any]:
    return (
        select(ALERT.c.case_id, ALERT.c.cause)
        .join(MESSAGE, MESSAGE.c.id == ALERT.c.message_id)
        .where(
            ALERT.c.state == "open",
            ALERT.c.landlord == bindparam("landlord"),
            ALERT.c.case_id.is_not(None),
            MESSAGE.c.sender_kind == bindparam("kind"),
            MESSAGE.c.sender == bindparam("address"),
        )
        .order_by(ALERT.c.created_at, ALERT.c.id)
    )
