"""Clause by clause: what the letters of CCBC, Pool Plus, Cestria and the Group carry, and what they wait for."""

from datetime import timedelta

import pytest

from casework.acts import Close, LogContact, SendOutcome
from casework.acts_refusing import RefuseComplaint
from casework.checklist import asked
from casework.outcomes import ActionKind
from domain.letters import Content, LetterType
from tests.casework.cases import RECEIVED, STAFF, Told, investigated
from tests.casework.lettered import OUTCOME, at_stage, composed, facts, lacks, said, upheld, without, write

ANSWER = SendOutcome(at=RECEIVED, way="email")
ACKNOWLEDGEMENT = LetterType.ACKNOWLEDGEMENT


def clauses(case: Told, content: Content, letter: LetterType = OUTCOME) -> set[str]:
    """Who asks for a part, by clause."""
    return {rule.basis.clause for rule in asked(case.dossier(), letter).get(content, ())}


def demanded(case: Told, clause: str) -> None:
    """The answer does not leave, and the landlord's own clause says why."""
    assert [each.clause for each in case.refused(ANSWER, by="mia")] == [clause]


# ---- CCBC -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", LetterType)
def test_ccbc_13_every_letter_names_who_can_be_reached_and_how(letter: LetterType) -> None:
    case = investigated("ccbc")
    assert "CCBC-13" in clauses(case, Content.HANDLER, letter)
    assert "Mia deals with your complaint." in said(case, Content.HANDLER, letter)
    assert "01632 960100" in composed(case, letter).closing
    nobody = Told("ccbc")
    assert "Complaints Team" in said(nobody, Content.HANDLER, letter)
    assert "01632 960100" in said(nobody, Content.HANDLER, letter)


@pytest.mark.parametrize("letter", LetterType)
def test_ccbc_19_every_letter_gives_the_reference(letter: LetterType) -> None:
    case = investigated("ccbc")
    assert "CCBC-19" in clauses(case, Content.REFERENCE, letter)
    assert "CCB-26-00012K" in said(case, Content.REFERENCE, letter)


def test_ccbc_19_no_answer_leaves_without_a_reference() -> None:
    case = investigated("ccbc")
    case.facts["letter"] = facts(case, reference="")
    demanded(case, "CCBC-19")


def test_ccbc_15_an_acknowledgement_says_what_was_understood_and_asks_to_be_corrected() -> None:
    text = said(investigated("ccbc"), Content.UNDERSTANDING, ACKNOWLEDGEMENT)
    assert text == "- no heating for a week\nIf we got this wrong, please tell us."
    assert lacks(Told("ccbc"), ACKNOWLEDGEMENT)["CCBC-15"]


def test_ccbc_17_ccbc_18_an_acknowledgement_says_what_happens_next_and_by_when() -> None:
    case = investigated("ccbc")
    assert {"CCBC-17", "CCBC-18"} <= clauses(case, Content.NEXT_DATES, ACKNOWLEDGEMENT)
    assert lacks(case, ACKNOWLEDGEMENT)["CCBC-17"]
    case.owes("respond", RECEIVED + timedelta(days=14))
    assert said(case, Content.NEXT_DATES, ACKNOWLEDGEMENT) == "We will send you our answer by Monday 23 November 2026."
    assert "CCBC-17" not in lacks(case, ACKNOWLEDGEMENT)


def test_ccbc_4_ccbc_24_an_answer_says_what_will_be_done_or_that_nothing_is_left() -> None:
    done, nothing = upheld("ccbc"), investigated("ccbc")
    assert {"CCBC-4", "CCBC-24"} <= clauses(nothing, Content.ACTIONS)
    assert "a survey of the boiler: by Friday 27 November 2026. Max is responsible" in said(done, Content.ACTIONS)
    assert "Nothing is left for us to do" in said(nothing, Content.ACTIONS)


def test_ccbc_10_ccbc_25_an_answer_names_the_next_step_inside_and_the_ombudsman() -> None:
    first, last = investigated("ccbc"), at_stage(investigated("ccbc"), 2)
    for case in (first, last):
        assert "CCBC-25" in clauses(case, Content.NEXT_STEP) & clauses(case, Content.OMBUDSMAN)
        assert "Public Services Ombudsman for Wales" in said(case, Content.OMBUDSMAN)
        assert "0300 790 0203" in said(case, Content.OMBUDSMAN)
    assert "ask us to look at it again" in said(first, Content.NEXT_STEP)
    assert "This was the last step with us." in said(last, Content.NEXT_STEP)


def test_ccbc_26_an_answer_tells_what_was_learnt_and_waits_for_it() -> None:
    case = investigated("ccbc")
    assert said(case, Content.LEARNING) == "visits are confirmed the day before"
    demanded(without(case, learning=""), "CCBC-26")


def test_ccbc_23_a_letter_honours_the_form_that_is_preferred() -> None:
    case = investigated("ccbc")
    case.facts["letter"] = facts(case, formats=("large print",))
    demanded(case, "CCBC-23")
    write(case, Content.ADJUSTMENTS, "This letter is printed in large letters.")
    case.do(ANSWER, by="mia")


