"""situations.md sections 1 and 2: tone, mixed content, first reports, hazards. Each given the reading its row says."""

from datetime import timedelta

from domain.cases import Question
from domain.decisions import Decision, Disposition, Outcome, PersonBy
from domain.labels import Hazard, Intent, Kind, Matter, RepresentativeKind, Topic, Urgency, Vulnerability
from domain.messages import MediaReference
from domain.uktime import local_date
from router.decide import decide
from tests.builders import ANN_MAIL, NOW, a_case, a_finding, a_situation, known
from tests.router.looking import alerted, asks_of, names_owed, new_case, opened_as, owed, said_by, soonest, tasks_of

COMPLAINT, REQUEST = Kind.COMPLAINT, Kind.SERVICE_REQUEST
PHOTO = MediaReference(name="wall.jpg", content_type="image/jpeg")


def test_situation_1_a_mixed_message_opens_one_complaint_and_lists_the_praise_for_a_person_to_split():
    decision = decide(a_situation("Karen was lovely but the boiler men never came", also=(Kind.COMPLIMENT,)))
    assert opened_as(decision) is COMPLAINT
    assert new_case(decision).items == ("compliment",)
    assert said_by(decision) == ("a1",)


def test_situation_2_a_polite_complaint_is_acknowledged_as_one_with_its_clock():
    decision = decide(a_situation("I wonder if you could look into why nobody has called back since March"))
    assert (opened_as(decision), said_by(decision)) == (COMPLAINT, ("a1",))
    assert local_date(owed(decision, "respond").due_at).isoformat() == "2026-11-23"


def test_situation_3_sarcasm_about_water_is_a_complaint_with_a_hazard_seen_today():
    decision = decide(a_situation("Brilliant, third flood", hazard=Hazard.FLOOD_LEAK, urgency=Urgency.URGENT))
    assert opened_as(decision) is COMPLAINT
    assert tasks_of(decision)["hazard"] is PersonBy.SAME_DAY


def test_situation_4_praise_with_a_sting_is_thanked_and_offered_the_choice():
    decision = decide(a_situation("Thanks for FINALLY fixing it", kind=Kind.COMPLIMENT, sure=False))
    assert (said_by(decision), asks_of(decision)) == (("a2",), (Question.CHOICE,))
    assert "sort" in tasks_of(decision)


def test_situation_5_not_a_complaint_is_respected_and_the_offer_is_recorded():
    decision = decide(a_situation("Not a complaint, but the lift at Mill House is out", kind=REQUEST))
    assert (opened_as(decision), said_by(decision), asks_of(decision)) == (REQUEST, ("a4",), (Question.CHOICE,))


def test_situation_6_a_suggestion_is_a_comment():
    decision = decide(a_situation("Just a suggestion", kind=Kind.COMMENT))
    assert (opened_as(decision), said_by(decision)) == (Kind.COMMENT, ("a3",))


def test_situation_7_a_threat_of_reviews_is_handled_like_any_complaint():
    assert said_by(decide(a_situation("I'll be putting this on Trustpilot"))) == ("a1",)


def test_situation_8_swearing_is_not_refused():
    decision = decide(a_situation("YOU LOT ARE F***ING USELESS", topic=Topic.HEATING_HOT_WATER, sender=ANN_MAIL))
    assert (opened_as(decision), said_by(decision)) == (COMPLAINT, ("a1",))


def test_situation_9_abuse_does_not_bar_a_complaint():
    assert opened_as(decide(a_situation("that *** of yours never fixed my door"))) is COMPLAINT


def test_situation_10_a_rhetorical_question_is_a_complaint():
    assert said_by(decide(a_situation("Is it normal to wait 7 months for a door?"))) == ("a1",)


def test_situation_11_a_very_long_message_keeps_its_items_and_is_read_by_a_person():
    decision = decide(a_situation("word " * 5000, sender=ANN_MAIL, also=(REQUEST,), sure=False))
    assert opened_as(decision) is COMPLAINT
    assert tasks_of(decision)["sort"] is PersonBy.ONE_WORKING_DAY


