"""situations.md sections 5 to 7: escalation, threads, other regimes, allegations."""

from datetime import timedelta

from domain.cases import CaseState, Question, ReferenceFound
from domain.decisions import Disposition, Outcome, PersonBy
from domain.labels import Allegation, Hazard, Intent, Kind, Matter, RepresentativeKind, Topic, Vulnerability
from domain.uktime import local_date
from router.decide import decide
from tests.builders import (
    ANN_MAIL,
    BOB_MAIL,
    NOW,
    a_case,
    a_reading,
    a_situation,
    asked,
    in_thread,
    of_risk,
    quoted,
)
from tests.router.looking import alerted, asks_of, names_owed, new_case, opened_as, owed, said_by, soonest, tasks_of

ANSWERED = a_case(response_sent=True)
CLOSED = a_case(418, state=CaseState.CLOSED, closed_at=NOW - timedelta(days=150), response_sent=True)


def test_situation_90_not_happy_after_the_answer_is_an_escalation_without_a_form():
    decision = decide(a_situation("not happy with this", intent=Intent.ESCALATE, own_cases=(ANSWERED,)))
    assert (decision.effects.join_case_id, said_by(decision)) == (ANSWERED.id, ("a5",))
    assert owed(decision, "acknowledge", 2).from_at == NOW
    assert decision.effects.drafts[0].meets == "acknowledge"
    assert soonest(decision) is PersonBy.ONE_WORKING_DAY


def test_situation_91_a_question_after_the_answer_is_seen_by_a_person():
    decision = decide(
        a_situation("ok but who pays?", kind=Kind.COMMENT, intent=Intent.FOLLOW_UP, own_cases=(ANSWERED,))
    )
    assert (said_by(decision), tasks_of(decision)["escalation"]) == (("a7",), PersonBy.ONE_WORKING_DAY)


def test_situation_92_and_93_a_late_escalation_is_never_refused_by_machine():
    late = a_case(response_sent=True, received_at=NOW - timedelta(days=90))
    decision = decide(a_situation("still not happy", intent=Intent.ESCALATE, own_cases=(late,)))
    assert (said_by(decision), ("respond", 2) in names_owed(decision)) == (("a5",), True)


def test_situation_94_an_escalation_when_the_answer_is_overdue_goes_on():
    overdue = a_case(received_at=NOW - timedelta(days=60))
    decision = decide(a_situation("I want stage 2", intent=Intent.ESCALATE, own_cases=(overdue,)))
    assert (said_by(decision), tasks_of(decision)["escalation"]) == (("a5",), PersonBy.SAME_DAY)
    assert "response_overdue" in decision.effects.flags


def test_situation_95_an_escalation_on_day_three_does_not_start_stage_two():
    fresh = a_case(received_at=NOW - timedelta(days=3))
    decision = decide(a_situation("I want stage 2", intent=Intent.ESCALATE, own_cases=(fresh,)))
    assert (said_by(decision), decision.effects.obligations) == (("a7",), ())


def test_situation_96_and_97_a_new_issue_in_a_reply_is_for_a_person_to_split():
    case = a_case()
    decision = decide(a_situation("also the gutter", sender=ANN_MAIL, own_cases=(case,), thread=in_thread(case)))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ("a7",))
    assert "split" in tasks_of(decision)


def test_situation_98_its_return_after_closure_is_a_new_complaint_linked_to_the_old_one():
    for thread in (None, in_thread(CLOSED)):
        decision = decide(a_situation("It has come back", sender=ANN_MAIL, own_cases=(CLOSED,), thread=thread))
        assert (decision.outcome, said_by(decision)) == (Outcome.OPEN, ("a1",))
        assert decision.effects.link_case_id == CLOSED.id


def test_situation_99_after_the_last_stage_the_ombudsman_is_named():
    final = a_case(stage=3, response_sent=True)
    decision = decide(a_situation("still wrong", intent=Intent.ESCALATE, own_cases=(final,)))
    assert (said_by(decision), tasks_of(decision)["final_stage"]) == (("a9",), PersonBy.ONE_WORKING_DAY)
    assert decision.effects.drafts[0].values["ombudsman"] == "Housing Ombudsman Service"


def test_situation_100_a_promise_not_kept_is_a_new_linked_complaint():
    decision = decide(a_situation("You promised the work by 3 June", own_cases=(CLOSED,)))
    assert (opened_as(decision), decision.effects.link_case_id) == (Kind.COMPLAINT, CLOSED.id)


def test_situation_101_and_102_words_on_a_draft_are_added_to_the_case():
    case = a_case()
    for words in ("two dates are wrong", "Yes happy with that"):
        reply = a_situation(
            words,
            sender=ANN_MAIL,
            kind=Kind.COMMENT,
            intent=Intent.FOLLOW_UP,
            own_cases=(case,),
            thread=in_thread(case),
        )
        assert (decide(reply).effects.join_case_id, said_by(decide(reply))) == (case.id, ("a7",))


