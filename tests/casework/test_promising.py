"""News at intervals, new dates, actions that are followed, thanks that arrive, meetings: promised and kept."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.acts import (
    Act,
    AddAction,
    AddPoint,
    AssessVulnerability,
    Assign,
    Close,
    CompleteAction,
    ConfirmInWriting,
    Decide,
    Investigate,
    IssueDraft,
    LogContact,
    OfferMediation,
    ProposeRemedy,
    RecordOutcomeSought,
    ResolveQuickly,
    SendOutcome,
    SetKind,
)
from casework.acts_letters import WritePart
from casework.acts_parties import AddParty, CheckAuthority, RecordAuthority
from casework.acts_promising import (
    AgreeUpdates,
    ArrangeMeeting,
    Cause,
    HoldMeeting,
    NameCause,
    PassOnThanks,
    SendAcknowledgement,
    SendLeaflet,
    SendUpdate,
    TellNewDate,
)
from casework.clocks import events_of
from casework.dated import Dated
from casework.life_parties import Evidence, Role
from casework.outcomes import ActionKind, RemedyKind, Verdict
from casework.perform import objections_to
from casework.phases import phases
from casework.promised import promised
from domain.cases import Phase
from domain.labels import Kind, Topic
from domain.letters import Content, LetterType
from domain.uktime import end_of_local_day, local_date
from tests.casework.cases import RECEIVED, STAFF, Told, calendars, investigated, policies
from tests.casework.lettered import composed

OUTCOME = SendOutcome(at=RECEIVED, way="email")


def owed(case: Told, name: str) -> list[Dated]:
    """The promised duties of that name that are not done, the earliest first."""
    policy = policies()[case.landlord]
    found = promised(case.life, policy, calendars()[policy.calendar])
    return sorted((each for each in found if each.row.name == name and not each.done), key=lambda each: each.row.due)


def an_action(case: Told) -> None:
    case.do(
        AddAction(
            action="fan",
            kind=ActionKind.WORKS,
            what="a new fan",
            officer="max",
            contact="01632 960123",
            due_on=date(2026, 12, 1),
        ),
        by="mia",
    )


@pytest.mark.parametrize(
    ("landlord", "clause"),
    [("ccbc", "CCBC-24"), ("council", "COUNCIL-10"), ("cestria", "Code 7.3"), ("group", "Code 7.3")],
)
def test_ccbc_24_council_21_an_action_is_followed_until_it_is_done_after_the_answer_too(landlord: str, clause: str):
    case = investigated(landlord)
    an_action(case)
    case.do(OUTCOME, by="mia")
    (action,) = owed(case, "action")
    assert (local_date(action.row.due), action.row.basis) == (date(2026, 12, 1), clause)
    case.do(CompleteAction(action="fan", on=date(2026, 11, 9)), by="mia")
    assert owed(case, "action") == []


def test_group_30_news_are_owed_every_five_working_days_from_the_last_ones_until_the_answer():
    case = investigated("group")
    (first,) = owed(case, "progress_update")
    assert (local_date(first.row.due), first.row.basis) == (date(2026, 11, 16), "GROUP-30")
    case.now = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
    case.do(SendUpdate(at=case.now, way="email", words="We wait for the survey."), by="mia")
    (second,) = owed(case, "progress_update")
    assert local_date(second.row.due) == date(2026, 11, 19)
    case.do(SendOutcome(at=case.now, way="email"), by="mia")
    assert owed(case, "progress_update") == []


def test_code_5_9_news_come_as_often_as_was_agreed():
    case = investigated("cestria")
    assert owed(case, "progress_update") == []
    case.do(AgreeUpdates(every=3), by="mia")
    (update,) = owed(case, "progress_update")
    assert (local_date(update.row.due), update.row.basis) == (date(2026, 11, 12), "Code 5.9")


def test_cestria_57_a_new_day_is_told_before_the_old_one_passes_and_is_kept_like_it():
    case = Told("cestria")
    case.owes("respond", end_of_local_day(date(2026, 11, 23)), stage=0)
    case.do(TellNewDate(at=RECEIVED, until=date(2026, 11, 27), reason="the engineer is ill"), by="mia")
    (day,) = owed(case, "respond_by_new_date")
    assert (local_date(day.row.due), day.row.basis) == (date(2026, 11, 27), "CESTRIA-57")
    case.now = RECEIVED + timedelta(days=15)
    late = TellNewDate(at=case.now, until=date(2026, 12, 1), reason="the engineer is still ill")
    assert "CESTRIA-57" in case.clauses(late, by="mia")
    case.do(late, by="mia")
    assert [local_date(each.row.due) for each in owed(case, "respond_by_new_date")] == [date(2026, 12, 1)]


@pytest.mark.parametrize("landlord", ["council", "cestria"])
def test_council_12_what_was_answered_on_the_telephone_is_confirmed_within_a_working_day(landlord: str):
    case = investigated(landlord)
    case.do(SendOutcome(at=RECEIVED, way="phone"), by="mia")
    found = owed(case, "confirm_in_writing")
    if landlord == "council":
        assert [(local_date(each.row.due), each.row.basis) for each in found] == [(date(2026, 11, 10), "COUNCIL-12")]
    case.do(ConfirmInWriting(at=RECEIVED), by="mia")
    assert owed(case, "confirm_in_writing") == []


def test_group_16_authority_is_asked_for_again_after_two_working_days_until_it_is_checked():
    case = Told("group")
    case.do(AddParty(party="ann", role=Role.COMPLAINANT), by="mia")
    case.do(AddParty(party="beth", role=Role.REPRESENTATIVE), by="mia")
    (chase,) = owed(case, "chase_authority")
    assert (local_date(chase.row.due), chase.row.basis) == (date(2026, 11, 11), "GROUP-16")
    shown = RecordAuthority(
        party="beth", for_party="ann", evidence=Evidence.PHONE_CALL, from_at=RECEIVED, note="all of it, by call back"
    )
    case.do(shown, by="mia")
    assert owed(case, "chase_authority")
    case.do(CheckAuthority(party="beth", shown=True, wanted=True, how="rang Ann"), by="mia")
    assert owed(case, "chase_authority") == []


def test_group_23_what_is_upheld_is_talked_over_by_the_next_working_day():
    case = Told("group")
    case.do(Assign(to=("mia",)))
    case.do(AddPoint(point="boiler", words="no heating"), by="mia")
    case.do(Investigate(point="boiler", findings="two visits missed"), by="mia")
    case.do(Decide(point="boiler", verdict=Verdict.UPHELD, reasons="the log shows it"), by="mia")
    (talk,) = owed(case, "agree_way_forward")
    assert (local_date(talk.row.due), talk.row.basis) == (date(2026, 11, 10), "GROUP-23")
    case.do(LogContact(at=RECEIVED, way="phone", reached=True, discussed=True), by="mia")
    assert owed(case, "agree_way_forward") == []


def test_cestria_46_mediation_is_thought_of_at_every_stage_and_stops_no_clock():
    case = Told("cestria")
    assert "CESTRIA-46" in case.clauses(OUTCOME, by="mia")
    before = [each.row.due for each in owed(case, "progress_update")]
    case.do(OfferMediation(answer="declined"), by="mia")
    assert "CESTRIA-46" not in case.clauses(OUTCOME, by="mia")
    assert [each.row.due for each in owed(case, "progress_update")] == before
    assert case.life.mediation == "declined"


@pytest.mark.parametrize("cause", list(Cause))
def test_pool_14_pool_15_pool_16_pool_17_pool_18_the_cause_is_named_and_none_of_them_is_needed(cause: Cause):
    case = Told("poolplus")
    assert "POOL-17" in case.clauses(OUTCOME, by="mia")
    case.do(NameCause(cause=cause, standard="calls within a day" if cause is Cause.STANDARD_NOT_KEPT else ""), by="mia")
    assert case.life.promises.cause == cause.value
    assert "POOL-17" not in case.clauses(OUTCOME, by="mia")


def test_pool_17_a_standard_that_was_not_kept_is_named():
    case = Told("poolplus")
    refused = case.refused(NameCause(cause=Cause.STANDARD_NOT_KEPT), by="mia")
    assert any("which standard" in each.words for each in refused)


def test_pool_18_a_complaint_without_any_listed_cause_is_answered():
    case = investigated("poolplus")
    case.do(OUTCOME, by="mia")
    assert case.life.promises.cause == "other"


@pytest.mark.parametrize(
    ("done", "apologised", "advised"), [("the tap was mended", False, True), ("the tap was mended", True, False)]
)
def test_pool_19_pool_20_a_quick_resolution_says_what_was_put_right_and_the_clock_runs_on(
    done: str,
    apologised: bool,  # noqa: FBT001 - a parameter of the test
    advised: bool,  # noqa: FBT001 - a parameter of the test
):
    case = investigated("poolplus")
    case.owes("respond", end_of_local_day(date(2026, 11, 23)))
    resolved = ResolveQuickly(done=done, apologised=apologised, accepted=True)
    assert ("POOL-20" in case.clauses(resolved, by="mia")) is advised
    case.do(resolved, by="mia")
    record = case.record[-1]
    assert (record.by, local_date(record.at)) == ("mia", date(2026, 11, 9))
    assert case.life.quickly_resolved
    assert case.dossier().due("respond") is not None


def test_cestria_5_cestria_25_cestria_26_a_compliment_reaches_whoever_is_thanked_before_it_is_closed():
    case = Told("cestria")
    case.do(SetKind(kind=Kind.COMPLIMENT), by="mia")
    assert any(each.clause == "CESTRIA-25" for each in case.refused(Close(), by="mia"))
    nobody = PassOnThanks(on=RECEIVED.date())
    assert any("who is thanked" in each.words for each in case.refused(nobody, by="mia"))
    alone = PassOnThanks(on=RECEIVED.date(), people=("ben",))
    assert "CESTRIA-25" in case.clauses(alone, by="mia")
    case.do(
        PassOnThanks(
            on=RECEIVED.date(),
            people=("ben",),
            team="Repairs Team",
            service="repairs",
            manager="max",
            good_practice="he rang first",
        ),
        by="mia",
    )
    (thanks,) = case.life.promises.thanks
    assert (thanks.people, thanks.team, thanks.service, thanks.manager) == (("ben",), "Repairs Team", "repairs", "max")
    case.do(Close(), by="mia")


def test_cestria_11_cestria_12_a_visit_is_an_appointment_and_reminds_of_identification():
    case = Told("cestria")
    visit = ArrangeMeeting(meeting="visit", when=RECEIVED + timedelta(days=3), where="home", who=("mia",))
    case.do(visit, by="mia")
    (meeting,) = owed(case, "meeting")
    assert (local_date(meeting.row.due), meeting.row.basis) == (date(2026, 11, 12), "CESTRIA-12")
    assert "CESTRIA-12" in case.clauses(HoldMeeting(meeting="visit", held=True), by="mia")
    case.do(HoldMeeting(meeting="visit", held=True, identified=True), by="mia")
    assert owed(case, "meeting") == []


def test_ccbc_14_a_case_goes_to_somebody_who_is_trained_for_its_service():
    trained = STAFF["ben"].model_copy(update={"competences": frozenset({Topic.RENT_CHARGES})})
    facts = {"people": {**STAFF, "ben": trained}, "topic": Topic.DAMP_MOULD}
    case = Told("ccbc", facts=dict(facts))
    refused = case.refused(Assign(to=("ben",), declared_impartial=True))
    assert [each.clause for each in refused] == ["CCBC-14"]
    case.do(Assign(to=("mia",)))


def test_cestria_51_a_remedy_is_remedial_action_or_compensation():
    case = investigated("cestria", Verdict.UPHELD)
    for remedy, kind in (("works", RemedyKind.ACTION), ("money", RemedyKind.PAYMENT)):
        case.do(
            ProposeRemedy(remedy=remedy, kind=kind, what="for the cold week", proportionate_because="a week"), by="mia"
        )
    assert {each.kind for each in case.life.remedies} == {RemedyKind.ACTION, RemedyKind.PAYMENT}


def test_group_12_an_answer_waits_until_every_point_is_investigated():
    case = investigated("group")
    case.do(AddPoint(point="manners", words="the man was rude"), by="mia")
    assert any("manners" in each.words for each in case.refused(OUTCOME, by="mia"))


def test_cestria_53_a_low_remedy_without_cash_is_the_service_teams_own_to_offer():
    case = investigated("cestria", Verdict.UPHELD)
    low = ProposeRemedy(
        remedy="paint", kind=RemedyKind.ACTION, what="fresh paint", proportionate_because="a stain", low_level=True
    )
    case.do(low, by="mia")
    assert "CESTRIA-52" not in case.clauses(OUTCOME, by="mia")
    money = low.model_copy(update={"remedy": "money", "kind": RemedyKind.PAYMENT, "pence": 500})
    case.do(money, by="mia")
    assert "CESTRIA-52" in case.clauses(OUTCOME, by="mia")


@pytest.mark.parametrize(("team", "advised"), [("Complex Queries and Complaints Team", False), ("Repairs Team", True)])
def test_pool_21_the_contact_that_is_owed_is_made_by_the_complaints_team(team: str, advised: bool):  # noqa: FBT001 - a parameter of the test
    caller = STAFF["ben"].model_copy(update={"team": team})
    case = Told("poolplus", facts={"people": {**STAFF, "ben": caller}})
    reached = LogContact(at=RECEIVED, way="phone", reached=True)
    objections = objections_to(case.dossier(), reached, caller)
    assert ("POOL-21" in {each.clause for each in objections}) is advised


@pytest.mark.parametrize(
    ("way", "wanted", "advised"), [("phone", "", False), ("letter", "", True), ("letter", "letter", False)]
)
def test_pool_22_the_first_contact_is_a_call_or_an_email_unless_they_prefer_otherwise(
    way: str,
    wanted: str,
    advised: bool,  # noqa: FBT001 - a parameter of the test
):
    case = Told("poolplus", facts={"preferred_way": wanted})
    contact = LogContact(at=RECEIVED, way=way, reached=False)
    assert ("POOL-22" in case.clauses(contact)) is advised


@pytest.mark.parametrize(("days", "late"), [(2, False), (8, True)])
def test_council_38_a_draft_leaves_in_time_for_comments_before_the_answer_is_due(days: int, late: bool):  # noqa: FBT001 - a parameter of the test
    case = investigated("council")
    case.owes("respond", end_of_local_day(date(2026, 11, 23)))
    case.now = RECEIVED + timedelta(days=days)
    draft = IssueDraft(at=case.now, because="prefers writing")
    assert ("COUNCIL-38" in case.clauses(draft, by="mia")) is late


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((Verdict.UPHELD, Verdict.UPHELD), Verdict.UPHELD),
        ((Verdict.UPHELD, Verdict.NOT_UPHELD), Verdict.PARTLY_UPHELD),
        ((Verdict.NOT_UPHELD, Verdict.NOT_UPHELD), Verdict.NOT_UPHELD),
        ((Verdict.UPHELD,), None),
    ],
)
def test_council_14_the_whole_is_upheld_partly_or_not_as_its_points_are(
    verdicts: tuple[Verdict, ...], whole: Verdict | None
):
    case = Told("council")
    for point in ("heat", "manners"):
        case.do(AddPoint(point=point, words="it was cold"), by="mia")
        case.do(Investigate(point=point, findings="the log"), by="mia")
    for point, verdict in zip(("heat", "manners"), verdicts, strict=False):
        case.do(Decide(point=point, verdict=verdict, reasons="the log shows it"), by="mia")
    assert case.life.verdict is whole


def test_group_13_arrangements_come_first_for_a_compliment_too():
    case = Told("group", facts={"needs_support": True})
    case.do(SetKind(kind=Kind.COMPLIMENT), by="mia")
    thanks = PassOnThanks(on=RECEIVED.date(), people=("ben",), manager="max")
    assert "GROUP-13" in case.clauses(thanks, by="mia")
    case.do(AssessVulnerability(found="She is nearly blind.", support="A call."), by="mia")
    case.do(thanks, by="mia")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (TellNewDate(at=RECEIVED, until=date(2026, 11, 9), reason="late"), "lies ahead"),
        (HoldMeeting(meeting="visit", held=True), "no meeting 'visit'"),
        (ArrangeMeeting(meeting="visit", when=RECEIVED, where="home", who=("mia",)), "still to come"),
        (
            ArrangeMeeting(meeting="visit", when=RECEIVED + timedelta(days=9), where="home", who=("zoe",)),
            "nobody who works",
        ),
        (PassOnThanks(on=date(2027, 1, 1), team="Repairs"), "future"),
        (PassOnThanks(on=date(2026, 11, 9), people=("zoe",)), "nobody who works"),
    ],
)
def test_promises_that_make_no_sense_are_said(act: Act, words: str):
    assert any(words in each.words for each in Told("cestria").refused(act, by="mia"))


def test_council_4_cestria_33_staff_acknowledge_in_writing_with_the_officer_by_name_and_the_clock_is_met():
    case = Told("council")
    case.do(Assign(to=("mia",), declared_impartial=True))
    case.do(AddPoint(point="boiler", words="no heating for a week"), by="mia")
    case.do(RecordOutcomeSought(words="a boiler that works"), by="mia")
    case.owes("respond", end_of_local_day(date(2026, 11, 23)))
    case.do(WritePart(letter=LetterType.ACKNOWLEDGEMENT, content=Content.RESPONSIBILITY, words="It is ours."), by="mia")
    case.do(SendAcknowledgement(at=RECEIVED, way="letter"), by="mia")
    letter = composed(case, LetterType.ACKNOWLEDGEMENT)
    assert letter.is_whole
    assert "Mia deals with your complaint." in letter.text
    assert events_of(case.life, {}, {})["acknowledged"] == RECEIVED


def test_ccbc_32_each_phase_has_the_moment_at_which_the_case_entered_it():
    case = investigated("ccbc")
    case.do(SendOutcome(at=case.now, way="email"), by="mia")
    found = phases(case.life, {1: RECEIVED + timedelta(minutes=1)})
    assert [phase for phase, _ in found] == [Phase.REQUEST, Phase.CONFIRM, Phase.DELIVER, Phase.AFTER]
    assert found[0][1] == RECEIVED
    assert found[2][1] == case.life.stages[0].allocated_at


def test_group_6_a_leaflet_is_sent_where_it_is_asked_for_and_no_form_is_needed():
    case = investigated("group")
    case.do(SendLeaflet(at=RECEIVED, what="leaflet", way="letter", formats=("easy read",)), by="asha")
    assert case.life.promises.leaflets == ("leaflet",)
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")


def test_cestria_32_stage_1_is_the_service_managers_of_the_area_that_it_is_about():
    case = Told("cestria", facts={"team_complained_about": "Repairs Team"})
    refused = case.refused(Assign(to=("ben",), declared_impartial=True))
    assert "CESTRIA-32" in {each.clause for each in refused}
    case.do(Assign(to=("mia",), declared_impartial=True))
