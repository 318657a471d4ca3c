"""Splitting and joining folded into a life."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from casework.acts_sorting import GiveBack, JoinCase, MovedPoint, SplitCase, SplitFrom, TakeIn, UndoJoin
from casework.life import Done, Life, Point
from casework.life_sorting import TakenIn
from domain.cases import CaseState
from domain.labels import Kind

Changes = dict[str, Any]


def _split(life: Life, _done: Done, act: SplitCase) -> Changes:
    return {"points": tuple(each for each in life.points if each.id not in act.points)}


def _split_from(life: Life, _done: Done, act: SplitFrom) -> Changes:
    return {"split_from": act.of, "channel": act.channel, "points": (*life.points, *map(_as_point, act.points))}


def _join(_life: Life, _done: Done, act: JoinCase) -> Changes:
    return {"joined_into": act.into, "state": CaseState.CLOSED}


def _take_in(life: Life, _done: Done, act: TakeIn) -> Changes:
    there = {each.id for each in life.points}
    came = tuple(
        Point(id=each.point if each.point not in there else f"{act.of} {each.point}", words=each.words)
        for each in act.points
    )
    taken = TakenIn(
        of=act.of,
        own_received_at=act.own_received_at,
        kind_before=life.kind,
        raised=act.kind is Kind.COMPLAINT and life.kind is not Kind.COMPLAINT,
        wished_before=life.wishes_complaint,
        points=tuple(each.id for each in came),
        duties=act.duties,
    )
    complaint = Kind.COMPLAINT in {act.kind, life.kind}
    return {
        "taken_in": (*life.taken_in, taken),
        "points": (*life.points, *came),
        "kind": Kind.COMPLAINT if complaint else life.kind,
        "wishes_complaint": life.wishes_complaint or act.wishes_complaint,
    } | _received(life, min(act.received_at, act.own_received_at))


def _undo(_life: Life, _done: Done, _act: UndoJoin) -> Changes:
    return {"joined_into": "", "state": CaseState.OPEN}


def _give_back(life: Life, _done: Done, act: GiveBack) -> Changes:
    taken = next(each for each in reversed(life.taken_in) if each.of == act.of)
    others = tuple(each for each in life.taken_in if each is not taken)
    wishes = taken.wished_before or life.wished_at is not None
    return {
        "taken_in": others,
        "points": tuple(each for each in life.points if each.id not in taken.points),
        "kind": taken.kind_before if taken.raised and not wishes else life.kind,
        "wishes_complaint": wishes,
    } | _received(life, taken.own_received_at)


def _received(life: Life, at: datetime) -> Changes:
    """Another date of receipt: whatever began with it begins then."""
    stages = tuple(
        each.model_copy(update={"requested_at": at}) if each.requested_at == life.received_at else each
        for each in life.stages
    )
    return {"received_at": at, "stages": stages}


def _as_point(moved: MovedPoint) -> Point:
    return Point(id=moved.point, words=moved.words)


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    SplitCase: _split,
    SplitFrom: _split_from,
    JoinCase: _join,
    TakeIn: _take_in,
    UndoJoin: _undo,
    GiveBack: _give_back,
}
