"""The checks behind what policies ask of promises, causes, thanks, meetings and quick resolutions."""

from casework.acts import Act, Assign, Close, IssueDraft, LogContact, ResolveQuickly, SendOutcome
from casework.acts_promising import HoldMeeting, PassOnThanks, TellNewDate
from casework.checks import Checks
from casework.dossier import Dossier
from casework.people import Person
from domain.clauses import Must, Requirement
from domain.labels import Kind
from domain.uktime import local_date


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


def _by_the_team(_dossier: Dossier, act: Act, by: Person, rule: Requirement) -> str:
    if isinstance(act, LogContact) and act.reached and by.team != rule.value:
        return f"the contact that is owed is made by somebody of the {rule.value}"
    return ""


def _first_contact(dossier: Dossier, act: Act, _by: Person, rule: Requirement) -> str:
    stage = dossier.life.stage
    if not isinstance(act, LogContact) or stage.contacted_at or stage.contact_attempts:
        return ""
    ways = {*rule.value.split(", "), dossier.preferred_way}
    return (
        ""
        if act.way in ways
        else f"the first contact is by {rule.value.replace(', ', ' or ')} unless they prefer otherwise"
    )


def _draft_in_time(dossier: Dossier, act: Act, _by: Person, rule: Requirement) -> str:
    due = dossier.due("respond") or dossier.due("final")
    if not isinstance(act, IssueDraft) or due is None:
        return ""
    last = dossier.calendar.add_working_days(local_date(act.at), int(rule.value))
    return (
        "the time for comments ends after the answer is due: talk instead, or extend first"
        if last > local_date(due.due_at)
        else ""
    )


CHECKS: Checks = {
    Must.CONTACT_BY_TEAM: ((LogContact,), _by_the_team),
    Must.CONTACT_WAY: ((LogContact,), _first_contact),
    Must.DRAFT_IN_TIME: ((IssueDraft,), _draft_in_time),
    Must.NEW_DATE_IN_TIME: ((TellNewDate,), _told_in_time),
    Must.CAUSE_NAMED: ((SendOutcome, Close), _cause_named),
    Must.THANKS_PASSED_ON: ((Close,), _thanks_passed_on),
    Must.MANAGER_TOLD: ((PassOnThanks,), _manager_told),
    Must.IDENTIFICATION: ((HoldMeeting,), _identified),
    Must.MEDIATION_THOUGHT_OF: ((SendOutcome,), _mediation_thought_of),
    Must.QUICK_RESOLUTION_TOLD: ((ResolveQuickly,), _quick_resolution_told),
    Must.COMPETENT_HANDLER: ((Assign,), _competent),
}
