"""What a floor may add to a decision. There is no way in here to take anything away: floors only raise."""

from typing import TypeVar

from domain.cases import CaseFacts
from domain.decisions import (
    AddressChange,
    Decision,
    Draft,
    NewAlert,
    NewObligation,
    NewTask,
    Outcome,
    Situation,
)
from domain.labels import Hazard, Urgency
from domain.values import Value
from router.dangers import at_least
from router.owed import not_yet_owed, reminders

_Work = TypeVar("_Work", NewAlert, NewTask)


class Raise(Value):
    """Additions to a decision."""

    alerts: tuple[NewAlert, ...] = ()
    tasks: tuple[NewTask, ...] = ()
    flags: tuple[str, ...] = ()
    drafts_first: tuple[Draft, ...] = ()
    """Emergency wording, before the acknowledgement."""
    obligations: tuple[NewObligation, ...] = ()
    address_changes: tuple[AddressChange, ...] = ()
    hazard: Hazard = Hazard.NONE
    urgency: Urgency = Urgency.NORMAL


def raised(situation: Situation, decision: Decision, name: str, more: Raise) -> Decision:
    """The decision with a floor's additions; what needs a case is left out where there is none."""
    effects = decision.effects
    has_case = decision.outcome is not Outcome.NO_CASE
    owed = not_yet_owed(joined_case(situation, decision), more.obligations) if has_case else ()
    grown = effects.model_copy(
        update={
            "alerts": _with(effects.alerts, more.alerts),
            "tasks": _with(effects.tasks, more.tasks),
            "flags": tuple(dict.fromkeys((*effects.flags, *more.flags))),
            "drafts": (*(more.drafts_first if has_case else ()), *effects.drafts),
            "obligations": (*effects.obligations, *owed),
            "reminders": (*effects.reminders, *reminders(situation.calendar, situation.now, owed)),
            "address_changes": (*effects.address_changes, *more.address_changes),
        }
    )
    return decision.model_copy(
        update={
            "effects": grown,
            "floors": (*decision.floors, name),
            "hazard": decision.hazard if decision.hazard is not Hazard.NONE else more.hazard,
            "urgency": at_least(decision.urgency, more.urgency),
        }
    )


def joined_case(situation: Situation, decision: Decision) -> CaseFacts | None:
    """The case that the message was added to."""
    named = (found.case for found in situation.references)
    answered = situation.thread.case if situation.thread else None
    seen = (*situation.own_cases, answered, situation.edited, *named)
    return next((case for case in seen if case and case.id == decision.effects.join_case_id), None)


def _with(there: tuple[_Work, ...], more: tuple[_Work, ...]) -> tuple[_Work, ...]:
    """Both, equal ones once."""
    return there + tuple(each for each in more if each not in there)
