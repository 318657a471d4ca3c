"""A council's further services follow the LGSCO's Code, its housing the Housing Ombudsman's (COUNCIL-27, rules B3)."""

import pytest

from domain.decisions import Decision, Outcome
from domain.labels import Hazard, Intent, Kind, Matter, Topic
from domain.understanding import EvidenceSpan
from router.decide import decide
from tests.builders import ANN_MAIL, a_case, a_finding, a_situation, in_thread
from tests.router.looking import names_owed, new_case, owed, said_by

LGSCO = "Local Government and Social Care Ombudsman"
HOUSING_OMBUDSMAN = "Housing Ombudsman Service"


def bases(decision: Decision) -> set[str]:
    """The clauses on which complaint clocks rest."""
    return {each.basis for each in decision.effects.obligations}


def named_by(decision: Decision) -> set[str]:
    """The Ombudsmen that the answers name."""
    return {draft.values["ombudsman"] for draft in decision.effects.drafts}


def about(words: str, matter: Matter = Matter.OWN_APPEAL) -> EvidenceSpan:
    """The words that were the evidence for a special matter."""
    return EvidenceSpan(start=0, end=len(words), text=words, label=f"matters:{matter.value}")


def test_situation_126_a_complaint_about_another_service_runs_on_the_lgsco_code_and_names_its_ombudsman():
    decision = decide(a_situation("council tax", sender=ANN_MAIL, landlord="council", matters=(Matter.OTHER_BODY,)))
    assert (said_by(decision), new_case(decision).matter) == (("a1",), "other")
    assert bases(decision) == {"LGSCO Code 6.2", "LGSCO Code 6.3"}
    assert (named_by(decision), decision.effects.drafts[0].values["ombudsman_phone"]) == ({LGSCO}, "0300 061 0614")
    assert names_owed(decision) == {("acknowledge", 1), ("respond", 1)}


def test_a_complaint_about_housing_runs_on_the_policy_and_the_housing_ombudsmans_code():
    decision = decide(a_situation("the roof leaks", sender=ANN_MAIL, landlord="council", topic=Topic.REPAIRS))
    assert (new_case(decision).matter, named_by(decision)) == ("housing", {HOUSING_OMBUDSMAN})
    assert {"Code 6.2", "Code 6.3", "COUNCIL-38"} <= bases(decision)
    assert not any(basis.startswith("LGSCO") for basis in bases(decision))


@pytest.mark.parametrize("kind", [Kind.COMMENT, Kind.SERVICE_REQUEST])
def test_situation_126_what_is_pointed_on_names_the_ombudsman_of_that_service(kind: Kind):
    decision = decide(a_situation("council tax", landlord="council", kind=kind, matters=(Matter.OTHER_BODY,)))
    assert (said_by(decision), named_by(decision)) == (("a9",), {LGSCO})


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("homeless application", "other"),
        ("review of my banding", "other"),
        ("housing benefit was stopped", "other"),
        ("transfer refused", "housing"),
        ("succession was refused", "housing"),
        ("right to buy valuation", "housing"),
    ],
)
def test_the_split_rule_decides_whose_a_decision_with_its_own_appeal_is(words: str, matter: str):
    asked = a_situation(words, landlord="council", matters=(Matter.OWN_APPEAL,), evidence=(about(words),))
    assert new_case(decide(asked)).matter == matter


def test_situation_130_without_a_word_that_says_whose_decision_it_is_housing_binds():
    decision = decide(a_situation("you refused me", landlord="council", matters=(Matter.OWN_APPEAL,)))
    assert new_case(decision).matter == "housing"


def test_a_mixed_message_stays_housing_with_the_other_service_as_an_item_to_split():
    decision = decide(
        a_situation("damp, and council tax", landlord="council", topic=Topic.DAMP_MOULD, matters=(Matter.OTHER_BODY,))
    )
    assert (new_case(decision).matter, new_case(decision).items) == ("housing", ("other_body",))


def test_a_danger_beside_another_service_keeps_its_clock_and_is_housing():
    decision = decide(
        a_situation("gas, and council tax", landlord="council", matters=(Matter.OTHER_BODY,), safety=(a_finding(),))
    )
    assert (new_case(decision).matter, decision.hazard) == ("housing", Hazard.GAS)
    assert owed(decision, "hazard_safe", 0).basis == "Hazards (England) reg 5"


def test_a_landlord_without_further_services_keeps_its_one_ombudsman():
    decision = decide(a_situation("council tax", matters=(Matter.OTHER_BODY,)))
    assert (new_case(decision).matter, named_by(decision)) == ("housing", {HOUSING_OMBUDSMAN})


def test_an_escalation_follows_the_matter_of_its_case():
    case = a_case(matter="other", response_sent=True)
    decision = decide(
        a_situation(
            "not happy with that",
            sender=ANN_MAIL,
            landlord="council",
            intent=Intent.ESCALATE,
            own_cases=(case,),
            thread=in_thread(case),
        )
    )
    assert (decision.outcome, said_by(decision), named_by(decision)) == (Outcome.JOIN, ("a5",), {LGSCO})
    assert bases(decision) == {"LGSCO Code stage 2"}


def test_a_request_about_another_service_that_becomes_a_complaint_keeps_its_code():
    case = a_case(matter="other", kind=Kind.SERVICE_REQUEST)
    decision = decide(a_situation("COMPLAINT", landlord="council", own_cases=(case,)))
    assert (decision.rule, bases(decision)) == ("chooses_complaint", {"LGSCO Code 6.2", "LGSCO Code 6.3"})


def test_a_stranger_to_a_case_learns_nothing_of_what_it_is_about():
    theirs = a_case(own=False, matter="other")
    decision = decide(a_situation("me again", sender=ANN_MAIL, landlord="council", thread=in_thread(theirs)))
    assert named_by(decision) == {HOUSING_OMBUDSMAN}
