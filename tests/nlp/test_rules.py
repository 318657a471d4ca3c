"""What rules say besides danger: whole messages, matters, representatives, language, evidence."""

import pytest

from domain.keywords import STOP
from domain.labels import Intent, Kind, Matter
from nlp.parties import find_represented
from nlp.rules import load_markers, matters_of, read_whole

READER = load_markers()


@pytest.mark.parametrize(
    "text", ["STOP", "Stop.", "sToP", "STOP ALL", "Stopiwch", " stop\n", "unsubscribe", "STOPALL!", *sorted(STOP)]
)
def test_situation_143_144_a_whole_message_stop_word_opts_out(text: str) -> None:
    whole = read_whole(text)
    assert whole is not None
    assert whole.intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    "text", ["Please stop the leak", "STOP ignoring me", "Stop sending workmen without notice", "full stop", "bus stop"]
)
def test_situation_145_146_stop_inside_a_sentence_is_no_opt_out(text: str) -> None:
    assert read_whole(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "intent"),
    [
        ("5", Kind.COMMENT, Intent.SURVEY_ANSWER),
        ("1", Kind.COMPLAINT, Intent.SURVEY_ANSWER),
        ("2/5", Kind.COMPLAINT, Intent.SURVEY_ANSWER),
        ("START", Kind.NONE, Intent.OPT_IN),
        ("Thanks", Kind.NONE, Intent.THANKS),
        ("👍", Kind.NONE, Intent.THANKS),
        ("hi", Kind.NONE, Intent.UNCLEAR),
        ("no", Kind.NONE, Intent.FOLLOW_UP),
        ("😡💧🏠", Kind.NONE, Intent.UNCLEAR),
        ("", Kind.NONE, Intent.UNCLEAR),
    ],
)
def test_a_message_of_a_word_says_what_it_is(text: str, kind: Kind, intent: Intent) -> None:
    whole = read_whole(text)
    assert whole is not None
    assert (whole.kind, whole.intent) == (kind, intent)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("send me everything you hold on me, and why did you lie in your letter", Matter.SAR),
        ("This is a subject access request", Matter.SAR),
        ("Delete all my data and close my complaint", Matter.ERASURE),
        ("You e-mailed my details to my neighbour", Matter.DP_COMPLAINT),
        ("how many complaints about damp last year?", Matter.INFORMATION_REQUEST),
        ("Freedom of Information request about your lifts", Matter.INFORMATION_REQUEST),
        ("This is a letter before action under the housing conditions protocol", Matter.LETTER_OF_CLAIM),
        ("We enclose the sealed claim form and particulars of claim", Matter.COURT_CLAIM),
        ("I want £400 for my ruined sofa", Matter.INSURANCE),
        ("I fell on your broken step and hurt my ankle", Matter.INSURANCE),
        ("loud music next door till 3am", Matter.ASB_REPORT),
        ("I want a review of my banding, band C is wrong", Matter.OWN_APPEAL),
        ("the pothole on the high street is worse", Matter.OTHER_BODY),
        ("flat 6 is subletting on airbnb", Matter.TENANCY_FRAUD),
    ],
)
def test_a_matter_with_rules_of_its_own_is_found(text: str, matter: Matter) -> None:
    assert matter in matters_of(READER.find(text))


@pytest.mark.parametrize("text", ["Please remove me from your survey mailing list", "my tap drips", "thank you Karen"])
def test_an_ordinary_message_holds_no_matter(text: str) -> None:
    assert matters_of(READER.find(text)) == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mae'r gwres wedi torri eto, dwi ddim yn hapus", "cy"),
        ("Grzyb na scianie, dziecko choruje", "pl"),
        ("ghar mein gas ki boo hai", "ur"),
        ("گھر میں گیس کی بو آ رہی ہے", "ur"),
        ("السلام عليكم، أريد موعدا", "ar"),
        ("Buna ziua, nu avem apa calda", "ro"),
        ("Salaan, kuleylkii gurigu ma shaqaynayo", "so"),
        ("ਦਰਵਾਜ਼ਾ ਟੁੱਟਾ ਹੈ", "pa"),
        ("আমার কলে পানি নেই", "bn"),
        ("Boa tarde, a janela está partida", "pt"),
        ("Hola, la cisterna pierde agua", "es"),
        ("Добрий день, вікно не зачиняється", "uk"),
        ("The boiler is broken again and I am not happy", "en"),
        ("tap drips", "en"),
        ("", "en"),
    ],
)
def test_situation_190_to_192_the_language_is_guessed_from_own_marker_words(text: str, language: str) -> None:
    assert READER.languages.guess(text) == language


@pytest.mark.parametrize(
    ("text", "who", "representative"),
    [
        (
            "I am writing on behalf of my mother, Mrs Edith Hobson, of 4 High Row",
            "my mother, Mrs Edith Hobson",
            "relative",
        ),
        ("We act for Mr and Mrs Iqbal of 8 Bellfield Grove", "Mr and Mrs Iqbal", "solicitor"),
        ("for my cousin at 10 Heddle St", "my cousin", "relative"),
    ],
)
def test_whom_a_representative_speaks_for_is_quoted_exactly(text: str, who: str, representative: str) -> None:
    span = find_represented(text, representative)
    assert span is not None
    assert text[span[0] : span[1]] == who
