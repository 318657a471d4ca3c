"""Words and where they stand: places looked for one by one are those that one pass over the text finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.features import _TOKEN as FEATURE
from nlp.features import token_span
from nlp.phrases import _TOKEN_ASCII, Lexicon, Words

TEXTS = st.text("ab1'_. -!?\n", max_size=60)
steady = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@steady
@given(TEXTS)
def test_each_word_is_found_at_its_own_place(text: str):
    words = Words(text, Lexicon({}))
    places = [match.span() for match in _TOKEN_ASCII.finditer(text)]
    assert [words.span(at, at) for at in range(len(places))] == places
    assert [Words(text, Lexicon({})).span(at, at) for at in range(len(places))] == places


@steady
@given(TEXTS, st.sampled_from(["a", "ab", "b", "#1", "!"]))
def test_the_first_token_is_found_wherever_else_its_letters_stand(text: str, wanted: str):
    shaped = {"#1": "1"}.get(wanted, wanted)
    places = [match.span() for match in FEATURE.finditer(text) if match[0] == shaped]
    assert token_span(text, wanted) == (places[0] if places else None)
