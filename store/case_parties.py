"""Who is in a case as rows: what acts of people change in them, so that routing and sending obey it from then on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from domain.addresses import to_address
from domain.messages import Address, AddressKind
from store.people import stored_address
from store.tables import CONTACT, CONTACT_ADDRESS, MESSAGE, PARTY


def party_rows(tx: Connection, case_id: str) -> list[RowMapping]:
    """The people whom the case's messages brought, in the order in which they came."""
    return list(tx.execute(select(PARTY).where(PARTY.c.case_id == case_id).order_by(PARTY.c.id)).mappings())


def change_party(tx: Connection, party_id: str, changes: Mapping[str, Any]) -> None:
    """Change columns of one row of a case."""
    tx.execute(update(PARTY).where(PARTY.c.id == party_id).values(**changes))


def addresses_of(tx: Connection, row: RowMapping) -> list[Address]:
    """Where somebody in a case can be written to: whence they wrote first, then their other proven addresses."""
    first = stored_address(row["address_kind"], row["address"])
    table = CONTACT_ADDRESS
    others = select(table.c.kind, table.c.value).where(
        table.c.contact_id == row["contact_id"], table.c.verified.is_(True)
    )
    found = [first, *(stored_address(each.kind, each.value) for each in tx.execute(others.order_by(table.c.kind)))]
    return [each for each in dict.fromkeys(found) if each.kind is not AddressKind.NONE]


def typed_home(tx: Connection, row: RowMapping) -> list[Address]:
    """The postal address that somebody gave with a message of theirs in this case, the latest, in lines."""
    table = MESSAGE
    mine = (
        table.c.case_id == row["case_id"],
        table.c.sender_kind == row["address_kind"],
        table.c.sender == row["address"],
    )
    forms = select(table.c.form).where(*mine).order_by(table.c.received_at.desc())
    homes = (str(form.get("address", "")).strip() for form in tx.execute(forms).scalars())
    return [to_address(AddressKind.POST, home) for home in homes if home][:1]


def keep_wishes(
    tx: Connection, row: RowMapping, *, language: str, formats: Sequence[str], way: str, locked: bool | None
) -> None:
    """How somebody wishes to be met, in this case and from now on. What is left out stays as it was.

    Args:
        tx: a writing transaction.
        row: of the party.
        language: a code, or empty.
        formats: large print and the like.
        way: letter, email, sms, phone, or empty.
        locked: whether nothing goes to them by itself; None: as it was.
    """
    given = {"language": language, "adjustments": list(formats)}
    kept: dict[str, Any] = {name: value for name, value in given.items() if value}
    if kept:
        change_party(tx, row["id"], kept)
    person: dict[str, Any] = {**kept}
    if way:
        person["preferred_channel"] = way
    if locked is not None:
        person["safe_contact_locked"] = locked
    if person and row["contact_id"]:
        tx.execute(update(CONTACT).where(CONTACT.c.id == row["contact_id"]).values(**person))
