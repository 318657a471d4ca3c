"""What makes no sense in a case whatever the policy says: unknown points, acts on a closed case, impossible times."""

from collections.abc import Iterator
from typing import Final, get_args

from casework.acts import (
    Act,
    AddAction,
    AddEvidence,
    AddPoint,
    ApproveRemedy,
    Assign,
    CompleteAction,
    ConfirmInWriting,
    ConsiderComment,
    ConsiderEvidence,
    Decide,
    EndDiscussion,
    Escalate,
    Extend,
    Investigate,
    ProposeRemedy,
    RecordComment,
    RecordOmbudsman,
    RefuseEscalation,
    Reopen,
    SendOutcome,
    SetStage,
    Withdraw,
)
from casework.acts_hazards import HazardAct
from casework.acts_refusing import AcceptComplaint
from casework.acts_routes import AnswerByLaw, LeaveRoute
from casework.acts_sorting import UndoJoin
from casework.dossier import Dossier
from casework.sense_hazards import nonsense as _of_hazards
from casework.sense_letters import nonsense as _of_letters
from casework.sense_parties import nonsense as _of_parties
from casework.sense_promising import nonsense as _of_promising
from casework.sense_refusing import nonsense as _of_refusing
from casework.sense_routes import nonsense as _of_routes
from casework.sense_sorting import nonsense as _of_sorting
from casework.sense_special import nonsense as _of_special
from domain.cases import CaseState

_ON_CLOSED: Final = (
    Reopen,
    Escalate,
    RefuseEscalation,
    CompleteAction,
    RecordOmbudsman,
    UndoJoin,
    AcceptComplaint,
    LeaveRoute,
    AnswerByLaw,
    *get_args(HazardAct),
)
"""What may still be done once a case is closed: what was promised is followed through, and nobody is shut out."""


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why an act cannot be, in sentences for staff."""
    life = dossier.life
    if life.state is CaseState.CLOSED and not isinstance(act, _ON_CLOSED):
        yield "the case is closed: reopen it first"
    if life.state is CaseState.OPEN and isinstance(act, Reopen) and not life.withdrawn:
        yield "the case is open"
    yield from _unknown(dossier, act)
    yield from _twice(dossier, act)
    yield from _times(dossier, act)
    yield from _stages(dossier, act)
    yield from _of_hazards(dossier, act)
    yield from _of_special(dossier, act)
    yield from _of_sorting(dossier, act)
    yield from _of_refusing(dossier, act)
    yield from _of_letters(dossier, act)
    yield from _of_parties(dossier, act)
    yield from _of_promising(dossier, act)
    yield from _of_routes(dossier, act)


def _unknown(dossier: Dossier, act: Act) -> Iterator[str]:
    """Named things that the case does not have."""
    life = dossier.life
    match act:
        case Assign():
            yield from (f"{each} is nobody who works here" for each in act.to if each not in dossier.people)
        case Investigate() | Decide():
            yield from _missing(act.point, [each.id for each in life.points], "point")
        case ConsiderEvidence():
            yield from _missing(act.evidence, [each.id for each in life.evidence], "evidence")
        case ConsiderComment():
            yield from _missing(act.comment, [each.id for each in life.stage.comments], "comment")
        case ApproveRemedy():
            yield from _missing(act.remedy, [each.id for each in life.remedies], "remedy")
            if act.consulted and act.consulted not in dossier.people:
                yield f"{act.consulted} is nobody who works here"
        case CompleteAction():
            yield from _missing(act.action, [each.id for each in life.actions], "action")
        case _:
            return


def _twice(dossier: Dossier, act: Act) -> Iterator[str]:
    """Names that are taken, and things that were done already."""
    life = dossier.life
    match act:
        case AddPoint():
            yield from _taken(act.point, [each.id for each in life.points])
        case AddEvidence():
            yield from _taken(act.evidence, [each.id for each in life.evidence])
        case ProposeRemedy():
            yield from _taken(act.remedy, [each.id for each in life.remedies])
        case AddAction():
            yield from _taken(act.action, [each.id for each in life.actions])
        case RecordComment():
            yield from _taken(act.comment, [each.id for each in life.stage.comments])
        case _:
            pass
    if isinstance(act, SendOutcome) and life.stage.outcome_at:
        yield "the outcome of this stage was sent already"
    if isinstance(act, EndDiscussion) and not life.stage.discussion_offered_at:
        yield "the talk was not offered yet"


def _times(dossier: Dossier, act: Act) -> Iterator[str]:
    """Moments before the case was there, in the future, or too late."""
    at = getattr(act, "at", None)
    if at is not None and at > dossier.now:
        yield "that lies in the future"
    if at is not None and at < dossier.life.received_at:
        yield "that was before the case was received"
    if isinstance(act, Extend):
        due = dossier.due("respond")
        if due is None:
            yield "no answer is owed at this stage that could be put off"
        elif dossier.now > due.due_at:
            yield "it is due already: an extension is told before the answer is due"
        elif act.to <= due.due_at:
            yield "the new date is not later than the old one"


def _stages(dossier: Dossier, act: Act) -> Iterator[str]:
    life = dossier.life
    numbers = [each.number for each in dossier.policy.stages]
    last = max(numbers, default=1)
    if isinstance(act, Escalate | RefuseEscalation) and life.stage.number >= last:
        yield "there is no further stage here: tell how to go to the Ombudsman"
    if isinstance(act, SetStage) and act.stage not in numbers:
        yield f"this procedure has no stage {act.stage}"
    if isinstance(act, SetStage) and act.stage <= life.stage.number:
        yield "a case never goes back to an earlier stage"
    if isinstance(act, ConfirmInWriting) and not life.stage.outcome_at:
        yield "there is no outcome yet to confirm"
    if isinstance(act, Withdraw) and life.withdrawn:
        yield "it was withdrawn already"


def _missing(name: str, known: list[str], what: str) -> Iterator[str]:
    if name not in known:
        yield f"the case has no {what} {name!r}; it has {', '.join(known) or 'none'}"


def _taken(name: str, known: list[str]) -> Iterator[str]:
    if name in known:
        yield f"there is {name!r} already: give another name"
