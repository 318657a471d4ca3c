"""A flood of messages about one danger is one alert while it is open; whatever may be another danger alerts anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import OpenAlert
from domain.decisions import Decision, PersonBy, Situation
from domain.labels import Hazard, Kind, Urgency
from domain.understanding import SafetyFinding
from router.alerts import alert_once
from router.decide import decide
from tests.builders import a_case, a_finding, a_situation, of_abuse, of_risk, of_self_harm
from tests.router.looking import alerted, said_by, tasks_of

CASE = a_case()
GAS = OpenAlert(case_id=CASE.id, cause="gas")


def again(*findings: SafetyFinding, alerts: tuple[OpenAlert, ...] = (GAS,), **fields: object) -> Decision:
    """Another text in the same case within minutes."""
    given: dict[str, object] = {"own_cases": (CASE,), "last_from_sender": CASE, "open_alerts": alerts}
    situation: Situation = a_situation("please hurry", safety=findings, **(given | fields))
    return decide(situation)


def test_the_first_message_about_a_danger_alerts():
    assert alerted(decide(a_situation("gas", safety=(a_finding(),)))) == ("gas",)


def test_a_further_message_about_the_same_danger_is_added_to_the_case_under_the_open_alert():
    decision = again(a_finding())
    assert (alerted(decision), decision.effects.join_case_id) == ((), CASE.id)
    assert {"hazard:gas", "alert_open"} <= set(decision.effects.flags)


def test_under_an_open_alert_all_but_the_alert_is_as_ever():
    assert tasks_of(again(a_finding()))["hazard"] is PersonBy.NOW
    assert again(a_finding()).urgency is Urgency.EMERGENCY
    assert said_by(again(a_finding()))[0] == "a6_emergency_gas"


def test_after_it_was_acknowledged_a_new_message_alerts_again():
    decision = again(a_finding(), alerts=())
    assert (alerted(decision), "alert_open" in decision.effects.flags) == (("gas",), False)


@pytest.mark.parametrize(
    ("finding", "cause"),
    [
        (of_self_harm(), "self_harm"),
        (a_finding(Hazard.CARBON_MONOXIDE), "carbon_monoxide"),
        (a_finding(Hazard.FIRE), "fire"),
        (of_risk(), "safeguarding"),
        (of_abuse(), "safeguarding"),
        (of_risk(rule="staff-threat"), "threat"),
    ],
)
def test_a_new_danger_in_the_same_case_alerts_anew(finding: SafetyFinding, cause: str):
    assert alerted(again(finding)) == (cause,)


def test_a_new_danger_beside_the_known_one_is_not_hidden_by_it():
    assert alerted(again(a_finding(), a_finding(Hazard.FIRE))) == ("fire",)
    told = (GAS, OpenAlert(case_id=CASE.id, cause="fire"))
    assert alerted(again(a_finding(), a_finding(Hazard.FIRE), alerts=told)) == ()


def test_words_of_self_harm_again_and_again_are_one_alert():
    told = (OpenAlert(case_id=CASE.id, cause="self_harm"),)
    decision = again(of_self_harm(), alerts=told)
    assert (alerted(decision), said_by(decision)[0]) == ((), "a6_crisis")
    assert tasks_of(decision)["self_harm"] is PersonBy.NOW


def test_an_alert_of_another_case_quietens_nothing():
    elsewhere = (OpenAlert(case_id="another", cause="gas"),)
    assert alerted(again(a_finding(), alerts=elsewhere)) == ("gas",)


def test_a_new_case_alerts_whatever_is_open():
    closed_conversation = again(a_finding(), last_from_sender=None, kind=Kind.SERVICE_REQUEST)
    assert alerted(closed_conversation) == ("gas",)


@pytest.mark.parametrize(
    ("finding", "cause"),
    [(of_risk(), "safeguarding"), (of_abuse(), "safeguarding"), (of_risk(rule="threat-of-arson"), "threat")],
)
def test_a_cause_that_stands_for_several_dangers_always_alerts(finding: SafetyFinding, cause: str):
    told = (OpenAlert(case_id=CASE.id, cause=cause),)
    assert alerted(again(finding, alerts=told)) == (cause,)


def test_whoever_asks_such_a_cause_is_never_held_back():
    told = (OpenAlert(case_id=CASE.id, cause="safeguarding"), GAS)
    situation = a_situation("sent on", own_cases=(CASE,), last_from_sender=CASE, open_alerts=told)
    for causes, raised in ((("safeguarding",), ("safeguarding",)), (("gas", "threat"), ("threat",)), (("gas",), ())):
        assert tuple(each.cause for each in alert_once(situation, decide(situation), *causes)) == raised


FINDINGS = st.sampled_from(
    (*(a_finding(hazard) for hazard in Hazard if hazard is not Hazard.NONE), of_self_harm(), of_risk(), of_abuse())
)


@given(findings=st.lists(FINDINGS, max_size=4), open_=st.sets(st.sampled_from([*Hazard, "self_harm"])))
def test_open_alerts_never_change_anything_but_alerts(findings: list[SafetyFinding], open_: set[str]):
    told = tuple(OpenAlert(case_id=CASE.id, cause=str(cause)) for cause in sorted(open_))
    before, after = again(*findings, alerts=()), again(*findings, alerts=told)
    assert set(alerted(before)) - set(alerted(after)) <= {str(cause) for cause in open_}
    rest = {"alerts": (), "flags": ()}
    assert before.effects.model_copy(update=rest) == after.effects.model_copy(update=rest)
    assert set(after.effects.flags) - set(before.effects.flags) <= {"alert_open"}
