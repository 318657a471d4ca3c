"""Who is in a case as rows: what acts of people change in them, so that routing and sending obey it from then on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from store.tables import CONTACT, PARTY


def party_rows(tx: Connection, case_id: str) -> list[RowMapping]:
    """The people whom the case's messages brought, in the order in which they came."""
    return list(tx.execute(select(PARTY).where(PARTY.c.case_id == case_id).order_by(PARTY.c.id)).mappings())


def change_party(tx: Connection, party_id: str, changes: Mapping[str, Any]) -> None:
    """Change columns of one row of a case."""
    tx.execute(update(PARTY).where(PARTY.c.id == party_id).values(**changes))


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
