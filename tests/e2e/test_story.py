"""The story of a message over loopback: from each way in to an acknowledgement that really reached the sender."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
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
from tests.e2e.mail_truth import Writer, plain

WORDS = "The gutter was promised for March and nobody has come. I am not happy and want this looked into."
PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Told:
    """What reached somebody, and the reference of the case that their message opened."""

    words: str
    reference: str


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


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    return asyncio.run(tell_everyone(tmp_path_factory.mktemp("story")))


async def tell_everyone(folder: Path) -> dict[str, Told]:
    """One message by each way in; what its sender was told, by the name of the way."""
    async with a_stand(folder) as stand:
        await stand.twilio.tenant_texts("+447700900301", WORDS)
        letter = Writer(1, MAILBOX, datetime.now(UTC)).letter(sender="ann@tenants.example")
        await stand.mailbox.deliver(plain(letter).raw)
        await stand.telegram.tenant_writes(5001, WORDS)
        await fill_in_the_form(stand, "bert@tenants.example")
        await note_a_call(stand, "+447700900302")
        async with asyncio.timeout(PATIENCE):
            while set(everything_sent(stand)) != set(WAYS.values()):  # noqa: ASYNC110 - the servers have no event
                await asyncio.sleep(0.05)
        sent = everything_sent(stand)
        return {way: Told(words=sent[who], reference=reference_of(stand.node, who)) for way, who in WAYS.items()}


WAYS = {
    "webhook": "+447700900301",
    "email": "ann@tenants.example",
    "telegram": "5001",
    "web form": "bert@tenants.example",
    "phone note": "+447700900302",
}


async def fill_in_the_form(stand: Stand, email: str) -> None:
    form = stand.node.channels[(LANDLORD, "form")]
    assert isinstance(form, WebForm)
    fields = {"message": WORDS, "email": email, "token": form.new_token("story-form", datetime.now(UTC))}
    response = await stand.web.post(f"/in/{LANDLORD}/form", data=fields)
    assert response.status_code == 200


async def note_a_call(stand: Stand, phone: str) -> None:
    note = {"source": "phone", "received_at": datetime.now(UTC).isoformat(), "noted_by": "Donna", "phone": phone}
    headers = {"Authorization": f"Bearer {NOTE_TOKEN}"}
    response = await stand.web.post(f"/in/{LANDLORD}/notes", json={**note, "text": WORDS}, headers=headers)
    assert response.status_code == 200


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


@pytest.mark.parametrize("way", WAYS)
def test_whoever_writes_is_told_the_reference_of_their_case_by_a_real_provider(told: dict[str, Told], way: str):
    assert told[way].reference in told[way].words


def test_every_message_has_a_case_of_its_own(told: dict[str, Told]):
    assert len({each.reference for each in told.values()}) == len(WAYS)
