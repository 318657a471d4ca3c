"""Is the process up, can it do its work, and what do its numbers say: ``/health``, ``/ready``, ``/metrics``."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.channel_health import in_words, states_by_channel, troubles
from app.routes.access import may_see_names
from app.routes.measures import Measures
from app.wiring import trouble_of
from scheduler.node import Node
from store.in_thread import in_thread
from store.migrate import current, head


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What ``/ready`` found. A failing provider does not make a node unready: it can still take in and route."""

    database: str
    migrations: str
    channels: dict[str, str]

    @property
    def ready(self) -> bool:
        """Whether the node can do its work."""
        return self.database == "ok" and self.migrations == "ok"


class HealthRoutes:
    """The three addresses."""

    def __init__(self, node: Node, measures: Measures, operator_token: str | None) -> None:
        self._node = node
        self._measures = measures
        self._operator_token = operator_token

    async def health(self, _request: Request) -> Response:
        """The process is up, and whether it understands as it should; nothing else is looked at."""
        trouble = trouble_of(self._node.understander)
        return JSONResponse({"status": "ok"} | ({"understanding": trouble} if trouble else {}))

    async def ready(self, request: Request) -> Response:
        """200 or 503; the parts by name only for whom ``may_see_names`` lets in."""
        found = await in_thread(self._look)
        answer: dict[str, Any] = {"ready": found.ready}
        if may_see_names(request, self._operator_token):
            answer |= {"database": found.database, "migrations": found.migrations, "channels": found.channels}
        return JSONResponse(answer, status_code=200 if found.ready else 503)

    async def metrics(self, request: Request) -> Response:
        """Prometheus; counts by landlord and channel only for whom ``may_see_names`` lets in."""
        page = await self._measures.page(self._node, names=may_see_names(request, self._operator_token))
        return Response(page, media_type="text/plain; version=0.0.4; charset=utf-8")

    @cached_property
    def _needed(self) -> str:
        return head()

    def _look(self) -> Readiness:
        try:
            version = current(self._node.database)
            if version != self._needed:
                return Readiness(database="ok", migrations=f"at {version}, needs {self._needed}", channels={})
            return Readiness(database="ok", migrations="ok", channels=self._channels())
        except SQLAlchemyError as problem:
            return Readiness(database=f"fails: {type(problem).__name__}", migrations="unknown", channels={})

    def _channels(self) -> dict[str, str]:
        with self._node.database.reading() as tx:
            states = states_by_channel(tx)
        return {
            f"{landlord}/{name}": in_words(troubles(channel, states.get((landlord, name))))
            for (landlord, name), channel in self._node.channels.items()
        }
