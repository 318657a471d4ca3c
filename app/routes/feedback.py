"""The public form's address, ``/feedback/{landlord}``, and its thanks. Drawn by ``console.feedback``."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.routes.body import BodyLimit, ClientDisconnect, TooLargeError, read_body, web_request
from app.routes.intake import receive
from app.routes.limits import FormGate, Refusal
from channels.posted_forms import FormLimits, PostedForm, read_form
from channels.web_form import TOKEN_FIELD, WebForm
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
from domain.messages import Received, WebRequest
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
    gate: FormGate

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
        4. Ask whoever sends too much to wait, with the words kept; danger never waits.
        5. Store it, once: the same page sent twice is the same message. Where that fails the page keeps its token, so
           that it is one message even if it was stored after all.
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
        return await self._check(channel, request, posted, form)

    async def _check(self, channel: WebForm, request: Request, posted: WebRequest, form: PostedForm) -> Response:
        language = _language(request)
        words = load_words(language)
        mistakes = find_mistakes(form.fields, has_files=bool(form.files or form.left_out), language=language)
        if mistakes:
            return self._page(channel, language, form, mistakes, status=422)
        now = self.clock.now()
        try:
            received = await receive(channel, posted, now)
        except BadSignature:
            return self._page(channel, language, form, {"send": words["page_too_old"]}, status=403)
        except Exception as problem:  # noqa: BLE001 - whatever it is, nobody's words may be lost
            return self._not_stored(channel, language, form, problem)
        (message,) = received.messages
        if refusal := await self.gate.refusal(channel, request, message, now):
            return self._please_wait(channel, language, form, refusal)
        try:
            await self._store(channel, received, now)
        except Exception as problem:  # noqa: BLE001 - whatever it is, nobody's words may be lost
            self.gate.give_back(channel, message)
            return self._not_stored(channel, language, form, problem)
        return RedirectResponse(sent_url(channel.landlord, language, reply_way(form.fields)), status_code=303)

    def _please_wait(self, channel: WebForm, language: str, form: PostedForm, refusal: Refusal) -> Response:
        """The page with the words, and when it will be taken; one that is used up is replaced by a fresh one."""
        words = load_words(language)
        if refusal.limit == "page":
            return self._page(channel, language, form, {"send": words["page_used"]}, status=403)
        told = words["too_many" if refusal.minutes > 1 else "too_many_soon"].format(minutes=refusal.minutes)
        answer = self._page(channel, language, form, {"send": told}, status=429, token=form.field(TOKEN_FIELD))
        answer.headers["Retry-After"] = str(refusal.seconds)
        return answer

    def _not_stored(self, channel: WebForm, language: str, form: PostedForm, problem: Exception) -> Response:
        log.warning("form not stored", landlord=channel.landlord, error=type(problem).__name__)
        words = load_words(language)
        return self._page(
            channel, language, form, {"send": words["not_stored"]}, status=503, token=form.field(TOKEN_FIELD)
        )

    async def _store(self, channel: WebForm, received: Received, now: datetime) -> None:
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
        *,
        token: str | None = None,
    ) -> Response:
        page = FormPage(
            policy=self._policy(channel),
            language=language,
            token=token or channel.new_token(secrets.token_urlsafe(16), self.clock.now()),
            given=form.fields if form else {},
            mistakes=mistakes or {},
            had_photos=bool(form and (form.files or form.left_out)),
            rings=status == HTTPStatus.TOO_MANY_REQUESTS,
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
