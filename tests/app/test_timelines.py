"""``docs/timelines.md`` is what the program says, and every clock of every landlord ends on the day of rules C4."""

import json
from itertools import product
from typing import Any

import pytest
from typer.testing import CliRunner

from app.main import cli
from app.write_timelines import FILE, LANDLORDS, document
from domain.uktime import to_local
from tests.builders import a_policy
from tests.domain.test_deadlines import AMOUNTS, TABLE, on

CALENDARS = {"EW": "england-and-wales", "S": "scotland", "NI": "northern-ireland"}
FIRST = (
    *("raised", "acknowledged", "contacted", "allocated", "draft_issued", "comments_closed", "stage1_requested"),
    *("hazard_known", "investigated"),
)
LATER = (
    *("stage1_outcome", "outcome_received", "escalated", "stage2_acknowledged", "stage2_contacted", "stage2_allocated"),
    *("stage2_draft_issued", "stage2_comments_closed", "stage2_outcome", "stage3_requested", "stage3_acknowledged"),
)
VECTORS = [(row, place) for row, (places, _, _, switches) in TABLE.items() if not switches for place in places.split()]
AMOUNTS_OF = {
    "ccbc": {5, 10, 20},
    "poolplus": {3, 5, 10, 20},
    "council": {3, 5, 10, 20},
    "cestria": {1, 3, 5, 10, 20},
    "group": {3, 5, 10, 20},
}
"""The amounts of working days that each landlord's clocks have, its regimes' and its dangers' among them."""


@pytest.mark.parametrize(
    ("landlord", "row", "place"),
    [(landlord, row, place) for landlord, (row, place) in product(LANDLORDS, VECTORS)],
    ids=[f"{landlord} C4 row {row} {place}" for landlord, (row, place) in product(LANDLORDS, VECTORS)],
)
def test_rules_c4_each_clock_that_timeline_starts_on_the_day_of_a_vector_ends_on_its_day(
    landlord: str, row: str, place: str
) -> None:
    _, start, due, _ = TABLE[row]
    wanted = dict(zip(AMOUNTS, due, strict=True))
    found = [
        *timeline(landlord, on(start).isoformat(), CALENDARS[place], FIRST),
        *timeline(landlord, on(start).isoformat(), CALENDARS[place], (*FIRST, *LATER)),
    ]
    for each in found:
        day = to_local(on(str(wanted[each["amount"]])))
        assert each["due"] == day.replace(hour=23, minute=59, second=59).isoformat(), each
    assert {each["amount"] for each in found} == AMOUNTS_OF[landlord]


def timeline(landlord: str, moment: str, calendar: str, events: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the command prints of clocks that count working days from that moment, at which all this happened."""
    words = [word for name in events for word in ("--event", f"{name}={moment}")]
    done = CliRunner().invoke(
        cli,
        [
            *("timeline", "--landlord", landlord, "--kind", "complaint", "--channel", "email", "--received", moment),
            *("--calendar", calendar, "--hazard", "damp_mould", "--matter", "housing,other", "--json", *words),
        ],
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["obligations"]
    return [each for each in found if each["clock"] == "working_days" and each["counted_from"] in {*events, "received"}]


def test_the_worked_examples_are_what_the_program_says_today() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), "run `python -m app.write_timelines` and read the difference"


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_landlords_example_shows_every_name_that_its_policy_and_the_law_know(landlord: str) -> None:
    policy = a_policy(landlord)
    whole = document()
    begins = whole.index(f"(`{landlord}`)")
    ends = whole.find("\n## ", begins)
    mine = whole[begins : ends if ends > 0 else None]
    names = {duty.name for duty in policy.duties} | {clock.name for clock in policy.lawful_clocks}
    assert {name for name in names if f"`{name}`" not in mine} == set()
    clauses = {duty.basis.clause for duty in policy.duties}
    assert {clause for clause in clauses if clause not in mine} == set()
