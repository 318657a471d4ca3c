"""What Prometheus sees: counts and times of this application, in registries of its own, and how much waits."""

from collections.abc import Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Connection, Table, func, select

from app.channel_health import sides, states_by_channel, troubles
from scheduler.node import ChannelKey, Node
from store.in_thread import in_thread
from store.tables import ALERT, ATTACHMENT, MESSAGE, OBLIGATION, OUTBOX, SET_ASIDE, TASK

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Measures:
    """One application's measures. ``public`` names no landlord and no channel; ``named`` does."""

    def __init__(self) -> None:
        self.public = CollectorRegistry()
        self.named = CollectorRegistry()
        self._requests = Counter(
            "tenantline_webhooks", "Webhooks answered, by status", ["status"], registry=self.public
        )
        self._seconds = Histogram(
            "tenantline_webhook_seconds", "Time to a durable webhook", buckets=_SECONDS, registry=self.public
        )
        self._waiting = Gauge(
            "tenantline_waiting", "Rows that wait, by what they wait for", ["for"], registry=self.public
        )
        self._by_channel = Counter(
            "tenantline_channel_webhooks",
            "Webhooks answered, by channel and status",
            ["landlord", "channel", "status"],
            registry=self.named,
        )

        self._failing = Gauge(
            "tenantline_channel_failing",
            "1 where this side of a channel fails: receiving or sending",
            ["landlord", "channel", "side"],
            registry=self.named,
        )

    def webhook(self, landlord: str, channel: str, status: int, seconds: float) -> None:
        """Count one answered webhook of a channel that exists."""
        self._requests.labels(status=str(status)).inc()
        self._by_channel.labels(landlord=landlord, channel=channel, status=str(status)).inc()
        self._seconds.observe(seconds)

    async def page(self, node: Node, *, names: bool) -> bytes:
        """Prometheus's text format, with how much waits at this moment."""
        for what, count in (await in_thread(_count_waiting, node)).items():
            self._waiting.labels(what).set(count)
        page = generate_latest(self.public)
        if not names:
            return page
        await self._set_failing(node)
        return page + generate_latest(self.named)

    async def _set_failing(self, node: Node) -> None:
        states = await in_thread(_states, node)
        for (landlord, name), channel in node.channels.items():
            failing = {each.side for each in troubles(channel, states.get((landlord, name)))}
            for side in sides(channel):
                self._failing.labels(landlord, name, side).set(side in failing)


def _states(node: Node) -> Mapping[ChannelKey, Mapping[str, Any]]:
    with node.database.reading() as tx:
        return states_by_channel(tx)


def _count_waiting(node: Node) -> Mapping[str, int]:
    wanted = {
        "routing": (MESSAGE, "waiting"),
        "sending": (OUTBOX, "waiting"),
        "media": (ATTACHMENT, "waiting"),
        "a_person": (TASK, "open"),
        "a_reader": (SET_ASIDE, "waiting"),
        "acknowledgement_of_alert": (ALERT, "open"),
        "breached_duties": (OBLIGATION, "breached"),
    }
    with node.database.reading() as tx:
        return {what: _count(tx, table, state) for what, (table, state) in wanted.items()}


def _count(tx: Connection, table: Table, state: str) -> int:
    return tx.execute(select(func.count()).select_from(table).where(table.c.state == state)).scalar_one()