def test_situation_103_forget_it_closes_nothing():
    decision = decide(a_situation("forget it", kind=Kind.NONE, intent=Intent.WITHDRAW, own_cases=(a_case(),)))
    assert (said_by(decision), tasks_of(decision)["withdrawal"]) == (("a7",), PersonBy.ONE_WORKING_DAY)
    assert decision.effects.obligations == ()


def test_situation_104_the_reference_of_somebody_else_reveals_nothing():
    theirs = a_case(own=False)
    decision = decide(a_situation(f"about {theirs.reference}: no heating", references=(quoted(theirs),)))
    assert (decision.outcome, decision.effects.link_case_id) == (Outcome.OPEN, theirs.id)
    assert tasks_of(decision)["verify_reference"] is PersonBy.SAME_DAY
    assert theirs.reference not in str([draft.values for draft in decision.effects.drafts])
    assert decision.effects.join_case_id is None


def test_situation_105_a_slip_in_the_reference_is_corrected_among_the_senders_own_cases():
    case = a_case()
    wrong = case.reference[:-1] + ("A" if case.reference[-1] != "A" else "B")
    mistyped = ReferenceFound(reference=wrong, valid=False)
    decision = decide(a_situation("more on this", sender=ANN_MAIL, references=(mistyped,), own_cases=(case,)))
    assert (decision.rule, decision.effects.join_case_id) == ("corrected_reference", case.id)
    assert decision.effects.corrected_reference == wrong


def test_situation_105_a_slip_is_never_corrected_to_the_case_of_another():
    theirs = a_case(own=False)
    mistyped = quoted(theirs, reference=theirs.reference[:-1] + "0", valid=False)
    decision = decide(a_situation("more on this", references=(mistyped,), own_cases=()))
    assert (decision.outcome, decision.effects.link_case_id) == (Outcome.OPEN, None)


def test_situation_106_an_old_job_number_is_no_reference():
    decision = decide(a_situation("job 44812 again", kind=Kind.SERVICE_REQUEST, intent=Intent.CHASE))
    assert (decision.outcome, said_by(decision)) == (Outcome.OPEN, ("a4",))


def test_situation_107_a_reply_from_another_address_joins_and_is_told_nothing():
    case = a_case(own=False)
    decision = decide(a_situation("me again", sender=BOB_MAIL, thread=in_thread(case, sent_to=ANN_MAIL)))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ("a7_unverified",))
    assert tasks_of(decision)["verify_address"] is PersonBy.ONE_WORKING_DAY
    assert [draft.names_case for draft in decision.effects.drafts] == [False]
    assert decision.effects.parties == ()


def test_situation_108_a_complaint_under_an_old_subject_is_a_new_complaint():
    decision = decide(a_situation("nobody ever answers", sender=ANN_MAIL, subject="Re: Rent statement March"))
    assert (said_by(decision), decision.effects.drafts[0].subject) == (("a1",), "Re: Rent statement March")


def test_situation_109_no_alone_is_read_as_the_answer_to_the_question_last_asked():
    request = a_case(kind=Kind.SERVICE_REQUEST)
    decision = decide(
        a_situation(
            "no",
            kind=Kind.NONE,
            intent=Intent.FOLLOW_UP,
            own_cases=(request,),
            question=asked(Question.CHOICE, request),
        )
    )
    assert (decision.effects.answered_question_id, decision.effects.answer) == ("q1", "no")
    assert decision.effects.kind_changed_to is None


def test_situation_109_no_after_the_answer_is_dissatisfaction():
    decision = decide(a_situation("no", kind=Kind.NONE, intent=Intent.FOLLOW_UP, own_cases=(ANSWERED,)))
    assert said_by(decision) == ("a5",)


def test_situation_110_an_answer_inside_our_own_text_joins_its_case():
    case = a_case()
    situation = a_situation("> when?\nTuesday", sender=ANN_MAIL, own_cases=(case,), thread=in_thread(case))
    reading = a_reading(situation.message, new_text="Tuesday", quoted_text="> when?")
    assert decide(situation.model_copy(update={"reading": reading})).effects.join_case_id == case.id


def test_situation_111_a_letter_of_claim_goes_to_the_legal_team_and_the_complaint_stays():
    decision = decide(
        a_situation(
            "letter of claim",
            sender=ANN_MAIL,
            representative=RepresentativeKind.SOLICITOR,
            matters=(Matter.LETTER_OF_CLAIM,),
            hazard=Hazard.DAMP_MOULD,
        )
    )
    assert said_by(decision) == ()
    assert tasks_of(decision)["letter_of_claim"] is PersonBy.SAME_DAY
    assert {("respond", 1), ("hazard_investigate", 0)} <= names_owed(decision)


