"""What Telegram does beyond the contract, against the stand-in that the demo uses too."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web

from app.lookalikes.telegram import TelegramLookalike
from channels import telegram
from domain.errors import BadSignature, FetchError, MediaError, SendError
from domain.messages import Address, AddressKind, InboundMessage, WebRequest
from domain.ports import LongPoller
from tests.channels.harness import LANDLORD, NAME, NOW, PUBLIC, an_outbound

CHAT = Address(kind=AddressKind.TELEGRAM, value="4242")
SECRET = "secret-of-the-webhook"


@asynccontextmanager
async def chatting(bot: TelegramLookalike, **changed: object) -> AsyncIterator[telegram.TelegramChannel]:
    given = {"token": bot.token, "webhook_secret": SECRET, "base_url": bot.base_url, "timeout_seconds": 2.0}
    channel = telegram.build(LANDLORD, NAME, telegram.Settings.model_validate(given | changed))
    try:
        yield channel
    finally:
        await channel.aclose()


@asynccontextmanager
async def our_web(
    bot: TelegramLookalike, channel: telegram.TelegramChannel, answers: list[int]
) -> AsyncIterator[list[InboundMessage]]:
    """Our webhook behind the public address; it gives the planned answers first, as when the database is down."""
    heard: list[InboundMessage] = []

    async def take(request: web.Request) -> web.Response:
        seen = WebRequest(url=PUBLIC, headers=tuple(request.headers.items()), body=await request.read())
        received = channel.receive(seen, NOW)
        status = answers.pop(0) if answers else 200
        heard.extend(received.messages)
        return web.Response(status=status)

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.reach = {"https://complaints.example.org": f"http://127.0.0.1:{runner.addresses[0][1]}"}
    try:
        yield heard
    finally:
        await runner.cleanup()


async def fetched(channel: telegram.TelegramChannel, cursor: str | None) -> tuple[list[InboundMessage], str | None]:
    messages: list[InboundMessage] = []
    async for batch in channel.fetch(cursor, datetime.now(UTC)):
        messages += batch.received.messages
        cursor = batch.cursor
    return messages, cursor


async def test_an_update_that_was_not_taken_comes_again_the_same() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel, our_web(bot, channel, [503, 503]) as heard:
        assert (await channel.use_webhook(PUBLIC)).ok
        await bot.tenant_writes(4242, "no heating")
        assert await bot.redeliver() == 0
        assert await bot.redeliver() == 1
        assert bot.pending == []
        assert {message.provider_id for message in heard} == {"4242/1/0"}
        assert len(heard) == 3


async def test_without_a_secret_no_webhook_is_taken_or_asked_for() -> None:
    async with TelegramLookalike() as bot, chatting(bot, webhook_secret=None) as channel:
        assert not (await channel.use_webhook(PUBLIC)).ok
        assert bot.hits == []
        with pytest.raises(BadSignature):
            channel.receive(WebRequest(url=PUBLIC, headers=(), body=b"{}"), NOW)


@pytest.mark.parametrize(
    ("address", "secret", "told"),
    [
        ("http://complaints.example.org/in", SECRET, "cannot use this address: it must be https"),
        (PUBLIC, "a secret with blanks", "refuses webhook_secret: write 1 to 256 of"),
    ],
)
async def test_a_webhook_that_telegram_refuses_says_how_to_mend_it(address: str, secret: str, told: str) -> None:
    async with TelegramLookalike() as bot, chatting(bot, webhook_secret=secret) as channel:
        result = await channel.use_webhook(address)
        assert not result.ok
        assert told in result.words
        assert bot.webhook_url == ""


async def test_updates_come_again_until_the_next_poll_confirms_them() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        await bot.tenant_writes(4242, "one")
        batches = channel.fetch(None, NOW)
        first = await anext(batches)
        assert isinstance(batches, AsyncGenerator)
        await batches.aclose()  # the node dies before it asked again
        assert len(bot.pending) == 1
        messages, cursor = await fetched(channel, None)
        assert [message.provider_id for message in messages] == [first.received.messages[0].provider_id]
        assert bot.pending == []
        assert await fetched(channel, cursor) == ([], cursor)


async def test_more_updates_than_one_answer_holds_come_in_batches() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        for number in range(205):
            await bot.tenant_writes(4242, str(number))
        batches = [batch async for batch in channel.fetch(None, NOW)]
        assert [len(batch.received.messages) for batch in batches] == [100, 100, 5]


async def test_an_update_that_cannot_be_read_is_set_aside_and_holds_up_no_other() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        await bot.tenant_writes(4242, "one")
        bot.pending.append({"update_id": 900_000_500, "message": {"message_id": "seventeen", "text": "words"}})
        [batch] = [batch async for batch in channel.fetch(None, NOW)]
        assert [message.text for message in batch.received.messages] == ["one"]
        assert [each.provider_id for each in batch.received.set_aside] == ["update/900000500"]
        assert b"seventeen" in batch.received.set_aside[0].raw
        assert bot.pending == []


async def test_an_edit_is_a_new_message_of_the_same_chat() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        update = await bot.tenant_writes(4242, "gas smel")
        await bot.tenant_edits(update, "gas smell")
        messages, _ = await fetched(channel, None)
        assert [(message.text, message.marks.edited) for message in messages] == [
            ("gas smel", False),
            ("gas smell", True),
        ]
        assert len({message.provider_id for message in messages}) == 2


async def test_a_button_is_shown_pressed_and_understood() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        await bot.tenant_writes(4242, "hello")
        receipt = await channel.send(an_outbound(CHAT, buttons=(("yes", "Yes, please"), ("no", "No"))), NOW)
        assert bot.sent[0].buttons == (("yes", "Yes, please"), ("no", "No"))
        await bot.tenant_presses(4242, "no")
        messages, _ = await fetched(channel, None)
        assert messages[-1].answers_button == "no"
        assert messages[-1].in_reply_to == (receipt.provider_id,)


async def test_photo_and_document_are_fetched_afterwards() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        await bot.tenant_writes(4242, "", photo=b"a photo")
        await bot.tenant_writes(4242, "", document=("letter.pdf", "application/pdf", b"a letter"))
        messages, _ = await fetched(channel, None)
        media = [await channel.fetch_media(message.attachments[0]) for message in messages]
        assert media == [(b"a photo", "image/jpeg"), (b"a letter", "application/pdf")]


async def test_a_file_beyond_the_limit_is_not_taken() -> None:
    async with TelegramLookalike() as bot, chatting(bot, media_limit_bytes=5) as channel:
        await bot.tenant_writes(4242, "", photo=b"a photo")
        messages, _ = await fetched(channel, None)
        with pytest.raises(MediaError, match="larger") as raised:
            await channel.fetch_media(messages[0].attachments[0])
        assert not raised.value.retryable


async def test_a_person_who_blocked_the_bot_is_not_tried_again() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        await bot.tenant_writes(4242, "hello")
        await bot.tenant_blocks(4242)
        with pytest.raises(SendError) as raised:
            await channel.send(an_outbound(CHAT), NOW)
        assert (raised.value.retryable, raised.value.code) == (False, "http_403")
        assert len((await fetched(channel, None))[0]) == 1


async def test_a_long_poll_ends_as_soon_as_somebody_writes() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        waiting = asyncio.create_task(channel.wait_for_news(60))
        await bot.polled.wait()
        await bot.tenant_writes(4242, "hello")
        assert await waiting
        assert len((await fetched(channel, None))[0]) == 1


async def test_a_poll_does_not_break_off_our_own_long_poll() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        waiting = asyncio.create_task(channel.wait_for_news(60))
        await bot.polled.wait()
        assert (isinstance(channel, LongPoller), channel.listening) == (True, True)
        assert await fetched(channel, "7") == ([], "7")
        await bot.tenant_writes(4242, "hello")
        assert await waiting
        assert [hit.status for hit in bot.hits] == [200]
        assert len((await fetched(channel, "7"))[0]) == 1


async def test_a_poll_while_a_webhook_is_set_that_we_have_no_secret_for_says_so() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel, chatting(bot, webhook_secret=None) as polling:
        assert (await channel.use_webhook(PUBLIC)).ok
        with pytest.raises(FetchError, match="webhook"):
            await fetched(polling, None)
        assert (await channel.use_webhook(None)).ok
        assert (await fetched(polling, None))[0] == []


async def test_while_telegram_posts_to_our_webhook_there_is_nothing_to_poll() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel:
        assert (await channel.use_webhook(PUBLIC)).ok
        assert await fetched(channel, None) == ([], None)
        assert not await channel.wait_for_news(0.01)


async def test_a_second_poller_is_named() -> None:
    async with TelegramLookalike() as bot, chatting(bot) as channel, chatting(bot) as other:
        waiting = asyncio.create_task(channel.wait_for_news(60))
        await bot.polled.wait()
        assert (await fetched(other, None))[0] == []
        with pytest.raises(FetchError, match="another program"):
            await waiting


async def test_a_channel_is_built_and_probed_while_telegram_is_down() -> None:
    async with TelegramLookalike() as bot:
        address = bot.base_url
    settings = telegram.Settings.model_validate({"token": bot.token, "base_url": address, "timeout_seconds": 2.0})
    channel = telegram.build(LANDLORD, NAME, settings)
    assert not (await channel.probe()).ok
    with pytest.raises(SendError) as raised:
        await channel.send(an_outbound(CHAT), NOW)
    assert (raised.value.retryable, raised.value.uncertain) == (True, False)
    await channel.aclose()


def test_the_library_beneath_stays_silent() -> None:
    assert logging.getLogger("channels.telegram.silent").disabled
