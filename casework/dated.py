"""Duties by a day that a person or the Ombudsman set: kept and reminded of like every other, beside the clocks."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from casework.life import Life
from domain.clauses import Must
from domain.deadlines import ClockUnit
from domain.duties import DutyRow
from domain.policies import Policy
from domain.uktime import end_of_local_day, format_short_date, local_date
from domain.values import Value

_OF_A_WISH: Final = {
    "asked": "ombudsman_reply",
    "ordered": "ombudsman_order",
    "recommended": "ombudsman_recommendation",
}
_BY_A_PERSON = "a date that a person set"
"""The basis where no clause asks for it."""


class Dated(Value):
    """One such duty."""

    row: DutyRow
    about: str
    """What tells it from its like in the case."""
    done: bool


def dated(life: Life, policy: Policy, matter: str = "housing") -> tuple[Dated, ...]:
    """What is to be done by set days: reviews of special handling and its own answer, what the Ombudsman waits for."""
    return (*_special(life, policy, matter), *_ombudsman(life, policy, matter))


def _special(life: Life, policy: Policy, matter: str) -> Iterator[Dated]:
    special = life.special
    if special is None:
        return
    basis = _basis(policy, Must.REASONS_DOCUMENTED, life, matter)
    for day in special.reviews:
        row = dated_row(policy, "review_special_handling", special.since, day, basis=basis)
        is_over = special.ended_at is not None or day != special.reviews[-1]
        yield Dated(row=row, about=f"special:{day.isoformat()}", done=is_over)
    if special.answer_by:
        row = dated_row(
            policy, "special_answer", special.since, special.answer_by, basis=basis, stage=life.stage.number
        )
        answered = life.stage.outcome_at is not None or special.ended_at is not None
        yield Dated(row=row, about=f"special:{special.answer_by.isoformat()}", done=answered)


def _ombudsman(life: Life, policy: Policy, matter: str) -> Iterator[Dated]:
    basis = _basis(policy, Must.PROOF_OF_COMPLIANCE, life, matter)
    for wish in life.ombudsman:
        row = dated_row(policy, _OF_A_WISH[wish.what], wish.since, wish.due_on, basis=basis)
        yield Dated(row=row, about=f"ombudsman:{wish.id}", done=wish.done_at is not None)


def _basis(policy: Policy, must: Must, life: Life, matter: str) -> str:
    asked = policy.demands(must, stage=life.stage.number, matter=matter)
    return asked[0].basis.clause if asked else _BY_A_PERSON


def dated_row(
    policy: Policy, name: str, since: datetime, day: date, *, basis: str, stage: int = 0, why: str = ""
) -> DutyRow:
    """A duty by a day that was set, counted from when it was; ``why`` where the day was counted rather than set."""
    return DutyRow(
        name=name,
        stage=stage,
        due=end_of_local_day(day),
        clock=ClockUnit.CALENDAR_DAYS,
        amount=max((day - local_date(since)).days, 0),
        counted_from="set",
        from_at=since,
        basis=basis,
        owner=policy.teams["complaints"],
        explanation=why or f"set for {format_short_date(day)}",
    )
