"""The embedded engine: one node's steps, woken by arrivals and by APScheduler's ticks.

Its own tables are the truth; a job or a wake is only a hint, and a lost one costs a tick. APScheduler's job store is
in memory and belongs to this process alone (design section 5: a shared one runs jobs twice).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.errors import TenantlineError
from domain.ports import Clock, Listener
from scheduler.delivery import deliver_due
from scheduler.duties import do_duties, sweep_files
from scheduler.media import fetch_media_due
from scheduler.node import ROLES, ChannelKey, Node
from scheduler.polling import poll_channel, poll_due
from scheduler.routing import route_due
from store.aside import count_aside
from store.in_thread import in_thread

log = structlog.get_logger()
TICK_SECONDS = {"poll": 15, "route": 5, "deliver": 5, "duties": 10}
LISTEN_SECONDS = 300.0
PAUSE_AFTER_TROUBLE_SECONDS = 5.0
PAUSE_AFTER_BREAK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 60.0

Counts = dict[str, int]


async def step(node: Node, role: str, now: datetime, clock: Clock | None = None) -> Counts:
    """One role's work until nothing of it is due, at ``now`` or as the clock goes on; the counts of what was done."""
    if role == "poll":
        return {"polled": await poll_due(node, now)}
    if role == "route":
        routed = 0
        while done := await route_due(node, now):
            routed += done
        return {"routed": routed}
    if role == "deliver":
        delivered = await deliver_due(node, now, clock)
        return {"delivered": delivered.sent, "failed": delivered.failed}
    return {"duties": await do_duties(node, now) + await fetch_media_due(node, now)}


async def run_once(node: Node, now: datetime, roles: Sequence[str] = ROLES) -> Counts:
    """All that is due at that moment, until a round finds nothing: ``work --once``."""
    aside = await in_thread(_count_aside, node)
    total: Counts = {"polled": 0, "routed": 0, "delivered": 0, "failed": 0, "duties": 0}
    while True:
        found = 0
        for role in roles:
            for name, count in (await step(node, role, now)).items():
                total[name] += count
                found += count
        if not found:
            return total | {"set_aside": await in_thread(_count_aside, node) - aside}


def _count_aside(node: Node) -> int:
    with node.database.reading() as tx:
        return count_aside(tx)


def pause_after(breaks: int) -> float:
    """Seconds before a listener that broke off so often in a row tries again; a wrong password must lock nothing."""
    return min(PAUSE_AFTER_BREAK_SECONDS * 2.0 ** min(breaks - 1, 10), LONGEST_PAUSE_SECONDS)


class EmbeddedEngine:
    """Runs the roles of one node until it is closed."""

    def __init__(self, node: Node, clock: Clock, roles: Sequence[str] = ROLES) -> None:
        self._node = node
        self._clock = clock
        self._roles = tuple(role for role in roles if role in ROLES)
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._breaks: dict[ChannelKey, int] = {}  # times that each listener broke off since it last heard

    async def start(self) -> None:
        """Begin: a worker a role, a listener a channel that offers it, and the ticks."""
        for role in self._roles:
            self._tasks.append(asyncio.create_task(self._work(role), name=f"role {role}"))
            self._scheduler.add_job(self._node.wake, "interval", args=[role], seconds=TICK_SECONDS[role], id=role)
            self._node.wake(role)
        if "poll" in self._roles:
            for channel in self._node.channels.values():
                if isinstance(channel, Listener):
                    self._tasks.append(asyncio.create_task(self._listen(channel), name=f"listen {channel.name}"))
        if "duties" in self._roles:
            self._scheduler.add_job(self._sweep, "interval", hours=1, id="sweep")
        self._scheduler.start()

    async def close(self) -> None:
        """Stop; what was under way is claimed and will be taken up again after its lease."""
        self._scheduler.shutdown(wait=False)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _work(self, role: str) -> None:
        wake = self._node.wakes[role]
        while True:
            await wake.wait()
            await self._guarded(role, lambda: step(self._node, role, self._clock.now(), self._clock))

    async def _sweep(self) -> None:
        await self._guarded("sweep", self._sweep_once)

    async def _sweep_once(self) -> Counts:
        return {"swept": await sweep_files(self._node, self._clock.now())}

    async def _listen(self, channel: Listener) -> None:
        """Poll one channel whenever it says that there is news (IMAP IDLE, Telegram's long poll)."""
        while True:
            await self._guarded("listen", lambda: self._listen_once(channel))

    async def _listen_once(self, channel: Listener) -> Counts:
        if await self._hears(channel):
            new = await poll_channel(self._node, channel, self._clock.now())
            return {"polled": new}
        return {}

    async def _hears(self, channel: Listener) -> bool:
        """A listener whose connection broke is no news of its own: ask, after a breath, so that nothing is missed."""
        key = (channel.landlord, channel.name)
        try:
            news = await channel.wait_for_news(LISTEN_SECONDS)
        except TenantlineError as problem:
            log.info(
                "listening broke off", landlord=channel.landlord, channel=channel.name, error=type(problem).__name__
            )
            self._breaks[key] = self._breaks.get(key, 0) + 1
            await asyncio.sleep(pause_after(self._breaks[key]))
            return True
        self._breaks.pop(key, None)
        return news

    async def _guarded(self, role: str, work: Callable[[], Awaitable[Counts]]) -> None:
        """One bad step must not end the loop: the rows wait, and the next tick tries again."""
        try:
            await work()
        except Exception as problem:
            log.exception("step failed", role=role, error=type(problem).__name__)
            await asyncio.sleep(PAUSE_AFTER_TROUBLE_SECONDS)
