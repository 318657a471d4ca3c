"""The chains of rules C4 through ``timeline`` for each of the five landlords, equal to the day.

Where a landlord's rules have another term than the chain, the table says which, with the reason; where they have no
such clock, that it does not appear and why.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pytest

from app.write_timelines import LANDLORDS
from tests.app.timeline_rows import Row, day_of, on_clock, timeline


class Otherwise(NamedTuple):
    """The landlord has the clock, by a term of its own."""

    day: str
    clause: str
    reason: str


class Absent(NamedTuple):
    """The landlord has no such clock."""

    reason: str


Told = str | Otherwise | Absent
"""A clause: it gives the chain's own day."""

CODE: Final = ("poolplus", "council", "cestria", "group")
"""Whoever is under the Housing Ombudsman's Code and England's hazards law."""
NOBODY: Final = Absent("its policy and its code ask for nothing of the kind")


def under_code(clause: str) -> dict[str, Told]:
    return dict.fromkeys(CODE, clause)


def everybody(clause: str) -> dict[str, Told]:
    return dict.fromkeys(LANDLORDS, clause)


def only(landlord: str, clause: str, others: Told = NOBODY) -> dict[str, Told]:
    return {**dict.fromkeys(LANDLORDS, others), landlord: clause}


def wales(day: str, clause: str) -> Otherwise:
    return Otherwise(day, clause, "Wales counts from receipt or the request, whenever it was acknowledged")


ENGLAND_ONLY: Final = Absent("Awaab's Law is England's; in Wales the model has no clocks for dangers")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One date of a chain."""

    day: str
    """As rules C4 has it."""
    duty: tuple[str, int]
    """Name and stage."""
    told: dict[str, Told]
    most: bool = False
    """The day is the last to which the duty's binding clock may be put off."""
    asked: dict[str, Any] = field(default_factory=dict)


EARLY: Final = Otherwise("30 Nov 2026", "POOL-29", "ten days from being raised end on 16 Nov, and are what is put off")
EARLY_CESTRIA: Final = Otherwise(
    "30 Nov 2026", "CESTRIA-58", "ten days from receipt end on 16 Nov, and are what is put off"
)
INFORMAL, FORMAL, WELSH_ACK = (
    "PSOW model: informal resolution",
    "PSOW model: formal investigation",
    "PSOW model: acknowledgement",
)
ESCALATED: Final = {"acknowledged": "2 Nov 2026", "escalated": "24 Nov 2026"}
COUNCIL: Final = {"acknowledged": "4 Nov 2026", "allocated": "4 Nov 2026"}
OWN_DRAFT: Final = Absent("only the council sends a draft and waits for comments")


def code_stage_1(acknowledged: str, day: str, most: str) -> dict[str, Step]:
    asked = {"received": "2 Nov 2026", "events": {"acknowledged": acknowledged}}
    late = acknowledged != "2 Nov 2026"
    return {
        f"Code: acknowledged {acknowledged}, stage 1 by {day}": Step(
            day=day,
            duty=("respond", 1),
            asked=asked,
            told=under_code("Code 6.3") | {"ccbc": wales("16 Nov 2026", INFORMAL) if late else INFORMAL},
        ),
        f"Code: acknowledged {acknowledged}, stage 1 put off to {most} at most": Step(
            day=most,
            duty=("respond", 1),
            asked=asked,
            most=True,
            told={
                "ccbc": wales("30 Nov 2026", INFORMAL) if late else INFORMAL,
                "poolplus": EARLY if late else "POOL-29",
                "council": "COUNCIL-38",
                "cestria": EARLY_CESTRIA if late else "CESTRIA-58",
                "group": "Code 6.3",
            },
        ),
    }


