"""What goes out: claimed with the attempt written down first, recorded afterwards. Nothing here calls a provider."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    RowMapping,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from domain.cases import ObligationState, Phase
from domain.errors import NotFound, SendError
from domain.messages import Address, AddressKind, OutboundMessage, Receipt
from domain.ports import Ids
from domain.wording import Rendered
from store.audit import AuditEntry, AuditKey, append, append_to_many, landlord_chain
from store.claims import claim_due
from store.columns import UtcDateTime
from store.delivery import record_delivery
from store.drafts import HEADINGS, LARGE_PRINT, NOT_TRIED_YET, fresh_message_id, new_outbox_row
from store.fallback import queue_fallback
from store.people import stored_address
from store.silence import hold, is_held
from store.statements import insert_once
from store.tables import CASE, CONTACT, CONTACT_ADDRESS, MESSAGE, OBLIGATION, OUTBOX, REMINDER

__all__ = [
    "claim_sends",
    "queue",
    "queue_fallback",
    "record_delivery",
    "record_failure",
    "record_taken",
    "resend",
    "settle_taken",
]

_RESPONSES: Final = ("respond", "final")
"""Duties whose message is the response of a stage (contract, "timeline")."""


def claim_sends(
    tx: Connection,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    next_due: Callable[[int], timedelta],
    ids: Ids,
    urgent_only: bool = False,
) -> list[tuple[RowMapping, OutboundMessage]]:
    """Messages to hand to their providers now, urgent ones first.

    The attempt is counted and the next one planned before anything is sent: a crash repeats no sooner than that. What
    would go to somebody who by now needs a safe contact is cancelled, with a task.

    Args:
        tx: a writing transaction, committed before the provider is called.
        now: what is due by then.
        lease: how long nobody else takes them.
        limit: at most so many.
        next_due: the wait after the n-th attempt, n from 1.
        ids: for tasks.
        urgent_only: leave the others waiting.
    """
    only = ("urgent",) if urgent_only else ()
    while rows := claim_due(tx, OUTBOX, now=now, lease=lease, limit=limit, first=("urgent",), only=only):
        around = {row.id: row for row in tx.execute(_around(), {"ids": [row["id"] for row in rows]})}
        held = [row for row in rows if around[row["id"]].locked and is_held(row, around[row["id"]].flags or ())]
        hold(tx, held, ids=ids, now=now)
        if going := [row for row in rows if row not in held]:
            return _planned(tx, going, around, now, next_due)
    return []


def _planned(
    tx: Connection,
    rows: Sequence[RowMapping],
    around: Mapping[str, Row[Any]],
    now: datetime,
    next_due: Callable[[int], timedelta],
) -> list[tuple[RowMapping, OutboundMessage]]:
    plans = [
        {"row_id": row["id"], "planned": now + next_due(row["attempts"]), "first": row["first_attempt_at"] or now}
        for row in rows
    ]
    tx.execute(_plan(), plans)
    return [
        (row, _outbound(row, plan["first"], around[row["id"]].reference, around[row["id"]].last_inbound_at))
        for row, plan in zip(rows, plans, strict=True)
    ]


def record_taken(tx: Connection, receipts: Sequence[tuple[str, Receipt]]) -> None:
    """Messages were taken by their providers: that alone, as little as keeps a crash from sending them again.

    What follows from it is written by ``settle_taken``, many at once. A message that was recorded before changes
    nothing; one that was cancelled while it was on its way counts as taken.
    """
    if receipts:
        taken = [{"row_id": key, "at": receipt.at, "provider": receipt.provider_id} for key, receipt in receipts]
        tx.execute(_take(), taken)


def settle_taken(tx: Connection, *, now: datetime, keys: AuditKey, limit: int) -> list[str]:
    """Write what follows from messages that were taken: duties are met, their nudges dropped, the cases move on.

    Returns the ids of the messages, at most ``limit``. On PostgreSQL those that another node settles are passed over.
    """
    rows = list(tx.execute(_taken(), {"most": limit}).mappings())
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    tx.execute(_sent(), {"ids": ids})
    meeting = [
        {"met_case": row["case_id"], "met_name": row["meets"], "met_stage": row["meets_stage"], "by": row["id"]}
        | {"at": row["sent_at"]}
        for row in rows
        if row["meets"] and row["case_id"]
    ]
    if meeting:
        tx.execute(_meet(), meeting)
        met = {"outbox_ids": [item["by"] for item in meeting], "case_ids": [item["met_case"] for item in meeting]}
        tx.execute(_drop_nudges(), met)
        tx.execute(_move_on(), meeting)
    _audit_sent(tx, rows, now, keys)
    return ids


def record_failure(
    tx: Connection,
    outbox_id: str,
    *,
    error: SendError,
    now: datetime,
    final: bool,
    next_at: datetime | None = None,
    keys: AuditKey | None = None,
) -> None:
    """A provider did not take a message: tried again at ``next_at`` (else as planned), or given up."""
    changes: dict[str, Any] = {
        "error_code": error.code,
        "error": error.words,
        "uncertain": error.uncertain,
        "lease_until": None,
    }
    if final:
        changes["state"] = "failed"
    elif next_at is not None:
        changes["due_at"] = next_at
    failed = update(OUTBOX).where(OUTBOX.c.id == outbox_id, OUTBOX.c.state == "waiting").values(**changes)
    row = tx.execute(failed.returning(OUTBOX.c.case_id, OUTBOX.c.landlord)).first()
    if row is not None and final and keys is not None:
        entry = AuditEntry(actor="scheduler", action="outbox.failed", detail={"outbox": outbox_id, "code": error.code})
        append(tx, row.case_id or landlord_chain(row.landlord), [entry], now, keys)


def queue(
    tx: Connection,
    *,
    dedupe_key: str,
    landlord: str,
    purpose: str,
    channel: str,
    to: Address,
    rendered: Rendered,
    ids: Ids,
    now: datetime,
    mail_domain: str,
    case_id: str | None = None,
    to_name: str | None = None,
    wording: str | None = None,
    language: str = "en",
    automatic: str | None = "auto-generated",
    urgent: bool = False,
) -> None:
    """Put a message that is written already into the outbox, once by its key."""
    by_mail = to.kind is AddressKind.EMAIL
    row = new_outbox_row(ids.new(), now) | {
        "dedupe_key": dedupe_key,
        "landlord": landlord,
        "case_id": case_id,
        "purpose": purpose,
        "channel": channel,
        "to_kind": to.kind.value,
        "to_value": to.value,
        "to_name": to_name,
        "subject": rendered.subject if by_mail else None,
        "body": rendered.body,
        "message_id": fresh_message_id(mail_domain) if by_mail else None,
        "thread_references": (),
        "automatic": automatic,
        "language": language,
        "wording": wording,
        "filled": {},
        "buttons": (),
        "urgent": urgent,
    }
    insert_once(tx, OUTBOX, [row], key=("dedupe_key",))


def resend(tx: Connection, outbox_id: str, *, by: str, ids: Ids, now: datetime, keys: AuditKey) -> str:
    """Send a message again because a person says so; returns the new row's id.

    Raises:
        NotFound: there is no such message.
    """
    old = tx.execute(select(OUTBOX).where(OUTBOX.c.id == outbox_id)).mappings().first()
    if old is None:
        raise NotFound("there is no such message to send again")
    family = old["dedupe_key"].rpartition(":")[0]
    taken = select(OUTBOX.c.dedupe_key).where(OUTBOX.c.dedupe_key.startswith(f"{family}:", autoescape=True))
    number = max(int(key.rpartition(":")[2]) for key in tx.execute(taken).scalars()) + 1
    domain = (old["message_id"] or "").rpartition("@")[2]
    row = {**old, **new_outbox_row(ids.new(), now), **NOT_TRIED_YET}
    row |= {"template": old["template"], "dedupe_key": f"{family}:{number}"}
    row["message_id"] = fresh_message_id(domain) if domain else None
    insert_once(tx, OUTBOX, [row], key=("dedupe_key",))
    entry = AuditEntry(actor=by, action="outbox.resent", detail={"outbox": row["id"], "again": outbox_id})
    append(tx, old["case_id"] or landlord_chain(old["landlord"]), [entry], now, keys)
    return str(row["id"])


def _outbound(
    row: RowMapping, first: datetime, reference: str | None, last_inbound_at: datetime | None
) -> OutboundMessage:
    return OutboundMessage.model_construct(
        id=row["id"],
        dedupe_key=row["dedupe_key"],
        landlord=row["landlord"],
        channel=row["channel"],
        purpose=row["purpose"],
        to=stored_address(row["to_kind"], row["to_value"]),
        to_name=row["to_name"],
        subject=row["subject"],
        body=row["body"],
        reference=reference if row["filled"].get("reference", reference) else None,  # "": the case is not to be named
        message_id=row["message_id"],
        in_reply_to=row["in_reply_to"],
        references=tuple(row["thread_references"]),
        automatic=row["automatic"],
        language=row["language"],
        wording=row["wording"],
        template=row["template"],
        buttons=tuple((payload, words) for payload, words in row["buttons"]),
        last_inbound_at=last_inbound_at,
        headings=tuple(row["filled"].get(HEADINGS, "").splitlines()),
        large_print=bool(row["filled"].get(LARGE_PRINT)),
        first_attempt_at=first,
    )


def _audit_sent(tx: Connection, rows: Sequence[RowMapping], now: datetime, keys: AuditKey) -> None:
    chains: dict[str, list[AuditEntry]] = {}
    for row in rows:
        detail = {
            "outbox": row["id"],
            "purpose": row["purpose"],
            "channel": row["channel"],
            "wording": row["wording"],
            "attempts": row["attempts"],
            "meets": row["meets"],
            "sent_at": row["sent_at"].isoformat(),
        }
        entry = AuditEntry(
            actor="scheduler", action="outbox.sent", detail=detail, content=(row["subject"], row["body"])
        )
        chains.setdefault(row["case_id"] or landlord_chain(row["landlord"]), []).append(entry)
    append_to_many(tx, chains, now, keys)


@lru_cache
def _plan() -> Update:
    return (
        update(OUTBOX)
        .where(OUTBOX.c.id == bindparam("row_id"))
        .values(
            due_at=bindparam("planned", type_=UtcDateTime()), first_attempt_at=bindparam("first", type_=UtcDateTime())
        )
    )


@lru_cache
def _around() -> Select[Any]:
    """What a message needs from its case, its address and the message that it answers."""
    same = and_(
        CONTACT_ADDRESS.c.landlord == OUTBOX.c.landlord,
        CONTACT_ADDRESS.c.kind == OUTBOX.c.to_kind,
        CONTACT_ADDRESS.c.value == OUTBOX.c.to_value,
    )
    return (
        select(
            OUTBOX.c.id,
            CASE.c.reference,
            CONTACT_ADDRESS.c.last_inbound_at,
            CONTACT.c.safe_contact_locked.label("locked"),
            MESSAGE.c.flags,
        )
        .select_from(OUTBOX)
        .join(CASE, CASE.c.id == OUTBOX.c.case_id, isouter=True)
        .join(CONTACT_ADDRESS, same, isouter=True)
        .join(CONTACT, CONTACT.c.id == CONTACT_ADDRESS.c.contact_id, isouter=True)
        .join(MESSAGE, MESSAGE.c.id == OUTBOX.c.answers, isouter=True)
        .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    )


@lru_cache
def _take() -> Update:
    state = OUTBOX.c.state
    unsent = or_(state == "waiting", state == "cancelled", state == "failed")  # IN cannot be run with many rows at once
    return (
        update(OUTBOX)
        .where(OUTBOX.c.id == bindparam("row_id"), unsent)
        .values(
            state="taken",
            sent_at=bindparam("at", type_=UtcDateTime()),
            provider_id=bindparam("provider"),
            lease_until=None,
            uncertain=False,
            error=None,
            error_code=None,
        )
    )


@lru_cache
def _taken() -> Select[Any]:
    mine = select(OUTBOX).where(OUTBOX.c.state == "taken").order_by(OUTBOX.c.due_at, OUTBOX.c.id)
    return mine.limit(bindparam("most")).with_for_update(skip_locked=True)


@lru_cache
def _sent() -> Update:
    return update(OUTBOX).where(OUTBOX.c.id.in_(bindparam("ids", expanding=True))).values(state="sent")


@lru_cache
def _meet() -> Update:
    """Also what was breached: met late, with ``breached_at`` kept."""
    return (
        update(OBLIGATION)
        .where(
            OBLIGATION.c.case_id == bindparam("met_case"),
            OBLIGATION.c.name == bindparam("met_name"),
            OBLIGATION.c.stage == bindparam("met_stage"),
            or_(
                OBLIGATION.c.state == ObligationState.OPEN.value, OBLIGATION.c.state == ObligationState.BREACHED.value
            ),  # IN cannot be run with many rows at once
        )
        .values(
            state=ObligationState.MET.value,
            met_at=bindparam("at", type_=UtcDateTime()),
            met_by=bindparam("by"),
        )
    )


@lru_cache
def _drop_nudges() -> Update:
    """The states are named by what they are not: by "waiting" SQLite would look through every nudge that waits."""
    met = select(OBLIGATION.c.id).where(
        OBLIGATION.c.case_id.in_(bindparam("case_ids", expanding=True)),
        OBLIGATION.c.met_by.in_(bindparam("outbox_ids", expanding=True)),
    )
    unsent = (REMINDER.c.state.not_in(("sent", "dropped")), REMINDER.c.obligation_id.in_(met))
    return update(REMINDER).where(*unsent).values(state="dropped")


@lru_cache
def _move_on() -> Update:
    """Acknowledged: from "request" to "confirm"; the response sent: to "after" (the four phases, CCBC-32)."""
    name: BindParameter[str] = bindparam("met_name", type_=String())
    response = or_(*(name == response for response in _RESPONSES))
    acknowledged = and_(name == "acknowledge", CASE.c.phase == Phase.REQUEST.value)
    first = func.coalesce(CASE.c.response_sent_at, bindparam("at", type_=UtcDateTime()))
    return (
        update(CASE)
        .where(CASE.c.id == bindparam("met_case"))
        .values(
            phase=case((response, Phase.AFTER.value), (acknowledged, Phase.CONFIRM.value), else_=CASE.c.phase),
            response_sent_at=case((response, first), else_=CASE.c.response_sent_at),
        )
    )
