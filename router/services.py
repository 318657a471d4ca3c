"""Whose rules and whose Ombudsman: a landlord's housing, or a council's further services (COUNCIL-27, rules B3).

Proposed from what was understood; kept with the case, where a person may correct it.
"""

import re
from typing import Final

from domain.cases import CaseFacts
from domain.decisions import Situation
from domain.labels import Hazard, Matter, Topic
from domain.understanding import Understanding
from router.dangers import hazard_of

HOUSING: Final = "housing"
OTHER: Final = "other"

_OF_HOMES: Final = frozenset(
    {
        *(Topic.REPAIRS, Topic.DAMP_MOULD, Topic.HEATING_HOT_WATER, Topic.PLANNED_WORKS, Topic.SAFETY),
        *(Topic.ADAPTATIONS, Topic.LEASEHOLD, Topic.ASB_NOISE),
    }
)
"""Housing whatever else is said beside it."""
_DECIDED_AS_AUTHORITY: Final = re.compile(
    r"\b(?:homeless\w*|band(?:ing)?|property pool|housing benefit|discretionary housing)\b", re.IGNORECASE
)
"""Decisions of a council that are no landlord's (rules B3, split rule); transfers, succession and sales are housing."""


def service_of(situation: Situation) -> str:
    """``other`` where the landlord has such services and all that was understood speaks for one of them.

    In doubt and in a mixed message it is housing: that Code binds, no clock of a danger is lost, and a person splits.
    """
    understood = situation.understanding
    if not situation.policy.other_regime or understood is None or understood.topic in _OF_HOMES:
        return HOUSING
    if hazard_of(situation)[0] is not Hazard.NONE:
        return HOUSING
    elsewhere = Matter.OTHER_BODY in understood.matters or _is_decision_as_authority(understood)
    return OTHER if elsewhere else HOUSING


def matter_of(situation: Situation, case: CaseFacts | None) -> str:
    """The own case's, as it was proposed or corrected; of any other message what it speaks of itself."""
    return case.matter if case is not None and case.own else service_of(situation)


def _is_decision_as_authority(understood: Understanding) -> bool:
    """By the words that were the evidence for a decision with its own appeal."""
    if Matter.OWN_APPEAL not in understood.matters:
        return False
    label = f"matters:{Matter.OWN_APPEAL.value}"
    return any(span.label == label and _DECIDED_AS_AUTHORITY.search(span.text) for span in understood.evidence)
