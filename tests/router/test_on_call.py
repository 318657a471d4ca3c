"""The person on call's YES (design 4): whose it is, which alert it takes, and that in doubt the alert goes on."""

import pytest

from domain.cases import Question, ToldAlert
from domain.decisions import Decision, Disposition, Outcome, PersonBy
from domain.labels import Hazard, Kind, Urgency
from domain.messages import Address, AddressKind, Marks
from router.decide import decide
from tests.builders import (
    ANN_MAIL,
    BOB,
    a_case,
    a_finding,
    a_situation,
    asked,
    in_thread,
    known,
    marked,
    of_self_harm,
    quoted,
)
from tests.router.looking import alerted, said_by, tasks_of

PAT = Address(kind=AddressKind.PHONE, value="+447700900991")
PAT_MAIL = Address(kind=AddressKind.EMAIL, value="oncall@cestria.example")
GAS, FIRE = a_case(417), a_case(418)
OF_GAS = ToldAlert(id="alert-gas", reference=GAS.reference)
OF_FIRE = ToldAlert(id="alert-fire", reference=FIRE.reference)
WITHOUT_A_CASE = ToldAlert(id="alert-other")


def answered(words: str, *told: ToldAlert, sender: Address = PAT, **fields: object) -> Decision:
    """What Pat, who is on call, writes after these alerts, the newest first."""
    given: dict[str, object] = {"kind": Kind.NONE, "duty_addresses": (PAT, PAT_MAIL), "told_alerts": told}
    return decide(a_situation(words, sender=sender, **(given | fields)))


def taken(decision: Decision) -> tuple[str, ...]:
    """The alerts that it takes."""
    return decision.effects.acknowledges_alerts


@pytest.mark.parametrize("words", ["YES", "yes.", " Ok!", "okay", "Y", "ie", "Iawn", "ok yes"])
def test_a_bare_yes_takes_the_one_alert_that_is_open(words: str):
    decision = answered(words, OF_GAS)
    assert (taken(decision), decision.effects.disposition) == (("alert-gas",), Disposition.ALERT_ANSWER)
    assert (decision.outcome, said_by(decision)) == (Outcome.NO_CASE, ())


def test_a_bare_yes_with_several_open_takes_none_and_asks_which():
    decision = answered("Yes", OF_FIRE, OF_GAS)
    assert (taken(decision), said_by(decision)) == ((), ("alert_which",))
    (draft,) = decision.effects.drafts
    assert (draft.to, draft.urgent) == (PAT, True)
    assert draft.values["options"] == f"{FIRE.reference}, {GAS.reference}"


@pytest.mark.parametrize("words", ["YES {}", "yes {} ", "ok: {}.", "YES {} yes"])
@pytest.mark.parametrize("named", [GAS.reference, GAS.reference.replace("-", " ").lower(), "417", "00417"])
def test_a_yes_with_the_reference_takes_that_one(words: str, named: str):
    assert taken(answered(words.format(named), OF_FIRE, OF_GAS)) == ("alert-gas",)


@pytest.mark.parametrize("named", ["CES-26-00999X", "999", "41"])
def test_a_yes_that_names_no_open_alert_takes_none(named: str):
    assert taken(answered(f"yes {named}", OF_FIRE, OF_GAS)) == ()


def test_two_dangers_of_one_case_are_taken_together():
    both = (OF_GAS, ToldAlert(id="alert-fumes", reference=GAS.reference))
    assert taken(answered("yes", *both)) == ("alert-gas", "alert-fumes")


def test_an_alert_without_a_case_beside_another_is_taken_by_its_link():
    assert taken(answered("yes", WITHOUT_A_CASE)) == ("alert-other",)
    assert taken(answered("yes", WITHOUT_A_CASE, OF_GAS)) == ()
    assert taken(answered(f"yes {GAS.reference}", WITHOUT_A_CASE, OF_GAS)) == ("alert-gas",)


def test_a_yes_after_somebody_else_took_it_is_kept_and_not_answered():
    decision = answered("yes")
    assert (decision.effects.disposition, taken(decision), said_by(decision)) == (Disposition.ALERT_ANSWER, (), ())


