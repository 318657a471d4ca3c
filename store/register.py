"""The register as the contract shows it: heads of cases, one case whole, and why it stands as it does. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from domain.casefile import Obligation, Party
from domain.labels import AuthorityShown
from domain.uktime import format_moment
from store.case_acts import load_acts
from store.casefile import find_case, rows_of, whole_case
from store.tables import ATTACHMENT, AUDIT, CASE, MESSAGE, OBLIGATION, OUTBOX

_HEAD: Final = ("reference", "landlord", "kind", "also", "stage", "phase", "state", "team", "received_at")


def list_cases(
    tx: Connection, landlord: str | None = None, *, state: str | None = None, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The heads of cases (contract, ``case list --json``), newest first."""
    wanted = select(*(CASE.c[name] for name in _HEAD)).order_by(CASE.c.received_at.desc(), CASE.c.reference.desc())
    for column, value in ((CASE.c.landlord, landlord), (CASE.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    for row in tx.execute(wanted.limit(limit), execution_options={"yield_per": 500}).mappings():
        yield _head(row)


def show_case(tx: Connection, reference: str) -> dict[str, Any]:
    """One case with all that belongs to it, in the contract's shape; times in RFC 3339.

    Raises:
        NotFound: no case has this reference.
    """
    case = find_case(tx, reference)
    whole = whole_case(tx, case)
    sent = rows_of(tx, OUTBOX, case["id"], "queued_at")
    return _head(case) | {
        "topic": case["topic"],
        "hazard": case["hazard"],
        "urgency": case["urgency"],
        "flags": list(case["flags"]),
        "items": list(case["items"]),
        "linked": list(case["linked"]),
        "policy_version": case["policy_version"],
        "parties": [_party(party) for party in whole.parties],
        "messages": _messages(tx, case["id"], sent),
        "acts": [_act(row) for row in load_acts(tx, case["id"])],
        "obligations": [_obligation(owed) for owed in whole.obligations],
        "outbox": [_outgoing(row) for row in sent],
        "audit": [_audit(row) for row in _audit_rows(tx, case["id"])],
    }


def explain(tx: Connection, reference: str) -> list[str]:
    """Why a case stands as it does, in sentences without anybody's words, names or addresses.

    Raises:
        NotFound: no case has this reference.
    """
    case = find_case(tx, reference)
    head = f"{case['reference']}: {case['kind'].replace('_', ' ')}, stage {case['stage']}, {case['state']}"
    lines = [
        f"{head}, with {case['team'] or 'no team'}; received {format_moment(case['received_at'])}.",
        f"Decided under policy version {case['policy_version']}.",
    ]
    lines += [_why_message(row) for row in rows_of(tx, MESSAGE, case["id"], "received_at")]
    lines += [_why_owed(row) for row in rows_of(tx, OBLIGATION, case["id"], "due_at")]
    lines += [_why_sent(row) for row in rows_of(tx, OUTBOX, case["id"], "queued_at")]
    if case["linked"]:
        lines.append(f"Linked for staff with {', '.join(case['linked'])}.")
    return lines


def _audit_rows(tx: Connection, case_id: str) -> Sequence[RowMapping]:
    mine = select(AUDIT).where(AUDIT.c.chain == case_id).order_by(AUDIT.c.number)
    return tx.execute(mine).mappings().all()


def _head(case: RowMapping) -> dict[str, Any]:
    return {name: _plain_value(case[name]) for name in _HEAD}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _party(party: Party) -> dict[str, Any]:
    authority = party.authority
    return {
        "id": party.id,
        "role": party.role,
        "name": party.name,
        "address": party.address.value,
        "address_kind": party.address.kind.value,
        "representative": party.representative.value,
        "on_behalf_of": (authority.on_behalf_of or None) if authority else None,
        "authority": authority.evidence.value if authority else AuthorityShown.NOT_APPLICABLE.value,
        "verified": party.verified,
        "language": party.language,
        "adjustments": list(party.adjustments),
    }


def _messages(tx: Connection, case_id: str, sent: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """Both directions in order of time; ours once they have left."""
    received = rows_of(tx, MESSAGE, case_id, "received_at")
    files = _attachments(tx, [row["id"] for row in received])
    items = [(row["received_at"], _incoming(row, files.get(row["id"], []))) for row in received]
    items += [(row["sent_at"], _went_out(row)) for row in sent if row["sent_at"] is not None]
    return [item for _, item in sorted(items, key=lambda pair: (pair[0], pair[1]["id"]))]


def _attachments(tx: Connection, message_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    mine = select(ATTACHMENT).where(ATTACHMENT.c.message_id.in_(message_ids)).order_by(ATTACHMENT.c.id)
    for row in tx.execute(mine).mappings():
        found.setdefault(row["message_id"], []).append({"name": row["name"], "size": row["size"]})
    return found


def _incoming(row: RowMapping, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "direction": "in",
        "channel": row["channel"],
        "at": row["received_at"].isoformat(),
        "subject": row["subject"],
        "text": row["text"],
        "provider_id": row["provider_id"],
        "message_id": row["message_id"],
        "attachments": files,
    }


def _went_out(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "direction": "out",
        "channel": row["channel"],
        "at": row["sent_at"].isoformat(),
        "subject": row["subject"],
        "text": row["body"],
        "provider_id": row["provider_id"],
        "message_id": row["message_id"],
        "attachments": [],
    }


def _obligation(owed: Obligation) -> dict[str, Any]:
    names = ("name", "stage", "clock", "amount", "counted_from", "basis", "owner", "effective", "state", "explanation")
    times = {"due": owed.due_at, "met_at": owed.met_at, "breached_at": owed.breached_at}
    return {name: getattr(owed, name) for name in names} | _plain(times)


def _act(row: RowMapping) -> dict[str, Any]:
    return _plain({name: row[name] for name in ("number", "at", "by", "act")})


def _outgoing(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "purpose": row["purpose"],
        "channel": row["channel"],
        "to": row["to_value"],
        "state": row["state"],
        "attempts": row["attempts"],
        "delivery": row["delivery"],
        "error": row["error"],
        "sent_at": _plain_value(row["sent_at"]),
    }


def _audit(row: RowMapping) -> dict[str, Any]:
    return _plain({name: row[name] for name in ("number", "at", "actor", "action", "detail", "digest", "hash")})


def _why_message(row: RowMapping) -> str:
    understanding = row["understanding"] or {}
    came = f"Message {row['id']} by {row['channel']}, {format_moment(row['received_at'])}"
    parts = [f"{came}: {row['disposition'] or row['state']} by rule {row['rule'] or 'none'}"]
    if row["reason"]:
        parts.append(row["reason"].rstrip("."))
    if understanding:
        sure = understanding["kinds"].get(understanding["kind"], 0)
        parts.append(f"read as {understanding['kind'].replace('_', ' ')} ({sure:.0%}) by {understanding['model']}")
    if row["flags"]:
        parts.append(f"flags: {', '.join(row['flags'])}")
    return "; ".join(parts) + "."


def _why_owed(row: RowMapping) -> str:
    other = "" if row["effective"] else " (another clock ends earlier)"
    why = f"; {row['explanation']}" if row["explanation"] else ""
    return (
        f"Owes {row['name'].replace('_', ' ')} (stage {row['stage']}) by {format_moment(row['due_at'])}: "
        f"{row['basis']}{why}{other}. It is {row['state']}."
    )


def _why_sent(row: RowMapping) -> str:
    error = f": {row['error']}" if row["error"] else ""
    meets = f", meets {row['meets'].replace('_', ' ')}" if row["meets"] else ""
    tries = "1 attempt" if row["attempts"] == 1 else f"{row['attempts']} attempts"
    return (
        f"Answer {row['purpose'].replace('_', ' ')} by {row['channel']} ({row['wording'] or 'own words'}{meets}): "
        f"{row['state']} after {tries}{error}."
    )