def test_situation_12_damp_again_starts_the_hazard_clock_without_waiting_for_details():
    decision = decide(
        a_situation("damp again", kind=REQUEST, hazard=Hazard.DAMP_MOULD, sender_name="Ann", sender=ANN_MAIL)
    )
    assert ("hazard_investigate", 0) in names_owed(decision)
    assert asks_of(decision) == (Question.CHOICE,)
    assert soonest(decision) is PersonBy.SAME_DAY


def test_situation_13_an_emoji_of_water_is_asked_about_and_a_person_looks_today():
    decision = decide(a_situation("\U0001f621\U0001f4a7\U0001f3e0", kind=Kind.NONE, intent=Intent.UNCLEAR))
    assert (decision.outcome, said_by(decision)) == (Outcome.OPEN, ("neutral",))
    assert asks_of(decision) == (Question.LEAK,)
    assert soonest(decision) is PersonBy.SAME_DAY


def test_situation_14_a_thumbs_up_is_attached_and_not_answered():
    case = a_case()
    decision = decide(a_situation("\U0001f44d", kind=Kind.NONE, intent=Intent.THANKS, own_cases=(case,)))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ())


def test_situation_15_an_unhappy_survey_answer_is_offered_the_way_to_complain():
    decision = decide(a_situation("1/5 still waiting", kind=COMPLAINT, intent=Intent.SURVEY_ANSWER))
    assert (opened_as(decision), said_by(decision), asks_of(decision)) == (Kind.COMMENT, ("a3",), (Question.CHOICE,))
    assert "survey" in tasks_of(decision)


def test_situation_16_a_vague_unhappy_message_is_asked_what_went_wrong_and_keeps_its_clock():
    decision = decide(a_situation("I'm not happy, my neighbour is happier", sure=False))
    assert (said_by(decision), asks_of(decision)) == (("a1_lite",), (Question.OUTCOME,))
    assert ("acknowledge", 1) in names_owed(decision)


def test_situation_17_a_compliment_without_a_name_is_kept():
    assert said_by(decide(a_situation("The lad who came was great", kind=Kind.COMPLIMENT))) == ("a2",)


def test_situation_18_praise_in_a_repair_booking_is_listed_beside_the_request():
    decision = decide(a_situation("tap at 3 Mill Lane; Tom was brilliant", kind=REQUEST, also=(Kind.COMPLIMENT,)))
    assert (said_by(decision), new_case(decision).items) == (("a4",), ("compliment",))


def test_situation_19_all_sorted_closes_nothing_and_a_person_confirms():
    case = a_case()
    decision = decide(a_situation("All sorted now thanks", kind=Kind.NONE, intent=Intent.WITHDRAW, own_cases=(case,)))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ("a7",))
    assert "withdrawal" in tasks_of(decision)


def test_situation_20_thanks_alone_gets_no_answer():
    decision = decide(a_situation("Thanks", kind=Kind.NONE, intent=Intent.THANKS, own_cases=(a_case(),)))
    assert (decision.outcome, said_by(decision)) == (Outcome.JOIN, ())


def test_situation_20_thanks_from_nobody_known_opens_nothing():
    decision = decide(a_situation("Thanks", kind=Kind.NONE, intent=Intent.THANKS))
    assert (decision.outcome, said_by(decision)) == (Outcome.NO_CASE, ())


def test_situation_21_thanks_for_nothing_after_the_answer_is_a_provisional_escalation():
    case = a_case(response_sent=True)
    decision = decide(a_situation("Thanks for nothing", intent=Intent.FOLLOW_UP, own_cases=(case,)))
    assert (said_by(decision), soonest(decision)) == (("a5",), PersonBy.ONE_WORKING_DAY)
    assert ("respond", 2) in names_owed(decision)


def test_situation_22_an_advertisement_is_kept_and_not_answered():
    decision = decide(a_situation("5 stars! check out my shop", kind=Kind.NONE, intent=Intent.SPAM))
    assert (decision.effects.disposition, said_by(decision)) == (Disposition.SPAM, ())


