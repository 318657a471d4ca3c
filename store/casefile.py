"""Loads a case whole. Reads only."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from domain.casefile import Authority, Case, Obligation, Party, Reminder
from domain.errors import NotFound
from domain.labels import AuthorityShown, RepresentativeKind
from domain.messages import Address, AddressKind
from domain.references import parse
from store.tables import CASE, CONTACT, OBLIGATION, PARTY, REMINDER

_CASE = tuple(name for name in Case.model_fields if name in CASE.c)
_OBLIGATION = tuple(name for name in Obligation.model_fields if name in OBLIGATION.c)


def load_case(tx: Connection, reference: str) -> Case:
    """The case of a reference, in any spelling of it.

    Raises:
        NotFound: no case has this reference.
    """
    return whole_case(tx, find_case(tx, reference))


def whole_case(tx: Connection, row: RowMapping) -> Case:
    """The case of a row that was found already."""
    values = {name: row[name] for name in _CASE}
    return Case(**values, parties=_parties(tx, row["id"]), obligations=_obligations(tx, row["id"]))


def find_case(tx: Connection, reference: str) -> RowMapping:
    """The row of a case, by any spelling that reads as its reference.

    Raises:
        NotFound: no case has this reference.
    """
    read = parse(reference)
    canonical = str(read) if read else reference.strip().upper()
    row = tx.execute(select(CASE).where(CASE.c.reference == canonical)).mappings().first()
    if row is None:
        raise NotFound(f"no case has the reference {reference!r}; see `tenantline case list`")
    return row


def rows_of(tx: Connection, table: Table, case_id: str, order: str) -> Sequence[RowMapping]:
    """All rows of a table that belong to a case."""
    wanted = select(table).where(table.c.case_id == case_id).order_by(table.c[order], table.c.id)
    return tx.execute(wanted).mappings().all()


def _parties(tx: Connection, case_id: str) -> tuple[Party, ...]:
    rows = rows_of(tx, PARTY, case_id, "id")
    wanted = select(CONTACT).where(CONTACT.c.id.in_([row["contact_id"] for row in rows if row["contact_id"]]))
    contacts = {row["id"]: row for row in tx.execute(wanted).mappings()}
    return tuple(_party(row, contacts.get(row["contact_id"])) for row in rows)


def _party(row: RowMapping, contact: RowMapping | None) -> Party:
    known: dict[str, Any] = {}
    if contact is not None:
        known = {
            "preferred_channel": contact["preferred_channel"],
            "safe_contact_locked": contact["safe_contact_locked"],
        }
    return Party(
        id=row["id"],
        contact_id=row["contact_id"],
        role=row["role"],
        name=row["name"],
        address=Address(kind=AddressKind(row["address_kind"]), value=row["address"]),
        verified=row["verified"],
        representative=RepresentativeKind(row["representative"]),
        authority=_authority(row),
        language=row["language"],
        adjustments=tuple(row["adjustments"]),
        **known,
    )


def _authority(row: RowMapping) -> Authority | None:
    evidence = AuthorityShown(row["authority"])
    if evidence is AuthorityShown.NOT_APPLICABLE:
        return None
    return Authority(on_behalf_of=row["on_behalf_of"] or "", evidence=evidence, confirmed=row["verified"])


def _obligations(tx: Connection, case_id: str) -> tuple[Obligation, ...]:
    nudges: dict[str, list[Reminder]] = {}
    for row in rows_of(tx, REMINDER, case_id, "fire_at"):
        reminder = Reminder(audience=row["audience"], fire_at=row["fire_at"], state=row["state"])
        nudges.setdefault(row["obligation_id"], []).append(reminder)
    return tuple(_owed(rows_of(tx, OBLIGATION, case_id, "due_at"), nudges))


def _owed(rows: Iterable[RowMapping], nudges: dict[str, list[Reminder]]) -> Iterable[Obligation]:
    for row in rows:
        values = {name: row[name] for name in _OBLIGATION}
        yield Obligation(**values, reminders=tuple(nudges.get(row["id"], ())))
