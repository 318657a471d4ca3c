"""Answers become rows of the outbox: filled in, keyed so that each goes out once, with a Message-ID that stays."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from domain.decisions import Draft
from domain.messages import Address, AddressKind
from domain.ports import Ids
from domain.references import without_references
from domain.subjects import without_answer_marks
from domain.wording import WordingCatalogue, render
from store.statements import NewRows, Row, insert_new
from store.tables import OUTBOX

_LONGEST_SUBJECT: Final = 500
"""Code points of somebody's subject that we repeat."""


NOT_TRIED_YET: Final[Mapping[str, None]] = dict.fromkeys(
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
)
"""What a copy of a row forgets."""


HEADINGS: Final = "headings"
LARGE_PRINT: Final = "large_print"
"""Of words that no wording made: what is kept of their form beside them."""


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """What a person decided to say, in the form that one channel takes."""

    purpose: str
    channel: str
    to: Address
    to_name: str | None
    subject: str
    body: str
    language: str
    headings: tuple[str, ...] = ()
    large_print: bool = False


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What all drafts of one decision have in common."""

    landlord: str
    about: str
    """What the drafts are made once for: the message or the case, by id."""
    case_id: str | None = None
    reference: str | None = None
    stage: int = 0
    stages: Mapping[str, int] = field(default_factory=dict)
    """The stage of each obligation by name, where it is not the case's."""
    answers: str | None = None
    """Our id of the message that is answered."""
    parties: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The party's id by (kind, value) of its address."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Further placeholder values that every draft may use."""


def queue_drafts(
    into: Connection | NewRows,
    drafts: Sequence[Draft],
    envelope: Envelope,
    *,
    wordings: WordingCatalogue,
    ids: Ids,
    now: datetime,
    mail_domain: str,
) -> tuple[str, ...]:
    """Put answers into the outbox; returns the ids of those that were not there yet.

    Raises:
        WordingError: a wording is missing or lacks a value.
    """
    rows = [
        _row(draft, envelope, wordings, new_outbox_row(ids.new(), now), mail_domain=mail_domain) for draft in drafts
    ]
    return insert_new(into, OUTBOX, rows, key=("dedupe_key",))


def queue_words(
    tx: Connection, words: OwnWords, envelope: Envelope, *, ids: Ids, now: datetime, mail_domain: str
) -> str | None:
    """Put what a person decided to say into the outbox, word for word; its id, None where it was there already."""
    by_mail = words.to.kind is AddressKind.EMAIL
    row = new_outbox_row(ids.new(), now) | {
        "dedupe_key": dedupe_key(words.purpose, envelope.about, envelope.stage, words.to, words.channel),
        "landlord": envelope.landlord,
        "case_id": envelope.case_id,
        "party_id": envelope.parties.get((words.to.kind.value, words.to.value)),
        "answers": None,
        "purpose": words.purpose,
        "channel": words.channel,
        "to_kind": words.to.kind.value,
        "to_value": words.to.value,
        "to_name": words.to_name,
        "subject": words.subject if by_mail or words.to.kind is AddressKind.POST else None,
        "body": words.body,
        "message_id": fresh_message_id(mail_domain) if by_mail else None,
        "in_reply_to": None,
        "thread_references": (),
        "automatic": None,
        "language": words.language,
        "wording": None,
        "filled": {HEADINGS: "\n".join(words.headings)} | ({LARGE_PRINT: "yes"} if words.large_print else {}),
        "buttons": (),
        "meets": None,
        "meets_stage": None,
        "urgent": False,
    }
    return next(iter(insert_new(tx, OUTBOX, [row], key=("dedupe_key",))), None)


def fresh_message_id(mail_domain: str) -> str:
    """A Message-ID without angle brackets, as ``InboundMessage.in_reply_to`` will name it."""
    return f"{secrets.token_hex(16)}@{mail_domain}"


def dedupe_key(purpose: str, about: str, stage: int, to: Address, channel: str) -> str:
    """``<purpose>:<case or message>:<stage>:<party>:<channel>:<n>``; the party by a digest, as keys may be logged."""
    party = hashlib.sha256(f"{to.kind.value}\n{to.value}".encode("utf-8", "replace")).hexdigest()[:16]
    return f"{purpose}:{about}:{stage}:{party}:{channel}:1"


def subject_line(draft_subject: str | None, rendered: str, reference: str | None) -> str | None:
    """The subject of the mail that is answered, with "Re:" and the reference once each; else the wording's own.

    Any other reference in it is left out: a stranger's mail may quote somebody else's, and we confirm none.
    """
    bare = without_references(without_answer_marks(draft_subject or "")[:_LONGEST_SUBJECT], keep=reference)
    if not bare and (reference is None or draft_subject is None):
        return rendered or None
    named = reference is None or reference in bare.upper()
    return " ".join(part for part in ("Re:", bare, "" if named else f"[{reference}]") if part)


def _row(
    draft: Draft,
    envelope: Envelope,
    wordings: WordingCatalogue,
    blank: dict[str, Any],
    *,
    mail_domain: str,
) -> Row:
    reference = envelope.reference if draft.names_case else None
    values = {"reference": reference or "", "references": reference or "", **envelope.values, **draft.values}
    if reference:
        values["reference"] = reference
    wording = wordings.get(draft.wording, draft.language)
    rendered = render(wording, draft.to.kind.value, values)
    by_mail = draft.to.kind is AddressKind.EMAIL
    return blank | {
        "dedupe_key": dedupe_key(draft.purpose, envelope.about, envelope.stage, draft.to, draft.channel),
        "landlord": envelope.landlord,
        "case_id": envelope.case_id,
        "party_id": envelope.parties.get((draft.to.kind.value, draft.to.value)),
        "answers": envelope.answers,
        "purpose": draft.purpose,
        "channel": draft.channel,
        "to_kind": draft.to.kind.value,
        "to_value": draft.to.value,
        "to_name": draft.to_name,
        "subject": subject_line(draft.subject, rendered.subject, reference) if by_mail else None,
        "body": rendered.body,
        "message_id": fresh_message_id(mail_domain) if by_mail else None,
        "in_reply_to": draft.in_reply_to,
        "thread_references": draft.references,
        "automatic": draft.automatic,
        "language": wording.language,
        "wording": f"{wording.name}@{wording.version}",
        "filled": values,
        "buttons": draft.buttons,
        "meets": draft.meets,
        "meets_stage": envelope.stages.get(draft.meets, envelope.stage) if draft.meets else None,
        "urgent": draft.urgent,
    }


def new_outbox_row(row_id: str, now: datetime) -> dict[str, Any]:
    """What every row begins with; each column is given, so that many go in with one statement."""
    return {
        "id": row_id,
        "template": {},
        "queued_at": now,
        "state": "waiting",
        "due_at": now,
        "attempts": 0,
        "uncertain": False,
    }
