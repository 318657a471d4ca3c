"""Danger that stands only in a text file, by every way in over loopback: the person on call is told of each, once."""

import asyncio
import base64
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from app.lookalikes.twilio_shapes import Medium
from scheduler.node import Node
from store.tables import ALERT, ATTACHMENT, CASE, MESSAGE
from tests.e2e.house import LANDLORD, MAILBOX, NOTE_TOKEN
from tests.e2e.stand import PATIENCE, Stand, a_stand, fill_in_the_form

WORDS = "Please see what I wrote down, thank you."
GAS = b"There is a strong smell of gas in my kitchen."
FILE = ("letter.txt", GAS, "text/plain")
WAYS = ("texts", "telegram", "mail", "form", "notes")


@pytest.fixture(scope="module")
def alerted(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    return asyncio.run(send_by_every_way(tmp_path_factory.mktemp("files")))


async def send_by_every_way(folder: Path) -> Counter[str]:
    """How often the person on call was to be told of gas, by channel."""
    async with a_stand(folder) as stand:
        await stand.twilio.tenant_texts("+447700900301", WORDS, media=(Medium(content_type="text/plain", content=GAS),))
        await stand.telegram.tenant_writes(5001, WORDS, document=("letter.txt", "text/plain", GAS))
        await stand.mailbox.deliver(a_mail())
        await fill_in_the_form(stand, "bert@tenants.example", WORDS, photos=FILE)
        await note_a_call(stand)
        async with asyncio.timeout(PATIENCE):
            while not is_all_read(stand.node):  # noqa: ASYNC110 - the store has no event
                await asyncio.sleep(0.05)
        return alerts_of(stand.node)


def a_mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@tenants.example", MAILBOX, "My letter"
    mail["Message-ID"] = "<letter@tenants.example>"
    mail.set_content(WORDS)
    mail.add_attachment(GAS, maintype="text", subtype="plain", filename="letter.txt")
    return mail.as_bytes()


async def note_a_call(stand: Stand) -> None:
    letter = {"name": "letter.txt", "content_type": "text/plain", "content": base64.b64encode(GAS).decode()}
    note = {"source": "letter", "received_at": datetime.now(UTC).isoformat(), "noted_by": "Donna", "text": WORDS}
    note |= {"phone": "+447700900302"}
    answer = await stand.web.post(
        f"/in/{LANDLORD}/notes",
        json={**note, "attachments": [letter]},
        headers={"Authorization": f"Bearer {NOTE_TOKEN}"},
    )
    assert answer.status_code == 200


def is_all_read(node: Node) -> bool:
    """Whether every message was routed and every file looked through."""
    with node.database.reading() as tx:
        messages = tx.execute(select(MESSAGE.c.state)).scalars().all()
        files = tx.execute(select(ATTACHMENT.c.state)).scalars().all()
    return Counter(messages) == {"routed": len(WAYS)} and Counter(files) == {"stored": len(WAYS)}


def alerts_of(node: Node) -> Counter[str]:
    with node.database.reading() as tx:
        found = (
            select(MESSAGE.c.channel)
            .join(ALERT, ALERT.c.message_id == MESSAGE.c.id)
            .join(CASE, CASE.c.id == ALERT.c.case_id)
            .where(ALERT.c.cause == "gas", CASE.c.hazard == "gas")
        )
        return Counter(tx.execute(found).scalars())


@pytest.mark.parametrize("way", WAYS)
def test_a_danger_in_a_file_alerts_the_person_on_call_once(alerted: Counter[str], way: str):
    assert alerted[way] == 1
