"""What people said a message is, beside what the machine had taken it for: to learn from, and to see it drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from store.tables import CASE, CASE_ACT, MESSAGE

_SET_KIND: Final = "set_kind"


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """A message whose kind a person confirmed or corrected, the last word on it."""

    message_id: str
    landlord: str
    channel_kind: str
    sender_kind: str
    subject: str | None
    text: str
    names: tuple[str, ...]
    """Of the sender, as far as it is known: for whoever masks them."""
    understood: str | None
    """The kind that the machine had named; None where it could not."""
    kind: str
    by: str
    at: datetime

    @property
    def corrected(self) -> bool:
        """Whether the person said something else."""
        return self.understood is not None and self.understood != self.kind


@dataclass(frozen=True, kw_only=True)
class Understood:
    """One message as the machine understood it."""

    received_at: datetime
    kind: str
    chance: float
    sure: bool
    model: str


def sorted_messages(tx: Connection, landlord: str = "") -> list[Sorted]:
    """The first message of each case whose kind a person set, oldest first; erased messages are left out."""
    acts = select(CASE_ACT.c.case_id, CASE_ACT.c.act, CASE_ACT.c.by, CASE_ACT.c.at).where(CASE_ACT.c.name == _SET_KIND)
    if landlord:
        acts = acts.where(CASE_ACT.c.landlord == landlord)
    last = {row.case_id: row for row in tx.execute(acts.order_by(CASE_ACT.c.at, CASE_ACT.c.number))}
    found = [_sorted(tx, case_id, row) for case_id, row in last.items()]
    return sorted((each for each in found if each), key=lambda each: (each.at, each.message_id))


def understood_messages(tx: Connection, landlord: str = "") -> Iterator[Understood]:
    """Every message that the machine understood, oldest first."""
    wanted = select(MESSAGE.c.received_at, MESSAGE.c.understanding).where(MESSAGE.c.understanding.is_not(None))
    if landlord:
        wanted = wanted.where(MESSAGE.c.landlord == landlord)
    for row in tx.execute(wanted.order_by(MESSAGE.c.received_at), execution_options={"yield_per": 1000}):
        said: dict[str, Any] | None = row.understanding
        if said and said.get("kinds"):
            yield Understood(
                received_at=row.received_at,
                kind=said["kind"],
                chance=max(said["kinds"].values()),
                sure=bool(said.get("sure")),
                model=said["model"],
            )


def _sorted(tx: Connection, case_id: str, act: Any) -> Sorted | None:
    names = ("id", "channel_kind", "sender_kind", "subject", "text", "sender_name", "understanding", "form")
    first = (
        select(*(MESSAGE.c[name] for name in names), CASE.c.landlord)
        .join(CASE, CASE.c.id == MESSAGE.c.case_id)
        .where(MESSAGE.c.case_id == case_id, MESSAGE.c.erased_at.is_(None))
        .order_by(MESSAGE.c.received_at, MESSAGE.c.id)
        .limit(1)
    )
    row = tx.execute(first).mappings().first()
    if row is None:
        return None
    said = row["understanding"] or {}
    people = (row["sender_name"], row["form"].get("name"))
    return Sorted(
        message_id=row["id"],
        landlord=row["landlord"],
        channel_kind=row["channel_kind"],
        sender_kind=row["sender_kind"],
        subject=row["subject"],
        text=row["text"],
        names=tuple(each for each in people if each),
        understood=said.get("kind"),
        kind=str(act.act["kind"]),
        by=act.by,
        at=act.at,
    )
