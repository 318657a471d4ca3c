"""The watch over one channel: asked at each tick and when its listener hears of news, and left alone after trouble.

Each channel has a watch of its own, so that a slow or a broken one holds up no other.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from domain.errors import TenantlineError
from domain.ports import Channel, Clock, Listener
from scheduler.node import Node
from scheduler.polling import poll_channel
from scheduler.wake import Wake

log = structlog.get_logger()
LISTEN_SECONDS = 300.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
SPREAD = 0.2
"""Part of a pause by which it may be longer, so that many channels of one provider do not come back all at once."""
_MOST_DOUBLINGS = 20


def pause_after(failures: int, jitter: float = 0.0) -> float:
    """Seconds to leave a channel alone after so many failures in a row: a wrong password must lock no mailbox."""
    pause = FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
    return min(pause, LONGEST_PAUSE_SECONDS) * (1 + SPREAD * jitter)


class Watch:
    """One channel that can be asked, and how it has been doing."""

    def __init__(
        self, node: Node, channel: Channel, clock: Clock, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._node = node
        self._channel = channel
        self._clock = clock
        self._sleep = sleep
        self._wake = Wake()
        self._turn = asyncio.Lock()
        self._well = asyncio.Event()
        self._failures = 0  # polls that failed since one went well
        self._breaks = 0  # times that the listener broke off since it last heard

    def tick(self) -> None:
        """It is time to ask again."""
        self._wake.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        if isinstance(self._channel, Listener):
            await asyncio.gather(self._ask_at_ticks(), self._ask_at_news(self._channel))
        else:
            await self._ask_at_ticks()

    async def _ask_at_ticks(self) -> None:
        while True:
            await self._wake.wait()
            await self._ask()

    async def _ask_at_news(self, channel: Listener) -> None:
        """A channel that cannot be asked is not listened to either: it would only be one more login that is refused."""
        while True:
            await self._well.wait()
            if await self._hears(channel):
                await self._ask()
            await asyncio.sleep(0)  # whatever a listener does, the others have their turn

    async def _ask(self) -> None:
        """One poll; where it fails, the pause after it belongs to its turn, so that nobody else asks meanwhile."""
        async with self._turn:
            polled = await poll_channel(self._node, self._channel, self._clock.now(), self._clock)
            if not polled.failed:
                self._failures = 0
                self._well.set()
                return
            self._well.clear()
            self._failures += 1
            await self._sleep(pause_after(self._failures, self._node.jitter()))

    async def _hears(self, channel: Listener) -> bool:
        """A listener that broke off is no news of its own: ask, after a breath, so that nothing is missed."""
        try:
            news = await channel.wait_for_news(LISTEN_SECONDS)
        except Exception as problem:
            about = {"landlord": channel.landlord, "channel": channel.name, "error": type(problem).__name__}
            log.info("listening broke off", exc_info=not isinstance(problem, TenantlineError), **about)
            self._breaks += 1
            await self._sleep(pause_after(self._breaks, self._node.jitter()))
            return True
        self._breaks = 0
        return news