def code_stage_2(acknowledged: str, day: str, most: str) -> dict[str, Step]:
    asked = {"received": "2 Nov 2026", "events": {**ESCALATED, "stage2_acknowledged": acknowledged}}
    late = acknowledged != "24 Nov 2026"
    from_request = "twenty days from the request end on 22 Dec, and are what is put off"
    return {
        f"Code: stage 2 acknowledged {acknowledged}, by {day}": Step(
            day=day,
            duty=("respond", 2),
            asked=asked,
            told=under_code("Code 6.14") | {"ccbc": wales("22 Dec 2026", FORMAL) if late else FORMAL},
        ),
        f"Code: stage 2 acknowledged {acknowledged}, put off to {most} at most": Step(
            day=most,
            duty=("respond", 2),
            asked=asked,
            most=True,
            told={
                "ccbc": wales("22 Jan 2027", FORMAL) if late else FORMAL,
                "poolplus": Otherwise("22 Jan 2027", "POOL-37", from_request) if late else "POOL-37",
                "council": "Code 6.14",
                "cestria": Otherwise(
                    "8 Jan 2027", "CESTRIA-37", "the Director's ten days from the request end on 8 Dec"
                ),
                "group": "Code 6.14",
            },
        ),
    }


STEPS: Final[dict[str, Step]] = {
    "Code: received 2 Nov, acknowledged by 9 Nov": Step(
        day="9 Nov 2026",
        duty=("acknowledge", 1),
        asked={"received": "2 Nov 2026"},
        told=under_code("Code 6.2") | {"ccbc": WELSH_ACK},
    ),
    **code_stage_1("2 Nov 2026", "16 Nov 2026", "30 Nov 2026"),
    **code_stage_1("4 Nov 2026", "18 Nov 2026", "2 Dec 2026"),
    **code_stage_1("9 Nov 2026", "23 Nov 2026", "7 Dec 2026"),
    "Code: escalated 24 Nov, acknowledged by 1 Dec": Step(
        day="1 Dec 2026",
        duty=("acknowledge", 2),
        asked={"received": "2 Nov 2026", "events": ESCALATED},
        told=under_code("Code 6.11") | {"ccbc": WELSH_ACK},
    ),
    **code_stage_2("24 Nov 2026", "22 Dec 2026", "22 Jan 2027"),
    **code_stage_2("1 Dec 2026", "31 Dec 2026", "29 Jan 2027"),
    "POOL: raised 2 Nov, contact by 9 Nov": Step(
        day="9 Nov 2026", duty=("contact", 0), asked={"received": "2 Nov 2026"}, told=only("poolplus", "POOL-21")
    ),
    **{
        f"POOL: raised 2 Nov, contacted {contacted}, letter by 16 Nov": Step(
            day="16 Nov 2026",
            duty=("respond", 1),
            asked={"received": "2 Nov 2026", "events": {"contacted": contacted}},
            told={
                "poolplus": "POOL-29",
                "ccbc": INFORMAL,
                "cestria": "CESTRIA-58",
                "council": Otherwise("23 Nov 2026", "COUNCIL-38", "counts from the acknowledgement, due on 9 Nov"),
                "group": Otherwise("23 Nov 2026", "Code 6.3", "counts from the acknowledgement, due on 9 Nov"),
            },
        )
        for contacted in ("3 Nov 2026", "9 Nov 2026", "12 Nov 2026")
    },
    **{
        f"POOL: letter received {received}, escalate by {until}": Step(
            day=until,
            duty=("escalation_window", 1),
            asked={"received": "2 Nov 2026", "events": {"outcome_received": received}},
            told=only("poolplus", "POOL-33", Absent("no window: the next stage may be asked for at any time")),
        )
        for received, until in (("18 Nov 2026", "16 Dec 2026"), ("27 Nov 2026", "29 Dec 2026"))
    },
    "COUNCIL: allocated 4 Nov, draft by 11 Nov": Step(
        day="11 Nov 2026",
        duty=("draft", 1),
        asked={"received": "2 Nov 2026", "events": COUNCIL},
        told=only("council", "COUNCIL-33", OWN_DRAFT),
    ),
    "COUNCIL: comments to 18 Nov": Step(
        day="18 Nov 2026",
        duty=("comment_window", 1),
        asked={"received": "2 Nov 2026", "events": COUNCIL},
        told=only("council", "COUNCIL-35", OWN_DRAFT),
    ),
    "COUNCIL: final by 25 Nov": Step(
        day="25 Nov 2026",
        duty=("final", 1),
        asked={"received": "2 Nov 2026", "events": COUNCIL},
        told=only("council", "COUNCIL-36", OWN_DRAFT),
    ),
    "COUNCIL: acknowledged 4 Nov, target 18 Nov": Step(
        day="18 Nov 2026",
        duty=("respond", 1),
        asked={"received": "2 Nov 2026", "events": COUNCIL},
        told=under_code("Code 6.3") | {"council": "COUNCIL-38", "ccbc": wales("16 Nov 2026", INFORMAL)},
    ),
    "CESTRIA: written 2 Nov, recorded 2 Nov": Step(
        day="2 Nov 2026", duty=("record", 0), asked={"received": "2 Nov 2026"}, told=only("cestria", "CESTRIA-27")
    ),
    "CESTRIA: written 2 Nov, acknowledged by 5 Nov": Step(
        day="5 Nov 2026",
        duty=("acknowledge", 1),
        asked={"received": "2 Nov 2026"},
        told={
            **dict.fromkeys(CODE, Otherwise("9 Nov 2026", "Code 6.2", "five days, as the Code says")),
            "ccbc": Otherwise("9 Nov 2026", WELSH_ACK, "five days, as the Welsh model says"),
            "cestria": "CESTRIA-28",
        },
    ),
    "CESTRIA: written 2 Nov, informal reply by 16 Nov": Step(
        day="16 Nov 2026",
        duty=("informal_reply", 0),
        asked={"received": "2 Nov 2026"},
        told=only("cestria", "CESTRIA-29", Absent("its code forbids, or calls stage 1, what is informal")),
    ),
    "CESTRIA: stage 3 referred 1 Dec, outcome by 31 Dec": Step(
        day="31 Dec 2026",
        duty=("panel_outcome", 3),
        asked={
            "received": "2 Nov 2026",
            "events": {"escalated": "16 Nov 2026", "stage3_requested": "1 Dec 2026"},
        },
        told=only("cestria", "CESTRIA-40", Absent("two stages, no panel")),
    ),
    "CESTRIA: mail 27 Nov, forwarded by 30 Nov in England": Step(
        day="30 Nov 2026", duty=("forward", 0), asked={"received": "27 Nov 2026"}, told=only("cestria", "CESTRIA-59")
    ),
    "CESTRIA: mail 27 Nov, forwarded by 1 Dec in Scotland": Step(
        day="1 Dec 2026",
        duty=("forward", 0),
        asked={"received": "27 Nov 2026", "calendar": "scotland"},
        told=only("cestria", "CESTRIA-59"),
    ),
    **{
        f"Awaab: aware 23 Dec, {name} by {day}": Step(
            day=day,
            duty=(name, 0),
            asked={
                "received": "23 Dec 2026",
                "hazard": "damp_mould",
                "events": {"hazard_known": "23 Dec 2026", "investigated": "11 Jan 2027"},
            },
            told=under_code(f"Hazards (England): {clause}") | {"ccbc": ENGLAND_ONLY},
        )
        for name, clause, day in (
            ("hazard_investigate", "investigation", "11 Jan 2027"),
            ("hazard_summary", "written summary", "14 Jan 2027"),
            ("hazard_work", "safety work", "18 Jan 2027"),
            ("hazard_long_stop", "long stop", "5 Apr 2027"),
        )
    },
    "Awaab: emergency 24 Dec 21:30, safe by 25 Dec 21:30": Step(
        day="25 Dec 2026 21:30:00",
        duty=("hazard_safe", 0),
        asked={"received": "2026-12-24T21:30:00+00:00", "hazard": "gas"},
        told=under_code("Hazards (England) reg 5") | {"ccbc": ENGLAND_ONLY},
    ),
    "DP complaint: received 1 Mar, by 30 Mar and not 31 Mar": Step(
        day="30 Mar 2027",
        duty=("acknowledge_dp_complaint", 0),
        asked={"received": "1 Mar 2027", "special": "dp_complaint"},
        told=everybody("DPA 2018 s.164A"),
    ),
    **{
        f"SAR: received {received}, by {day}{why}": Step(
            day=day,
            duty=("answer_subject_access", 0),
            asked={"received": received, "special": "sar"},
            told=everybody("UK GDPR Art 12(3), Art 15"),
        )
        for received, day, why in (
            ("31 Jan 2025", "28 Feb 2025", ""),
            ("31 Jan 2028", "29 Feb 2028", " of a leap year"),
            ("3 Sep 2025", "3 Oct 2025", ""),
            ("3 Sep 2026", "5 Oct 2026", ", as 3 Oct is a Saturday"),
        )
    },
}