def test_situation_112_a_court_claim_stops_nothing_by_itself():
    decision = decide(a_situation("claim form", sender=ANN_MAIL, matters=(Matter.COURT_CLAIM,)))
    assert (decision.outcome, said_by(decision)) == (Outcome.OPEN, ())
    assert "court_claim" in tasks_of(decision)


def test_situation_113_a_mention_of_a_solicitor_is_an_ordinary_complaint():
    assert said_by(decide(a_situation("my solicitor told me to complain first"))) == ("a1",)


def test_situation_114_and_115_a_claim_for_loss_runs_beside_the_complaint():
    decision = decide(a_situation("I want GBP 400 for my sofa", matters=(Matter.INSURANCE,)))
    assert (said_by(decision), "insurance" in tasks_of(decision)) == (("a1",), True)
    assert ("respond", 1) in names_owed(decision)


def test_situation_116_a_question_about_insurance_is_pointed_on():
    assert said_by(decide(a_situation("do I need cover?", kind=Kind.COMMENT, matters=(Matter.INSURANCE,)))) == ("a9",)


def test_situation_117_noise_next_door_is_no_complaint_about_the_landlord():
    decision = decide(a_situation("loud music", kind=Kind.SERVICE_REQUEST, matters=(Matter.ASB_REPORT,)))
    assert (said_by(decision), tasks_of(decision)["asb_report"]) == (("a9",), PersonBy.SAME_DAY)
    assert ("respond", 1) not in names_owed(decision)


def test_situation_118_doing_nothing_about_noise_is_a_complaint():
    decision = decide(a_situation("Reported five times", matters=(Matter.ASB_REPORT,)))
    assert (opened_as(decision), said_by(decision)) == (Kind.COMPLAINT, ("a1",))


def test_situation_119_a_hate_incident_is_seen_at_once():
    decision = decide(a_situation("hate", kind=Kind.SERVICE_REQUEST, matters=(Matter.ASB_REPORT,), safety=(of_risk(),)))
    assert (alerted(decision), said_by(decision)) == (("safeguarding",), ("a9_safeguarding",))


def test_situation_120_a_request_for_data_in_a_complaint_has_two_clocks():
    decision = decide(a_situation("send me everything you hold on me", sender=ANN_MAIL, matters=(Matter.SAR,)))
    due = owed(decision, "answer_subject_access", 0).due_at
    assert local_date(due).isoformat() == "2026-12-09"
    assert (said_by(decision), ("respond", 1) in names_owed(decision)) == (("a1",), True)


def test_situation_121_a_breach_is_weighed_in_72_hours_and_acknowledged_within_30_days():
    decision = decide(
        a_situation("you e-mailed my details", matters=(Matter.DP_COMPLAINT,), allegation=Allegation.DATA_BREACH)
    )
    assert owed(decision, "assess_breach", 0).due_at - NOW == timedelta(hours=72)
    assert local_date(owed(decision, "acknowledge_dp_complaint", 0).due_at).isoformat() == "2026-12-08"
    assert tasks_of(decision)["dp_complaint"] is PersonBy.SAME_DAY


def test_situation_122_deletion_is_explained_by_a_person_and_nothing_is_deleted():
    case = a_case()
    decision = decide(
        a_situation(
            "Delete all my data and close my complaint",
            kind=Kind.NONE,
            intent=Intent.WITHDRAW,
            matters=(Matter.ERASURE,),
            own_cases=(case,),
        )
    )
    assert (said_by(decision), {"erasure", "withdrawal"} <= tasks_of(decision).keys()) == (("a7",), True)
    assert ("answer_erasure", 0) in names_owed(decision)


def test_situation_123_a_request_for_statistics_is_no_complaint():
    decision = decide(a_situation("how many?", kind=Kind.COMMENT, matters=(Matter.INFORMATION_REQUEST,)))
    assert (said_by(decision), "information_request" in tasks_of(decision)) == (("a9",), True)


def test_situation_124_a_dispute_about_arrears_is_a_complaint():
    assert said_by(decide(a_situation("your letter is wrong, I paid", topic=Topic.RENT_CHARGES))) == ("a1",)


def test_situation_125_rent_policy_is_read_and_not_refused():
    decision = decide(a_situation("rent is too high", topic=Topic.RENT_CHARGES, sure=False))
    assert (decision.outcome, said_by(decision)) == (Outcome.OPEN, ("a1_lite",))


def test_situation_126_and_127_another_service_is_pointed_on_by_a_person():
    decision = decide(a_situation("council tax", landlord="council", kind=Kind.COMMENT, matters=(Matter.OTHER_BODY,)))
    assert (said_by(decision), decision.effects.disposition) == (("a9",), Disposition.OTHER_ROUTE)


