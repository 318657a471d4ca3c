"""Words find messages; nothing in a search is ever its syntax."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.search import search
from tests.builders import NOW
from tests.store.flow import Flow, a_mail


def found(flow: Flow, words: str, landlord: str = "cestria") -> list[str | None]:
    return [hit.subject for hit in search(flow.tx, landlord, words)]


def fill(flow: Flow) -> None:
    flow.take_in(
        a_mail(subject="Boiler", text="The boiler in the kitchen is cold."),
        a_mail(provider_id="2", message_id="2@x", subject="Mould", text="Mould in the kitchen. Mae'r dŵr yn oer."),
    )


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("boiler", {"Boiler"}),
        ("KITCHEN", {"Boiler", "Mould"}),
        ("kitchen cold", {"Boiler"}),
        ("kit", {"Boiler", "Mould"}),
        ("dŵr", {"Mould"}),
        ("kitchen lift", set()),
        ("", set()),
        ("*", set()),
        ('"', set()),
    ],
)
def test_all_words_must_be_there_and_the_last_may_be_a_beginning(flow: Flow, words: str, subjects: set[str]):
    fill(flow)
    assert set(found(flow, words)) == subjects


@pytest.mark.parametrize(
    "hostile",
    [
        "boiler' OR '1'='1",
        'boiler" OR subject:"x',
        "boiler AND NOT",
        "NEAR(boiler",
        "boiler:*&|!<->",
        "(((",
        "\x00boiler",
    ],
)
def test_syntax_in_a_search_means_nothing(flow: Flow, hostile: str):
    fill(flow)
    assert set(found(flow, hostile)) <= {"Boiler"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_any_text_is_a_search(flow: Flow, words: str):
    assert isinstance(search(flow.tx, "cestria", words), list)


def test_nobody_finds_another_landlords_messages(flow: Flow):
    fill(flow)
    assert found(flow, "boiler", landlord="ccbc") == []


def test_a_second_copy_is_found_once(flow: Flow):
    fill(flow)
    flow.take_in(a_mail(provider_id="3", subject="Boiler", text="The boiler in the kitchen is cold."))
    assert found(flow, "boiler") == ["Boiler"]


def test_a_very_long_message_is_stored_and_found_by_its_beginning(flow: Flow):
    flow.take_in(a_mail(subject="Long", text="beginning " + " ".join(f"w{n}" for n in range(300_000))))
    assert found(flow, "beginning") == ["Long"]
    assert search(flow.tx, "cestria", "beginning")[0].received_at == NOW
