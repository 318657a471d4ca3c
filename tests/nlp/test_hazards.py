"""The danger scan: what must alarm, what must stay silent, and what it promises."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.labels import Hazard, Matter, Urgency
from nlp.hazards import SafetyRulesError, SafetyScanner, load_rules

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "config" / "hazards.toml").read_text("utf-8")
SCANNER = SafetyScanner(load_rules(RULES))
TABLES = [
    tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
    for name in ("danger_phrases.toml", "plain_dangers.toml")
]
ALARMS = [(name, text) for table in TABLES for name, texts in table["must_alarm"].items() for text in texts]
SILENT = [text for table in TABLES for text in table["must_stay_silent"]["texts"]]
CORPUS = [
    json.loads(line)
    for path in sorted((ROOT / "nlp" / "corpus").glob("*.jsonl"))
    if not path.stem.startswith("grown_")
    for line in path.read_text("utf-8").splitlines()
]
"""The files that the phrases were tuned on."""
SEVERITY = {Urgency.URGENT: 1, Urgency.EMERGENCY: 2}
URGENT_IS_ENOUGH = frozenset({"flood_leak"})
"""A leak through a ceiling without electrics is urgent by the guide when it is told in a word or two."""


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(ALARMS) >= 500
    assert len(SILENT) >= 370
    assert len({text for _, text in ALARMS} | set(SILENT)) == len(ALARMS) + len(SILENT)


def test_no_phrase_of_the_tables_stands_in_the_corpus() -> None:
    corpus = "\n".join(row["text"] for row in CORPUS).lower()
    assert [
        text for text in (*(text for _, text in ALARMS), *SILENT) if len(text) > 25 and text.lower() in corpus
    ] == []


@pytest.mark.parametrize(("name", "text"), ALARMS)
def test_no_danger_phrase_is_missed(name: str, text: str) -> None:
    found = SCANNER.scan(text)
    wanted = [each for each in found if name in {each.hazard.value, each.matter.value if each.matter else ""}]
    least = 1 if name in URGENT_IS_ENOUGH else 2
    assert [each for each in wanted if SEVERITY[each.urgency] >= least], [each.rule for each in found]


@pytest.mark.parametrize("text", SILENT)
def test_no_look_alike_raises_an_emergency(text: str) -> None:
    assert [f.rule for f in SCANNER.scan(text) if f.urgency is Urgency.EMERGENCY] == []


@pytest.mark.parametrize(("name", "text"), ALARMS[::5])
def test_a_danger_is_found_in_the_last_line_of_a_long_quoted_mail(name: str, text: str) -> None:
    mail = "Thank you for your letter about the rent.\n\n" + "> we wrote to you about the bins.\n" * 40 + "> " + text
    found = {each.hazard.value for each in SCANNER.scan(mail)} | {str(each.matter) for each in SCANNER.scan(mail)}
    assert name in found


def test_a_finding_carries_its_words_its_rule_and_its_part() -> None:
    found = SCANNER.scan("Hello. I can smell gas here.", part="subject")[0]
    assert (found.text, found.rule, found.part, found.hazard) == ("smell gas", "gas-smell", "subject", Hazard.GAS)


def test_a_zero_width_joiner_does_not_shift_the_offsets() -> None:
    text = "\u200b\u200bplease: sm\u200dell of g\u200das"
    found = SCANNER.scan(text)[0]
    assert text[found.start : found.end] == found.text == "sm\u200dell of g\u200das"


def test_a_text_that_begins_too_many_phrases_is_alarmed_rather_than_given_up() -> None:
    found = SCANNER.scan("electric the shock " * 61_000)
    assert [(each.rule, each.urgency) for each in found] == [("too-many-danger-words", Urgency.EMERGENCY)]


def test_a_text_of_danger_words_is_read_to_its_end() -> None:
    rules = [each.rule for each in SCANNER.scan("smell the water light baby " * 40_000 + "there is a gas leak")]
    assert "gas-smell" in rules


@pytest.mark.parametrize(
    ("text", "found"),
    [("smell of g a s here", "smell of g a s"), ("g.a.s leak", "g.a.s leak"), ("k i l l myself", "k i l l myself")],
)
def test_letters_spelled_apart_are_one_word_with_its_own_span(text: str, found: str) -> None:
    assert found in {each.text for each in SCANNER.scan(text)}


@pytest.mark.parametrize("text", ["block a b c needs paint", "ring me a.s.a.p about the tap", "grade e. f. g. bins"])
def test_single_letters_side_by_side_are_no_danger(text: str) -> None:
    assert SCANNER.scan(text) == ()


@pytest.mark.parametrize("piece", ["g a s ", "g.a.s.", "a b", "LEAKKKK", "he will jump if she is in the lift and "])
def test_a_hostile_megabyte_gives_few_findings(piece: str) -> None:
    assert len(SCANNER.scan(piece * (1_000_000 // len(piece)))) <= 20


def test_a_hundred_denials_do_not_hide_one_report() -> None:
    text = "There is no gas leak here. " * 100 + "I can smell gas."
    assert any(each.hazard is Hazard.GAS for each in SCANNER.scan(text))


def test_hazards_load_without_spacy_or_numpy() -> None:
    code = "import sys, nlp, nlp.hazards; print([m for m in ('spacy', 'numpy', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ("[[rule", "hazards.toml"),
        ("x = 1", "no [[rule]]"),
        ('[[rule]]\nname="a"\nurgency="soon"\nphrases=["x"]\nguards=[]', "soon"),
        ('[[rule]]\nname="a"\nurgency="urgent"\nphrases=["{gaz} x"]\nguards=[]', "{gaz}"),
        ('[[rule]]\nname="a"\nurgency="urgent"\nphrase=["x"]\nguards=[]', "unknown key phrase"),
        ('[[rule]]\nname="a"\nurgency="urgent"\nphrases=["x ~y z"]\nguards=[]', "~y"),
    ],
)
def test_a_slip_in_the_file_is_refused_with_the_place(broken: str, word: str) -> None:
    with pytest.raises(SafetyRulesError, match="hazards") as refused:
        load_rules(broken)
    assert word in str(refused.value)


def test_an_operator_can_add_a_phrase() -> None:
    added = RULES + '\n[[rule]]\nname = "goose"\nhazard = "security"\nurgency = "urgent"\nphrases = ["angry goose"]\n'
    assert SafetyScanner(load_rules(added)).scan("an ANGRY  goose!")[0].rule == "goose"


@given(st.text(max_size=300))
def test_every_span_stands_at_its_offsets(text: str) -> None:
    for each in SCANNER.scan(text + " smell of gas " + text):
        assert (text + " smell of gas " + text)[each.start : each.end] == each.text


def test_the_corpus_is_alarmed_as_often_as_stated() -> None:
    said = [
        any(f.urgency is Urgency.EMERGENCY for f in SCANNER.scan(f"{row['subject'] or ''}\n\n{row['text']}"))
        for row in CORPUS
    ]
    meant = [row["urgency"] == "emergency" for row in CORPUS]
    hits = sum(a and b for a, b in zip(said, meant, strict=True))
    assert hits / sum(meant) >= 0.94
    assert hits / sum(said) >= 0.58


def test_figurative_self_harm_stays_a_low_alarm_and_real_words_do_not() -> None:
    assert not [f for f in SCANNER.scan("this drip is killing me") if f.urgency is Urgency.EMERGENCY]
    assert [f for f in SCANNER.scan("the drip is killing me. I want to die") if f.matter is Matter.SELF_HARM]
