"""Mail in over IMAP, from pymap and from Dovecot: each mail once, in order, and the mailbox left as it was."""

import asyncio
import pickle
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from imap_tools import MailBoxUnencrypted
from pydantic import SecretStr, ValidationError

from app.lookalikes.certificate import make_certificate
from app.lookalikes.dovecot import DovecotMailbox, dovecot_program
from app.lookalikes.mail import MailboxServer, PymapMailbox
from channels.email_imap import EmailIn, Settings
from channels.mail.fetching import read_cursor, write_cursor
from channels.mail.imap import Place
from domain.errors import FetchError
from domain.messages import Batch, InboundMessage

T = TypeVar("T")
NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
THEN = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(
    params=[
        "pymap",
        pytest.param("dovecot", marks=pytest.mark.skipif(dovecot_program() is None, reason="dovecot is not installed")),
    ]
)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[MailboxServer]:
    made: MailboxServer = PymapMailbox() if request.param == "pymap" else DovecotMailbox()
    async with made:
        yield made


def a_mail(words: str = "The lift is broken", number: int = 1) -> bytes:
    return (
        f"From: Ann <ann@example.org>\r\nTo: complaints@landlord.example\r\nSubject: Lift {number}\r\n"
        f"Message-ID: <m{number}@example.org>\r\n\r\n{words}\r\n"
    ).encode()


@asynccontextmanager
async def reading(server: MailboxServer, **changes: Any) -> AsyncIterator[EmailIn]:
    settings = {
        "address": "complaints@landlord.example",
        "imap_host": server.host,
        "imap_port": server.port,
        "imap_security": "plain",
        "user": server.user,
        "password": server.password,
        "timeout_seconds": 10,
    }
    channel = EmailIn("cestria", "mail", Settings(**{**settings, **changes}))
    try:
        yield channel
    finally:
        await channel.aclose()


async def batches(channel: EmailIn, cursor: str | None = None) -> list[Batch]:
    return [batch async for batch in channel.fetch(cursor, NOW)]


def messages(found: list[Batch]) -> list[InboundMessage]:
    return [message for batch in found for message in batch.received.messages]


async def looked_at(server: MailboxServer, look: Callable[[MailBoxUnencrypted], Any], folder: str = "INBOX") -> Any:
    def work() -> Any:
        with MailBoxUnencrypted(server.host, server.port, timeout=10) as box:
            box.login(server.user, server.password, initial_folder=folder)
            return look(box)

    return await asyncio.to_thread(work)


async def test_new_mail_comes_once_in_order_with_the_servers_time(server: MailboxServer):
    for number in (1, 2, 3):
        await server.deliver(a_mail(number=number), at=THEN + timedelta(minutes=number))
    async with reading(server, first_fetch="all") as channel:
        found = await batches(channel)
        assert [message.subject for message in messages(found)] == ["Lift 1", "Lift 2", "Lift 3"]
        first = messages(found)[0]
        (place,) = read_cursor(found[-1].cursor).values()
        assert first.received_at == THEN + timedelta(minutes=1)
        assert first.raw == a_mail()
        assert first.provider_id == f"{place.validity}/{place.uid - 2}"
        assert await batches(channel, found[-1].cursor) == []  # although "n:*" always names the last mail
        await server.deliver(a_mail(number=4))
        assert [message.subject for message in messages(await batches(channel, found[-1].cursor))] == ["Lift 4"]


async def test_batches_are_cut_by_number_and_each_has_its_cursor(server: MailboxServer):
    for number in range(5):
        await server.deliver(a_mail(number=number))
    async with reading(server, batch_size=2) as channel:
        found = await batches(channel)
        assert [len(batch.received.messages) for batch in found] == [2, 2, 1]
        again = await batches(channel, found[0].cursor)
        assert [message.subject for message in messages(again)] == ["Lift 2", "Lift 3", "Lift 4"]


