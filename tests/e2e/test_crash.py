"""The process stops before and after every commit in turn; another takes over, and nothing is lost or done twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from app.lookalikes.mail import PymapMailbox, SmtpServer
from app.lookalikes.twilio import TwilioLookalike
from app.routes.intake import receive
from channels import email_imap, twilio_sms
from domain.messages import WebRequest
from scheduler.engine import run_once
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from store.audit import verify
from store.blobs import BlobStore
from store.database import Database
from store.tables import CASE, MESSAGE, METADATA, OBLIGATION, OUTBOX, REMINDER, TASK
from tests.builders import NOW
from tests.e2e.crashing import Crash, CrashingDatabase, When
from tests.e2e.fuzz import urlencoded
from tests.e2e.house import LANDLORD, MAILBOX, NUMBER
from tests.e2e.mail_truth import Writer, plain
from tests.scheduler.nodes import a_node

TENANT = "+447700900301"
URL = f"https://complaints.example.org/in/{LANDLORD}/texts"
LATER = timedelta(minutes=5)
"""Past every lease."""


class Morning:
    """One tenant texts and one mails, over look-alikes that outlive the node's process."""

    def __init__(self, mailbox: PymapMailbox, smtp: SmtpServer, twilio: TwilioLookalike, webhook: WebRequest) -> None:
        self.mailbox, self.smtp, self.twilio, self.webhook = mailbox, smtp, twilio, webhook

    def _node(self, database: Database, folder: Path) -> Node:
        """A process's own node: adapters with connections of their own."""
        texts = twilio_sms.Settings(
            account_sid=self.twilio.account_sid,
            auth_token=SecretStr(self.twilio.auth_token),
            number=NUMBER,
            base_url=self.twilio.base_url,
        )
        mail = email_imap.Settings(
            address=MAILBOX,
            user=self.mailbox.user,
            password=SecretStr(self.mailbox.password),
            imap_host=self.mailbox.host,
            imap_port=self.mailbox.port,
            imap_security="plain",
            smtp_host=self.smtp.host,
            smtp_port=self.smtp.port,
            smtp_security="plain",
        )
        channels = (twilio_sms.build(LANDLORD, "texts", texts), email_imap.build(LANDLORD, "mail", mail))
        return replace(a_node(database, BlobStore(folder / "blobs"), *channels), ids=FreshIds())

    async def live(self, database: Database, folder: Path, moment: timedelta = timedelta(0)) -> None:
        """A process's life, in a loop of its own as processes have."""
        await asyncio.to_thread(asyncio.run, self._live(database, folder, NOW + moment))

    async def _live(self, database: Database, folder: Path, now: datetime) -> None:
        """The webhook comes (again, as the provider got no answer), then everything that is due is done."""
        node = self._node(database, folder)
        try:
            received = await receive(node.channels[(LANDLORD, "texts")], self.webhook, now)  # type: ignore[arg-type]
            await asyncio.to_thread(
                take_in, node, [Arrival(landlord=LANDLORD, channel="texts", received=received)], now
            )
            await run_once(node, now)
        finally:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*others, return_exceptions=True)  # dead, they end at their next commit
            for channel in node.channels.values():
                await channel.aclose()  # type: ignore[attr-defined]


class FreshIds:
    """Never the same name twice, whichever process asks."""

    _last = 0

    def new(self) -> str:
        FreshIds._last += 1
        return f"id-{FreshIds._last:08}"


@asynccontextmanager
async def a_morning() -> AsyncIterator[Morning]:
    async with (
        PymapMailbox(user=MAILBOX) as mailbox,
        SmtpServer(user=MAILBOX, password="mailbox") as smtp,
        TwilioLookalike(numbers={NUMBER: URL}, clock=lambda: NOW) as twilio,
    ):
        await mailbox.deliver(plain(Writer(1, MAILBOX, NOW).letter(sender="ann@tenants.example")).raw, at=NOW)
        sid = await twilio.tenant_texts(TENANT, "The door is broken and nobody came.", missed=True)
        form = twilio.webhook_form(sid)
        headers = (
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-signature", twilio.sign(URL, form)),
        )
        yield Morning(mailbox, smtp, twilio, WebRequest(url=URL, headers=headers, body=urlencoded([*form.items()])))


