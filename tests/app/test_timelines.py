"""``docs/timelines.md`` is what the program says, and every clock of every landlord ends on the day of rules C4."""

import re
import shlex
from itertools import product

import pytest

from app.write_timelines import FILE, LANDLORDS, document, of_promises
from domain.calendars import DayCount
from domain.uktime import format_moment
from tests.app.timeline_rows import Row, day_of, printed, timeline
from tests.builders import a_policy, calendars
from tests.domain.test_deadlines import AMOUNTS, TABLE

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
NO_ONE = "only Cestria promises anything within one working day (CESTRIA-59)"
WITHOUT = {
    "ccbc": {1: NO_ONE, 3: "three working days are Cestria's, and those of England's hazards law"},
    "poolplus": {1: NO_ONE},
    "council": {1: NO_ONE},
    "cestria": {},
    "group": {1: NO_ONE},
}
"""The amounts of working days that none of a landlord's clocks has, its code's and its dangers' among them, and why."""
NOT_HERE = {
    "4 EW": "no policy takes what comes on a day off as received on the next working day: that option is off",
    "11 S day 1": "only Scotland's model counts the day of receipt as day 1, and no landlord here is under it",
    "12 S day 1": "only Scotland's model counts the day of receipt as day 1, and no landlord here is under it",
}
SENTENCE = re.compile(
    r"(?:\d+ (?:working day|calendar day|hour|week|month)s? (?:after {day}(?: \d\d:\d\d)?|counting {day} as day 1)"
    r"|on the day itself, {day}|on the first working day after {day}|set for {day})"
    r"(?:, skipping (?:\d.* and weekends|weekends|\d.*))?"
    r"(?:, moved on from {day}(?: \(.+\))? to {day})?"
    r"(?:; [^;_]+)*".replace("{day}", r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d? [A-Z][a-z]{2} 20\d\d")
)
"""How each date is told: so much of what after which day, skipping which days, and what else is to be known."""


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
        *started(landlord, start, CALENDARS[place], FIRST),
        *started(landlord, start, CALENDARS[place], (*FIRST, *LATER)),
    ]
    for each in found:
        assert day_of(each) == wanted[each["amount"]], each
        assert SENTENCE.fullmatch(each["explanation"]), each
    assert {each["amount"] for each in found} == set(AMOUNTS) - WITHOUT[landlord].keys()


def started(landlord: str, moment: str, calendar: str, events: tuple[str, ...]) -> list[Row]:
    """What the command prints of clocks that count working days from that moment, at which all this happened."""
    found = timeline(
        landlord=landlord,
        received=moment,
        calendar=calendar,
        hazard="damp_mould",
        matter="housing,other",
        events=dict.fromkeys(events, moment),
    )
    return [each for each in found if each["clock"] == "working_days" and each["counted_from"] in {*events, "received"}]


def test_rules_c4_each_vector_is_held_for_the_landlords_or_said_to_be_none_of_theirs() -> None:
    assert {row for row, _ in VECTORS} | NOT_HERE.keys() == TABLE.keys()


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_rules_c4_rows_4_11_and_12_are_none_of_a_landlords(landlord: str) -> None:
    assert not [duty for duty in a_policy(landlord).duties if duty.count is DayCount.DAY_ONE]
    _, start, deemed, _ = TABLE["4 EW"]
    found = started(landlord, start, CALENDARS["EW"], FIRST)
    as_row_3 = dict(zip(AMOUNTS, TABLE["3 EW"][2], strict=True))
    for each in found:
        assert day_of(each) == as_row_3[each["amount"]] != dict(zip(AMOUNTS, deemed, strict=True))[each["amount"]]


@pytest.mark.parametrize("row", ["11 S day 1", "12 S day 1"])
def test_rules_c4_day_1_counting_holds_under_scotlands_model(row: str) -> None:
    _, start, due, _ = TABLE[row]
    wanted = dict(zip(AMOUNTS, due, strict=True))
    first = timeline(regime="spso", received=start)
    direct = timeline(regime="spso", received=start, events={"escalated": start})
    found = [each for each in (*first, *direct) if each["counted_from"] in {"received", "escalated"}]
    assert {each["amount"] for each in found} == {3, 5, 20}
    assert {each["amount"]: day_of(each) for each in found} == {amount: wanted[amount] for amount in (3, 5, 20)}


def test_the_worked_examples_are_what_the_program_says_today() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), "run `python -m app.write_timelines` and read the difference"


def section_of(landlord: str) -> str:
    whole = FILE.read_text(encoding="utf-8")
    begins = whole.index(f"(`{landlord}`)")
    ends = whole.find("\n## ", begins)
    return whole[begins : ends if ends > 0 else None]


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_a_landlords_example_shows_every_name_that_its_policy_and_the_law_know(landlord: str) -> None:
    policy, mine = a_policy(landlord), section_of(landlord)
    terms = (*policy.terms, *policy.regime_terms)
    names = {duty.name for duty in policy.duties} | {clock.name for clock in policy.lawful_clocks}
    assert {name for name in names | {term.name.value for term in terms} if f"`{name}`" not in mine} == set()
    put_off = [duty.extension.basis for duty in policy.duties if duty.extension]
    bases = [duty.basis for duty in policy.duties] + [term.basis for term in terms if term.basis] + put_off
    cells = {cell.removesuffix(" (not verified)") for cell in re.split(r" ?\| ?", mine)}
    assert {basis.clause for basis in bases} - cells == set()


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_the_command_above_each_table_prints_its_rows(landlord: str) -> None:
    tables = re.findall(r"^```sh\ntenantline (.+)\n```\n\n.*\n.*\n((?:\| .+\n)+)", section_of(landlord), re.MULTILINE)
    assert len(tables) >= 3
    for command, lines in tables:
        said = {(row["name"], row["basis"], row["explanation"]) for row in printed(shlex.split(command))}
        for line in lines.splitlines():
            _, _, name, _, basis, why = line.strip("| ").split(" | ")
            assert (name.split("`")[1], basis, why) in said, command


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_each_date_of_the_examples_is_explained_in_one_sentence(landlord: str) -> None:
    rows = re.findall(r"^\| .*?(\d{4}) \| [-\d] \| `(\w+)`.* \| (.+) \|$", section_of(landlord), re.MULTILINE)
    assert len(rows) >= 10
    assert [row for row in rows if not SENTENCE.fullmatch(row[2])] == []


def test_an_example_of_promises_names_who_owes_them_and_until_when() -> None:
    policy = a_policy("group")
    (row,) = [row for row in of_promises(policy, calendars()[policy.calendar]) if row.name == "chase_authority"]
    line = f"| {format_moment(row.due)} | - | `chase_authority` | {row.owner} | GROUP-16 | {row.explanation} |"
    assert line in section_of("group")
