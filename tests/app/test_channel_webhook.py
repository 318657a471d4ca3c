"""``tenantline channel webhook / polling``: the provider is told where to post, and told to keep things again."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from app.commands.channel import webhook_address
from app.lookalikes.telegram import TelegramLookalike
from channels import telegram
from domain.errors import ConfigurationError
from domain.messages import WebRequest
from tests.app.command import tenantline
from tests.channels.harness import NOW

SECRET = "secret-of-the-webhook"
PUBLIC = "https://feedback.cestria.example"
PATH = "/in/cestria/bot"
CHANNELS = """
[channels.bot]
kind = "telegram"
token = {{ env = "TEST_BOT_TOKEN" }}
{secret}
base_url = "{base_url}"

[channels.texts]
kind = "twilio_sms"
account_sid = "AC1"
auth_token = {{ env = "TEST_TWILIO_TOKEN" }}
number = "+441632960400"
base_url = "http://127.0.0.1:1"

[channels.mail]
kind = "email_imap"
address = "feedback@cestria.example"
"""


async def run(
    folder: Path, bot: TelegramLookalike, *words: str, public_url: str = PUBLIC, secret: str = SECRET
) -> subprocess.CompletedProcess[str]:
    site = folder / "config" / "sites" / "cestria.toml"
    site.parent.mkdir(parents=True, exist_ok=True)
    line = 'webhook_secret = { env = "TEST_BOT_SECRET" }' if secret else ""
    site.write_text(CHANNELS.format(secret=line, base_url=bot.base_url), encoding="utf-8")
    return await asyncio.to_thread(
        tenantline,
        *("--config", str(folder / "config"), "--data", str(folder / "var"), "channel", *words),
        TEST_BOT_TOKEN=bot.token,
        TEST_BOT_SECRET=secret,
        TENANTLINE_PUBLIC_URL=public_url,
    )


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ((), PUBLIC + PATH),
        (("--address", "https://elsewhere.example/t/"), f"https://elsewhere.example/t{PATH}"),
        (
            ("--landlord", "cestria", "--address", f"https://elsewhere.example{PATH}"),
            f"https://elsewhere.example{PATH}",
        ),
    ],
)
async def test_the_provider_is_told_where_to_post_with_the_secret(
    tmp_path: Path, words: tuple[str, ...], url: str
) -> None:
    async with TelegramLookalike() as bot:
        done = await run(tmp_path, bot, "webhook", "bot", *words)
        assert (done.returncode, done.stdout) == (0, f"Telegram posts updates to our webhook: {url}\n"), done.stderr
        assert (bot.webhook_url, bot.webhook_secret) == (url, SECRET)
        assert "posts to a webhook" in (await run(tmp_path, bot, "test", "bot")).stdout


async def test_what_is_posted_then_is_taken_by_the_channel(tmp_path: Path) -> None:
    async with TelegramLookalike() as bot:
        await run(tmp_path, bot, "webhook", "bot")
        settings = {"token": bot.token, "webhook_secret": bot.webhook_secret}
        channel = telegram.build("cestria", "bot", telegram.Settings.model_validate(settings))
        head = ("X-Telegram-Bot-Api-Secret-Token", bot.webhook_secret)
        assert channel.receive(WebRequest(url=bot.webhook_url, headers=(head,), body=b"{}"), NOW).messages == ()


async def test_the_way_back_is_polling_and_what_waits_is_kept(tmp_path: Path) -> None:
    async with TelegramLookalike() as bot:
        await run(tmp_path, bot, "webhook", "bot")
        await bot.tenant_writes(4242, "no heating")
        done = await run(tmp_path, bot, "polling", "bot")
        assert (done.returncode, done.stdout) == (0, "Telegram keeps updates for polling\n"), done.stderr
        assert bot.webhook_url == ""
        assert (await run(tmp_path, bot, "fetch", "bot")).stdout == '{"polled": 1}\n'


@pytest.mark.parametrize("command", ["webhook", "polling"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("texts", f"tell its provider there to post to {PUBLIC}/in/cestria/texts"),
        ("mail", "it takes no webhook"),
    ],
)
async def test_a_channel_that_has_no_such_thing_says_what_to_do(
    tmp_path: Path, command: str, name: str, why: str
) -> None:
    async with TelegramLookalike() as bot:
        done = await run(tmp_path, bot, command, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"tenantline: cestria's channel {name} cannot set where its provider posts: {why}; those that can: bot\n"
    )


async def test_without_a_secret_nothing_is_set(tmp_path: Path) -> None:
    async with TelegramLookalike() as bot:
        done = await run(tmp_path, bot, "webhook", "bot", secret="")
        assert (done.returncode, done.stdout, bot.webhook_url) == (1, "", "")
    assert done.stderr == (
        "tenantline: cestria's channel bot: set webhook_secret: without it every webhook is refused\n"
    )


async def test_a_refusal_of_the_provider_is_one_sentence_without_the_token(tmp_path: Path) -> None:
    async with TelegramLookalike() as bot:
        bot.fail_next(401)
        done = await run(tmp_path, bot, "webhook", "bot")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "refuses the bot's token" in done.stderr
    assert bot.token not in done.stderr


@pytest.mark.parametrize(
    "address",
    [
        *("http://feedback.example", "feedback.example", "https://", "https://127.0.0.1:8443", "https://localhost/x"),
        *("https://feedback.example/in?a=b", "https://feedback.example/#a", "https://ann:word@feedback.example"),
        "https://feedback.example/a b",
    ],
)
def test_an_address_that_nobody_can_post_to_is_refused_before_the_provider_is_asked(address: str) -> None:
    channel = telegram.build("cestria", "bot", telegram.Settings.model_validate({"token": "7:t"}))
    with pytest.raises(ConfigurationError, match="write https://NAME"):
        webhook_address(channel, address)
