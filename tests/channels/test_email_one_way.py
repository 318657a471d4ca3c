"""A mailbox offers what its servers are for: with SMTP alone nobody polls it, with IMAP alone nobody sends by it."""

from datetime import UTC, datetime

import pytest

from app.channel_health import does, does_in_words
from app.lookalikes.mail import PymapMailbox, SmtpServer
from channels.email_imap import EmailChannel, Settings, build
from domain.ports import Fetcher, Listener, Sender

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
IMAP = {"imap_host": "imap.landlord.example", "user": "us", "password": "word"}
SMTP = {"smtp_host": "smtp.landlord.example"}


def a_channel(**servers: object) -> EmailChannel:
    return build("cestria", "mail", Settings.model_validate({"address": "complaints@landlord.example", **servers}))


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        (IMAP | SMTP, "poll, send"),
        (SMTP, "sends only"),
        (IMAP, "poll (receives only)"),
        ({}, "nothing"),
    ],
)
def test_it_offers_what_its_servers_are_for(servers: dict[str, object], words: str) -> None:
    channel = a_channel(**servers)
    assert does_in_words(does(channel)) == words
    assert isinstance(channel, Fetcher) is isinstance(channel, Listener) is ("imap_host" in servers)
    assert isinstance(channel, Sender) is ("smtp_host" in servers)


def test_without_any_server_it_still_reads_mails_from_files() -> None:
    received = a_channel().message_from_mail(b"From: ann@example.org\r\n\r\nThe lift is broken.\r\n", NOW, "1/1")
    assert received.messages[0].text == "The lift is broken."


async def test_the_probe_says_which_way_is_not_set_up() -> None:
    async with SmtpServer() as smtp, PymapMailbox() as imap:
        out = a_channel(smtp_host=smtp.host, smtp_port=smtp.port, smtp_security="plain")
        login = {"user": imap.user, "password": imap.password}
        into = a_channel(imap_host=imap.host, imap_port=imap.port, imap_security="plain", **login)
        only_out, only_in = await out.probe(), await into.probe()
        await out.aclose()
        await into.aclose()
    assert only_out.ok
    assert "reading: no imap_host is set, this channel sends only" in only_out.details
    assert only_in.ok
    assert "sending: no smtp_host is set, this channel receives only" in only_in.details
