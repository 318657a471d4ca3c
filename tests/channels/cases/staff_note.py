"""What staff notes hand to the contract suite."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from channels import staff_note
from domain.messages import Address, AddressKind, WebRequest
from tests.channels.harness import LANDLORD, NAME, PUBLIC, Bench, ChannelCases, an_outbound

TOKEN = "token-of-the-switchboard"
SETTINGS = staff_note.Settings(token=SecretStr(TOKEN))


@dataclass(kw_only=True)
class StaffNoteCases(ChannelCases):
    """One landlord's notes."""

    def channel(self) -> staff_note.StaffNotes:
        return staff_note.build(LANDLORD, NAME, SETTINGS)

    def request(self, payload: Mapping[str, Any]) -> WebRequest:
        return _posted(payload, (("authorization", f"Bearer {TOKEN}"),))

    def forgeries(self, payload: Mapping[str, Any]) -> Sequence[WebRequest]:
        wrong = ("", "Bearer", "Bearer ", "Bearer another", f"Basic {TOKEN}", TOKEN, "Bearer n\u00f6")
        return [_posted(payload, ()), *(_posted(payload, (("authorization", each),)) for each in wrong)]

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        return self._bench()

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        outbound = an_outbound(Address(kind=AddressKind.PHONE, value="+447700900123"))
        yield Bench(channel=self.channel(), outbound=outbound, plan=lambda _: None, taken=lambda: 0, secrets=(TOKEN,))


def _posted(payload: Mapping[str, Any], headers: tuple[tuple[str, str], ...]) -> WebRequest:
    body = payload["text"] if "text" in payload else json.dumps(payload["json"])
    return WebRequest(url=PUBLIC, headers=(("content-type", "application/json"), *headers), body=body.encode())


CASES = StaffNoteCases(kind="staff_note", waived={"events": "whatever is posted with a right token is a note"})