class Helper:
    """A process that does work for others: here it does it itself, or is dead."""

    def __init__(self, *, dead: bool = False) -> None:
        self.asked: list[int] = []
        self._dead = dead

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        self.asked.append(len(arguments[0]))
        if self._dead:
            raise RuntimeError("it broke off twice")
        return pickle.loads(pickle.dumps(function(*pickle.loads(pickle.dumps(arguments)))))  # type: ignore[no-any-return] # noqa: S301 - as between the two processes


@pytest.mark.parametrize("dead", [False, True])
async def test_many_mails_at_once_are_read_by_the_helper_few_or_with_a_dead_one_here(server: MailboxServer, dead: bool):  # noqa: FBT001 - a parameter of the test
    helper = Helper(dead=dead)
    for number in range(8):
        await server.deliver(a_mail(number=number), at=THEN)
    async with reading(server, batch_size=6, first_fetch="all") as channel:
        alone = messages(await batches(channel))
    async with reading(server, batch_size=6, first_fetch="all") as channel:
        channel.be_helped_by(helper)
        assert messages(await batches(channel)) == alone
    assert helper.asked == [0, 6]  # to warm it up, then the one batch that was worth it
    assert len(alone) == 8


async def test_batches_are_cut_by_bytes(server: MailboxServer):
    for number in range(4):
        await server.deliver(a_mail("x" * 700, number=number))
    async with reading(server, batch_bytes=2**11) as channel:
        assert [len(batch.received.messages) for batch in await batches(channel)] == [2, 2]


async def test_a_fetch_that_was_abandoned_goes_on_from_the_stored_cursor(server: MailboxServer):
    for number in range(6):
        await server.deliver(a_mail(number=number))
    async with reading(server, batch_size=2) as channel:
        fetching = channel.fetch(None, NOW)
        first = await anext(fetching)
        await fetching.aclose()  # type: ignore[attr-defined]
        rest = await batches(channel, first.cursor)
        assert len(messages([first, *rest])) == 6


