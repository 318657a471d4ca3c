"""An act that is allowed, written: the act, what it makes of the case's row, the audit, and the case's duties."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from casework.life import Done, Life
from casework.routes import RESTRICTED
from domain.areas import with_area
from domain.cases import CaseState, Phase
from scheduler.node import Node
from scheduler.settling import settle_duties
from scheduler.standing import ACTS, Standing
from store.case_acts import append_act


def record(node: Node, tx: Connection, standing: Standing, done: Done, life: Life, *, now: datetime) -> str:
    """Put an act on record with what follows from it for its own case; returns the act's id.

    Args:
        node: ids, keys and the landlords' rules.
        tx: the transaction that holds the case's row.
        standing: the case as it was.
        done: the act.
        life: the case after it.
        now: when.
    """
    act_id = append_act(
        tx,
        standing.row,
        act=ACTS.dump_python(done.act, mode="json"),
        by=done.by,
        roles=[role.value for role in done.roles],
        number=standing.acts + 1,
        changes=_changes(standing.row, life, now),
        ids=node.ids,
        now=now,
        keys=node.audit_key,
    )
    settle_duties(node, tx, standing, life, act_id=act_id, now=now)
    return act_id


def _changes(row: RowMapping, life: Life, now: datetime) -> dict[str, Any]:
    """What an act makes of the case's row."""
    closed = life.state is CaseState.CLOSED
    return {
        "kind": life.kind.value,
        "kind_confirmed": life.kind_confirmed,
        "received_at": life.received_at,
        "stage": life.stage.number,
        "flags": row["flags"] if life.area is None else with_area(row["flags"], life.area),
        "restricted": row["restricted"] or any(life.is_on(each) for each in RESTRICTED),
        "state": life.state.value,
        "closed_at": (row["closed_at"] or now) if closed else None,
        "owner": next(iter(life.stage.handlers), row["owner"]),
        "phase": (Phase.AFTER if life.stage.outcome_at else _phase(row, life)).value,
        "response_sent_at": life.stage.outcome_at,
    }


def _phase(row: RowMapping, life: Life) -> Phase:
    """Somebody looks into it: "deliver" (CCBC-32). Until then it is as its messages left it."""
    return Phase.DELIVER if life.stage.handlers else Phase(row["phase"])
