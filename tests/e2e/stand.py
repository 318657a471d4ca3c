"""A node with every channel, on the look-alikes of all providers, and what reached the people who wrote to it."""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import select

from app.lookalikes.mail import PymapMailbox, SmtpServer
from app.lookalikes.telegram import TelegramLookalike
from app.lookalikes.twilio import TwilioLookalike
from app.serving import engine_running, listen, web_served
from app.wiring import SystemClock, open_node
from channels.web_form import WebForm
from scheduler.node import ROLES, Node
from store.tables import CASE, MESSAGE
from tests.e2e.house import (
    FORM_SECRET,
    LANDLORD,
    MAILBOX,
    NOTE_TOKEN,
    NUMBER,
    mail_block,
    telegram_block,
    texts_block,
    write_house,
)

PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Stand:
    node: Node
    web: httpx.AsyncClient
    mailbox: PymapMailbox
    smtp: SmtpServer
    twilio: TwilioLookalike
    telegram: TelegramLookalike


@asynccontextmanager
async def a_stand(folder: Path) -> AsyncIterator[Stand]:
    """All of it, for as long as it is open."""
    listener = listen("127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        mailbox, smtp = await enter(PymapMailbox(user=MAILBOX)), await enter(SmtpServer(user="relay"))
        twilio = await enter(TwilioLookalike(numbers={NUMBER: f"{base_url}/in/{LANDLORD}/texts"}))
        telegram = await enter(TelegramLookalike())
        channels = {
            "mail": mail_block(mailbox, smtp),
            "texts": texts_block(twilio, base_url),
            "telegram": telegram_block(telegram),
            "form": {"kind": "web_form", "secret": FORM_SECRET},
            "notes": {"kind": "staff_note", "token": NOTE_TOKEN},
        }
        config = write_house(folder / "config", channels)
        node = await enter(open_node(config=config, data=folder / "var", public_url=base_url))
        await enter(web_served(node, listener, SystemClock()))
        await enter(engine_running(node, SystemClock(), ROLES))
        web = await enter(httpx.AsyncClient(base_url=base_url, timeout=PATIENCE))
        yield Stand(node=node, web=web, mailbox=mailbox, smtp=smtp, twilio=twilio, telegram=telegram)


async def fill_in_the_form(stand: Stand, email: str, words: str, **files: tuple[str, bytes, str]) -> None:
    """The public form as a browser posts it."""
    form = stand.node.channels[(LANDLORD, "form")]
    assert isinstance(form, WebForm)
    fields = {"message": words, "email": email, "token": form.new_token("story-form", datetime.now(UTC))}
    response = await stand.web.post(f"/in/{LANDLORD}/form", data=fields, files=files or None)
    assert response.status_code == 200


async def everybody_is_told(stand: Stand, people: AbstractSet[str]) -> dict[str, str]:
    """What reached each of them, once something reached all."""
    async with asyncio.timeout(PATIENCE):
        while set(everything_sent(stand)) != people:  # noqa: ASYNC110 - the servers have no event
            await asyncio.sleep(0.05)
    return everything_sent(stand)


def everything_sent(stand: Stand) -> dict[str, str]:
    """The words that reached each address."""
    sent = [(text.to, text.body) for text in stand.twilio.sent]
    sent += [(str(message.chat_id), message.text) for message in stand.telegram.sent]
    for mail in stand.smtp.mails:
        payload = mail.parsed.get_payload(decode=True)
        sent.append((mail.recipients[0], payload.decode() if isinstance(payload, bytes) else ""))
    told: dict[str, str] = {}
    for address, words in sent:
        told[address] = f"{told.get(address, '')}{words}\n"
    return told


def reference_of(node: Node, address: str) -> str:
    """Of the case of the only message from or about an address."""
    with node.database.reading() as tx:
        rows = tx.execute(
            select(CASE.c.reference, MESSAGE.c.sender, MESSAGE.c.form).join(MESSAGE, MESSAGE.c.case_id == CASE.c.id)
        ).all()
    (found,) = [row.reference for row in rows if address in {row.sender, *row.form.values()}]
    return str(found)
