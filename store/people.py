"""Who is behind an address, and what is kept about it. Two people are never merged here: an address is found or new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Insert, and_, case, exists, func, or_, select, update

from domain.decisions import NewParty
from domain.messages import NO_ADDRESS, Address, AddressKind
from domain.ports import Ids
from domain.senders import typed_addresses
from store.statements import NewRows, dialect_insert, insert_once, insert_rows
from store.tables import CONTACT, CONTACT_ADDRESS

BOUNCE_BLOCK: Final = timedelta(days=60)
"""How long an address whose mail bounced for good gets no automatic mail."""

Contacts = Mapping[tuple[str, str], str]
"""The contact's id by (kind, value) of the address."""


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """The address that wrote, and when."""

    address: Address
    at: datetime
    proven: bool
    """A provider proves that its holder wrote (``domain.senders``)."""


def stored_address(kind: str, value: str) -> Address:
    """An address from a row, in normal form already."""
    return Address.model_construct(kind=AddressKind(kind), value=value)


def find_or_add_contacts(
    rows: NewRows,
    landlord: str,
    *,
    parties: Sequence[NewParty],
    others: Iterable[Address],
    inbound: Inbound | None,
    ids: Ids,
    now: datetime,
) -> Contacts:
    """A contact for every address that can be written to; new ones get the party's name and language.

    Args:
        rows: where new contacts are gathered.
        landlord: whose contacts.
        parties: people in a case.
        others: further addresses about which something is to be kept.
        inbound: the address that wrote.
        ids: for new rows.
        now: when new contacts are made.
    """
    by_address: dict[tuple[str, str], NewParty | None] = {}
    for party in parties:
        by_address.setdefault(_key(party.address), party)
    for other in (*others, *([inbound.address] if inbound else [])):
        by_address.setdefault(_key(other), None)
    by_address.pop(_key(NO_ADDRESS), None)
    found: dict[tuple[str, str], str] = {}
    new: dict[str, dict[str, Any]] = {}
    for key in sorted(by_address):
        who = by_address[key]
        wrote = inbound if inbound is not None and key == _key(inbound.address) else None
        contact_id = ids.new()
        values = _address_row(ids.new(), contact_id, landlord, key) | {
            "verified": bool((who and who.verified) or (wrote and wrote.proven)),
            "last_inbound_at": wrote.at if wrote else None,
        }
        row = rows.tx.execute(_add_address(rows.tx.dialect.name), values).one()
        found[key] = row.contact_id
        if row.contact_id == contact_id:
            new[contact_id] = _contact_row(contact_id, landlord, who, now)
        elif not row.verified and values["verified"]:
            _verify(rows.tx, landlord, key, confirmed=bool(who and who.verified))
    insert_rows(rows, CONTACT, list(new.values()))
    for party in parties:
        if found.get(_key(party.address)) in new:
            _add_typed(rows.tx, landlord, party, found[_key(party.address)], ids)
    return found


def _add_typed(tx: Connection, landlord: str, party: NewParty, contact_id: str, ids: Ids) -> None:
    """What was typed beside a new address. What somebody has already stays theirs, and nobody known gets it."""
    rows = [_address_row(ids.new(), contact_id, landlord, _key(address)) for address in party.also]
    insert_once(tx, CONTACT_ADDRESS, rows, key=("landlord", "kind", "value"))


def usable_others(tx: Connection, landlord: str, address: Address, now: datetime) -> list[Address]:
    """The other addresses of the same person that may be used now; none where this one is not verified itself."""
    mine = CONTACT_ADDRESS.alias("mine")
    other = CONTACT_ADDRESS.alias("other")
    wanted = (
        select(other.c.kind, other.c.value)
        .select_from(mine)
        .join(other, other.c.contact_id == mine.c.contact_id)
        .join(CONTACT, CONTACT.c.id == mine.c.contact_id)
        .where(
            mine.c.landlord == landlord,
            mine.c.kind == address.kind.value,
            mine.c.value == address.value,
            mine.c.verified.is_(True),
            other.c.id != mine.c.id,
            other.c.verified.is_(True),
            other.c.opted_out.is_(False),
            or_(other.c.blocked_until.is_(None), other.c.blocked_until <= now),
            CONTACT.c.safe_contact_locked.is_(False),
        )
        .order_by(other.c.kind, other.c.value)
    )
    return [stored_address(row.kind, row.value) for row in tx.execute(wanted)]


