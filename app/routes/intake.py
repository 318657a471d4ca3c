"""Providers' webhooks: ``POST /in/{landlord}/{channel}``. Answered 200 only once what came is durable (design, T1)."""

import asyncio
import hashlib
import time
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from app.routes.body import BodyLimit, ClientDisconnect, TooLargeError, read_body, web_request
from app.routes.limits import FormGate
from app.routes.measures import Measures
from channels.web_form import WebForm
from domain.errors import BadSignature, Unreadable
from domain.messages import Received, SetAside, WebRequest
from domain.ports import Channel, Clock, Receiver
from scheduler.intake import Arrival, GroupIntake
from scheduler.node import Node

log = structlog.get_logger()

ORDINARY_LIMIT: Final = 1024 * 1024
"""Bytes of a webhook whose channel names no ``max_body_bytes`` of its own; Twilio's and Telegram's are a few kB."""
LARGE: Final = 256 * 1024
"""Bytes from which a body is read in a thread, so that one form with photos does not hold up a hundred texts."""
_RETRY_AFTER_SECONDS: Final = "10"
_EMPTY_JSON: Final = ("application/json", "{}")


class WebhookRoute:
    """The route's parts."""

    def __init__(self, node: Node, intake: GroupIntake, clock: Clock, measures: Measures, gate: FormGate) -> None:
        self._public_url = node.public_url
        # Asked once: whether an adapter fits a protocol costs as much as reading a text.
        self._receivers = {key: each for key, each in node.channels.items() if isinstance(each, Receiver)}
        self._intake = intake
        self._clock = clock
        self._measures = measures
        self._gate = gate

    async def handle(self, request: Request) -> Response:
        """One webhook.

        1. Find the channel (404).
        2. Read the body within the channel's limit (413).
        3. Let the channel check the signature (403) and read it; what it cannot read is kept raw. The public form has
           the same limits here as on its page (429).
        4. Store it in the next shared commit (503 where that fails, and the provider tries again).
        5. Only now answer 200, in the provider's own way.
        """
        started = time.perf_counter()
        landlord, name = request.path_params["landlord"], request.path_params["channel"]
        channel = self._receivers.get((landlord, name))
        if channel is None:
            return Response(status_code=404)
        answer = await self._take(request, channel)
        seconds = time.perf_counter() - started
        self._measures.webhook(landlord, name, answer.status_code, seconds)
        log.info("webhook", landlord=landlord, channel=name, status=answer.status_code, ms=round(1000 * seconds, 1))
        return answer

    async def _take(self, request: Request, channel: Receiver) -> Response:
        limit = BodyLimit(most=getattr(channel, "max_body_bytes", ORDINARY_LIMIT))
        try:
            body = await read_body(request, limit)
        except TooLargeError:
            return Response(status_code=413)
        except ClientDisconnect:
            return Response(status_code=400)
        now = self._clock.now()
        try:
            received = await receive(channel, web_request(request, self._public_url, body), now)
        except BadSignature:
            return Response(status_code=403)
        except Exception as problem:  # noqa: BLE001 - answered 503, so that the provider tries again
            return _try_again("reading failed", channel, problem)
        if isinstance(channel, WebForm):
            return await self._within_limits(request, channel, received, now)
        return await self._store(channel, received, now)

    async def _within_limits(self, request: Request, form: WebForm, received: Received, now: datetime) -> Response:
        """Store a form where it may be taken now; a page that is used up is as good as none (403)."""
        (message,) = received.messages
        refusal = await self._gate.refusal(form, request, message, now)
        if refusal is not None and refusal.limit == "page":
            return Response(status_code=403)
        if refusal is not None:
            return Response(status_code=429, headers={"Retry-After": str(refusal.seconds)})
        answer = await self._store(form, received, now)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._gate.give_back(form, message)
        return answer

    async def _store(self, channel: Receiver, received: Received, now: datetime) -> Response:
        try:
            await self._intake.submit(Arrival(landlord=channel.landlord, channel=channel.name, received=received), now)
        except Exception as problem:  # noqa: BLE001 - answered 503, so that the provider tries again
            return _try_again("not stored", channel, problem)
        media_type, content = getattr(channel, "webhook_answer", _EMPTY_JSON)
        return Response(content, media_type=media_type)


async def receive(channel: Receiver, request: WebRequest, now: datetime) -> Received:
    """What the channel reads in a request; what it cannot read is set aside, raw, under a digest of the body.

    Raises:
        BadSignature: nobody can tell who sent it.
    """
    try:
        if len(request.body) < LARGE:
            return channel.receive(request, now)
        return await asyncio.to_thread(channel.receive, request, now)
    except Unreadable as problem:
        return Received(set_aside=(_set_aside(channel, request, str(problem)),))


def _set_aside(channel: Channel, request: WebRequest, reason: str) -> SetAside:
    return SetAside(
        channel=channel.name,
        provider_id=f"body-{hashlib.sha256(request.body).hexdigest()[:32]}",
        raw=request.body,
        raw_type=request.header("content-type").partition(";")[0].strip().lower() or "application/octet-stream",
        reason=reason,
    )


def _try_again(event: str, channel: Channel, problem: Exception) -> Response:
    """Only the error's name is logged: its words may hold what somebody wrote."""
    log.error(event, landlord=channel.landlord, channel=channel.name, error=type(problem).__name__)
    return Response(status_code=503, headers={"Retry-After": _RETRY_AFTER_SECONDS})
