"""Who is behind an address, and what is kept about it. Two people are never merged here: an address is found or new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Insert, func, or_, select, update

from domain.decisions import AddressChange, NewParty
from domain.messages import Address, AddressKind
from domain.ports import Ids
from store.statements import dialect_insert, insert_rows
from store.tables import CASE, CONTACT, CONTACT_ADDRESS, OUTBOX, PARTY

BOUNCE_BLOCK: Final = timedelta(days=60)
"""How long an address whose mail bounced for good gets no automatic mail."""

Contacts = Mapping[tuple[str, str], str]
"""The contact's id by (kind, value) of the address."""


@dataclass(frozen=True, kw_only=True)
class Silenced:
    """Somebody whom nothing reaches any more after an opt-out."""

    address: Address
    case_id: str | None
    """The newest open case with that address."""


def stored_address(kind: str, value: str) -> Address:
    """An address from a row, in normal form already."""
    return Address.model_construct(kind=AddressKind(kind), value=value)


def find_or_add_contacts(
    tx: Connection,
    landlord: str,
    *,
    parties: Sequence[NewParty],
    others: Iterable[Address],
    inbound: tuple[Address, datetime] | None,
    ids: Ids,
    now: datetime,
) -> Contacts:
    """A contact for every address that can be written to; new ones get the party's name and language.

    Args:
        tx: a writing transaction.
        landlord: whose contacts.
        parties: people in a case.
        others: further addresses about which something is to be kept.
        inbound: the address that wrote, and when.
        ids: for new rows.
        now: when new contacts are made.
    """
    by_address: dict[tuple[str, str], NewParty | None] = {}
    for party in parties:
        by_address.setdefault((party.address.kind.value, party.address.value), party)
    for other in (*others, *([inbound[0]] if inbound else [])):
        by_address.setdefault((other.kind.value, other.value), None)
    by_address = {key: party for key, party in by_address.items() if key[0] != AddressKind.NONE.value}
    found: dict[tuple[str, str], str] = {}
    new: list[dict[str, Any]] = []
    for key in sorted(by_address):
        who = by_address[key]
        wrote = inbound is not None and key == (inbound[0].kind.value, inbound[0].value)
        contact_id = ids.new()
        values = {
            "id": ids.new(),
            "contact_id": contact_id,
            "landlord": landlord,
            "kind": key[0],
            "value": key[1],
            "verified": bool(who and who.verified),
            "opted_out": False,
            "blocked_until": None,
            "last_inbound_at": inbound[1] if wrote and inbound else None,
        }
        found[key] = tx.execute(_add_address(tx.dialect.name), values).scalar_one()
        if found[key] == contact_id:
            new.append(_contact_row(contact_id, landlord, who, now))
    insert_rows(tx, CONTACT, new)
    return found


def change_addresses(
    tx: Connection, landlord: str, changes: Sequence[AddressChange], contacts: Contacts, now: datetime
) -> list[Silenced]:
    """Keep opt-outs, locks and languages. An opt-out cancels what still waits for that address.

    Returns:
        Those whom no other address reaches now.
    """
    silenced: list[Silenced] = []
    for change in changes:
        contact_id = contacts[change.address.kind.value, change.address.value]
        kept = {"safe_contact_locked": change.safe_contact_locked, "language": change.language}
        if known := {column: value for column, value in kept.items() if value is not None}:
            tx.execute(update(CONTACT).where(CONTACT.c.id == contact_id).values(**known))
        if change.opted_out is None:
            continue
        address = change.address
        this = (
            CONTACT_ADDRESS.c.landlord == landlord,
            CONTACT_ADDRESS.c.kind == address.kind.value,
            CONTACT_ADDRESS.c.value == address.value,
        )
        tx.execute(update(CONTACT_ADDRESS).where(*this).values(opted_out=change.opted_out))
        if change.opted_out:
            cancelled = _cancel_waiting(tx, landlord, address)
            case_id = _newest_open_case(tx, landlord, address)
            if (cancelled or case_id) and not _is_reachable(tx, contact_id, now):
                silenced.append(Silenced(address=address, case_id=case_id))
    return silenced


def block_address(tx: Connection, landlord: str, address: Address, now: datetime) -> None:
    """No automatic mail goes there for a while: it bounced for good."""
    this = (
        CONTACT_ADDRESS.c.landlord == landlord,
        CONTACT_ADDRESS.c.kind == address.kind.value,
        CONTACT_ADDRESS.c.value == address.value,
    )
    tx.execute(update(CONTACT_ADDRESS).where(*this).values(blocked_until=now + BOUNCE_BLOCK))


def _contact_row(contact_id: str, landlord: str, who: NewParty | None, now: datetime) -> dict[str, Any]:
    return {
        "id": contact_id,
        "landlord": landlord,
        "name": who.name if who else None,
        "language": who.language if who else None,
        "adjustments": who.adjustments if who else (),
        "preferred_channel": None,
        "safe_contact_locked": False,
        "created_at": now,
    }


def _cancel_waiting(tx: Connection, landlord: str, address: Address) -> int:
    cancel = (
        update(OUTBOX)
        .where(
            OUTBOX.c.landlord == landlord,
            OUTBOX.c.to_kind == address.kind.value,
            OUTBOX.c.to_value == address.value,
            OUTBOX.c.state == "waiting",
        )
        .values(state="cancelled", error="the person opted out")
    )
    return tx.execute(cancel).rowcount


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


def _is_reachable(tx: Connection, contact_id: str, now: datetime) -> bool:
    table = CONTACT_ADDRESS
    other = select(table.c.id).where(
        table.c.contact_id == contact_id,
        table.c.verified.is_(True),
        table.c.opted_out.is_(False),
        or_(table.c.blocked_until.is_(None), table.c.blocked_until <= now),
    )
    return tx.execute(other.limit(1)).first() is not None


@lru_cache
def _add_address(dialect: str) -> Insert:
    """Insert or find in one statement; a later message moves the time of the last one, never back."""
    table = CONTACT_ADDRESS
    insert = dialect_insert(table, dialect)
    given = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["landlord", "kind", "value"],
        set_={
            "last_inbound_at": func.coalesce(given.last_inbound_at, table.c.last_inbound_at),
            "verified": or_(table.c.verified, given.verified),
        },
    ).returning(table.c.contact_id)
