"""What texts hand to the contract suite; WhatsApp shares it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from app.lookalikes.twilio import TwilioLookalike
from channels import twilio_sms, twilio_whatsapp
from channels.twilio_common import TwilioChannel, TwilioSettings
from domain.messages import Address, AddressKind, WebRequest
from tests.channels.harness import LANDLORD, NAME, NOW, PUBLIC, Bench, ChannelCases, Failure, an_outbound

TOKEN = "auth-token-that-nobody-may-see"
OTHER_TOKEN = "auth-token-of-next-week"
SETTINGS = TwilioSettings(
    account_sid="AC" + "0" * 31 + "1",
    auth_token=SecretStr(TOKEN),
    other_auth_token=SecretStr(OTHER_TOKEN),
    number="+447700900100",
    timeout_seconds=2,
)
FAILURES = {
    "bad request": Failure(retryable=False, code="21211"),
    "unauthorised": Failure(retryable=True, code="20003"),
    "forbidden": Failure(retryable=True, code="20003"),
    "throttled": Failure(retryable=True, code="20429", retry_after=7.0),
    "server error": Failure(retryable=True, code="http_503", uncertain=True),
    "timeout": Failure(retryable=True, code="timeout", uncertain=True),
    "connection reset": Failure(retryable=True, code="connection", uncertain=True),
    "answer lost": Failure(retryable=True, code="connection", uncertain=True),
}


@dataclass(kw_only=True)
class TwilioCases(ChannelCases):
    """Twilio for texts (``prefix`` empty) or WhatsApp."""

    prefix: str = ""
    tenant: str = "+447700900123"

    def build(self, settings: TwilioSettings) -> TwilioChannel:
        if self.prefix:
            return twilio_whatsapp.build(LANDLORD, NAME, settings)
        return twilio_sms.build(LANDLORD, NAME, settings)

    def channel(self) -> TwilioChannel:
        return self.build(SETTINGS)

    def request(self, payload: Mapping[str, Any]) -> WebRequest:
        return signed(payload, token=TOKEN)

    def forgeries(self, payload: Mapping[str, Any]) -> Sequence[WebRequest]:
        right = signed(payload, token=TOKEN)
        return [
            right.model_copy(update={"headers": ()}),
            right.model_copy(update={"headers": (("X-Twilio-Signature", ""),)}),
            right.model_copy(update={"headers": (("X-Twilio-Signature", "n\u00f6"),)}),
            right.model_copy(update={"body": right.body + b"&Body=another"}),
            right.model_copy(update={"url": right.url.replace("complaints", "elsewhere")}),
            signed(payload, token="another"),
        ]

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        return self._bench()

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        moments = iter(NOW + timedelta(seconds=each) for each in range(10_000))
        async with TwilioLookalike(auth_token=TOKEN, clock=lambda: next(moments)) as twilio:
            if self.prefix:  # opens the window, by a message to another number of theirs
                await twilio.tenant_texts(self.prefix + self.tenant, "hello", to="whatsapp:+447700900199")
            plans: dict[str, Callable[[], None]] = {
                "bad request": lambda: twilio.fail_next(400, code=21211),
                "unauthorised": lambda: twilio.fail_next(401, times=2),
                "forbidden": lambda: twilio.fail_next(403),
                "throttled": lambda: twilio.fail_next(429, retry_after=7),
                "server error": lambda: twilio.fail_next(503),
                "timeout": twilio.hang_next,
                "connection reset": twilio.reset_next,
                "answer lost": twilio.lose_next_answer,
            }
            kind = AddressKind.WHATSAPP if self.prefix else AddressKind.PHONE
            yield Bench(
                channel=self.build(SETTINGS.model_copy(update={"base_url": twilio.base_url})),
                outbound=an_outbound(Address(kind=kind, value=self.tenant)),
                plan=lambda failure: plans[failure](),
                taken=lambda: len(twilio.sent),
                arrive=lambda text: twilio.tenant_texts(self.prefix + self.tenant, text, missed=True),
                secrets=(TOKEN, OTHER_TOKEN),
            )


def signed(payload: Mapping[str, Any], *, token: str) -> WebRequest:
    """The webhook as Twilio signs it: over the public address and the form, blank fields too."""
    form = {name: str(value) for name, value in payload["form"].items()}
    signature = RequestValidator(token).compute_signature(PUBLIC, form)
    return WebRequest(url=PUBLIC, headers=(("X-Twilio-Signature", signature),), body=urlencode(form).encode())


CASES = TwilioCases(kind="twilio_sms", failures=FAILURES)
