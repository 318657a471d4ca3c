"""A landlord's own rule of receipt: off unless given, and never a regime's or the law's."""

from datetime import time

from domain.duties import DutyRow, duties_owed
from domain.labels import Hazard, Kind
from domain.policies import Policy
from domain.receipt import Receipt
from domain.uktime import to_local
from tests.domain.test_duties import CALENDARS, LANDLORDS, due, on, owed, written


def with_receipt(slug: str, **rule: object) -> Policy:
    """A landlord's policy with a rule of receipt of its own."""
    return LANDLORDS[slug].model_copy(update={"receipt": Receipt.model_validate(rule)})


def test_rules_c2_after_a_cut_off_a_landlords_own_clock_counts_from_the_next_day_and_no_regimes() -> None:
    policy = with_receipt("cestria", cut_off=time(17))

    def at(moment: time) -> tuple[DutyRow, ...]:
        received = on("2 Nov 2026", moment)
        days = CALENDARS[policy.calendar]
        return duties_owed(policy, days, kind=Kind.COMPLAINT, channel="email", received_at=received)

    late = at(time(17, 1))
    assert due(late, "acknowledge", 1) == "6 Nov 2026"
    (own,) = [row for row in late if row.basis == "CESTRIA-28"]
    assert "it came after 5pm and counts as the next day's" in own.explanation
    (code,) = [row for row in late if row.basis == "Code 6.2"]
    assert written(code.due) == "9 Nov 2026"
    assert due(at(time(17)), "acknowledge", 1) == "5 Nov 2026"


def test_rules_c4_row_4_deemed_receipt_on_the_next_working_day_is_off_unless_a_landlord_says_so() -> None:
    plain = owed(LANDLORDS["cestria"], "26 Dec 2026")
    deemed = owed(with_receipt("cestria", deemed_next=True), "26 Dec 2026")
    assert (due(plain, "acknowledge", 1), due(deemed, "acknowledge", 1)) == ("31 Dec 2026", "4 Jan 2027")
    code = {row.basis: written(row.due) for row in deemed if row.source != "landlord"}
    assert code["Code 6.2"] == "5 Jan 2027"


def test_a_rule_of_receipt_never_moves_a_clock_in_hours() -> None:
    policy = with_receipt("cestria", cut_off=time(17), deemed_next=True)
    rows = owed(policy, "26 Dec 2026", hazard=Hazard.GAS)
    (safe,) = [row for row in rows if row.name == "hazard_safe"]
    assert to_local(safe.due).isoformat() == "2026-12-27T10:15:00+00:00"
