"""Special matters beside the kind: who must see them by when, and the clocks that the law starts for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.clauses import LawfulClock
from domain.deadlines import due_at, explain
from domain.decisions import NewObligation, NewTask, PersonBy, Situation
from domain.errors import CalendarError
from domain.labels import Allegation, Matter
from domain.uktime import local_date
from router.times import a_task


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What a matter asks of people."""

    reason: str
    by: PersonBy
    team: str


DUTIES: Final = {
    Matter.SAR: Duty(
        reason="Asks for the data held about them: its own clock runs beside the case.",
        by=PersonBy.ONE_WORKING_DAY,
        team="data_protection",
    ),
    Matter.ERASURE: Duty(
        reason="Asks for data to be deleted: a person explains what must be kept.",
        by=PersonBy.ONE_WORKING_DAY,
        team="data_protection",
    ),
    Matter.DP_COMPLAINT: Duty(
        reason="Complains of how data was used: the data protection officer sees it today.",
        by=PersonBy.SAME_DAY,
        team="data_protection",
    ),
    Matter.INFORMATION_REQUEST: Duty(
        reason="Asks for information under law: its own route and clock.",
        by=PersonBy.ONE_WORKING_DAY,
        team="data_protection",
    ),
    Matter.LETTER_OF_CLAIM: Duty(
        reason="A letter of claim: the protocol's dates run, and the complaint stays open.",
        by=PersonBy.SAME_DAY,
        team="legal",
    ),
    Matter.COURT_CLAIM: Duty(
        reason="A court claim: its dates run; a person decides each issue.", by=PersonBy.SAME_DAY, team="legal"
    ),
    Matter.INSURANCE: Duty(
        reason="Claims for loss or injury: two tracks, and no word on liability.",
        by=PersonBy.ONE_WORKING_DAY,
        team="insurance",
    ),
    Matter.ASB_REPORT: Duty(
        reason="Reports the behaviour of others: the other policy's clock.", by=PersonBy.SAME_DAY, team="asb_noise"
    ),
    Matter.OWN_APPEAL: Duty(
        reason="A decision with its own way of appeal: tell its time limit.",
        by=PersonBy.ONE_WORKING_DAY,
        team="complaints",
    ),
    Matter.OTHER_BODY: Duty(
        reason="Another body may have to answer: a person confirms and tells whom to ask.",
        by=PersonBy.ONE_WORKING_DAY,
        team="complaints",
    ),
    Matter.TENANCY_FRAUD: Duty(
        reason="A tip about a tenancy: few may see it.", by=PersonBy.ONE_WORKING_DAY, team="tenancy_fraud"
    ),
}
"""Safeguarding and self-harm have floors of their own."""


def task_for(situation: Situation, matter: Matter) -> NewTask | None:
    """The task of a matter, or None where it has none of its own."""
    duty = DUTIES.get(matter)
    if duty is None:
        return None
    team = situation.policy.teams.get(duty.team, "")
    return a_task(situation, matter.value, duty.reason, duty.by, team)


def clocks_of(situation: Situation, matter: Matter) -> tuple[NewObligation, ...]:
    """The clocks that the law starts for a matter on the day it is received (rules B9)."""
    return _started(situation, [clock for clock in situation.policy.lawful_clocks if clock.matter is matter])


def clocks_of_allegation(situation: Situation, alleged: Allegation) -> tuple[NewObligation, ...]:
    """The clocks that the law starts for an allegation, where no matter in the message starts them already."""
    there = situation.understanding.matters if situation.understanding else ()
    clocks = [clock for clock in situation.policy.lawful_clocks if clock.allegation is alleged]
    return _started(situation, [clock for clock in clocks if clock.matter not in there])


def _started(situation: Situation, clocks: Iterable[LawfulClock]) -> tuple[NewObligation, ...]:
    day = local_date(situation.message.received_at)
    made = (_obligation(situation, clock) for clock in clocks if clock.is_in_force(day))
    return tuple(filter(None, made))


def _obligation(situation: Situation, clock: LawfulClock) -> NewObligation | None:
    at = situation.message.received_at
    count, roll, calendar = clock.count, clock.roll_forward, situation.calendar.national
    try:
        due = due_at(clock.clock, clock.amount, at, calendar, count=count, roll_forward=roll)
        words = explain(clock.clock, clock.amount, at, calendar, count=count, roll_forward=roll)
    except (CalendarError, OverflowError):
        return None
    return NewObligation(
        name=clock.name,
        stage=0,
        due_at=due,
        clock=clock.clock.value,
        amount=clock.amount,
        counted_from="received",
        from_at=at,
        basis=clock.basis.clause,
        owner=situation.policy.teams.get("data_protection", situation.policy.teams.get("complaints", "")),
        explanation=words,
    )
