"""Situation 171: what is written to us, what is only copied to us, and what nobody can tell."""

from datetime import UTC, datetime

import pytest

from channels.email_imap import Settings, build
from domain.decisions import Outcome, PersonBy
from domain.messages import InboundMessage
from router.decide import decide
from tests.builders import a_situation
from tests.router.looking import names_owed, said_by, tasks_of

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
CHANNEL = build(
    "cestria",
    "mail",
    Settings(
        address="complaints@landlord.example",
        other_addresses=("Complaints@Old-Name.example",),
        bounce_domain="bounce.landlord.example",
    ),
)
WRITTEN_TO_US = (
    "To: complaints@landlord.example",
    "To: Complaints <COMPLAINTS@Landlord.Example>",
    "To: council@other.example, complaints@landlord.example",
    "To: mp@parliament.uk\nTo: complaints@landlord.example",
    "To: complaints@old-name.example",
    "To: an.officer@landlord.example\nCc: complaints@landlord.example",
    "To: bounces+x1@bounce.landlord.example",
    "To: help@alias.example\nDelivered-To: complaints@landlord.example\nX-Original-To: help@alias.example",
    "To: old@elsewhere.example\nX-Forwarded-To: complaints@landlord.example",
    "To: carer@other.example\nResent-From: ann@example.org\nResent-To: complaints@landlord.example",
    "Subject: a mail that names nobody",
)
COPIED = (
    "To: council@other.example\nCc: complaints@landlord.example",
    "To: council@other.example\nCc: mp@parliament.uk, Complaints <Complaints@landlord.example>",
    "Cc: complaints@landlord.example",
    "To: council@other.example\nDelivered-To: complaints@landlord.example",
    "To: council@other.example\nX-Original-To: complaints@landlord.example",
    "To: council@other.example\nCc: mp@parliament.uk",
    "To: undisclosed-recipients:;",
)
OF_OTHER_CLASSES = (
    "To: tenants@lists.example\nList-Id: <tenants.lists.example>",
    "To: council@other.example\nCc: complaints@landlord.example\nPrecedence: bulk",
    "To: council@other.example\nCc: complaints@landlord.example\nAuto-Submitted: auto-replied",
)


def read(headers: str, text: str = "You have let us down again.") -> InboundMessage:
    mail = f"From: Ann <ann@example.org>\nMessage-ID: <1@example.org>\n{headers}\n\n{text}\n"
    (message,) = CHANNEL.message_from_mail(mail.replace("\n", "\r\n").encode(), NOW, "17/3").messages
    return message


@pytest.mark.parametrize("headers", WRITTEN_TO_US)
def test_situation_171_a_mail_to_an_address_of_ours_is_written_to_us(headers: str):
    assert not read(headers).marks.copied


@pytest.mark.parametrize("headers", COPIED)
def test_situation_171_a_mail_that_names_us_in_cc_or_not_at_all_is_copied_to_us(headers: str):
    marks = read(headers).marks
    assert marks.copied
    assert "we stand only in Cc or Bcc" in marks.reasons


@pytest.mark.parametrize("headers", OF_OTHER_CLASSES)
def test_situation_171_lists_and_machines_are_another_class(headers: str):
    assert not read(headers).marks.copied


@pytest.mark.parametrize("headers", COPIED)
def test_situation_171_a_complaint_that_came_as_a_copy_runs_its_clock_and_is_answered_by_nobody_but_a_person(
    headers: str,
):
    decision = decide(a_situation(message=read(headers)))
    assert (decision.outcome, said_by(decision)) == (Outcome.OPEN, ())
    assert {("acknowledge", 1), ("respond", 1)} <= names_owed(decision)
    assert tasks_of(decision)["answer_by_hand"] is PersonBy.ONE_WORKING_DAY