def rows_of(step: Step, landlord: str) -> list[Row]:
    """What the command prints of the step's duty."""
    return [row for row in timeline(landlord=landlord, **step.asked) if (row["name"], row["stage"]) == step.duty]


def cases(kind: type) -> list[Any]:
    """Steps and landlords whose rules tell of the step in this way."""
    return [
        pytest.param(step, landlord, id=f"C4 {name} {landlord}")
        for name, step in STEPS.items()
        for landlord in LANDLORDS
        if isinstance(step.told[landlord], kind)
    ]


def day_by(step: Step, landlord: str, clause: str) -> str:
    """The day that a clause gives, or the last to which what binds may be put off."""
    (row,) = [row for row in rows_of(step, landlord) if row["basis"] == clause]
    if not step.most:
        return on_clock(row) if row["clock"] == "hours" else day_of(row)
    assert row["effective"]
    _, _, words = str(row["explanation"]).partition("may be put off to ")
    return words.partition(" without")[0].split(" ", 1)[1]


@pytest.mark.parametrize(("step", "landlord"), cases(str))
def test_rules_c4_a_chain_holds_to_the_day(step: Step, landlord: str) -> None:
    clause = step.told[landlord]
    assert isinstance(clause, str)
    assert day_by(step, landlord, clause) == step.day


