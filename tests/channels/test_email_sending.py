"""Mail out over SMTP: what leaves, over which connection, and what each refusal means."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.lookalikes.certificate import Certificate, make_certificate
from app.lookalikes.mail import SmtpServer
from channels.email_imap import EmailOut, Settings
from channels.mail.smtp import SmtpPool, SmtpSettings
from domain.errors import SendError
from domain.messages import NO_ADDRESS, Address, AddressKind, OutboundMessage

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
ANN = Address(kind=AddressKind.EMAIL, value="ann@example.org")
NO_SUCH_USER = "550 5.1.1 <ann@example.org> No such user here"


def an_answer(**changes: Any) -> OutboundMessage:
    fields = {
        "id": "o1",
        "dedupe_key": "acknowledge:c1:0:ann:mail:1",
        "landlord": "cestria",
        "channel": "mail",
        "purpose": "acknowledge",
        "to": ANN,
        "to_name": "Ann Smith",
        "subject": "Re: The lift",
        "body": "Thank you.\n\nYour reference is CES-26-00417N.",
        "reference": "CES-26-00417N",
        "message_id": "ack.o1@landlord.example",
        "in_reply_to": "m1@example.org",
        "references": ("m0@example.org", "m1@example.org"),
    }
    return OutboundMessage(**{**fields, **changes})


@asynccontextmanager
async def sending(server: SmtpServer, **changes: Any) -> AsyncIterator[EmailOut]:
    settings = {
        "address": "complaints@landlord.example",
        "from_name": "Cestria Homes",
        "smtp_host": server.host,
        "smtp_port": server.port,
        "smtp_security": "plain",
        "timeout_seconds": 10,
    }
    channel = EmailOut("cestria", "mail", Settings(**{**settings, **changes}))
    try:
        yield channel
    finally:
        await channel.aclose()


async def refusal(channel: EmailOut, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(an_answer(**changes), NOW)
    for personal in ("ann@example.org", "CES-26", "Thank you"):
        assert personal not in str(caught.value)
    return caught.value


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    made = make_certificate(tmp_path)
    if made is None:
        pytest.skip("openssl is not installed")
    return made


async def test_an_answer_leaves_in_its_thread_marked_as_automatic():
    async with SmtpServer() as server, sending(server) as channel:
        receipt = await channel.send(an_answer(), NOW)
        (mail,) = server.mails
    assert receipt.provider_id == "ack.o1@landlord.example"
    assert receipt.at == NOW
    assert mail.recipients == ("ann@example.org",)
    assert mail.sender == "complaints@landlord.example"
    headers = mail.parsed
    assert headers["Message-ID"] == "<ack.o1@landlord.example>"
    assert headers["In-Reply-To"] == "<m1@example.org>"
    assert headers["References"].split() == ["<m0@example.org>", "<m1@example.org>"]
    assert headers["Auto-Submitted"] == "auto-replied"
    assert headers["Subject"].count("CES-26-00417N") == 1


async def test_a_repeat_is_the_same_mail():
    async with SmtpServer() as server, sending(server) as channel:
        first_attempt = NOW.replace(hour=9)
        await channel.send(an_answer(first_attempt_at=first_attempt), NOW)
        await channel.send(an_answer(first_attempt_at=first_attempt), NOW.replace(hour=23))
        assert server.mails[0].raw == server.mails[1].raw


async def test_the_return_path_names_the_message_where_the_domain_takes_such_addresses():
    async with SmtpServer() as server, sending(server, bounce_domain="bounce.landlord.example") as channel:
        await channel.send(an_answer(), NOW)
        await channel.send(an_answer(message_id="Not-Lower@landlord.example"), NOW)
        await channel.send(an_answer(message_id="ack.o1@elsewhere.example"), NOW)
        senders = [mail.sender for mail in server.mails]
    assert senders == [
        "bounces+ack.o1@bounce.landlord.example",
        "complaints@landlord.example",
        "complaints@landlord.example",
    ]


async def test_one_connection_carries_many_mails_and_several_at_once_stay_within_the_limit():
    async with SmtpServer() as server, sending(server, smtp_connections=2) as channel:
        for _ in range(3):
            await channel.send(an_answer(), NOW)
        assert server.connections == 1
        await asyncio.gather(*(channel.send(an_answer(), NOW) for _ in range(8)))
        assert server.connections == 2
        assert len(server.mails) == 11


@pytest.mark.parametrize("local", ["ann", "a.b+c=d", "o'neil", "a!#$%&*/?^`{|}~b"])
async def test_every_shape_of_address_is_named_to_the_server_as_it_is(local: str):
    async with SmtpServer() as server, sending(server) as channel:
        await channel.send(an_answer(to=Address(kind=AddressKind.EMAIL, value=f"{local}@x-y.example.org")), NOW)
        assert server.mails[0].recipients == (f"{local}@x-y.example.org",)


@pytest.mark.parametrize("hostile", ["ann@example.org> SIZE=1", "ann@example.org\r\nQUIT", "ann @example.org", "<>"])
async def test_an_address_cannot_bring_a_command_along(hostile: str):
    async with SmtpServer() as server:
        where = SmtpSettings(host=server.host, port=server.port, security="plain", hello_name="landlord.example")
        pool = SmtpPool(where)
        for sender, recipient in ((hostile, "ann@example.org"), ("complaints@landlord.example", hostile)):
            with suppress(SendError):
                await pool.deliver(sender, recipient, b"Subject: x\r\n\r\nx\r\n")
        await pool.aclose()
        assert {each for mail in server.mails for each in (mail.sender, *mail.recipients)} <= {
            "", "ann@example.org", "complaints@landlord.example"
        }  # fmt: skip


async def test_a_connection_that_has_gone_stale_is_replaced_without_a_failure():
    async with SmtpServer() as server, sending(server) as channel:
        await channel.send(an_answer(), NOW)
        server.reset_next(at="MAIL")
        await channel.send(an_answer(), NOW)
        server.fail_next("421 4.4.2 Idle too long", at="MAIL")
        await channel.send(an_answer(), NOW)
        assert len(server.mails) == 3


@pytest.mark.parametrize(
    ("at", "answer", "retryable", "code"),
    [
        ("MAIL", "451 4.3.0 Try later", True, "4.3.0"),
        ("MAIL", "550 5.7.1 Sender refused", False, "5.7.1"),
        ("MAIL", "530 5.7.0 Must issue a STARTTLS command first", True, "5.7.0"),
        ("RCPT", NO_SUCH_USER, False, "5.1.1"),
        ("RCPT", "450 4.2.1 Busy", True, "4.2.1"),
        ("RCPT", "550 unknown", False, "smtp_550"),
        ("RCPT", "550 4.1.1 muddled", False, "smtp_550"),
        ("DATA", "552 5.3.4 Too big", False, "5.3.4"),
        ("DATA", "554 5.7.1 Spam", False, "5.7.1"),
        ("DATA", "452 4.3.1 Disk full", True, "4.3.1"),
    ],
)
async def test_each_refusal_has_its_meaning_and_the_next_mail_leaves(
    at: str, answer: str, *, retryable: bool, code: str
):
    async with SmtpServer() as server, sending(server) as channel:
        server.fail_next(answer, at=at)
        error = await refusal(channel)
        assert (error.retryable, error.code, error.uncertain) == (retryable, code, False)
        await channel.send(an_answer(), NOW)
        assert server.connections == 1


@pytest.mark.parametrize("at", ["MAIL", "RCPT"])
async def test_a_connection_lost_before_the_mail_is_surely_not_sent(at: str):
    async with SmtpServer() as server, sending(server) as channel:
        server.reset_next(at=at)
        error = await refusal(channel)
        assert (error.retryable, error.code, error.uncertain) == (True, "connection", False)
        assert server.mails == []


async def test_an_answer_lost_after_the_mail_is_uncertain():
    async with SmtpServer() as server, sending(server) as channel:
        server.lose_next_answer()
        error = await refusal(channel)
        assert (error.retryable, error.code, error.uncertain) == (True, "connection", True)
        assert len(server.mails) == 1


async def test_a_server_that_falls_silent_is_a_timeout():
    async with SmtpServer() as server, sending(server, timeout_seconds=0.3) as channel:
        server.hang_next(at="RCPT")
        error = await refusal(channel)
        assert (error.retryable, error.code, error.uncertain) == (True, "timeout", False)
        server.hang_next(at="DATA")
        error = await refusal(channel)
        assert (error.retryable, error.code, error.uncertain) == (True, "timeout", True)


async def test_a_server_that_is_not_there_is_tried_again():
    async with SmtpServer() as server:
        pass
    async with sending(server) as channel:
        error = await refusal(channel)
        assert (error.retryable, error.code) == (True, "connection")
        assert not (await channel.probe()).ok


async def test_starttls_and_a_password(certificate: Certificate):
    server = SmtpServer(user="mailer", password="smtp", tls=certificate.for_server(), require_tls=True)
    secure = {"smtp_security": "starttls", "ca_file": certificate.certificate, "user": "mailer"}
    async with server:
        async with sending(server, password="smtp", **secure) as channel:
            await channel.send(an_answer(), NOW)
            assert server.mails[0].over_tls
            assert (await channel.probe()).ok
        async with sending(server, password="wrong-word", **secure) as channel:
            error = await refusal(channel)
            assert error.retryable
            assert "operator" in error.words
            assert "wrong-word" not in str(error)
            assert not (await channel.probe()).ok


async def test_a_token_logs_in_by_xoauth2(certificate: Certificate):
    server = SmtpServer(user="mailer", token="the-token", tls=certificate.for_server(), require_tls=True)
    secure = {"smtp_security": "starttls", "ca_file": certificate.certificate, "user": "mailer"}
    async with server:
        async with sending(server, token="the-token", **secure) as channel:
            await channel.send(an_answer(), NOW)
            assert len(server.mails) == 1
        async with sending(server, token="stale-token", **secure) as channel:
            error = await refusal(channel)
            assert error.retryable
            assert "operator" in error.words


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate):
    async with SmtpServer(tls=certificate.for_server()) as server, sending(server, smtp_security="starttls") as channel:
        error = await refusal(channel)
        assert (error.retryable, error.code) == (True, "tls")


async def test_starttls_that_is_not_offered_is_never_done_without():
    async with SmtpServer() as server, sending(server, smtp_security="starttls") as channel:
        error = await refusal(channel)
        assert error.retryable
        assert server.mails == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": NO_ADDRESS}, "no_address"),
        ({"message_id": None}, "no_address"),
        ({"message_id": "no id"}, "address_form"),
        ({"to": Address(kind=AddressKind.EMAIL, value="a b@example.org")}, "address_form"),
        ({"to": Address(kind=AddressKind.EMAIL, value="siân@example.org")}, "address_form"),
        ({"to": Address(kind=AddressKind.EMAIL, value="a@example.org\r\nRCPT TO:<b@example.org>")}, "address_form"),
    ],
)
async def test_what_cannot_be_addressed_fails_for_good(changes: dict[str, Any], code: str):
    async with SmtpServer() as server, sending(server) as channel:
        error = await refusal(channel, **changes)
        assert (error.retryable, error.code) == (False, code)
        assert server.mails == []
