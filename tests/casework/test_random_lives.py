"""Random acts on random cases under every shipped policy: whatever people do, what must hold holds.

python -m pytest tests/casework/test_random_lives.py            thousands of steps, in CI
python -m pytest -m soak tests/casework/test_random_lives.py    many times as many
"""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from casework.acts import (
    Act,
    AddAction,
    AddEvidence,
    AddPoint,
    ApproveRemedy,
    AssessVulnerability,
    Assign,
    Close,
    CompleteAction,
    ConfirmInWriting,
    ConsiderComment,
    ConsiderEvidence,
    Decide,
    EndDiscussion,
    Escalate,
    Extend,
    HandleSpecially,
    Investigate,
    IssueDraft,
    LogContact,
    OfferDiscussion,
    ProposeRemedy,
    RecordComment,
    RecordLearning,
    RecordOutcomeSought,
    RefuseEscalation,
    Reopen,
    ResolveQuickly,
    SendOutcome,
    SetKind,
    SetStage,
    StateFault,
    WishForComplaint,
    Withdraw,
)
from casework.acts_hazards import BeginHazardWorks, InvestigateHazard, MakeSafe, NoteHazard, SendHazardSummary
from casework.acts_letters import WritePart
from casework.acts_refusing import AcceptComplaint, RefuseComplaint
from casework.acts_routes import AnswerByLaw, LeaveRoute, NameStaff, SetRoute, UnnameStaff
from casework.acts_sorting import JoinCase, SplitCase, UndoJoin
from casework.acts_special import EndSpecialHandling, ReviewSpecialHandling
from casework.clocks import clocks, deadlines, events_of, hazard_clocks
from casework.dossier import Deadline, OtherCase
from casework.fold import begun, lived
from casework.letters import LETTER_OF
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from casework.perform import Performed, Refused, perform
from domain.cases import CaseState
from domain.deadlines import ClockUnit
from domain.labels import Hazard, Kind
from domain.letters import Content, LetterType
from domain.uktime import local_date
from tests.casework.cases import RECEIVED, REPAIRS, STAFF, Told, calendars, investigated, policies
from tests.casework.lettered import composed

NAMES = st.sampled_from(["one", "two"])
PEOPLE = st.sampled_from(sorted(STAFF))
TEAMS = st.lists(PEOPLE, min_size=1, max_size=3).map(tuple)
MOMENTS = st.one_of(st.just(RECEIVED), st.integers(-2, 80).map(lambda days: RECEIVED + timedelta(days=days)))
WORDS = st.sampled_from(["", "words"])
DAY = date(2027, 1, 4)
OTHER = OtherCase(reference="CES-26-00002K")
DANGERS = st.sampled_from([Hazard.DAMP_MOULD, Hazard.GAS])
ROUTES = st.sampled_from(["crime", "misconduct", "sar", "banding"])


