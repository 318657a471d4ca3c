"""An answer that one channel could not carry goes by the person's other one, or to a member of staff."""

from collections.abc import Sequence
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
_ONCE_IN: Final = timedelta(days=1)


def queue_fallback(
    tx: Connection,
    outbox_id: str,
    *,
    landlord: str,
    channels: Sequence[tuple[str, str]],
    wordings: WordingCatalogue,
    ids: Ids,
    now: datetime,
    keys: AuditKey,
    mail_domain: str | None = None,
) -> str | None:
    """Say again what failed for good, to another address of the same person; without one, make a task.

    Args:
        tx: a writing transaction.
        outbox_id: what failed.
        landlord: whose.
        channels: (name, kind of address it reaches) of the channels that may be tried, in order.
        wordings: to say it as that channel needs it.
        ids: for new rows.
        now: when it is due.
        keys: for the audit.
        mail_domain: of a new Message-ID; by default that of the message that failed.

    Returns:
        The id of the new row in the outbox, None when it became a task.

    Raises:
        NotFound: there is no such message.
    """
    failed = tx.execute(select(OUTBOX).where(OUTBOX.c.id == outbox_id)).mappings().first()
    if failed is None:
        raise NotFound("there is no such message")
    choice = _other_way(tx, failed, channels, now)
    chain = failed["case_id"] or landlord_chain(landlord)
    if choice is None:
        made = add_task_today(
            tx,
            kind="contact",
            reason="An answer could not be delivered and no other address can be used: reach this person another way.",
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
    row = _said_again(failed, channel, to, wordings, new_outbox_row(ids.new(), now), mail_domain=mail_domain)
    insert_once(tx, OUTBOX, [row], key=("dedupe_key",))
    detail = {"outbox": row["id"], "instead_of": outbox_id, "channel": channel}
    append(tx, chain, [AuditEntry(actor="scheduler", action="outbox.rerouted", detail=detail)], now, keys)
    return str(row["id"])


def _other_way(
    tx: Connection, failed: RowMapping, channels: Sequence[tuple[str, str]], now: datetime
) -> tuple[str, Address] | None:
    """The first channel that reaches an address of the same person that has not failed for this answer."""
    to = stored_address(failed["to_kind"], failed["to_value"])
    addresses = [*usable_others(tx, failed["landlord"], to, now), *_typed_beside(tx, failed, to, now)]
    purpose_and_subject = ":".join(failed["dedupe_key"].split(":")[:2])
    same_answer = OUTBOX.c.dedupe_key.startswith(f"{purpose_and_subject}:", autoescape=True)
    tried = {
        (row.to_kind, row.to_value)
        for row in tx.execute(select(OUTBOX.c.to_kind, OUTBOX.c.to_value).where(same_answer))
    }
    free = [address for address in addresses if (address.kind.value, address.value) not in tried]
    return next(((name, address) for name, reaches in channels for address in free if address.kind == reaches), None)


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
