"""Who says the same twice is owed it once: no second clock, nudge, task or acknowledgement."""

import pytest

from domain.cases import CaseFacts, OpenDuty, Question
from domain.decisions import Decision, NewObligation
from domain.labels import Hazard, Intent, Kind, Topic, Urgency
from router.decide import decide
from tests.builders import NOW, a_case, a_finding, a_situation, asked
from tests.router.looking import alerted, names_owed, said_by, tasks_of

ANSWERED = a_case(response_sent=True)
LATER = {"kind": Kind.SERVICE_REQUEST, "intent": Intent.FOLLOW_UP}


def after(case: CaseFacts, decision: Decision, **fields: object) -> CaseFacts:
    """The case as the next message finds it."""
    return case.model_copy(update={"owed": tuple(kept(each) for each in decision.effects.obligations), **fields})


def kept(owed: NewObligation) -> OpenDuty:
    """The duty as it stands open in the case."""
    return OpenDuty(**{name: getattr(owed, name) for name in OpenDuty.model_fields})


@pytest.mark.parametrize(
    ("words", "question"),
    [("COMPLAINT", Question.OUTCOME), ("COMPLAINT", Question.CHOICE), ("yes", Question.CHOICE)],
)
def test_choosing_to_complain_where_the_case_is_a_complaint_owes_nothing_twice(words: str, question: Question):
    complaint = a_case()
    decision = decide(a_situation(words, own_cases=(complaint,), question=asked(question, complaint)))
    assert (decision.effects.join_case_id, decision.effects.answered_question_id) == (complaint.id, "q1")
    assert (decision.effects.obligations, decision.effects.reminders, said_by(decision)) == ((), (), ("a7",))


def test_asking_for_stage_two_again_starts_no_second_stage_two():
    ask = {"intent": Intent.ESCALATE, "topic": Topic.REPAIRS}
    first = decide(a_situation("take it to stage 2", own_cases=(ANSWERED,), **ask))
    again = decide(a_situation("take it to stage 2", own_cases=(after(ANSWERED, first),), **ask))
    assert ("respond", 2) in names_owed(first)
    assert (again.effects.join_case_id, again.effects.obligations, again.effects.reminders) == (ANSWERED.id, (), ())
    assert (said_by(again), set(tasks_of(again))) == (("a7",), {"read"})


def test_asking_for_stage_two_too_early_again_makes_no_second_task():
    waiting = a_case(escalation_waits=True)
    decision = decide(a_situation("stage 2 please", intent=Intent.ESCALATE, own_cases=(waiting,)))
    assert set(tasks_of(decision)) == {"read"}


def test_an_early_wish_that_waits_does_not_stop_stage_two_once_the_answer_has_been_given():
    waiting = a_case(escalation_waits=True, response_sent=True)
    decision = decide(a_situation("not happy", intent=Intent.ESCALATE, own_cases=(waiting,)))
    assert (said_by(decision), ("respond", 2) in names_owed(decision)) == (("a5",), True)


def test_whether_the_answer_is_overdue_is_seen_from_the_clock_that_is_kept():
    late = OpenDuty(name="respond", stage=1, basis="Code 6.3", due_at=NOW.replace(day=6))
    decision = decide(a_situation("stage 2", intent=Intent.ESCALATE, own_cases=(a_case(owed=(late,)),)))
    assert "response_overdue" in decision.effects.flags


@pytest.mark.parametrize("urgency", [Urgency.EMERGENCY, Urgency.NORMAL])
def test_a_danger_that_has_its_clock_and_task_gets_no_second(urgency: Urgency):
    case = a_case(kind=Kind.SERVICE_REQUEST)
    mould = (a_finding(Hazard.DAMP_MOULD, urgency),)
    first = decide(a_situation("mould", own_cases=(case,), safety=mould, **LATER))
    told = () if urgency is Urgency.NORMAL else first.effects.alerts
    known = after(case, first)
    again = decide(a_situation("mould!", own_cases=(known,), safety=mould, open_alerts=(), **LATER))
    assert ("hazard_investigate", 0) in names_owed(first)
    assert (again.effects.obligations, again.effects.reminders) == ((), ())
    assert ("hazard" in tasks_of(again)) is bool(told)  # an alert that goes out anew has its task


def test_a_flood_about_gas_is_one_task_and_one_clock_while_its_alert_is_open():
    case = a_case(kind=Kind.SERVICE_REQUEST)
    first = decide(a_situation("gas", own_cases=(case,), safety=(a_finding(),), **LATER))
    told = tuple({"case_id": case.id, "cause": alert.cause} for alert in first.effects.alerts)
    again = decide(
        a_situation("gas!", own_cases=(after(case, first),), safety=(a_finding(),), open_alerts=told, **LATER)
    )
    assert (alerted(first), alerted(again)) == (("gas",), ())
    assert (again.effects.obligations, "hazard" in tasks_of(again)) == ((), False)


def test_another_danger_in_the_same_case_has_a_clock_and_a_task_of_its_own():
    case = a_case(kind=Kind.SERVICE_REQUEST)
    first = decide(a_situation("gas", own_cases=(case,), safety=(a_finding(),), **LATER))
    fire = (a_finding(Hazard.FIRE),)
    again = decide(a_situation("fire", own_cases=(after(case, first),), safety=fire, **LATER))
    assert {each.about for each in again.effects.obligations} == {"fire"}
    assert "hazard" in tasks_of(again)
