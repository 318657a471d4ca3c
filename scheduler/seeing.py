"""Every look at a case is on record, and nobody sees what is not for them (CESTRIA-17)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from casework.people import Person
from casework.seeing import why_unseen
from domain.errors import Unseen
from scheduler.standing import Standing
from store.audit import AuditEntry, AuditKey, append

OPERATOR: Final = "operator"
"""Whoever works at the machine itself, where nobody else is named."""


def look_at(
    tx: Connection,
    standing: Standing,
    staff: Mapping[str, Person],
    *,
    by: Person | None,
    what: str,
    now: datetime,
    keys: AuditKey,
) -> None:
    """Put a look at a case on record, before it is shown.

    Args:
        tx: a writing transaction.
        standing: the case.
        staff: everybody who works for its landlord, by id.
        by: who looks; None: whoever works at the machine.
        what: which part of it: ``show``, ``acts``, ``letter`` ...
        now: when.
        keys: of the audit.

    Raises:
        Unseen: it is not for them; the try is on record if the caller commits.
    """
    why = why_unseen(standing.life, by, staff.values(), marked=standing.row["restricted"]) if by else ""
    actor = by.id if by else OPERATOR
    entry = AuditEntry(actor=actor, action="case.not_shown" if why else "case.shown", detail={"what": what})
    append(tx, standing.row["id"], [entry], now, keys)
    if why:
        raise Unseen(why)
