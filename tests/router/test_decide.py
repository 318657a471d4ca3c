"""Properties of every decision, whatever the message: never raises, names its rule, floors only raise, who hears."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cases import CaseState, Question, ToldAlert
from domain.decisions import Decision, Outcome, PersonBy, Situation
from domain.labels import (
    Allegation,
    AuthorityShown,
    Hazard,
    Intent,
    Kind,
    Matter,
    RepresentativeKind,
    Topic,
    Urgency,
    Vulnerability,
)
from domain.messages import NO_ADDRESS, Address, AddressKind, Marks, MediaReference
from domain.wording import render
from router.colleagues import as_staff_had_it
from router.decide import FLOORS, PLACE, decide, place
from router.times import due_for
from tests.builders import (
    ANN,
    ANN_CHAT,
    ANN_MAIL,
    BOB_MAIL,
    NOW,
    a_case,
    a_finding,
    a_policy,
    a_situation,
    asked,
    calendars,
    in_thread,
    known,
    of_abuse,
    of_risk,
    of_self_harm,
    quoted,
    wordings,
)

LANDLORDS = ("ccbc", "cestria", "council", "group", "poolplus")
TEXTS = st.one_of(
    st.sampled_from(
        ["STOP", "Stopiwch", "COMPLAINT", "yes", "no", "", "\U0001f621\U0001f4a7", "\U0001f44d", "417", "gas", "START"]
    ),
    st.text(max_size=40),
)
FINDINGS = st.lists(
    st.sampled_from(
        [
            a_finding(),
            a_finding(Hazard.DAMP_MOULD, Urgency.NORMAL),
            of_self_harm(),
            of_abuse(),
            of_risk(),
            of_risk(rule="staff-threat"),
        ]
    ),
    max_size=2,
).map(tuple)
CASES = st.builds(
    lambda number, kind, stage, closed, own, answered, locked: a_case(
        number,
        kind=kind,
        stage=stage,
        state=CaseState.CLOSED if closed else CaseState.OPEN,
        own=own,
        response_sent=answered,
        safe_contact_locked=locked,
    ),
    st.integers(1, 30),
    st.sampled_from(Kind),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
MARKS = st.builds(
    Marks,
    automatic=st.booleans(),
    suppress_answer=st.booleans(),
    bounce=st.booleans(),
    bulk=st.booleans(),
    loop=st.booleans(),
    read_receipt=st.booleans(),
    calendar_reply=st.booleans(),
    spam=st.booleans(),
    opt_out=st.sampled_from([None, "STOP", "START", "HELP"]),
    authentication=st.sampled_from([None, "pass", "fail", "none"]),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any Situation: most of them impossible in life, none may make a rule raise."""
    sender = draw(st.sampled_from([ANN, ANN_MAIL, ANN_CHAT, NO_ADDRESS]))
    cases = tuple(draw(st.lists(CASES, max_size=3, unique_by=lambda case: case.id)))
    one = cases[0] if cases else a_case()
    question = draw(st.none() | st.sampled_from(Question))
    fields: dict[str, Any] = {
        "sender": sender,
        "landlord": draw(st.sampled_from(LANDLORDS)),
        "marks": draw(MARKS if draw(st.integers(0, 3)) == 0 else st.just(Marks())),
        "received_at": draw(st.sampled_from([NOW, datetime(1971, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)])),
        "attachments": draw(
            st.sampled_from([(), (MediaReference(name="a", content_type="image/png"),), (MediaReference(name="b"),)])
        ),
        "safety": draw(FINDINGS),
        "own_cases": tuple(case for case in cases if case.own),
        "thread": draw(st.sampled_from([None, in_thread(one, sender), in_thread(one, BOB_MAIL)])),
        "references": draw(st.sampled_from([(), (quoted(one),), (quoted(one, valid=False),)])),
        "question": asked(question, one) if question else None,
        "last_from_sender": draw(st.sampled_from([None, one])),
        "channel_kind": draw(st.sampled_from(["twilio_sms", "email_imap", "telegram", "web_form", "staff_note"])),
        "duty_addresses": draw(st.sampled_from([(), (sender,)])),
        "told_alerts": draw(st.sampled_from([(), (ToldAlert(id="a1", reference=one.reference), ToldAlert(id="a2"))])),
        "own_domains": draw(st.sampled_from([(), (), ("example.org",)])),
        "duplicate_of": draw(st.sampled_from([None, None, None, "m0"])),
        "kind": draw(st.sampled_from(Kind)),
        "intent": draw(st.sampled_from(Intent)),
        "representative": draw(st.sampled_from(RepresentativeKind)),
        "authority": draw(st.sampled_from(AuthorityShown)),
        "hazard": draw(st.sampled_from(Hazard)),
        "urgency": draw(st.sampled_from(Urgency)),
        "allegation": draw(st.sampled_from(Allegation)),
        "vulnerability": tuple(draw(st.sets(st.sampled_from(Vulnerability), max_size=2))),
        "matters": tuple(draw(st.sets(st.sampled_from(Matter), max_size=2))),
        "topic": draw(st.sampled_from(Topic)),
        "language": draw(st.sampled_from(["en", "cy", "pl", ""])),
        "sure": draw(st.booleans()),
    }
    situation = a_situation(draw(TEXTS), **fields)
    changes: dict[str, Any] = {}
    if draw(st.booleans()) and sender.kind is not AddressKind.NONE:
        changes["sender"] = known(
            sender,
            opted_out=draw(st.booleans()),
            safe_contact_locked=draw(st.booleans()),
            other_addresses=draw(st.sampled_from([(), (BOB_MAIL,)])),
        )
    if draw(st.integers(0, 5)) == 0:
        changes["understanding"] = None
    return situation.model_copy(update=changes)


ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(situations())
def test_decide_never_raises_and_every_decision_names_its_rule(situation: Situation):
    decision = decide(situation)
    assert decision.rule in {name for name, _ in PLACE}
    assert set(decision.floors) <= {name for name, _ in FLOORS}
    assert Decision.model_validate(decision.model_dump()) == decision
    assert decision.effects.disposition is not None
    assert decision.effects.reason


