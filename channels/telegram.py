"""Telegram through a bot: webhook with a secret token, or polling where there is no public address.

Holds no message and reads no clock. The bot is never "initialised": that would call Telegram at start, and we start
while Telegram is down. The token is part of every address, so no address is logged or put in an error.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, SecretStr
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError
from yarl import URL

from channels.download import download
from channels.telegram_http import TelegramHttp, TelegramHttpError
from channels.telegram_updates import read_update
from domain.errors import BadSignature, FetchError, MediaError, SendError, Unreadable
from domain.messages import (
    AddressKind,
    Batch,
    MediaReference,
    OutboundMessage,
    ProbeResult,
    Receipt,
    Received,
    SetAside,
    WebRequest,
)

KIND = "telegram"

_WANTED = ["message", "edited_message", "callback_query"]
_BATCH = 100  # Telegram's limit
_CONFLICT, _WEBHOOK_WORD = 409, "webhook"
_SILENT = logging.getLogger("channels.telegram.silent")  # python-telegram-bot logs texts at DEBUG
_SILENT.disabled = True


class Settings(BaseModel):
    """One bot. Without ``webhook_secret`` no webhook is taken, and the bot polls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    webhook_secret: SecretStr | None = None
    """1 to 256 of A-Z a-z 0-9 _ - (Telegram's rule)."""
    base_url: str = "https://api.telegram.org"
    timeout_seconds: float = 10.0
    media_limit_bytes: int = 20 * 2**20


class _QuietBot(Bot):
    """python-telegram-bot without its log."""

    _LOGGER = _SILENT


class TelegramChannel:
    """One bot of one landlord."""

    address_kind = AddressKind.TELEGRAM
    kind = KIND

    def __init__(self, *, landlord: str, name: str, settings: Settings) -> None:
        self.landlord, self.name, self.settings = landlord, name, settings
        self.listening = False
        self._turn = asyncio.Lock()  # of two getUpdates Telegram breaks off the first
        self._http = TelegramHttp(seconds=settings.timeout_seconds)
        self._files_url = f"{settings.base_url}/file/bot"
        self._bot = _QuietBot(
            settings.token.get_secret_value(),
            base_url=f"{settings.base_url}/bot",
            base_file_url=self._files_url,
            request=self._http,
            get_updates_request=self._http,
        )

    def receive(self, request: WebRequest, now: datetime) -> Received:
        """See ``domain.ports.Receiver``."""
        secret = self.settings.webhook_secret
        given = request.header("X-Telegram-Bot-Api-Secret-Token").encode()
        if secret is None or not hmac.compare_digest(given, secret.get_secret_value().encode()):
            raise BadSignature("X-Telegram-Bot-Api-Secret-Token is missing or wrong")
        return self._read_one(request.body, now)

    def read_again(self, aside: SetAside, now: datetime) -> Received:
        """See ``domain.ports.Rereader``."""
        return self._read_one(aside.raw, aside.received_at or now)

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        """See ``domain.ports.Fetcher``. The cursor is the next update's number; asking with it confirms the earlier."""
        offset = int(cursor) if cursor else 0
        while not self.listening and (updates := await self._ask(offset=offset, limit=_BATCH, timeout=0)):
            offset = max(int(update["update_id"]) for update in updates) + 1
            yield Batch(received=self._read(updates, now), cursor=str(offset))

    async def wait_for_news(self, seconds: float) -> bool:
        """See ``domain.ports.LongPoller``: a long poll that confirms nothing; ``fetch`` does.

        While Telegram posts to our webhook there is nothing to wait for, and it waits all the same.
        """
        async with self._turn:
            self.listening = True
            try:
                found = await self._updates(limit=1, timeout=int(seconds))
                if found is None:
                    await asyncio.sleep(seconds)
                return bool(found)
            finally:
                self.listening = False

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        """See ``domain.ports.Sender``. Telegram cannot be asked what it has sent, so an uncertain send is repeated."""
        keyboard = [[InlineKeyboardButton(words, callback_data=payload)] for payload, words in outbound.buttons]
        try:
            message = await self._bot.send_message(
                chat_id=int(outbound.to.value),
                text=outbound.body,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=InlineKeyboardMarkup(keyboard) if keyboard else None,
            )
        except TelegramError as error:
            raise _send_error(error) from error
        return Receipt(provider_id=f"{message.chat_id}/{message.message_id}", at=now)

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        """See ``domain.ports.MediaFetcher``: first where the file lies (an hour's address), then its bytes."""
        if reference.url is None:
            raise MediaError("the attachment has no file id", retryable=False)
        try:
            file = await self._bot.get_file(reference.url)
        except TelegramError as error:
            failed = _send_error(error)
            raise MediaError(failed.words, retryable=failed.retryable) from error
        origin = URL(self.settings.base_url)
        content, _ = await download(
            self._http.session,
            file.file_path or "",
            hosts={origin.host or "", f"{origin.host}:{origin.port}"},
            limit=self.settings.media_limit_bytes,
            seconds=self.settings.timeout_seconds * 3,
        )
        return content, reference.content_type  # Telegram serves every file as application/octet-stream

    async def use_webhook(self, url: str | None) -> ProbeResult:
        """See ``domain.ports.WebhookSetter``."""
        secret = self.settings.webhook_secret
        if url is not None and secret is None:
            return ProbeResult(ok=False, words="set webhook_secret: without it every webhook is refused")
        try:
            if url is None or secret is None:
                await self._bot.delete_webhook()
                return ProbeResult(ok=True, words="Telegram keeps updates for polling")
            await self._bot.set_webhook(url, secret_token=secret.get_secret_value(), allowed_updates=_WANTED)
        except TelegramError as error:
            return ProbeResult(ok=False, words=_send_error(error).words)
        return ProbeResult(ok=True, words="Telegram posts updates to our webhook")

    async def probe(self) -> ProbeResult:
        """See ``domain.ports.ChannelProbe``: who the bot is, and what waits."""
        try:
            await self._bot.get_me()
            webhook = await self._bot.get_webhook_info()
        except TelegramError as error:
            return ProbeResult(ok=False, words=_send_error(error).words)
        how = "posts to a webhook" if webhook.url else "keeps updates for polling"
        details = [f"{webhook.pending_update_count} updates wait"]
        if webhook.last_error_message:
            details.append(f"last error of the webhook: {webhook.last_error_message}")
        return ProbeResult(ok=True, words=f"Telegram answers and {how}", details=tuple(details))

    async def aclose(self) -> None:
        """See ``domain.ports.Closing``."""
        await self._http.shutdown()

    async def _ask(self, **given: int) -> list[dict[str, Any]]:
        async with self._turn:
            return await self._updates(**given) or []

    async def _updates(self, **given: int) -> list[dict[str, Any]] | None:
        """GetUpdates as Telegram writes it: read by the library, one strange update would stop the poll for ever.

        None: Telegram posts to a webhook, as it shall where we have a secret for it.
        """
        query = urlencode({**given, "allowed_updates": json.dumps(_WANTED)})
        patience = given["timeout"] + self.settings.timeout_seconds
        try:
            found: object = await self._http.post(f"{self._bot.base_url}/getUpdates?{query}", read_timeout=patience)
        except TelegramError as error:
            if self.settings.webhook_secret is not None and _has_webhook(error):
                return None
            raise FetchError(f"Telegram could not be polled: {_send_error(error)}") from error
        if not isinstance(found, list):
            raise FetchError("Telegram could not be polled: its answer is no list")
        return [update for update in found if isinstance(update, dict) and isinstance(update.get("update_id"), int)]

    def _read_one(self, raw: bytes, now: datetime) -> Received:
        try:
            update = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise Unreadable("the update is not JSON") from error
        if not isinstance(update, dict):
            raise Unreadable("the update is not an object")
        message = read_update(update, landlord=self.landlord, channel=self.name, kind=KIND, raw=raw, now=now)
        return Received(messages=() if message is None else (message,))

    def _read(self, updates: Sequence[Mapping[str, Any]], now: datetime) -> Received:
        """One unreadable update is set aside and never holds up the others."""
        messages, set_aside = [], []
        for update in updates:
            raw = json.dumps(update).encode()
            try:
                message = read_update(update, landlord=self.landlord, channel=self.name, kind=KIND, raw=raw, now=now)
            except Unreadable as error:
                set_aside.append(
                    SetAside(
                        channel=self.name,
                        provider_id=f"update/{update['update_id']}",
                        raw=raw,
                        raw_type="application/json",
                        reason=str(error),
                    )
                )
                continue
            if message is not None:
                messages.append(message)
        return Received(messages=tuple(messages), set_aside=tuple(set_aside))


