"""situations.md section 9, row 173: a colleague passes on what a tenant said, from the landlord's own domain."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.cases import PartyRole
from domain.decisions import Decision, Outcome, PersonBy
from domain.labels import Intent, Kind
from domain.messages import NO_ADDRESS, Address, AddressKind, Marks
from router.decide import decide
from tests.builders import ANN_MAIL, NOW, a_case, a_finding, a_situation, of_abuse, quoted
from tests.router.looking import alerted, asks_of, new_case, opened_as, owed, said_by, soonest, tasks_of

OURS = ("cestria.example",)
DONNA = Address(kind=AddressKind.EMAIL, value="donna.price@cestria.example")
PASSED_ON = """FYI

From: Ann Hall <ann@example.org>
Sent: 05 November 2026 14:30
To: Donna Price <donna.price@cestria.example>
Subject: Still no heating

Nobody has come, again."""


def from_donna(text: str = PASSED_ON, **fields: Any) -> Decision:
    given = {"sender": DONNA, "sender_name": "Donna Price", "subject": "FW: Still no heating", "own_domains": OURS}
    return decide(a_situation(text, **(given | fields)))


def test_situation_173_staff_pass_on_a_complaint_that_runs_from_the_tenants_contact():
    decision = from_donna(marks=Marks(authentication="pass"))
    had = datetime(2026, 11, 5, 14, 30, tzinfo=UTC)
    assert (opened_as(decision), new_case(decision).received_at) == (Kind.COMPLAINT, had)
    assert owed(decision, "respond").from_at == had
    forward = owed(decision, "forward", 0)
    assert (forward.basis, forward.from_at, forward.due_at.date()) == ("CESTRIA-59", had, date(2026, 11, 6))


def test_situation_173_the_colleague_is_told_where_it_is_and_the_tenant_is_left_to_a_person():
    decision = from_donna()
    (draft,) = decision.effects.drafts
    assert (draft.wording, draft.to, draft.meets) == ("staff_passed_on", DONNA, None)
    assert "5 November 2026" in draft.values["received_on"]
    assert (asks_of(decision), tasks_of(decision)["answer_by_hand"]) == ((), PersonBy.ONE_WORKING_DAY)
    staff, tenant = decision.effects.parties
    assert (staff.role, staff.on_behalf_of) == (PartyRole.STAFF, "Ann Hall <ann@example.org>")
    assert (tenant.role, tenant.name, tenant.address) == (PartyRole.COMPLAINANT, "Ann Hall", NO_ADDRESS)
    assert {"staff", "lead"} <= set(decision.effects.flags)


@pytest.mark.parametrize("text", ["Mrs Hall rang, it is off again", PASSED_ON.replace("05 November", "some day")])
def test_situation_173_without_a_date_that_can_be_read_it_runs_from_today(text: str):
    decision = from_donna(text)
    assert (new_case(decision).received_at, said_by(decision)) == (NOW, ("staff_passed_on",))


@pytest.mark.parametrize("sent", ["05 November 2019", "05 November 2030"])
def test_situation_173_a_date_that_cannot_be_right_is_set_by_a_person(sent: str):
    assert new_case(from_donna(PASSED_ON.replace("05 November 2026", sent))).received_at == NOW


@pytest.mark.parametrize("verdict", ["fail", "none"])
def test_situation_173_nobody_is_a_colleague_by_saying_so(verdict: str):
    decision = from_donna(marks=Marks(authentication=verdict))
    assert (new_case(decision).received_at, said_by(decision)) == (NOW, ())
    assert decision.effects.parties[0].role is PartyRole.COMPLAINANT
    assert tasks_of(decision)["answer_by_hand"] is PersonBy.ONE_WORKING_DAY


def test_situation_173_a_danger_that_is_passed_on_is_alerted_and_the_colleague_is_sent_no_advice():
    decision = from_donna(safety=(a_finding(),))
    assert (alerted(decision), said_by(decision)) == (("gas",), ("staff_passed_on",))


def test_situation_173_abuse_that_is_passed_on_locks_the_tenants_address_and_not_the_colleagues():
    decision = from_donna(safety=(of_abuse(),))
    assert [change.address for change in decision.effects.address_changes] == [ANN_MAIL]


def test_situation_173_a_colleague_on_a_case_is_added_and_what_they_passed_on_before_is_not_theirs():
    case = a_case()
    decision = from_donna("more on this", references=(quoted(case),))
    assert (decision.effects.join_case_id, said_by(decision)) == (case.id, ())
    assert soonest(decision) is PersonBy.ONE_WORKING_DAY
    assert from_donna(own_cases=(case,), intent=Intent.WITHDRAW).outcome is Outcome.OPEN


def test_situation_173_a_colleagues_mail_without_feedback_opens_nothing():
    decision = from_donna("Lunch at one?", kind=Kind.NONE)
    assert (decision.outcome, said_by(decision)) == (Outcome.NO_CASE, ())


def test_situation_173_a_councillor_with_an_address_at_the_council_is_no_colleague():
    decision = from_donna("My constituents wait for heating.", sender_name="Cllr Donna Price")
    assert said_by(decision) == ("a1",)
