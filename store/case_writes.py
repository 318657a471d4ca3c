"""Rows of a case: opened, joined, changed, linked; parties, duties and nudges. Which of them is decided elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Insert, RowMapping, Select, Update, bindparam, select, update

from domain.cases import CaseState, ObligationState
from domain.decisions import Decision, NewCase, NewObligation, NewParty, NewReminder
from domain.errors import NotFound
from domain.labels import Hazard, Kind, Urgency
from domain.ports import Ids
from domain.references import make_reference
from domain.uktime import local_date
from store.case_tables import OBLIGATION_IS_OPEN
from store.people import Contacts
from store.statements import NewRows, dialect_insert, insert_new, insert_once, insert_rows
from store.tables import CASE, OBLIGATION, PARTY, REFERENCE_COUNTER, REMINDER

_MET_BY_STORING: Final = frozenset({"record"})
"""Duties that are done by what this transaction does: a case that is stored is recorded."""

_OWED_ONCE: Final = ("case_id", "name", "stage", "basis", "about")
_URGENCY_ORDER: Final = (Urgency.NORMAL.value, Urgency.URGENT.value, Urgency.EMERGENCY.value)


def take_reference(rows: NewRows, prefix: str, now: datetime) -> str:
    """The next reference of a landlord in the UK year of now. A rolled back transaction gives its number back.

    The first holds the counter until the transaction ends, so that the next ones of a batch are known without asking.
    """
    year = local_date(now).year
    taken = rows.numbers.get((prefix, year))
    if taken is None:
        values = {"prefix": prefix, "year": year, "last_number": 1}
        number = int(rows.tx.execute(_next_number(rows.tx.dialect.name), values).scalar_one())
    else:
        number = taken + 1
        rows.change(_set_number(), {"of_prefix": prefix, "of_year": year, "number": number})
    rows.numbers[prefix, year] = number
    return make_reference(prefix, year, number)


def open_case(
    into: Connection | NewRows,
    new: NewCase,
    *,
    case_id: str,
    reference: str,
    landlord: str,
    decision: Decision | None,
    flags: tuple[str, ...],
    policy_version: str,
    now: datetime,
) -> None:
    """Insert a case."""
    row = {
        "id": case_id,
        "reference": reference,
        "landlord": landlord,
        "kind": new.kind.value,
        "also": [kind.value for kind in new.also],
        "kind_confirmed": False,
        "topic": new.topic.value,
        "matter": new.matter,
        "stage": new.stage,
        "proposed_stage": new.proposed_stage,
        "phase": new.phase.value,
        "state": CaseState.OPEN.value,
        "team": new.team,
        "restricted": new.restricted,
        "summary": new.summary,
        "items": new.items,
        "flags": flags,
        "hazard": decision.hazard.value if decision else Hazard.NONE.value,
        "urgency": decision.urgency.value if decision else Urgency.NORMAL.value,
        "linked": (),
        "received_at": new.received_at,
        "opened_at": now,
        "policy_version": policy_version,
        "version": 1,
    }
    insert_rows(into, CASE, [row])


def hold_case(tx: Connection, case_id: str) -> RowMapping:
    """A case's row, held until the transaction ends.

    Raises:
        NotFound: there is no such case.
    """
    row = tx.execute(_held(), {"case_id": case_id}).mappings().first()
    if row is None:
        raise NotFound("there is no such case")
    return row


def change_case(
    tx: Connection,
    case: RowMapping,
    *,
    kind: Kind | None,
    flags: tuple[str, ...],
    decision: Decision | None,
    by_person: bool,
) -> None:
    """Add flags, raise hazard and urgency, change the kind. Machines only ever raise; a person's act always counts."""
    changes: dict[str, Any] = {}
    if added := [flag for flag in flags if flag not in case["flags"]]:
        changes["flags"] = [*case["flags"], *added]
    if kind is not None and kind.value != case["kind"]:
        changes |= {"kind": kind.value, "kind_confirmed": by_person}
    if decision is not None:
        if decision.hazard is not Hazard.NONE and case["hazard"] == Hazard.NONE.value:
            changes["hazard"] = decision.hazard.value
        if _URGENCY_ORDER.index(decision.urgency) > _URGENCY_ORDER.index(case["urgency"]):
            changes["urgency"] = decision.urgency.value
    if changes or by_person:
        tx.execute(update(CASE).where(CASE.c.id == case["id"]).values(**changes, version=CASE.c.version + 1))


def link_cases(tx: Connection, one: str, other: str) -> None:
    """Each names the other's reference, for staff."""
    first, second = (hold_case(tx, case_id) for case_id in sorted((one, other)))
    for row, reference in ((first, second["reference"]), (second, first["reference"])):
        if row["id"] != reference and reference not in row["linked"]:
            tx.execute(update(CASE).where(CASE.c.id == row["id"]).values(linked=[*row["linked"], reference]))


def add_parties(
    rows: NewRows, case_id: str, parties: Sequence[NewParty], contacts: Contacts, *, landlord: str, ids: Ids, new: bool
) -> dict[tuple[str, str], str]:
    """Insert parties that the case lacks; returns the party's id by address, those there before included."""
    known = {} if new else party_ids(rows.tx, case_id)
    missing: list[dict[str, Any]] = []
    for party in parties:
        key = (party.address.kind.value, party.address.value)
        if key in known and party.address.value:
            continue
        row = _party_row(ids.new(), case_id, landlord, party, contacts.get(key))
        known.setdefault(key, row["id"])
        missing.append(row)
    insert_rows(rows, PARTY, missing)
    return known


