"""Situation 173 through the mail adapter: a colleague forwards a tenant's mail to the complaints mailbox."""

from datetime import UTC, datetime

import pytest

from channels.email_imap import EmailChannel, Settings, build
from domain.cases import PartyRole
from domain.decisions import Decision
from router.decide import decide
from tests.builders import a_situation
from tests.router.looking import new_case, owed, said_by, tasks_of

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
HAD = datetime(2026, 11, 5, 14, 30, tzinfo=UTC)
CHECKED = build("cestria", "mail", Settings(address="complaints@cestria.example", authentication_server="mx.ours"))
UNCHECKED = build("cestria", "mail", Settings(address="complaints@cestria.example"))
INLINE = """Content-Type: text/plain; charset=utf-8

Please see below.

________________________________
From: Ann Hall <ann@example.org>
Sent: 05 November 2026 14:30
To: Donna Price <donna.price@cestria.example>
Subject: Still no heating

Nobody has come, again.
"""
ATTACHED = """Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Please see the mail attached.
--b
Content-Type: message/rfc822

From: Ann Hall <ann@example.org>
To: donna.price@cestria.example
Date: Thu, 05 Nov 2026 14:30:00 +0000
Subject: Still no heating

Nobody has come, again.
--b--
"""


def forwarded(
    body: str, headers: str = "Authentication-Results: mx.ours; dmarc=pass\n", channel: EmailChannel = CHECKED
) -> Decision:
    mail = f"{headers}From: Donna Price <Donna.Price@Cestria.example>\nTo: complaints@cestria.example\n"
    whole = f"{mail}Message-ID: <1@cestria.example>\nSubject: FW: Still no heating\n{body}"
    (message,) = channel.message_from_mail(whole.replace("\n", "\r\n").encode(), NOW, "17/3").messages
    return decide(a_situation(message=message, own_domains=channel.mail_domains))


@pytest.mark.parametrize("body", [INLINE, ATTACHED])
def test_situation_173_a_forwarded_mail_is_a_case_by_staff_from_the_day_they_had_it(body: str):
    decision = forwarded(body)
    assert new_case(decision).received_at == HAD
    assert (owed(decision, "forward", 0).basis, owed(decision, "forward", 0).from_at) == ("CESTRIA-59", HAD)
    assert (said_by(decision), decision.effects.drafts[0].to.value) == (
        ("staff_passed_on",),
        "donna.price@cestria.example",
    )
    assert [party.role for party in decision.effects.parties] == [PartyRole.STAFF, PartyRole.COMPLAINANT]
    assert decision.effects.parties[0].on_behalf_of == "Ann Hall <ann@example.org>"


def test_situation_173_without_a_server_that_checks_a_colleague_is_believed():
    assert said_by(forwarded(INLINE, headers="", channel=UNCHECKED)) == ("staff_passed_on",)


@pytest.mark.parametrize(
    "headers",
    ["", "Authentication-Results: mx.ours; dmarc=fail\n", "Authentication-Results: mx.theirs; dmarc=pass\n"],
)
def test_situation_173_a_spoofed_colleague_is_not_trusted_and_nothing_is_sent(headers: str):
    decision = forwarded(INLINE, headers=headers)
    assert (new_case(decision).received_at, said_by(decision)) == (NOW, ())
    assert decision.effects.parties[0].role is PartyRole.COMPLAINANT
    assert "answer_by_hand" in tasks_of(decision)
