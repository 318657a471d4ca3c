"""The findings of rules A6 in a landlord that nobody has seen: each is found, and none where nothing is wrong."""

from datetime import date
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder, load_policy
from app.contradictions import contradictions

TODAY = date(2026, 11, 24)
MILL = """
slug = "mill"
name = "Mill Homes"
short_name = "Mill"
prefix = "MHM"
nation = "england"
calendar = "england-and-wales"
regimes = { housing = "housing-ombudsman-2024" }
phone = "01632 960800"
emergency_phone = "01632 960899"

[teams]
sorting = "Front desk"
complaints = "Listening Team"
"""


def duty(name: str, stage: int, amount: int, counted_from: str, clause: str, **more: str) -> str:
    fields = {"clock": '"working_days"', "kinds": '["complaint"]', **more}
    lines = "\n".join(f"{key} = {value}" for key, value in fields.items())
    return f"""
[[duty]]
name = "{name}"
stage = {stage}
amount = {amount}
counted_from = "{counted_from}"
{lines}
basis = {{ clause = "{clause}", text = "as it says" }}
"""


def term(name: str, value: str, clause: str) -> str:
    return f"""
[[term]]
name = "{name}"
value = "{value}"
basis = {{ clause = "{clause}", text = "as it says" }}
"""


def stage(number: int, clause: str) -> str:
    return f"""
[[stage]]
number = {number}
name = "Step {number}"
who = "somebody"
basis = {{ clause = "{clause}", text = "as it says" }}
"""


STAGES = "".join(stage(number, f"MILL-{number}") for number in (1, 2, 3))
FLAWS = [
    pytest.param(
        duty("draft", 1, 4, "allocated", "MILL-9")
        + duty("comment_window", 1, 4, "draft_issued", "MILL-9", tenant_window="true")
        + duty("final", 1, 4, "comments_closed", "MILL-9")
        + duty("respond", 1, 10, "acknowledged", "MILL-8"),
        "MILL-9",
        "take 12 working days of stage 1, its target is 10",
        id="row-1",
    ),
    pytest.param(STAGES, "MILL-3", "3 stages; Code 5.3 allows 2", id="row-2-stages"),
    pytest.param(
        duty("informal_reply", 0, 10, "received", "MILL-9"), "MILL-9", "a named informal step", id="row-2-informal"
    ),
    pytest.param(term("escalation_reasons", "required", "MILL-9"), "MILL-9", "never a condition", id="row-3"),
    pytest.param(
        term("escalation_refusal_ground", "policy followed", "MILL-9"), "MILL-9", "is no ground of refusal", id="row-4"
    ),
    pytest.param(term("ombudsman_access", "after_procedure", "MILL-9"), "MILL-9", "named in every message", id="row-5"),
    pytest.param(
        duty("respond", 1, 9, "raised", "MILL-9"), "MILL-9", "runs from raised, under Code 6.3 from acknow", id="row-6"
    ),
    pytest.param(
        duty("contact", 0, 3, "received", "MILL-8")
        + duty("record", 0, 30, "received", "MILL-9", clock='"calendar_days"'),
        "MILL-9",
        "counted as calendar days",
        id="row-7",
    ),
    pytest.param(
        term("approval", "remedy:a director", "MILL-8") + term("approval", "payment:the chair", "MILL-9"),
        "MILL-9",
        "a payment needs both",
        id="row-8",
    ),
    pytest.param(
        duty("acknowledge", 0, 3, "received", "MILL-9", kinds='["compliment"]'), "MILL-9", "owed no reply", id="row-9"
    ),
    pytest.param(term("route", "crime:stage 2", "MILL-9"), "MILL-9", "only one internal look remains", id="row-10"),
    pytest.param(term("review_on", "2020-06-30", "MILL-9"), "MILL-9", "30 June 2020: overdue", id="row-11"),
    pytest.param(term("elected_members", "complainant", "MILL-9"), "MILL-9", "both are kept", id="row-12"),
    pytest.param(
        term("eligible", "applicant", "MILL-8") + term("excluded", "banding", "MILL-9"),
        "MILL-9",
        "such a message is split",
        id="row-13",
    ),
    pytest.param(
        term("refusal_ground", "unreasonable", "MILL-9"), "MILL-9", "only a named person decides", id="row-14"
    ),
    pytest.param(
        duty("contact", 0, 5, "received", "MILL-7")
        + duty("manager_contact", 1, 5, "contacted", "MILL-9")
        + duty("respond", 1, 10, "acknowledged", "MILL-8"),
        "MILL-9",
        "slack 0",
        id="row-15",
    ),
    pytest.param(
        term("contact_by_person", "the team", "MILL-9"),
        "MILL-9",
        "the automatic acknowledgement does not meet it",
        id="row-16",
    ),
]


def found(tmp_path: Path, more: str) -> dict[str, str]:
    (tmp_path / "landlords").mkdir()
    (tmp_path / "landlords" / "mill.toml").write_text(MILL + more, encoding="utf-8")
    policy = load_policy(ConfigurationFolder(tmp_path), "mill")
    return {clause: words for _, clause, words in contradictions(policy, TODAY)}


@pytest.mark.parametrize(("flaw", "clause", "words"), FLAWS)
def test_rules_a6_the_like_of_each_contradiction_is_found_in_a_new_landlord(
    tmp_path: Path, flaw: str, clause: str, words: str
):
    assert words in found(tmp_path, flaw)[clause]


def test_rules_a6_nothing_is_found_where_nothing_is_wrong(tmp_path: Path):
    fine = (
        "".join(stage(number, f"MILL-{number}") for number in (1, 2))
        + duty("acknowledge", 1, 3, "received", "MILL-4")
        + duty("respond", 1, 9, "acknowledged", "MILL-5")
        + term("escalation_reasons", "not_required", "MILL-6")
        + term("ombudsman_access", "any_time", "MILL-7")
        + term("review_on", "2027-06-30", "MILL-8")
        + term("approval", "remedy:a director", "MILL-9")
        + term("approval", "payment:a director", "MILL-9")
    )
    assert found(tmp_path, fine) == {}
