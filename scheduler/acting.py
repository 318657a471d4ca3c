"""T8: a person acts on a case. ``casework`` says whether they may; act, case, duties and audit are one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from casework.acts import Act
from casework.clocks import deadlines, events_of
from casework.dossier import Dossier
from casework.life import Life
from casework.people import Person
from casework.perform import Performed, Refused, perform
from domain.cases import CaseState, Phase
from domain.errors import Conflict
from scheduler.node import LandlordSetup, Node
from scheduler.settling import settle_duties
from scheduler.standing import ACTS, Standing, clocks_of, stands
from store.case_acts import append_act

__all__ = ["Standing", "act_on", "dossier_of", "stands"]


def dossier_of(standing: Standing, setup: LandlordSetup, now: datetime) -> Dossier:
    """What rules may look at before an act."""
    events = events_of(standing.life, standing.acknowledged, {})
    rows = clocks_of(standing, setup, standing.life, events)
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
        act=ACTS.dump_python(act, mode="json"),
        by=by.id,
        roles=[role.value for role in by.roles],
        number=standing.acts + 1,
        changes=_changes(standing.row, answer.life, now),
        ids=node.ids,
        now=now,
        keys=node.audit_key,
    )
    settle_duties(node, tx, standing, answer.life, act_id=act_id, now=now)
    return answer


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
