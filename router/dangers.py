"""What in a message cannot wait: read once from the phrase findings and the understanding, for rules and floors."""

from enum import StrEnum
from typing import Final

from domain.decisions import Situation
from domain.labels import Hazard, Kind, Matter, Urgency, Vulnerability
from domain.understanding import SafetyFinding
from router.ages import is_minor
from router.words import names_this_channel_as_safe, said

_ORDER: Final = (Urgency.NORMAL, Urgency.URGENT, Urgency.EMERGENCY)
_THREATS: Final = frozenset({"staff-threat", "threat-of-arson"})
"""Rules of config/hazards.toml about what the writer threatens, not what happens to the writer."""

FRAIL: Final = frozenset(
    {
        *(Vulnerability.AGE, Vulnerability.CHILD, Vulnerability.PREGNANCY, Vulnerability.ILLNESS),
        Vulnerability.DISABILITY,
    }
)
_WORSE_FOR: Final = {
    Hazard.NO_HEATING_HOT_WATER: FRAIL,
    Hazard.DAMP_MOULD: frozenset({Vulnerability.ILLNESS}),
    Hazard.LIFT_ACCESS: frozenset({Vulnerability.DISABILITY}),
    Hazard.SEWAGE: FRAIL,
}
"""A hazard is judged on THIS occupier (rules B8): these make an emergency of it (situations 27, 33, 35)."""


class Persons(StrEnum):
    """Dangers to a person rather than from a building."""

    SELF_HARM = "self_harm"
    SAFEGUARDING = "safeguarding"
    THREAT = "threat"
    DOMESTIC_ABUSE = "domestic_abuse"


def at_least(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of two."""
    return max(one, other, key=_ORDER.index)


def own_findings(situation: Situation) -> tuple[SafetyFinding, ...]:
    """Findings in the writer's own words, subject and attachments."""
    return tuple(finding for finding in situation.safety if finding not in situation.quoted_safety)


def hazard_of(situation: Situation) -> tuple[Hazard, Urgency]:
    """The danger in the home, and how urgent it is: phrases are a floor, model and occupier raise it."""
    understood = situation.understanding
    hazard = understood.hazard if understood else Hazard.NONE
    urgency = understood.urgency if understood and hazard is not Hazard.NONE else Urgency.NORMAL
    named = [finding for finding in own_findings(situation) if finding.hazard is not Hazard.NONE]
    if named:
        worst = max(named, key=lambda finding: _ORDER.index(finding.urgency))
        if hazard is Hazard.NONE or _ORDER.index(worst.urgency) > _ORDER.index(urgency):
            hazard = worst.hazard
        urgency = at_least(urgency, worst.urgency)
    if hazard is Hazard.NONE:
        return Hazard.NONE, Urgency.NORMAL
    return hazard, at_least(urgency, _for_this_person(hazard, situation))


def _for_this_person(hazard: Hazard, situation: Situation) -> Urgency:
    frail = _WORSE_FOR.get(hazard, frozenset())
    here = set(situation.understanding.vulnerability) if situation.understanding else set()
    if frail and is_minor(said(situation)):
        here.add(Vulnerability.CHILD)
    return Urgency.EMERGENCY if here & frail else Urgency.NORMAL


def dangers_to_persons(situation: Situation) -> dict[Persons, Urgency]:
    """Self-harm, safeguarding, threats and domestic abuse, each with its urgency."""
    found: dict[Persons, Urgency] = {}
    for finding in own_findings(situation):
        for danger in persons_in(finding):
            found[danger] = at_least(found.get(danger, Urgency.NORMAL), finding.urgency)
    understood = situation.understanding
    if understood:
        for matter, danger in ((Matter.SELF_HARM, Persons.SELF_HARM), (Matter.SAFEGUARDING, Persons.SAFEGUARDING)):
            if matter in understood.matters:
                found.setdefault(danger, understood.urgency)
        if Vulnerability.SUICIDE_RISK in understood.vulnerability:
            found.setdefault(Persons.SELF_HARM, understood.urgency)
        if Vulnerability.DOMESTIC_ABUSE in understood.vulnerability:
            found.setdefault(Persons.DOMESTIC_ABUSE, understood.urgency)
    return found


def persons_in(finding: SafetyFinding) -> tuple[Persons, ...]:
    """The dangers to a person that one phrase speaks of."""
    if finding.rule in _THREATS:
        return (Persons.THREAT,)
    found = []
    if finding.matter is Matter.SELF_HARM or finding.vulnerability is Vulnerability.SUICIDE_RISK:
        found.append(Persons.SELF_HARM)
    if finding.vulnerability is Vulnerability.DOMESTIC_ABUSE:
        found.append(Persons.DOMESTIC_ABUSE)
    elif finding.matter is Matter.SAFEGUARDING:
        found.append(Persons.SAFEGUARDING)
    return tuple(found)


def has_danger(situation: Situation) -> bool:
    """Anything in the writer's own words for which a person must look at once or today."""
    return hazard_of(situation)[0] is not Hazard.NONE or bool(dangers_to_persons(situation))


def is_serious(situation: Situation) -> bool:
    """A danger or a complaint: what an automatic or bulk mail may carry after all (situation 161)."""
    understood = situation.understanding
    is_complaint = understood is not None and understood.kind is Kind.COMPLAINT
    return is_complaint or has_danger(situation)


def silence_reason(situation: Situation) -> str:
    """Why this very message bars an automatic answer, or ''."""
    found = dangers_to_persons(situation)
    if Persons.THREAT in found:
        return "threat"
    if Persons.DOMESTIC_ABUSE in found and not names_this_channel_as_safe(said(situation)):
        return "safe_contact"
    return ""