def test_situation_23_a_first_report_is_a_request_with_the_way_to_complain():
    decision = decide(a_situation("Kitchen tap dripping since this morning, 22 Corby Walk", kind=REQUEST))
    assert (opened_as(decision), said_by(decision)) == (REQUEST, ("a4",))
    assert ("respond", 1) not in names_owed(decision)


def test_situation_24_the_fourth_time_is_a_complaint_with_the_request_beside_it():
    decision = decide(a_situation("tap, fourth time", also=(REQUEST,)))
    assert (opened_as(decision), new_case(decision).items) == (COMPLAINT, ("service_request",))


def test_situation_25_an_angry_first_report_gets_the_offer():
    decision = decide(
        a_situation("Disgusting, gutter just fell down", kind=REQUEST, hazard=Hazard.STRUCTURAL, urgency=Urgency.URGENT)
    )
    assert "a4" in said_by(decision)
    assert soonest(decision) is PersonBy.SAME_DAY


def test_situation_26_a_chase_of_a_job_without_a_case_is_a_request():
    decision = decide(a_situation("any news on job 44812?", kind=REQUEST, intent=Intent.STATUS_QUERY))
    assert said_by(decision) == ("a4",)


def test_situation_27_mould_that_harms_a_child_is_an_emergency_at_once():
    decision = decide(
        a_situation(
            "black mould by the cot, she is wheezing",
            hazard=Hazard.DAMP_MOULD,
            urgency=Urgency.URGENT,
            vulnerability=(Vulnerability.CHILD, Vulnerability.ILLNESS),
        )
    )
    assert said_by(decision)[0] == "a6_general"
    assert alerted(decision) == ("damp_mould",)
    assert owed(decision, "hazard_safe", 0).due_at - NOW == timedelta(hours=24)
    assert ("respond", 1) in names_owed(decision)


def test_situation_28_mould_without_illness_runs_ten_working_days_from_receipt():
    decision = decide(a_situation("a bit in the bathroom corner", kind=REQUEST, hazard=Hazard.DAMP_MOULD))
    assert local_date(owed(decision, "hazard_investigate", 0).due_at).isoformat() == "2026-11-23"
    assert alerted(decision) == ()


def test_situation_29_gas_comes_first_and_the_rubbish_is_kept():
    decision = decide(a_situation("smells of gas in hall, also my complaint about rubbish", safety=(a_finding(),)))
    assert said_by(decision)[0] == "a6_emergency_gas"
    assert decision.effects.drafts[0].values["hazard_phone"] == "0800 111 999"
    assert decision.effects.drafts[0].urgent
    assert (opened_as(decision), alerted(decision)) == (COMPLAINT, ("gas",))
    assert soonest(decision) is PersonBy.NOW


def _emergency(hazard: Hazard) -> Decision:
    return decide(a_situation("danger", safety=(a_finding(hazard),), kind=REQUEST))


def test_situation_30_carbon_monoxide_gets_the_gas_words():
    assert said_by(_emergency(Hazard.CARBON_MONOXIDE))[0] == "a6_emergency_gas"


def test_situation_31_sparks_get_the_electrical_words():
    assert said_by(_emergency(Hazard.ELECTRICAL))[0] == "a6_electrical"


def test_situation_32_a_bulging_ceiling_with_water_gets_the_water_words():
    assert said_by(_emergency(Hazard.FLOOD_LEAK))[0] == "a6_water"


def test_situation_33_no_heating_at_82_is_an_emergency():
    decision = decide(
        a_situation(
            "no heating, I am 82",
            kind=REQUEST,
            hazard=Hazard.NO_HEATING_HOT_WATER,
            urgency=Urgency.URGENT,
            vulnerability=(Vulnerability.AGE,),
        )
    )
    assert (alerted(decision), said_by(decision)[0]) == (("no_heating_hot_water",), "a6_general")


def test_situation_34_a_door_that_does_not_lock_is_an_emergency():
    decision = _emergency(Hazard.SECURITY)
    assert decision.effects.drafts[0].values["hazard"] == "a door or window that does not lock"
    assert alerted(decision) == ("security",)


