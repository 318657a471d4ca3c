"""Clauses of the five policies that the router keeps: who may write, what is owed, what is never asked or refused."""

from datetime import timedelta
from typing import Any

import pytest

from domain.cases import PartyRole, Question
from domain.decisions import Decision, Disposition, PersonBy
from domain.labels import (
    AuthorityShown,
    Intent,
    Kind,
    Matter,
    RepresentativeKind,
    Topic,
    Vulnerability,
)
from domain.messages import NO_ADDRESS, Address, AddressKind
from domain.uktime import local_date
from router.decide import decide
from tests.builders import ANN, ANN_MAIL, BOB_MAIL, NOW, a_case, a_situation, asked, known, marked
from tests.router.looking import asks_of, names_owed, new_case, opened_as, owed, said_by, tasks_of

REP = RepresentativeKind
COUNCILLOR = Address(kind=AddressKind.EMAIL, value="cllr.brown@fenwick.gov.uk")
AT_THE_COUNTER = Address(kind=AddressKind.POST, value="2 Low Row")


def from_a(representative: RepresentativeKind, landlord: str, **fields: Any) -> Decision:
    given = {"sender": BOB_MAIL, "authority": AuthorityShown.ABSENT, "on_behalf_of": "Mrs Grace Oduya"}
    return decide(
        a_situation("the lift is still broken", landlord=landlord, representative=representative, **{**given, **fields})
    )


def roles(decision: Decision) -> list[PartyRole]:
    return [party.role for party in decision.effects.parties]


def told(decision: Decision) -> str:
    return " ".join(value for draft in decision.effects.drafts for value in draft.values.values())


def escalated(landlord: str = "cestria", **case: Any) -> Decision:
    answered = a_case(**{"response_sent": True, **case})
    words = "I am not happy with this"
    return decide(a_situation(words, landlord=landlord, intent=Intent.ESCALATE, own_cases=(answered,)))


def nudged(decision: Decision) -> set[str]:
    """The clauses of the duties that somebody is reminded of before they are due."""
    early = {(each.obligation, each.stage) for each in decision.effects.reminders}
    return {each.basis for each in decision.effects.obligations if (each.name, each.stage) in early}


@pytest.mark.parametrize(
    ("sender", "noted_by"),
    [
        pytest.param(ANN, None, id="text"),
        pytest.param(ANN_MAIL, None, id="email"),
        pytest.param(ANN, "Donna", id="a call that staff noted"),
        pytest.param(AT_THE_COUNTER, "Donna", id="at the reception"),
        pytest.param(NO_ADDRESS, "Donna", id="told to a member of staff"),
    ],
)
def test_ccbc_5_a_complaint_comes_in_by_telephone_text_email_reception_and_staff(sender: Address, noted_by: str | None):
    fields = {"channel": "notes", "channel_kind": "staff_note"} if noted_by else {}
    decision = decide(a_situation("no repair", landlord="ccbc", sender=sender, noted_by=noted_by, **fields))
    assert opened_as(decision) is Kind.COMPLAINT
    assert ("respond", 1) in names_owed(decision)


def test_ccbc_22_the_answer_has_a_due_date_and_people_are_reminded_before_it():
    decision = decide(a_situation("no repair", landlord="ccbc"))
    due = owed(decision, "respond").due_at
    nudges = [each for each in decision.effects.reminders if each.obligation == "respond"]
    assert {each.audience for each in nudges} == {"handler", "manager"}
    assert min(each.fire_at for each in nudges) < due - timedelta(days=5)
    assert max(each.fire_at for each in nudges) == due


@pytest.mark.parametrize(("kind", "wording"), [(Kind.COMPLAINT, "a1"), (Kind.COMPLIMENT, "a2"), (Kind.COMMENT, "a3")])
def test_pool_1_compliments_suggestions_and_complaints_each_open_a_record(kind: Kind, wording: str):
    decision = decide(a_situation("thank you, but", landlord="poolplus", kind=kind))
    assert (opened_as(decision), said_by(decision)) == (kind, (wording,))


@pytest.mark.parametrize(
    ("fields", "disposition"),
    [
        ({"kind": Kind.NONE, "intent": Intent.SPAM}, Disposition.SPAM),
        ({"kind": Kind.NONE, "intent": Intent.AUTO, **marked(automatic=True)}, Disposition.AUTOMATIC),
        ({"kind": Kind.NONE, "intent": Intent.THANKS}, Disposition.UNCLEAR),
        ({"duplicate_of": "m0"}, Disposition.DUPLICATE),
    ],
)
def test_pool_3_what_opens_no_case_is_kept_with_its_reason(fields: dict[str, object], disposition: Disposition):
    decision = decide(a_situation("out of the office", landlord="poolplus", sender=ANN_MAIL, **fields))
    assert decision.effects.disposition is disposition
    assert decision.effects.reason.endswith(".")