@ANY
@given(situations())
def test_floors_only_raise(situation: Situation):
    before, after = place(as_staff_had_it(situation)), decide(situation)
    assert before.outcome is after.outcome
    for name in ("tasks", "alerts", "drafts", "obligations", "reminders", "flags", "questions", "parties"):
        there = getattr(before.effects, name)
        assert all(each in getattr(after.effects, name) for each in there), name
    assert after.effects.open_case == before.effects.open_case
    assert after.effects.join_case_id == before.effects.join_case_id


@ANY
@given(situations())
def test_nobody_hears_but_the_sender_and_the_senders_other_verified_addresses(situation: Situation):
    others = situation.sender.other_addresses if situation.sender else ()
    allowed = {situation.message.sender, *others} - {NO_ADDRESS}
    assert {draft.to for draft in decide(situation).effects.drafts} <= allowed


@ANY
@given(situations())
def test_no_words_of_a_message_are_told_back_or_put_into_tasks(situation: Situation):
    words = "zqx " * 4
    told = situation.model_copy(
        update={
            "message": situation.message.model_copy(update={"text": words, "sender_name": words}),
            "reading": situation.reading.model_copy(update={"text": words, "new_text": words}),
        }
    )
    effects = decide(told).effects
    assert "zqx" not in str([draft.values for draft in effects.drafts])
    assert "zqx" not in str([task.reason for task in effects.tasks])
    assert "zqx" not in effects.reason


@ANY
@given(situations())
def test_a_person_looks_wherever_a_danger_or_a_complaint_may_be(situation: Situation):
    decision = decide(situation)
    if decision.rule in {
        "duplicate_delivery",
        "our_own_mail",
        "bounce",
        "read_receipt",
        "bare_thanks",
    }:
        return
    understood = situation.understanding
    dangerous = any(finding.urgency is Urgency.EMERGENCY for finding in situation.safety)
    if dangerous:
        assert decision.effects.alerts
        assert any(task.by is PersonBy.NOW for task in decision.effects.tasks)
    if understood and understood.kind is Kind.COMPLAINT and decision.outcome is Outcome.NO_CASE:
        assert decision.effects.tasks or decision.effects.disposition in {"opt_in", "other_route"}


