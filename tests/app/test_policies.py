"""Policies in plain English, and the findings of rules A6 for the shipped landlords."""

from datetime import date

import pytest

from app.configuration import ConfigurationFolder, load_policies
from app.contradictions import contradictions
from app.policies import check, describe

FOLDER = ConfigurationFolder()
POLICIES = load_policies(FOLDER)
TODAY = date(2026, 11, 24)


def findings(slug: str) -> dict[str, str]:
    return {clause: words for _, clause, words in contradictions(POLICIES[slug], TODAY)}


@pytest.mark.parametrize(
    ("slug", "clause", "words"),
    [
        pytest.param("council", "COUNCIL-33", "take 15 working days of stage 1, its target is 10", id="row-1"),
        pytest.param("cestria", "CESTRIA-31", "3 stages; Code 5.3 allows 2", id="row-2-stages"),
        pytest.param("cestria", "CESTRIA-29", "Code 5.2 forbids one", id="row-2-informal"),
        pytest.param("poolplus", "POOL-31", "reasons are demanded", id="row-3"),
        pytest.param("poolplus", "POOL-32", "no ground of refusal", id="row-4"),
        pytest.param("cestria", "CESTRIA-42", "only after the procedure", id="row-5-cestria"),
        pytest.param("group", "GROUP-32", "only after the procedure", id="row-5-group"),
        pytest.param("poolplus", "POOL-29", "runs from raised, under Code 6.3 from acknowledged", id="row-6-pool"),
        pytest.param("cestria", "CESTRIA-34", "from stage1 requested, under Code 6.3", id="row-6-cestria"),
        pytest.param("cestria", "CESTRIA-40", "counted as calendar days", id="row-7"),
        pytest.param("cestria", "CESTRIA-54", "a payment needs both", id="row-8"),
        pytest.param("cestria", "CESTRIA-28", "owed no reply", id="row-9"),
        pytest.param("cestria", "CESTRIA-47", "only one internal look remains", id="row-10"),
        pytest.param("cestria", "CESTRIA-72", "30 April 2012", id="row-11-cestria"),
        pytest.param("group", "GROUP-44", "31 August 2009", id="row-11-group"),
        pytest.param("cestria", "CESTRIA-2", "counts as complainant", id="row-12-cestria"),
        pytest.param("group", "GROUP-14", "counts as representative", id="row-12-group"),
        pytest.param("poolplus", "POOL-11", "not about banding", id="row-13"),
        pytest.param("group", "GROUP-33", "only a named person decides", id="row-14"),
        pytest.param("poolplus", "POOL-25", "slack 0", id="row-15"),
        pytest.param("poolplus", "POOL-21", "the automatic acknowledgement does not meet it", id="row-16"),
    ],
)
def test_rules_a6_each_contradiction_is_found_with_its_clause(slug: str, clause: str, words: str) -> None:
    assert words in findings(slug)[clause]


def test_group_44_a_review_date_that_has_passed_is_told_as_overdue() -> None:
    assert "overdue" in findings("group")["GROUP-44"]


def test_cestria_31_three_stages_run_as_written_and_the_check_says_that_the_code_allows_two() -> None:
    assert [stage.number for stage in POLICIES["cestria"].stages] == [1, 2, 3]
    assert "run as written" in findings("cestria")["CESTRIA-31"]


def test_council_1_the_two_stages_have_the_policys_names() -> None:
    assert [stage.name for stage in POLICIES["council"].stages] == ["Stage 1 - Investigation", "Stage 2 - Review"]


@pytest.mark.parametrize(
    ("slug", "open_matters"),
    [
        ("ccbc", {"who may complain", "definition of a complaint", "times", "stages", "escalation window"}),
        ("poolplus", {"channels"}),
        ("council", {"section 9 of the policy", "stage times", "escalation window"}),
        ("group", {"times", "stages", "escalation window"}),
    ],
)
def test_ccbc_34_pool_12_council_39_group_45_what_a_policy_leaves_open_is_listed_with_what_is_used_for_it(
    slug: str, open_matters: set[str]
) -> None:
    said = [each.finding for each in check(FOLDER, slug, TODAY) if each.level == "info"]
    regime = POLICIES[slug].regime
    assert {f"the policy leaves open: {matter}; what {regime} says is used" for matter in open_matters} <= set(said)


def test_rules_a6_a_policy_that_says_little_contradicts_nothing() -> None:
    assert findings("ccbc") == {}


def test_ccbc_1_a_policy_that_only_illustrates_says_so_before_anything_else() -> None:
    lines = list(describe(POLICIES["ccbc"]))
    assert lines[1].startswith("For illustration only")
    assert "none is law" in lines[1]
    assert "CCBC-1" in lines[1]
    assert not any(line.startswith("For illustration") for line in describe(POLICIES["cestria"]))


def test_a_policy_is_told_in_plain_english_with_its_clauses() -> None:
    lines = "\n".join(describe(POLICIES["poolplus"]))
    assert "Comment is called suggestion [POOL-1]" in lines
    assert "within 10 working days from the complaint being raised [POOL-29]" in lines
    assert "open to the tenant for 28 calendar days from the tenant receiving the stage 1 response [POOL-33]" in lines
    assert "May be put off by 20 working days at most [Code 6.15] (not verified)" in lines
    assert "Left open: channels" in lines
