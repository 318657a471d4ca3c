"""The mail servers of the demo and the tests behave as real ones do."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imap_tools import AND, MailBoxUnencrypted, U

from app.lookalikes.certificate import make_certificate
from app.lookalikes.dovecot import DovecotMailbox, dovecot_program
from app.lookalikes.mail import MailboxServer, PymapMailbox, SmtpServer

RAW = b"From: a@example.org\r\nSubject: Damp\r\n\r\nThe \xe2\x82\xac wall is wet \xff.\r\n"


@pytest.fixture(
    params=[
        "pymap",
        pytest.param("dovecot", marks=pytest.mark.skipif(dovecot_program() is None, reason="dovecot is not installed")),
    ]
)
async def mailbox(request: pytest.FixtureRequest) -> AsyncIterator[MailboxServer]:
    server: MailboxServer = PymapMailbox() if request.param == "pymap" else DovecotMailbox()
    async with server:
        yield server


def logged_in(server: MailboxServer) -> MailBoxUnencrypted:
    box = MailBoxUnencrypted(server.host, server.port, timeout=10)
    box.login(server.user, server.password)
    return box


async def test_a_delivered_mail_is_fetched_byte_for_byte_with_its_time(mailbox: MailboxServer) -> None:
    await mailbox.deliver(RAW, at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC))

    def look() -> tuple[bytes, bytes]:
        with logged_in(mailbox) as box:
            uid = box.uids()[0]
            answer = box.client.uid("FETCH", uid, "(INTERNALDATE BODY.PEEK[])")[1]
            return answer[0][0], answer[0][1]

    head, raw = await asyncio.to_thread(look)
    assert raw == RAW
    assert b'INTERNALDATE "02-Nov-2026 08:30:00 +0000"' in head or b'" 2-Nov-2026 08:30:00 +0000"' in head


async def test_uids_rise_and_a_range_beyond_the_last_still_returns_the_last(mailbox: MailboxServer) -> None:
    for _ in range(3):
        await mailbox.deliver(RAW)

    def look() -> tuple[list[str], list[str]]:
        with logged_in(mailbox) as box:
            uids = box.uids()
            return uids, box.uids(AND(uid=U(str(int(uids[-1]) + 1), "*")))

    uids, beyond = await asyncio.to_thread(look)
    assert [int(uid) for uid in uids] == sorted({int(uid) for uid in uids})
    assert beyond == uids[-1:]


async def test_a_waiting_client_hears_of_a_new_mail(mailbox: MailboxServer) -> None:
    waiting = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait() -> bytes:
        with logged_in(mailbox) as box:  # by hand: imap-tools gives up on a line that comes in two segments
            box.client.send(b"A1 IDLE\r\n")
            box.client.readline()
            loop.call_soon_threadsafe(waiting.set)
            heard = box.client.readline()
            while b"EXISTS" not in heard:
                heard = box.client.readline()
            box.client.send(b"DONE\r\n")
            while not box.client.readline().startswith(b"A1"):
                pass
            return heard

    listening = asyncio.create_task(asyncio.to_thread(wait))
    await waiting.wait()
    while not listening.done():  # pymap misses a mail that comes between "idling" and its own wait
        await mailbox.deliver(RAW)
        await asyncio.wait({listening}, timeout=1)
    assert b"EXISTS" in await listening


async def test_a_mail_can_be_moved_to_another_folder(mailbox: MailboxServer) -> None:
    await mailbox.deliver(RAW)
    await mailbox.deliver(RAW, "Done")

    def move() -> tuple[int, int]:
        with logged_in(mailbox) as box:
            assert "MOVE" in " ".join(str(each) for each in box.client.capability()[1])
            box.client.uid("MOVE", box.uids()[0], "Done")
            left = len(box.uids())
            box.folder.set("Done")
            return left, len(box.uids())

    assert await asyncio.to_thread(move) == (0, 2)


async def test_a_restored_server_shows_another_uidvalidity(mailbox: MailboxServer) -> None:
    await mailbox.deliver(RAW)

    def validity() -> int:
        with logged_in(mailbox) as box:
            return int(box.folder.status("INBOX")["UIDVALIDITY"])

    before = await asyncio.to_thread(validity)
    await mailbox.renumber()
    assert await asyncio.to_thread(validity) != before


async def test_a_wrong_password_is_refused(mailbox: MailboxServer) -> None:
    def attempt() -> None:
        box = MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=10)
        try:
            box.login(mailbox.user, "wrong")
        finally:
            box.client.shutdown()

    with pytest.raises(Exception, match=r"(?i)auth|login|credential"):
        await asyncio.to_thread(attempt)


def hand_in(server: SmtpServer) -> None:
    with smtplib.SMTP(server.host, server.port, timeout=10) as client:
        client.sendmail("us@landlord.example", ["tenant@example.org"], RAW)


async def test_a_mail_handed_in_is_found_by_its_recipient() -> None:
    async with SmtpServer() as post:
        await asyncio.to_thread(hand_in, post)
        assert [mail.raw for mail in post.mails_to("Tenant@example.org")] == [RAW]


async def test_a_planned_answer_is_given_once() -> None:
    async with SmtpServer() as post:
        post.fail_next("451 4.3.0 Try later")
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            await asyncio.to_thread(hand_in, post)
        await asyncio.to_thread(hand_in, post)
        assert len(post.mails) == 1


async def test_a_refused_recipient_stays_refused() -> None:
    async with SmtpServer() as post:
        post.refuse("tenant@example.org")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await asyncio.to_thread(hand_in, post)


async def test_a_lost_answer_leaves_the_mail_taken() -> None:
    async with SmtpServer() as post:
        post.lose_next_answer()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            await asyncio.to_thread(hand_in, post)
        assert len(post.mails_to("tenant@example.org")) == 1


async def test_starttls_and_a_login_are_asked_for(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("openssl is not installed")
    async with SmtpServer(tls=certificate.for_server(), require_tls=True, user="us") as post:

        def log_in_and_send() -> None:
            trust = ssl.create_default_context(cafile=str(certificate.certificate))
            with smtplib.SMTP(post.host, post.port, timeout=10) as client:
                client.starttls(context=trust)
                client.login("us", post.password)
                client.sendmail("us@landlord.example", ["tenant@example.org"], RAW)

        await asyncio.to_thread(log_in_and_send)
        assert [(mail.over_tls, mail.user) for mail in post.mails] == [(True, "us")]


async def test_a_token_logs_in_by_xoauth2() -> None:
    async with SmtpServer(user="us", token="good") as post:

        def log_in() -> int:
            with smtplib.SMTP(post.host, post.port, timeout=10) as client:
                client.ehlo()
                return client.auth("XOAUTH2", lambda _=None: "user=us\x01auth=Bearer good\x01\x01")[0]

        assert await asyncio.to_thread(log_in) == 235
