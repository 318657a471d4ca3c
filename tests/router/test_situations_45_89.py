"""situations.md sections 3 and 4: vulnerability, harm, and who is writing."""

from typing import Any

import pytest

from domain.cases import PartyRole, Question
from domain.decisions import Decision, Disposition, Outcome, PersonBy
from domain.labels import (
    Allegation,
    AuthorityShown,
    Hazard,
    Intent,
    Kind,
    Matter,
    RepresentativeKind,
    Topic,
    Urgency,
    Vulnerability,
)
from domain.messages import NO_ADDRESS, Address, AddressKind
from router.decide import decide
from tests.builders import (
    ANN_MAIL,
    BOB_MAIL,
    NOW,
    a_case,
    a_situation,
    in_thread,
    known,
    of_abuse,
    of_risk,
    of_self_harm,
)
from tests.router.looking import alerted, asks_of, names_owed, new_case, opened_as, owed, said_by, soonest, tasks_of

REP = RepresentativeKind


def a_representative(
    who: RepresentativeKind, authority: AuthorityShown = AuthorityShown.ABSENT, **fields: Any
) -> Decision:
    given = {
        "sender": ANN_MAIL,
        "sender_name": "Ann Oduya",
        "representative": who,
        "authority": authority,
        "on_behalf_of": "Mrs Grace Oduya",
    }
    return decide(a_situation("I write for Mrs Grace Oduya of 9 Mill Lane", **(given | fields)))


def shown_to_sender(decision: Decision) -> str:
    return " ".join(value for draft in decision.effects.drafts for value in draft.values.values())


def test_situation_45_self_harm_gets_words_of_help_first_and_a_person_now():
    decision = decide(a_situation("I can't go on", safety=(of_self_harm(),)))
    assert said_by(decision) == ("a6_crisis", "a1")
    assert decision.effects.drafts[0].values["support"] == "116 123"
    assert (alerted(decision), soonest(decision)) == (("self_harm",), PersonBy.NOW)


def test_situation_46_a_figure_of_speech_is_glanced_at_within_the_hour():
    decision = decide(a_situation("this drip is killing me", safety=(of_self_harm(Urgency.NORMAL),)))
    assert (said_by(decision), alerted(decision)) == (("a1",), ())
    assert tasks_of(decision)["self_harm"] is PersonBy.ONE_HOUR


def test_situation_47_a_child_at_risk_next_door_gets_a_text_without_details():
    decision = decide(a_situation("kids next door left alone", kind=Kind.COMMENT, safety=(of_risk(),)))
    assert said_by(decision) == ("a9_safeguarding",)
    assert (alerted(decision), new_case(decision).restricted) == (("safeguarding",), True)


def test_situation_48_self_neglect_is_seen_the_same_day():
    decision = decide(a_situation("he hoards", kind=Kind.COMMENT, safety=(of_risk(Urgency.URGENT, "adult-at-risk"),)))
    assert (alerted(decision), tasks_of(decision)["safeguarding"]) == ((), PersonBy.SAME_DAY)


def test_situation_49_abuse_at_home_bars_every_automatic_answer_and_locks_the_address():
    decision = decide(a_situation("please don't write to the house, he opens my post", safety=(of_abuse(),)))
    assert (said_by(decision), opened_as(decision)) == ((), Kind.COMPLAINT)
    assert decision.effects.address_changes[0].safe_contact_locked
    assert ("respond", 1) in names_owed(decision)
    assert soonest(decision) is PersonBy.NOW


def test_situation_49_the_channel_that_she_names_as_safe_may_be_used():
    decision = decide(a_situation("he opens my post. Text me only on this number", safety=(of_abuse(),)))
    assert said_by(decision) == ("a1",)
    assert decision.effects.address_changes[0].safe_contact_locked


def test_situation_50_a_locked_address_gets_nothing_by_itself():
    for facts in ({"sender": known(safe_contact_locked=True)}, {}):
        case = a_case(safe_contact_locked=not facts)
        situation = a_situation("any news", intent=Intent.CHASE, own_cases=(case,)).model_copy(update=facts)
        decision = decide(situation)
        assert said_by(decision) == ()
        assert tasks_of(decision)["safe_contact"] is PersonBy.ONE_HOUR


