"""Dangers that people note, look into and make safe: the clocks of hazards law run beside those of the complaint."""

from datetime import UTC, datetime, time

import pytest

from app.configuration import ConfigurationFolder, load_regime
from casework.acts_hazards import (
    BeginHazardWorks,
    HazardAct,
    InvestigateHazard,
    MakeSafe,
    NoteHazard,
    OfferAlternative,
    SendHazardSummary,
)
from casework.clocks import hazard_clocks, is_done
from casework.fold import after, begun
from casework.life import Done, Life
from domain.labels import Hazard, Kind
from domain.policies import Policy
from domain.uktime import format_short_date, local_date, local_instant
from tests.casework.cases import RECEIVED, Told, calendars, policies

MOULD, GAS = Hazard.DAMP_MOULD, Hazard.GAS


def on(day: str, at: time = time(10)) -> datetime:
    """An instant of a UK day."""
    return local_instant(datetime.strptime(day, "%d %b %Y").replace(tzinfo=UTC).date(), at)


def told(*acts: HazardAct, landlord: str = "group", now: str = "30 Jan 2027") -> Told:
    """A complaint of 1 December 2026 with these acts about dangers."""
    case = Told(landlord, life=begun(on("1 Dec 2026"), Kind.COMPLAINT), now=on(now))
    for act in acts:
        case.do(act)
    return case


def dates(life: Life, policy: Policy, hazard: Hazard = MOULD) -> dict[str, str]:
    """The last day of each clock of a danger that is still to be done."""
    danger = life.hazard(hazard)
    assert danger
    rows = hazard_clocks(danger, policy, calendars()[policy.calendar])
    return {row.name: format_short_date(local_date(row.due)) for row in rows if not is_done(row, danger.events())}


def concluded(found: str = "significant") -> tuple[HazardAct, ...]:
    """The chain of rules C4: aware on 23 December, looked into on 11 January."""
    return (
        NoteHazard(hazard=MOULD, at=on("23 Dec 2026")),
        InvestigateHazard(hazard=MOULD, at=on("11 Jan 2027"), found=found, findings="black mould by the cot"),
    )


def noted(day: str) -> Done:
    """Mould that is known since that day."""
    return Done(act=NoteHazard(hazard=MOULD, at=on(day)), by="asha", at=on(day))


def test_awaab_from_knowing_to_the_long_stop_as_rules_c4_has_it() -> None:
    policy = policies()["group"]
    known = told(concluded()[0]).life
    assert dates(known, policy)["hazard_investigate"] == "Mon 11 Jan 2027"
    life = told(*concluded()).life
    assert dates(life, policy) == {
        "hazard_summary": "Thu 14 Jan 2027",
        "hazard_work": "Mon 18 Jan 2027",
        "hazard_long_stop": "Mon 5 Apr 2027",
    }


def test_awaab_an_emergency_is_safe_within_24_hours_christmas_or_not() -> None:
    case = told(NoteHazard(hazard=GAS, at=on("24 Dec 2026", time(21, 30))))
    danger = case.life.hazard(GAS)
    assert danger
    (row,) = hazard_clocks(danger, policies()["group"], calendars()["england-and-wales"])
    assert (row.name, row.due) == ("hazard_safe", on("25 Dec 2026", time(21, 30)))


def test_mould_that_turns_out_an_emergency_has_24_hours_from_then_and_keeps_its_ten_days() -> None:
    case = told(
        NoteHazard(hazard=MOULD, at=on("23 Dec 2026")),
        NoteHazard(hazard=MOULD, at=on("29 Dec 2026"), emergency=True, words="the baby is wheezing"),
    )
    found = dates(case.life, policies()["group"])
    assert (found["hazard_safe"], found["hazard_investigate"]) == ("Wed 30 Dec 2026", "Mon 11 Jan 2027")


def test_each_step_meets_its_own_clock_and_no_other() -> None:
    case = told(*concluded())
    policy = policies()["group"]
    case.do(SendHazardSummary(hazard=MOULD, at=on("13 Jan 2027"), way="letter"))
    assert dates(case.life, policy).keys() == {"hazard_work", "hazard_long_stop"}
    case.do(MakeSafe(hazard=MOULD, at=on("15 Jan 2027"), what="washed down, a fan put in", more_to_do=True))
    assert dates(case.life, policy).keys() == {"hazard_long_stop"}
    case.do(BeginHazardWorks(hazard=MOULD, at=on("20 Jan 2027"), what="the wall is dried"))
    assert dates(case.life, policy) == {}


def test_where_nothing_more_is_to_be_done_the_long_stop_ends_with_the_danger() -> None:
    case = told(*concluded(), MakeSafe(hazard=MOULD, at=on("15 Jan 2027"), what="a leak mended", more_to_do=False))
    assert dates(case.life, policies()["group"]).keys() == {"hazard_summary"}


def test_where_a_person_finds_no_danger_the_summary_is_owed_and_no_work() -> None:
    case = told(*concluded("none"))
    assert dates(case.life, policies()["group"]).keys() == {"hazard_summary"}


def test_somewhere_else_to_stay_stops_no_clock() -> None:
    case = told(*concluded())
    before = dates(case.life, policies()["group"])
    case.do(OfferAlternative(hazard=MOULD, at=on("12 Jan 2027"), where="a hotel in town", answer="accepted"))
    assert dates(case.life, policies()["group"]) == before
    danger = case.life.hazard(MOULD)
    assert danger
    assert danger.alternative == "accepted"


def test_scottish_damp_runs_from_6_october_2026_and_its_work_has_begun_when_works_begin() -> None:
    policy = load_regime(ConfigurationFolder(), "spso")

    def since(day: str) -> dict[str, str]:
        return dates(after(begun(on(day), Kind.COMPLAINT), noted(day)), policy)

    assert since("5 Oct 2026") == {}
    assert since("6 Oct 2026")["hazard_investigate"] == "Tue 20 Oct 2026"
    works = told(*concluded(), BeginHazardWorks(hazard=MOULD, at=on("14 Jan 2027")))
    assert dates(works.life, policy).keys() == {"hazard_summary"}


def test_no_clock_of_a_danger_is_known_in_wales() -> None:
    assert dates(told(*concluded()).life, policies()["ccbc"]) == {}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (NoteHazard(hazard=Hazard.NONE, at=RECEIVED), "name the danger"),
        (MakeSafe(hazard=GAS, at=RECEIVED, what="capped", more_to_do=False), "no such danger"),
        (MakeSafe(hazard=MOULD, at=on("22 Dec 2026"), what="washed", more_to_do=False), "before the danger was known"),
        (SendHazardSummary(hazard=MOULD, at=on("28 Dec 2026"), way="email"), "no investigation"),
        (InvestigateHazard(hazard=MOULD, at=on("28 Dec 2026"), found="none", findings=""), "what was found"),
    ],
)
def test_a_step_that_cannot_be_says_why(act: HazardAct, why: str) -> None:
    case = told(concluded()[0])
    assert any(why in each.words for each in case.refused(act))
