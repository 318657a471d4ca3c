# ruff: noqa: E501 - each case reads as one line
"""Who writes for whom by words, addresses and names alone: with the model and without one, and never with authority."""

import pytest

from domain.labels import AuthorityShown, RepresentativeKind
from domain.ports import Understander
from domain.understanding import Reading, Understanding
from nlp.hazards import SafetyScanner, load_rules
from nlp.labelled import reading_of
from nlp.representatives import settle
from nlp.understander import MODEL, RulesOnly, load
from tests.nlp.test_hazards import RULES

SAFETY = SafetyScanner(load_rules(RULES))
FORWARDED = (
    "\n\n---------- Forwarded message ----------\nFrom: Mary <mary@example.org>\nDate: Mon\nSubject: roof\n"
    "To: cllr@council.gov.uk\n\nMy roof has leaked since March and nobody comes."
)
NONE = RepresentativeKind.NONE


@pytest.fixture(scope="module", params=["model", "rules alone"])
def understander(request: pytest.FixtureRequest) -> Understander:
    return load(MODEL, SAFETY) if request.param == "model" else RulesOnly(SAFETY)


def a_reading(text: str, subject: str | None = None, sender: str | None = None, name: str | None = None) -> Reading:
    line = {"id": "1", "channel": "email" if sender else "sms", "subject": subject, "text": text}
    return reading_of(line).model_copy(update={"sender": sender, "sender_name": name})


def understood(understander: Understander, *given: str | None) -> Understanding:
    return understander.understand([a_reading(*given)])[0]  # type: ignore[arg-type]


FOR_OTHERS: list[tuple[str, tuple[str | None, ...]]] = [
    (
        "councillor",
        ("Please see below from a constituent." + FORWARDED, "Fwd: roof", "cllr.jones@council.gov.uk", None),
    ),
    (
        "councillor",
        ("Can you help with this please?" + FORWARDED, "Fwd: roof", "a.jones@council.gov.uk", "Cllr Ann Jones"),
    ),
    (
        "councillor",
        (
            "Mrs Smith of 4 Elm Road has asked me to raise her repairs, the roof has leaked since March.\n\nCllr Ann Jones\nNorthend Ward",
            "Roof",
            "a.jones@council.gov.uk",
            None,
        ),
    ),
    (
        "councillor",
        (
            "One of my residents in Elm Road has had no heating for a month. Please advise.",
            "Elm Road",
            "councillor.smith@exampletown.gov.uk",
            None,
        ),
    ),
    (
        "mp",
        (
            "Please look into the case of Mr Orr of 4 Elm Road.\n\nCaseworker to Jane Doe MP",
            "Mr Orr",
            "jane.doe.mp@parliament.uk",
            None,
        ),
    ),
    (
        "mp",
        (
            "I write as caseworker for the office of Rhys Evans, Member of the Senedd. Mrs Pugh has no hot water.",
            "Mrs Pugh",
            "x@senedd.wales",
            None,
        ),
    ),
    (
        "mp",
        (
            "Mr Orr's roof leaks and he has had no answer. I am writing from the office of Jane Doe MSP.",
            "Mr Orr",
            "jd@example.org",
            None,
        ),
    ),
    (
        "relative",
        (
            "My mum's heating has been off for 3 weeks, she is not well, can somebody ring me please",
            "Heating",
            "tracy@example.org",
            None,
        ),
    ),
    ("relative", ("my mums boiler has packed in again shes 80", None, None, None)),
    ("relative", ("I'm ringing for my dad, his toilet is blocked", None, None, None)),
    ("relative", ("On behalf of my nan, Mrs Orr: the front door will not shut", None, "x@example.org", None)),
    ("relative", ("my brother has been without hot water since monday at 4 elm rd", None, None, None)),
    ("relative", ("My daughter's flat is soaking wet and she cannot write English", None, None, None)),
    (
        "solicitor",
        ("We act for Mrs Orr in relation to disrepair at 4 Elm Road.", "Mrs Orr", "info@smithsolicitors.co.uk", None),
    ),
    (
        "support_worker",
        ("I am her support worker. The boiler at 4 Elm Road has been off for a week.", None, "x@example.org", None),
    ),
    ("support_worker", ("I support Mr Orr at 4 Elm Road and his lights do not work.", None, "x@example.org", None)),
    (
        "advocate",
        (
            "I am an adviser at Citizens Advice. My client Mr Orr has had no reply to his complaint.",
            "Mr Orr",
            "adviser@citizensadvice.org.uk",
            None,
        ),
    ),
    ("advocate", ("I'm calling from Shelter about Ms Orr's roof.", None, "x@example.org", None)),
    (
        "other_agency",
        (
            "The patient lives at 4 Elm Road and cannot go home until the stairs are mended.",
            "Discharge",
            "ward4@hospital.nhs.uk",
            None,
        ),
    ),
    (
        "other_agency",
        ("I am a social worker with the older people's team. Mrs Orr has no heating.", None, "sw@council.gov.uk", None),
    ),
    ("friend", ("My neighbour asked me to write, her lights are off and she is blind", None, None, None)),
]


