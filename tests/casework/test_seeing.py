"""Who may see a case and act on it, and what of somebody's customs is minded."""

import pytest

from casework.acts import AddPoint, Assign, LogContact, OfferDiscussion
from casework.acts_parties import AddParty, SetWishes
from casework.acts_routes import LetSee, NameStaff, SetRoute
from casework.life_parties import Role
from casework.seeing import is_restricted, why_unseen
from tests.casework.cases import RECEIVED, STAFF, Told

POINT = AddPoint(point="money", words="money was taken")


def of_a_crime() -> Told:
    """An alleged crime, on its way to the director."""
    case = Told("cestria", facts={"flags": frozenset({"crime"})})
    case.do(SetRoute(route="crime", stage=2, reasons="a theft is alleged", at=RECEIVED), by="mia")
    return case


def unseen(case: Told, by: str) -> str:
    return why_unseen(case.life, STAFF[by], STAFF.values(), marked=False)


def test_cestria_47_an_alleged_crime_is_for_directors_and_whoever_handles_it():
    case = of_a_crime()
    assert is_restricted(case.life, marked=False)
    assert unseen(case, "dee") == ""
    assert "restricted" in unseen(case, "asha")
    assert "restricted" in unseen(case, "mia")
    assert "restricted" in case.refused(POINT, by="asha")[0].words
    case.do(Assign(to=("dan",), declared_impartial=True), by="dee")
    case.do(POINT, by="dan")


def test_cestria_48_whoever_is_complained_about_sees_it_least_of_all_even_a_director():
    case = of_a_crime()
    case.do(NameStaff(people=("dee",)), by="dan")
    assert "about you" in unseen(case, "dee")
    assert "about" in case.refused(LetSee(people=("dee",), reasons="she asked"), by="dan")[0].words


def test_cestria_17_whoever_needs_to_know_is_let_in_with_reasons():
    case = of_a_crime()
    assert "reasons" in case.refused(LetSee(people=("asha",), reasons=" "), by="dee")[0].words
    assert "nobody who works here" in case.refused(LetSee(people=("zoe",), reasons="why"), by="dee")[0].words
    case.do(LetSee(people=("asha",), reasons="She knows the file."), by="dee")
    case.do(POINT, by="asha")


@pytest.mark.parametrize(("marked", "words"), [(True, "restricted"), (False, "")])
def test_what_the_router_restricted_as_it_opened_stays_with_few(marked: bool, words: str):  # noqa: FBT001 - a parameter of the test
    case = Told("cestria", facts={"restricted": marked})
    assert words in why_unseen(case.life, STAFF["asha"], STAFF.values(), marked=marked)


def test_where_a_landlord_names_no_director_its_managers_see_a_restricted_case():
    case = of_a_crime()
    staff = [STAFF["asha"], STAFF["mia"]]
    assert why_unseen(case.life, STAFF["mia"], staff, marked=False) == ""
    assert why_unseen(case.life, STAFF["asha"], staff, marked=False)


def test_cestria_15_whoever_takes_it_on_is_told_what_to_mind_or_to_ask():
    case = Told("cestria")
    given = Assign(to=("mia",), declared_impartial=True)
    assert any("ask whether" in each.words for each in case.do(given).warnings)
    case.do(AddParty(party="amina", role=Role.COMPLAINANT, name="Amina"), by="mia")
    case.do(SetWishes(party="amina", mind="Shoes off at the door; no visits on Friday at noon."), by="mia")
    case.do(LogContact(at=case.now, way="phone", reached=True, discussed=True), by="mia")
    told = case.do(OfferDiscussion(at=case.now), by="mia").warnings
    (minded,) = [each for each in told if "mind what" in each.words]
    assert "Amina: Shoes off at the door" in minded.words
    assert not minded.blocks
