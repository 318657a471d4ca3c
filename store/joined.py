"""What was joined with another case goes on as that one: whatever quotes or answers the first is about the second."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, select

from domain.cases import CaseFacts, CaseState
from domain.messages import InboundMessage
from store.case_facts import case_facts_by
from store.tables import CASE_ACT

if TYPE_CHECKING:
    from store.facts import Facts

_JOIN, _UNDO = "join_case", "undo_join"
_MOST: Final = 5
"""So many joins, one after the other, are followed."""


def follow_joined(tx: Connection, message: InboundMessage, facts: "Facts") -> "Facts":
    """The same facts, with each case that was joined in the place of which it goes on."""
    for _ in range(_MOST):
        closed = [case for case in _cases(facts) if case.state is CaseState.CLOSED]
        into = _joined(tx, [case.id for case in closed]) if closed else {}
        found = case_facts_by(tx, message.landlord, message.sender, references=sorted(set(into.values())))
        others = {case.reference: case for case in found}
        on = {mine: others[reference] for mine, reference in into.items() if reference in others}
        if not on:
            break
        facts = _with(facts, on)
    return facts


def _cases(facts: "Facts") -> Iterator[CaseFacts]:
    yield from (found.case for found in facts.references if found.case)
    if facts.thread:
        yield facts.thread.case
    yield from (case for case in (facts.last_from_sender, facts.edited) if case)


def _with(facts: "Facts", on: dict[str, CaseFacts]) -> "Facts":
    def going_on(case: CaseFacts | None) -> CaseFacts | None:
        return on.get(case.id, case) if case else None

    thread = facts.thread
    return replace(
        facts,
        references=tuple(each.model_copy(update={"case": going_on(each.case)}) for each in facts.references),
        thread=thread.model_copy(update={"case": going_on(thread.case)}) if thread else None,
        last_from_sender=going_on(facts.last_from_sender),
        edited=going_on(facts.edited),
    )


def _joined(tx: Connection, case_ids: Sequence[str]) -> dict[str, str]:
    """By the id of a case that is joined now: the reference as which it goes on."""
    table = CASE_ACT
    wanted = select(table.c.case_id, table.c.name, table.c.act).where(
        table.c.case_id.in_(case_ids), table.c.name.in_((_JOIN, _UNDO))
    )
    newest = {row.case_id: row for row in tx.execute(wanted.order_by(table.c.number))}
    return {case_id: str(row.act["into"]) for case_id, row in newest.items() if row.name == _JOIN}