async def test_another_uidvalidity_reads_the_folder_again_with_the_same_message_ids(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    await server.deliver(a_mail(number=2))
    async with reading(server) as channel:
        before = await batches(channel)
        await server.renumber()  # Dovecot is even started anew: the kept connection is dead
        after = await batches(channel, before[-1].cursor)
        assert [each.message_id for each in messages(after)] == [each.message_id for each in messages(before)]
        assert [each.content_hash for each in messages(after)] == [each.content_hash for each in messages(before)]
        assert messages(after)[0].provider_id != messages(before)[0].provider_id


async def test_reading_changes_nothing_that_people_see(server: MailboxServer):
    await server.deliver(a_mail())
    async with reading(server) as channel:
        await batches(channel)
    flags = await looked_at(server, lambda box: [mail.flags for mail in box.fetch(mark_seen=False)])
    assert [set(each) - {"\\Recent"} for each in flags] == [set()]


@pytest.mark.parametrize("rubbish", [b"\x00\xff\xfe", b"\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x"])
async def test_a_broken_mail_stops_nobody(server: MailboxServer, rubbish: bytes):
    await server.deliver(a_mail(number=1))
    await server.deliver(rubbish)
    await server.deliver(a_mail(number=2))
    async with reading(server) as channel:
        received = (await batches(channel))[0].received
    assert len(received.messages) + len(received.set_aside) == 3
    assert {"Lift 1", "Lift 2"} <= {message.subject for message in received.messages}


async def test_situation_180_a_mail_over_the_limit_is_set_aside_with_its_headers_and_the_rest_is_read(
    server: MailboxServer,
):
    await server.deliver(a_mail("x" * 5000, number=1))
    await server.deliver(a_mail(number=2))
    async with reading(server, max_mail_bytes=2**11) as channel:
        (batch,) = await batches(channel)
        (aside,) = batch.received.set_aside
        assert b"Subject: Lift 1" in aside.raw
        assert b"xxxx" not in aside.raw
        assert "larger than 2048 bytes" in aside.reason
        assert [message.subject for message in batch.received.messages] == ["Lift 2"]
        assert await batches(channel, batch.cursor) == []


async def test_situation_182_further_folders_are_read_with_their_own_place(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    await server.deliver(a_mail(number=2), folder="Junk")
    async with reading(server, folders=("INBOX", "Junk")) as channel:
        found = await batches(channel)
        assert [message.subject for message in messages(found)] == ["Lift 1", "Lift 2"]
        assert messages(found)[1].provider_id.startswith("Junk/")
        assert set(read_cursor(found[-1].cursor)) == {"INBOX", "Junk"}
        await server.deliver(a_mail(number=3), folder="Junk")
        assert [message.subject for message in messages(await batches(channel, found[-1].cursor))] == ["Lift 3"]


async def test_a_mail_is_moved_only_once_its_cursor_came_back_and_nobody_elses_is_expunged(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    await server.deliver(a_mail(number=2))
    async with reading(server, move_to="Taken in") as channel:
        found = await batches(channel)
        assert await looked_at(server, lambda box: len(box.uids())) == 2
        await server.deliver(a_mail(number=3))
        newest = await looked_at(server, lambda box: box.uids()[-1])
        await looked_at(server, lambda box: box.client.uid("STORE", newest, "+FLAGS", "(\\Deleted)"))
        assert [message.subject for message in messages(await batches(channel, found[-1].cursor))] == ["Lift 3"]
        assert await looked_at(server, lambda box: box.uids()) == [newest]
        assert await looked_at(server, lambda box: len(box.uids()), folder="Taken in") == 2


async def test_the_first_poll_may_leave_what_is_there_already(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    async with reading(server, first_fetch="new") as channel:
        found = await batches(channel)
        assert messages(found) == []
        await server.deliver(a_mail(number=2))
        assert [message.subject for message in messages(await batches(channel, found[-1].cursor))] == ["Lift 2"]


async def test_news_are_heard_while_waiting(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    async with reading(server) as channel:
        await batches(channel)
        assert not await channel.wait_for_news(0.05)
        waiting = asyncio.create_task(channel.wait_for_news(20))
        await server.deliver(a_mail(number=2))
        assert await waiting


async def test_a_mail_that_came_between_fetch_and_wait_is_not_slept_over(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    async with reading(server) as channel:
        found = await batches(channel)
        await server.deliver(a_mail(number=2))
        assert await channel.wait_for_news(20)
        assert len(messages(await batches(channel, found[-1].cursor))) == 1


async def test_a_fetch_does_not_wait_for_whoever_waits_for_news(server: MailboxServer):
    await server.deliver(a_mail())
    async with reading(server) as channel:
        waiting = asyncio.create_task(channel.wait_for_news(300))
        await asyncio.sleep(0)  # it has its turn, and has not heard of the mail that was there before
        async with asyncio.timeout(20):
            assert len(messages(await batches(channel))) == 1
            assert not await waiting


async def test_a_mail_is_heard_of_whatever_folder_was_read_last(server: MailboxServer):
    await server.deliver(a_mail(number=1))
    await server.deliver(a_mail(number=2), "Junk")
    async with reading(server, folders=("INBOX", "Junk")) as channel:
        await batches(channel)
        await server.deliver(a_mail(number=3))
        assert await channel.wait_for_news(20)


async def test_a_wait_that_is_cancelled_leaves_a_usable_mailbox(server: MailboxServer):
    async with reading(server) as channel:
        waiting = asyncio.create_task(channel.wait_for_news(300))
        await asyncio.wait([waiting], timeout=0.3)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        await server.deliver(a_mail())
        assert len(messages(await batches(channel))) == 1


async def test_a_wrong_password_is_said_without_showing_it(server: MailboxServer):
    async with reading(server, password="not-the-password") as channel:
        with pytest.raises(FetchError, match="refused the login") as caught:
            await batches(channel)
        assert "not-the-password" not in str(caught.value)
        probe = await channel.probe()
        assert not probe.ok
        assert "refused the login" in probe.words


async def test_a_folder_that_is_missing_is_said_and_the_probe_finds_it(server: MailboxServer):
    async with reading(server, folders=("Nowhere",)) as channel:
        with pytest.raises(FetchError, match="folders"):
            await batches(channel)
        assert not (await channel.probe()).ok


async def test_a_probe_counts_the_mails(server: MailboxServer):
    await server.deliver(a_mail())
    async with reading(server) as channel:
        probe = await channel.probe()
    assert probe.ok
    assert any("INBOX: 1 mails" in line for line in probe.details)


async def test_a_server_that_is_gone_is_a_fetch_error_and_the_next_fetch_finds_it_again():
    async with AsyncExitStack() as stack:
        async with PymapMailbox() as first:
            await first.deliver(a_mail())
            channel = await stack.enter_async_context(reading(first))
            assert len(messages(await batches(channel))) == 1
        with pytest.raises(FetchError, match="could not be reached"):
            await batches(channel)
        async with PymapMailbox(port=first.port) as second:
            await second.deliver(a_mail())
            assert len(messages(await batches(channel))) == 1


@asynccontextmanager
async def behind_tls(server: MailboxServer, context: ssl.SSLContext) -> AsyncIterator[int]:
    """The server behind a port that speaks TLS; the port."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(server.host, server.port)
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield int(listening.sockets[0].getsockname()[1])
    finally:
        listening.close()


async def test_tls_is_used_with_a_trusted_certificate_only(tmp_path: Path):
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("openssl is not installed")
    async with PymapMailbox() as server, behind_tls(server, certificate.for_server()) as port:
        await server.deliver(a_mail())
        secure = {"imap_port": port, "imap_security": "tls"}
        async with reading(server, ca_file=certificate.certificate, **secure) as channel:
            found = await batches(channel)
            assert len(messages(found)) == 1
            waiting = asyncio.create_task(channel.wait_for_news(20))
            await server.deliver(a_mail(number=2))
            assert await waiting
        async with reading(server, **secure) as channel:
            with pytest.raises(FetchError, match="certificate"):
                await batches(channel)


@pytest.mark.parametrize(
    "wrong",
    [
        {"imap_host": "mail.example.org", "imap_security": "plain"},
        {"smtp_host": "mail.example.org", "smtp_security": "plain"},
        {"password": None},
        {"user": None},
        {"move_to": "INBOX"},
        {"address": "nobody"},
        {"folders": ()},
    ],
)
def test_settings_that_do_not_hang_together_are_refused(wrong: dict[str, Any]):
    right = {"address": "a@b.example", "imap_host": "mail.example.org", "user": "u", "password": "p"}
    Settings(**right)
    with pytest.raises(ValidationError):
        Settings(**{**right, **wrong})


def test_settings_do_not_show_their_secrets():
    settings = Settings(address="a@b.example", password=SecretStr("word"), token=SecretStr("word"))
    assert "'word'" not in repr(settings)


def test_a_cursor_reads_back_and_rubbish_counts_as_unread():
    places = {"INBOX": Place(validity=17, uid=3), "Ze & Co=1/é": Place(validity=1, uid=2)}
    assert read_cursor(write_cursor(places)) == places
    assert write_cursor({"INBOX": Place(validity=17, uid=3)}) == "INBOX=17:3"
    dated = {
        "INBOX": Place(validity=17, uid=3, first_day=20261108),
        "Junk": Place(validity=1, uid=2, broken=3, times=1),
    }
    assert read_cursor(write_cursor(dated)) == dated
    assert read_cursor("INBOX=x:y&z&=") == {}
    assert read_cursor(None) == {}
