"""What each policy owes and by when: the chains of rules C4 and the clauses they rest on."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.configuration import ConfigurationFolder, load_calendars, load_policy, load_regime
from domain.deadlines import ClockUnit
from domain.duties import DutyRow, duties_owed
from domain.labels import Hazard, Kind
from domain.policies import Policy
from domain.uktime import local_date, local_instant, to_local

FOLDER = ConfigurationFolder()
CALENDARS = load_calendars(FOLDER)
LANDLORDS = {slug: load_policy(FOLDER, slug) for slug in ("ccbc", "poolplus", "council", "cestria", "group")}
REGIMES = {
    slug: load_regime(FOLDER, slug) for slug in ("housing-ombudsman-2024", "spso", "wales", "northern-ireland", "lgsco")
}
CODE = REGIMES["housing-ombudsman-2024"]


def on(day: str, at: time = time(10, 15)) -> datetime:
    """A moment of a day written "2 Nov 2026"."""
    return local_instant(datetime.strptime(day, "%d %b %Y").replace(tzinfo=UTC).date(), at)


def owed(
    policy: Policy,
    received: str,
    *,
    kind: Kind = Kind.COMPLAINT,
    channel: str = "email",
    matter: str = "housing",
    hazard: Hazard | None = None,
    calendar: str = "",
    **events: str,
) -> tuple[DutyRow, ...]:
    return duties_owed(
        policy,
        CALENDARS[calendar or policy.calendar],
        kind=kind,
        channel=channel,
        received_at=on(received),
        matter=matter,
        hazard=hazard,
        events={name: on(day) for name, day in events.items()},
    )


def effective(rows: tuple[DutyRow, ...], name: str, stage: int) -> DutyRow:
    (row,) = [row for row in rows if (row.name, row.stage, row.effective) == (name, stage, True)]
    return row


def due(rows: tuple[DutyRow, ...], name: str, stage: int) -> str:
    return written(effective(rows, name, stage).due)


def written(at: datetime) -> str:
    local = to_local(at)
    assert (local.hour, local.minute, local.second) == (23, 59, 59)
    return f"{local.day} {local:%b %Y}"


@pytest.mark.parametrize(
    ("acknowledged", "respond", "extended"),
    [
        ("2 Nov 2026", "16 Nov 2026", "30 Nov 2026"),
        ("4 Nov 2026", "18 Nov 2026", "2 Dec 2026"),
        ("9 Nov 2026", "23 Nov 2026", "7 Dec 2026"),
    ],
)
def test_code_6_2_to_6_4_stage_1_runs_from_the_acknowledgement(acknowledged: str, respond: str, extended: str) -> None:
    rows = owed(CODE, "2 Nov 2026", acknowledged=acknowledged)
    assert due(rows, "acknowledge", 1) == "9 Nov 2026"
    row = effective(rows, "respond", 1)
    assert written(row.due) == respond
    assert row.extendable_to
    assert written(row.extendable_to) == extended


@pytest.mark.parametrize(
    ("acknowledged", "respond", "extended"),
    [("24 Nov 2026", "22 Dec 2026", "22 Jan 2027"), ("1 Dec 2026", "31 Dec 2026", "29 Jan 2027")],
)
def test_code_6_11_to_6_15_stage_2_runs_from_its_own_acknowledgement(
    acknowledged: str, respond: str, extended: str
) -> None:
    rows = owed(
        CODE, "2 Nov 2026", acknowledged="2 Nov 2026", escalated="24 Nov 2026", stage2_acknowledged=acknowledged
    )
    assert due(rows, "acknowledge", 2) == "1 Dec 2026"
    row = effective(rows, "respond", 2)
    assert (written(row.due), row.counted_from) == (respond, "stage2_acknowledged")
    assert row.extendable_to
    assert written(row.extendable_to) == extended


def test_rules_c2_the_response_is_planned_from_the_day_the_acknowledgement_is_due() -> None:
    row = effective(owed(CODE, "2 Nov 2026"), "respond", 1)
    assert (written(row.due), row.planned) == ("23 Nov 2026", True)
    assert "planned" in row.explanation


def test_rules_c2_a_late_acknowledgement_gains_no_time() -> None:
    row = effective(owed(CODE, "2 Nov 2026", acknowledged="20 Nov 2026"), "respond", 1)
    assert (written(row.due), row.basis) == ("23 Nov 2026", "Code 6.3")
    assert "not later than 15 working days after Mon 2 Nov 2026" in row.explanation


def test_rules_c2_a_late_acknowledgement_of_stage_2_gains_no_time() -> None:
    rows = owed(CODE, "2 Nov 2026", escalated="24 Nov 2026", stage2_acknowledged="15 Dec 2026")
    assert due(rows, "respond", 2) == "31 Dec 2026"


def test_code_6_4_an_extension_replaces_the_date_and_says_when_it_goes_too_far() -> None:
    within = owed(CODE, "2 Nov 2026", acknowledged="2 Nov 2026", extended_to="30 Nov 2026")
    assert due(within, "respond", 1) == "30 Nov 2026"
    assert effective(within, "respond", 1).basis == "Code 6.4"
    assert [row.effective for row in within if row.name == "respond" and row.basis == "Code 6.3"] == [False]
    beyond = owed(CODE, "2 Nov 2026", acknowledged="2 Nov 2026", extended_to="1 Dec 2026")
    assert "without further good reason" in effective(beyond, "respond", 1).explanation


def test_code_6_15_an_extension_after_the_escalation_is_one_of_stage_2() -> None:
    rows = owed(
        CODE, "2 Nov 2026", escalated="24 Nov 2026", stage2_acknowledged="24 Nov 2026", extended_to="22 Jan 2027"
    )
    assert due(rows, "respond", 2) == "22 Jan 2027"
    assert effective(rows, "respond", 1).counted_from == "acknowledged"


def test_pool_21_pool_29_the_team_contacts_in_5_days_and_the_letter_comes_in_10_whatever_the_contact() -> None:
    rows = owed(LANDLORDS["poolplus"], "2 Nov 2026")
    assert due(rows, "contact", 0) == "9 Nov 2026"
    assert due(rows, "respond", 1) == "16 Nov 2026"
    later = owed(LANDLORDS["poolplus"], "2 Nov 2026", contacted="5 Nov 2026", acknowledged="2 Nov 2026")
    assert effective(later, "respond", 1).basis == "POOL-29"
    assert due(later, "respond", 1) == "16 Nov 2026"


def test_pool_25_the_manager_contacts_5_days_after_the_team_and_never_after_the_letter() -> None:
    policy = LANDLORDS["poolplus"]
    assert due(owed(policy, "2 Nov 2026", contacted="4 Nov 2026"), "manager_contact", 1) == "11 Nov 2026"
    assert due(owed(policy, "2 Nov 2026", contacted="12 Nov 2026"), "manager_contact", 1) == "16 Nov 2026"
    assert effective(owed(policy, "2 Nov 2026"), "manager_contact", 1).planned


@pytest.mark.parametrize(("letter", "until"), [("18 Nov 2026", "16 Dec 2026"), ("27 Nov 2026", "29 Dec 2026")])
def test_pool_33_the_window_is_28_days_from_receiving_the_letter_and_rolls_over_holidays(
    letter: str, until: str
) -> None:
    row = effective(owed(LANDLORDS["poolplus"], "2 Nov 2026", outcome_received=letter), "escalation_window", 1)
    assert (written(row.due), row.tenant_window) == (until, True)


def test_pool_33_a_letter_of_unknown_receipt_is_taken_as_received_two_working_days_on() -> None:
    row = effective(owed(LANDLORDS["poolplus"], "2 Nov 2026", stage1_outcome="16 Nov 2026"), "escalation_window", 1)
    assert written(row.due) == "16 Dec 2026"
    assert "taken as Wed 18 Nov 2026" in row.explanation


def test_pool_33_no_window_is_open_before_there_is_an_outcome() -> None:
    assert not [row for row in owed(LANDLORDS["poolplus"], "2 Nov 2026") if row.name == "escalation_window"]


def test_pool_37_stage_2_runs_from_the_request_and_the_code_from_its_acknowledgement() -> None:
    rows = owed(LANDLORDS["poolplus"], "2 Nov 2026", escalated="24 Nov 2026")
    row = effective(rows, "respond", 2)
    assert (written(row.due), row.basis) == ("22 Dec 2026", "POOL-37")
    assert {each.basis for each in rows if each.name == "respond" and each.stage == 2} == {"POOL-37", "Code 6.14"}


def test_council_33_council_35_council_36_the_draft_its_comments_and_the_final_follow_each_other() -> None:
    rows = owed(LANDLORDS["council"], "2 Nov 2026", acknowledged="4 Nov 2026", allocated="4 Nov 2026")
    assert due(rows, "draft", 1) == "11 Nov 2026"
    assert due(rows, "comment_window", 1) == "18 Nov 2026"
    assert due(rows, "final", 1) == "25 Nov 2026"


def test_council_38_the_target_of_10_days_ends_before_the_final_answer_and_binds() -> None:
    rows = owed(LANDLORDS["council"], "2 Nov 2026", acknowledged="4 Nov 2026", allocated="4 Nov 2026")
    row = effective(rows, "respond", 1)
    assert (written(row.due), row.basis) == ("18 Nov 2026", "COUNCIL-38")


def test_council_33_a_review_has_its_own_draft() -> None:
    rows = owed(LANDLORDS["council"], "2 Nov 2026", escalated="24 Nov 2026", allocated="25 Nov 2026")
    assert due(rows, "draft", 2) == "2 Dec 2026"
    assert not [row for row in rows if (row.name, row.stage) == ("draft", 1)]


def test_council_27_another_service_of_the_council_follows_its_own_code() -> None:
    rows = owed(LANDLORDS["council"], "2 Nov 2026", matter="other", acknowledged="2 Nov 2026", allocated="4 Nov 2026")
    assert {row.basis for row in rows} == {"LGSCO Code 6.2", "LGSCO Code 6.3"}
    assert due(rows, "respond", 1) == "16 Nov 2026"


def test_cestria_27_cestria_28_cestria_29_a_written_complaint_is_recorded_acknowledged_and_answered() -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026")
    assert due(rows, "record", 0) == "2 Nov 2026"
    assert due(rows, "acknowledge", 1) == "5 Nov 2026"
    assert due(rows, "informal_reply", 0) == "16 Nov 2026"
    assert effective(rows, "acknowledge", 1).basis == "CESTRIA-28"
    assert [row.effective for row in rows if row.basis == "Code 6.2"] == [False]


@pytest.mark.parametrize("kind", [Kind.COMPLIMENT, Kind.COMMENT])
def test_cestria_28_compliments_and_comments_are_acknowledged_in_3_days_too(kind: Kind) -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026", kind=kind, channel="sms")
    assert {row.name: written(row.due) for row in rows} == {"record": "2 Nov 2026", "acknowledge": "5 Nov 2026"}


def test_cestria_33_cestria_34_a_formal_request_starts_clocks_of_its_own() -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026", stage1_requested="12 Nov 2026")
    found = {row.basis: written(row.due) for row in rows}
    assert (found["CESTRIA-33"], found["CESTRIA-34"]) == ("17 Nov 2026", "26 Nov 2026")


def test_cestria_36_cestria_37_the_director_acknowledges_in_3_days_and_answers_in_10() -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026", escalated="24 Nov 2026")
    assert due(rows, "acknowledge", 2) == "27 Nov 2026"
    assert due(rows, "respond", 2) == "8 Dec 2026"


def test_cestria_40_cestria_41_the_panel_has_thirty_calendar_days_and_acknowledges_in_three() -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026", escalated="16 Nov 2026", stage3_requested="1 Dec 2026")
    row = effective(rows, "panel_outcome", 3)
    assert (written(row.due), row.clock) == ("31 Dec 2026", ClockUnit.CALENDAR_DAYS)
    assert due(rows, "acknowledge", 3) == "4 Dec 2026"


def test_cestria_47_an_alleged_crime_goes_straight_to_stage_2_and_owes_nothing_at_stage_1() -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026", escalated="2 Nov 2026")
    assert due(rows, "acknowledge", 2) == "5 Nov 2026"
    assert not [row for row in rows if row.stage == 1 or row.name == "informal_reply"]


@pytest.mark.parametrize(("calendar", "until"), [("england-and-wales", "30 Nov 2026"), ("scotland", "1 Dec 2026")])
def test_cestria_59_a_mail_is_forwarded_within_one_working_day(calendar: str, until: str) -> None:
    for kind in Kind:
        rows = owed(LANDLORDS["cestria"], "27 Nov 2026", kind=kind, calendar=calendar)
        assert due(rows, "forward", 0) == until
    assert not [row for row in owed(LANDLORDS["cestria"], "27 Nov 2026", channel="sms") if row.name == "forward"]


def test_ccbc_34_the_welsh_model_fills_what_the_handbook_leaves_open() -> None:
    rows = owed(LANDLORDS["ccbc"], "2 Nov 2026", escalated="24 Nov 2026")
    assert due(rows, "acknowledge", 1) == "9 Nov 2026"
    assert due(rows, "respond", 1) == "16 Nov 2026"
    assert due(rows, "respond", 2) == "22 Dec 2026"
    assert all(row.source == "wales" for row in rows)


def test_group_45_the_code_fills_what_the_policy_leaves_open() -> None:
    rows = owed(LANDLORDS["group"], "2 Nov 2026", acknowledged="2 Nov 2026")
    assert {row.basis for row in rows} == {"Code 6.2", "Code 6.3"}


def test_pool_42_the_codes_acknowledgements_are_owed_where_the_policy_names_none() -> None:
    rows = owed(LANDLORDS["poolplus"], "2 Nov 2026", escalated="24 Nov 2026")
    found = {row.basis: written(row.due) for row in rows if row.name == "acknowledge"}
    assert found == {"Code 6.2": "9 Nov 2026", "Code 6.11": "1 Dec 2026"}


def test_cestria_57_written_correspondence_is_acknowledged_in_3_days_and_answered_in_10() -> None:
    rows = owed(LANDLORDS["cestria"], "2 Nov 2026", kind=Kind.SERVICE_REQUEST, channel="letter")
    found = {row.name: (written(row.due), row.basis) for row in rows}
    assert found["acknowledge"] == ("5 Nov 2026", "CESTRIA-57")
    assert found["respond"] == ("16 Nov 2026", "CESTRIA-57")


def test_spso_the_day_of_receipt_is_day_1() -> None:
    rows = owed(REGIMES["spso"], "2 Nov 2026", escalated="16 Nov 2026")
    assert due(rows, "respond", 1) == "6 Nov 2026"
    assert due(rows, "acknowledge", 2) == "18 Nov 2026"
    direct = owed(REGIMES["spso"], "2 Nov 2026", escalated="2 Nov 2026")
    assert (due(direct, "acknowledge", 2), due(direct, "respond", 2)) == ("4 Nov 2026", "27 Nov 2026")


def test_spso_day_1_of_a_saturday_is_the_next_working_day() -> None:
    rows = owed(REGIMES["spso"], "26 Dec 2026", escalated="26 Dec 2026")
    assert (due(rows, "acknowledge", 2), due(rows, "respond", 2)) == ("31 Dec 2026", "27 Jan 2027")


def test_spso_stage_2_may_be_asked_for_two_months_long() -> None:
    assert due(owed(REGIMES["spso"], "2 Nov 2026", stage1_outcome="6 Nov 2026"), "escalation_window", 1) == "6 Jan 2027"


def test_northern_ireland_5_then_3_and_20_on_its_own_holidays() -> None:
    rows = owed(REGIMES["northern-ireland"], "10 Jul 2026", escalated="13 Jul 2026")
    assert due(rows, "respond", 1) == "20 Jul 2026"
    assert due(rows, "acknowledge", 2) == "16 Jul 2026"


def test_awaab_an_emergency_is_made_safe_24_hours_after_it_was_known_holidays_or_not() -> None:
    for kind in (Kind.COMPLAINT, Kind.SERVICE_REQUEST, Kind.NONE):
        rows = duties_owed(
            CODE,
            CALENDARS["england-and-wales"],
            kind=kind,
            channel="sms",
            received_at=on("24 Dec 2026", time(21, 30)),
            hazard=Hazard.GAS,
        )
        row = effective(rows, "hazard_safe", 0)
        assert (row.due, row.clock, row.counted_from) == (on("25 Dec 2026", time(21, 30)), ClockUnit.HOURS, "received")


def test_awaab_24_hours_are_elapsed_hours_when_the_clocks_change() -> None:
    rows = duties_owed(
        CODE,
        CALENDARS["england-and-wales"],
        kind=Kind.SERVICE_REQUEST,
        channel="sms",
        received_at=on("24 Oct 2026", time(21, 30)),
        hazard=Hazard.FIRE,
    )
    assert to_local(effective(rows, "hazard_safe", 0).due).time() == time(20, 30)


def test_awaab_damp_runs_from_knowledge_to_the_long_stop() -> None:
    rows = owed(CODE, "23 Dec 2026", hazard=Hazard.DAMP_MOULD, kind=Kind.SERVICE_REQUEST)
    assert due(rows, "hazard_investigate", 0) == "11 Jan 2027"
    concluded = owed(CODE, "23 Dec 2026", hazard=Hazard.DAMP_MOULD, investigated="11 Jan 2027")
    for found in (rows, concluded):
        assert due(found, "hazard_summary", 0) == "14 Jan 2027"
        assert due(found, "hazard_work", 0) == "18 Jan 2027"
        assert due(found, "hazard_long_stop", 0) == "5 Apr 2027"
    assert not [row for row in rows if row.name == "hazard_safe"]


def test_awaab_damp_that_is_an_emergency_keeps_the_ten_days_as_a_floor() -> None:
    rows = owed(CODE, "23 Dec 2026", hazard=Hazard.DAMP_MOULD, hazard_emergency="23 Dec 2026")
    assert effective(rows, "hazard_safe", 0).due == on("24 Dec 2026")
    assert due(rows, "hazard_investigate", 0) == "11 Jan 2027"


def test_awaab_a_danger_known_later_counts_from_then_with_or_without_its_name() -> None:
    for hazard in (Hazard.DAMP_MOULD, None):
        rows = owed(CODE, "2 Nov 2026", hazard=hazard, hazard_known="23 Dec 2026")
        assert due(rows, "hazard_investigate", 0) == "11 Jan 2027"


def test_awaab_begins_on_27_october_2025_in_england_and_6_october_2026_in_scotland() -> None:
    def names(policy: Policy, received: str) -> set[str]:
        return {row.name for row in owed(policy, received, hazard=Hazard.DAMP_MOULD) if row.name.startswith("hazard")}

    assert not names(CODE, "24 Oct 2025")
    assert "hazard_investigate" in names(CODE, "27 Oct 2025")
    assert not names(REGIMES["spso"], "5 Oct 2026")
    assert names(REGIMES["spso"], "6 Oct 2026") == {"hazard_investigate", "hazard_summary", "hazard_work"}
    assert not names(REGIMES["wales"], "2 Nov 2026")


def test_scottish_damp_is_investigated_within_10_days_from_the_day_after() -> None:
    rows = owed(REGIMES["spso"], "2 Nov 2026", hazard=Hazard.DAMP_MOULD)
    assert due(rows, "hazard_investigate", 0) == "16 Nov 2026"


def test_each_date_is_explained_in_one_sentence() -> None:
    row = effective(owed(CODE, "24 Dec 2026"), "acknowledge", 1)
    assert row.explanation == "5 working days after Thu 24 Dec 2026, skipping 25 and 28 Dec, 1 Jan and weekends"


@given(
    slug=st.sampled_from(sorted(LANDLORDS)),
    kind=st.sampled_from(list(Kind)),
    received=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    late=st.integers(0, 20),
)
def test_no_duty_counted_in_working_days_ends_on_a_day_off_and_each_has_one_effective_clock(
    slug: str, kind: Kind, received: date, late: int
) -> None:
    policy = LANDLORDS[slug]
    calendar = CALENDARS[policy.calendar]
    start = local_instant(received, time(9))
    rows = duties_owed(
        policy,
        calendar,
        kind=kind,
        channel="email",
        received_at=start,
        hazard=Hazard.DAMP_MOULD,
        events={"acknowledged": local_instant(calendar.add_calendar_days(received, late), time(9))},
    )
    for row in rows:
        assert row.due >= start
        if row.clock is ClockUnit.WORKING_DAYS:
            assert calendar.is_working_day(local_date(row.due))
    duties = {(row.name, row.stage) for row in rows}
    assert len([row for row in rows if row.effective]) == len(duties)


def test_the_calendars_that_the_policies_name_are_shipped() -> None:
    assert {policy.calendar for policy in (*LANDLORDS.values(), *REGIMES.values())} <= set(CALENDARS)