def test_situation_128_a_heat_bill_complaint_stays_a_complaint_beside_the_other_body():
    decision = decide(a_situation("heat bill", matters=(Matter.OTHER_BODY,)))
    assert (said_by(decision), "other_body" in tasks_of(decision)) == (("a1",), True)


def test_situation_129_eviction_is_not_excluded_as_a_whole():
    decision = decide(a_situation("you served notice", vulnerability=(Vulnerability.MENTAL_HEALTH,)))
    assert (said_by(decision), tasks_of(decision)["care"]) == (("a1",), PersonBy.SAME_DAY)


def test_situation_130_a_decision_with_its_own_appeal_has_a_person_tell_the_limit():
    decision = decide(a_situation("you refused my transfer", matters=(Matter.OWN_APPEAL,)))
    assert (said_by(decision), tasks_of(decision)["own_appeal"]) == (("a1",), PersonBy.ONE_WORKING_DAY)


def test_situation_131_a_defect_in_warranty_is_the_landlords():
    assert said_by(decide(a_situation("the builder will not come"))) == ("a1",)


def test_situation_132_an_alleged_theft_goes_to_stage_two_today_and_is_restricted():
    decision = decide(
        a_situation(
            "Your gas man stole my mother's ring", allegation=Allegation.CRIME, vulnerability=(Vulnerability.AGE,)
        )
    )
    assert (said_by(decision), new_case(decision).proposed_stage) == (("a1",), 2)
    assert (new_case(decision).stage, new_case(decision).restricted) == (1, True)
    assert local_date(owed(decision, "acknowledge", 2).due_at).isoformat() == "2026-11-12"
    assert tasks_of(decision)["crime"] is PersonBy.SAME_DAY


def test_situation_132_another_landlords_policy_keeps_stage_one():
    decision = decide(a_situation("stole", landlord="group", allegation=Allegation.CRIME))
    assert new_case(decision).proposed_stage is None
    assert ("respond", 1) in names_owed(decision)


def test_situation_133_an_assault_is_seen_now_by_few():
    decision = decide(a_situation("he touched me", allegation=Allegation.CRIME, safety=(of_risk(),)))
    assert (alerted(decision), said_by(decision)) == (("safeguarding",), ("a9_safeguarding", "a1"))
    assert new_case(decision).restricted


def test_situation_134_and_136_misconduct_is_restricted_and_seen_today():
    decision = decide(a_situation("took cash for keys", allegation=Allegation.STAFF_MISCONDUCT))
    assert tasks_of(decision)["staff_misconduct"] is PersonBy.SAME_DAY
    assert new_case(decision).restricted


def test_situation_135_rudeness_is_an_ordinary_complaint():
    decision = decide(a_situation("rude receptionist", topic=Topic.STAFF_CONDUCT))
    assert (said_by(decision), new_case(decision).restricted) == (("a1",), False)


def test_situation_137_a_complaint_about_whoever_is_on_duty_is_acknowledged_and_its_clock_runs():
    decision = decide(a_situation("Donna on your desk hung up on me", topic=Topic.STAFF_CONDUCT))
    assert (said_by(decision), soonest(decision)) == (("a1",), PersonBy.NORMAL)
    assert {("acknowledge", 1), ("respond", 1)} <= names_owed(decision)
    assert not any("Donna" in task.reason for task in decision.effects.tasks)


def test_situation_138_discrimination_is_seen_today():
    decision = decide(a_situation("because I am disabled", allegation=Allegation.DISCRIMINATION))
    assert (said_by(decision), tasks_of(decision)["discrimination"]) == (("a1",), PersonBy.SAME_DAY)


def test_situation_139_a_hint_of_slavery_gets_a_general_text_and_a_person_now():
    decision = decide(a_situation("ten men in one flat", kind=Kind.COMMENT, safety=(of_risk(),)))
    assert (said_by(decision), soonest(decision)) == (("a9_safeguarding",), PersonBy.NOW)


def test_situation_140_and_141_a_threat_is_answered_by_a_person_and_the_complaint_goes_on():
    for rule in ("staff-threat", "threat-of-arson"):
        decision = decide(a_situation("next one who comes gets a bat", safety=(of_risk(rule=rule),)))
        assert (opened_as(decision), said_by(decision), alerted(decision)) == (Kind.COMPLAINT, (), ("threat",))
        assert ("respond", 1) in names_owed(decision)


def test_situation_142_a_suspected_false_claim_is_never_prejudged():
    assert asks_of(decide(a_situation("again you lot"))) == ()
    assert said_by(decide(a_situation("again you lot"))) == ("a1",)
