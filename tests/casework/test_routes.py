"""Ways beside the usual one: a machine proposes, a person sets, no clock stops, no stage is skipped in silence."""

from datetime import date, timedelta

import pytest

from casework.acts import Act, AddPoint, Assign, Close, SendOutcome, SetStage
from casework.acts_routes import AnswerByLaw, HearAccount, LeaveRoute, NameStaff, SetRoute, UnnameStaff
from casework.clocks import clocks, events_of
from casework.fold import begun
from casework.lawful import lawful_clocks
from casework.routes import proposed, routes
from domain.labels import Kind, Matter
from domain.uktime import local_date
from tests.casework.cases import RECEIVED, Told, calendars, investigated, policies

LANDLORDS = ("ccbc", "poolplus", "council", "cestria", "group")
CRIME = SetRoute(route="crime", stage=2, reasons="the ring was gone after his visit", at=RECEIVED)
MISCONDUCT = SetRoute(route="misconduct", reasons="he asked for money", at=RECEIVED)


def alleged(flag: str, landlord: str = "cestria") -> Told:
    """A complaint whose message was marked so; of a crime the machine proposes stage 2."""
    stage = 2 if flag == "crime" and landlord == "cestria" else None
    life = begun(RECEIVED, Kind.COMPLAINT, proposed_stage=stage)
    return Told(landlord, life=life, facts={"flags": frozenset({flag})})


def dates(case: Told) -> dict[tuple[str, int, str], object]:
    """The clocks of the complaint."""
    policy = policies()[case.landlord]
    events = events_of(case.life, {}, {})
    rows = clocks(case.life, policy, calendars()[policy.calendar], events, channel="email", matter="housing")
    return {(row.name, row.stage, row.basis): row.due for row in rows}


def test_cestria_47_an_alleged_crime_goes_straight_to_stage_2_by_a_person_and_runs_from_receipt():
    case = alleged("crime")
    before = dates(case)
    assert {stage for _, stage, _ in before} <= {0, 2}
    later = CRIME.model_copy(update={"at": RECEIVED + timedelta(minutes=5)})
    assert {each.clause for each in case.do(later).warnings} == {"Code 6.10"}
    assert case.life.stage.number == 2
    assert dates(case) == before


def test_cestria_47_no_answer_leaves_before_a_person_has_set_the_route_or_said_why_not():
    case = investigated("cestria", flags=frozenset({"crime"}))
    outcome = SendOutcome(at=RECEIVED, way="email")
    assert {each.clause for each in case.refused(outcome, by="mia")} == {"CESTRIA-47"}
    case.do(LeaveRoute(route="crime", how="declined", reasons="the ring was found"), by="mia")
    case.do(outcome, by="mia")


def test_situation_132_where_a_person_says_that_it_is_no_crime_stage_1_runs_from_receipt():
    case = alleged("crime")
    case.do(LeaveRoute(route="crime", how="declined", reasons="a neighbour took it"))
    assert case.life.stage.number == 1
    assert {stage for _, stage, _ in dates(case)} <= {0, 1}
    assert any(name == "respond" for name, _, _ in dates(case))


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (CRIME.model_copy(update={"reasons": " "}), "note the reasons"),
        (SetStage(stage=2, reasons="", at=RECEIVED), "note the reasons"),
        (CRIME.model_copy(update={"stage": None}), "say so with stage = 2"),
        (MISCONDUCT.model_copy(update={"stage": 2}), "no stage of the complaint"),
        (SetRoute(route="horoscope", reasons="why", at=RECEIVED), "no route 'horoscope'"),
        (LeaveRoute(route="sar", how="declined", reasons="why"), "nothing proposes it"),
        (AnswerByLaw(duty="dance", at=RECEIVED), "answer_subject_access"),
        (NameStaff(people=("zoe",)), "nobody who works here"),
        (HearAccount(person="ben", given=False), "not named here"),
        (UnnameStaff(people=("ben",), reasons="why"), "not named here"),
    ],
)
def test_a_route_that_cannot_be_says_why(act: Act, why: str):
    assert any(why in each.words for each in alleged("crime").refused(act))


def test_a_stage_is_never_skipped_in_silence():
    case = Told("group")
    straight = SetStage(stage=2, reasons="she asks for it", at=RECEIVED)
    (warning,) = case.do(straight).warnings
    assert "another reviewer" in warning.words


