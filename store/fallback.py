"""An answer that one channel could not carry goes by the person's other one, or to a member of staff.

Whether the provider refused it at once or reported afterwards that it did not arrive makes no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from domain.errors import NotFound, WordingError
from domain.messages import Address, AddressKind
from domain.ports import Ids
from domain.wording import WordingCatalogue, render
from store.audit import AuditEntry, AuditKey, append, landlord_chain
from store.drafts import dedupe_key, fresh_message_id, new_outbox_row
from store.people import stored_address, usable_others, usable_typed
from store.statements import insert_once
from store.tables import MESSAGE, OUTBOX
from store.work import Place, add_task_today

NO_MAIL_DOMAIN = "tenantline.invalid"
_OVER: Final = ("failed", "cancelled")
_ONCE_IN: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class OtherWays:
    """What it takes to say something again by another channel of the same landlord."""

    channels: Mapping[str, Sequence[tuple[str, str]]]
    """By landlord, (name, kind of address it reaches) of the channels that send, in the order they are tried."""
    mail_domains: Mapping[str, str]
    """By landlord, of a new Message-ID; where there is none, that of the message that failed."""
    wordings: WordingCatalogue
    """To say it as that channel needs it."""


def queue_fallback(
    tx: Connection,
    outbox_id: str,
    ways: OtherWays,
    *,
    ids: Ids,
    now: datetime,
    keys: AuditKey,
    task: tuple[str, str] = (
        "contact",
        "An answer could not be delivered and no other address can be used: reach this person another way.",
    ),
) -> str | None:
    """Say again what failed for good, to another address of the same person; without one, make a task.

    Each address hears of one answer once, so that two that both fail never go on for ever.

    Args:
        tx: a writing transaction.
        outbox_id: what failed.
        ways: what it may go by instead.
        ids: for new rows.
        now: when it is due.
        keys: for the audit.
        task: kind and reason of the task.

    Returns:
        The id of the new row in the outbox, None when it became a task.

    Raises:
        NotFound: there is no such message.
    """
    failed = tx.execute(select(OUTBOX).where(OUTBOX.c.id == outbox_id)).mappings().first()
    if failed is None:
        raise NotFound("there is no such message")
    landlord = failed["landlord"]
    choice = _other_way(tx, failed, ways.channels.get(landlord, ()), now)
    chain = failed["case_id"] or landlord_chain(landlord)
    if choice is None:
        kind, reason = task
        made = add_task_today(
            tx,
            kind=kind,
            reason=reason,
            place=Place(
                about=f"{outbox_id}:undelivered",
                landlord=landlord,
                case_id=failed["case_id"],
                message_id=failed["answers"],
            ),
            ids=ids,
            now=now,
        )
        entry = AuditEntry(actor="scheduler", action="outbox.given_up", detail={"outbox": outbox_id, "tasks": [*made]})
        append(tx, chain, [entry], now, keys)
        return None
    channel, to = choice
    blank = new_outbox_row(ids.new(), now)
    row = _said_again(failed, channel, to, ways.wordings, blank, mail_domain=ways.mail_domains.get(landlord))
    insert_once(tx, OUTBOX, [row], key=("dedupe_key",))
    detail = {"outbox": row["id"], "instead_of": outbox_id, "channel": channel}
    append(tx, chain, [AuditEntry(actor="scheduler", action="outbox.rerouted", detail=detail)], now, keys)
    return str(row["id"])


def _other_way(
    tx: Connection, failed: RowMapping, channels: Sequence[tuple[str, str]], now: datetime
) -> tuple[str, Address] | None:
    """The first other channel that reaches an address of the same person which has not heard of this answer.

    None where somebody sent it again meanwhile: it is on its way, or arrived.
    """
    family = failed["dedupe_key"].rpartition(":")[0]
    again = (OUTBOX.c.dedupe_key.startswith(f"{family}:", autoescape=True), OUTBOX.c.state.not_in(_OVER))
    if tx.execute(select(OUTBOX.c.id).where(*again, OUTBOX.c.id != failed["id"]).limit(1)).first() is not None:
        return None
    to = stored_address(failed["to_kind"], failed["to_value"])
    addresses = [*usable_others(tx, failed["landlord"], to, now), *_typed_beside(tx, failed, to, now)]
    purpose_and_subject = ":".join(failed["dedupe_key"].split(":")[:2])
    same_answer = OUTBOX.c.dedupe_key.startswith(f"{purpose_and_subject}:", autoescape=True)
    tried = {
        (row.to_kind, row.to_value)
        for row in tx.execute(select(OUTBOX.c.to_kind, OUTBOX.c.to_value).where(same_answer))
    }
    free = [address for address in addresses if (address.kind.value, address.value) not in tried]
    others = [(name, reaches) for name, reaches in channels if name != failed["channel"] and _carries(failed, reaches)]
    return next(((name, address) for name, reaches in others for address in free if address.kind == reaches), None)


def _carries(failed: RowMapping, reaches: str) -> bool:
    """A whole letter goes by no text and into no chat: whoever holds the telephone would read it."""
    return bool(failed["wording"]) or reaches in {AddressKind.EMAIL, AddressKind.POST}


def _typed_beside(tx: Connection, failed: RowMapping, to: Address, now: datetime) -> list[Address]:
    """Of an answer to a form: its other address, once a day and no more, as anybody's may have been typed."""
    answers = failed["answers"]
    form = tx.execute(select(MESSAGE.c.form).where(MESSAGE.c.id == answers)).scalar_one_or_none()
    typed = usable_typed(tx, failed["landlord"], to, form, now) if form else []
    return [address for address in typed if not _heard_lately(tx, failed, address, now)]


