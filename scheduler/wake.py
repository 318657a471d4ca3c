"""A wake-up that any thread may give. It carries no news: the rows are the truth, and a lost wake costs one tick."""

import asyncio


class Wake:
    """Set from a worker's thread, waited for in the event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def set(self) -> None:
        """Let whoever waits go on; ``asyncio.Event.set`` by itself is not safe from another thread."""
        if self._loop is None or self._loop.is_closed():
            self._event.set()
        else:
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Return at the next wake, or at once if there was one since the last wait."""
        self._loop = asyncio.get_running_loop()
        await self._event.wait()
        self._event.clear()