def test_situation_35_a_lift_out_for_a_wheelchair_user_is_an_emergency():
    decision = decide(a_situation("lift out", hazard=Hazard.LIFT_ACCESS, vulnerability=(Vulnerability.DISABILITY,)))
    assert alerted(decision) == ("lift_access",)


def test_situation_36_a_broken_fire_door_is_seen_today():
    decision = decide(a_situation("fire door broken", kind=REQUEST, hazard=Hazard.FIRE, urgency=Urgency.URGENT))
    assert ("a4" in said_by(decision), soonest(decision)) == (True, PersonBy.SAME_DAY)


def test_situation_37_sewage_indoors_is_an_emergency():
    assert alerted(_emergency(Hazard.SEWAGE)) == ("sewage",)


def test_situation_38_a_hazard_deep_in_a_letter_runs_from_receipt():
    decision = decide(
        a_situation(
            "rent " * 900 + " mould",
            sender=ANN_MAIL,
            safety=(a_finding(Hazard.DAMP_MOULD, Urgency.NORMAL),),
        )
    )
    assert owed(decision, "hazard_investigate", 0).from_at == NOW


def test_situation_39_a_photo_without_words_is_asked_for_its_address_and_viewed_today():
    decision = decide(a_situation("", attachments=(PHOTO,), kind=Kind.NONE, intent=Intent.UNCLEAR))
    assert (said_by(decision), asks_of(decision)) == (("a4",), (Question.ADDRESS,))
    assert decision.effects.drafts[0].values["asks_home"]
    assert tasks_of(decision)["view"] is PersonBy.SAME_DAY


def test_situation_40_a_professional_is_answered_without_personal_data_and_the_hazard_runs():
    decision = decide(
        a_situation(
            "family at 12 X St living with mould",
            sender=ANN_MAIL,
            kind=REQUEST,
            hazard=Hazard.DAMP_MOULD,
            representative=RepresentativeKind.OTHER_AGENCY,
        )
    )
    assert said_by(decision) == ("a8",)
    assert ("hazard_investigate", 0) in names_owed(decision)


def test_situation_41_what_another_body_deals_with_is_pointed_there_by_a_person():
    decision = decide(a_situation("pothole in the road", kind=Kind.COMMENT, matters=(Matter.OTHER_BODY,)))
    assert (said_by(decision), decision.effects.disposition) == (("a9",), Disposition.OTHER_ROUTE)
    assert "other_body" in tasks_of(decision)


def test_situation_42_a_shared_owners_damp_keeps_its_clock_until_a_person_has_checked_whose_repair_it_is():
    words = "I am a shared owner and my bedroom wall is damp"
    given = {"kind": REQUEST, "hazard": Hazard.DAMP_MOULD, "topic": Topic.LEASEHOLD, "sender": ANN_MAIL}
    decision = decide(a_situation(words, **given))
    assert (said_by(decision), asks_of(decision)) == (("a4",), (Question.CHOICE,))
    assert ("hazard_investigate", 0) in names_owed(decision)
    assert tasks_of(decision)["hazard"] is PersonBy.SAME_DAY


def test_situation_43_a_dispute_about_access_does_not_stop_a_clock():
    decision = decide(a_situation("nobody came", intent=Intent.FOLLOW_UP, own_cases=(a_case(),)))
    assert said_by(decision) == ("a7",)
    assert decision.effects.obligations == ()


def test_situation_44_a_wish_for_no_visit_does_not_stop_the_hazard_clock():
    decision = decide(a_situation("Don't send anyone", kind=REQUEST, hazard=Hazard.DAMP_MOULD, sender=ANN_MAIL))
    assert (said_by(decision), soonest(decision)) == (("a4",), PersonBy.SAME_DAY)
    assert ("hazard_investigate", 0) in names_owed(decision)


def test_a_known_number_is_not_asked_for_its_address():
    decision = decide(a_situation("tap drips", kind=REQUEST, topic=Topic.REPAIRS, sender_name="Ann"))
    assert asks_of(decision) == (Question.ADDRESS,)
    decision = decide(
        a_situation("tap drips", kind=REQUEST, topic=Topic.REPAIRS).model_copy(update={"sender": known()})
    )
    assert asks_of(decision) == (Question.CHOICE,)
