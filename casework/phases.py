"""The four phases that a tenant sees, with when a case entered each (CCBC-32)."""

from collections.abc import Mapping
from datetime import datetime

from casework.life import Life
from domain.cases import Phase


def phases(life: Life, acknowledged: Mapping[int, datetime]) -> tuple[tuple[Phase, datetime], ...]:
    """The phases that a case has entered, in order, each at the moment it first did.

    Args:
        life: the case.
        acknowledged: when each stage's acknowledgement left by itself.
    """
    first = life.stages[0]
    confirmed = acknowledged.get(first.number) or first.acknowledged_at
    handled = min((each.allocated_at for each in life.stages if each.allocated_at), default=None)
    answered = min((each.outcome_at for each in life.stages if each.outcome_at), default=None)
    entered = (
        (Phase.REQUEST, life.received_at),
        (Phase.CONFIRM, confirmed),
        (Phase.DELIVER, handled),
        (Phase.AFTER, answered),
    )
    return tuple((phase, at) for phase, at in entered if at)
