"""The register to look at: the newest cases and how they stand. It names nobody and shows no words of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from console.templating import render_page
from domain.uktime import format_short_date, format_time, to_local
from store.columns import UtcDateTime
from store.tables import CASE, OBLIGATION

MOST_CASES: Final = 200
COLUMNS: Final = ("Reference", "Landlord", "Kind", "Stage", "Received", "Next due", "State")


@dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """One case in words for a table."""

    reference: str
    landlord: str
    kind: str
    stage: int
    received: str
    due: str
    late: bool
    state: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """The newest cases, and how many there are in all."""

    lines: tuple[RegisterLine, ...]
    total: int


def load_register(tx: Connection, now: datetime, names: Mapping[str, str], limit: int = MOST_CASES) -> Register:
    """The newest ``limit`` cases with the next thing owed on each; ``names`` are the landlords' by slug."""
    next_due = (
        select(OBLIGATION.c.case_id, func.min(OBLIGATION.c.due_at, type_=UtcDateTime()).label("due_at"))
        .where(OBLIGATION.c.state.in_(("open", "breached")), OBLIGATION.c.effective)
        .group_by(OBLIGATION.c.case_id)
        .subquery()
    )
    newest = (
        select(CASE, next_due.c.due_at)
        .select_from(CASE.outerjoin(next_due, next_due.c.case_id == CASE.c.id))
        .order_by(CASE.c.received_at.desc(), CASE.c.reference.desc())
        .limit(limit)
    )
    lines = tuple(_line(row, now, names) for row in tx.execute(newest).mappings())
    return Register(lines=lines, total=tx.execute(select(func.count()).select_from(CASE)).scalar_one())


def render_register(register: Register, now: datetime) -> str:
    """The page."""
    late = sum(line.late for line in register.lines)
    return render_page(
        "register.html", columns=COLUMNS, cases=register.lines, total=register.total, late=late, now=_moment(now)
    )


def _line(row: Any, now: datetime, names: Mapping[str, str]) -> RegisterLine:
    due = row["due_at"]
    return RegisterLine(
        reference=row["reference"],
        landlord=names.get(row["landlord"], row["landlord"]),
        kind="not yet known" if row["kind"] == "none" else str(row["kind"]).replace("_", " "),
        stage=row["stage"],
        received=_moment(row["received_at"]),
        due=_moment(due) if due else "nothing",
        late=due is not None and due < now,
        state=row["state"],
    )


def _moment(instant: datetime) -> str:
    local = to_local(instant)
    return f"{format_short_date(local.date())}, {format_time(local.time())}"
