"""T8: a person acts on a case. ``casework`` says whether they may; act, case, duties and audit are one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping

from casework.acts import Act
from casework.clocks import clocks, deadlines, events_of, is_done
from casework.dossier import Dossier
from casework.fold import begun, lived
from casework.life import Done, Life
from casework.people import Person, Role
from casework.perform import Performed, Refused, perform
from domain.cases import CaseState, ObligationState, Phase
from domain.duties import DutyRow
from domain.errors import Conflict
from domain.labels import Kind
from router.owed import obligations, reminders
from scheduler.node import LandlordSetup, Node
from store.case_acts import (
    acknowledged_stages,
    append_act,
    first_channel,
    load_acts,
    meet_duties,
    replace_duties,
    standing_duties,
)
from store.case_writes import hold_case
from store.casefile import find_case

_ACTS: TypeAdapter[Act] = TypeAdapter(Act)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case with all that an act on it needs."""

    row: RowMapping
    life: Life
    acts: int
    acknowledged: Mapping[int, datetime]
    channel: str


def stands(tx: Connection, reference: str, *, hold: bool = False) -> Standing:
    """A case as it stands, found by any spelling of its reference; held until the transaction ends if so wished.

    Raises:
        NotFound: there is no such case.
    """
    row = find_case(tx, reference)
    if hold:
        row = hold_case(tx, row["id"])
    acts = load_acts(tx, row["id"])
    first = acts[0] if acts else None
    kind, stage = (first["kind_before"], first["stage_before"]) if first else (row["kind"], row["stage"])
    life = lived(begun(row["received_at"], Kind(kind), stage=stage), map(_done, acts))
    # A message may have made it more since (a choice to complain): the row knows.
    life = life.model_copy(update={"kind": Kind(row["kind"]), "kind_confirmed": row["kind_confirmed"]})
    return Standing(
        row=row,
        life=life,
        acts=len(acts),
        acknowledged=acknowledged_stages(tx, row["id"]),
        channel=first_channel(tx, row["id"]),
    )


def dossier_of(standing: Standing, setup: LandlordSetup, now: datetime) -> Dossier:
    """What rules may look at before an act."""
    events = events_of(standing.life, standing.acknowledged, {})
    rows = _clocks(standing, setup, standing.life, events)
    return Dossier(
        life=standing.life,
        policy=setup.policy,
        calendar=setup.calendar,
        matter=standing.row["matter"],
        people=setup.staff,
        needs_support=any(flag.startswith("vulnerable") for flag in standing.row["flags"]),
        alleges_crime="allegation:crime" in standing.row["flags"],
        deadlines=deadlines(rows, events),
        now=now,
    )


def act_on(
    node: Node,
    tx: Connection,
    reference: str,
    act: Act,
    *,
    by: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Performed | Refused:
    """Do something with a case, or say what stands against it; then nothing was written.

    Args:
        node: ids, keys and the landlords' rules.
        tx: a writing transaction.
        reference: the case's, in any spelling.
        act: what is to be done.
        by: who does it.
        now: when.
        expected_version: the case as that person saw it.

    Raises:
        NotFound: there is no such case.
        Conflict: somebody else changed it since.
    """
    standing = stands(tx, reference, hold=True)
    if expected_version is not None and standing.row["version"] != expected_version:
        raise Conflict("somebody else changed this case first; look at it again")
    setup = node.landlords[standing.row["landlord"]]
    answer = perform(dossier_of(standing, setup, now), act, by)
    if isinstance(answer, Refused):
        return answer
    act_id = append_act(
        tx,
        standing.row,
        act=_ACTS.dump_python(act, mode="json"),
        by=by.id,
        roles=[role.value for role in by.roles],
        number=standing.acts + 1,
        changes=_changes(standing.row, answer.life, now),
        ids=node.ids,
        now=now,
        keys=node.audit_key,
    )
    _settle_duties(node, tx, standing, answer.life, act_id=act_id, now=now)
    return answer


def _done(row: RowMapping) -> Done:
    return Done(
        act=_ACTS.validate_python(row["act"]),
        by=row["by"],
        roles=frozenset(Role(role) for role in row["roles"]),
        at=row["at"],
    )


def _changes(row: RowMapping, life: Life, now: datetime) -> dict[str, Any]:
    """What an act makes of the case's row."""
    closed = life.state is CaseState.CLOSED
    return {
        "kind": life.kind.value,
        "kind_confirmed": life.kind_confirmed,
        "stage": life.stage.number,
        "state": life.state.value,
        "closed_at": (row["closed_at"] or now) if closed else None,
        "owner": next(iter(life.stage.handlers), row["owner"]),
        "phase": (Phase.AFTER if life.stage.outcome_at else _phase(row, life)).value,
        "response_sent_at": life.stage.outcome_at,
    }


def _phase(row: RowMapping, life: Life) -> Phase:
    """Somebody looks into it: "deliver" (CCBC-32). Until then it is as its messages left it."""
    return Phase.DELIVER if life.stage.handlers else Phase(row["phase"])


def _clocks(
    standing: Standing, setup: LandlordSetup, life: Life, events: Mapping[str, datetime]
) -> tuple[DutyRow, ...]:
    matter = standing.row["matter"]
    return clocks(life, setup.policy, setup.calendar, events, channel=standing.channel, matter=matter)


def _settle_duties(node: Node, tx: Connection, standing: Standing, life: Life, *, act_id: str, now: datetime) -> None:
    """Duties that the act met, moved, or set running. A date that stood is never put off by recounting alone."""
    setup = node.landlords[standing.row["landlord"]]
    events = events_of(life, standing.acknowledged, {})
    rows = [row for row in _clocks(standing, setup, life, events) if not row.tenant_window]
    known = {(each["name"], each["stage"], each["basis"]): each for each in standing_duties(tx, standing.row["id"])}
    there = {key: each for key, each in known.items() if each["state"] != ObligationState.MET.value}
    met = [row for row in rows if is_done(row, events)]
    meet_duties(tx, [there[_key(row)]["id"] for row in met if _key(row) in there], by=act_id, at=now)
    waiting = [row for row in rows if not is_done(row, events) and (_key(row) in there or _key(row) not in known)]
    moved = [row for row in waiting if _key(row) not in there or _is_moved(there[_key(row)], row)]
    owed = obligations(moved)
    replace_duties(
        tx,
        standing.row,
        [there[_key(row)]["id"] for row in moved if _key(row) in there],
        owed,
        reminders(setup.calendar, now, owed),
        ids=node.ids,
        now=now,
    )


def _is_moved(old: RowMapping, new: DutyRow) -> bool:
    """Earlier than it was, of another weight, or counted now from what was only planned before."""
    if new.due < old["due_at"] or new.effective is not old["effective"]:
        return True
    return bool(old["planned"]) and not new.planned and new.due != old["due_at"]


def _key(row: DutyRow) -> tuple[str, int, str]:
    return row.name, row.stage, row.basis
