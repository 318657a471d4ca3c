"""Patterns behind words: no match is ever kept out by its words."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import representatives
from nlp.gated import Gated, Wording, gated, words_of

GATED = [value for value in vars(representatives).values() if isinstance(value, Gated)]
GATED += [rule.pattern for rule in representatives._SAYS]


@pytest.mark.parametrize("pattern", GATED, ids=lambda pattern: pattern.pattern.pattern[:60])
def test_every_text_that_a_pattern_matches_holds_one_of_its_words(pattern: Gated):
    @settings(
        max_examples=60,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(st.from_regex(pattern.pattern))
    def holds(text: str) -> None:
        assert pattern.search(Wording(text, words_of(text)))

    holds()


def test_a_pattern_is_not_looked_for_in_a_text_without_its_words():
    pattern = gated(r"\bmy (?:mum|dad)\b", "mum dad")
    assert pattern.search(Wording("for my dad", words_of("for my dad")))
    assert not pattern.search(Wording("for my dad", frozenset({"for", "my"})))


def test_a_pattern_without_words_is_looked_for_everywhere():
    assert gated("a", "").search(Wording("cat", frozenset()))


@settings(derandomize=True, deadline=None, database=None)
@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_words_are_the_runs_of_word_characters(text: str):
    assert words_of(text) == frozenset(re.findall(r"\w+", text))
