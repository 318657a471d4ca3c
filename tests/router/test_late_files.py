"""Danger in a file that was read after its message had been placed: raised as in the text, and once."""

from typing import Any

import pytest

from domain.cases import CaseFacts, OpenAlert
from domain.decisions import Decision, Disposition, PersonBy, Situation
from domain.labels import Hazard, Matter, Urgency, Vulnerability
from domain.understanding import SafetyFinding
from router.late_files import raised_by_file
from tests.builders import (
    a_case,
    a_finding,
    a_situation,
    an_understanding,
    marked,
    of_abuse,
    of_risk,
    of_self_harm,
)
from tests.router.looking import alerted, names_owed, said_by, tasks_of

CASE = a_case()
IN_FILE = a_finding(part="attachment")


def after(
    *found: SafetyFinding,
    case: CaseFacts | None = CASE,
    disposition: Disposition = Disposition.ADDED,
    **fields: Any,
) -> Decision | None:
    """What a file with these findings raises, of a text that belongs to the case."""
    situation: Situation = a_situation("see my letter", **({"own_cases": (CASE,)} | fields))
    return raised_by_file(situation, found, case=case, disposition=disposition)


def raised(*found: SafetyFinding, **fields: Any) -> Decision:
    decision = after(*found, **fields)
    assert decision is not None
    return decision


def test_an_emergency_is_alerted_answered_and_owed_in_the_messages_own_case():
    decision = raised(IN_FILE)
    assert (alerted(decision), said_by(decision)) == (("gas",), ("a6_emergency_gas",))
    assert (decision.effects.join_case_id, decision.hazard, decision.urgency) == (
        CASE.id,
        Hazard.GAS,
        Urgency.EMERGENCY,
    )
    assert tasks_of(decision) == {"hazard": PersonBy.NOW}
    assert ("hazard_safe", 0) in names_owed(decision)


def test_words_of_help_are_in_the_language_of_the_message():
    (draft,) = raised(of_self_harm(), landlord="ccbc", language="cy").effects.drafts
    assert (draft.wording, draft.language) == ("a6_crisis", "cy")


@pytest.mark.parametrize("known_by", [{"safety": (a_finding(),)}, {"hazard": Hazard.GAS, "urgency": Urgency.EMERGENCY}])
def test_what_the_text_said_already_raises_nothing_again(known_by: dict[str, Any]):
    assert after(IN_FILE, **known_by) is None


def test_a_person_in_danger_of_whom_the_text_spoke_is_not_told_again():
    assert after(of_self_harm(), matters=(Matter.SELF_HARM,), urgency=Urgency.EMERGENCY) is None


def test_the_same_danger_told_more_urgently_counts():
    decision = raised(a_finding(Hazard.FLOOD_LEAK), safety=(a_finding(Hazard.FLOOD_LEAK, Urgency.URGENT),))
    assert alerted(decision) == ("flood_leak",)


def test_another_danger_than_the_texts_is_alerted_and_the_texts_is_not():
    decision = raised(a_finding(), a_finding(Hazard.FIRE), safety=(a_finding(),))
    assert (alerted(decision), said_by(decision)) == (("fire",), ("a6_fire",))


def test_under_an_open_alert_about_it_nobody_is_woken_twice():
    decision = raised(a_finding(), open_alerts=(OpenAlert(case_id=CASE.id, cause="gas"),))
    assert alerted(decision) == ()
    assert "alert_open" in decision.effects.flags


@pytest.mark.parametrize(
    ("finding", "cause"),
    [(of_self_harm(), "self_harm"), (of_risk(), "safeguarding"), (of_risk(rule="staff-threat"), "threat")],
)
def test_dangers_to_persons_are_alerted(finding: SafetyFinding, cause: str):
    assert alerted(raised(finding)) == (cause,)


def test_abuse_locks_the_address_and_is_answered_by_nobody():
    decision = raised(of_abuse(), a_finding())
    assert [change.safe_contact_locked for change in decision.effects.address_changes] == [True]
    assert said_by(decision) == ()


@pytest.mark.parametrize(
    "bars",
    [{"safety": (of_abuse(),)}, {"safety": (of_risk(rule="staff-threat"),)}, marked(suppress_answer=True)],
)
def test_where_the_message_itself_bars_an_answer_the_file_is_alerted_and_not_answered(bars: dict[str, Any]):
    decision = raised(a_finding(), **bars)
    assert (alerted(decision), said_by(decision)) == (("gas",), ())


def test_something_urgent_is_a_task_of_the_day_and_wakes_nobody():
    decision = raised(a_finding(Hazard.DAMP_MOULD, Urgency.URGENT))
    assert (alerted(decision), said_by(decision)) == ((), ())
    assert tasks_of(decision) == {"hazard": PersonBy.SAME_DAY}


def test_it_is_judged_on_this_occupier():
    frail = an_understanding(vulnerability=(Vulnerability.PREGNANCY,))
    assert alerted(raised(a_finding(Hazard.NO_HEATING_HOT_WATER, Urgency.URGENT), understanding=frail)) == (
        "no_heating_hot_water",
    )


def test_a_file_without_danger_raises_nothing():
    assert after() is None


def test_what_opened_no_case_is_alerted_answered_and_placed_by_a_person_now():
    decision = raised(a_finding(), case=None, own_cases=(), disposition=Disposition.SPAM)
    assert (alerted(decision), said_by(decision)) == (("gas",), ("a6_emergency_gas",))
    assert tasks_of(decision) == {"hazard": PersonBy.NOW, "sort": PersonBy.NOW}


@pytest.mark.parametrize("disposition", [Disposition.DUPLICATE, Disposition.BOUNCE, Disposition.ALERT_ANSWER])
def test_words_that_are_not_a_persons_or_were_read_before_raise_nothing(disposition: Disposition):
    assert after(a_finding(), case=None, disposition=disposition) is None
