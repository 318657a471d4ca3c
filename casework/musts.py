"""The checks behind a policy's requirements (``domain.clauses.Must``): each says what is missing, or nothing.

One small function a requirement, and in ``CHECKS`` the acts before which it is asked. A landlord's file says which of
them hold for it and by which clause; none of them knows a landlord.
"""

from typing import Final

from casework.acts import (
    Act,
    Assign,
    Close,
    Decide,
    Extend,
    HandleSpecially,
    IssueDraft,
    RefuseEscalation,
    SendOutcome,
    SetKind,
)
from casework.acts_promising import PassOnThanks
from casework.acts_refusing import RefuseComplaint
from casework.checks import Checks
from casework.dossier import Dossier
from casework.life import Remedy
from casework.musts_parties import CHECKS as _PARTIES
from casework.musts_promising import CHECKS as _PROMISING
from casework.musts_refusing import CHECKS as _REFUSING
from casework.musts_routes import CHECKS as _ROUTES
from casework.musts_special import CHECKS as _SPECIAL
from casework.outcomes import RemedyKind
from casework.people import BOARD, Person, Role
from casework.words_missing import (
    LIST_POINTS,
    NOTE_LEARNING,
    PUT_RIGHT,
    SAY_FAULT,
    SAY_OUTCOME_SOUGHT,
    decide_these,
    investigate_these,
)
from domain.clauses import Must, Requirement
from domain.labels import Kind

_TWO_ATTEMPTS = 2


def _impartial_handler(dossier: Dossier, act: Act, by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign):
        return ""
    if about_themselves := sorted(set(act.to) & dossier.complained_about):
        names = ", ".join(_name(dossier, each) for each in about_themselves)
        return f"the complaint is about {names}: give it to somebody else"
    if by.id in act.to and not act.declared_impartial:
        return "whoever takes a case on declares that they had no part in it"
    return ""


def _fresh_review(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign):
        return ""
    before = sorted(set(act.to) & dossier.life.people)
    names = ", ".join(_name(dossier, each) for each in before)
    return f"{names} had a part in this case before: give it to somebody who looks afresh" if before else ""


def _senior_review(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign):
        return ""
    before = [dossier.people[each].rank for each in _earlier_handlers(dossier) if each in dossier.people]
    least = max([*before, MANAGER_RANK - 1]) + (0 if before and max(before) >= DIRECTOR_RANK else 1)
    juniors = [each for each in act.to if each in dossier.people and dossier.people[each].rank < least]
    return "this stage is for a manager or director more senior than whoever answered before" if juniors else ""


def _from_the_team(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign) or not dossier.team_complained_about:
        return ""
    given = [dossier.people[each] for each in act.to if each in dossier.people]
    if any(each.has(Role.MANAGER) and each.team == dossier.team_complained_about for each in given):
        return ""
    return f"a manager of the {dossier.team_complained_about} contacts the tenant at this stage"


def _panel_with_chairs(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign):
        return ""
    members = [dossier.people[each] for each in act.to if each in dossier.people]
    roles = {role for each in members for role in each.roles}
    if len(members) == _PANEL and {Role.CHAIR, Role.VICE_CHAIR} <= roles and all(m.roles & BOARD for m in members):
        return ""
    return "the panel is the Chair, the Vice Chair and one other member of the Board"


def _wish_wins(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, SetKind) and dossier.life.wishes_complaint and act.kind is not Kind.COMPLAINT:
        return "the tenant asked for a complaint: it stays one"
    return ""


