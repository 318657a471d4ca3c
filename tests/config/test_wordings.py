"""Every wording, rendered for every landlord in its languages: what a tenant really reads."""

from datetime import date
from itertools import product

import pytest

from app.configuration import ConfigurationFolder, load_policies, load_regime, load_wordings
from domain.labels import Hazard, Kind
from domain.placeholders import PLACEHOLDERS
from domain.policies import Policy
from domain.sms import count_parts
from domain.uktime import format_date
from domain.wording import Wording, render
from router.making import ASKING_HOME

FOLDER = ConfigurationFolder()
POLICIES = load_policies(FOLDER)
WORDINGS = load_wordings(FOLDER)
LONGEST_DAY = {"en": date(2026, 9, 30), "cy": date(2026, 7, 29)}
FOR_STAFF = {"alert", "alert_which", "staff_passed_on"}
WITHOUT_REFERENCE = {"a7_unverified", "a9_safeguarding", "a10"}
"""To somebody who is not known to be of the case or speaks of another person, and about a number instead of a case."""
LONGEST_MAIL = 250
MANNERS = ("two_way", "one_way", "asks_home", "asks_leak")
EMERGENCIES = ("a6_emergency_gas", "a6_electrical", "a6_fire", "a6_water", "a6_general")
SHIPPED = [
    pytest.param(wording, policy, id=f"{wording.language}-{wording.name}-{slug}")
    for slug, policy in POLICIES.items()
    for wording in WORDINGS.wordings
    if wording.language in policy.languages
]


def values(policy: Policy, language: str, manner: str = "two_way") -> dict[str, str]:
    """As the router gives them, with the longest names and dates that occur."""
    day = format_date(LONGEST_DAY[language], language)
    gas, crisis = policy.emergency_line(Hazard.GAS), policy.emergency_line("crisis")
    nhs = policy.emergency_line("mental_health")
    body = policy.ombudsman()
    return {
        **dict.fromkeys(PLACEHOLDERS, ""),
        **dict.fromkeys(("respond_on", "contact_on", "acknowledge_on"), day),
        "reference": f"{policy.prefix}-26-00417N",
        "options": f"{policy.prefix}-26-00417N, {policy.prefix}-26-00418P",
        "references": f"{policy.prefix}-26-00417N, {policy.prefix}-26-00418P",
        "landlord": policy.name,
        "landlord_short": policy.short_name,
        "team": policy.team_for(Kind.COMPLAINT),
        "phone": policy.phone,
        "emergency_phone": policy.emergency_phone,
        "hazard_phone": gas.phone if gas else "",
        "support": crisis.phone if crisis else "",
        "support_nhs": nhs.phone if nhs else "",
        "stage": policy.stages[0].name,
        "next_stage": policy.stages[1].name,
        "ombudsman": body.name,
        "ombudsman_phone": body.phone,
        "ombudsman_website": body.site,
        "definition": "heating and hot water that do not work",
        "hazard": "no heating or hot water",
        "link": "https://tenantline.example/alert/abcdefghijklmnopqrstuv",
        manner: "yes",
    }


@pytest.mark.parametrize(("wording", "policy"), SHIPPED)
def test_rules_b12_a_text_fits_one_part(wording: Wording, policy: Policy) -> None:
    for manner in MANNERS:
        text = render(wording, "sms", values(policy, wording.language, manner)).body
        assert count_parts(text).parts == 1, f"{count_parts(text).units} units: {text}"


@pytest.mark.parametrize(("wording", "policy"), SHIPPED)
def test_a_mail_is_short_and_has_a_subject(wording: Wording, policy: Policy) -> None:
    mail = render(wording, "email", values(policy, wording.language))
    assert mail.subject
    assert len(mail.body.split()) <= LONGEST_MAIL


@pytest.mark.parametrize(("wording", "policy"), SHIPPED)
def test_situation_152_nothing_invites_a_reply_where_none_arrives(wording: Wording, policy: Policy) -> None:
    if wording.name.startswith("ask_") or wording.name in FOR_STAFF:
        return  # a question is never asked there (router), and an alert goes to a person's own telephone
    for channel in ("sms", "email"):
        text = render(wording, channel, values(policy, wording.language, "one_way")).body.lower()
        for invitation in ("reply complaint", "reply here", "just reply", "atebwch"):
            assert invitation not in text


@pytest.mark.parametrize(("wording", "policy"), SHIPPED)
def test_rules_b12_no_text_carries_what_somebody_else_may_not_read(wording: Wording, policy: Policy) -> None:
    given = values(policy, wording.language) | {"definition": "<private>", "items": "<private>", "name": "<private>"}
    assert "<private>" not in render(wording, "sms", given).body


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("name", EMERGENCIES)
def test_rules_b14_an_emergency_says_first_what_to_do_and_whom_to_ring(name: str, policy: Policy) -> None:
    for language in policy.languages:
        for channel in ("sms", "email"):
            text = render(WORDINGS.get(name, language), channel, values(policy, language)).body
            assert policy.emergency_phone in text
            assert f"{policy.prefix}-26-00417N" in text
            assert text.index(policy.emergency_phone) < text.index(f"{policy.prefix}-26-00417N")