def test_pool_6_group_16_without_authority_nothing_personal_is_told_and_the_clock_runs():
    for landlord in ("poolplus", "group"):
        decision = from_a(REP.RELATIVE, landlord)
        assert (said_by(decision), asks_of(decision)) == (("a8",), (Question.AUTHORITY,))
        assert "Grace" not in told(decision)
        assert tasks_of(decision)["authority"] is PersonBy.ONE_WORKING_DAY
        assert ("respond", 1) in names_owed(decision)


def test_pool_7_an_elected_member_is_kept_as_such():
    assert roles(from_a(REP.COUNCILLOR, "poolplus", sender=COUNCILLOR))[0] is PartyRole.ELECTED_MEMBER
    assert roles(from_a(REP.MP, "poolplus"))[0] is PartyRole.ELECTED_MEMBER


def test_pool_11_banding_is_pointed_on_by_a_person_and_what_concerns_the_landlord_stays():
    banding = decide(
        a_situation("my band is wrong", landlord="poolplus", kind=Kind.COMMENT, matters=(Matter.OTHER_BODY,))
    )
    assert (banding.effects.disposition, said_by(banding)) == (Disposition.OTHER_ROUTE, ("a9",))
    assert tasks_of(banding)["other_body"] is PersonBy.ONE_WORKING_DAY
    viewing = decide(
        a_situation(
            "wrong band, and rude staff at the viewing",
            landlord="poolplus",
            topic=Topic.ALLOCATIONS_MOVES,
            matters=(Matter.OTHER_BODY,),
        )
    )
    assert (opened_as(viewing), new_case(viewing).items) == (Kind.COMPLAINT, ("other_body",))


def test_pool_29_the_letter_is_due_ten_working_days_after_raising_with_its_nudges():
    decision = decide(a_situation("no repair", landlord="poolplus"))
    row = owed(decision, "respond")
    assert (row.basis, local_date(row.due_at).isoformat()) == ("POOL-29", "2026-11-23")
    assert [each for each in decision.effects.reminders if (each.obligation, each.stage) == ("respond", 1)]


def test_pool_30_group_31_dissatisfaction_with_the_answer_carries_the_case_to_stage_two():
    for landlord in ("poolplus", "group"):
        decision = escalated(landlord)
        assert decision.effects.open_case is None
        assert {("acknowledge", 2), ("respond", 2)} <= names_owed(decision)
    late = escalated("poolplus", response_sent=False, received_at=NOW - timedelta(days=60))
    assert ("respond", 2) in names_owed(late)


def test_pool_31_stage_two_starts_without_any_reason():
    decision = escalated("poolplus")
    assert (said_by(decision), asks_of(decision)) == (("a5",), ())
    assert ("respond", 2) in names_owed(decision)


def test_pool_34_a_late_wish_for_stage_two_goes_to_a_person_and_is_not_refused():
    decision = escalated("poolplus", received_at=NOW - timedelta(days=120))
    assert ("respond", 2) in names_owed(decision)
    assert "escalation" in tasks_of(decision)


def test_council_2_an_acknowledgement_is_owed_and_sent_at_both_stages():
    first, second = decide(a_situation("no repair", landlord="council")), escalated("council")
    for decision, stage, wording in ((first, 1, "a1"), (second, 2, "a5")):
        assert ("acknowledge", stage) in names_owed(decision)
        (draft,) = decision.effects.drafts
        assert (draft.wording, draft.meets) == (wording, "acknowledge")


def test_cestria_7_a_request_for_a_service_is_kept_apart_from_complaints():
    decision = decide(a_situation("the tap drips at 3 Mill Lane", kind=Kind.SERVICE_REQUEST))
    assert opened_as(decision) is Kind.SERVICE_REQUEST
    assert ("respond", 1) not in names_owed(decision)


def test_cestria_14_formats_and_languages_on_record_go_with_the_person():
    situation = a_situation("no answer", sender=ANN_MAIL)
    blind = situation.model_copy(update={"sender": known(ANN_MAIL, adjustments=("large print",))})
    assert decide(blind).effects.parties[0].adjustments == ("large print",)
    polish = decide(a_situation("Nikt nie przyszedl", language="pl"))
    assert tasks_of(polish)["interpreter"] is PersonBy.SAME_DAY


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.COMPLIMENT, Kind.COMMENT])
def test_cestria_21_group_1_every_kind_of_feedback_has_its_place_in_the_register(kind: Kind):
    for landlord in ("cestria", "group"):
        assert opened_as(decide(a_situation("about the gardens", landlord=landlord, kind=kind))) is kind