@pytest.mark.parametrize("letter", LetterType)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_ccbc_letters_are_in_welsh_too_and_never_name_the_housing_ombudsman(letter: LetterType, language: str) -> None:
    for stage in (1, 2):
        case = at_stage(upheld("ccbc"), stage)
        case.facts["letter"] = facts(case, language=language)
        made = composed(case, letter)
        assert made.language == language
        assert ("Annwyl" in made.opening) is (language == "cy")
        assert "Housing Ombudsman" not in made.model_dump_json()
        assert "housing-ombudsman" not in made.model_dump_json()
        ombudsman = {"en": "Public Services Ombudsman for Wales", "cy": "Ombwdsmon Gwasanaethau Cyhoeddus Cymru"}
        assert ombudsman[language] in made.text


# ---- Pool Plus ------------------------------------------------------------------------------------------------------


def test_pool_23_the_letters_say_how_the_tenant_would_like_it_resolved() -> None:
    case = investigated("poolplus")
    for letter in (ACKNOWLEDGEMENT, OUTCOME):
        assert said(case, Content.OUTCOME_SOUGHT, letter) == "a new boiler"
    demanded(without(case, outcome_sought=""), "POOL-23")


def test_pool_28_the_first_letter_details_findings_actions_and_learnings() -> None:
    case = upheld("poolplus")
    for content in (Content.FINDINGS, Content.ACTIONS, Content.LEARNING):
        assert "POOL-28" in clauses(case, content)
        assert said(case, content)
    demanded(without(investigated("poolplus"), learning=""), "POOL-28")
    blank = investigated("poolplus")
    points = tuple(each.model_copy(update={"findings": ""}) for each in blank.life.points)
    demanded(without(blank, points=points), "POOL-28")


def test_pool_38_the_second_letter_details_findings_and_actions_required() -> None:
    case = at_stage(upheld("poolplus"), 2)
    assert "POOL-38" in clauses(case, Content.FINDINGS) & clauses(case, Content.ACTIONS)
    assert "two visits were missed" in said(case, Content.FINDINGS)
    none = at_stage(investigated("poolplus"), 2)
    assert "Nothing is left for us to do" in said(none, Content.ACTIONS)


def test_pool_30_pool_33_the_first_letter_says_how_to_go_on_and_gives_28_days_from_receiving_it() -> None:
    case = investigated("poolplus")
    assert '"Stage two"' in said(case, Content.NEXT_STEP)
    assert "POOL-33" in clauses(case, Content.ESCALATION_WINDOW)
    assert said(case, Content.ESCALATION_WINDOW).startswith(
        "You have 28 days from the day on which you get this letter."
    )
    case.facts["letter"] = facts(case, escalate_until=RECEIVED.date())
    assert "The last day is Monday 9 November 2026." in said(case, Content.ESCALATION_WINDOW)
    assert composed(at_stage(case, 2)).part(Content.ESCALATION_WINDOW) is None


def test_code_6_12_nobody_has_to_give_reasons_for_going_on() -> None:
    for landlord in ("poolplus", "council", "cestria", "group"):
        case = investigated(landlord)
        assert "Code 6.12" in clauses(case, Content.ESCALATION_WINDOW)
        assert "You do not have to give reasons." in said(case, Content.ESCALATION_WINDOW)


@pytest.mark.parametrize("letter", LetterType)
def test_pool_39_pool_41_every_letter_names_the_housing_ombudsman_and_how_to_reach_it(letter: LetterType) -> None:
    case = investigated("poolplus")
    assert {"POOL-39", "POOL-41"} <= clauses(case, Content.OMBUDSMAN, letter)
    text = said(case, Content.OMBUDSMAN, letter)
    assert "at any time" in text
    body = case.dossier().policy.ombudsman()
    for detail in (body.name, body.phone, body.site, body.post):
        assert detail in text
    assert "@" not in text
    write(case, Content.OMBUDSMAN, "Or ask us.", letter)
    assert text in said(case, Content.OMBUDSMAN, letter)


def test_pool_40_the_last_letter_says_that_the_dispute_can_be_taken_straight_to_the_ombudsman() -> None:
    words = "you can take your complaint straight to the Housing Ombudsman Service"
    assert words in said(at_stage(investigated("poolplus"), 2), Content.OMBUDSMAN)
    assert words not in said(investigated("poolplus"), Content.OMBUDSMAN)


# ---- Cestria --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", LetterType)
def test_cestria_14_every_letter_waits_for_the_format_that_somebody_needs(letter: LetterType) -> None:
    case = investigated("cestria")
    assert "CESTRIA-14" not in lacks(case, letter)
    assert "another format or language" in said(case, Content.ADJUSTMENTS, letter)
    case.facts["letter"] = facts(case, formats=("easy read",))
    assert lacks(case, letter)["CESTRIA-14"]


def test_cestria_16_letters_say_how_to_challenge_a_decision() -> None:
    case = investigated("cestria")
    for letter in (ACKNOWLEDGEMENT, LetterType.DRAFT, OUTCOME, LetterType.REFUSAL):
        assert "CESTRIA-16" in clauses(case, Content.NEXT_STEP, letter)
        assert said(case, Content.NEXT_STEP, letter)