def may_be_written(tx: Connection, landlord: str, address: Address, now: datetime) -> bool:
    """Whether a message may go there by itself: known, not opted out, not bouncing lately, no safe-contact lock."""
    known = (
        select(CONTACT_ADDRESS.c.id)
        .join(CONTACT, CONTACT.c.id == CONTACT_ADDRESS.c.contact_id)
        .where(
            CONTACT_ADDRESS.c.landlord == landlord,
            CONTACT_ADDRESS.c.kind == address.kind.value,
            CONTACT_ADDRESS.c.value == address.value,
            CONTACT_ADDRESS.c.opted_out.is_(False),
            or_(CONTACT_ADDRESS.c.blocked_until.is_(None), CONTACT_ADDRESS.c.blocked_until <= now),
            CONTACT.c.safe_contact_locked.is_(False),
        )
    )
    return tx.execute(known).first() is not None


def usable_typed(
    tx: Connection, landlord: str, address: Address, form: Mapping[str, str], now: datetime
) -> list[Address]:
    """The other addresses that were typed into the same form as this one, unless they may not be used.

    Whoever typed both knows all that an answer to that form says. None where a safe contact is asked for.
    """
    typed = typed_addresses(form)
    if address not in typed or len(typed) < 2:  # noqa: PLR2004 - this one and another
        return []
    table = CONTACT_ADDRESS
    same = [and_(table.c.kind == each.kind.value, table.c.value == each.value) for each in typed]
    known = (
        select(table.c.kind, table.c.value, table.c.opted_out, table.c.blocked_until, CONTACT.c.safe_contact_locked)
        .join(CONTACT, CONTACT.c.id == table.c.contact_id)
        .where(table.c.landlord == landlord, or_(*same))
    )
    rows = list(tx.execute(known))
    if any(row.safe_contact_locked for row in rows):
        return []
    barred = {(row.kind, row.value) for row in rows if row.opted_out or (row.blocked_until and row.blocked_until > now)}
    return [each for each in typed if each != address and _key(each) not in barred]


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


def _address_row(row_id: str, contact_id: str, landlord: str, key: tuple[str, str]) -> dict[str, Any]:
    return {
        "id": row_id,
        "contact_id": contact_id,
        "landlord": landlord,
        "kind": key[0],
        "value": key[1],
        "verified": False,
        "opted_out": False,
        "blocked_until": None,
        "last_inbound_at": None,
    }


def _key(address: Address) -> tuple[str, str]:
    return address.kind.value, address.value


def _verify(tx: Connection, landlord: str, key: tuple[str, str], *, confirmed: bool) -> None:
    """An address that proved itself is verified, unless another of its contact was first: only a person joins two."""
    table, other = CONTACT_ADDRESS, CONTACT_ADDRESS.alias("other")
    this = (table.c.landlord == landlord, table.c.kind == key[0], table.c.value == key[1])
    first = ~exists().where(other.c.contact_id == table.c.contact_id, other.c.verified.is_(True))
    tx.execute(update(table).where(*this, *(() if confirmed else (first,))).values(verified=True))


@lru_cache
def _add_address(dialect: str) -> Insert:
    """Insert or find in one statement. A later message moves the time of the last one; an older one never back."""
    table = CONTACT_ADDRESS
    insert = dialect_insert(table, dialect)
    given = insert.excluded
    later = case(
        (table.c.last_inbound_at > given.last_inbound_at, table.c.last_inbound_at),
        else_=func.coalesce(given.last_inbound_at, table.c.last_inbound_at),
    )
    return insert.on_conflict_do_update(
        index_elements=["landlord", "kind", "value"], set_={"last_inbound_at": later}
    ).returning(table.c.contact_id, table.c.verified)
