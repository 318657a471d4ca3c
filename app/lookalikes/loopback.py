"""A loopback HTTP server that can be told to fail as providers fail.

Shared by the look-alikes of providers with an HTTP interface. Nothing of any one provider may be in here.
"""

import asyncio
import socket
import struct
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Clock = Callable[[], datetime]
_WEBHOOK_SECONDS = 15  # Twilio's patience with a webhook


def wall_clock() -> datetime:
    """The time now. A provider has its own clock, so a stand-in may read it; tests hand in another."""
    return datetime.now(UTC)


class Mishap(StrEnum):
    """How a request may go wrong other than by an answer."""

    HANG = "hang"  # no answer ever comes
    RESET = "reset"  # the connection is reset before anything is done
    LOST = "lost"  # the work is done, the answer is lost


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An answer that refuses: HTTP status, the provider's own code, seconds to wait (for 429)."""

    status: int
    code: int | None = None
    retry_after: int | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One request that reached the stand-in: method, path, status answered (0 when none was)."""

    method: str
    path: str
    status: int


@dataclass
class LoopbackServer(ABC):
    """An HTTP server on 127.0.0.1; port 0 takes a free one, known once entered.

    Use as `async with`. `fail_next`, `hang_next`, `reset_next` and `lose_next_answer` queue failures for the next
    requests; `reach` maps the start of a public address to the loopback address where its webhooks really go.
    """

    port: int = 0
    reach: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = wall_clock
    host: str = field(default="127.0.0.1", init=False)
    hits: list[Hit] = field(default_factory=list, init=False)
    _planned: deque[Refusal | Mishap] = field(default_factory=deque, init=False)
    _closing: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _runner: web.AppRunner | None = field(default=None, init=False)
    _client: ClientSession | None = field(default=None, init=False)

    @property
    def base_url(self) -> str:
        """The address of the stand-in, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """The addresses this provider serves."""

    @abstractmethod
    def refuse(self, request: web.Request, refusal: Refusal) -> web.Response:
        """The answer that this provider gives for a refusal."""

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._mishaps], client_max_size=64 * 2**20)
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])
        self._client = ClientSession(timeout=ClientTimeout(total=_WEBHOOK_SECONDS))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail_next(
        self, status: int, *, code: int | None = None, retry_after: int | None = None, times: int = 1
    ) -> None:
        """Answer the next requests with this HTTP status in the provider's own shape of an error."""
        self._planned.extend([Refusal(status=status, code=code, retry_after=retry_after)] * times)

    def hang_next(self, times: int = 1) -> None:
        """Never answer the next requests."""
        self._planned.extend([Mishap.HANG] * times)

    def reset_next(self, times: int = 1) -> None:
        """Reset the connection of the next requests before anything is done."""
        self._planned.extend([Mishap.RESET] * times)

    def lose_next_answer(self, times: int = 1) -> None:
        """Do the work of the next requests, then drop the connection instead of answering."""
        self._planned.extend([Mishap.LOST] * times)

    async def post(self, url: str, *, data: Mapping[str, str] | bytes, headers: Mapping[str, str]) -> int:
        """Post a webhook to where `reach` says the public `url` is; the HTTP status, 0 when nothing answered."""
        if self._client is None:
            raise RuntimeError("enter the look-alike first (async with)")
        for public, loopback in self.reach.items():
            if url.startswith(public):
                url = loopback + url.removeprefix(public)
                break
        try:
            async with self._client.post(url, data=data, headers=headers, allow_redirects=False) as response:
                await response.read()
                return response.status
        except (ClientError, TimeoutError):
            return 0

    @web.middleware
    async def _mishaps(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        planned = self._planned.popleft() if self._planned else None
        response: web.StreamResponse
        match planned:
            case Refusal():
                response = self.refuse(request, planned)
            case Mishap.HANG:
                await self._closing.wait()
                response = _dropped(request)
            case Mishap.RESET:
                response = _dropped(request)
            case Mishap.LOST:
                await handler(request)
                response = _dropped(request)
            case None:
                response = await handler(request)
        status = 0 if isinstance(planned, Mishap) else response.status
        self.hits.append(Hit(method=request.method, path=request.path, status=status))
        return response


def _dropped(request: web.Request) -> web.Response:
    """Reset the connection under a request; what is returned reaches nobody."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if raw is not None:  # linger 0 turns the close into a reset (RST), as a dying proxy does
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)
