"""Who hears, how often, and which case: the rules that no single row of situations.md holds."""

from datetime import timedelta

import pytest

from domain.cases import Question, RecentAnswer
from domain.decisions import PersonBy
from domain.labels import Hazard, Intent, Kind, Matter, Topic
from domain.messages import MediaReference
from router.decide import decide
from tests.builders import (
    ANN_MAIL,
    NOW,
    a_case,
    a_finding,
    a_reading,
    a_situation,
    asked,
    in_thread,
    known,
)
from tests.router.looking import alerted, asks_of, names_owed, said_by, tasks_of

REQUEST = Kind.SERVICE_REQUEST
NOTHING = {"kind": Kind.NONE, "intent": Intent.UNCLEAR}
OUT_OF_OFFICE = {"sender": ANN_MAIL, "kind": Kind.NONE, "intent": Intent.AUTO}


def test_a_cap_that_stops_an_acknowledgement_makes_a_task():
    ten = tuple(RecentAnswer(at=NOW - timedelta(minutes=minute) + timedelta(seconds=1)) for minute in range(10))
    decision = decide(a_situation("broken", recent_answers=ten))
    assert (said_by(decision), "answer_by_hand" in tasks_of(decision)) == ((), True)


def test_the_same_subject_is_answered_twice_in_three_hours_at_most():
    two = tuple(RecentAnswer(at=NOW - timedelta(minutes=m), subject="Re: Door [CES-26-00417N]") for m in (10, 100))
    assert said_by(decide(a_situation("x", sender=ANN_MAIL, subject="Re: door", recent_answers=two))) == ()
    assert said_by(decide(a_situation("x", sender=ANN_MAIL, subject="Roof", recent_answers=two))) == ("a1",)


def test_an_opted_out_number_is_answered_at_the_persons_other_address():
    situation = a_situation("broken")
    both = situation.model_copy(update={"sender": known(opted_out=True, other_addresses=(ANN_MAIL,))})
    assert [draft.to for draft in decide(both).effects.drafts] == [ANN_MAIL]
    alone = situation.model_copy(update={"sender": known(opted_out=True)})
    assert (said_by(decide(alone)), "contact" in tasks_of(decide(alone))) == ((), True)


def test_several_cases_are_asked_about_once():
    cases = (a_case(417), a_case(418))
    decision = decide(a_situation("any news?", kind=Kind.COMMENT, intent=Intent.CHASE, own_cases=cases))
    assert (said_by(decision), asks_of(decision)) == (("ask_which_case",), (Question.WHICH_CASE,))
    waiting = a_situation(
        "any news?", kind=Kind.COMMENT, intent=Intent.CHASE, own_cases=cases, question=asked(Question.WHICH_CASE)
    )
    assert said_by(decide(waiting)) == ()


def test_the_answer_to_which_case_finds_it_by_its_number():
    cases = (a_case(417), a_case(418))
    decision = decide(a_situation("00418", kind=Kind.COMMENT, own_cases=cases, question=asked(Question.WHICH_CASE)))
    assert (decision.effects.join_case_id, decision.effects.answered_question_id) == ("case-418", "q1")


def test_a_danger_only_in_quoted_history_is_seen_within_the_hour_without_an_alert():
    situation = a_situation("see below", sender=ANN_MAIL, safety=(a_finding(),), quoted_safety=(a_finding(),))
    decision = decide(situation)
    assert (alerted(decision), tasks_of(decision)["quoted_danger"]) == ((), PersonBy.ONE_HOUR)
    assert decision.hazard is Hazard.NONE


def test_a_message_that_was_not_understood_is_answered_with_neutral_words_and_sorted():
    decision = decide(a_situation("???", understanding=None))
    assert (said_by(decision), tasks_of(decision)["sort"]) == (("neutral",), PersonBy.ONE_WORKING_DAY)
    assert asks_of(decision) == (Question.CHOICE,)
    assert ("acknowledge", 1) in names_owed(decision)


def test_without_the_model_a_danger_from_an_unknown_number_is_asked_for_its_home_in_the_one_acknowledgement():
    decision = decide(a_situation("gas smell!!", understanding=None, safety=(a_finding(),)))
    assert said_by(decision) == ("a6_emergency_gas", "neutral")
    assert asks_of(decision) == (Question.ADDRESS,)
    assert [draft.values["asks_home"] for draft in decision.effects.drafts] == ["", "yes"]


@pytest.mark.parametrize("kind", [Kind.COMPLIMENT, Kind.COMMENT])
def test_thanks_and_ideas_are_not_asked_which_home(kind: Kind):
    decision = decide(a_situation("the new boiler is lovely", kind=kind, topic=Topic.HEATING_HOT_WATER))
    assert asks_of(decision) == (Question.CHOICE,)


@pytest.mark.parametrize("understanding", [None, "ordinary"])
@pytest.mark.parametrize("words", ["heating off again", "\U0001f4a7\U0001f3e0", "gas smell", ""])
def test_at_most_one_question_is_asked_and_it_stands_in_the_acknowledgement(words: str, understanding: str | None):
    picture = (MediaReference(name="wall.jpg", content_type="image/jpeg"),) if not words else ()
    without = {"understanding": None} if understanding is None else {"topic": Topic.HEATING_HOT_WATER}
    decision = decide(a_situation(words, attachments=picture, **without))
    assert len(asks_of(decision)) == 1
    assert [draft.purpose for draft in decision.effects.drafts] == ["acknowledge"]


def test_a_photo_button_or_start_word_opts_in_again():
    situation = a_situation("START", **NOTHING).model_copy(update={"sender": known(opted_out=True)})
    assert decide(situation).effects.address_changes[0].opted_out is False


def test_a_reading_without_new_words_is_placed_by_its_case():
    case = a_case()
    situation = a_situation("", sender=ANN_MAIL, thread=in_thread(case), own_cases=(case,), matters=(Matter.SAR,))
    reading = a_reading(situation.message, new_text="")
    assert decide(situation.model_copy(update={"reading": reading})).effects.join_case_id == case.id