def acts() -> st.SearchStrategy[Act]:
    """Any act, sensible or not."""
    build = st.builds
    return st.one_of(
        build(SetKind, kind=st.sampled_from(Kind)),
        build(WishForComplaint, words=st.just("complaint"), at=MOMENTS),
        build(Assign, to=TEAMS, declared_impartial=st.booleans()),
        build(LogContact, at=MOMENTS, way=st.just("phone"), reached=st.booleans(), discussed=st.booleans()),
        build(RecordOutcomeSought, words=WORDS),
        build(AddPoint, point=NAMES, words=WORDS),
        build(Investigate, point=NAMES, findings=WORDS),
        build(AddEvidence, evidence=NAMES, what=WORDS),
        build(ConsiderEvidence, evidence=NAMES, relevant=st.booleans()),
        build(ResolveQuickly, done=WORDS, apologised=st.booleans(), accepted=st.booleans()),
        build(OfferDiscussion, at=MOMENTS),
        build(EndDiscussion, how=st.sampled_from(["held", "declined", "lapsed"]), at=MOMENTS),
        build(IssueDraft, at=MOMENTS, because=WORDS),
        build(RecordComment, comment=NAMES, at=MOMENTS),
        build(ConsiderComment, comment=NAMES, how=WORDS),
        build(Decide, point=NAMES, verdict=st.sampled_from(Verdict), reasons=WORDS),
        build(StateFault, fault=st.sampled_from(Fault)),
        build(ProposeRemedy, remedy=NAMES, kind=st.sampled_from(RemedyKind), what=WORDS, proportionate_because=WORDS),
        build(ApproveRemedy, remedy=NAMES, consulted=st.sampled_from(["", "cath"])),
        build(
            AddAction, action=NAMES, kind=st.sampled_from(ActionKind), what=WORDS, officer=PEOPLE, contact=WORDS,
            due_on=st.just(DAY),
        ),
        build(CompleteAction, action=NAMES, on=st.just(DAY)),
        build(RecordLearning, words=WORDS),
        build(SendOutcome, at=MOMENTS, way=st.sampled_from(["letter", "email", "phone"])),
        build(ConfirmInWriting, at=MOMENTS),
        build(
            WritePart, letter=st.sampled_from(LetterType), content=st.sampled_from(Content), words=WORDS,
        ),
        build(Extend, to=MOMENTS, reason=WORDS, good_reason=WORDS),
        build(Escalate, at=MOMENTS),
        build(
            RefuseEscalation, ground=st.sampled_from(["already_considered", "busy"]), evidence=WORDS, reasons=WORDS,
            told_of_ombudsman=st.booleans(),
        ),
        build(AssessVulnerability, found=WORDS, support=WORDS),
        build(HandleSpecially, reasons=WORDS, review_on=st.just(DAY)),
        build(SetStage, stage=st.integers(1, 3), reasons=WORDS, at=MOMENTS),
        build(Withdraw, words=WORDS, at=MOMENTS),
        build(Close),
        build(Reopen, reason=WORDS),
        special_acts(),
    )  # fmt: skip


def special_acts() -> st.SearchStrategy[Act]:
    """Dangers, other ways, refusals, what belongs together."""
    build = st.builds
    return st.one_of(
        build(NoteHazard, hazard=DANGERS, at=MOMENTS, emergency=st.booleans()),
        build(
            InvestigateHazard, hazard=DANGERS, at=MOMENTS, findings=WORDS,
            found=st.sampled_from(["emergency", "significant", "none"]),
        ),
        build(MakeSafe, hazard=DANGERS, at=MOMENTS, what=WORDS, more_to_do=st.booleans()),
        build(BeginHazardWorks, hazard=DANGERS, at=MOMENTS),
        build(SendHazardSummary, hazard=DANGERS, at=MOMENTS, way=st.just("letter")),
        build(
            RefuseComplaint, at=MOMENTS, ground=st.sampled_from(["already_considered", "busy"]), evidence=WORDS,
            reasons=WORDS, told_of_ombudsman=st.booleans(),
        ),
        build(AcceptComplaint, reasons=WORDS),
        build(SetRoute, route=ROUTES, stage=st.sampled_from([None, 2]), reasons=WORDS, at=MOMENTS),
        build(LeaveRoute, route=ROUTES, how=st.sampled_from(["declined", "ended"]), reasons=WORDS),
        build(AnswerByLaw, duty=st.just("answer_subject_access"), at=MOMENTS),
        build(NameStaff, people=TEAMS),
        build(UnnameStaff, people=TEAMS, reasons=WORDS),
        build(SplitCase, kind=st.sampled_from(Kind), points=st.lists(NAMES, max_size=1).map(tuple), words=WORDS),
        build(JoinCase, into=st.just(OTHER.reference), reason=WORDS),
        build(UndoJoin, reason=WORDS),
        build(ReviewSpecialHandling, reasons=WORDS, review_on=st.just(DAY)),
        build(EndSpecialHandling),
    )  # fmt: skip


