"""Routes, duties of law and named people folded into a life. What a straight stage means is ``SetStage``'s too."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from casework.acts_routes import AnswerByLaw, HearAccount, LeaveRoute, LetSee, NameStaff, SetArea, SetRoute, UnnameStaff
from casework.life import Done, Life, StageLife
from casework.life_routes import RouteLife
from domain.cases import CaseState

Changes = dict[str, Any]


def _set(life: Life, _done: Done, act: SetRoute) -> Changes:
    changes: Changes = {"routes": (*_others(life, act.route), RouteLife(route=act.route, since=act.at))}
    if act.stage is None or act.stage <= life.stage.number:
        return changes
    return changes | straight_to(life, act.stage, act.at)


def straight_to(life: Life, number: int, at: datetime) -> Changes:
    """A stage that a person set. What the machine proposed has run from receipt all the while, and still does."""
    since = life.received_at if life.proposed_stage == number else at
    entered = StageLife(number=number, requested_at=since)
    return {
        "stages": (*life.stages, entered),
        "state": CaseState.OPEN,
        "quickly_resolved": False,
        "proposed_stage": None,
    }


def _leave(life: Life, done: Done, act: LeaveRoute) -> Changes:
    before = life.route(act.route) or RouteLife(route=act.route, since=done.at)
    left = {"routes": (*_others(life, act.route), before.model_copy(update={"left": act.how}))}
    return left | ({"proposed_stage": None} if act.how == "declined" else {})


def _answer(life: Life, _done: Done, act: AnswerByLaw) -> Changes:
    return {"answered_by_law": life.answered_by_law | {act.duty}}


def _name(life: Life, _done: Done, act: NameStaff) -> Changes:
    return {"named": life.named | set(act.people), "named_team": act.team or life.named_team}


def _hear(life: Life, _done: Done, act: HearAccount) -> Changes:
    return {"heard": life.heard | {act.person}}


def _let_see(life: Life, _done: Done, act: LetSee) -> Changes:
    return {"let_in": life.let_in | set(act.people)}


def _set_area(_life: Life, _done: Done, act: SetArea) -> Changes:
    return {"area": act.area}


def _unname(life: Life, _done: Done, act: UnnameStaff) -> Changes:
    return {"named": life.named - set(act.people)}


def _others(life: Life, route: str) -> tuple[RouteLife, ...]:
    return tuple(each for each in life.routes if each.route != route)


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    SetRoute: _set,
    LeaveRoute: _leave,
    AnswerByLaw: _answer,
    NameStaff: _name,
    UnnameStaff: _unname,
    HearAccount: _hear,
    LetSee: _let_see,
    SetArea: _set_area,
}