@pytest.mark.parametrize(("kind", "given"), FOR_OTHERS)
def test_situations_61_to_74_who_writes_for_somebody_else_is_seen(
    understander: Understander, kind: str, given: tuple[str | None, ...]
) -> None:
    found = understood(understander, *given)
    assert found.representative is RepresentativeKind(kind)
    assert found.authority in {AuthorityShown.ABSENT, AuthorityShown.STATED}


FOR_THEMSELVES = [
    ("My mum and I have had no heating for three weeks, we are freezing", None, None),
    ("my son's room is damp and our heating is off", None, None),
    ("My daughter's bedroom is black with mould and she is wheezing", None, None),
    ("My husband and I have waited for the plumber all day", None, None),
    ("My mum lives with me and our boiler is broken", None, None),
    ("My wife's chest is bad and our bathroom is cold", None, None),
    ("I told my councillor about this and she said to write to you", None, None),
    ("I am a constituent of Cllr Jones and my roof leaks", None, "x@example.org"),
    ("I went to Citizens Advice and they told me to complain about my roof", None, None),
    ("I work for the NHS and my own boiler is off", None, "nurse@nhs.net"),
    ("My heating is off, please send somebody", "Heating", "nurse@nhs.net"),
    ("My neighbour's music is loud every night", None, None),
    ("My neighbour's tap leaks into my flat", None, None),
    ("my mum is coming to stay and I need the lift to work", None, None),
    ("I am a councillor myself but this is about my own home: the tap drips", None, "cllr.jones@council.gov.uk"),
    ("my dad had to carry the shopping up because the lift is out", None, None),
    ("I am writing about the damp in my daughter's room", None, None),
    ("we are a family with three kids, my son's asthma is worse with the damp in our flat", None, None),
]


@pytest.mark.parametrize(("text", "subject", "sender"), FOR_THEMSELVES)
def test_a_tenant_who_speaks_of_the_own_household_or_of_help_asked_for_is_no_representative(
    understander: Understander, text: str, subject: str | None, sender: str | None
) -> None:
    found = understood(understander, text, subject, sender)
    assert (found.representative, found.authority) == (NONE, AuthorityShown.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("sender", "name"), [("cllr.jones@council.gov.uk", None), ("a.jones@council.gov.uk", "Cllr A. Jones")]
)
def test_situation_66_a_councillor_forwards_and_no_authority_is_taken_for_shown(
    understander: Understander, sender: str, name: str | None
) -> None:
    found = understood(understander, "Please see below from a constituent." + FORWARDED, "Fwd: roof", sender, name)
    assert (found.representative, found.authority) == (RepresentativeKind.COUNCILLOR, AuthorityShown.ABSENT)


def test_situation_67_a_councillor_who_complains_of_a_service_to_members_speaks_for_nobody_else() -> None:
    own = a_reading(
        "You never answer my e-mails, this is no way to treat members.", "E-mails", "cllr.jones@council.gov.uk"
    )
    assert settle(NONE, own) is NONE


def test_situation_68_a_word_of_a_constituent_is_an_elected_persons_word(understander: Understander) -> None:
    found = understood(understander, "My constituent Mr Orr has damp in every room.", "Damp", "ann@example.org")
    assert found.representative in {RepresentativeKind.COUNCILLOR, RepresentativeKind.MP}


def test_the_name_of_the_sender_never_reaches_the_model() -> None:
    understander = load(MODEL, SAFETY)
    text = "The tap drips again and nobody comes"
    plain, named = (
        understood(understander, text, None, "x@example.org", name) for name in (None, "Gas Leak Complaint")
    )
    assert plain == named


@pytest.mark.parametrize("piece", ["my mum ", "hi ", "i am a the ", "writing to you about my mum ", "A B C D "])
def test_a_hostile_text_is_looked_at_only_at_its_beginning_and_end(piece: str) -> None:
    assert isinstance(
        settle(NONE, a_reading(piece * 100_000, piece * 1_000, "x@nhs.net", piece * 1_000)), RepresentativeKind
    )
