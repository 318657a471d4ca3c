"""situations.md sections 10 to 12: languages, persistent contact, time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.configuration import ConfigurationFolder, load_regime
from domain.decisions import Outcome, PersonBy
from domain.labels import Hazard, Intent, Kind, RepresentativeKind, Topic, Urgency, Vulnerability
from domain.messages import NO_ADDRESS
from domain.uktime import local_date
from router.decide import decide
from tests.builders import (
    ANN_MAIL,
    NOW,
    a_case,
    a_finding,
    a_situation,
    calendars,
    known,
    quoted,
)
from tests.router.looking import alerted, names_owed, opened_as, owed, said_by, soonest, tasks_of

REQUEST = Kind.SERVICE_REQUEST
NOTHING = {"kind": Kind.NONE, "intent": Intent.UNCLEAR}
OUT_OF_OFFICE = {"sender": ANN_MAIL, "kind": Kind.NONE, "intent": Intent.AUTO}


def test_situation_190_welsh_is_answered_in_welsh_where_it_is_served():
    situation = a_situation("Mae'r gwres wedi torri eto", landlord="ccbc", language="cy", topic=Topic.HEATING_HOT_WATER)
    draft = decide(situation).effects.drafts[0]
    assert (draft.wording, draft.language) == ("a1", "cy")
    assert draft.values["definition"].startswith("rydych yn anhapus")


def test_situation_191_and_192_another_language_is_triaged_at_once_and_translated_today():
    decision = decide(
        a_situation(
            "Grzyb na scianie, dziecko choruje",
            language="pl",
            hazard=Hazard.DAMP_MOULD,
            vulnerability=(Vulnerability.CHILD, Vulnerability.ILLNESS),
        )
    )
    assert (alerted(decision), tasks_of(decision)["interpreter"]) == (("damp_mould",), PersonBy.SAME_DAY)
    gas = decide(a_situation("ghar mein gas ki boo hai", language="ur", kind=REQUEST, safety=(a_finding(),)))
    assert said_by(gas)[0] == "a6_emergency_gas"


def test_situation_193_a_video_link_is_a_complaint_with_its_adjustment():
    decision = decide(a_situation("https://video.example/1", vulnerability=(Vulnerability.HEARING_SIGHT,)))
    assert (said_by(decision), "care" in tasks_of(decision)) == (("a1",), True)


def test_situation_194_and_195_spelling_and_dialect_change_no_answer():
    for words in ("mow eld evrywer", "the closey stinks"):
        assert said_by(decide(a_situation(words))) == ("a1",)


def test_situation_196_a_son_who_interprets_is_told_nothing_personal():
    decision = decide(a_situation("my mum says", representative=RepresentativeKind.RELATIVE))
    assert said_by(decision) == ("a8",)


def test_situation_197_large_print_on_record_goes_with_the_party():
    situation = a_situation("no answer", sender=ANN_MAIL)
    decision = decide(situation.model_copy(update={"sender": known(ANN_MAIL, adjustments=("large print",))}))
    assert decision.effects.parties[0].adjustments == ("large print",)


def test_group_39_cestria_14_what_goes_out_by_itself_is_sent_so_too_in_the_form_that_somebody_needs():
    situation = a_situation("no answer", sender=ANN_MAIL)
    needs = situation.model_copy(update={"sender": known(ANN_MAIL, adjustments=("Braille",))})
    assert tasks_of(decide(needs))["adjustments"] is PersonBy.ONE_WORKING_DAY
    assert "adjustments" not in tasks_of(decide(situation.model_copy(update={"sender": known(ANN_MAIL)})))


def test_situation_198_and_205_a_wish_is_added_and_read_by_a_person():
    for words in ("Only ring me after 3", "I want a human"):
        decision = decide(a_situation(words, kind=Kind.COMMENT, intent=Intent.FOLLOW_UP, own_cases=(a_case(),)))
        assert (said_by(decision), decision.effects.tasks != ()) == (("a7",), True)


@pytest.mark.parametrize("words", ["\u202eflat", "\u200b\u200b", "a\u0301" * 300, "\U0001d4d7\U0001d4ee", "שלום"])
def test_situation_199_strange_text_is_placed_like_any_other(words: str):
    assert decide(a_situation(words)).rule


def test_situation_200_a_thirtieth_mail_is_read_and_nobody_is_labelled():
    cases = tuple(a_case(number) for number in range(1, 5))
    decision = decide(a_situation("as I said", sender=ANN_MAIL, own_cases=cases))
    assert tasks_of(decision)["repeat_contact"] is PersonBy.SAME_DAY
    assert not any("unreasonable" in flag or "vex" in flag for flag in decision.effects.flags)


def test_situation_201_a_new_leak_from_a_persistent_writer_is_handled_as_usual():
    cases = tuple(a_case(number) for number in range(1, 5))
    decision = decide(a_situation("new leak", own_cases=cases, safety=(a_finding(Hazard.FLOOD_LEAK),)))
    assert (decision.outcome, alerted(decision)) == (Outcome.OPEN, ("flood_leak",))


def test_situation_202_a_copy_to_another_mailbox_is_a_second_delivery():
    assert said_by(decide(a_situation("again", sender=ANN_MAIL, duplicate_of="m0"))) == ()


def test_situation_203_a_long_legal_sounding_letter_is_judged_on_its_merits():
    decision = decide(a_situation("pursuant to " * 3000, sender=ANN_MAIL))
    assert said_by(decision) == ("a1",)


def test_situation_206_a_friday_night_before_a_holiday_is_day_nought():
    friday = datetime(2026, 5, 22, 22, 58, tzinfo=UTC)
    decision = decide(a_situation("broken", sender=ANN_MAIL, received_at=friday, now=friday, safety=(a_finding(),)))
    assert local_date(owed(decision, "acknowledge").due_at).isoformat() == "2026-05-28"
    assert (alerted(decision), soonest(decision)) == (("gas",), PersonBy.NOW)


def test_situation_207_christmas_gives_real_dates():
    eve = datetime(2026, 12, 24, 16, 55, tzinfo=UTC)
    decision = decide(a_situation("broken", sender=ANN_MAIL, received_at=eve, now=eve))
    assert decision.effects.drafts[0].values["respond_on"] == "Tuesday 12 January 2027"


def test_situation_208_a_home_in_scotland_is_answered_by_its_own_procedure_calendar_and_ombudsman():
    friday = datetime(
        2026, 11, 27, 10, tzinfo=UTC
    )  # the Monday after it is St Andrew's Day, a holiday in Scotland alone
    scottish = load_regime(ConfigurationFolder(), "spso")
    given = {"policy": scottish, "calendar": calendars()["scotland"], "received_at": friday, "now": friday}
    decision = decide(a_situation("nobody came", sender=ANN_MAIL, **given))
    assert owed(decision, "respond").due_at.date() == date(2026, 12, 4)
    assert decision.effects.drafts[0].values["ombudsman"] == "Scottish Public Services Ombudsman"


def test_situation_209_a_note_handed_in_late_runs_from_the_first():
    first = NOW - timedelta(days=8)
    decision = decide(a_situation("handed over", noted_by="Caretaker", received_at=first))
    assert owed(decision, "acknowledge").from_at == first


def test_situation_210_a_dropped_call_is_a_case_that_a_person_answers():
    decision = decide(a_situation("call dropped: heating", sender=NO_ADDRESS, noted_by="Donna"))
    assert (opened_as(decision), "answer_by_hand" in tasks_of(decision)) == (Kind.COMPLAINT, True)
    assert ("acknowledge", 1) in names_owed(decision)


def test_situation_211_a_voicemail_about_an_alarm_is_alerted_at_night():
    night = datetime(2026, 11, 9, 2, tzinfo=UTC)
    finding = a_finding(Hazard.FIRE, Urgency.EMERGENCY)
    decision = decide(
        a_situation("alarm beeping", noted_by="Voicemail", received_at=night, now=night, safety=(finding,))
    )
    assert alerted(decision) == ("fire",)


def test_situation_212_a_complaint_about_the_delay_joins_the_same_case():
    case = a_case()
    decision = decide(a_situation("you are late", intent=Intent.CHASE, own_cases=(case,), references=(quoted(case),)))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ("a7",))


def test_situation_216_a_wish_for_a_visit_is_added():
    decision = decide(a_situation("come and see me", kind=Kind.COMMENT, intent=Intent.FOLLOW_UP, own_cases=(a_case(),)))
    assert said_by(decision) == ("a7",)


def test_situation_219_a_test_of_the_mailbox_counts_nowhere():
    decision = decide(a_situation("test", sender=ANN_MAIL, **NOTHING))
    assert (decision.outcome, said_by(decision)) == (Outcome.NO_CASE, ())
