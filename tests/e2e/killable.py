"""A node that is started, killed and started again, and the tenants who write to it meanwhile on three channels."""

import asyncio
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import func, select

from app.lookalikes.mail import PymapMailbox, SmtpServer
from app.lookalikes.telegram import TelegramLookalike
from app.lookalikes.twilio import TwilioLookalike
from store.database import Database
from store.tables import MESSAGE, OUTBOX
from tests.e2e.house import MAILBOX, NUMBER, mail_block, telegram_block, texts_block, write_house
from tests.e2e.mail_truth import TROUBLES, Writer, plain
from tests.e2e.node import READY

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0
TAKEN = range(200, 300)


@dataclass
class Town:
    """The stand-ins of all providers, and everybody who wrote."""

    mailbox: PymapMailbox
    smtp: SmtpServer
    twilio: TwilioLookalike
    telegram: TelegramLookalike
    config: Path
    data: Path
    port: int
    chance: random.Random
    writer: Writer
    wrote: list[str] = field(default_factory=list)
    """The address of each writer, who wrote once."""
    missed: list[str] = field(default_factory=list)
    """Texts whose webhook the node did not take."""

    async def somebody_writes(self) -> None:
        """One more tenant, by mail, text or Telegram in turn."""
        number = len(self.wrote)
        words = f"{self.chance.choice(TROUBLES)} {number} Mill Lane"
        if number % 3 == 0:
            letter = self.writer.letter()
            self.wrote.append(letter.sender)
            await self.mailbox.deliver(plain(letter).raw)
        elif number % 3 == 1:
            sender = f"+4477009{number:05}"
            self.wrote.append(sender)
            sid = await self.twilio.tenant_texts(sender, words, missed=True)
            if await self.twilio.redeliver(sid) not in TAKEN:
                self.missed.append(sid)
        else:
            self.wrote.append(str(5_000_000 + number))
            await self.telegram.tenant_writes(5_000_000 + number, words)

    async def write_again_what_was_missed(self) -> None:
        """A webhook is repeated for half of what the node did not take; the other half only the list knows."""
        for sid in self.missed[::2]:
            await self.twilio.redeliver(sid)

    def answers(self) -> Counter[str]:
        """How many messages reached each address, whatever the channel."""
        told = Counter(recipient.casefold() for mail in self.smtp.mails for recipient in mail.recipients)
        told.update(text.to for text in self.twilio.sent)
        told.update(str(sent.chat_id) for sent in self.telegram.sent)
        return told


@asynccontextmanager
async def a_town(folder: Path, seed: int) -> AsyncIterator[Town]:
    """Start every stand-in, and write a configuration that points at them."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        mailbox = await stack.enter_async_context(PymapMailbox(user=MAILBOX))
        smtp = await stack.enter_async_context(SmtpServer(user="relay"))
        twilio = await stack.enter_async_context(TwilioLookalike(numbers={NUMBER: f"{base_url}/in/cestria/texts"}))
        telegram = await stack.enter_async_context(TelegramLookalike())
        channels = {
            "mail": mail_block(mailbox, smtp),
            "texts": texts_block(twilio, base_url),
            "telegram": telegram_block(telegram),
        }
        yield Town(
            mailbox=mailbox,
            smtp=smtp,
            twilio=twilio,
            telegram=telegram,
            config=write_house(folder / "config", channels),
            data=folder / "var",
            port=port,
            chance=random.Random(seed),
            writer=Writer(seed, MAILBOX, datetime.now(UTC)),
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class KillableNode:
    """The node's process; at the end of ``async with`` there is none."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            await self.kill()

    async def start(self) -> None:
        """Start it and wait until it serves."""
        town = self._town
        with (town.data.parent / "node.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.e2e.node", str(town.config), str(town.data), str(town.port),
                cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self._process = process
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        assert line.decode().strip() == READY, (town.data.parent / "node.log").read_text()[-3_000:]

    async def kill(self) -> None:
        """``kill -9``."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """A polite end."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        await asyncio.wait_for(self._process.wait(), PATIENCE)


_ON_THEIR_WAY = ("waiting", "taken")
"""Not sent yet, or sent and not put down as sent yet."""


async def settled(database: Database, messages: int) -> None:
    """Wait until every message is stored and routed and every answer has left."""
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_unfinished, database, messages):  # noqa: ASYNC110 - another process raises no event here
            await asyncio.sleep(0.05)


def _unfinished(database: Database, messages: int) -> bool:
    with database.reading() as tx:
        done = tx.execute(select(func.count()).where(MESSAGE.c.state == "routed")).scalar_one()
        unsent = tx.execute(select(func.count()).where(OUTBOX.c.state.in_(_ON_THEIR_WAY))).scalar_one()
    return bool(done < messages or unsent)