def party_ids(tx: Connection, case_id: str) -> dict[tuple[str, str], str]:
    """The ids of a case's parties by (kind, value) of their addresses."""
    rows = tx.execute(_parties(), {"case_id": case_id})
    return {(row.address_kind, row.address): row.id for row in rows}


def mark_added_answer(tx: Connection, party_id: str, now: datetime) -> None:
    """That party has had today's "added to your case"."""
    tx.execute(update(PARTY).where(PARTY.c.id == party_id).values(last_added_answer_at=now))


def replace_obligations(tx: Connection, case_id: str) -> None:
    """A changed kind owes other things: what is open is kept as replaced, its nudges are dropped."""
    is_open = (OBLIGATION.c.case_id == case_id, OBLIGATION.c.state == ObligationState.OPEN.value)
    tx.execute(update(OBLIGATION).where(*is_open).values(state=ObligationState.REPLACED.value))
    waiting = (REMINDER.c.case_id == case_id, REMINDER.c.state == "waiting")
    tx.execute(update(REMINDER).where(*waiting).values(state="dropped"))


def add_obligations(
    into: Connection | NewRows,
    case_id: str,
    obligations: Sequence[NewObligation],
    reminders: Sequence[NewReminder],
    *,
    landlord: str,
    ids: Ids,
    now: datetime,
) -> None:
    """Insert what is owed and not open already, and the nudges for it. What is open keeps its date and its nudges.

    Of a new case the rows may be gathered, as nothing can be open in it.
    """
    rows = [_obligation_row(ids.new(), case_id, landlord, owed, now) for owed in obligations]
    new = set(insert_new(into, OBLIGATION, rows, key=_OWED_ONCE, only=OBLIGATION_IS_OPEN))
    # Two clocks on one duty are two rows: the nudges belong to the one that takes effect.
    found = {(row["name"], row["stage"]): row["id"] for row in rows if row["effective"] and row["id"] in new}
    missing = {(nudge.obligation, nudge.stage) for nudge in reminders} - {(row["name"], row["stage"]) for row in rows}
    if missing and not isinstance(into, NewRows):
        found |= _open_obligations(into, case_id)
    nudges = [
        {
            "id": ids.new(),
            "obligation_id": found[nudge.obligation, nudge.stage],
            "case_id": case_id,
            "landlord": landlord,
            "audience": nudge.audience,
            "fire_at": nudge.fire_at,
            "state": "waiting",
            "attempts": 0,
        }
        for nudge in reminders
        if (nudge.obligation, nudge.stage) in found
    ]
    if isinstance(into, NewRows):
        insert_rows(into, REMINDER, nudges)  # of duties that did not exist until now: each nudge is new as well
    else:
        insert_once(into, REMINDER, nudges, key=("obligation_id", "audience", "fire_at"))


def _open_obligations(tx: Connection, case_id: str) -> dict[tuple[str, int], str]:
    table = OBLIGATION
    mine = (table.c.case_id == case_id, table.c.state == ObligationState.OPEN.value, table.c.effective.is_(True))
    return {
        (row.name, row.stage): row.id
        for row in tx.execute(select(table.c.id, table.c.name, table.c.stage).where(*mine))
    }


def _party_row(party_id: str, case_id: str, landlord: str, party: NewParty, contact_id: str | None) -> dict[str, Any]:
    return {
        "id": party_id,
        "case_id": case_id,
        "landlord": landlord,
        "contact_id": contact_id,
        "role": party.role.value,
        "name": party.name,
        "address_kind": party.address.kind.value,
        "address": party.address.value,
        "representative": party.representative.value,
        "on_behalf_of": party.on_behalf_of,
        "authority": party.authority.value,
        "verified": party.verified,
        "language": party.language,
        "adjustments": party.adjustments,
    }


def _obligation_row(row_id: str, case_id: str, landlord: str, owed: NewObligation, now: datetime) -> dict[str, Any]:
    met = owed.name in _MET_BY_STORING
    return {
        "id": row_id,
        "case_id": case_id,
        "landlord": landlord,
        "name": owed.name,
        "stage": owed.stage,
        "owed_to": owed.owed_to.value,
        "due_at": owed.due_at,
        "clock": owed.clock,
        "amount": owed.amount,
        "counted_from": owed.counted_from,
        "from_at": owed.from_at,
        "basis": owed.basis,
        "owner": owed.owner,
        "effective": owed.effective,
        "explanation": owed.explanation,
        "planned": owed.planned,
        "about": owed.about,
        "state": ObligationState.MET.value if met else ObligationState.OPEN.value,
        "met_at": now if met else None,
        "met_by": "stored" if met else None,
    }


@lru_cache
def _next_number(dialect: str) -> Insert:
    table = REFERENCE_COUNTER
    return (
        dialect_insert(table, dialect)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last_number": table.c.last_number + 1})
        .returning(table.c.last_number)
    )


@lru_cache
def _set_number() -> Update:
    table = REFERENCE_COUNTER
    mine = (table.c.prefix == bindparam("of_prefix"), table.c.year == bindparam("of_year"))
    return update(table).where(*mine).values(last_number=bindparam("number"))


@lru_cache
def _held() -> Select[Any]:
    return select(CASE).where(CASE.c.id == bindparam("case_id")).with_for_update()


@lru_cache
def _parties() -> Select[Any]:
    return select(PARTY.c.id, PARTY.c.address_kind, PARTY.c.address).where(PARTY.c.case_id == bindparam("case_id"))
