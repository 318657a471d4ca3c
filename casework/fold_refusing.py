"""Refusing and taking on folded into a life."""

from collections.abc import Callable
from typing import Any, Final

from casework.acts_refusing import AcceptComplaint, RefuseComplaint
from casework.life import Done, Life
from domain.cases import CaseState

Changes = dict[str, Any]


def _refuse(_life: Life, _done: Done, act: RefuseComplaint) -> Changes:
    return {"refused_at": act.at, "refused_for": act.ground}


def _accept(_life: Life, _done: Done, _act: AcceptComplaint) -> Changes:
    return {"refused_at": None, "refused_for": "", "accepted": True, "state": CaseState.OPEN}


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    RefuseComplaint: _refuse,
    AcceptComplaint: _accept,
}
