"""Letters as they reach people: a mail over SMTP, and a printed page in the order in which it is read aloud."""

import io
import shutil
import subprocess
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from app.lookalikes.mail import SmtpServer
from casework.acts import SendOutcome
from casework.acts_letters import WritePart
from casework.acts_parties import SetWishes
from channels.email_imap import EmailOut
from channels.email_imap import Settings as MailSettings
from channels.letter import Settings, build
from domain.letters import Content, LetterType
from scheduler.delivery import deliver_due
from store.blobs import BlobStore
from store.database import Database
from tests.builders import NOW
from tests.scheduler.test_letters import a_case, a_mailbox, do, letters_in
from tests.store.flow import a_mail


def mail_out(server: SmtpServer) -> EmailOut:
    settings = MailSettings(
        address="complaints@cestria.example",
        from_name="Cestria",
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_security="plain",
        timeout_seconds=10,
    )
    return EmailOut("cestria", "mail", settings)


async def test_cestria_38_the_outcome_reaches_the_complainants_mailbox_whole_and_from_a_person(
    database: Database, blobs: BlobStore
):
    async with SmtpServer() as server:
        box = mail_out(server)
        node, reference = a_case(database, blobs, box)
        do(node, reference, SendOutcome(at=NOW, way="email"))
        await deliver_due(node, NOW)
        await box.aclose()
    (answer,) = [mail for each in server.mails if (mail := read(each.raw))["Auto-Submitted"] is None]
    assert answer["To"].addresses[0].addr_spec == a_mail().sender.value
    assert answer["From"].addresses[0].addr_spec == "complaints@cestria.example"
    assert reference in answer["Subject"]
    body = answer.get_body(preferencelist=("plain",))
    assert body is not None
    (row,) = letters_in(database)
    assert body.get_content().split() == row["body"].split()
    assert row["state"] == "sent"


def read(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


async def printed(
    database: Database, blobs: BlobStore, folder: Path, wishes: SetWishes, **policy: Any
) -> tuple[bytes, Any]:
    """The outcome of a case on paper, and its row of the outbox; the landlord's policy with these fields."""
    post = build("cestria", "letters", Settings(folder=folder, landlord_name="Cestria Community Housing"))
    node, reference = a_case(database, blobs, a_mailbox(), post)
    setup = node.landlords["cestria"]
    object.__setattr__(setup, "policy", setup.policy.model_copy(update=policy))
    honoured = WritePart(letter=LetterType.OUTCOME, content=Content.ADJUSTMENTS, words="This is as you asked for it.")
    do(node, reference, wishes, honoured, SendOutcome(at=NOW, way="letter"))
    await deliver_due(node, NOW)
    (row,) = letters_in(database)
    return (folder / row["provider_id"]).read_bytes(), row


async def test_a_printed_letter_is_read_aloud_in_the_order_of_its_parts(
    database: Database, blobs: BlobStore, tmp_path: Path
):
    file, row = await printed(database, blobs, tmp_path, SetWishes(party="complainant", way="letter"))
    with pikepdf.open(io.BytesIO(file)) as pdf:
        read_order = list(marked(pdf.Root.StructTreeRoot))
        drawn_order = [place for number, page in enumerate(pdf.pages) for place in drawn(number, page)]
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    assert [(pages[page], mark) for page, mark in read_order] == drawn_order
    words = words_of(file)
    headings = row["filled"]["headings"].splitlines()
    places = [words.index(" ".join(heading.split())) for heading in headings]
    assert places == sorted(places)
    assert words.index("Ann") < words.index(" ".join(row["subject"].split())) < places[0]


def marked(node: Any, page: tuple[int, int] | None = None) -> Any:
    """(page, mark) of every piece of content, as a screen reader walks the structure."""
    if isinstance(node, int):
        assert page is not None
        yield page, node
        return
    page = node["/Pg"].objgen if "/Pg" in node else page
    if node.get("/Type") == "/MCR":
        assert page is not None
        yield page, int(node["/MCID"])
        return
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, int | pikepdf.Dictionary):
            yield from marked(child, page)


def drawn(number: int, page: Any) -> Any:
    """(page, mark) of every marked piece in the order in which the page draws it."""
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) == "BDC":
            properties = step.operands[1]
            if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties:
                yield number, int(properties["/MCID"])


def words_of(pdf: bytes) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    done = subprocess.run([program, "-raw", "-", "-"], input=pdf, check=True, capture_output=True)  # noqa: S603
    return " ".join(done.stdout.decode().split())


async def test_a_letter_in_welsh_says_in_its_pdf_that_it_is_welsh_and_what_it_is_about(
    database: Database, blobs: BlobStore, tmp_path: Path
):
    wishes = SetWishes(party="complainant", way="letter", language="cy")
    file, row = await printed(database, blobs, tmp_path, wishes, languages=("en", "cy"))
    assert row["language"] == "cy"
    with pikepdf.open(io.BytesIO(file)) as pdf:
        assert str(pdf.Root.Lang).startswith("cy")
        assert pdf.open_metadata()["dc:title"] == row["subject"]
