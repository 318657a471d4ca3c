"""The story of a message over loopback: from each way in to an acknowledgement that really reached the sender."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.house import LANDLORD, MAILBOX, NOTE_TOKEN
from tests.e2e.mail_truth import Writer, plain
from tests.e2e.stand import Stand, a_stand, everybody_is_told, fill_in_the_form, reference_of

WORDS = "The gutter was promised for March and nobody has come. I am not happy and want this looked into."


@dataclass(frozen=True, kw_only=True)
class Told:
    """What reached somebody, and the reference of the case that their message opened."""

    words: str
    reference: str


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
        await fill_in_the_form(stand, "bert@tenants.example", WORDS)
        await note_a_call(stand, "+447700900302")
        sent = await everybody_is_told(stand, set(WAYS.values()))
        return {way: Told(words=sent[who], reference=reference_of(stand.node, who)) for way, who in WAYS.items()}


WAYS = {
    "webhook": "+447700900301",
    "email": "ann@tenants.example",
    "telegram": "5001",
    "web form": "bert@tenants.example",
    "phone note": "+447700900302",
}


async def note_a_call(stand: Stand, phone: str) -> None:
    note = {"source": "phone", "received_at": datetime.now(UTC).isoformat(), "noted_by": "Donna", "phone": phone}
    headers = {"Authorization": f"Bearer {NOTE_TOKEN}"}
    response = await stand.web.post(f"/in/{LANDLORD}/notes", json={**note, "text": WORDS}, headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_whoever_writes_is_told_the_reference_of_their_case_by_a_real_provider(told: dict[str, Told], way: str):
    assert told[way].reference in told[way].words


def test_every_message_has_a_case_of_its_own(told: dict[str, Told]):
    assert len({each.reference for each in told.values()}) == len(WAYS)
