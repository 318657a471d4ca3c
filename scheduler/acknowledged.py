"""An acknowledgement has left: clocks that wait for it are counted from it (Code 6.3, 6.14 and what follows them)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from domain.cases import PartyRole
from domain.decisions import NewObligation
from domain.duties import count_again
from domain.errors import CalendarError
from router.owed import reminders
from scheduler.node import LandlordSetup, Node
from store.planned import PlannedClocks, count_anew, keep_as_counted, planned_clocks


def count_from_acknowledgement(node: Node, tx: Connection, outbox_ids: Sequence[str], now: datetime) -> None:
    """Count what these messages start by acknowledging, unless they tell the date themselves."""
    for clocks in planned_clocks(tx, outbox_ids):
        setup = node.landlords.get(clocks.landlord)
        if setup is None:
            continue  # no longer set up here: nobody knows its policy
        setup = setup.of(clocks.area)
        counted = _with_effect([_counted(setup, clocks, row) for row in clocks.rows])
        if [owed.due_at for owed in counted] == [row["due_at"] for row in clocks.rows]:
            keep_as_counted(tx, [row["id"] for row in clocks.rows])
            continue
        nudges = reminders(setup.calendar, now, counted)
        count_anew(tx, clocks, counted, nudges, ids=node.ids, now=now, keys=node.audit_key)


def _counted(setup: LandlordSetup, clocks: PlannedClocks, row: RowMapping) -> NewObligation:
    """The clock as it runs now; as it was where the policy has it no more, or its calendar does not reach."""
    owed = NewObligation(
        **{name: row[name] for name in NewObligation.model_fields if name not in {"owed_to", "planned"}},
        owed_to=PartyRole(row["owed_to"]),
    )
    if not row["planned"]:
        return owed
    try:
        again = count_again(
            setup.policy,
            setup.calendar,
            name=owed.name,
            stage=owed.stage,
            basis=owed.basis,
            events=clocks.events,
        )
    except (CalendarError, OverflowError):
        again = None
    if again is None:
        return owed
    changed = {"due_at": again.due, "from_at": again.from_at, "explanation": again.explanation}
    return owed.model_copy(update=changed)


def _with_effect(counted: Sequence[NewObligation]) -> list[NewObligation]:
    """Of several clocks on one duty the earliest takes effect (rules A0)."""
    first = min(range(len(counted)), key=lambda place: (counted[place].due_at, not counted[place].effective))
    return [owed.model_copy(update={"effective": place == first}) for place, owed in enumerate(counted)]