def test_cestria_29_the_service_team_answers_in_ten_days_and_is_reminded_while_stage_one_runs():
    decision = decide(a_situation("no repair"))
    row = owed(decision, "informal_reply", 0)
    assert (row.basis, local_date(row.due_at).isoformat()) == ("CESTRIA-29", "2026-11-23")
    assert [each for each in decision.effects.reminders if each.obligation == "informal_reply"]
    assert ("respond", 1) in names_owed(decision)


def test_cestria_30_the_word_complaint_makes_a_complaint_of_a_request_at_any_time():
    request = a_case(kind=Kind.SERVICE_REQUEST, received_at=NOW - timedelta(days=30))
    decision = decide(a_situation("COMPLAINT", own_cases=(request,), question=asked(Question.CHOICE, request)))
    assert decision.effects.kind_changed_to is Kind.COMPLAINT
    assert {("acknowledge", 1), ("respond", 1)} <= names_owed(decision)


def test_cestria_35_stage_two_is_the_directors_at_the_complainants_wish():
    row = owed(escalated(received_at=NOW - timedelta(days=200)), "respond", 2)
    assert (row.owner, row.basis) == ("the Director", "CESTRIA-37")


def test_cestria_38_stage_three_is_the_boards_at_the_complainants_wish():
    decision = escalated(stage=2)
    row = owed(decision, "panel_outcome", 3)
    assert (row.owner, row.basis) == ("the Complaints Panel", "CESTRIA-40")
    assert owed(decision, "acknowledge", 3).basis == "CESTRIA-41"


def test_cestria_58_a_complaint_is_acknowledged_in_three_days_and_answered_in_ten_of_receipt():
    decision = decide(a_situation("no repair"))
    found = {each.basis: local_date(each.due_at).isoformat() for each in decision.effects.obligations}
    assert (found["CESTRIA-28"], found["CESTRIA-58"]) == ("2026-11-12", "2026-11-23")


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.COMPLIMENT])
def test_group_4_group_9_anyone_affected_is_heard_satisfied_or_not(kind: Kind):
    decision = decide(a_situation("I only walk past your building", landlord="group", kind=kind))
    assert opened_as(decision) is kind


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.COMPLIMENT])
def test_group_13_a_vulnerable_person_is_marked_and_seen_to_by_a_person(kind: Kind):
    illness = (Vulnerability.MENTAL_HEALTH,)
    decision = decide(a_situation("I am not well", landlord="group", kind=kind, vulnerability=illness))
    assert "vulnerable:mental_health" in decision.effects.flags
    assert tasks_of(decision)["care"] is PersonBy.SAME_DAY


@pytest.mark.parametrize("kind", [REP.ADVOCATE, REP.RELATIVE, REP.COUNCILLOR, REP.MP, REP.SUPPORT_WORKER])
def test_group_14_group_15_a_representative_is_kept_as_such_and_the_same_is_owed(kind: RepresentativeKind):
    decision = from_a(kind, "group")
    assert decision.effects.parties[0].representative is kind
    assert roles(decision)[1] is PartyRole.COMPLAINANT
    direct = decide(a_situation("the lift is still broken", landlord="group", sender=BOB_MAIL))
    assert {(each.name, each.due_at) for each in decision.effects.obligations} == {
        (each.name, each.due_at) for each in direct.effects.obligations
    }


def test_group_20_a_wish_for_compensation_stays_with_its_complaint():
    decision = decide(a_situation("I want GBP 400 for my sofa", landlord="group", matters=(Matter.INSURANCE,)))
    assert (opened_as(decision), new_case(decision).items) == (Kind.COMPLAINT, ("insurance",))
    assert ("respond", 1) in names_owed(decision)


@pytest.mark.parametrize(
    ("landlord", "kind", "clauses"),
    [
        ("poolplus", Kind.COMPLAINT, {"POOL-21", "POOL-25", "POOL-29"}),
        ("council", Kind.COMPLAINT, {"COUNCIL-38"}),
        ("cestria", Kind.COMPLAINT, {"CESTRIA-28", "CESTRIA-29", "CESTRIA-58"}),
        ("cestria", Kind.COMPLIMENT, {"CESTRIA-28"}),
        ("cestria", Kind.SERVICE_REQUEST, {"CESTRIA-57"}),
    ],
)
def test_pool_21_pool_25_council_38_cestria_28_cestria_57_whoever_owes_it_is_reminded_before_it_is_due(
    landlord: str, kind: Kind, clauses: set[str]
):
    decision = decide(a_situation("about the heating", landlord=landlord, kind=kind, sender=ANN_MAIL))
    assert nudged(decision) >= clauses


def test_pool_37_cestria_36_cestria_37_cestria_40_later_stages_have_their_reminders_too():
    assert nudged(escalated("poolplus")) >= {"POOL-37"}
    assert nudged(escalated()) >= {"CESTRIA-36", "CESTRIA-37"}
    assert nudged(escalated(stage=2)) >= {"CESTRIA-40"}
