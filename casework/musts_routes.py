"""The checks behind what policies and codes ask of routes: none is left undecided, no stage is skipped in silence."""

from casework.acts import Act, Close, SendOutcome, SetStage
from casework.acts_routes import SetRoute
from casework.checks import Checks
from casework.dossier import Dossier
from casework.people import Person
from casework.routes import proposed, routes
from domain.clauses import Must, Requirement


def _route_decided(dossier: Dossier, _act: Act, _by: Person, rule: Requirement) -> str:
    route = rule.value
    if route not in proposed(dossier.policy, dossier.flags) or dossier.life.route(route):
        return ""
    where = routes(dossier.policy)[route].where
    return f"{route.replace('_', ' ')} may be in it: set the route ({where}), or say why it does not go that way"


def _no_stage_skipped(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    """Of two looks only one remains: a person is told of it, and keeps somebody else free for the other."""
    wanted = act.stage if isinstance(act, SetRoute | SetStage) else None
    current = dossier.life.stage
    if wanted is None or wanted <= current.number or current.outcome_at:
        return ""
    return (
        f"stage {current.number} has had no answer: it is looked into once only, so keep the right to another reviewer"
    )


def _staff_named(dossier: Dossier, act: Act, _by: Person, _rule: Requirement) -> str:
    if isinstance(act, SetRoute) and act.route == "misconduct" and not dossier.life.named:
        return "name whom it is about, so that they neither handle nor see it; where nobody knows, go on"
    return ""


def _account_heard(dossier: Dossier, _act: Act, _by: Person, _rule: Requirement) -> str:
    life = dossier.life
    names = ", ".join(dossier.people[each].name for each in sorted(life.named - life.heard) if each in dossier.people)
    return f"hear what {names} says about it, or note that they will not" if names else ""


CHECKS: Checks = {
    Must.ROUTE_DECIDED: ((SendOutcome, Close), _route_decided),
    Must.NO_STAGE_SKIPPED: ((SetRoute, SetStage), _no_stage_skipped),
    Must.ACCOUNT_HEARD: ((SendOutcome,), _account_heard),
    Must.STAFF_NAMED: ((SetRoute,), _staff_named),
}
