"""What an act means for a case's duties: those that it met, moved, set running, or that are not owed after all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from casework.clocks import events_of, hazard_clocks, is_done
from casework.dated import dated
from casework.lawful import lawful_clocks
from casework.life import Life
from casework.promised import promised
from domain.cases import ObligationState
from domain.duties import DutyRow
from router.owed import obligations, reminders
from scheduler.node import LandlordSetup, Node
from scheduler.standing import Standing, clocks_of, setup_for
from store.case_acts import (
    hand_over_duties,
    last_act,
    meet_duties,
    replace_duties,
    standing_duties,
    take_back_duties,
    waive_duties,
)

Key = tuple[str, int, str, str]
"""Name, stage, basis, and what it is about."""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One clock, what it is about (a danger; empty: the case), and whether what meets it has happened."""

    row: DutyRow
    about: str
    done: bool

    @property
    def key(self) -> Key:
        """What tells it from other duties of the case."""
        return self.row.name, self.row.stage, self.row.basis, self.about


def settle_duties(node: Node, tx: Connection, standing: Standing, life: Life, *, act_id: str, now: datetime) -> None:
    """Bring a case's duties in line with its life. A date that stood is never put off by recounting alone.

    1. A corrected kind and a stage that a person set owe other things; what was refused and is taken on is owed again.
    2. What has happened meets its duties, late ones too.
    3. What a person found not to be owed is waived.
    4. What is new begins; what ends earlier, or counts now from what was only planned, takes the old one's place.
    """
    setup = setup_for(node, standing.row, life)
    owed = list(_owed(standing, setup, life))
    if (standing.life.kind, standing.life.kind_confirmed) != (life.kind, life.kind_confirmed):
        _correct_kind(tx, standing.row["id"], setup, life, owed, act_id=act_id, now=now)
    if standing.life.refused_at and not life.refused_at:
        _take_on(tx, standing.row["id"], now)
    if standing.life.proposed_stage and not life.proposed_stage:
        _settle_stage(tx, standing.row["id"], setup, owed, act_id=act_id)
    known = {key_of(each): each for each in standing_duties(tx, standing.row["id"])}
    there = {key: each for key, each in known.items() if each["state"] != ObligationState.MET.value}
    meet_duties(tx, [there[each.key]["id"] for each in owed if each.done and each.key in there], by=act_id, at=now)
    by_law = [each["id"] for key, each in there.items() if key[0] in life.answered_by_law and not key[-1]]
    meet_duties(tx, by_law, by=act_id, at=now)
    waive_duties(tx, [there[key]["id"] for key in _not_owed(there, owed, life)], by=act_id)
    for about in sorted({each.about for each in owed}):
        waiting = [each for each in owed if each.about == about and not each.done]
        changed = [each for each in waiting if _begins_or_moves(known.get(each.key), each.row)]
        new = obligations([each.row for each in changed], about=about)
        replace_duties(
            tx,
            standing.row,
            [there[each.key]["id"] for each in changed if each.key in there],
            new,
            reminders(setup.calendar, now, new),
            by=act_id,
            ids=node.ids,
            now=now,
        )


def _owed(standing: Standing, setup: LandlordSetup, life: Life) -> Iterator[Owed]:
    """Every clock that the case's life sets running, the tenant's own windows left out. A joined case owes nothing."""
    if life.joined_into:
        return
    events = events_of(life, standing.acknowledged, standing.told)
    for row in clocks_of(standing, setup, life, events):
        if not row.tenant_window:
            yield Owed(row=row, about="", done=is_done(row, events))
    for danger in life.hazards:
        for row in hazard_clocks(danger, setup.policy, setup.calendar):
            yield Owed(row=row, about=danger.hazard.value, done=is_done(row, danger.events()))
    for row in lawful_clocks(life, setup.policy, setup.calendar):
        yield Owed(row=row, about="", done=row.name in life.answered_by_law)
    for each in dated(life, setup.policy, standing.row["matter"]):
        yield Owed(row=each.row, about=each.about, done=each.done)
    for each in promised(life, setup.policy, setup.calendar, standing.row["matter"]):
        yield Owed(row=each.row, about=each.about, done=each.done)


def _not_owed(there: dict[Key, RowMapping], owed: list[Owed], life: Life) -> list[Key]:
    """Safety work on a danger that a person looked into and did not find."""
    clear = {danger.hazard.value for danger in life.hazards if danger.found == "none"}
    keys = {each.key for each in owed}
    return [key for key in there if key[-1] in clear and key not in keys]


def _take_on(tx: Connection, case_id: str, now: datetime) -> None:
    """What a refusal had answered is owed again, with its dates."""
    if refused := last_act(tx, case_id, "refuse_complaint"):
        take_back_duties(tx, case_id, by=refused, now=now)


def _settle_stage(tx: Connection, case_id: str, setup: LandlordSetup, owed: list[Owed], *, act_id: str) -> None:
    """A person set the stage that was proposed, or another: what only the other way owes is kept as replaced."""
    keys = {each.key for each in owed}
    staged = {(duty.name, duty.stage, duty.basis.clause, "") for duty in setup.policy.duties if duty.stage}
    there = [each for each in standing_duties(tx, case_id) if each["state"] != ObligationState.MET.value]
    hand_over_duties(tx, [each["id"] for each in there if key_of(each) in staged - keys], by=act_id)


def _correct_kind(
    tx: Connection, case_id: str, setup: LandlordSetup, life: Life, owed: list[Owed], *, act_id: str, now: datetime
) -> None:
    """What only the old kind owed is kept as replaced; where an earlier correction is undone, its dates come back."""
    earlier = last_act(tx, case_id, "set_kind", before=act_id)
    keys = {each.key for each in owed}
    others = {
        (duty.name, duty.stage, duty.basis.clause, "")
        for duty in setup.policy.duties
        if duty.kinds and life.kind not in duty.kinds
    }
    there = [each for each in standing_duties(tx, case_id) if each["state"] != ObligationState.MET.value]
    stale = [each["id"] for each in there if key_of(each) in others and key_of(each) not in keys]
    if earlier:
        take_back_duties(tx, case_id, by=earlier, only=keys, now=now)
    hand_over_duties(tx, stale, by=act_id)


def _begins_or_moves(old: RowMapping | None, new: DutyRow) -> bool:
    """New; or earlier than it was, of another weight, or counted now from what was only planned before."""
    if old is None:
        return True
    if old["state"] == ObligationState.MET.value:
        return False
    if new.due < old["due_at"] or new.effective is not old["effective"]:
        return True
    return bool(old["planned"]) and not new.planned and new.due != old["due_at"]


def key_of(row: RowMapping) -> Key:
    """What tells a duty on record from others of its case."""
    return row["name"], row["stage"], row["basis"], row["about"]
