"""Refusing and taking on folded into a life."""

from collections.abc import Callable
from typing import Any, Final

from casework.acts_refusing import AcceptComplaint, RefuseComplaint
from casework.life import Done, Life
from domain.cases import CaseState

Changes = dict[str, Any]


def _refuse(_life: Life, _done: Done, act: RefuseComplaint) -> Changes:
    told = {"refusal_reasons": act.reasons, "whom_to_ask": act.whom_to_ask}
    return {"refused_at": act.at, "refused_for": act.ground} | told


def _accept(_life: Life, _done: Done, _act: AcceptComplaint) -> Changes:
    return {
        "refused_at": None,
        "refused_for": "",
        "refusal_reasons": "",
        "whom_to_ask": "",
        "accepted": True,
        "state": CaseState.OPEN,
    }


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    RefuseComplaint: _refuse,
    AcceptComplaint: _accept,
}