OWED = {
    "obligation": ("name", "stage", "clock", "amount", "state"),
    "reminder": ("audience", "state"),
    "task": ("kind", "state"),
}
"""What a stop must neither lose nor double, by what tells its rows apart."""

Fresh = Callable[[], Database]


@pytest.fixture
def fresh(database: Database) -> Fresh:
    """Empties the database, again and again: a new one would make every statement anew."""
    names = [f'"{name}"' for name in (*METADATA.tables, "message_search")]
    statements = [f"DELETE FROM {name}" for name in names] if database.is_sqlite else [f"TRUNCATE {', '.join(names)}"]  # noqa: S608 - names of our own tables

    def emptied() -> Database:
        with database.writing() as tx:
            for statement in statements:
                tx.execute(text(statement))
        return database

    return emptied


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """A morning without a stop: how many commits it takes, and what is owed at its end."""

    commits: int
    owed: Counter[tuple[Any, ...]]


async def undisturbed(fresh: Fresh, folder: Path) -> Undisturbed:
    async with a_morning() as morning:
        inner = fresh()
        counting = CrashingDatabase(inner)
        await morning.live(counting, folder)
        owed = assert_all_is_well(inner, morning, "undisturbed", most_mails=1)
    return Undisturbed(commits=counting.commits, owed=owed)


async def test_without_a_stop_everything_is_done_once(fresh: Fresh, tmp_path: Path):
    assert (await undisturbed(fresh, tmp_path)).commits > 8


@pytest.mark.parametrize("when", When)
async def test_a_stop_at_any_commit_loses_nothing_and_doubles_nothing(fresh: Fresh, tmp_path: Path, when: When):
    """Sends that end together are recorded by one commit, so a morning may have fewer commits than the one counted."""
    whole = await undisturbed(fresh, tmp_path)
    stops = 0
    for at in range(1, whole.commits + 1):
        async with a_morning() as morning:
            inner = fresh()
            dying = CrashingDatabase(inner, at=at, when=when)
            with suppress(Crash):
                await morning.live(dying, tmp_path)
            assert dying.dead or dying.commits < at, f"not stopped {when} commit {at}"
            stops += dying.dead
            await morning.live(inner, tmp_path, LATER)
            owed = assert_all_is_well(inner, morning, f"stopped {when} commit {at}", most_mails=2)
            assert owed == whole.owed, f"stopped {when} commit {at}"
    assert stops >= whole.commits - 4


def assert_all_is_well(
    database: Database, morning: Morning, where: str, *, most_mails: int
) -> Counter[tuple[Any, ...]]:
    """Each message once with one case, everybody answered, and the audit unbroken; what is owed, to be compared.

    Twilio is asked before a repeat, so a text goes once; a mail may go twice, with one Message-ID.
    """
    with database.reading() as tx:
        rows: dict[str, list[dict[str, Any]]] = {
            str(table.name): [dict(row) for row in tx.execute(select(table)).mappings()]
            for table in (MESSAGE, CASE, OUTBOX, OBLIGATION, REMINDER, TASK)
        }
        broken = verify(tx)
    assert sorted(row["channel"] for row in rows["message"]) == ["mail", "texts"], where
    assert {row["state"] for row in rows["message"]} == {"routed"}, where
    assert len({row["case_id"] for row in rows["message"]}) == 2 == len(rows["case"]), where
    assert len({row["reference"] for row in rows["case"]}) == 2, where
    assert sorted(row["channel"] for row in rows["outbox"]) == ["mail", "texts"], where
    assert {row["state"] for row in rows["outbox"]} == {"sent"}, where
    acknowledge = {(row["case_id"], row["state"]) for row in rows["obligation"] if row["name"] == "acknowledge"}
    assert acknowledge == {(row["id"], "met") for row in rows["case"]}, where
    assert broken == [], where
    bodies = {row["channel"]: row["body"] for row in rows["outbox"]}
    assert morning.twilio.texts_to(TENANT) == [bodies["texts"]], where
    mails = morning.smtp.mails_to("ann@tenants.example")
    assert 1 <= len(mails) <= most_mails, where
    assert len({mail.parsed["Message-ID"] for mail in mails}) == 1, where
    owed: Counter[tuple[Any, ...]] = Counter()
    for table, columns in OWED.items():
        owed.update((table, *(row[column] for column in columns)) for row in rows[table])
    return owed
