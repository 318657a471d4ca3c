"""Who is not to be written to any more: opt-outs and safe-contact locks, and what waited to go to them.

Alerts to the person on call are never held back: nobody silences them by an opt-out or a lock in that person's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, or_, select, update

from domain.decisions import AddressChange
from domain.messages import Address
from domain.ports import Ids
from store.people import Contacts, usable_others
from store.tables import CASE, CONTACT, CONTACT_ADDRESS, OUTBOX, PARTY
from store.work import Place, add_task_today

LOCKED: Final = "safe contact only"
"""Kept as the error of what was not sent because of a lock."""
_WITHHELD: Final = "Safe contact only: what waited to be sent was not sent; decide what may be said, and how."


@dataclass(frozen=True, kw_only=True)
class Silenced:
    """Somebody who did not get what waited, or whom nothing reaches any more: a task for a person."""

    kind: str
    reason: str
    case_id: str | None
    """The case of what was not sent, or the newest open case with that address."""


def change_addresses(
    tx: Connection, landlord: str, changes: Sequence[AddressChange], contacts: Contacts, now: datetime
) -> list[Silenced]:
    """Keep opt-outs, locks and languages. An opt-out cancels what waits for that address, a lock all for that person.

    Returns:
        What a person has to see to because of it.
    """
    silenced: list[Silenced] = []
    for change in changes:
        contact_id = contacts[change.address.kind.value, change.address.value]
        kept = {"safe_contact_locked": change.safe_contact_locked, "language": change.language}
        if known := {column: value for column, value in kept.items() if value is not None}:
            tx.execute(update(CONTACT).where(CONTACT.c.id == contact_id).values(**known))
        if change.safe_contact_locked:
            silenced += _lock(tx, landlord, contact_id)
        if change.opted_out is not None:
            silenced += _opt(tx, landlord, change.address, now, out=change.opted_out)
    return silenced


def is_held(row: RowMapping, flags: Sequence[str]) -> bool:
    """Whether a message to somebody whose contact is locked stays here.

    It goes out where it answers the very words that asked for the safe contact, as they named this way as the safe one
    (else it was never written); where it alerts the person on call; and where a person wrote it, who sees the lock.

    Args:
        row: of the outbox.
        flags: of the message that it answers.
    """
    return "safe_contact" not in flags and row["purpose"] != "alert" and row["automatic"] is not None


def hold(tx: Connection, rows: Sequence[RowMapping], *, ids: Ids, now: datetime) -> None:
    """Cancel messages that somebody who needs a safe contact must not get, each with a task for a person."""
    for row in rows:
        this = update(OUTBOX).where(OUTBOX.c.id == row["id"])
        tx.execute(this.values(state="cancelled", error=LOCKED, lease_until=None))
        place = Place(about=row["id"], landlord=row["landlord"], case_id=row["case_id"], message_id=row["answers"])
        add_task_today(tx, kind="withheld", reason=_WITHHELD, place=place, ids=ids, now=now)


def _lock(tx: Connection, landlord: str, contact_id: str) -> list[Silenced]:
    """What was written before anybody knew is not sent: neither to this person nor to others in the same cases."""
    address = CONTACT_ADDRESS
    theirs = exists().where(
        address.c.contact_id == contact_id,
        address.c.landlord == OUTBOX.c.landlord,
        address.c.kind == OUTBOX.c.to_kind,
        address.c.value == OUTBOX.c.to_value,
    )
    cases = select(PARTY.c.case_id).where(PARTY.c.contact_id == contact_id)
    held = _cancel(tx, landlord, or_(theirs, OUTBOX.c.case_id.in_(cases)), LOCKED)
    return [Silenced(kind="withheld", reason=_WITHHELD, case_id=held[0])] if held else []


def _opt(tx: Connection, landlord: str, address: Address, now: datetime, *, out: bool) -> list[Silenced]:
    this = (
        CONTACT_ADDRESS.c.landlord == landlord,
        CONTACT_ADDRESS.c.kind == address.kind.value,
        CONTACT_ADDRESS.c.value == address.value,
    )
    tx.execute(update(CONTACT_ADDRESS).where(*this).values(opted_out=out))
    if not out:
        return []
    mine = and_(OUTBOX.c.to_kind == address.kind.value, OUTBOX.c.to_value == address.value)
    held = _cancel(tx, landlord, mine, "the person opted out")
    case_id = _newest_open_case(tx, landlord, address)
    if not (held or case_id) or usable_others(tx, landlord, address, now):
        return []
    reason = "This person opted out, and no other address on record reaches them: find another way."
    return [Silenced(kind="contact", reason=reason, case_id=case_id)]


def _cancel(tx: Connection, landlord: str, which: ColumnElement[bool], why: str) -> list[str | None]:
    """Cancel what waits; returns the case of each message."""
    waiting = (OUTBOX.c.landlord == landlord, OUTBOX.c.state == "waiting", OUTBOX.c.purpose != "alert")
    cancelled = update(OUTBOX).where(*waiting, which).values(state="cancelled", error=why)
    return list(tx.execute(cancelled.returning(OUTBOX.c.case_id)).scalars())


def _newest_open_case(tx: Connection, landlord: str, address: Address) -> str | None:
    newest = (
        select(CASE.c.id)
        .join(PARTY, PARTY.c.case_id == CASE.c.id)
        .where(
            PARTY.c.landlord == landlord,
            PARTY.c.address_kind == address.kind.value,
            PARTY.c.address == address.value,
            CASE.c.state == "open",
        )
        .order_by(CASE.c.received_at.desc())
        .limit(1)
    )
    case_id: str | None = tx.execute(newest).scalar_one_or_none()
    return case_id
