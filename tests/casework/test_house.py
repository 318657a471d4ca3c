"""What a policy asks of its landlord every so often comes up once a period, with its clause, for whoever owns it."""

from datetime import date

import pytest
from pydantic import ValidationError

from casework.house import house_duties
from domain.clauses import Basis, Term, TermName
from tests.casework.cases import policies


def due(landlord: str, today: date) -> dict[str, date]:
    """What is put before people on a day."""
    return {each.name: each.due_on for each in house_duties(policies()[landlord], today)}


def test_cestria_10_cestria_49_cestria_60_each_quarter_has_its_report_its_lessons_and_its_newsletter():
    found = due("cestria", date(2026, 11, 25))
    assert {found[name] for name in ("quarterly_report", "publish_lessons_learnt", "newsletter")} == {date(2027, 1, 1)}
    assert due("cestria", date(2027, 1, 1))["newsletter"] == date(2027, 4, 1)


def test_cestria_55_each_quarter_the_board_is_to_hear_of_compensation():
    assert due("cestria", date(2026, 11, 25))["compensation_report"] == date(2027, 1, 1)


def test_cestria_24_group_29_group_43_standards_and_training_come_up_once_a_year_four_weeks_ahead():
    assert "standards_review" not in due("cestria", date(2026, 11, 25))
    assert due("cestria", date(2026, 12, 10))["standards_review"] == date(2027, 1, 1)
    found = due("group", date(2026, 12, 10))
    assert found["standards_review"] == found["training_needs"] == date(2027, 1, 1)


def test_group_38_the_equality_impact_assessment_comes_up_every_three_years():
    assert "equality_impact_assessment" not in due("group", date(2026, 12, 10))
    assert due("group", date(2028, 12, 10))["equality_impact_assessment"] == date(2029, 1, 1)


def test_cestria_68_the_policy_comes_up_every_two_years_from_its_approval():
    reviews = [
        each.due_on for each in house_duties(policies()["cestria"], date(2028, 4, 10)) if each.name == "policy_review"
    ]
    assert date(2028, 4, 28) in reviews


def test_cestria_72_group_2_a_review_whose_day_has_passed_is_late_and_goes_to_the_director_who_owns_it():
    late = [each for each in house_duties(policies()["cestria"], date(2026, 11, 25)) if each.name == "policy_review"]
    assert [each.due_on for each in late] == [date(2012, 4, 30)]
    assert "CESTRIA-72" in late[0].reason
    (review,) = [
        each
        for each in house_duties(policies()["group"], date(2026, 12, 10))
        if each.due_on.year == 2027 and each.name == "policy_review"
    ]
    assert review.owner == "Operational Support & Service Development Director"


def test_pool_4_each_month_has_its_sample():
    assert due("poolplus", date(2026, 11, 25))["quality_sample"] == date(2026, 12, 1)
    assert due("poolplus", date(2026, 12, 1))["quality_sample"] == date(2027, 1, 1)


@pytest.mark.parametrize("value", ["review", "review:0", "review:12:soon", "Review:12"])
def test_what_recurs_without_a_period_is_refused(value: str):
    with pytest.raises(ValidationError, match="recurs"):
        Term(name=TermName.RECURRING, value=value, basis=Basis(clause="X-1", text="again"))
