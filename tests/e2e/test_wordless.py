"""A photo, a voice note or a scan and not one word: by every real way in, met with one answer and a person."""

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from app.lookalikes.twilio_shapes import Medium
from scheduler.node import Node
from store.tables import ATTACHMENT, MESSAGE, OUTBOX, TASK
from tests.e2e.house import MAILBOX
from tests.e2e.stand import Stand, a_stand, everybody_is_told, fill_in_the_form, reference_of

PHOTO = b"\xff\xd8\xff\xe0" + b"mould" * 40
SOUND = b"OggS" + b"voice" * 40
SCAN = b"%PDF-1.4 handwriting"
WHICH_HOME, TELL_MORE, TELL_MORE_AT_LENGTH = "which home", "what is wrong, and where", "tell us a little more"


@dataclass(frozen=True, kw_only=True)
class Wordless:
    """Who sends what, and what must come of it."""

    sender: str
    content_type: str
    task: str
    asks: str


CASES = {
    "39 a photo by text": Wordless(sender="+447700900311", content_type="image/jpeg", task="view", asks=WHICH_HOME),
    "39 a photo by chat": Wordless(sender="5011", content_type="image/jpeg", task="view", asks=WHICH_HOME),
    "39 a photo by the form": Wordless(
        sender="cat@tenants.example", content_type="image/jpeg", task="view", asks=WHICH_HOME
    ),
    "39 a photo by mail": Wordless(
        sender="dan@tenants.example", content_type="image/jpeg", task="view", asks=WHICH_HOME
    ),
    "156 a voice note by text": Wordless(
        sender="+447700900312", content_type="audio/ogg", task="listen", asks=TELL_MORE
    ),
    "156 a voice note by chat": Wordless(
        sender="5012", content_type="audio/ogg", task="listen", asks=TELL_MORE_AT_LENGTH
    ),
    "178 a scanned letter": Wordless(
        sender="eve@tenants.example", content_type="application/pdf", task="unreadable", asks=TELL_MORE_AT_LENGTH
    ),
    "179 a locked archive": Wordless(
        sender="fay@tenants.example", content_type="application/zip", task="unreadable", asks=TELL_MORE_AT_LENGTH
    ),
    "179 a picture that few programs open": Wordless(
        sender="gus@tenants.example", content_type="image/heic", task="view", asks=WHICH_HOME
    ),
    "179 a broken winmail.dat": Wordless(
        sender="hal@tenants.example",
        content_type="application/ms-tnef",
        task="unreadable",
        asks=TELL_MORE_AT_LENGTH,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Became:
    """What the store and the providers say afterwards about one sender."""

    told: str
    reference: str
    disposition: str
    files: tuple[str, ...]
    tasks: frozenset[str]
    answers: tuple[str, ...]


@pytest.fixture(scope="module")
def became(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Became]:
    return asyncio.run(send_them_all(tmp_path_factory.mktemp("wordless")))


async def send_them_all(folder: Path) -> dict[str, Became]:
    """Each of them by its own way in, and what became of it."""
    async with a_stand(folder) as stand:
        for each in CASES.values():
            await send(stand, each)
        told = await everybody_is_told(stand, {each.sender for each in CASES.values()})
        return {name: look(stand.node, each.sender, told[each.sender]) for name, each in CASES.items()}


async def send(stand: Stand, each: Wordless) -> None:
    content = {"image": PHOTO, "audio": SOUND, "application": SCAN}[each.content_type.partition("/")[0]]
    if each.sender.startswith("+"):
        media = (Medium(content_type=each.content_type, content=content),)
        await stand.twilio.tenant_texts(each.sender, "", media=media)
    elif each.sender == CASES["39 a photo by chat"].sender:
        await stand.telegram.tenant_writes(int(each.sender), "", photo=content)
    elif each.sender.isdigit():
        await stand.telegram.tenant_writes(int(each.sender), "", document=("note.ogg", each.content_type, content))
    elif each.sender == CASES["39 a photo by the form"].sender:
        await fill_in_the_form(stand, each.sender, "", photos=("wall.jpg", content, each.content_type))
    else:
        await stand.mailbox.deliver(a_mail(each, content))


def a_mail(each: Wordless, content: bytes) -> bytes:
    """A mail whose text is empty and whose only part is the file."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = each.sender, MAILBOX, ""
    mail["Message-ID"] = f"<wordless-{each.sender}>"
    mail.set_content("")
    kind, _, subtype = each.content_type.partition("/")
    name = "winmail.dat" if subtype == "ms-tnef" else f"file.{subtype}"
    mail.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return mail.as_bytes()


def look(node: Node, sender: str, told: str) -> Became:
    reference = reference_of(node, sender)
    with node.database.reading() as tx:
        row = tx.execute(select(MESSAGE).where(MESSAGE.c.sender == sender)).mappings().one()
        files = tx.execute(select(ATTACHMENT.c.content_type).where(ATTACHMENT.c.message_id == row["id"])).scalars()
        tasks = tx.execute(select(TASK.c.kind).where(TASK.c.case_id == row["case_id"])).scalars()
        answers = tx.execute(select(OUTBOX.c.purpose).where(OUTBOX.c.case_id == row["case_id"])).scalars()
        return Became(
            told=told,
            reference=reference,
            disposition=row["disposition"],
            files=tuple(files),
            tasks=frozenset(tasks),
            answers=tuple(answers),
        )


@pytest.mark.parametrize("name", CASES)
def test_situations_39_156_178_179_what_has_no_words_reaches_a_person_and_opens_a_case(
    became: dict[str, Became], name: str
):
    found = became[name]
    assert found.disposition == "case"
    assert found.files == (CASES[name].content_type,)
    assert CASES[name].task in found.tasks


@pytest.mark.parametrize("name", CASES)
def test_situations_39_156_178_179_its_sender_gets_one_answer_with_the_reference_and_one_question(
    became: dict[str, Became], name: str
):
    found = became[name]
    assert found.answers == ("acknowledge",)
    assert found.reference in found.told
    assert CASES[name].asks in found.told.lower()