def test_situation_51_somebody_who_asks_for_an_address_is_told_nothing():
    decision = a_representative(REP.RELATIVE)
    assert said_by(decision) == ("a8",)
    assert "Grace" not in shown_to_sender(decision)
    assert "Mill Lane" not in shown_to_sender(decision)


def test_situation_52_a_key_worker_is_asked_for_by_a_person():
    decision = decide(a_situation("please ring my key worker Ann", vulnerability=(Vulnerability.LITERACY,)))
    assert tasks_of(decision)["care"] is PersonBy.ONE_WORKING_DAY
    assert "vulnerable:literacy" in decision.effects.flags


def test_situation_53_the_sixth_time_is_one_case_and_at_most_one_answer_a_day():
    case = a_case(last_added_answer_at=NOW)
    decision = decide(a_situation("no one came", intent=Intent.FOLLOW_UP, own_cases=(case,)))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ())


def test_situation_54_a_deaf_tenant_is_answered_in_text_and_marked():
    decision = decide(a_situation("cannot use phone, BSL", vulnerability=(Vulnerability.HEARING_SIGHT,)))
    assert said_by(decision) == ("a1",)
    assert "vulnerable:hearing_sight" in decision.effects.flags


def test_situation_55_a_blind_tenant_is_answered_in_plain_text():
    decision = decide(
        a_situation("your letter was a picture", sender=ANN_MAIL, vulnerability=(Vulnerability.HEARING_SIGHT,))
    )
    assert said_by(decision) == ("a1",)
    assert "care" in tasks_of(decision)


def test_situation_56_a_bereavement_is_seen_today_and_nobody_is_addressed_by_name():
    decision = decide(
        a_situation("my dad died", sender=ANN_MAIL, sender_name="J Hall", vulnerability=(Vulnerability.BEREAVEMENT,))
    )
    assert tasks_of(decision)["care"] is PersonBy.SAME_DAY
    assert decision.effects.drafts[0].values["name"] == ""


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.SERVICE_REQUEST, Kind.NONE])
def test_situation_57_a_child_who_writes_is_refused_nothing_and_a_person_looks_the_same_day(kind: Kind):
    words = "im 15 and the window in my room is broken"
    decision = decide(a_situation(words, sender=ANN_MAIL, kind=kind, topic=Topic.REPAIRS))
    assert (opened_as(decision), said_by(decision)) == (kind, ("a8_minor",))
    stage = 0 if kind is Kind.SERVICE_REQUEST else 1
    assert {("acknowledge", stage), ("respond", stage)} <= names_owed(decision)
    assert tasks_of(decision)["minor"] is PersonBy.SAME_DAY
    assert "minor" in decision.effects.flags
    assert "window" not in shown_to_sender(decision)


def test_situation_57_a_child_without_heating_is_an_emergency_before_anything_else():
    words = "I am 12 years old, there is no heating"
    decision = decide(a_situation(words, kind=Kind.SERVICE_REQUEST, hazard=Hazard.NO_HEATING_HOT_WATER))
    assert said_by(decision) == ("a6_general", "a8_minor")
    assert alerted(decision) == ("no_heating_hot_water",)


def test_situation_57_a_child_who_speaks_for_a_parent_is_a_case_of_the_parents_and_told_nothing():
    decision = decide(a_situation("I'm 15, my mum cannot write", sender=ANN_MAIL, representative=REP.RELATIVE))
    assert (decision.rule, said_by(decision)) == ("minor_writes", ("a8_minor",))
    assert [party.role for party in decision.effects.parties] == [PartyRole.REPRESENTATIVE, PartyRole.COMPLAINANT]


def test_situation_57_a_child_on_a_case_of_their_own_is_marked_and_seen_the_same_day():
    decision = decide(a_situation("I'm 15 and it is worse now", own_cases=(a_case(),), intent=Intent.CHASE))
    assert decision.effects.join_case_id == a_case().id
    assert tasks_of(decision)["minor"] is PersonBy.SAME_DAY


def test_situation_58_a_carer_is_answered_without_personal_data():
    assert said_by(a_representative(REP.RELATIVE, AuthorityShown.STATED)) == ("a8",)


def test_situation_59_somebody_without_phone_or_mail_is_written_to_by_a_person():
    decision = decide(
        a_situation(
            "no heat in my old flat",
            sender=Address(kind=AddressKind.POST, value="Ward 4\nHospital"),
            noted_by="Donna",
        )
    )
    assert (opened_as(decision), said_by(decision)) == (Kind.COMPLAINT, ())
    assert "answer_by_hand" in tasks_of(decision)
    assert ("acknowledge", 1) in names_owed(decision)


