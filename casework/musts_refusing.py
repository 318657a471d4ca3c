"""The checks behind what policies and codes ask before a complaint is refused."""

from calendar import monthrange
from datetime import date
from typing import Final

from casework.acts import Act, RefuseEscalation
from casework.acts_refusing import RefuseComplaint
from casework.checks import Checks
from casework.dossier import Dossier
from casework.people import Person, Role
from casework.words_missing import REFUSAL_LACKS
from domain.clauses import Must, Requirement, TermName
from domain.policies import Policy
from domain.uktime import local_date

_OUT_OF_TIME: Final = frozenset({"over_12_months", "out_of_time"})
_COURT: Final = "court_claim_filed"
_UNREASONABLE: Final = "unreasonable"


def grounds(policy: Policy, *names: TermName) -> tuple[str, ...]:
    """The grounds that a policy and its code know, in the alphabet's order."""
    terms = (*policy.terms, *policy.regime_terms)
    return tuple(sorted({term.value for term in terms if term.name in names}))


def _reasons_for_refusing(dossier: Dossier, act: Act, by: Person, _rule: Requirement) -> str:
    if not isinstance(act, RefuseEscalation):
        return ""
    known = grounds(dossier.policy, TermName.REFUSAL_GROUND, TermName.ESCALATION_REFUSAL_GROUND)
    return _lacking(act, known, by)


def _grounds_for_refusing(dossier: Dossier, act: Act, by: Person, _rule: Requirement) -> str:
    if not isinstance(act, RefuseComplaint):
        return ""
    if act.ground == _UNREASONABLE and not act.how:
        return "say in which way it is unreasonable: repetitive, vexatious or malicious"
    return _lacking(act, grounds(dossier.policy, TermName.REFUSAL_GROUND, TermName.EXCLUDED), by)


def _lacking(act: RefuseEscalation | RefuseComplaint, known: tuple[str, ...], by: Person) -> str:
    """What every refusal needs."""
    if act.ground not in known:
        return f"{act.ground!r} is no ground of the policy or its code; these are: {', '.join(known) or 'none'}"
    if not (act.evidence.strip() and act.reasons.strip() and act.told_of_ombudsman):
        return REFUSAL_LACKS
    return "" if by.has(Role.MANAGER) else "a manager or somebody more senior decides on a refusal"


def _awareness_first(dossier: Dossier, act: Act, _by: Person, rule: Requirement) -> str:
    """Out of time is only what was known all that time, and even that may be taken on (Code 2.3)."""
    if not isinstance(act, RefuseComplaint) or act.ground not in _OUT_OF_TIME:
        return ""
    if act.happened_on is None or act.known_since is None:
        return "ask when it happened, and since when the tenant knew of it"
    if _months_on(max(act.happened_on, act.known_since), int(rule.value)) >= local_date(dossier.life.received_at):
        return f"the tenant knew of it for less than {rule.value} months: it is taken on"
    return "" if act.discretion.strip() else "think of taking it on all the same, and note why not"


def _months_on(day: date, months: int) -> date:
    """The corresponding date; where there is none, the last day of that month (rules C2); however long ago."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _claim_filed(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, RefuseComplaint) and act.ground == _COURT and act.filed_on is None:
        return "note when claim form and particulars were filed at court: a letter of claim stops no complaint"
    return ""


def _other_body_named(dossier: Dossier, act: Act, _by: Person, rule: Requirement) -> str:
    if not isinstance(act, RefuseComplaint) or act.ground != rule.value or act.whom_to_ask.strip():
        return ""
    return f"tell which body decides on {rule.value}, and how to reach it; what is about {dossier.policy.name} stays"


CHECKS: Checks = {
    Must.REASONS_FOR_REFUSING: ((RefuseEscalation,), _reasons_for_refusing),
    Must.GROUNDS_FOR_REFUSING: ((RefuseComplaint,), _grounds_for_refusing),
    Must.AWARENESS_FIRST: ((RefuseComplaint,), _awareness_first),
    Must.CLAIM_FILED: ((RefuseComplaint,), _claim_filed),
    Must.OTHER_BODY_NAMED: ((RefuseComplaint,), _other_body_named),
}
