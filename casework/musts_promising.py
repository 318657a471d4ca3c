"""The checks behind what policies ask of promises, causes, thanks, meetings and quick resolutions."""

from casework.acts import Act, Assign, Close, ResolveQuickly, SendOutcome
from casework.acts_promising import HoldMeeting, PassOnThanks, TellNewDate
from casework.checks import Checks
from casework.dossier import Dossier
from casework.people import Person
from domain.clauses import Must, Requirement
from domain.labels import Kind


def _told_in_time(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    due = min((each.due_at for each in dossier.deadlines if each.name == "respond"), default=None)
    late = isinstance(act, TellNewDate) and due is not None and act.at > due
    return "the day for the reply has passed already: say so, and why, and how to complain" if late else ""


def _cause_named(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    if dossier.life.kind is not Kind.COMPLAINT or dossier.life.promises.cause:
        return ""
    return "name the cause, or that it is another one: reports count them"


def _thanks_passed_on(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    if dossier.life.kind is not Kind.COMPLIMENT or dossier.life.promises.thanks:
        return ""
    return "pass the thanks on to whoever is thanked, and to their manager"


def _manager_told(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, PassOnThanks) and act.people and not act.manager:
        return "tell the manager of whoever is thanked, and say who that is"
    return ""


def _identified(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, HoldMeeting) and act.held and not act.identified:
        return "whoever visits shows their identification: note that they did"
    return ""


def _mediation_thought_of(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    if dossier.life.stage.number in dossier.life.promises.mediation_at:
        return ""
    return "think of mediation at this stage, and note whether it was offered"


def _quick_resolution_told(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, ResolveQuickly):
        return ""
    if not act.done.strip():
        return "say what was put right"
    return "" if act.apologised else "say whether somebody apologised: an apology is part of a quick resolution"


def _competent(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign) or dossier.topic is None:
        return ""
    others = [
        dossier.people[each].name
        for each in act.to
        if each in dossier.people
        and dossier.people[each].competences
        and dossier.topic not in dossier.people[each].competences
    ]
    return f"{', '.join(others)} is not trained for this service: give it to somebody who is" if others else ""


CHECKS: Checks = {
    Must.NEW_DATE_IN_TIME: ((TellNewDate,), _told_in_time),
    Must.CAUSE_NAMED: ((SendOutcome, Close), _cause_named),
    Must.THANKS_PASSED_ON: ((Close,), _thanks_passed_on),
    Must.MANAGER_TOLD: ((PassOnThanks,), _manager_told),
    Must.IDENTIFICATION: ((HoldMeeting,), _identified),
    Must.MEDIATION_THOUGHT_OF: ((SendOutcome,), _mediation_thought_of),
    Must.QUICK_RESOLUTION_TOLD: ((ResolveQuickly,), _quick_resolution_told),
    Must.COMPETENT_HANDLER: ((Assign,), _competent),
}
