"""What staff write into letters is looked over: advice with its clause and quote, and it holds nothing back."""

from datetime import timedelta

import pytest

from app.configuration import ConfigurationFolder, load_speech
from casework.acts import Extend, Investigate, RecordOutcomeSought, SendOutcome
from casework.objections import Objection
from casework.plain import plainness
from casework.tone import tone_of
from domain.letters import Content, LetterType
from tests.casework.cases import RECEIVED, Told, investigated, policies
from tests.casework.lettered import LANDLORDS, OUTCOME, composed, facts, upheld, write

ANSWER = SendOutcome(at=RECEIVED, way="email")
BLAMES = "You failed to be at home when our plumber came."
HARD = (
    "Subsequent to a comprehensive inspection the installation was considered to be satisfactory and it was concluded "
    "that no additional intervention was necessitated at the present time."
)


def advice(case: Told, clause: str, letter: LetterType = OUTCOME) -> list[Objection]:
    return [each for each in composed(case, letter).missing if each.clause == clause]


def warned(case: Told, clause: str) -> list[str]:
    """What is said under a clause when the answer leaves all the same."""
    done = case.do(ANSWER, by="mia")
    return [each.words for each in done.warnings if each.clause == clause]


@pytest.mark.parametrize("letter", [LetterType.DRAFT, OUTCOME, LetterType.CONFIRMATION])
def test_council_5_an_answer_that_is_hard_to_read_is_advised_against_with_the_sentence(letter: LetterType) -> None:
    case = investigated("council")
    assert advice(case, "COUNCIL-5", letter) == []
    write(case, Content.BACKGROUND, HARD, letter)
    (found,) = advice(case, "COUNCIL-5", letter)
    assert not found.blocks
    assert found.quote == "Be responded to in plain language"
    assert found.words.startswith('background, "Subsequent to a comprehensive')
    assert "make two sentences of it" in found.words


@pytest.mark.parametrize("letter", LetterType)
def test_cestria_22_every_letter_is_measured_for_plain_language(letter: LetterType) -> None:
    case = investigated("cestria")
    write(case, Content.BACKGROUND, HARD, letter)
    (found,) = advice(case, "CESTRIA-22", letter)
    assert not found.blocks
    assert found.quote == "Ensuring all written replies to complaints are in plain language."


def test_cestria_22_cestria_70_ccbc_12_what_acts_say_is_looked_over_too() -> None:
    for landlord, clause in (("cestria", "CESTRIA-70"), ("ccbc", "CCBC-12")):
        case = investigated(landlord)
        case.do(Investigate(point="boiler", findings=f"{BLAMES} {HARD}"), by="mia")
        (blamed, *_) = advice(case, clause)
        assert blamed.words == (
            f'findings, "{BLAMES}": "You failed to": it puts the blame on the reader; '
            "say what happened, and what we need now"
        )
    assert advice(case, "Letters: plain language")


@pytest.mark.parametrize("letter", LetterType)
@pytest.mark.parametrize(
    ("landlord", "clause", "quote"),
    [
        ("ccbc", "CCBC-12", "I want to be spoken to in a polite and professional manner."),
        ("cestria", "CESTRIA-70", "Treating our customers respectfully and courteously"),
    ],
)
def test_ccbc_12_cestria_70_a_wrong_tone_in_any_letter_is_flagged_to_a_person(
    letter: LetterType, landlord: str, clause: str, quote: str
) -> None:
    case = investigated(landlord)
    assert advice(case, clause, letter) == []
    write(case, Content.BACKGROUND, f"{BLAMES} We are sorry if this upset you.", letter)
    found = advice(case, clause, letter)
    assert [each.quote for each in found] == [quote, quote]
    assert not any(each.blocks for each in found)


def test_ccbc_12_cestria_70_it_is_told_before_the_answer_leaves_and_holds_nothing_back() -> None:
    for landlord, clause in (("ccbc", "CCBC-12"), ("cestria", "CESTRIA-70")):
        case = investigated(landlord)
        write(case, Content.BACKGROUND, BLAMES)
        (words,) = warned(case, clause)
        assert "it puts the blame on the reader" in words


@pytest.mark.parametrize("words", ["We are sorry if you were upset.", "Mistakes were made."])
def test_council_18_an_apology_with_an_if_or_by_nobody_is_advised_against_with_the_clause(words: str) -> None:
    case = upheld("council")
    assert advice(case, "COUNCIL-18") == []
    write(case, Content.APOLOGY, words)
    (found,) = advice(case, "COUNCIL-18")
    assert not found.blocks
    assert found.words.startswith(f'apology, "{words}"')
    write(case, Content.APOLOGY, "We are sorry that we came a week late.")
    assert advice(case, "COUNCIL-18") == []


def test_ccbc_12_welsh_words_are_looked_over_in_welsh() -> None:
    case = investigated("ccbc")
    case.facts["letter"] = facts(case, language="cy")
    write(case, Content.BACKGROUND, "Gwnaed camgymeriadau.")
    (found,) = advice(case, "CCBC-12")
    assert "Gwnaethom gamgymeriad" in found.words


@pytest.mark.parametrize("landlord", ["poolplus", "council", "group"])
def test_where_a_policy_says_nothing_of_courtesy_every_letter_is_looked_over_all_the_same(landlord: str) -> None:
    case = investigated(landlord)
    write(case, Content.BACKGROUND, BLAMES)
    (found,) = advice(case, "Letters: courtesy")
    assert (found.own, found.blocks) == (False, False)


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_the_tenants_own_words_are_never_found_fault_with(landlord: str) -> None:
    case = investigated(landlord)
    before = composed(case).missing
    case.do(RecordOutcomeSought(words="The tenant wants this DONE AT ONCE!! You failed to come."), by="mia")
    assert composed(case).missing == before


def test_why_an_answer_takes_longer_is_looked_over() -> None:
    case = investigated("cestria")
    case.owes("respond", RECEIVED + timedelta(days=14))
    assert "CESTRIA-70" in case.clauses(Extend(to=RECEIVED + timedelta(days=20), reason=BLAMES), by="mia")


def test_council_5_cestria_22_ccbc_12_cestria_70_what_policies_add_to_letters_is_plain_and_polite() -> None:
    speech = load_speech(ConfigurationFolder(None))
    for policy in policies().values():
        for rule in policy.contents:
            for language, words in rule.words.items():
                assert not tone_of(words, speech, language)
                assert not plainness(words, speech.plain_in(language)).to_mend
