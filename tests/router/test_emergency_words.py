"""Emergency words go out whatever loop caps say, and the person on call hears of danger though the model is away."""

from datetime import timedelta

import pytest

from domain.cases import RecentAnswer
from domain.decisions import Decision, PersonBy
from domain.labels import Hazard, Urgency
from domain.understanding import SafetyFinding
from router.decide import decide
from tests.builders import (
    ANN_MAIL,
    NOW,
    a_case,
    a_finding,
    a_situation,
    in_thread,
    of_abuse,
    of_risk,
    of_self_harm,
)
from tests.router.looking import alerted, said_by, tasks_of


def answered(count: int, minutes: float) -> tuple[RecentAnswer, ...]:
    """So many answers under one subject, spread over the minutes before."""
    step = timedelta(minutes=minutes) / count
    return tuple(RecentAnswer(at=NOW - step * number, subject="Help") for number in range(count))


@pytest.mark.parametrize("recent", [answered(2, 60), answered(25, 50), answered(100, 500)])
def test_rules_b8_no_slow_cap_holds_back_what_to_do_about_gas(recent: tuple[RecentAnswer, ...]):
    situation = a_situation("gas", sender=ANN_MAIL, subject="Help", safety=(a_finding(),), recent_answers=recent)
    decision = decide(situation)
    assert said_by(decision) == ("a6_emergency_gas",)
    assert "answer_by_hand" in tasks_of(decision)


@pytest.mark.parametrize(
    ("finding", "words"),
    [(a_finding(), "a6_emergency_gas"), (of_self_harm(), "a6_crisis"), (of_risk(), "a9_safeguarding")],
)
def test_ten_answers_in_ten_minutes_hold_back_even_emergency_words_and_the_alert_goes_on(
    finding: SafetyFinding, words: str
):
    flooded = decide(a_situation("x", safety=(finding,), recent_answers=answered(10, 9)))
    assert (said_by(flooded), len(alerted(flooded))) == ((), 1)
    assert words in said_by(decide(a_situation("x", safety=(finding,), recent_answers=answered(9, 9))))


def sent_on(*findings: SafetyFinding, **fields: object) -> Decision:
    """A forwarded mail with danger only in what is sent on, and nobody to understand it."""
    given: dict[str, object] = {"sender": ANN_MAIL, "understanding": None}
    return decide(a_situation("please see below", safety=findings, quoted_safety=findings, **(given | fields)))


@pytest.mark.parametrize(
    ("finding", "cause"),
    [
        (a_finding(), "gas"),
        (of_self_harm(), "self_harm"),
        (of_abuse(), "safeguarding"),
        (of_risk(), "safeguarding"),
        (of_risk(rule="staff-threat"), "threat"),
    ],
)
def test_without_the_model_a_danger_in_forwarded_words_is_alerted_all_the_same(finding: SafetyFinding, cause: str):
    decision = sent_on(finding)
    assert (alerted(decision), decision.urgency) == ((cause,), Urgency.EMERGENCY)
    assert tasks_of(decision)["quoted_danger"] is PersonBy.NOW


def test_with_the_model_forwarded_words_are_seen_within_the_hour():
    decision = decide(a_situation("see below", sender=ANN_MAIL, safety=(a_finding(),), quoted_safety=(a_finding(),)))
    assert (alerted(decision), tasks_of(decision)["quoted_danger"]) == ((), PersonBy.ONE_HOUR)


def test_without_the_model_what_answers_our_own_mail_was_read_when_it_came():
    case = a_case()
    assert alerted(sent_on(a_finding(), own_cases=(case,), thread=in_thread(case))) == ()


def test_without_the_model_a_calm_phrase_in_forwarded_words_wakes_nobody():
    assert alerted(sent_on(a_finding(Hazard.DAMP_MOULD, Urgency.NORMAL))) == ()
