"""The checks behind what policies ask of special handling, vulnerability and the Ombudsman's orders."""

from casework.acts import Act, AssessVulnerability, Assign, Decide, HandleSpecially, IssueDraft, RecordOmbudsman
from casework.acts_special import ReviewSpecialHandling
from casework.checks import Checks
from casework.dossier import Dossier
from casework.people import Person
from domain.clauses import Must, Requirement


def _reasons_documented(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, HandleSpecially | ReviewSpecialHandling) and not act.reasons.strip():
        return "note the reasons for handling this case differently"
    return ""


def _support_listed(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, AssessVulnerability) and not act.support.strip():
        return "list the support that was agreed, or note that none is wanted"
    return ""


def _support_thought_of(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    if not dossier.needs_support or dossier.life.vulnerability_assessed:
        return ""
    return "this person may be vulnerable: assess it, and list the support"


def _proof_of_compliance(_dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, RecordOmbudsman) and act.what == "complied" and not act.proof.strip():
        return "note the proof that the order was carried out"
    return ""


CHECKS: Checks = {
    Must.REASONS_DOCUMENTED: ((HandleSpecially, ReviewSpecialHandling), _reasons_documented),
    Must.SUPPORT_LISTED: ((AssessVulnerability,), _support_listed),
    Must.SUPPORT_THOUGHT_OF: ((Assign, Decide, IssueDraft), _support_thought_of),
    Must.PROOF_OF_COMPLIANCE: ((RecordOmbudsman,), _proof_of_compliance),
}
