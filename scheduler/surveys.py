"""One survey after a complaint was closed, by the way that the tenant writes; never while anything of it goes on."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping

from casework.life import Life
from domain.cases import CaseState
from domain.clauses import TermName
from domain.labels import Kind
from scheduler.node import Node
from scheduler.standing import setup_for
from scheduler.telling import can_be_told, tell
from store.once import mark_once


def ask_how_it_was(node: Node, tx: Connection, case: RowMapping, life: Life, *, now: datetime) -> bool:
    """Ask once a case, where the policy measures it; says whether a message was queued.

    Nobody is asked whose complaint was refused, taken back or joined, nor where no message may go by itself.

    Args:
        node: channels, words and ids.
        tx: the transaction of the act that closed it.
        case: the case's row after it.
        life: the case after it.
        now: when.
    """
    questions = [each.value for each in setup_for(node, case).policy.terms if each.name is TermName.SURVEY]
    ended_well = life.state is CaseState.CLOSED and not (life.withdrawn or life.joined_into or life.refused_at)
    if not questions or not ended_well or life.kind is not Kind.COMPLAINT:
        return False
    if not can_be_told(node, tx, case, now) or not mark_once(tx, f"survey:{case['id']}", now):
        return False
    listed = "\n".join(f"- {question}" for question in questions)
    return tell(node, tx, case, "survey", {"reference": case["reference"], "listed": listed}, now=now)
