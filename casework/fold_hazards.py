"""Acts about dangers folded into a life."""

from collections.abc import Callable
from typing import Any, Final

from casework.acts_hazards import (
    BeginHazardWorks,
    HazardAct,
    InvestigateHazard,
    MakeSafe,
    NoteHazard,
    OfferAlternative,
    SendHazardSummary,
)
from casework.life import Done, Life
from casework.life_hazards import HazardLife

Changes = dict[str, Any]


def _note(life: Life, _done: Done, act: NoteHazard) -> Changes:
    known = life.hazard(act.hazard) or HazardLife(hazard=act.hazard, known_at=act.at)
    emergencies = [at for at in (known.emergency_at, act.at if act.emergency else None) if at]
    noted = known.model_copy(
        update={"known_at": min(known.known_at, act.at), "emergency_at": min(emergencies, default=None)}
    )
    return _with(life, noted)


def _investigate(life: Life, _done: Done, act: InvestigateHazard) -> Changes:
    known = _known(life, act)
    changes: Changes = {"investigated_at": act.at, "found": act.found}
    if act.found == "emergency":
        changes["emergency_at"] = known.emergency_at or act.at
    return _with(life, known.model_copy(update=changes))


def _make_safe(life: Life, _done: Done, act: MakeSafe) -> Changes:
    return _with(life, _known(life, act).model_copy(update={"made_safe_at": act.at, "more_to_do": act.more_to_do}))


def _begin(life: Life, _done: Done, act: BeginHazardWorks) -> Changes:
    return _with(life, _known(life, act).model_copy(update={"works_begun_at": act.at}))


def _summary(life: Life, _done: Done, act: SendHazardSummary) -> Changes:
    return _with(life, _known(life, act).model_copy(update={"summary_at": act.at}))


def _alternative(life: Life, _done: Done, act: OfferAlternative) -> Changes:
    return _with(life, _known(life, act).model_copy(update={"alternative": act.answer}))


def _known(life: Life, act: HazardAct) -> HazardLife:
    return life.hazard(act.hazard) or HazardLife(hazard=act.hazard, known_at=act.at)


def _with(life: Life, changed: HazardLife) -> Changes:
    others = (each for each in life.hazards if each.hazard is not changed.hazard)
    return {"hazards": tuple(sorted((*others, changed), key=lambda each: each.hazard.value))}


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    NoteHazard: _note,
    InvestigateHazard: _investigate,
    MakeSafe: _make_safe,
    BeginHazardWorks: _begin,
    SendHazardSummary: _summary,
    OfferAlternative: _alternative,
}
