"""The checks behind what policies ask of authority, groups, wishes and interests."""

from casework.acts import Act, Assign, ConfirmInWriting, IssueDraft, SendOutcome
from casework.acts_parties import CheckAuthority, RecordAuthority
from casework.checks import Checks
from casework.dossier import Dossier
from casework.life_parties import IS_HEARD, Role
from casework.people import Person
from casework.receiving import may_receive
from domain.clauses import Must, Requirement


def _authority_before_data(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    """Whom the answer names as its reader may have it."""
    reader = act.to if isinstance(act, SendOutcome | IssueDraft | ConfirmInWriting) else ""
    heard = next((each for each in dossier.life.parties if each.role in IS_HEARD), None)
    party = dossier.life.party(reader) if reader else heard
    if reader and party is None:
        return f"the case has nobody called {reader!r}: add them first"
    return may_receive(dossier, party, "personal") if party else ""


def _both_checks(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, CheckAuthority) and not act.how.strip():
        return "note how it was made sure: a call back to the number on file will do"
    return ""


def _scope_and_date(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, RecordAuthority) and not act.note.strip():
        return "note what the authority covers, and how it was given"
    return ""


def _lead_of_group(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    roles = {each.role for each in dossier.life.parties}
    if Role.GROUP_MEMBER in roles and Role.GROUP_LEAD not in roles:
        return "the group has nobody who leads: ask whom they agree on"
    return ""


def _no_interest(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if not isinstance(act, Assign):
        return ""
    bound = [each for each in act.to if each in dossier.life.interested]
    names = ", ".join(dossier.people[each].name if each in dossier.people else each for each in bound)
    return f"{names} has an interest in the matter: give it to somebody else" if bound else ""


def minded(dossier: Dossier) -> str:
    """What people asked us to mind whenever we ring or meet them, under every policy; empty where nothing."""
    told = [f"{each.name or each.id}: {each.wishes.mind}" for each in dossier.life.parties if each.wishes.mind]
    return f"mind what they told us ({'; '.join(told)})" if told else ""


def _culture_minded(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    if minded(dossier):
        return ""
    return "ask whether there is anything of faith, custom or culture to mind, and note it with their wishes"


CHECKS: Checks = {
    Must.CULTURE_MINDED: ((Assign,), _culture_minded),
    Must.AUTHORITY_CHECKED: ((SendOutcome, IssueDraft, ConfirmInWriting), _authority_before_data),
    Must.BOTH_CHECKS: ((CheckAuthority,), _both_checks),
    Must.AUTHORITY_ON_RECORD: ((RecordAuthority,), _scope_and_date),
    Must.GROUP_LEAD: ((SendOutcome,), _lead_of_group),
    Must.NO_INTEREST: ((Assign,), _no_interest),
}
