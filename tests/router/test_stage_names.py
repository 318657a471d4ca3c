"""The landlord's own name of a stage stands in a sentence that reads well, in each landlord's languages."""

import pytest

from domain.wording import render
from router.values import stage_values
from tests.builders import a_policy, a_situation, wordings

FIRST = {
    "ccbc": "Stage 1: informal resolution",
    "poolplus": "Stage one",
    "council": "Stage 1 - Investigation",
    "cestria": "Stage 1 Service Manager",
    "group": "Stage 1",
}
VALUES = {"respond_on": "16 November 2026", "two_way": "yes", "reference": "CES-26-00001X"}


def body(slug: str, wording: str, language: str, stage: int = 1) -> str:
    situation = a_situation(policy=a_policy(slug))
    values = dict.fromkeys(wordings().get(wording, language).placeholders(), "")
    return render(
        wordings().get(wording, language), "email", values | VALUES | stage_values(situation, stage, language)
    ).body


@pytest.mark.parametrize(("slug", "name"), FIRST.items())
def test_an_acknowledgement_calls_the_stage_as_the_policy_does(slug: str, name: str) -> None:
    assert f'by 16 November 2026. We call this step "{name}".' in body(slug, "a1", "en")


def test_an_escalation_names_the_stage_that_follows() -> None:
    assert 'We call this step "Stage 2 Director".' in body("cestria", "a5", "en")


def test_after_the_last_stage_nothing_is_called_by_an_empty_name() -> None:
    assert "We call this step" not in body("cestria", "a5", "en", stage=3)
    assert "Enw'r cam hwn" not in body("ccbc", "a5", "cy", stage=2)


@pytest.mark.parametrize("slug", FIRST)
def test_situation_190_no_english_name_stands_in_a_welsh_sentence(slug: str) -> None:
    assert 'erbyn 16 November 2026. Enw\'r cam hwn yw "Cam 1".' in body(slug, "a1", "cy")
    assert 'Enw\'r cam hwn yw "Cam 2".' in body(slug, "a5", "cy")
