"""Duties that promises set running: news at intervals, a new date, actions, what was said confirmed."""

from collections.abc import Iterator
from datetime import date, datetime

from casework.dated import Dated, dated_row
from casework.life import Life
from casework.life_parties import SPEAKS_FOR_OTHERS
from casework.life_promising import Update
from domain.calendars import Calendar
from domain.cases import CaseState
from domain.clauses import Must, Requirement
from domain.deadlines import ClockUnit, explain
from domain.duties import DutyRow
from domain.labels import Kind
from domain.policies import Policy
from domain.uktime import local_date

CHASE_AFTER = 2
"""Working days after which missing authority is asked for again (GROUP-16: within one or two)."""
CONFIRM_WITHIN = 1
"""Working days within which what was said is confirmed in writing (COUNCIL-12, the house's default)."""


def promised(life: Life, policy: Policy, calendar: Calendar, matter: str = "housing") -> tuple[Dated, ...]:
    """What a case owes because somebody promised it, or a policy promises it for everybody.

    Raises:
        CalendarEnds: a date lies outside the calendar.
    """
    asks = _Asks(life, policy, calendar, matter)
    return (
        *asks.actions(),
        *asks.updates(),
        *asks.new_dates(),
        *asks.confirmation(),
        *asks.authority(),
        *asks.meetings(),
        *asks.way_forward(),
    )


class _Asks:
    def __init__(self, life: Life, policy: Policy, calendar: Calendar, matter: str) -> None:
        self._life = life
        self._policy = policy
        self._calendar = calendar
        self._matter = matter

    def actions(self) -> Iterator[Dated]:
        """Each is followed until it is done, closed case or not (Code 7.3, CCBC-24, COUNCIL-10)."""
        basis = self._clause(Must.ACTIONS_FOLLOWED)
        for action in self._life.actions:
            since = self._life.stage.outcome_at or self._life.received_at
            row = self._row("action", since, action.due_on, basis or "a promise")
            yield Dated(row=row, about=f"action:{action.id}", done=action.done_on is not None)

    def updates(self) -> Iterator[Dated]:
        """News every so many working days until the answer, counted from the last news (GROUP-30, Code 5.9)."""
        rule = next(iter(self._demands(Must.PROGRESS_UPDATES)), None)
        every = self._life.promises.update_every or (int(rule.value) if rule and rule.value else 0)
        if not every or self._life.kind is not Kind.COMPLAINT:
            return
        basis = rule.basis.clause if rule else "as agreed"
        times = (self._life.stage.requested_at, *(each.at for each in self._of_stage()))
        for number, since in enumerate(times, 1):
            row = self._counted("progress_update", since, every, basis, stage=self._life.stage.number)
            told = number < len(times) or self._is_answered()
            yield Dated(row=row, about=f"update:{number}", done=told)

    def _of_stage(self) -> Iterator[Update]:
        return (each for each in self._life.promises.updates if each.stage == self._life.stage.number)

    def new_dates(self) -> Iterator[Dated]:
        """The day that was told instead of an older one; a later one takes its place."""
        dates = self._life.promises.new_dates
        for number, told in enumerate(dates, 1):
            row = self._row("respond_by_new_date", told.told_at, told.until, self._clause(Must.NEW_DATE_IN_TIME))
            yield Dated(row=row, about=f"new_date:{number}", done=number < len(dates) or self._is_answered())

    def confirmation(self) -> Iterator[Dated]:
        """What was answered on the telephone, in writing."""
        basis = self._clause(Must.WRITTEN_CONFIRMATION) or self._clause(Must.WRITTEN_RESPONSE)
        stage = self._life.stage
        if not basis or stage.outcome_way != "phone" or stage.outcome_at is None:
            return
        row = self._counted("confirm_in_writing", stage.outcome_at, CONFIRM_WITHIN, basis, stage=stage.number)
        yield Dated(row=row, about=f"said:{stage.number}", done=stage.confirmed_in_writing_at is not None)

    def authority(self) -> Iterator[Dated]:
        """Whoever speaks for another shows that they may; the matter goes on meanwhile."""
        basis = self._clause(Must.AUTHORITY_CHECKED)
        for party in self._life.parties:
            if not basis or party.role not in SPEAKS_FOR_OTHERS:
                continue
            mandate = party.mandate
            shown = mandate is not None and ((mandate.shown and mandate.wanted) or mandate.withdrawn_at is not None)
            row = self._counted("chase_authority", self._life.received_at, CHASE_AFTER, basis)
            yield Dated(row=row, about=f"authority:{party.id}", done=shown or party.died or self._is_closed())

    def meetings(self) -> Iterator[Dated]:
        """An appointment stands in the calendar until somebody says how it went."""
        basis = self._clause(Must.IDENTIFICATION) or "an appointment"
        for meeting in self._life.promises.meetings:
            row = self._row("meeting", meeting.put_down_at, local_date(meeting.when), basis)
            yield Dated(row=row, about=f"meeting:{meeting.id}", done=meeting.is_over)

    def way_forward(self) -> Iterator[Dated]:
        """What is upheld is talked over before the answer leaves (GROUP-23): by the day after it was decided."""
        basis = self._clause(Must.WAY_FORWARD_AGREED)
        decided = self._life.upheld_at
        if not basis or decided is None:
            return
        row = self._counted("agree_way_forward", decided, 1, basis, stage=self._life.stage.number)
        done = self._life.stage.discussed or self._is_answered()
        yield Dated(row=row, about=f"way_forward:{self._life.stage.number}", done=done)

    def _is_answered(self) -> bool:
        return self._life.stage.outcome_at is not None or self._is_closed()

    def _is_closed(self) -> bool:
        return self._life.state is CaseState.CLOSED

    def _demands(self, must: Must) -> tuple[Requirement, ...]:
        return self._policy.demands(must, stage=self._life.stage.number, matter=self._matter)

    def _clause(self, must: Must) -> str:
        rule = next(iter(self._demands(must)), None)
        return rule.basis.clause if rule else ""

    def _row(self, name: str, since: datetime, day: date, basis: str, *, stage: int = 0) -> DutyRow:
        return dated_row(self._policy, name, since, day, basis=basis or "a promise", stage=stage)

    def _counted(self, name: str, since: datetime, days: int, basis: str, *, stage: int = 0) -> DutyRow:
        """So many working days after something."""
        day = self._calendar.add_working_days(local_date(since), days)
        why = explain(ClockUnit.WORKING_DAYS, days, since, self._calendar)
        return dated_row(self._policy, name, since, day, basis=basis, stage=stage, why=why)
