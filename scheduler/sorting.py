"""Splitting and joining in the database: both cases, their duties, people, links and audit in one transaction.

No deadline is lost: a case that is split off keeps the date on which its message was received, and of two joined cases
each duty keeps its earlier date. Undoing gives each case its own dates back.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, update

from casework.acts import Act
from casework.acts_sorting import DutyKey, GiveBack, JoinCase, MovedPoint, SplitCase, SplitFrom, TakeIn, UndoJoin
from casework.dossier import OtherCase
from casework.fold import after
from casework.life import Done, Life
from casework.perform import Performed
from domain.cases import CaseState, ObligationState, PartyRole
from domain.decisions import NewCase, NewObligation
from domain.errors import NotFound
from domain.labels import Kind
from router.owed import reminders
from scheduler.node import Node
from scheduler.recording import record
from scheduler.settling import key_of
from scheduler.standing import Standing, setup_for, stands
from scheduler.telling import tell
from store.audit import AuditEntry, append
from store.case_acts import (
    act_with,
    copy_parties,
    hand_over_duties,
    replace_duties,
    share_people,
    standing_duties,
    take_back_duties,
)
from store.case_writes import hold_case, link_cases, open_case, take_reference
from store.casefile import find_case
from store.statements import NewRows
from store.tables import CASE

_OF_A_DANGER: Final = "hazard:"


def hold_both(tx: Connection, reference: str, act: Act) -> None:
    """Hold the two cases of a join in one order, whoever joins which with which; unknown ones are told of elsewhere."""
    if not isinstance(act, JoinCase):
        return
    found = [row["id"] for each in (reference, act.into) if (row := _found(tx, each))]
    for case_id in sorted(set(found)):
        hold_case(tx, case_id)


def other_case(tx: Connection, standing: Standing, act: Act) -> OtherCase | None:
    """The case that an act names beside its own, as far as rules look at it."""
    row = _found(tx, act.into) if isinstance(act, JoinCase) else None
    if row is None:
        return None
    return OtherCase(
        reference=row["reference"],
        is_this=row["id"] == standing.row["id"],
        same_landlord=row["landlord"] == standing.row["landlord"],
        same_people=share_people(tx, standing.row["id"], row["id"]),
        state=CaseState(row["state"]),
    )


def follow(node: Node, tx: Connection, standing: Standing, answer: Performed, *, now: datetime) -> Performed | None:
    """Write an act that concerns two cases; None where it concerns one alone."""
    match answer.done.act:
        case SplitCase():
            return _split(node, tx, standing, answer, answer.done.act, now=now)
        case JoinCase():
            return _join(node, tx, standing, answer, answer.done.act, now=now)
        case UndoJoin():
            return _undo(node, tx, standing, answer, now=now)
        case _:
            return None


def _split(
    node: Node, tx: Connection, standing: Standing, answer: Performed, act: SplitCase, *, now: datetime
) -> Performed:
    """1. Open the new case. 2. Put down both sides. 3. Link them. 4. Tell the tenant, which acknowledges it."""
    row = standing.row
    reference = _open(node, tx, row, act, by=answer.done.by, now=now)
    answer = answer.model_copy(
        update={"done": answer.done.model_copy(update={"act": act.model_copy(update={"into": reference})})}
    )
    record(node, tx, standing, answer.done, answer.life, now=now)
    items = [each for each in row["items"] if each != act.kind.value]
    tx.execute(update(CASE).where(CASE.c.id == row["id"]).values(items=items))
    moved = tuple(MovedPoint(point=each.id, words=each.words) for each in standing.life.points if each.id in act.points)
    theirs = stands(tx, reference, hold=True)
    side = SplitFrom(of=row["reference"], points=moved, words=act.words, channel=standing.channel)
    _other_side(node, tx, theirs, answer.done, side, now=now)
    link_cases(tx, row["id"], theirs.row["id"])
    values = {"reference": row["reference"], "references": f"{row['reference']}, {reference}"}
    tell(node, tx, theirs.row, "case_split", values, meets="acknowledge", now=now)
    return answer


def _open(node: Node, tx: Connection, row: RowMapping, act: SplitCase, *, by: str, now: datetime) -> str:
    """The new case's row with the people of the old one; received when the old one was."""
    policy = setup_for(node, row).policy
    rows = NewRows(tx)
    reference = take_reference(rows, policy.prefix, now)
    new = NewCase(
        kind=act.kind,
        topic=act.topic,
        team=policy.team_for(act.kind, act.topic),
        received_at=row["received_at"],
        matter=row["matter"],
        restricted=row["restricted"],
    )
    case_id = node.ids.new()
    open_case(
        rows,
        new,
        case_id=case_id,
        reference=reference,
        landlord=row["landlord"],
        decision=None,
        flags=tuple(each for each in row["flags"] if not each.startswith(_OF_A_DANGER)),
        policy_version=row["policy_version"],
        now=now,
    )
    rows.write()
    copy_parties(tx, row["id"], case_id, ids=node.ids)
    detail = {"reference": reference, "policy": row["policy_version"], "split_from": row["reference"]}
    append(tx, case_id, [AuditEntry(actor=by, action="case.opened", detail=detail)], now, node.audit_key)
    return reference