@ANY
@given(situations())
def test_no_wording_lacks_a_value(situation: Situation):
    for draft in decide(situation).effects.drafts:
        wording = wordings().get(draft.wording, draft.language)
        rendered = render(
            wording, draft.to.kind.value, {"reference": "CES-26-00417N", "references": "", **draft.values}
        )
        assert rendered.body
        assert "{" not in rendered.body


@pytest.mark.parametrize("landlord", LANDLORDS)
@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("sender", [ANN, ANN_MAIL, ANN_CHAT])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_acknowledged_for_every_landlord(landlord: str, language: str, sender: Address, kind: Kind):
    decision = decide(
        a_situation("no answer at 3 Mill Lane", landlord=landlord, language=language, sender=sender, kind=kind)
    )
    draft = decision.effects.drafts[0]
    assert draft.language == (language if language in a_policy(landlord).languages else "en")
    wording = wordings().get(draft.wording, draft.language)
    body = render(wording, draft.to.kind.value, {"reference": "CES-26-00417N", **draft.values}).body
    assert "CES-26-00417N" in body
    if kind in {Kind.COMPLAINT, Kind.NONE}:
        assert any(owed.name == "acknowledge" for owed in decision.effects.obligations)


def test_every_rule_stands_under_its_own_name_once():
    names = [name for name, _ in PLACE]
    assert len(set(names)) == len(names)
    assert [rule.__name__ for _, rule in PLACE] == names
    assert [floor.__name__ for _, floor in FLOORS] == [name for name, _ in FLOORS]


@pytest.mark.parametrize(
    ("by", "now", "due"),
    [
        (PersonBy.NOW, "2026-11-09T10:15", "2026-11-09T10:15"),
        (PersonBy.ONE_HOUR, "2026-11-09T10:15", "2026-11-09T11:15"),
        (PersonBy.SAME_DAY, "2026-11-09T10:15", "2026-11-09T17:00"),
        (PersonBy.SAME_DAY, "2026-11-09T16:30", "2026-11-09T17:30"),
        (PersonBy.ONE_WORKING_DAY, "2026-11-13T10:15", "2026-11-16T17:00"),
        (PersonBy.NORMAL, "2026-12-24T10:15", "2026-12-31T17:00"),
        (PersonBy.SAME_DAY, "2026-07-06T10:15", "2026-07-06T16:00"),
    ],
)
def test_a_persons_time_is_a_moment_of_the_landlords_calendar(by: PersonBy, now: str, due: str):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = due_for(by, calendars()["england-and-wales"], moment)
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_reminders_come_at_half_four_fifths_the_day_before_and_when_due():
    decision = decide(a_situation("broken"))
    acknowledge = next(owed for owed in decision.effects.obligations if owed.name == "acknowledge" and owed.effective)
    moments = {nudge.fire_at for nudge in decision.effects.reminders if nudge.obligation == "acknowledge"}
    whole = acknowledge.due_at - acknowledge.from_at
    assert acknowledge.due_at in moments
    assert acknowledge.from_at + whole * 0.5 in moments
    assert acknowledge.from_at + whole * 0.8 in moments
    assert datetime(2026, 11, 11, 9, tzinfo=UTC) in moments


def test_a_mail_is_answered_in_its_thread():
    situation = a_situation("broken", sender=ANN_MAIL, in_reply_to=("b@x.example", "a@x.example"), subject="Door")
    draft = decide(situation).effects.drafts[0]
    assert draft.in_reply_to == "their-1@example.org"
    assert draft.references == ("a@x.example", "b@x.example", "their-1@example.org")
    assert (draft.subject, draft.automatic) == ("Door", "auto-replied")


def test_a_question_older_than_four_weeks_is_not_answered_by_chance():
    request = a_case(kind=Kind.SERVICE_REQUEST)
    stale = asked(Question.CHOICE, request, asked_at=NOW - timedelta(days=40))
    assert decide(a_situation("yes", question=stale, own_cases=(request,))).rule != "answers_question"
