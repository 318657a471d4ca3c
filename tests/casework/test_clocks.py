"""The deadlines that a case's life sets running, to the day."""

from datetime import UTC, date, datetime

from casework.acts import Assign, Escalate, Extend, IssueDraft, LogContact, SetStage, WishForComplaint
from casework.clocks import clocks, deadlines, events_of
from casework.dossier import Deadline
from domain.uktime import local_date
from tests.casework.cases import RECEIVED, REPAIRS, Told, calendars, policies


def owed(
    case: Told, *, acknowledged: dict[int, datetime] | None = None, told: dict[int, datetime] | None = None
) -> dict[tuple[str, int], Deadline]:
    """What is still owed in a case, by (name, stage)."""
    policy = policies()[case.landlord]
    events = events_of(case.life, acknowledged or {}, told or {})
    rows = clocks(case.life, policy, calendars()[policy.calendar], events, channel="email", matter="housing")
    return {(each.name, each.stage): each for each in deadlines(rows, events)}


def day(found: dict[tuple[str, int], Deadline], name: str, stage: int = 1) -> date:
    return local_date(found[name, stage].due_at)


def at(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 10, tzinfo=UTC)


def test_pool_29_the_letter_is_due_ten_working_days_after_the_concern_was_raised():
    assert day(owed(Told("poolplus")), "respond") == date(2026, 11, 23)


def test_pool_21_the_contact_is_owed_until_somebody_was_reached():
    case = Told("poolplus")
    assert day(owed(case), "contact", 0) == date(2026, 11, 16)
    case.do(LogContact(at=RECEIVED, way="phone", reached=False))
    assert ("contact", 0) in owed(case)
    case.do(LogContact(at=RECEIVED, way="phone", reached=True))
    assert ("contact", 0) not in owed(case)


def test_pool_33_the_window_is_28_days_from_the_letters_arrival_and_pool_37_stage_2_takes_20_working_days():
    case = Told("poolplus", facts={"team_complained_about": REPAIRS})
    case.now = at(11, 20)
    case.life = case.life.model_copy(
        update={"stages": (case.life.stage.model_copy(update={"outcome_at": at(11, 20)}),)},
    )
    assert day(owed(case, told={1: at(11, 23)}), "escalation_window") == date(2026, 12, 21)
    case.now = at(12, 18)
    case.do(Escalate(at=at(12, 18)))
    found = owed(case, told={1: at(11, 23)})
    assert day(found, "respond", 2) == date(2027, 1, 20)
    assert ("respond", 1) not in found


def test_council_33_council_35_council_36_draft_comments_and_final_answer_follow_one_another():
    case = Told("council")
    case.now = at(11, 10)
    case.do(Assign(to=("mia",)))
    assert day(owed(case), "draft") == date(2026, 11, 17)
    case.now = at(11, 16)
    case.do(IssueDraft(at=at(11, 16), because="prefers writing"))
    found = owed(case)
    assert ("draft", 1) not in found
    assert day(found, "comment_window") == date(2026, 11, 23)
    assert day(found, "final") <= date(2026, 11, 30)


def test_cestria_33_cestria_34_a_formal_request_starts_stage_1_of_its_own():
    case = Told("cestria")
    case.do(WishForComplaint(words="formal complaint please", at=RECEIVED))
    found = owed(case)
    assert day(found, "acknowledge") == date(2026, 11, 12)
    assert day(found, "respond") == date(2026, 11, 23)


def test_cestria_40_the_board_answers_within_30_calendar_days_of_the_request():
    case = Told("cestria")
    case.now = at(11, 20)
    case.do(SetStage(stage=3, reasons="asked for", at=at(11, 20)))
    rows = owed(case)
    thirty = [each for each in rows.values() if each.stage == 3 and local_date(each.due_at) == date(2026, 12, 20)]
    assert thirty


def test_code_6_3_an_extension_moves_the_answer_and_its_outcome_ends_it():
    case = Told("group")
    acknowledged = {1: at(11, 10)}
    assert day(owed(case, acknowledged=acknowledged), "respond") == date(2026, 11, 24)
    case.owes("respond", at(11, 24))
    case.do(Extend(to=at(12, 4), reason="a survey is needed"))
    assert day(owed(case, acknowledged=acknowledged), "respond") == date(2026, 12, 4)
    case.life = case.life.model_copy(
        update={"stages": (case.life.stage.model_copy(update={"outcome_at": at(11, 25)}),)},
    )
    assert ("respond", 1) not in owed(case, acknowledged=acknowledged)


def test_an_outcome_that_left_ends_the_duty_to_answer():
    case = Told("poolplus")
    before = owed(case)
    stage = case.life.stage.model_copy(update={"outcome_at": RECEIVED})
    case.life = case.life.model_copy(update={"stages": (stage,)})
    assert ("respond", 1) in before
    assert ("respond", 1) not in owed(case)
