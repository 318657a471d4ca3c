"""An answer must look like one: what else comes while a question is open is a message like any other."""

from datetime import timedelta

import pytest

from domain.cases import Question
from domain.decisions import Outcome, PersonBy
from domain.labels import Hazard, Intent, Kind
from router.decide import decide
from router.places import names_a_home
from tests.builders import ANN_MAIL, NOW, a_case, a_finding, a_situation, asked, in_thread, quoted
from tests.router.looking import alerted, names_owed, opened_as, said_by, tasks_of

REQUEST = a_case(kind=Kind.SERVICE_REQUEST)
UNCLEAR = a_case(kind=Kind.NONE)
NOTHING = {"kind": Kind.NONE, "intent": Intent.UNCLEAR}
THANKS = {"kind": Kind.NONE, "intent": Intent.THANKS}
STILL_WAITING = "Still waiting after 3 weeks, absolutely disgusting service, I want to make a complaint"
LONG_AGO = NOW - timedelta(days=20)


@pytest.mark.parametrize(
    "words",
    [
        *("12 High Street", "Flat 3, 12 High Street, Durham DH1 2AB", "its flat 4", "7 The Green", "DH1 2AB"),
        *("Sorry, it is 12 High Street, thanks", "14b Mill House", "No. 3", "number 12", "12 St Johns Road"),
        *("Fflat 3, 12 Stryd Fawr", "12 Heol y Bryn", "rhif 7"),
    ],
)
def test_an_address_is_known_by_its_shape(words: str):
    assert names_a_home(words)


@pytest.mark.parametrize(
    "words",
    [
        *(
            STILL_WAITING,
            "3 months in this place",
            "2 visits to my house",
            "my kitchen tap is dripping",
            "0800 111 999",
        ),
        *("no 3 people came", "I have waited 3 weeks for someone to fix the house", "", "12"),
        "Flat 3 is a disgrace and I have told you about it so many times now",
    ],
)
def test_a_number_alone_makes_no_address(words: str):
    assert not names_a_home(words)


def test_an_address_answers_which_home_it_is():
    decision = decide(a_situation("5 High Street", question=asked(Question.ADDRESS, REQUEST), own_cases=(REQUEST,)))
    assert (decision.rule, decision.effects.answer) == ("answers_question", "given")
    assert "verify_address" in tasks_of(decision)


def test_a_complaint_with_a_number_in_it_is_no_address():
    decision = decide(a_situation(STILL_WAITING, question=asked(Question.ADDRESS, REQUEST), own_cases=(REQUEST,)))
    assert (decision.effects.answered_question_id, opened_as(decision)) == (None, Kind.COMPLAINT)
    assert ("respond", 1) in names_owed(decision)


def test_a_complaint_beside_the_address_is_a_complaint_and_the_home_is_known():
    words = "5 High Street, this is a disgrace"
    decision = decide(a_situation(words, question=asked(Question.ADDRESS, REQUEST), own_cases=(REQUEST,)))
    assert (decision.effects.kind_changed_to, decision.effects.answer) == (Kind.COMPLAINT, "given")
    assert {"verify_address"} <= set(tasks_of(decision))


def test_a_danger_beside_the_address_is_a_danger():
    question = asked(Question.ADDRESS, REQUEST)
    decision = decide(
        a_situation("gas at 5 High Street", question=question, own_cases=(REQUEST,), safety=(a_finding(),), **NOTHING)
    )
    assert (alerted(decision), decision.effects.answer) == (("gas",), "given")


def test_a_new_matter_by_mail_weeks_after_we_asked_what_went_wrong_opens_a_case_of_its_own():
    decision = decide(
        a_situation(
            "Hello, my kitchen tap is dripping",
            sender=ANN_MAIL,
            subject="Kitchen tap",
            kind=Kind.SERVICE_REQUEST,
            question=asked(Question.OUTCOME, UNCLEAR, asked_at=LONG_AGO),
            own_cases=(UNCLEAR,),
        )
    )
    assert (decision.outcome, decision.effects.answered_question_id) == (Outcome.OPEN, None)


@pytest.mark.parametrize(
    "belongs",
    [
        {"sender": ANN_MAIL, "thread": in_thread(UNCLEAR)},
        {"sender": ANN_MAIL, "references": (quoted(UNCLEAR),)},
        {"last_from_sender": UNCLEAR},
    ],
    ids=["thread", "reference", "conversation"],
)
def test_free_words_answer_what_went_wrong_where_they_belong_to_that_conversation(belongs: dict[str, object]):
    question = asked(Question.OUTCOME, UNCLEAR, asked_at=LONG_AGO)
    decision = decide(a_situation("I want the door mended", question=question, own_cases=(UNCLEAR,), **belongs))
    assert (decision.effects.join_case_id, decision.effects.answer) == (UNCLEAR.id, "told")
    assert decision.effects.obligations_from == UNCLEAR.received_at


