"""The public form's address, ``/feedback/{landlord}``, and its thanks. Drawn by ``console.feedback``."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.routes.body import BodyLimit, ClientDisconnect, TooLargeError, read_body, web_request
from app.routes.intake import receive
from channels.posted_forms import FormLimits, PostedForm, read_form
from channels.web_form import WebForm
from console.feedback import (
    FormPage,
    choose_language,
    find_mistakes,
    render_form,
    render_sent,
    render_too_large,
    reply_way,
    sent_url,
)
from console.templating import load_words
from domain.errors import BadSignature, Unreadable
from domain.messages import WebRequest
from domain.policies import Policy
from domain.ports import Clock
from scheduler.intake import Arrival, GroupIntake
from scheduler.node import Node

log = structlog.get_logger()
_UNSEEN: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language"}


@dataclass(frozen=True, kw_only=True)
class FeedbackRoutes:
    """The addresses' parts."""

    node: Node
    intake: GroupIntake
    clock: Clock

    async def form(self, request: Request) -> Response:
        """The empty form on GET; on POST: check, store, and send the browser on to the thanks."""
        channel = self._channel(request.path_params["landlord"])
        if request.method == "POST":
            return await self._take(request, channel)
        return self._page(channel, _language(request))

    async def sent(self, request: Request) -> Response:
        """The thanks, which may be loaded again and again without anything being sent again."""
        channel = self._channel(request.path_params["landlord"])
        language = _language(request)
        page = render_sent(self._policy(channel), language, request.query_params.get("by", "none"))
        return _html(page, language)

    async def _take(self, request: Request, channel: WebForm) -> Response:
        """One sent form.

        1. Read it within the channel's limit; what is over is read and let go, or the browser never shows the answer.
        2. Ask again for what is missing, with everything that was typed kept.
        3. Let the channel check its token: on a page left open too long the words are kept and a new token given.
        4. Store it, once: the same page sent twice is the same message.
        """
        language = _language(request)
        limit = BodyLimit(most=channel.max_body_bytes, drain=3 * channel.max_body_bytes)
        try:
            body = await read_body(request, limit)
        except TooLargeError:
            return _html(render_too_large(self._policy(channel), language), language, status=413)
        except ClientDisconnect:
            return Response(status_code=400)
        posted = web_request(request, self.node.public_url, body)
        form = await asyncio.to_thread(_read, posted, limit.most)
        if form is None:
            return self._page(channel, language, mistakes={"send": load_words(language)["not_read"]}, status=400)
        return await self._check(channel, posted, form, language)

    async def _check(self, channel: WebForm, posted: WebRequest, form: PostedForm, language: str) -> Response:
        words = load_words(language)
        mistakes = find_mistakes(form.fields, has_files=bool(form.files or form.left_out), language=language)
        if mistakes:
            return self._page(channel, language, form, mistakes, status=422)
        try:
            await self._store(channel, posted)
        except BadSignature:
            return self._page(channel, language, form, {"send": words["page_too_old"]}, status=403)
        except Exception as problem:  # noqa: BLE001 - whatever it is, nobody's words may be lost
            log.warning("form not stored", landlord=channel.landlord, error=type(problem).__name__)
            return self._page(channel, language, form, {"send": words["not_stored"]}, status=503)
        return RedirectResponse(sent_url(channel.landlord, language, reply_way(form.fields)), status_code=303)

    async def _store(self, channel: WebForm, posted: WebRequest) -> None:
        now = self.clock.now()
        received = await receive(channel, posted, now)
        arrival = Arrival(landlord=channel.landlord, channel=channel.name, received=received)
        inserted = await self.intake.submit(arrival, now)
        log.info("form", landlord=channel.landlord, channel=channel.name, new=len(inserted.new))

    def _page(
        self,
        channel: WebForm,
        language: str,
        form: PostedForm | None = None,
        mistakes: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        page = FormPage(
            policy=self._policy(channel),
            language=language,
            token=channel.new_token(secrets.token_urlsafe(16), self.clock.now()),
            given=form.fields if form else {},
            mistakes=mistakes or {},
            had_photos=bool(form and (form.files or form.left_out)),
        )
        return _html(render_form(page), language, status=status)

    def _channel(self, landlord: str) -> WebForm:
        """The landlord's form; 404 where it has none, or there is no such landlord."""
        known = landlord in self.node.landlords
        for each in self.node.channels_of(landlord) if known else ():
            if isinstance(each, WebForm):
                return each
        raise HTTPException(404)

    def _policy(self, channel: WebForm) -> Policy:
        return self.node.landlords[channel.landlord].policy


def _read(posted: WebRequest, most: int) -> PostedForm | None:
    try:
        return read_form(posted, FormLimits(body=most, file=most, files=100))
    except Unreadable:
        return None


def _language(request: Request) -> str:
    return choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


def _html(page: str, language: str, status: int = 200) -> Response:
    return HTMLResponse(page, status_code=status, headers={**_UNSEEN, "Content-Language": language})