def _join(
    node: Node, tx: Connection, standing: Standing, answer: Performed, act: JoinCase, *, now: datetime
) -> Performed:
    """1. Put down this side. 2. Hand over what is owed, the earlier of each. 3. People, links. 4. Tell the tenant."""
    theirs = stands(tx, act.into, hold=True)
    row, into = standing.row, theirs.row["reference"]
    mine = [each for each in standing_duties(tx, row["id"]) if each["state"] != ObligationState.MET.value]
    there = {key_of(each): each for each in standing_duties(tx, theirs.row["id"])}
    taken = [each for each in mine if _is_taken(each, there.get(key_of(each)), theirs.life)]
    done = _named(answer.done, into)
    answer = answer.model_copy(update={"done": done, "life": after(standing.life, done)})
    act_id = record(node, tx, standing, done, answer.life, now=now)
    hand_over_duties(tx, [each["id"] for each in mine], by=act_id)
    side = TakeIn(
        of=row["reference"],
        received_at=row["received_at"],
        own_received_at=theirs.row["received_at"],
        kind=Kind(row["kind"]),
        wishes_complaint=standing.life.wishes_complaint,
        points=tuple(MovedPoint(point=each.id, words=each.words) for each in standing.life.points),
        duties=tuple(key_of(each) for each in taken),
    )
    side_id = _other_side(node, tx, theirs, answer.done, side, now=now)
    _take_over(node, tx, theirs.row, taken, row["reference"], by=side_id, now=now)
    copy_parties(tx, row["id"], theirs.row["id"], ids=node.ids)
    link_cases(tx, row["id"], theirs.row["id"])
    values = {"reference": into, "references": f"{row['reference']}, {into}"}
    tell(node, tx, theirs.row, "case_joined", values, meets="acknowledge", now=now)
    return answer


def _is_taken(mine: RowMapping, theirs: RowMapping | None, other: Life) -> bool:
    """Owed there as well now: what is not owed there, or later; not of a stage that it has left behind."""
    if 0 < mine["stage"] < other.stage.number:
        return False
    if theirs is None:
        return True
    return theirs["state"] != ObligationState.MET.value and bool(mine["due_at"] < theirs["due_at"])


def _take_over(
    node: Node, tx: Connection, case: RowMapping, taken: list[RowMapping], reference: str, *, by: str, now: datetime
) -> None:
    """Duties of the joined case with their dates, in the place of later ones."""
    there = {key_of(each): each for each in standing_duties(tx, case["id"])}
    for row in taken:
        standing = there.get(key_of(row))
        if standing is not None and standing["due_at"] <= row["due_at"]:
            continue
        owed = (_again(row, reference),)
        calendar = setup_for(node, case).calendar
        old = [standing["id"]] if standing is not None else []
        replace_duties(tx, case, old, owed, reminders(calendar, now, owed), by=by, ids=node.ids, now=now)


def _again(row: RowMapping, reference: str) -> NewObligation:
    copied = {name: row[name] for name in NewObligation.model_fields if name in row and name != "owed_to"}
    words = f"{row['explanation']}; taken over with {reference}"
    return NewObligation(**copied | {"explanation": words}, owed_to=PartyRole(row["owed_to"]))


def _undo(node: Node, tx: Connection, standing: Standing, answer: Performed, *, now: datetime) -> Performed:
    """1. What was owed here is owed here again. 2. The other case gives up what it owed because of this one."""
    row = standing.row
    if joined := act_with(tx, row["id"], "join_case", into=standing.life.joined_into):
        take_back_duties(tx, row["id"], by=joined, now=now)
    record(node, tx, standing, answer.done, answer.life, now=now)
    theirs = stands(tx, standing.life.joined_into, hold=True)
    given: set[DutyKey] = {key for each in theirs.life.taken_in if each.of == row["reference"] for key in each.duties}
    open_there = [each for each in standing_duties(tx, theirs.row["id"]) if each["state"] != ObligationState.MET.value]
    hand_over_duties(tx, [each["id"] for each in open_there if key_of(each) in given])
    if side := act_with(tx, theirs.row["id"], "take_in", of=row["reference"]):
        take_back_duties(tx, theirs.row["id"], by=side, now=now)
    _other_side(node, tx, theirs, answer.done, GiveBack(of=row["reference"]), now=now)
    return answer


def _other_side(node: Node, tx: Connection, theirs: Standing, mine: Done, act: Act, *, now: datetime) -> str:
    """The act in the other case, by the same person; returns its id."""
    done = mine.model_copy(update={"act": act})
    return record(node, tx, theirs, done, after(theirs.life, done), now=now)


def _named(done: Done, into: str) -> Done:
    """With the reference as it is written on record."""
    act: Any = done.act
    return done.model_copy(update={"act": act.model_copy(update={"into": into})})


def _found(tx: Connection, reference: str) -> RowMapping | None:
    try:
        return find_case(tx, reference)
    except NotFound:
        return None
