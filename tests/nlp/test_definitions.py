"""What the policies call a complaint, a compliment and a comment is understood as such by the shipped model."""

from pathlib import Path

import pytest

from domain.labels import Kind
from domain.ports import Understander
from nlp.hazards import SafetyScanner, load_rules
from nlp.labelled import reading_of
from nlp.understander import MODEL, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def understander() -> Understander:
    return load(MODEL, SafetyScanner(load_rules((ROOT / "config" / "hazards.toml").read_text("utf-8"))))


def kind_of(understander: Understander, text: str) -> Kind:
    return understander.understand([reading_of({"id": "1", "channel": "email", "subject": None, "text": text})])[0].kind


@pytest.mark.parametrize(
    "text",
    [
        "Nobody came to mend my boiler although you promised it twice. I am really not happy with your service.",
        "Your office has done nothing about the rubbish for three months and I am fed up.",
        "The standard of the cleaning in our block is a disgrace and nobody listens.",
        "I don't want to make a fuss, but I am very disappointed with how your team treated me.",
    ],
)
def test_pool_13_cestria_1_group_7_dissatisfaction_is_a_complaint_however_it_is_said(
    understander: Understander, text: str
) -> None:
    assert kind_of(understander, text) is Kind.COMPLAINT


def test_group_3_a_complaint_about_a_contractor_is_one_about_the_landlord(understander: Understander) -> None:
    text = "The contractors you sent left my kitchen filthy and were rude to me. This is not acceptable."
    assert kind_of(understander, text) is Kind.COMPLAINT


@pytest.mark.parametrize(
    "text",
    [
        "I just want to say thank you to Karen, she was brilliant and so kind.",
        "The new gardens team do a wonderful job, well done to all of them.",
    ],
)
def test_cestria_4_group_8_satisfaction_is_a_compliment(understander: Understander, text: str) -> None:
    assert kind_of(understander, text) is Kind.COMPLIMENT


@pytest.mark.parametrize(
    "text",
    [
        "Just a suggestion: it would be nice if the newsletter came by email as well.",
        "Have you thought about putting a bench by the bus stop? Just an idea.",
    ],
)
def test_cestria_6_a_remark_about_a_service_is_a_comment(understander: Understander, text: str) -> None:
    assert kind_of(understander, text) is Kind.COMMENT
