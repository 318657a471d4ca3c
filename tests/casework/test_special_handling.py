"""Handling outside the usual process, what the Ombudsman waits for, and the days that are set for both."""

from datetime import date, timedelta

import pytest

from casework.acts import AssessVulnerability, Assign, HandleSpecially, RecordOmbudsman, SendOutcome
from casework.acts_special import EndSpecialHandling, ReviewSpecialHandling
from casework.clocks import clocks, events_of
from casework.dated import dated
from domain.uktime import local_date
from tests.casework.cases import RECEIVED, Told, calendars, investigated, policies

DECEMBER, JANUARY, FEBRUARY = date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1)
SPECIAL = HandleSpecially(reasons="forty letters a week", review_on=DECEMBER)


def assessed(landlord: str = "group") -> Told:
    """A complaint whose complainant's vulnerability was assessed."""
    case = Told(landlord)
    case.do(AssessVulnerability(found="asked; anxious", support="one named contact"))
    return case


def waiting(case: Told) -> dict[str, date]:
    """What is still to be done by a set day."""
    found = dated(case.life, policies()[case.landlord])
    return {each.row.name: local_date(each.row.due) for each in found if not each.done}


def test_group_35_reasons_for_managing_a_complaint_differently_are_always_documented():
    case = assessed()
    nothing_said = SPECIAL.model_copy(update={"reasons": " "})
    assert {each.clause for each in case.refused(nothing_said)} == {"GROUP-35"}
    case.do(SPECIAL)
    silent = ReviewSpecialHandling(reasons="", review_on=JANUARY)
    assert {each.clause for each in case.refused(silent)} == {"GROUP-35"}


def test_group_34_special_handling_has_dates_of_its_own_and_the_codes_clocks_are_measured_all_the_same():
    case = assessed()
    policy, calendar = policies()["group"], calendars()["england-and-wales"]

    def measured() -> list[object]:
        events = events_of(case.life, {}, {})
        return [
            (row.name, row.due)
            for row in clocks(case.life, policy, calendar, events, channel="email", matter="housing")
        ]

    before = measured()
    case.do(SPECIAL.model_copy(update={"answer_by": JANUARY}))
    assert measured() == before
    assert before
    assert waiting(case) == {"review_special_handling": DECEMBER, "special_answer": JANUARY}


def test_group_37_an_assessment_lists_the_support_and_who_handles_it_is_reminded():
    case = Told("group", facts={"needs_support": True})
    reminded = case.do(Assign(to=("ben",)))
    assert {each.clause for each in reminded.warnings} == {"GROUP-37"}
    nothing = AssessVulnerability(found="deaf", support="")
    assert {each.clause for each in case.refused(nothing)} == {"GROUP-37"}
    case.do(AssessVulnerability(found="deaf", support="a text first"))
    assert case.do(Assign(to=("ben",))).warnings == ()


def test_situation_204_special_handling_that_nobody_reviews_is_over_by_itself():
    case = assessed()
    case.do(SPECIAL)
    special = case.life.special
    assert special
    assert special.is_in_force(DECEMBER)
    assert not special.is_in_force(DECEMBER + timedelta(days=1))
    case.now = RECEIVED + timedelta(days=60)
    late = ReviewSpecialHandling(reasons="it goes on", review_on=FEBRUARY)
    assert "was missed and it is over" in case.refused(late)[0].words
    case.do(SPECIAL.model_copy(update={"review_on": FEBRUARY}))


def test_a_review_is_a_duty_and_the_next_one_follows_until_a_person_ends_it():
    case = assessed()
    case.do(SPECIAL)
    assert waiting(case) == {"review_special_handling": DECEMBER}
    case.do(ReviewSpecialHandling(reasons="thirty letters a week", review_on=JANUARY))
    assert waiting(case) == {"review_special_handling": JANUARY}
    case.do(EndSpecialHandling())
    assert waiting(case) == {}
    assert case.refused(EndSpecialHandling())


def test_its_own_answer_is_met_by_the_answer():
    case = investigated("group")
    case.do(AssessVulnerability(found="asked", support="none wanted"), by="mia")
    case.do(SPECIAL.model_copy(update={"answer_by": JANUARY}), by="mia")
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")
    assert waiting(case).keys() == {"review_special_handling"}


def test_cestria_45_what_the_ombudsman_orders_is_a_duty_until_there_is_proof_that_it_was_done():
    case = Told("cestria")
    case.do(RecordOmbudsman(what="determined", words="maladministration"))
    case.do(RecordOmbudsman(what="ordered", wish="apology", words="apologise", due_on=DECEMBER))
    case.do(RecordOmbudsman(what="ordered", wish="payment", words="pay 300 pounds", due_on=JANUARY))
    found = dated(case.life, policies()["cestria"])
    assert {(each.row.name, each.row.basis, each.about) for each in found if not each.done} == {
        ("ombudsman_order", "CESTRIA-45", "ombudsman:apology"),
        ("ombudsman_order", "CESTRIA-45", "ombudsman:payment"),
    }
    done = RecordOmbudsman(what="complied", wish="apology")
    assert {each.clause for each in case.refused(done)} == {"CESTRIA-45"}
    case.do(done.model_copy(update={"proof": "the letter of today"}))
    assert [each.id for each in case.life.open_wishes("complied")] == ["payment"]


def test_situation_89_what_the_ombudsman_asks_by_a_day_is_a_duty_until_it_is_answered():
    case = Told("poolplus")
    case.do(RecordOmbudsman(what="asked", words="the file", due_on=DECEMBER))
    assert waiting(case) == {"ombudsman_reply": DECEMBER}
    case.do(RecordOmbudsman(what="answered"))
    assert waiting(case) == {}


def test_group_42_what_the_ombudsman_recommends_is_followed_up_until_it_is_done():
    case = Told("group")
    case.do(RecordOmbudsman(what="recommended", words="train the call handlers", due_on=FEBRUARY))
    assert waiting(case) == {"ombudsman_recommendation": FEBRUARY}
    case.do(RecordOmbudsman(what="complied", proof="the training record"))
    assert waiting(case) == {}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (RecordOmbudsman(what="ordered"), "give the day"),
        (RecordOmbudsman(what="complied", proof="a letter"), "waits for nothing"),
        (RecordOmbudsman(what="answered", wish="the file"), "waits for no"),
        (ReviewSpecialHandling(reasons="why", review_on=JANUARY), "not handled specially"),
        (SPECIAL.model_copy(update={"review_on": RECEIVED.date()}), "lies ahead"),
    ],
)
def test_a_wish_or_a_review_that_cannot_be_says_why(act: RecordOmbudsman | ReviewSpecialHandling, why: str):
    assert any(why in each.words for each in assessed().refused(act))


def test_of_several_orders_one_is_named():
    case = Told("group")
    for name in ("one", "two"):
        case.do(RecordOmbudsman(what="ordered", wish=name, due_on=JANUARY))
    assert "one, two" in case.refused(RecordOmbudsman(what="complied", proof="done"))[0].words
    again = RecordOmbudsman(what="ordered", wish="one", due_on=JANUARY)
    assert "give another name" in case.refused(again)[0].words
