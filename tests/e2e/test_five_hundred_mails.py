"""The table of five hundred mails, all of it right at once: over a real IMAP server, the store, the router, and SMTP.

First what comes unasked; then what answers the mails that really went out.
"""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.lookalikes.mail import Mail, PymapMailbox, SmtpServer
from app.wiring import open_node
from scheduler.engine import run_once
from scheduler.node import Node
from store.tables import ATTACHMENT, CASE, CHANNEL_STATE, MESSAGE, OUTBOX, SET_ASIDE
from tests.e2e.house import MAILBOX, mail_block, write_house
from tests.e2e.mail_bounces import BOUNCES, headers_only_and_no_original_id, postfix_delayed
from tests.e2e.mail_truth import Fate, TrueMail, first_mails, later_mails

SEED = 20261102
MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NOON = MORNING + timedelta(hours=3)
REFERENCE = r"[A-Z]{3}-\d\d-\d{5}[0-9A-Z]"
STEPS = ("poll", "route", "deliver")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that came of the five hundred."""

    mails: tuple[TrueMail, ...]
    rows: tuple[Row, ...]
    """What is stored of each mail, in the same order."""
    files: Mapping[str, int]
    """Attachments of each stored message."""
    references: Mapping[str, str]
    """Of each case."""
    sent: Mapping[str, list[str]]
    """To each address the mails that reached the SMTP server, headers and body as text."""
    reached: Mapping[str, str | None]
    """Of each case: how far the acknowledgement got by what was reported back."""
    set_aside: int
    unsent: int
    troubles: tuple[str, ...]

    def pairs(self, *fates: Fate) -> list[tuple[TrueMail, Row]]:
        return [(mail, row) for mail, row in zip(self.mails, self.rows, strict=True) if mail.fate in fates]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return asyncio.run(five_hundred(tmp_path_factory.mktemp("five-hundred")))


async def five_hundred(folder: Path) -> Outcome:
    async with a_landlord(folder) as (node, mailbox, smtp):
        first = first_mails(SEED, MAILBOX, MORNING)
        await deliver(mailbox, first, MORNING)
        await run_once(node, MORNING + timedelta(minutes=20), STEPS)
        acknowledgements = {
            number: smtp.mails_to(mail.sender)[0].parsed
            for number, mail in enumerate(first)
            if mail.answered and len(smtp.mails_to(mail.sender)) == 1
        }
        later = later_mails(SEED, MAILBOX, NOON, first, acknowledgements)
        await deliver(mailbox, later, NOON)
        await run_once(node, NOON + timedelta(minutes=20), STEPS)
        return look(node, (*first, *later), smtp.mails)


@asynccontextmanager
async def a_landlord(folder: Path) -> AsyncIterator[tuple[Node, PymapMailbox, SmtpServer]]:
    async with PymapMailbox(user=MAILBOX) as mailbox, SmtpServer(user="relay") as smtp:
        config = write_house(folder / "config", {"mail": mail_block(mailbox, smtp)})
        async with open_node(config=config, data=folder / "var") as node:
            yield node, mailbox, smtp


async def deliver(mailbox: PymapMailbox, mails: Sequence[TrueMail], at: datetime) -> None:
    for number, mail in enumerate(mails):
        await mailbox.deliver(mail.raw, at=at + timedelta(seconds=number))


def look(node: Node, mails: tuple[TrueMail, ...], sent: Sequence[Mail]) -> Outcome:
    with node.database.reading() as tx:
        rows = [dict(row) for row in tx.execute(select(MESSAGE)).mappings()]
        rows.sort(key=lambda row: int(row["provider_id"].rpartition("/")[2]))
        files = {row[0]: row[1] for row in tx.execute(
            select(ATTACHMENT.c.message_id, func.count()).group_by(ATTACHMENT.c.message_id))}  # fmt: skip
        references = {row.id: row.reference for row in tx.execute(select(CASE.c.id, CASE.c.reference))}
        reached = {row.case_id: row.delivery for row in tx.execute(
            select(OUTBOX.c.case_id, OUTBOX.c.delivery).where(OUTBOX.c.purpose == "acknowledge"))}  # fmt: skip
        set_aside = tx.execute(select(func.count()).select_from(SET_ASIDE)).scalar_one()
        unsent = tx.execute(
            select(func.count()).where(OUTBOX.c.state != "sent", OUTBOX.c.delivery.is_(None))
        ).scalar_one()
        troubles = tuple(
            tx.execute(select(CHANNEL_STATE.c.fetch_error).where(CHANNEL_STATE.c.fetch_error.is_not(None))).scalars()
        )
    told = defaultdict(list)
    for mail in sent:
        payload = mail.parsed.get_payload(decode=True)
        body = payload.decode() if isinstance(payload, bytes) else ""
        headers = "\n".join(f"{name}: {value}" for name, value in mail.parsed.items())
        for recipient in mail.recipients:
            told[recipient.casefold()].append(f"{headers}\n\n{body}")
    return Outcome(
        mails=mails, rows=tuple(rows), files=files, references=references, sent=told, reached=reached,
        set_aside=set_aside,
        unsent=unsent, troubles=troubles,
    )  # fmt: skip


def flat(text: str | None) -> str:
    return " ".join((text or "").split())


def titles(wrong: Sequence[tuple[TrueMail, Row]]) -> list[tuple[str, Any, Any]]:
    return [(mail.title, row["disposition"], row["reason"]) for mail, row in wrong]


def test_nothing_is_lost_and_nothing_stops_the_intake(outcome: Outcome):
    assert len(outcome.mails) == 500
    assert len(outcome.rows) == 500
    assert Counter(row["state"] for row in outcome.rows if row["state"] in {"waiting", "set_aside"}) == {}
    assert (outcome.set_aside, outcome.unsent, outcome.troubles) == (0, 0, ())


def test_every_body_is_readable_in_its_charset_and_shape(outcome: Outcome):
    unread = [
        (mail.title, words, flat(row["text"])[-120:])
        for mail, row in zip(outcome.mails, outcome.rows, strict=True)
        for words in mail.words
        if flat(words) not in flat(row["text"])
    ]
    assert unread == []


def test_every_subject_and_every_file_is_kept(outcome: Outcome):
    wrong = [
        (mail.title, row["subject"], outcome.files.get(row["id"], 0))
        for mail, row in zip(outcome.mails, outcome.rows, strict=True)
        if (mail.subject or "") not in (row["subject"] or "") or outcome.files.get(row["id"], 0) < mail.files
    ]
    assert wrong == []


def test_every_sender_is_known_by_the_address_of_from(outcome: Outcome):
    wrong = [
        (mail.title, mail.sender, row["sender"])
        for mail, row in outcome.pairs(Fate.CASE, Fate.JOINED)
        if row["sender"] != mail.sender
    ]
    assert wrong == []


def test_every_first_message_has_a_case_of_its_own(outcome: Outcome):
    firsts = outcome.pairs(Fate.CASE)
    assert titles([pair for pair in firsts if pair[1]["case_id"] is None]) == []
    shared = [case for case, times in Counter(row["case_id"] for _, row in firsts).items() if times > 1]
    assert shared == []
    assert len(outcome.references) == len(firsts)
    assert len(set(outcome.references.values())) == len(firsts)


def test_every_answer_is_in_its_own_case_and_none_in_another_tenants(outcome: Outcome):
    wrong = [
        (mail.title, outcome.references.get(row["case_id"]), outcome.references[outcome.rows[mail.of or 0]["case_id"]])
        for mail, row in outcome.pairs(Fate.JOINED)
        if row["case_id"] != outcome.rows[mail.of or 0]["case_id"]
    ]
    assert wrong == []


def test_automatic_mail_gets_no_case_of_its_own_and_no_answer(outcome: Outcome):
    automatic = outcome.pairs(Fate.AUTOMATIC)
    assert len(automatic) == 30
    first_of = {row["case_id"]: row["id"] for _, row in outcome.pairs(Fate.CASE)}
    opened = [(mail, row) for mail, row in automatic if row["case_id"] is not None and row["case_id"] not in first_of]
    assert titles(opened) == []
    own = {mail.sender for mail, _ in outcome.pairs(Fate.CASE)}
    answered = [mail.title for mail, row in automatic if row["sender"] not in own and outcome.sent.get(row["sender"])]
    assert answered == []


def test_a_returned_acknowledgement_counts_as_not_delivered_and_a_delayed_one_waits(outcome: Outcome):
    returned = [mail for mail, row in outcome.pairs(Fate.AUTOMATIC) if row["disposition"] == "bounce"]
    reached = {mail.title: outcome.reached[outcome.rows[mail.of or 0]["case_id"]] for mail in returned}
    expected: dict[str, str | None] = {shape.__name__: "failed" for shape in BOUNCES}
    expected[postfix_delayed.__name__] = "delayed"
    # It names no mail of ours, and anybody could have sent it (situation 165): kept, nothing is changed by it.
    expected[headers_only_and_no_original_id.__name__] = None
    assert reached == expected


def test_a_second_delivery_is_kept_as_a_duplicate_of_the_first(outcome: Outcome):
    wrong = [
        (mail, row)
        for mail, row in outcome.pairs(Fate.DUPLICATE)
        if row["duplicate_of"] != outcome.rows[mail.of or 0]["id"] or row["state"] != "duplicate"
    ]
    assert titles(wrong) == []
    assert len([row for row in outcome.rows if row["duplicate_of"]]) == 10


def test_each_tenant_gets_one_acknowledgement_with_the_reference_of_their_case(outcome: Outcome):
    wrong = []
    joined = Counter(mail.sender for mail, _ in outcome.pairs(Fate.JOINED))
    for mail, row in outcome.pairs(Fate.CASE):
        told = outcome.sent.get(mail.sender, [])
        naming = [text for text in told if outcome.references[row["case_id"]] in text]
        if mail.answered and (not naming or not 1 <= len(told) <= 1 + joined[mail.sender]):
            wrong.append((mail.title, len(told), len(naming)))
        if not mail.answered and told:
            wrong.append((f"{mail.title} must not be answered", len(told), len(naming)))
    assert wrong == []


def test_nobody_hears_from_us_but_who_wrote_to_us(outcome: Outcome):
    allowed = {mail.sender for mail, _ in outcome.pairs(Fate.CASE, Fate.JOINED)} | {"oncall@cestria.test"}
    assert sorted(set(outcome.sent) - allowed) == []


def test_no_answer_tells_what_another_tenant_wrote_or_their_reference(outcome: Outcome):
    own: defaultdict[str, set[str]] = defaultdict(set)
    for mail, row in outcome.pairs(Fate.CASE, Fate.JOINED):
        own[mail.sender] |= {outcome.references[row["case_id"]], *re.findall(REFERENCE, row["subject"] or "")}
    known = set(outcome.references.values())
    told = [
        (address, reference)
        for address, texts in outcome.sent.items()
        if address != "oncall@cestria.test"
        for reference in known & set(re.findall(REFERENCE, "\n".join(texts)))
        if reference not in own[address]
    ]
    assert told == []
    leaks = [
        mail.title
        for mail in outcome.mails
        for text in outcome.sent.get(mail.sender, [])
        if any(words in text for words in mail.hides)
    ]
    assert leaks == []


def test_our_answers_say_that_they_are_automatic_and_thread_with_what_they_answer(outcome: Outcome):
    for texts in outcome.sent.values():
        assert all("Auto-Submitted: auto-" in text for text in texts)


def test_the_mails_are_the_same_for_the_same_seed():
    assert first_mails(1, MAILBOX, MORNING) == first_mails(1, MAILBOX, MORNING)