def test_a_yes_to_what_we_asked_the_same_person_is_no_answer_to_an_alert():
    request = a_case(kind=Kind.SERVICE_REQUEST)
    decision = answered("yes", own_cases=(request,), question=asked(Question.CHOICE, request))
    assert decision.effects.kind_changed_to is Kind.COMPLAINT


def by_mail(words: str, *told: ToldAlert, verdict: str | None, **fields: object) -> Decision:
    """The same by mail, in answer to the alert about gas."""
    given: dict[str, object] = {
        "subject": f"Re: Call now: gas {GAS.reference}",
        "references": (quoted(GAS),),
        "thread": in_thread(GAS, PAT_MAIL, purpose="alert"),
        "marks": Marks(authentication=verdict),
    }
    return answered(words, *told, sender=PAT_MAIL, **(given | fields))


def test_a_mail_that_passed_the_checks_takes_the_alert_that_its_subject_names():
    assert taken(by_mail("Yes", OF_FIRE, OF_GAS, verdict="pass")) == ("alert-gas",)


def test_the_subject_of_an_alert_is_no_new_danger():
    own = of_self_harm().model_copy(update={"part": "subject"})
    decision = by_mail("Yes", OF_GAS, verdict="pass", safety=(own,))
    assert (taken(decision), alerted(decision)) == (("alert-gas",), ())


@pytest.mark.parametrize(("verdict", "told"), [(None, ("alert_which",)), ("fail", ())])
def test_rules_b13_a_mail_that_proves_nobody_takes_nothing(verdict: str | None, told: tuple[str, ...]):
    decision = by_mail("Ok", OF_GAS, verdict=verdict)
    assert (taken(decision), decision.outcome, said_by(decision)) == ((), Outcome.NO_CASE, told)


@pytest.mark.parametrize("sender", [PAT, PAT_MAIL])
@pytest.mark.parametrize("typed", [{"channel_kind": "web_form"}, {"channel_kind": "staff_note", "noted_by": "Sam"}])
def test_nobody_silences_the_person_on_call_by_a_form(sender: Address, typed: dict[str, object]):
    decision = answered("Ok", OF_GAS, sender=sender, channel="form", **typed)
    assert (taken(decision), said_by(decision)) == ((), ())


@pytest.mark.parametrize("sender", [BOB, ANN_MAIL])
def test_nobody_elses_yes_takes_an_alert(sender: Address):
    assert taken(answered("yes", OF_GAS, sender=sender, **marked(authentication="pass"))) == ()


@pytest.mark.parametrize(
    "words", ["Yes, on my way", "ok so who rings her?", "Yes I can smell gas too", "ok thanks 417"]
)
def test_more_than_a_yes_is_read_like_any_message(words: str):
    decision = answered(words, OF_GAS)
    assert (taken(decision), decision.rule != "answer_to_alert") == ((), True)


@pytest.mark.parametrize("verdict", ["pass", "fail", None])
def test_a_danger_from_a_duty_address_is_alerted_like_anybodys(verdict: str | None):
    words = "Ok so there is a strong smell of gas in my flat at 5 High Street"
    fields = {"safety": (a_finding(),), "marks": Marks(authentication=verdict), "hazard": Hazard.GAS}
    decision = answered(words, OF_FIRE, sender=PAT_MAIL, kind=Kind.SERVICE_REQUEST, **fields)
    assert (taken(decision), alerted(decision)) == ((), ("gas",))
    assert (tasks_of(decision)["hazard"], decision.urgency) == (PersonBy.NOW, Urgency.EMERGENCY)


def test_a_yes_with_a_danger_beside_it_takes_nothing_and_alerts():
    decision = answered("yes", OF_FIRE, safety=(a_finding(),), urgency=Urgency.EMERGENCY)
    assert (taken(decision), alerted(decision)) == ((), ("gas",))


def test_the_question_which_alert_reaches_somebody_who_opted_out_of_answers_to_tenants():
    situation = a_situation("yes", sender=PAT, kind=Kind.NONE, duty_addresses=(PAT,), told_alerts=(OF_FIRE, OF_GAS))
    decision = decide(situation.model_copy(update={"sender": known(PAT, opted_out=True)}))
    assert said_by(decision) == ("alert_which",)
