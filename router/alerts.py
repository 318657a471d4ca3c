"""Whether a message alerts the person on call. In doubt it does: only a flood about one danger is one alert.

An open alert goes out again and again, up the rota, until somebody acknowledges it. A further message of the same
sender in the same case about the same danger is added to the case under that alert; once it is acknowledged, the next
one alerts again, because nobody may have seen it.
"""

from collections.abc import Iterable
from typing import Final

from domain.decisions import Decision, NewAlert, Outcome, Situation
from domain.labels import Hazard, Urgency
from domain.understanding import SafetyFinding
from router.dangers import Persons, own_findings, persons_in

_OF_PERSONS: Final = {
    Persons.SELF_HARM: "self_harm",
    Persons.SAFEGUARDING: "safeguarding",
    Persons.THREAT: "threat",
    Persons.DOMESTIC_ABUSE: "safeguarding",
}
_SEVERAL_DANGERS: Final = frozenset({"safeguarding", "threat", "danger"})
"""An open alert of one of these may be about another danger than the new message: it quietens nothing."""


def alert(cause: str) -> NewAlert:
    """An alert, whatever is open."""
    return NewAlert(cause=cause, urgency=Urgency.EMERGENCY, rule=cause)


def alert_once(situation: Situation, decision: Decision, *causes: str) -> tuple[NewAlert, ...]:
    """An alert for the first of these dangers of which nobody on call is being told in this case; else none."""
    new = (cause for cause in causes if not _is_open(situation, decision, cause))
    return tuple(alert(cause) for cause in new)[:1]


def hazard_causes(situation: Situation, danger: Hazard) -> tuple[str, ...]:
    """The danger that leads, then every other emergency in the writer's own words: none hides behind another."""
    found = (each.hazard for each in own_findings(situation) if each.urgency is Urgency.EMERGENCY)
    others = (hazard for hazard in found if hazard is not Hazard.NONE)
    return tuple(dict.fromkeys(hazard.value for hazard in (danger, *others)))


def causes_of(findings: Iterable[SafetyFinding]) -> tuple[str, ...]:
    """What these phrases are about, whosever words they are; each once."""
    return tuple(dict.fromkeys(cause for finding in findings for cause in _causes(finding)))


def cause_of_persons(danger: Persons) -> str:
    """What the person on call is told of a danger to a person."""
    return _OF_PERSONS[danger]


def _causes(finding: SafetyFinding) -> list[str]:
    persons = [cause_of_persons(danger) for danger in persons_in(finding)]
    return persons or [finding.hazard.value if finding.hazard is not Hazard.NONE else "danger"]


def _is_open(situation: Situation, decision: Decision, cause: str) -> bool:
    if decision.outcome is not Outcome.JOIN or cause in _SEVERAL_DANGERS:
        return False
    case_id = decision.effects.join_case_id
    return any((each.case_id, each.cause) == (case_id, cause) for each in situation.open_alerts)
