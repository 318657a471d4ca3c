# ruff: noqa: E501 - each case reads as one line
"""Short plain words: what they raise above the model's guess, with the model and without; and what must not raise it."""

import pytest

from domain.labels import Intent, Kind
from domain.ports import Understander
from domain.understanding import Reading, Understanding
from nlp.hazards import SafetyScanner, load_rules
from nlp.labelled import reading_of
from nlp.understander import MODEL, RulesOnly, load
from tests.nlp.test_hazards import RULES

_BY_WISH = 0.9
"""What a wish to complain makes of the chance of a complaint, at least."""
SAFETY = SafetyScanner(load_rules(RULES))


@pytest.fixture(scope="module", params=["model", "rules alone"])
def understander(request: pytest.FixtureRequest) -> Understander:
    return load(MODEL, SAFETY) if request.param == "model" else RulesOnly(SAFETY)


@pytest.fixture(scope="module")
def model() -> Understander:
    return load(MODEL, SAFETY)


def a_reading(text: str, subject: str | None = None, channel: str = "sms") -> Reading:
    return reading_of({"id": "1", "channel": channel, "subject": subject, "text": text})


def read(understander: Understander, text: str, subject: str | None = None, channel: str = "sms") -> Understanding:
    return understander.understand([a_reading(text, subject, channel)])[0]


WISHES = [
    "My ceiling leaks, I complain",
    "This is a formal complaint about my repair",
    "You charged me for a key that I never had. Please treat this as a complaint",
    "Please log my letter as a formal complaint",
    "I want to make a complaint about the bins",
    "I am complaining about the noise",
    "not good enough i want to complain",
    "Can I make a complaint please",
    "Complaint",
    "Hoffwn wneud cwyn am y gwres",
    "Dwi isio cwyno",
    "Cwyn am y lifft",
]


@pytest.mark.parametrize("text", WISHES)
def test_code_1_2_who_says_that_they_complain_has_complained(understander: Understander, text: str) -> None:
    found = read(understander, text)
    assert (found.kind, found.sure) == (Kind.COMPLAINT, True)
    assert found.kinds[Kind.COMPLAINT] >= _BY_WISH
    assert found.intent not in {Intent.SURVEY_ANSWER, Intent.WITHDRAW, Intent.SPAM, Intent.AUTO}
    assert any(span.label == "kind:complaint" for span in found.evidence)


@pytest.mark.parametrize(
    "text",
    ["Your contractor was rude to me", "very unhappy with the service", "I am not happy with my repair"],
)
def test_code_1_2_displeasure_is_a_complaint_without_the_word(understander: Understander, text: str) -> None:
    found = read(understander, text)
    assert (found.kind, found.sure) == (Kind.COMPLAINT, True)
    assert found.intent is not Intent.SURVEY_ANSWER


@pytest.mark.parametrize(
    "text", ["My boiler is broken", "my tap is leaking", "the front door won't lock", "Broken boiler"]
)
def test_situation_24_what_is_broken_is_at_least_a_request(understander: Understander, text: str) -> None:
    assert read(understander, text).kind in {Kind.SERVICE_REQUEST, Kind.COMPLAINT}


@pytest.mark.parametrize(
    "text", ["Diolch yn fawr am y gwaith", "Diolch o galon am eich help", "Diolch am y gwasanaeth"]
)
def test_situation_190_thanks_in_welsh_are_praise_in_welsh(understander: Understander, text: str) -> None:
    found = read(understander, text)
    assert (found.kind, found.language) == (Kind.COMPLIMENT, "cy")


def test_thanks_for_nothing_in_welsh_are_no_praise(understander: Understander) -> None:
    assert read(understander, "Diolch yn fawr am ddim byd").kind is not Kind.COMPLIMENT


@pytest.mark.parametrize(
    "text",
    [
        "this is not a complaint, just an idea: more bins",
        "please do not treat this as a complaint, just an idea: more bins",
        "I'm not complaining, only asking when the bins go out",
        "no complaints, lovely job",
        "I don't want to make a complaint",
        "I do not wish to complain",
        "How do I make a complaint?",
        "I want to withdraw my complaint",
        'The sign in the lobby says "make a complaint" and it looks jolly',
        "Out of office: I am on annual leave until Monday. To make a complaint ring 01632 960340.",
        "does dim cwyn gen i",
        "dydw i ddim eisiau cwyno",
        "not unhappy with the service",
    ],
)
def test_negated_quoted_and_automatic_words_raise_nothing(understander: Understander, text: str) -> None:
    found = read(understander, text)
    assert found.kinds[Kind.COMPLAINT] < _BY_WISH


def test_a_subject_that_says_complaint_counts_where_the_mail_says_little(understander: Understander) -> None:
    assert read(understander, "Please see attached.", "Formal complaint", "email").kind is Kind.COMPLAINT
    assert read(understander, "Please see attached.", "Re: Formal complaint", "email").kind is not Kind.COMPLAINT


def test_code_1_6_who_asks_for_a_complaint_in_a_survey_has_chosen(model: Understander) -> None:
    found = read(model, "2/5 because I want to make a complaint about the bins")
    assert (found.kind, found.intent is Intent.SURVEY_ANSWER) == (Kind.COMPLAINT, False)


@pytest.mark.parametrize("text", ["10 - easy to get thru, polite, done", "2", "4/5 nice lad"])
def test_situation_154_an_answer_to_a_survey_is_believed_by_its_score(model: Understander, text: str) -> None:
    assert read(model, text).intent is Intent.SURVEY_ANSWER


@pytest.mark.parametrize(
    "text", ["pls withdraw my complaint, all sorted", "drop my complaint please, I cant be bothered"]
)
def test_situation_103_a_withdrawal_is_believed_by_its_words(model: Understander, text: str) -> None:
    assert read(model, text).intent is Intent.WITHDRAW


def test_a_megabyte_of_the_same_words_is_read(understander: Understander) -> None:
    for words in ("i make a ", "diolch yn fawr ", "my the is ", '"'):
        assert read(understander, words * 100_000).id == "1"
