"""What the public form hands to the contract suite."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from channels import web_form
from domain.messages import Address, AddressKind, WebRequest
from tests.channels.harness import LANDLORD, NAME, NOW, PUBLIC, Bench, ChannelCases, an_outbound

SECRET = "secret-of-the-form-page"
SETTINGS = web_form.Settings(secret=SecretStr(SECRET))


@dataclass(kw_only=True)
class WebFormCases(ChannelCases):
    """One public form."""

    def channel(self) -> web_form.WebForm:
        return web_form.build(LANDLORD, NAME, SETTINGS)

    def request(self, payload: Mapping[str, Any]) -> WebRequest:
        return self._posted(payload, self.channel().new_token("form-0001", NOW))

    def forgeries(self, payload: Mapping[str, Any]) -> Sequence[WebRequest]:
        other = web_form.build(LANDLORD, NAME, web_form.Settings(secret=SecretStr("another-secret-of-a-page")))
        tokens = (
            "",
            "form-0001",
            other.new_token("form-0001", NOW),
            self.channel().new_token("form-0001", NOW - timedelta(days=2)),
            self.channel().new_token("form-0001", NOW).replace("form-0001", "form-0002"),
        )
        return [self._posted(payload, token) for token in tokens]

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        return self._bench()

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        outbound = an_outbound(Address(kind=AddressKind.EMAIL, value="ann@example.org"))
        yield Bench(channel=self.channel(), outbound=outbound, plan=lambda _: None, taken=lambda: 0, secrets=(SECRET,))

    def _posted(self, payload: Mapping[str, Any], token: str) -> WebRequest:
        headers = (("content-type", "application/x-www-form-urlencoded"),)
        return WebRequest(url=PUBLIC, headers=headers, body=urlencode({**payload["form"], "token": token}).encode())


CASES = WebFormCases(kind="web_form", waived={"events": "whatever is sent with a right token is a message"})
