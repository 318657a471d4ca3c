"""Special matters beside the kind: who must see them by when, and the clocks that the law starts for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.calendars import DayCount
from domain.deadlines import ClockUnit, due_at, explain
from domain.decisions import NewObligation, NewTask, PersonBy, Situation
from domain.errors import CalendarError
from domain.labels import Matter
from router.times import a_task


@dataclass(frozen=True, kw_only=True)
class LawfulClock:
    """A clock that runs by law whatever a landlord's policy says."""

    name: str
    clock: ClockUnit
    amount: int
    basis: str
    count: DayCount = DayCount.DAY_ZERO
    roll_forward: bool = False


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What a matter asks of people."""

    reason: str
    by: PersonBy
    team: str
    clocks: tuple[LawfulClock, ...] = ()


_SAR = LawfulClock(
    name="answer_subject_access",
    clock=ClockUnit.MONTHS,
    amount=1,
    # The last day moves to the next working day (ICO; rules B9, V63).
    roll_forward=True,
    basis="UK GDPR Art 12(3), Art 15",
)
_ERASURE = LawfulClock(
    name="answer_erasure", clock=ClockUnit.MONTHS, amount=1, roll_forward=True, basis="UK GDPR Art 12(3), Art 17"
)
_DP_COMPLAINT = LawfulClock(
    name="acknowledge_dp_complaint",
    clock=ClockUnit.CALENDAR_DAYS,
    amount=30,
    # "beginning when received": receipt is day 1, which is earlier than the ICO's reading (rules B9, V65).
    count=DayCount.DAY_ONE,
    basis="DPA 2018 s.164A",
)
_BREACH = LawfulClock(name="assess_breach", clock=ClockUnit.HOURS, amount=72, basis="UK GDPR Art 33(1)")

DUTIES: Final = {
    Matter.SAR: Duty(
        reason="Asks for the data held about them: its own clock runs beside the case.",
        by=PersonBy.ONE_WORKING_DAY,
        team="data_protection",
        clocks=(_SAR,),
    ),
    Matter.ERASURE: Duty(
        reason="Asks for data to be deleted: a person explains what must be kept.",
        by=PersonBy.ONE_WORKING_DAY,
        team="data_protection",
        clocks=(_ERASURE,),
    ),
    Matter.DP_COMPLAINT: Duty(
        reason="Complains of how data was used: the data protection officer sees it today.",
        by=PersonBy.SAME_DAY,
        team="data_protection",
        clocks=(_DP_COMPLAINT, _BREACH),
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
    """The clocks that a matter starts on the day it is received (rules B9)."""
    duty = DUTIES.get(matter)
    received = situation.message.received_at
    return tuple(filter(None, (_obligation(situation, clock, received) for clock in duty.clocks))) if duty else ()


def breach_clock(situation: Situation) -> tuple[NewObligation, ...]:
    """72 hours to weigh a breach of personal data that is alleged."""
    made = _obligation(situation, _BREACH, situation.message.received_at)
    return (made,) if made else ()


def _obligation(situation: Situation, clock: LawfulClock, at: datetime) -> NewObligation | None:
    try:
        due = due_at(
            clock.clock, clock.amount, at, situation.calendar, count=clock.count, roll_forward=clock.roll_forward
        )
        words = explain(
            clock.clock, clock.amount, at, situation.calendar, count=clock.count, roll_forward=clock.roll_forward
        )
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
        basis=clock.basis,
        owner=situation.policy.teams.get("data_protection", situation.policy.teams.get("complaints", "")),
        explanation=words,
    )