def test_situation_60_fear_of_another_office_changes_nothing_about_the_answer():
    assert said_by(decide(a_situation("please don't tell the Home Office"))) == ("a1",)


def test_situation_61_authority_that_is_attached_gets_the_ordinary_answer():
    decision = a_representative(REP.RELATIVE, AuthorityShown.ATTACHED)
    assert (said_by(decision), tasks_of(decision)["authority"]) == (("a1",), PersonBy.NORMAL)
    assert "Grace" not in shown_to_sender(decision)


def test_situation_62_without_authority_the_clock_runs_from_receipt_and_authority_is_asked():
    decision = a_representative(REP.RELATIVE)
    assert (said_by(decision), asks_of(decision)) == (("a8",), (Question.AUTHORITY,))
    assert owed(decision, "respond").from_at <= NOW.replace(day=12)
    assert ("acknowledge", 1) in names_owed(decision)
    writer, behind = decision.effects.parties
    assert (writer.role, behind.role) == (PartyRole.REPRESENTATIVE, PartyRole.COMPLAINANT)
    assert (behind.address, behind.name) == (NO_ADDRESS, "Mrs Grace Oduya")
    assert tasks_of(decision)["authority"] is PersonBy.ONE_WORKING_DAY


def test_situation_63_authority_taken_back_is_for_a_person():
    case = a_case()
    decision = decide(
        a_situation(
            "I didn't ask for this",
            sender=ANN_MAIL,
            kind=Kind.NONE,
            intent=Intent.AUTHORITY,
            own_cases=(case,),
            thread=in_thread(case),
        )
    )
    assert tasks_of(decision)["authority"] is PersonBy.ONE_WORKING_DAY


def test_situation_64_an_estranged_relative_is_told_nothing_and_silence_where_there_is_abuse():
    assert said_by(a_representative(REP.RELATIVE)) == ("a8",)
    assert said_by(a_representative(REP.RELATIVE, safety=(of_abuse(),))) == ()


def test_situation_65_a_joint_tenant_is_answered_alone():
    decision = decide(a_situation("my wife is wrong about this", sender=ANN_MAIL, recipients=("bob@example.org",)))
    assert {draft.to for draft in decision.effects.drafts} == {ANN_MAIL}


def test_situation_66_a_councillor_gets_the_answer_without_personal_data_and_the_constituent_is_a_party():
    decision = a_representative(REP.COUNCILLOR, sender=BOB_MAIL)
    assert (said_by(decision), asks_of(decision)) == (("a8",), ())
    assert [party.role for party in decision.effects.parties] == [PartyRole.ELECTED_MEMBER, PartyRole.COMPLAINANT]
    assert "Grace" not in shown_to_sender(decision)


def test_situation_67_a_councillor_in_their_own_right_is_a_complainant():
    cllr = Address(kind=AddressKind.EMAIL, value="cllr@fenwick.gov.uk")
    decision = decide(a_situation("the members' line is never answered", sender=cllr))
    assert said_by(decision) == ("a1",)


def test_situation_68_an_mp_waits_for_a_person_within_a_working_day_and_the_clock_runs():
    decision = a_representative(REP.MP, sender=Address(kind=AddressKind.EMAIL, value="office@parliament.uk"))
    assert (said_by(decision), ("respond", 1) in names_owed(decision)) == (("a8",), True)
    assert tasks_of(decision)["authority"] is PersonBy.ONE_WORKING_DAY


def test_situation_69_a_councillor_about_third_parties_is_told_nothing_about_them():
    decision = a_representative(REP.COUNCILLOR, kind=Kind.COMMENT, matters=(Matter.ASB_REPORT,))
    assert said_by(decision) == ("a9",)


def test_situation_70_a_candidate_needs_authority_like_anybody():
    assert asks_of(a_representative(REP.ADVOCATE)) == (Question.AUTHORITY,)


def test_situation_71_a_solicitor_with_a_signed_form_is_answered_as_usual():
    assert said_by(a_representative(REP.SOLICITOR, AuthorityShown.ATTACHED)) == ("a1",)


def test_situation_72_a_claims_firm_gets_the_holding_answer_and_is_no_spam():
    assert said_by(a_representative(REP.SOLICITOR)) == ("a8",)


