"""Who may take a case on, and what a wish to complain does."""

from datetime import timedelta

import pytest

from casework.acts import Assign, Escalate, LogContact, SetKind, SetStage, WishForComplaint
from casework.fold import begun, lived
from domain.labels import Kind
from tests.casework.cases import RECEIVED, REPAIRS, Told

WISH = WishForComplaint(words="complaint", at=RECEIVED)


def at_stage(landlord: str, number: int, *earlier: str) -> Told:
    """A case that these people handled before, now at a later stage."""
    case = Told(landlord)
    for handler in earlier:
        case.do(Assign(to=(handler,), declared_impartial=True), by=handler)
    if number > 1:
        case.do(SetStage(stage=number, reasons="as told", at=case.now))
    return case


@pytest.mark.parametrize("landlord", ["poolplus", "cestria", "group", "ccbc", "council"])
def test_pool_24_a_wish_for_a_complaint_wins_and_is_never_made_less_of(landlord: str):
    case = Told(landlord, life=begun(RECEIVED, Kind.SERVICE_REQUEST))
    case.do(WISH)
    assert case.life.kind is Kind.COMPLAINT
    (objection,) = case.refused(SetKind(kind=Kind.SERVICE_REQUEST))
    assert "stays one" in objection.words
    assert objection.clause


def test_pool_24_names_the_landlords_own_clause_before_the_codes():
    case = Told("poolplus")
    case.do(WISH)
    (objection,) = case.refused(SetKind(kind=Kind.COMMENT))
    assert (objection.clause, objection.quote) == (
        "POOL-24",
        "you can request for the matter to be managed as complaint",
    )


@pytest.mark.parametrize("landlord", ["poolplus", "cestria", "group", "ccbc", "council"])
def test_ccbc_2_nobody_handles_a_complaint_about_themselves(landlord: str):
    case = Told(landlord, facts={"complained_about": frozenset({"mia"}), "team_complained_about": REPAIRS})
    assert any("about Mia" in each.words for each in case.refused(Assign(to=("mia",)), by="asha"))


def test_ccbc_2_who_takes_it_on_declares_that_they_had_no_part():
    case = Told("ccbc")
    assert case.refused(Assign(to=("asha",)), by="asha")[0].clause == "CCBC-2"
    case.do(Assign(to=("asha",), declared_impartial=True), by="asha")
    assert case.life.stage.handlers == ("asha",)


def test_code_5_8_whom_a_complaint_is_about_does_nothing_with_it():
    case = Told("cestria", facts={"complained_about": frozenset({"asha"})})
    assert "about you" in case.refused(SetKind(kind=Kind.COMMENT), by="asha")[0].words


@pytest.mark.parametrize("landlord", ["poolplus", "cestria", "group", "ccbc", "council"])
def test_code_6_13_ccbc_21_stage_2_goes_to_somebody_who_had_no_part(landlord: str):
    case = at_stage(landlord, 2, "dee") if landlord != "poolplus" else at_stage(landlord, 2, "max", "dee")
    assert any("looks afresh" in each.words for each in case.refused(Assign(to=("dee",)), by="asha"))
    case.do(Assign(to=("dan",)), by="asha")


def test_code_6_13_a_call_is_a_part_in_it_too():
    case = Told("cestria")
    case.do(LogContact(at=RECEIVED, way="phone", reached=True), by="dan")
    case.do(SetStage(stage=2, reasons="as told", at=case.now))
    assert "Dan" in case.refused(Assign(to=("dan",)), by="asha")[0].words


def test_pool_26_stage_1_goes_to_a_manager_of_the_team_complained_about():
    case = Told("poolplus", facts={"team_complained_about": REPAIRS})
    assert {each.clause for each in case.refused(Assign(to=("ben",)), by="asha")} == {"POOL-26"}
    case.do(Assign(to=("mia",)), by="asha")


def test_pool_35_stage_2_goes_to_somebody_more_senior():
    case = at_stage("poolplus", 2, "mia")
    assert {each.clause for each in case.refused(Assign(to=("max",)), by="asha")} == {"POOL-35"}
    case.do(Assign(to=("dee",)), by="asha")


@pytest.mark.parametrize(
    ("panel", "why"),
    [
        (("cath", "vic"), "3 people"),
        (("cath", "vic", "dee"), "Chair, the Vice Chair"),
        (("cath", "bo", "bo"), "3 people"),
        (("vic", "bo", "dee"), "Chair, the Vice Chair"),
    ],
)
def test_cestria_39_the_panel_is_chair_vice_chair_and_one_other_board_member(panel: tuple[str, ...], why: str):
    case = at_stage("cestria", 3, "mia")
    assert any(why in each.words for each in case.refused(Assign(to=panel), by="asha"))


def test_cestria_39_a_panel_of_the_board_takes_it():
    case = at_stage("cestria", 3, "mia")
    case.do(Assign(to=("cath", "vic", "bo")), by="asha")
    assert len(case.life.stage.handlers) == 3


def test_a_stage_is_given_to_one_person_who_works_here():
    case = Told("cestria")
    assert "nobody who works here" in case.refused(Assign(to=("zoe",)))[0].words
    assert "one person" in case.refused(Assign(to=("asha", "ben")))[0].words


def test_code_6_12_an_escalation_needs_no_reasons():
    case = at_stage("poolplus", 1, "mia")
    case.do(Escalate(at=case.now))
    assert case.life.stage.number == 2


def test_pool_34_a_late_escalation_is_never_refused_by_itself():
    case = Told("poolplus")
    case.owes("escalation_window", RECEIVED + timedelta(days=28))
    case.now = RECEIVED + timedelta(days=40)
    performed = case.do(Escalate(at=case.now))
    (warning,) = performed.warnings
    assert "lost letter" in warning.words
    assert case.life.stage.number == 2


def test_there_is_no_stage_after_the_last():
    case = at_stage("poolplus", 2, "mia")
    assert "Ombudsman" in case.refused(Escalate(at=case.now))[0].words


def test_a_case_never_goes_back_to_an_earlier_stage_nor_to_one_that_there_is_not():
    case = at_stage("poolplus", 2, "mia")
    assert case.refused(SetStage(stage=1, reasons="no", at=case.now))
    assert case.refused(SetStage(stage=3, reasons="no", at=case.now))


def test_the_life_is_the_fold_of_its_record():
    case = at_stage("cestria", 2, "mia")
    case.do(Assign(to=("dee",)), by="asha")
    assert lived(begun(RECEIVED, Kind.COMPLAINT), case.record) == case.life
