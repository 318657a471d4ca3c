"""What a test looks at in a decision."""

from domain.cases import Question
from domain.decisions import Decision, NewCase, NewObligation, PersonBy
from domain.labels import Kind


def said_by(decision: Decision) -> tuple[str, ...]:
    """The wordings that go out, in order."""
    return tuple(draft.wording for draft in decision.effects.drafts)


def tasks_of(decision: Decision) -> dict[str, PersonBy]:
    """By when a person must do what."""
    return {task.kind: task.by for task in decision.effects.tasks}


def soonest(decision: Decision) -> PersonBy:
    """The most pressing task."""
    order = tuple(PersonBy)
    return min((task.by for task in decision.effects.tasks), key=order.index)


def opened_as(decision: Decision) -> Kind | None:
    """The kind of the new case, if one opens."""
    return decision.effects.open_case.kind if decision.effects.open_case else None


def new_case(decision: Decision) -> NewCase:
    """The case that opens."""
    assert decision.effects.open_case is not None
    return decision.effects.open_case


def owed(decision: Decision, name: str, stage: int = 1) -> NewObligation:
    """The effective clock of a duty."""
    return next(
        each for each in decision.effects.obligations if (each.name, each.stage) == (name, stage) and each.effective
    )


def names_owed(decision: Decision) -> set[tuple[str, int]]:
    """Which duties run."""
    return {(each.name, each.stage) for each in decision.effects.obligations}


def asks_of(decision: Decision) -> tuple[Question, ...]:
    """What is asked."""
    return tuple(each.question for each in decision.effects.questions)


def alerted(decision: Decision) -> tuple[str, ...]:
    """What the person on call is told of."""
    return tuple(alert.cause for alert in decision.effects.alerts)