@pytest.mark.parametrize(("step", "landlord"), cases(Otherwise))
def test_rules_c4_where_a_landlord_has_another_term_its_own_day_binds(step: Step, landlord: str) -> None:
    other = step.told[landlord]
    assert isinstance(other, Otherwise)
    assert other.reason
    assert day_by(step, landlord, other.clause) == other.day != step.day
    (binding,) = [row for row in rows_of(step, landlord) if row["effective"]]
    assert binding["basis"] == other.clause


@pytest.mark.parametrize(("step", "landlord"), cases(Absent))
def test_rules_c4_a_clock_that_a_landlord_has_not_does_not_appear(step: Step, landlord: str) -> None:
    other = step.told[landlord]
    assert isinstance(other, Absent)
    assert other.reason
    assert rows_of(step, landlord) == []


def test_rules_c4_council_the_target_of_18_nov_binds_and_the_final_of_25_nov_would_come_too_late() -> None:
    rows = timeline(landlord="council", received="2 Nov 2026", events=COUNCIL)
    (binding,) = [row for row in rows if (row["name"], row["stage"]) == ("respond", 1) and row["effective"]]
    assert (day_of(binding), binding["basis"]) == ("18 Nov 2026", "COUNCIL-38")


def test_rules_c4_pool_the_window_rolls_forward_from_christmas_day_and_says_so() -> None:
    events = {"outcome_received": "27 Nov 2026"}
    rows = timeline(landlord="poolplus", received="2 Nov 2026", events=events)
    (window,) = [row for row in rows if row["name"] == "escalation_window"]
    assert window["explanation"] == (
        "28 calendar days after Fri 27 Nov 2026, moved on from Fri 25 Dec 2026 (Christmas Day) to Tue 29 Dec 2026"
    )