def test_cestria_42_cestria_43_cestria_44_the_last_letter_encourages_to_go_to_the_ombudsman_on_two_beliefs() -> None:
    case = at_stage(investigated("cestria"), 3)
    assert {"CESTRIA-42", "CESTRIA-43", "CESTRIA-44"} <= clauses(case, Content.OMBUDSMAN)
    beliefs = ("did not look into your complaint as we should have", "may not have followed our policy and procedures")
    write(case, Content.OMBUDSMAN, "We would be sorry to see you go there.")
    assert all(words in said(case, Content.OMBUDSMAN) for words in beliefs)
    assert "0300 111 3000" in said(case, Content.OMBUDSMAN)
    for stage in (1, 2):
        earlier = said(at_stage(investigated("cestria"), stage), Content.OMBUDSMAN)
        assert not any(words in earlier for words in beliefs)


def test_cestria_57_a_holding_letter_tells_when_the_full_answer_comes() -> None:
    case = investigated("cestria")
    assert lacks(case, LetterType.HOLDING)["CESTRIA-57"]
    case.facts["letter"] = facts(case, next_update_on=RECEIVED.date())
    assert "CESTRIA-57" not in lacks(case, LetterType.HOLDING)
    assert "Monday 9 November 2026" in said(case, Content.NEXT_DATES, LetterType.HOLDING)
    assert "We are sorry" in said(case, Content.APOLOGY, LetterType.HOLDING)


# ---- The Group ------------------------------------------------------------------------------------------------------


def test_group_19_group_27_every_decision_says_how_to_go_on_at_every_stage() -> None:
    for stage in (1, 2):
        case = at_stage(investigated("group"), stage)
        assert {"GROUP-19", "GROUP-27"} <= clauses(case, Content.NEXT_STEP)
        assert "GROUP-27" in clauses(case, Content.OMBUDSMAN)
        assert said(case, Content.NEXT_STEP)
        assert said(case, Content.OMBUDSMAN)
    assert "GROUP-19" in clauses(investigated("group"), Content.NEXT_STEP, LetterType.REFUSAL)


def test_group_26_a_decision_gives_its_reasons() -> None:
    case = investigated("group")
    assert "the log shows it" in said(case, Content.REASONS)
    points = tuple(each.model_copy(update={"reasons": ""}) for each in case.life.points)
    demanded(without(case, points=points), "GROUP-26")


def test_group_32_the_last_letter_tells_of_the_right_to_go_to_the_housing_ombudsman() -> None:
    assert "GROUP-32" in clauses(at_stage(investigated("group"), 2), Content.OMBUDSMAN)
    assert "Housing Ombudsman Service" in said(at_stage(investigated("group"), 2), Content.OMBUDSMAN)
    assert "Housing Ombudsman Service" in said(investigated("group"), Content.OMBUDSMAN)


@pytest.mark.parametrize("letter", LetterType)
def test_group_39_no_letter_forgets_what_somebody_needs(letter: LetterType) -> None:
    case = investigated("group")
    case.facts["letter"] = facts(case, formats=("audio",))
    assert lacks(case, letter)["GROUP-39"]


def test_an_officer_is_named_as_tenants_know_them() -> None:
    case = upheld("group")
    assert f"{STAFF['max'].name} is responsible for it" in said(case, Content.ACTIONS)
    assert case.life.actions[0].kind is ActionKind.WORKS


def test_ccbc_13_whoever_talks_with_a_tenant_stands_by_name_in_the_record() -> None:
    case = investigated("ccbc")
    talks = [done for done in case.record if isinstance(done.act, LogContact)]
    assert [STAFF[done.by].name for done in talks] == ["Mia"]


def test_ccbc_9_no_case_closes_before_the_tenant_has_heard_the_outcome_and_its_actions() -> None:
    case = upheld("ccbc")
    assert case.refused(Close(), by="mia")
    case.do(ANSWER, by="mia")
    made = composed(case)
    assert all(made.part(content) for content in (Content.DECISIONS, Content.ACTIONS))
    case.do(Close(), by="mia")


def test_ccbc_11_what_was_learnt_is_on_record_and_told() -> None:
    case = investigated("ccbc")
    assert case.life.learning
    assert case.life.learning in said(case, Content.LEARNING)
    demanded(without(case, learning=""), "CCBC-26")


def test_pool_11_a_refusal_about_banding_names_the_body_that_decides_and_the_ombudsman() -> None:
    case = Told("poolplus")
    refusal = RefuseComplaint(
        at=RECEIVED, ground="banding", evidence="the message", reasons="The council decides on banding.",
        told_of_ombudsman=True, whom_to_ask="Midtown Council, 01632 960700",
    )  # fmt: skip
    assert {each.clause for each in case.refused(refusal.model_copy(update={"whom_to_ask": ""}), by="mia")} == {
        "POOL-11"
    }
    case.do(refusal, by="mia")
    text = composed(case, LetterType.REFUSAL).text
    for words in ("Midtown Council, 01632 960700", "The council decides on banding.", "Housing Ombudsman Service"):
        assert words in text
