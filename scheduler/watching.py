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
        self._rests = 0  # times in a row that the listener broke off, or told of what was not there

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
        """Ask whenever the listener has heard of news, and after a breath when it broke off, so that nothing is missed.

        A channel that cannot be asked is not listened to either: it would only be one more login that is refused. One
        that tells of news where there is none, as while another node reads it, is not believed at once again.
        """
        while True:
            await self._well.wait()
            try:
                news = await channel.wait_for_news(LISTEN_SECONDS)
            except Exception as problem:
                about = {"landlord": channel.landlord, "channel": channel.name, "error": type(problem).__name__}
                log.info("listening broke off", exc_info=not isinstance(problem, TenantlineError), **about)
                await self._rest()
                await self._ask()
                continue
            if news and not await self._ask():
                await self._rest()
            else:
                self._rests = 0
            await asyncio.sleep(0)  # whatever a listener does, the others have their turn

    async def _ask(self) -> bool:
        """One poll: whether anything came. Where it fails, nobody else asks before the pause after it is over."""
        async with self._turn:
            polled = await poll_channel(self._node, self._channel, self._clock.now(), self._clock)
            if polled.failed:
                self._well.clear()
                self._failures += 1
                await self._sleep(pause_after(self._failures, self._node.jitter()))
            else:
                self._failures = 0
                self._well.set()
        return polled.batches > 0

    async def _rest(self) -> None:
        self._rests += 1
        await self._sleep(pause_after(self._rests, self._node.jitter()))