def test_situation_73_an_advice_worker_gets_the_holding_answer():
    assert said_by(a_representative(REP.SUPPORT_WORKER)) == ("a8",)


@pytest.mark.parametrize("words", ["our estate association complains", "petition, 43 signatures"])
def test_situation_74_and_75_a_group_is_one_case_answered_to_its_lead(words: str):
    decision = decide(a_situation(words, sender=ANN_MAIL, representative=REP.RESIDENTS_GROUP))
    assert said_by(decision) == ("a1",)
    assert [party.role for party in decision.effects.parties] == [PartyRole.GROUP_LEAD]


def test_situation_76_an_anonymous_message_is_looked_into_without_an_acknowledgement_owed():
    decision = decide(a_situation("the block is filthy", sender=NO_ADDRESS))
    assert (opened_as(decision), said_by(decision)) == (Kind.COMPLAINT, ())
    assert {name for name, _ in names_owed(decision)} <= {"record"}
    assert "anonymous" in decision.effects.flags


def test_situation_77_a_tip_about_a_tenant_is_restricted_and_no_complaint():
    decision = decide(
        a_situation("no. 9 sublets", sender=NO_ADDRESS, kind=Kind.COMMENT, matters=(Matter.TENANCY_FRAUD,))
    )
    assert (said_by(decision), new_case(decision).restricted) == ((), True)
    assert tasks_of(decision)["tenancy_fraud"] is PersonBy.ONE_WORKING_DAY


def test_situation_78_a_member_of_the_public_is_not_refused():
    assert said_by(decide(a_situation("your trees hang over my garden", sender=ANN_MAIL))) == ("a1",)


def test_situation_79_and_80_a_charge_payer_is_not_refused():
    assert said_by(decide(a_situation("service charge too high", sender=ANN_MAIL, topic=Topic.LEASEHOLD))) == ("a1",)


def test_situation_81_banding_is_confirmed_by_a_person_and_never_refused_by_machine():
    decision = decide(
        a_situation("my banding is wrong", landlord="poolplus", kind=Kind.COMMENT, matters=(Matter.OTHER_BODY,))
    )
    assert said_by(decision) == ("a9",)
    assert tasks_of(decision)["other_body"] is PersonBy.ONE_WORKING_DAY
    assert decision.effects.disposition is Disposition.OTHER_ROUTE


def test_situation_82_a_complaint_about_a_viewing_is_in_scope():
    assert opened_as(decide(a_situation("rude at the viewing", topic=Topic.ALLOCATIONS_MOVES))) is Kind.COMPLAINT


def test_situation_83_and_84_a_former_tenant_is_acknowledged_whatever_the_date():
    assert said_by(decide(a_situation("I left 3 years ago and you kept my deposit"))) == ("a1",)


def test_situation_85_a_whistle_blower_is_restricted():
    decision = decide(a_situation("my manager takes bribes", allegation=Allegation.STAFF_MISCONDUCT))
    assert new_case(decision).restricted


def test_situation_86_and_87_the_clock_runs_from_the_words_to_staff():
    heard_at = NOW.replace(day=2)
    decision = decide(a_situation("wants to complain", noted_by="Donna", received_at=heard_at))
    assert new_case(decision).received_at == heard_at
    assert owed(decision, "acknowledge").from_at == heard_at


def test_situation_88_a_private_message_is_answered_where_it_came_from():
    chat = Address(kind=AddressKind.TELEGRAM, value="501001")
    decision = decide(a_situation("disgraceful", sender=chat))
    assert [(draft.channel, draft.to) for draft in decision.effects.drafts] == [("telegram", chat)]


def test_situation_89_the_ombudsman_gets_no_automatic_answer_and_a_person_today():
    ombudsman = Address(kind=AddressKind.EMAIL, value="casework@housing-ombudsman.org.uk")
    decision = decide(a_situation("please provide by 20 November", sender=ombudsman))
    assert (decision.outcome, said_by(decision)) == (Outcome.NO_CASE, ())
    assert tasks_of(decision)["ombudsman"] is PersonBy.SAME_DAY


def test_a_representative_in_a_hazard_starts_its_clock_before_authority():
    decision = a_representative(REP.RELATIVE, hazard=Hazard.DAMP_MOULD)
    assert ("hazard_investigate", 0) in names_owed(decision)
