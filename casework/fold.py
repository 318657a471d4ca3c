"""Acts folded into a life, one small function an act. Nothing here decides or refuses."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from typing import Any, Final

from casework.acts import (
    AddAction,
    AddEvidence,
    AddPoint,
    ApproveRemedy,
    AssessVulnerability,
    Assign,
    Close,
    CloseComments,
    CompleteAction,
    ConfirmInWriting,
    ConsiderComment,
    ConsiderEvidence,
    Decide,
    EndDiscussion,
    Escalate,
    Extend,
    Investigate,
    IssueDraft,
    LogContact,
    OfferDiscussion,
    ProposeRemedy,
    RecordComment,
    RecordLearning,
    RecordOutcomeSought,
    RefuseEscalation,
    Reopen,
    ResolveQuickly,
    SendOutcome,
    SetKind,
    SetStage,
    StateFault,
    WishForComplaint,
    Withdraw,
)
from casework.fold_hazards import APPLY as _HAZARDS
from casework.fold_letters import APPLY as _LETTERS
from casework.fold_parties import APPLY as _PARTIES
from casework.fold_promising import APPLY as _PROMISING
from casework.fold_refusing import APPLY as _REFUSING
from casework.fold_routes import APPLY as _ROUTES
from casework.fold_routes import straight_to
from casework.fold_sorting import APPLY as _SORTING
from casework.fold_special import APPLY as _SPECIAL
from casework.life import Action, Comment, Done, Evidence, Life, Point, Remedy, StageLife
from casework.life_hazards import HazardLife
from casework.life_parties import CaseParty
from domain.cases import CaseState
from domain.labels import Kind


def begun(
    received_at: datetime,
    kind: Kind,
    *,
    stage: int = 1,
    hazards: tuple[HazardLife, ...] = (),
    proposed_stage: int | None = None,
    parties: tuple[CaseParty, ...] = (),
) -> Life:
    """A case that was just opened: who and what dangers its messages told of, and the stage that a rule proposes."""
    first = StageLife(number=stage, requested_at=received_at)
    return Life(
        received_at=received_at,
        kind=kind,
        stages=(first,),
        hazards=hazards,
        proposed_stage=proposed_stage,
        parties=parties,
    )


def lived(start: Life, done: Iterable[Done]) -> Life:
    """A case after its acts, in the order in which they were put down."""
    return reduce(after, done, start)


def after(life: Life, done: Done) -> Life:
    """A case after one more act."""
    changes = _APPLY[type(done.act)](life, done, done.act)
    return life.model_copy(update=changes | {"people": life.people | _involved(done)})


_HANDLING: Final = (Assign, Investigate, Decide, SendOutcome, IssueDraft, ResolveQuickly, LogContact)
"""Acts by which somebody comes to have had a part in it."""


def _involved(done: Done) -> set[str]:
    people = {done.by} if isinstance(done.act, _HANDLING) and not isinstance(done.act, Assign) else set()
    return people | set(done.act.to) if isinstance(done.act, Assign) else people


Changes = dict[str, Any]


def _at_stage(life: Life, **changes: object) -> Changes:
    return {"stages": (*life.stages[:-1], life.stage.model_copy(update=changes))}


def _set_kind(_life: Life, _done: Done, act: SetKind) -> Changes:
    return {"kind": act.kind, "kind_confirmed": True}


def _wish(life: Life, _done: Done, act: WishForComplaint) -> Changes:
    wished = {"kind": Kind.COMPLAINT, "kind_confirmed": True, "wishes_complaint": True}
    return wished | {"wished_at": life.wished_at or act.at}


def _assign(life: Life, done: Done, act: Assign) -> Changes:
    return _at_stage(life, handlers=act.to, allocated_at=done.at, impartial=act.declared_impartial)


def _contact(life: Life, _done: Done, act: LogContact) -> Changes:
    stage = life.stage
    if not act.reached:
        return _at_stage(life, contact_attempts=(*stage.contact_attempts, act.at))
    return _at_stage(life, contacted_at=stage.contacted_at or act.at, discussed=stage.discussed or act.discussed)


def _outcome_sought(_life: Life, _done: Done, act: RecordOutcomeSought) -> Changes:
    return {"outcome_sought": act.words}


def _add_point(life: Life, _done: Done, act: AddPoint) -> Changes:
    return {"points": (*life.points, Point(id=act.point, words=act.words))}


def _investigate(life: Life, _done: Done, act: Investigate) -> Changes:
    return {"points": _changed(life.points, act.point, findings=act.findings)}


def _add_evidence(life: Life, _done: Done, act: AddEvidence) -> Changes:
    return {"evidence": (*life.evidence, Evidence(id=act.evidence))}


def _consider_evidence(life: Life, _done: Done, act: ConsiderEvidence) -> Changes:
    return {"evidence": _changed(life.evidence, act.evidence, considered=True)}


def _resolve(_life: Life, _done: Done, act: ResolveQuickly) -> Changes:
    return {"quickly_resolved": act.accepted}


def _offer_discussion(life: Life, _done: Done, act: OfferDiscussion) -> Changes:
    return _at_stage(life, discussion_offered_at=act.at)


def _end_discussion(life: Life, _done: Done, act: EndDiscussion) -> Changes:
    return _at_stage(life, discussion_ended_at=act.at, discussed=life.stage.discussed or act.how == "held")


def _issue_draft(life: Life, _done: Done, act: IssueDraft) -> Changes:
    return _at_stage(life, draft_issued_at=act.at, discussion_offered_at=life.stage.discussion_offered_at or act.at)


def _comment(life: Life, _done: Done, act: RecordComment) -> Changes:
    return _at_stage(life, comments=(*life.stage.comments, Comment(id=act.comment, at=act.at)))


def _consider_comment(life: Life, _done: Done, act: ConsiderComment) -> Changes:
    return _at_stage(life, comments=_changed(life.stage.comments, act.comment, considered=True, how=act.how))


def _close_comments(life: Life, _done: Done, act: CloseComments) -> Changes:
    return _at_stage(life, comments_closed_at=act.at)


def _decide(life: Life, done: Done, act: Decide) -> Changes:
    decided = {
        "verdict": act.verdict,
        "reasons": act.reasons,
        "decided_at_stage": life.stage.number,
        "decided_at": done.at,
    }
    return {"points": _changed(life.points, act.point, **decided)}


def _state_fault(_life: Life, _done: Done, act: StateFault) -> Changes:
    return {"fault": act.fault, "fault_words": act.words}


def _propose(life: Life, _done: Done, act: ProposeRemedy) -> Changes:
    proposed = Remedy(
        id=act.remedy,
        kind=act.kind,
        what=act.what,
        pence=act.pence,
        asked_for=act.asked_for,
        low_level=act.low_level,
        proportionate=bool(act.proportionate_because),
    )
    return {"remedies": (*life.remedies, proposed)}


def _approve(life: Life, done: Done, act: ApproveRemedy) -> Changes:
    old = next(each for each in life.remedies if each.id == act.remedy)
    approved = {
        "approved_by": (*old.approved_by, done.by),
        "approved_as": old.approved_as | done.roles,
        "chair_consulted": act.consulted or old.chair_consulted,
    }
    return {"remedies": _changed(life.remedies, act.remedy, **approved)}


def _add_action(life: Life, _done: Done, act: AddAction) -> Changes:
    kept = act.model_dump(include={"kind", "what", "officer", "contact", "due_on"})
    added = Action(id=act.action, **kept)
    return {"actions": (*life.actions, added)}


def _complete_action(life: Life, _done: Done, act: CompleteAction) -> Changes:
    return {"actions": _changed(life.actions, act.action, done_on=act.on)}


def _learn(_life: Life, _done: Done, act: RecordLearning) -> Changes:
    return {"learning": act.words}


def _send_outcome(life: Life, _done: Done, act: SendOutcome) -> Changes:
    return _at_stage(life, outcome_at=act.at, outcome_way=act.way)


def _confirm(life: Life, _done: Done, act: ConfirmInWriting) -> Changes:
    return _at_stage(life, confirmed_in_writing_at=act.at)


def _extend(life: Life, _done: Done, act: Extend) -> Changes:
    return _at_stage(life, extended_to=act.to, extension_reason=act.reason)


def _escalate(life: Life, _done: Done, act: Escalate) -> Changes:
    return _next_stage(life, life.stage.number + 1, act.at)


def _set_stage(life: Life, _done: Done, act: SetStage) -> Changes:
    return straight_to(life, act.stage, act.at)


def _next_stage(life: Life, number: int, at: datetime) -> Changes:
    entered = StageLife(number=number, requested_at=at)
    return {"stages": (*life.stages, entered), "state": CaseState.OPEN, "quickly_resolved": False}


def _refuse(life: Life, _done: Done, act: RefuseEscalation) -> Changes:
    return _at_stage(life, escalation_refused=True, refusal_reasons=act.reasons)


def _assess(_life: Life, _done: Done, _act: AssessVulnerability) -> Changes:
    return {"vulnerability_assessed": True}


def _withdraw(_life: Life, _done: Done, _act: Withdraw) -> Changes:
    return {"withdrawn": True}


def _close(_life: Life, _done: Done, _act: Close) -> Changes:
    return {"state": CaseState.CLOSED}


def _reopen(_life: Life, _done: Done, _act: Reopen) -> Changes:
    return {"state": CaseState.OPEN, "withdrawn": False}


def _changed(items: tuple[Any, ...], item_id: str, **changes: object) -> tuple[Any, ...]:
    return tuple(each.model_copy(update=changes) if each.id == item_id else each for each in items)


_APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    SetKind: _set_kind,
    WishForComplaint: _wish,
    Assign: _assign,
    LogContact: _contact,
    RecordOutcomeSought: _outcome_sought,
    AddPoint: _add_point,
    Investigate: _investigate,
    AddEvidence: _add_evidence,
    ConsiderEvidence: _consider_evidence,
    ResolveQuickly: _resolve,
    OfferDiscussion: _offer_discussion,
    EndDiscussion: _end_discussion,
    IssueDraft: _issue_draft,
    RecordComment: _comment,
    ConsiderComment: _consider_comment,
    CloseComments: _close_comments,
    Decide: _decide,
    StateFault: _state_fault,
    ProposeRemedy: _propose,
    ApproveRemedy: _approve,
    AddAction: _add_action,
    CompleteAction: _complete_action,
    RecordLearning: _learn,
    SendOutcome: _send_outcome,
    ConfirmInWriting: _confirm,
    Extend: _extend,
    Escalate: _escalate,
    SetStage: _set_stage,
    RefuseEscalation: _refuse,
    AssessVulnerability: _assess,
    Withdraw: _withdraw,
    Close: _close,
    Reopen: _reopen,
    **_HAZARDS,
    **_LETTERS,
    **_SPECIAL,
    **_SORTING,
    **_PARTIES,
    **_PROMISING,
    **_REFUSING,
    **_ROUTES,
}