@pytest.mark.parametrize(("hours", "answer"), [(1, "told"), (30, None)])
def test_in_a_chat_free_words_answer_what_went_wrong_soon_after(hours: int, answer: str | None):
    question = asked(Question.OUTCOME, UNCLEAR, asked_at=NOW - timedelta(hours=hours))
    decision = decide(a_situation("the door, for weeks now", question=question, own_cases=(UNCLEAR,)))
    assert decision.effects.answer == answer


@pytest.mark.parametrize(
    ("words", "read_as"),
    [("ok", THANKS), ("\U0001f44d", THANKS), ("thanks", THANKS), ("Iawn", NOTHING), ("not sure", NOTHING)],
)
def test_situation_13_an_unclear_answer_about_a_leak_makes_a_person_ring(words: str, read_as: dict[str, object]):
    decision = decide(a_situation(words, question=asked(Question.LEAK, UNCLEAR), own_cases=(UNCLEAR,), **read_as))
    assert (decision.effects.join_case_id, decision.effects.answer) == (UNCLEAR.id, "unclear")
    assert tasks_of(decision)["call"] is PersonBy.ONE_HOUR


@pytest.mark.parametrize(
    ("words", "answer", "task"),
    [
        ("Yes", "yes", "call"),
        ("Ydy", "yes", "call"),
        ("Yes it is coming through the light", "yes", "call"),
        ("no", "no", "sort"),
        ("No the whole ceiling is down", "unclear", "call"),
    ],
)
def test_situation_13_yes_and_no_about_a_leak(words: str, answer: str, task: str):
    decision = decide(a_situation(words, question=asked(Question.LEAK, UNCLEAR), own_cases=(UNCLEAR,), **NOTHING))
    assert (decision.effects.answer, task in tasks_of(decision)) == (answer, True)
    assert ("hazard:flood_leak" in decision.effects.flags) is (answer == "yes")


def test_a_matter_of_its_own_does_not_answer_the_leak_question():
    words = "Good morning, when will somebody come and cut the grass behind our block, it is up to my knees by now"
    question = asked(Question.LEAK, UNCLEAR, asked_at=LONG_AGO)
    decision = decide(a_situation(words, sender=ANN_MAIL, question=question, own_cases=(UNCLEAR,)))
    assert (decision.outcome, decision.effects.answered_question_id) == (Outcome.OPEN, None)


def test_complaint_as_the_whole_message_is_the_choice_whatever_was_asked():
    question = asked(Question.LEAK, UNCLEAR)
    decision = decide(a_situation("COMPLAINT", question=question, own_cases=(UNCLEAR,), **NOTHING))
    assert (decision.rule, decision.effects.kind_changed_to) == ("chooses_complaint", Kind.COMPLAINT)


def test_an_ok_to_the_offer_is_no_choice_to_complain():
    decision = decide(a_situation("ok", question=asked(Question.CHOICE, REQUEST), own_cases=(REQUEST,), **THANKS))
    assert (decision.rule, decision.effects.kind_changed_to) == ("bare_thanks", None)


def test_an_edited_message_joins_the_case_of_the_first_version_whatever_its_age():
    case = a_case(kind=Kind.SERVICE_REQUEST, received_at=LONG_AGO)
    decision = decide(a_situation("the tap AND the bath", kind=Kind.SERVICE_REQUEST, edited=case, own_cases=(case,)))
    assert (decision.rule, decision.effects.join_case_id) == ("edited_message", case.id)
    assert (said_by(decision), set(tasks_of(decision))) == (("a7",), {"read"})


def test_a_danger_in_an_edited_message_alerts():
    decision = decide(a_situation("gas", kind=Kind.NONE, edited=UNCLEAR, own_cases=(UNCLEAR,), safety=(a_finding(),)))
    assert (decision.effects.join_case_id, alerted(decision)) == (UNCLEAR.id, ("gas",))
    assert decision.hazard is Hazard.GAS


def test_dissatisfaction_in_an_edited_message_makes_a_complaint():
    decision = decide(a_situation("six weeks now!", edited=REQUEST, own_cases=(REQUEST,)))
    assert (decision.effects.join_case_id, decision.effects.kind_changed_to) == (REQUEST.id, Kind.COMPLAINT)