def _heard_lately(tx: Connection, failed: RowMapping, address: Address, now: datetime) -> bool:
    other = (OUTBOX.c.landlord == failed["landlord"], OUTBOX.c.answers.is_distinct_from(failed["answers"]))
    there = (OUTBOX.c.to_kind == address.kind.value, OUTBOX.c.to_value == address.value)
    lately = select(OUTBOX.c.id).where(*other, *there, OUTBOX.c.queued_at > now - _ONCE_IN)
    return tx.execute(lately.limit(1)).first() is not None


def _said_again(
    failed: RowMapping,
    channel: str,
    to: Address,
    wordings: WordingCatalogue,
    blank: dict[str, object],
    *,
    mail_domain: str | None,
) -> dict[str, object]:
    purpose, about, stage, *_, number = failed["dedupe_key"].split(":")
    key = dedupe_key(purpose, about, int(stage) if stage.isdigit() else 0, to, channel).rpartition(":")[0]
    subject, body = _words(failed, to, wordings)
    by_mail = to.kind is AddressKind.EMAIL
    domain = mail_domain or (failed["message_id"] or "").rpartition("@")[2] or NO_MAIL_DOMAIN
    return {
        **failed,
        **blank,
        "dedupe_key": f"{key}:{int(number) + 1}",
        "channel": channel,
        "to_kind": to.kind.value,
        "to_value": to.value,
        "subject": subject if by_mail else None,
        "body": body,
        "message_id": fresh_message_id(domain) if by_mail else None,
        "in_reply_to": None,
        "thread_references": [],
        "buttons": [],
        **dict.fromkeys(
            (
                "lease_until",
                "first_attempt_at",
                "sent_at",
                "provider_id",
                "delivery",
                "delivery_at",
                "error",
                "error_code",
            )
        ),
    }


def _words(failed: RowMapping, to: Address, wordings: WordingCatalogue) -> tuple[str | None, str]:
    """The same wording as the other channel needs it; a person's own words, or a wording that is gone, as they were."""
    name = (failed["wording"] or "").partition("@")[0]
    if name and failed["filled"]:
        try:
            rendered = render(wordings.get(name, failed["language"]), to.kind.value, failed["filled"])
        except WordingError:
            return failed["subject"], failed["body"]
        return rendered.subject or None, rendered.body
    return failed["subject"], failed["body"]
