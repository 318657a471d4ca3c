"""What Telegram hands to the contract suite."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from app.lookalikes.telegram import TelegramLookalike
from channels import telegram
from domain.messages import Address, AddressKind, WebRequest
from tests.channels.harness import LANDLORD, NAME, NOW, PUBLIC, Bench, ChannelCases, Failure, an_outbound

TOKEN = "700000001:token-that-nobody-may-see"
SECRET = "secret-of-the-webhook"
SETTINGS = telegram.Settings(token=SecretStr(TOKEN), webhook_secret=SecretStr(SECRET), timeout_seconds=2)
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(kw_only=True)
class TelegramCases(ChannelCases):
    """One bot."""

    def channel(self) -> telegram.TelegramChannel:
        return telegram.build(LANDLORD, NAME, SETTINGS)

    def request(self, payload: Mapping[str, Any]) -> WebRequest:
        body = payload["text"] if "text" in payload else json.dumps(payload["json"])
        return WebRequest(url=PUBLIC, headers=((HEADER, SECRET),), body=body.encode())

    def forgeries(self, payload: Mapping[str, Any]) -> Sequence[WebRequest]:
        right = self.request(payload)
        wrong: list[tuple[tuple[str, str], ...]] = [(), ((HEADER, ""),), ((HEADER, "another"),), ((HEADER, "n\u00f6"),)]
        return [right.model_copy(update={"headers": headers}) for headers in wrong]

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        return self._bench()

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        async with TelegramLookalike(token=TOKEN, clock=lambda: NOW) as bot:
            await bot.tenant_writes(4242, "hello")
            bot.pending.clear()
            plans: dict[str, Callable[[], None]] = {
                "bad request": lambda: bot.fail_next(400),
                "unauthorised": lambda: bot.fail_next(401),
                "forbidden": lambda: bot.fail_next(403),
                "throttled": lambda: bot.fail_next(429, retry_after=7),
                "server error": lambda: bot.fail_next(502),
                "timeout": bot.hang_next,
                "connection reset": bot.reset_next,
                "answer lost": bot.lose_next_answer,
            }
            yield Bench(
                channel=telegram.build(LANDLORD, NAME, SETTINGS.model_copy(update={"base_url": bot.base_url})),
                outbound=an_outbound(Address(kind=AddressKind.TELEGRAM, value="4242")),
                plan=lambda failure: plans[failure](),
                taken=lambda: len(bot.sent),
                arrive=lambda text: bot.tenant_writes(4242, text),
                secrets=(TOKEN, SECRET),
            )


CASES = TelegramCases(
    kind="telegram",
    failures={
        "bad request": Failure(retryable=False, code="http_400"),
        "unauthorised": Failure(retryable=True, code="http_401"),
        "forbidden": Failure(retryable=False, code="http_403"),
        "throttled": Failure(retryable=True, code="http_429", retry_after=7.0),
        "server error": Failure(retryable=True, code="http_502", uncertain=True),
        "timeout": Failure(retryable=True, code="timeout", uncertain=True),
        "connection reset": Failure(retryable=True, code="connection", uncertain=True),
        "answer lost": Failure(retryable=True, code="connection", uncertain=True),
    },
)
