"""Pages beside the public form: the read-only register, an alert's link, stylesheet and icon."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.routes.access import may_see_names, token_wanted
from console.alert import AlertView, load_alert, render_alert
from console.brand import brand_stylesheet
from console.register import Register, load_register, render_register
from console.templating import STATIC
from domain.ports import Clock
from scheduler.node import Node
from store.duties import acknowledge_alert
from store.in_thread import in_thread

_TYPES: Final = {"tenantline.css": "text/css", "icon.svg": "image/svg+xml"}
_FILES: Final = {name: (STATIC / name).read_bytes() for name in _TYPES}
_UNSEEN: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, kw_only=True)
class PageRoutes:
    """The addresses' parts."""

    node: Node
    clock: Clock
    operator_token: str | None

    async def register(self, request: Request) -> Response:
        """``/`` and ``/console``: how things stand, for this machine or with the operator's token."""
        if not may_see_names(request, self.operator_token):
            raise token_wanted()
        now = self.clock.now()
        return HTMLResponse(render_register(await in_thread(self._load_register, now), now), headers=_UNSEEN)

    async def alert(self, request: Request) -> Response:
        """``/alert/{token}``: GET shows a button and changes nothing, as mail scanners open links; POST takes it on."""
        token = request.path_params["token"]
        if request.method == "POST":
            await in_thread(self._acknowledge, token, self.clock.now())
        alert = await in_thread(self._load_alert, token)
        if alert is None:
            raise HTTPException(404)
        return HTMLResponse(render_alert(alert, token), headers=_UNSEEN)

    async def static(self, request: Request) -> Response:
        """``/static/{name}``; the stylesheet's address changes with its content."""
        name = request.path_params["name"]
        if name not in _FILES:
            raise HTTPException(404)
        return Response(_FILES[name], media_type=_TYPES[name], headers={"Cache-Control": "public, max-age=86400"})

    async def brand(self, request: Request) -> Response:
        """``/static/brand/{landlord}.css``: the landlord's own colour; a change of it is seen within minutes."""
        setup = self.node.landlords.get(request.path_params["landlord"])
        if setup is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=300"}
        return Response(brand_stylesheet(setup.colour), media_type="text/css", headers=headers)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {slug: setup.policy.name for slug, setup in self.node.landlords.items()}

    def _load_register(self, now: datetime) -> Register:
        with self.node.database.reading() as tx:
            return load_register(tx, now, self._names)

    def _load_alert(self, token: str) -> AlertView | None:
        with self.node.database.reading() as tx:
            return load_alert(tx, token, self._names)

    def _acknowledge(self, token: str, now: datetime) -> None:
        with self.node.database.writing() as tx:
            acknowledge_alert(tx, token=token, by="link", now=now)