def build(landlord: str, name: str, settings: Settings) -> TelegramChannel:
    """The channel ``name`` of a landlord; calls nobody."""
    return TelegramChannel(landlord=landlord, name=name, settings=settings)


def _has_webhook(error: TelegramError) -> bool:
    return (
        isinstance(error, TelegramHttpError) and error.status == _CONFLICT and _WEBHOOK_WORD in error.words.casefold()
    )


def _send_error(error: TelegramError) -> SendError:
    """The one place that reads Telegram's failures. 401, 404 and 409 are about our bot: they wait for an operator."""
    if not isinstance(error, TelegramHttpError):
        return SendError(retryable=True, code="answer", words="Telegram's answer cannot be read", uncertain=True)
    status = error.status
    if not status:
        code = "timeout" if error.timed_out else "connection"
        broke = "the connection to Telegram broke" if error.uncertain else "Telegram cannot be reached"
        words = "Telegram did not answer in time" if error.timed_out else broke
        return SendError(retryable=True, code=code, words=words, uncertain=error.uncertain)
    words = _words(status, error.words.casefold())
    retryable = status in {401, 404, 409, 429} or status >= 500  # noqa: PLR2004 - server errors
    return SendError(
        retryable=retryable,
        code=f"http_{status}",
        words=words,
        uncertain=error.uncertain,
        retry_after=error.retry_after,
    )


# HTTP status, part of Telegram's description, words for staff: the first that fits. Never Telegram's own description,
# which may repeat a name.
_WORDS = (
    (401, "", "Telegram refuses the bot's token: check it in the channel's settings"),
    (404, "", "Telegram refuses the bot's token: check it in the channel's settings"),
    (403, "", "the person has blocked the bot or closed the chat"),
    (_CONFLICT, _WEBHOOK_WORD, "Telegram posts to a webhook, so the bot cannot poll"),
    (_CONFLICT, "", "another program polls with the same bot token"),
    (429, "", "Telegram asks us to send more slowly"),
    (400, "chat not found", "Telegram knows no such chat: the person must write to the bot first"),
    (400, "too long", "the text is longer than Telegram's 4,096 characters"),
    (
        400,
        "bad webhook",
        "Telegram cannot use this address: it must be https, on port 443, 80, 88 or 8443, found by name",
    ),
    (400, "secret token", "Telegram refuses webhook_secret: write 1 to 256 of A-Z a-z 0-9 _ -"),
    (400, "too big", "the file is larger than the 20 MB that Telegram gives to bots"),
)


def _words(status: int, description: str) -> str:
    for known, part, words in _WORDS:
        if status == known and part in description:
            return words
    if status >= 500:  # noqa: PLR2004 - server errors
        return f"Telegram has a fault of its own (HTTP {status})"
    return f"Telegram refuses this (HTTP {status})"
