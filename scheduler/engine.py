"""The embedded engine: one node's steps, woken by arrivals and by APScheduler's ticks.

Its own tables are the truth; a job or a wake is only a hint, and a lost one costs a tick. APScheduler's job store is
in memory and belongs to this process alone (design section 5: a shared one runs jobs twice).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.ports import Clock, Fetcher
from scheduler.delivery import deliver_due
from scheduler.duties import do_duties, pin_audit, sweep_files
from scheduler.media import fetch_media_due
from scheduler.node import ROLES, Node
from scheduler.polling import poll_due
from scheduler.routing import route_waiting
from scheduler.watching import Watch
from store.aside import count_aside
from store.in_thread import in_thread, threads_at_rest

log = structlog.get_logger()
TICK_SECONDS: Final[Mapping[str, int]] = {"poll": 15, "route": 5, "duties": 10, "deliver": 5, "media": 10}
PAUSE_AFTER_TROUBLE_SECONDS = 5.0

Counts = dict[str, int]


async def step(node: Node, role: str, now: datetime, clock: Clock | None = None) -> Counts:
    """One role's work until nothing of it is due; the counts of what was done.

    Without a clock ``now`` stays, and may be made up: then the day is not anchored either.
    """
    if role == "poll":
        return {"polled": await poll_due(node, now, clock)}
    if role == "route":
        return {"routed": await route_waiting(node, now, clock)}
    if role == "deliver":
        delivered = await deliver_due(node, now, clock)
        return {"delivered": delivered.sent, "failed": delivered.failed}
    if role == "media":
        return {"fetched": await fetch_media_due(node, now, clock)}
    if clock is not None:
        await pin_audit(node, now)
    return {"duties": await do_duties(node, now)}


async def run_once(node: Node, now: datetime, roles: Sequence[str] = ROLES, clock: Clock | None = None) -> Counts:
    """All that is due at that moment, until a round finds nothing: ``work --once``."""
    aside = await in_thread(_count_aside, node)
    total: Counts = {"polled": 0, "routed": 0, "duties": 0, "delivered": 0, "failed": 0, "fetched": 0}
    while True:
        found = 0
        for role in roles:
            for name, count in (await step(node, role, clock.now() if clock else now, clock)).items():
                total[name] += count
                found += count
        if not found:
            return total | {"set_aside": await in_thread(_count_aside, node) - aside}


def _count_aside(node: Node) -> int:
    with node.database.reading() as tx:
        return count_aside(tx)


class EmbeddedEngine:
    """Runs the roles of one node until it is closed."""

    def __init__(
        self, node: Node, clock: Clock, roles: Sequence[str] = ROLES, ticks: Mapping[str, int] = TICK_SECONDS
    ) -> None:
        self._node = node
        self._clock = clock
        self._roles = tuple(role for role in roles if role in ROLES)
        self._ticks = ticks
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin: a worker a role, a watch a channel that can be asked, and the ticks."""
        for role in self._roles:
            work = self._watch() if role == "poll" else self._work(role)
            self._tasks.append(asyncio.create_task(work, name=f"role {role}"))
            self._scheduler.add_job(self._node.wake, "interval", args=[role], seconds=self._ticks[role], id=role)
            self._node.wake(role)
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
        await threads_at_rest()

    async def _work(self, role: str) -> None:
        wake = self._node.wakes[role]
        while True:
            await wake.wait()
            await self._guarded(role, lambda: step(self._node, role, self._clock.now(), self._clock))

    async def _watch(self) -> None:
        """Every channel is watched by itself: at a wake each is told, and nobody waits for the slowest."""
        channels = [channel for channel in self._node.channels.values() if isinstance(channel, Fetcher)]
        watches = [Watch(self._node, channel, self._clock) for channel in channels]
        await asyncio.gather(self._tick(watches), *(watch.run() for watch in watches))

    async def _tick(self, watches: Sequence[Watch]) -> None:
        wake = self._node.wakes["poll"]
        while True:
            await wake.wait()
            for watch in watches:
                watch.tick()

    async def _sweep(self) -> None:
        await self._guarded("sweep", lambda: sweep_files(self._node, self._clock.now()))

    async def _guarded(self, role: str, work: Callable[[], Awaitable[object]]) -> None:
        """One bad step must not end the loop: the rows wait, and the next tick tries again."""
        try:
            await work()
        except Exception as problem:
            log.exception("step failed", role=role, error=type(problem).__name__)
            await asyncio.sleep(PAUSE_AFTER_TROUBLE_SECONDS)
