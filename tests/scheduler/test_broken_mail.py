"""A mail in whose middle the server breaks the connection: set aside for a person, and no other mail is held up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.lookalikes.mail import PymapMailbox
from channels.email_imap import EmailIn, Settings
from channels.mail.fetching import read_cursor
from scheduler.polling import poll_channel
from store.aside import count_aside
from store.blobs import BlobStore
from store.database import Database
from store.tables import BLOB, CHANNEL_STATE, MESSAGE, SET_ASIDE
from tests.builders import NOW
from tests.channels.dropping import DroppingWay, dropping
from tests.scheduler.nodes import a_node, look, look_at_one

POISON = b"words at which it breaks"


def a_mail(number: int, words: bytes = b"The lift is broken", subject: bytes = b"Lift %d") -> bytes:
    head = b"From: Ann <ann@example.org>\r\nTo: complaints@landlord.example\r\nMessage-ID: <m%d@example.org>\r\n"
    subject = subject % number if b"%d" in subject else subject
    return head % number + b"Subject: " + subject + b"\r\n\r\n" + words + b"\r\n"


@asynccontextmanager
async def a_mailbox(*mails: bytes, times: int | None = None) -> AsyncIterator[DroppingWay]:
    async with PymapMailbox() as server:
        for mail in mails:
            await server.deliver(mail)
        async with dropping(server, POISON, times) as way:
            yield way


async def poll(database: Database, blobs: BlobStore, way: DroppingWay, **settings: Any) -> int:
    """One poll by a process that has just been started; how many messages came."""
    given = {
        "address": "complaints@landlord.example",
        "imap_host": "127.0.0.1",
        "imap_port": way.port,
        "imap_security": "plain",
        "user": way.server.user,
        "password": way.server.password,
        "timeout_seconds": 10,
    }
    channel = EmailIn("cestria", "mail", Settings(**(given | settings)))
    node = a_node(database, blobs, channel)
    try:
        return (await poll_channel(node, channel, NOW)).new
    finally:
        await channel.aclose()


def subjects(database: Database) -> list[str]:
    return [row["subject"] for row in look(database, MESSAGE)]


async def test_it_is_set_aside_at_the_third_poll_and_every_other_mail_comes(database: Database, blobs: BlobStore):
    mails = [a_mail(1), a_mail(2, POISON), a_mail(3), a_mail(4)]
    async with a_mailbox(*mails) as way:
        assert await poll(database, blobs, way) == 1
        state = look_at_one(database, CHANNEL_STATE)
        assert state["fetch_error"].endswith("this was try 1 of 3, then it is set aside")
        assert await poll(database, blobs, way) == 0
        assert look(database, SET_ASIDE) == []
        assert await poll(database, blobs, way) == 2
        assert await poll(database, blobs, way) == 0
    assert subjects(database) == ["Lift 1", "Lift 3", "Lift 4"]
    aside = look_at_one(database, SET_ASIDE)
    assert "failed 3 times to hand this mail over: it lies in the mailbox, mail 102 of INBOX" in aside["reason"]
    assert b"Subject: Lift 2" in look_at_one(database, BLOB, sha256=aside["raw_blob"])["content"]
    with database.reading() as tx:
        assert count_aside(tx) == 1
    assert look_at_one(database, CHANNEL_STATE)["fetch_error"] is None


async def test_one_whose_headers_break_it_too_is_set_aside_without_them(database: Database, blobs: BlobStore):
    async with a_mailbox(a_mail(1, subject=POISON), a_mail(2)) as way:
        assert [await poll(database, blobs, way) for _ in range(3)] == [0, 0, 1]
    assert look_at_one(database, SET_ASIDE)["provider_id"].endswith("/101")
    assert subjects(database) == ["Lift 2"]


async def test_several_are_set_aside_one_after_the_other(database: Database, blobs: BlobStore):
    mails = [a_mail(1, POISON), a_mail(2), a_mail(3, POISON), a_mail(4)]
    async with a_mailbox(*mails) as way:
        came = [await poll(database, blobs, way, batch_size=2) for _ in range(5)]
    assert came == [0, 0, 1, 0, 1]
    assert subjects(database) == ["Lift 2", "Lift 4"]
    assert len(look(database, SET_ASIDE)) == 2


@pytest.mark.parametrize("times", [1, 2, 4])
async def test_a_connection_that_breaks_once_or_twice_costs_no_mail(database: Database, blobs: BlobStore, times: int):
    async with a_mailbox(a_mail(1), a_mail(2, POISON), a_mail(3), times=times) as way:
        for _ in range(3):
            await poll(database, blobs, way)
        assert way.drops == times
    assert subjects(database) == ["Lift 1", "Lift 2", "Lift 3"]
    assert look(database, SET_ASIDE) == []
    (place,) = read_cursor(look_at_one(database, CHANNEL_STATE)["cursor"]).values()
    assert (place.uid, place.times) == (103, 0)


async def test_a_server_that_is_away_is_blamed_on_no_mail(database: Database, blobs: BlobStore):
    async with a_mailbox(a_mail(1, POISON)) as way:
        await poll(database, blobs, way)
        before = look_at_one(database, CHANNEL_STATE)["cursor"]
    for _ in range(3):
        await poll(database, blobs, way)
    assert look_at_one(database, CHANNEL_STATE)["cursor"] == before
    assert look(database, SET_ASIDE) == []
