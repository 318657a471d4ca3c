"""What Prometheus sees: counts and times of this application, in registries of its own, and how much waits."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Connection, Table, func, select

from scheduler.node import Node
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
        return page + generate_latest(self.named) if names else page


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