def test_cestria_48_misconduct_goes_to_conduct_the_named_never_handle_it_and_the_service_part_goes_on():
    case = alleged("staff_misconduct")
    before = dates(case)
    assert case.clauses(MISCONDUCT) == {"CESTRIA-48"}
    case.do(NameStaff(people=("ben",)))
    case.do(MISCONDUCT)
    assert dates(case) == before
    assert case.life.is_on("misconduct")
    assert "about you" in case.refused(AddPoint(point="money", words="fifty pounds"), by="ben")[0].words
    assert {each.clause for each in case.refused(Assign(to=("ben",)), by="dee")} == {"Code 5.8"}
    case.do(Assign(to=("mia",)), by="dee")


def test_cestria_48_no_answer_leaves_before_a_person_has_decided_on_alleged_misconduct():
    case = investigated("cestria", flags=frozenset({"staff_misconduct"}))
    assert {each.clause for each in case.refused(SendOutcome(at=RECEIVED, way="email"), by="mia")} == {"CESTRIA-48"}


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_situation_137_who_is_named_neither_acts_nor_is_given_the_case(landlord: str):
    case = Told(landlord)
    case.do(NameStaff(people=("mia",), team="Repairs Team"))
    assert case.refused(Assign(to=("mia",)))
    assert "about you" in case.refused(Close(), by="mia")[0].words
    case.do(UnnameStaff(people=("mia",), reasons="it was another Mia"))
    case.do(Assign(to=("mia",)))


def test_group_11_whoever_is_complained_about_is_heard_before_the_answer():
    case = investigated("group")
    case.do(NameStaff(people=("ben",)), by="mia")
    outcome = SendOutcome(at=RECEIVED, way="email")
    assert {each.clause for each in case.refused(outcome, by="mia")} == {"GROUP-11"}
    assert "note the account" in case.refused(HearAccount(person="ben", given=True), by="mia")[0].words
    assert "about you" in case.refused(HearAccount(person="ben", given=False), by="ben")[0].words
    case.do(HearAccount(person="ben", given=False), by="mia")
    case.do(outcome, by="mia")


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_no_route_stops_or_moves_a_clock_of_the_complaint(landlord: str):
    for when, route in routes(policies()[landlord]).items():
        if route.stage:
            continue
        case = Told(landlord)
        before = dates(case)
        case.do(SetRoute(route=when, reasons="it says so", at=RECEIVED))
        assert dates(case) == before, when
        case.do(LeaveRoute(route=when, how="ended", reasons="answered there"), by="dee")
        assert dates(case) == before, when


def test_pool_11_banding_is_pointed_out_before_an_answer_leaves_and_a_person_decides():
    case = investigated("poolplus", flags=frozenset({"other_body"}))
    outcome = SendOutcome(at=RECEIVED, way="email")
    assert {each.clause for each in case.refused(outcome, by="mia")} == {"POOL-11"}
    case.do(LeaveRoute(route="banding", how="declined", reasons="it is about our own shortlist"), by="mia")
    case.do(outcome, by="mia")


def test_group_5_reports_of_antisocial_behaviour_compensation_and_confidentiality_go_to_their_own_policies():
    known = routes(policies()["group"])
    assert {known[each].clause for each in ("asb_report", "compensation", "confidentiality")} == {"GROUP-5"}
    case = Told("group")
    for route in ("asb_report", "compensation", "confidentiality"):
        case.do(SetRoute(route=route, reasons="it says so", at=RECEIVED))
        assert case.life.is_on(route)


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_situation_120_a_request_for_ones_data_has_a_clock_of_its_own_beside_the_complaints(landlord: str):
    case = Told(landlord)
    policy = policies()[landlord]
    case.do(SetRoute(route="sar", reasons="send me everything you hold", at=RECEIVED))
    (row,) = lawful_clocks(case.life, policy, calendars()[policy.calendar])
    assert (row.name, local_date(row.due)) == ("answer_subject_access", date(2026, 12, 9))
    case.do(AnswerByLaw(duty="answer_subject_access", at=RECEIVED))
    assert case.life.answered_by_law == {"answer_subject_access"}


def test_what_a_message_is_marked_with_proposes_the_routes_that_there_are():
    assert proposed(policies()["cestria"], ["crime", "sar", "vulnerable:age", "staff_misconduct"]) == {
        "crime",
        "sar",
        "misconduct",
    }
    assert "crime" not in proposed(policies()["group"], ["crime"])
    ways = routes(policies()["ccbc"])
    wanted = {Matter.SAR, Matter.DP_COMPLAINT, Matter.LETTER_OF_CLAIM, Matter.COURT_CLAIM, Matter.INSURANCE}
    assert wanted | {"asb_case_review"} <= ways.keys()