def _outcome_asked(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    return "" if dossier.life.outcome_sought else SAY_OUTCOME_SOUGHT


def _contact_first(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    stage = dossier.life.stage
    if stage.discussed or len({at.date() for at in stage.contact_attempts}) >= _TWO_ATTEMPTS:
        return ""
    return "talk the complaint over with the tenant, or note attempts on two days"


def _points_investigated(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    points = dossier.life.points
    if isinstance(act, Decide):
        points = tuple(each for each in points if each.id == act.point)
    missing = [each.id for each in points if not each.findings]
    return investigate_these(missing) if missing else ""


def _evidence_considered(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    missing = [each.id for each in dossier.life.evidence if not each.considered]
    return f"look at {', '.join(missing)}, or say why it is not relevant" if missing else ""


def _every_point_decided(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    life = dossier.life
    if not life.points:
        return LIST_POINTS
    number = life.stage.number
    missing = [each.id for each in life.points if each.decided_at_stage != number or not each.reasons]
    return decide_these(missing) if missing else ""


def _fault_stated(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    return "" if dossier.life.fault else SAY_FAULT


def _discussion_first(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    stage = dossier.life.stage
    if stage.discussion_offered_at and stage.discussion_ended_at:
        return ""
    return "offer to talk before the final decision, and note that it was held, declined or ran out"


def _draft_because(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, IssueDraft):
        return ""
    stage = dossier.life.stage
    tried = len({at.date() for at in stage.contact_attempts}) >= _TWO_ATTEMPTS
    prefers_writing = dossier.preferred_way in {"letter", "email", "sms"}
    if tried or prefers_writing or act.because:
        return ""
    return "a draft is sent where a talk is not possible: note two attempts or why"


def _comments_considered(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    stage = dossier.life.stage
    window = dossier.due("comment_window")
    waits = stage.draft_issued_at and not stage.comments_closed_at
    if waits and not stage.comments and window and window.due_at >= dossier.now:
        return "the time for comments on the draft is not over"
    missing = [each.id for each in stage.comments if not each.considered]
    return f"say how {', '.join(missing)} was taken into account" if missing else ""


def _remedy_if_upheld(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    life = dossier.life
    if not life.is_upheld or any(each.proportionate for each in life.remedies):
        return ""
    return PUT_RIGHT


def _remedy_by_director(dossier: Dossier, _act: Act, _by: Person, rule: Requirement) -> str:
    wanted = Role(rule.value) if rule.value else Role.DIRECTOR
    open_ones = [
        each.id
        for each in dossier.life.remedies
        if not any(_ranks_at_least(role, wanted) for role in each.approved_as)
        and each.kind is not RemedyKind.APOLOGY
        and not _is_left_to_the_team(dossier, each)
    ]
    return f"a {wanted.value.replace('_', ' ')} approves {', '.join(open_ones)} first" if open_ones else ""


def _is_left_to_the_team(dossier: Dossier, remedy: Remedy) -> bool:
    """A low remedy at the point of contact, without cash unless the policy sets a limit (CESTRIA-53)."""
    stage = dossier.life.stage.number
    limits = [int(rule.value or 0) for rule in dossier.policy.demands(Must.LOW_LEVEL_BY_TEAM, stage=stage)]
    return remedy.low_level and any(remedy.pence <= limit for limit in limits)


def _payment_by_chief(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    open_ones = [
        each.id
        for each in dossier.life.remedies
        if each.kind is RemedyKind.PAYMENT and not (Role.CHIEF_EXECUTIVE in each.approved_as and each.chair_consulted)
    ]
    return f"the Chief Executive approves {', '.join(open_ones)}, with the Chair's view noted" if open_ones else ""


def _way_forward_agreed(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    life = dossier.life
    return "talk the way forward over with the complainant" if life.is_upheld and not life.stage.discussed else ""


def _learning_recorded(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    return "" if dossier.life.learning else NOTE_LEARNING


def _preferred_form(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    wanted = dossier.preferred_way
    if not isinstance(act, SendOutcome) or not wanted or act.way == wanted or act.instead_of_preferred:
        return ""
    return f"the complainant wants to hear by {wanted}: send it so, or say why not"


def _written_response(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    stage = dossier.life.stage
    written = stage.outcome_way in {"letter", "email", "sms"} or stage.confirmed_in_writing_at
    if isinstance(act, Close) and stage.outcome_at and not written:
        return "the answer was given by telephone: confirm it in writing first"
    return ""


def _outcome_before_closing(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    life = dossier.life
    told = life.stage.outcome_at or life.refused_at
    if told or life.withdrawn or life.quickly_resolved or life.kind is not Kind.COMPLAINT:
        return ""
    return "tell the complainant the outcome before the case is closed"


def _extension_limit(dossier: Dossier, act: Act, _by: Person, rule: Requirement) -> str:
    if not isinstance(act, Extend) or act.good_reason:
        return ""
    due = dossier.due("respond")
    if due is None:
        return ""
    latest = dossier.calendar.add_working_days(due.due_at.date(), int(rule.value))
    return f"longer than {rule.value} working days needs a good reason of its own" if act.to.date() > latest else ""


def _vulnerability_first(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, HandleSpecially | RefuseEscalation | RefuseComplaint) or dossier.life.vulnerability_assessed:
        return ""
    return "assess first what may make this harder for the person, and note the support"


def _arrangements_first(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    if not dossier.needs_support or dossier.life.vulnerability_assessed:
        return ""
    return "agree arrangements with the person, and note what and when"


MANAGER_RANK: Final = 2
DIRECTOR_RANK: Final = 3
_PANEL: Final = 3


def _ranks_at_least(role: Role, wanted: Role) -> bool:
    return Person(id="", name="", roles=frozenset({role})).has(wanted)


def _earlier_handlers(dossier: Dossier) -> set[str]:
    return {each for stage in dossier.life.stages[:-1] for each in stage.handlers}


def _name(dossier: Dossier, person_id: str) -> str:
    person = dossier.people.get(person_id)
    return person.name if person else person_id


CHECKS: Final[Checks] = {
    Must.IMPARTIAL_HANDLER: ((Assign,), _impartial_handler),
    Must.FRESH_REVIEW: ((Assign,), _fresh_review),
    Must.SENIOR_REVIEW: ((Assign,), _senior_review),
    Must.FROM_THE_TEAM: ((Assign,), _from_the_team),
    Must.PANEL_WITH_CHAIRS: ((Assign,), _panel_with_chairs),
    Must.WISH_WINS: ((SetKind,), _wish_wins),
    Must.OUTCOME_ASKED: ((SendOutcome,), _outcome_asked),
    Must.CONTACT_FIRST: ((SendOutcome,), _contact_first),
    Must.POINTS_INVESTIGATED: ((Decide, SendOutcome), _points_investigated),
    Must.EVIDENCE_CONSIDERED: ((SendOutcome,), _evidence_considered),
    Must.EVERY_POINT_DECIDED: ((SendOutcome,), _every_point_decided),
    Must.FAULT_STATED: ((SendOutcome,), _fault_stated),
    Must.DISCUSSION_FIRST: ((SendOutcome,), _discussion_first),
    Must.DRAFT_BECAUSE: ((IssueDraft,), _draft_because),
    Must.COMMENTS_CONSIDERED: ((SendOutcome,), _comments_considered),
    Must.REMEDY_IF_UPHELD: ((SendOutcome,), _remedy_if_upheld),
    Must.REMEDY_BY_DIRECTOR: ((SendOutcome,), _remedy_by_director),
    Must.PAYMENT_BY_CHIEF: ((SendOutcome,), _payment_by_chief),
    Must.WAY_FORWARD_AGREED: ((SendOutcome,), _way_forward_agreed),
    Must.LEARNING_RECORDED: ((SendOutcome,), _learning_recorded),
    Must.PREFERRED_FORM: ((SendOutcome,), _preferred_form),
    Must.WRITTEN_RESPONSE: ((Close,), _written_response),
    Must.WRITTEN_CONFIRMATION: ((Close,), _written_response),
    Must.OUTCOME_BEFORE_CLOSING: ((Close,), _outcome_before_closing),
    Must.EXTENSION_LIMIT: ((Extend,), _extension_limit),
    Must.VULNERABILITY_FIRST: ((HandleSpecially, RefuseEscalation, RefuseComplaint), _vulnerability_first),
    Must.ARRANGEMENTS_FIRST: ((SendOutcome, Close, PassOnThanks), _arrangements_first),
    **_SPECIAL,
    **_PARTIES,
    **_PROMISING,
    **_REFUSING,
    **_ROUTES,
}