class Lives(RuleBasedStateMachine):
    """One case under one policy."""

    landlord = ""

    @initialize(
        kind=st.sampled_from(Kind),
        named=st.sampled_from([frozenset(), frozenset({"ben"})]),
        ready=st.sampled_from([None, *Verdict]),
    )
    def begin(self, kind: Kind, named: frozenset[str], ready: Verdict | None) -> None:
        """A message came in, or a complaint has come so far that its answer could leave."""
        facts = {
            "complained_about": named,
            "team_complained_about": REPAIRS,
            "needs_support": bool(named),
            "other": OTHER,
        }
        if ready is None:
            self.case = Told(self.landlord, life=begun(RECEIVED, kind), facts=facts)
        else:
            self.case = investigated(self.landlord, ready, **facts)
        self.start = self.case.life
        self.case.record.clear()

    @rule(act=acts(), by=PEOPLE, hours=st.integers(0, 72))
    def act(self, act: Act, by: str, hours: int) -> None:
        """Somebody does something, or may not."""
        case = self.case
        case.now += timedelta(hours=hours)
        case.facts["deadlines"] = self.owed()
        answer = perform(case.dossier(), act, STAFF[by])
        if isinstance(answer, Refused):
            assert any(each.blocks and each.words for each in answer.objections)
            return
        assert isinstance(answer, Performed)
        assert answer.done.by == by
        assert by not in case.facts["complained_about"] | case.life.named
        if case.life.joined_into:
            assert isinstance(act, UndoJoin)
        if isinstance(act, SendOutcome):
            self.check_what_left()
        if isinstance(act, Close):
            self.check_what_was_closed()
        case.life = answer.life
        case.record.append(answer.done)
        if isinstance(act, SendOutcome | ConfirmInWriting) and getattr(act, "way", "") != "phone":
            assert composed(case, LETTER_OF[type(act)]).is_whole

    def owed(self) -> tuple[Deadline, ...]:
        """What is owed now; no clock of working days ends on another day."""
        policy = policies()[self.landlord]
        life = self.case.life
        events = events_of(life, {stage.number: stage.requested_at for stage in life.stages}, {})
        rows = clocks(life, policy, calendars()[policy.calendar], events, channel="email", matter="housing")
        for row in rows:
            if row.clock is ClockUnit.WORKING_DAYS and row.effective and row.counted_from != "extended_to":
                assert calendars()[policy.calendar].is_working_day(local_date(row.due)), row
        for danger in life.hazards:
            owed = {row.name for row in hazard_clocks(danger, policy, calendars()[policy.calendar])}
            if danger.hazard is Hazard.GAS and danger.found != "none":
                assert "hazard_safe" in owed or self.landlord == "ccbc"
        return deadlines(rows, events)

    def check_what_left(self) -> None:
        """Before an answer left: nothing that this policy demands was missing."""
        life = self.case.life
        if self.landlord == "cestria":
            payments = [each for each in life.remedies if each.kind is RemedyKind.PAYMENT]
            assert all("cath" in each.chair_consulted for each in payments)
        assert all(each.considered for each in life.evidence) or self.landlord == "ccbc"
        assert life.points

    def check_what_was_closed(self) -> None:
        life = self.case.life
        settled = life.stage.outcome_at or life.refused_at or life.withdrawn or life.quickly_resolved
        assert settled or life.kind is not Kind.COMPLAINT

    @invariant()
    def any_letter_can_be_composed(self) -> None:
        """Whatever is known or not known."""
        if hasattr(self, "case"):
            assert all(composed(self.case, letter).parts for letter in (LetterType.PROGRESS, LetterType.REFUSAL))

    @invariant()
    def the_record_tells_the_whole_life(self) -> None:
        """Nothing is known that no act says."""
        if hasattr(self, "case"):
            assert lived(self.start, self.case.record) == self.case.life

    @invariant()
    def a_wish_to_complain_is_kept(self) -> None:
        """And stages only rise."""
        if hasattr(self, "case"):
            life = self.case.life
            assert not life.wishes_complaint or life.kind is Kind.COMPLAINT
            numbers = [stage.number for stage in life.stages]
            assert numbers == sorted(set(numbers))
            assert life.state in CaseState


def run(landlord: str, *, examples: int, steps: int) -> None:
    """Many lives under one policy."""
    machine = type(f"Lives_{landlord}", (Lives,), {"landlord": landlord})
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize("landlord", ["ccbc", "poolplus", "council", "cestria", "group"])
def test_whatever_people_do_to_a_case_what_must_hold_holds(landlord: str) -> None:
    run(landlord, examples=30, steps=50)


@pytest.mark.soak
@pytest.mark.parametrize("landlord", ["ccbc", "poolplus", "council", "cestria", "group"])
def test_whatever_people_do_to_a_case_for_hours_what_must_hold_holds(landlord: str) -> None:
    run(landlord, examples=300, steps=100)