def test_rules_b14_gas_has_another_number_in_northern_ireland() -> None:
    for slug, number in (
        ("housing-ombudsman-2024", "0800 111 999"),
        ("wales", "0800 111 999"),
        ("spso", "0800 111 999"),
        ("northern-ireland", "0800 002 001"),
    ):
        text = render(WORDINGS.get("a6_emergency_gas"), "sms", values(load_regime(FOLDER, slug), "en")).body
        assert number in text


def test_rules_b14_a_crisis_names_no_line_that_the_nation_has_not_got() -> None:
    northern = render(WORDINGS.get("a6_crisis"), "sms", values(load_regime(FOLDER, "northern-ireland"), "en")).body
    assert "116 123" in northern
    assert "NHS" not in northern
    assert "111, option 2" in render(WORDINGS.get("a6_crisis"), "sms", values(POLICIES["cestria"], "en")).body


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_ccbc_7_ccbc_15_ccbc_17_ccbc_18_an_acknowledgement_says_what_was_understood_what_happens_and_by_when(
    policy: Policy,
) -> None:
    for language in policy.languages:
        given = values(policy, language)
        text = render(WORDINGS.get("a1", language), "email", given).body
        for name in ("reference", "definition", "respond_on", "contact_on", "stage", "team", "phone", "ombudsman"):
            assert given[name] in text


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_ccbc_16_an_acknowledgement_says_that_a_person_looks_at_the_complaint(channel: str) -> None:
    for language, words in (("en", "A person will"), ("cy", "Bydd person")):
        assert words in render(WORDINGS.get("a1", language), channel, values(POLICIES["ccbc"], language)).body


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_ccbc_19_whatever_is_sent_about_a_case_names_its_reference(channel: str) -> None:
    for wording in WORDINGS.wordings:
        if wording.name in FOR_STAFF or wording.name in WITHOUT_REFERENCE:
            continue
        sent = render(wording, channel, values(POLICIES["ccbc"], wording.language))
        assert f"{POLICIES['ccbc'].prefix}-26-00417N" in f"{sent.subject} {sent.body}", wording.name


@pytest.mark.parametrize("name", ["a1", "a5", "a8"])
def test_pool_39_a_complaints_messages_name_the_housing_ombudsman(name: str) -> None:
    text = render(WORDINGS.get(name), "email", values(POLICIES["poolplus"], "en")).body
    assert "You can ask the Housing Ombudsman Service for free advice at any time" in text
    assert "0300 111 3000" in text


@pytest.mark.parametrize("matter", ["housing", "other"])
@pytest.mark.parametrize("name", ["a1", "a8"])
def test_council_28_an_acknowledgement_says_how_to_go_on_about_answer_decision_and_handling(
    name: str, matter: str
) -> None:
    policy = POLICIES["council"]
    given = values(policy, "en", "two_way") | {"ombudsman": policy.ombudsman(matter).name}
    words = render(WORDINGS.get(name), "email", given).body
    assert all(each in words for each in ("our answer", "a decision", "how we deal with this", "look again"))
    assert policy.ombudsman(matter).name in words


@pytest.mark.parametrize("manner", ["two_way", "one_way"])
def test_cestria_16_whatever_is_not_yet_a_complaint_is_told_how_to_make_one(manner: str) -> None:
    way = {"two_way": "reply COMPLAINT", "one_way": f"ring {POLICIES['cestria'].phone}"}[manner]
    for name in ("a1_lite", "a2", "a3", "a4", "neutral"):
        assert way in render(WORDINGS.get(name), "email", values(POLICIES["cestria"], "en", manner)).body, name


@pytest.mark.parametrize(("language", "word"), [("en", "COMPLAINT"), ("cy", "CWYN")])
def test_code_1_3_a_request_ends_with_the_choice_to_complain(language: str, word: str) -> None:
    for channel, manner in product(("sms", "email"), ("two_way", "asks_home")):
        text = render(WORDINGS.get("a4", language), channel, values(POLICIES["ccbc"], language, manner)).body
        assert word in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("language", "manner", "question"),
    [
        *(("en", "asks_home", "which home"), ("cy", "asks_home", "a gartref")),
        *(("en", "asks_leak", "a leak"), ("cy", "asks_leak", "yn gollwng")),
    ],
)
def test_an_acknowledgement_that_asks_holds_its_question_and_the_choice_to_complain(
    language: str, manner: str, question: str
) -> None:
    choice = {"en": "COMPLAINT", "cy": "CWYN"}[language]
    for name, channel in product(ASKING_HOME if manner == "asks_home" else ("neutral",), ("sms", "email")):
        text = render(WORDINGS.get(name, language), channel, values(POLICIES["ccbc"], language, manner)).body
        assert question in text.lower()
        assert name == "a1" or choice in text


def test_psow_every_answer_to_a_tenant_is_in_welsh_too() -> None:
    names = {language: {w.name for w in WORDINGS.wordings if w.language == language} for language in ("en", "cy")}
    assert names["en"] - names["cy"] == FOR_STAFF
    for name in names["cy"]:
        assert WORDINGS.get(name, "cy").placeholders() == WORDINGS.get(name, "en").placeholders()
