"""A stand-in for Twilio's Messages interface (SMS and WhatsApp): stateful, on loopback only, for demo and tests.

Shapes, codes and webhooks follow Twilio's REST reference for Messages, Media and Messaging Webhooks. It must never
reach the real Twilio and holds everything in memory.
"""

import asyncio
import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

from aiohttp import web
from twilio.request_validator import RequestValidator

from app.lookalikes.loopback import LoopbackServer, Refusal
from app.lookalikes.twilio_shapes import Medium, Text, as_json, error, inbound_form, matches, media_path

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})
_STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages. Reply START to resubscribe."
)
_STARTED = "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe."
_WINDOW = timedelta(hours=24)  # WhatsApp's customer service window
_VALID = re.compile(r"(whatsapp:)?\+[1-9]\d{7,14}")
_CODE_OF_STATUS = {401: 20003, 403: 20003, 404: 20404, 429: 20429, 500: 20500, 503: 20503}
_LONGEST = 1600

__all__ = ["Medium", "Text", "TwilioLookalike"]


@dataclass
class TwilioLookalike(LoopbackServer):
    """Twilio for one account: `numbers` maps each of its numbers to the public webhook address (None: no webhook).

    Webhooks and status callbacks are signed with `auth_token` over the public address. `other_token` is accepted for
    requests too (Twilio's secondary token). With `reports` every accepted message is reported sent and delivered.
    """

    account_sid: str = "AC" + "0" * 31 + "1"
    auth_token: str = "twilio-token-of-the-stand-in"  # noqa: S105 - opens nothing but this stand-in
    other_token: str | None = None
    numbers: dict[str, str | None] = field(default_factory=lambda: {"+447700900100": None})
    reports: bool = False
    page_size: int = 50
    sent: list[Text] = field(default_factory=list, init=False)
    confirmations: list[Text] = field(default_factory=list, init=False)
    stopped: set[tuple[str, str]] = field(default_factory=set, init=False)
    _texts: dict[str, Text] = field(default_factory=dict, init=False)
    _webhooks: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict, init=False)
    _serial: int = field(default=0, init=False)
    _follow_ups: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    # What a test or the demo does

    async def tenant_texts(
        self,
        from_: str,
        body: str,
        *,
        to: str | None = None,
        media: Sequence[Medium] = (),
        opt_out_type: str | None = None,
        profile_name: str = "",
        missed: bool = False,
        fields: Mapping[str, str] | None = None,
    ) -> str:
        """A tenant writes; returns the message SID once the webhook was answered (or not sent, when `missed`).

        `from_` and `to` carry `whatsapp:` for WhatsApp. `to` is the account's first number when not given.
        `opt_out_type` overrides what the keyword says ("" for none); `fields` adds or replaces form fields.
        """
        whatsapp = from_.startswith("whatsapp:")
        to = to or ("whatsapp:" if whatsapp else "") + next(iter(self.numbers))
        sid = self._new_sid("MM" if media else "SM")
        kept = tuple(replace(each, sid=each.sid or self._new_sid("ME")) for each in media)
        text = Text(
            sid=sid,
            account_sid=self.account_sid,
            from_=from_,
            to=to,
            body=body,
            direction="inbound",
            status="received",
            sent_at=self.clock(),
            media=kept,
        )
        self._texts[sid] = text
        kind = self._note_keyword(text) if opt_out_type is None else opt_out_type
        url = self.numbers.get(to.removeprefix("whatsapp:"))
        if url is None:
            return sid
        form = inbound_form(text, self.base_url, opt_out_type=kind, profile_name=profile_name) | dict(fields or {})
        self._webhooks[sid] = (url, form)
        if not missed:
            await self.redeliver(sid)
        return sid

    async def redeliver(self, sid: str) -> int:
        """Post the webhook of an inbound message (again); the HTTP status it got, 0 for none."""
        url, form = self._webhooks[sid]
        return await self._post_signed(url, form)

    async def report(self, sid: str, status: str, *, error_code: int | None = None) -> int:
        """Move an outbound message to `status` (sent, delivered, undelivered, failed, read) and post its callback."""
        text = replace(self._texts[sid], status=status, error_code=error_code)
        self._remember(text)
        if text.status_callback is None:
            return 0
        form = {
            "SmsSid": sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": text.to,
            "MessageSid": sid,
            "AccountSid": self.account_sid,
            "From": text.from_,
            "ApiVersion": "2010-04-01",
        }
        if error_code is not None:
            form["ErrorCode"] = str(error_code)
        return await self._post_signed(text.status_callback, form)

    async def settle(self) -> None:
        """Wait until every status callback that is owed by itself was posted."""
        while self._follow_ups:
            await asyncio.gather(*self._follow_ups)

    def texts_to(self, number: str) -> list[str]:
        """The bodies sent to a number through the interface, oldest first (without Twilio's own confirmations)."""
        return [text.body for text in self.sent if text.to == number]

    def webhook_form(self, sid: str) -> dict[str, str]:
        """The form of an inbound message's webhook, as posted."""
        return dict(self._webhooks[sid][1])

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """X-Twilio-Signature of a form posted to a public address."""
        return str(RequestValidator(self.auth_token).compute_signature(url, dict(form)))

    # The interface

    def routes(self) -> list[web.RouteDef]:
        """The part of Twilio's interface that we use."""
        account = "/2010-04-01/Accounts/{account}"
        return [
            web.get(f"{account}.json", self._account),
            web.post(f"{account}/Messages.json", self._create),
            web.get(f"{account}/Messages.json", self._list),
            web.get(account + "/Messages/{sid}.json", self._read),
            web.get(account + "/Messages/{sid}/Media.json", self._media_list),
            web.get(account + "/Messages/{sid}/Media/{medium}", self._medium),
            web.get("/cdn/{sid}/{medium}", self._cdn),
        ]

    def refuse(self, request: web.Request, refusal: Refusal) -> web.Response:
        """Twilio's JSON of an error."""
        del request
        code = refusal.code or _CODE_OF_STATUS.get(refusal.status, 20001)
        headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        return error(refusal.status, code, headers)

    def _authenticated(self, request: web.Request) -> bool:
        tokens = [self.auth_token, *([self.other_token] if self.other_token else [])]
        good = [base64.b64encode(f"{self.account_sid}:{token}".encode()).decode() for token in tokens]
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        return request.match_info["account"] == self.account_sid and given in good

    async def _account(self, request: web.Request) -> web.Response:
        if not self._authenticated(request):
            return error(401, 20003)
        return web.json_response({"sid": self.account_sid, "status": "active", "friendly_name": "Stand-in"})

    async def _create(self, request: web.Request) -> web.Response:
        if not self._authenticated(request):
            return error(401, 20003)
        form = await request.post()
        to, body = str(form.get("To", "")), str(form.get("Body", ""))
        from_ = str(form.get("From", "")) or next(iter(self.numbers))
        content_sid = str(form.get("ContentSid", "")) or None
        if not _VALID.fullmatch(to):
            return error(400, 21211)
        if not body and content_sid is None and "MediaUrl" not in form:
            return error(400, 21602)
        if len(body) > _LONGEST:
            return error(400, 21617)
        if (from_, to) in self.stopped:
            return error(400, 21610)
        text = Text(
            sid=self._new_sid("SM"),
            account_sid=self.account_sid,
            from_=from_,
            to=to,
            body=body,
            direction="outbound-api",
            status="queued",
            sent_at=self.clock(),
            status_callback=str(form.get("StatusCallback", "")) or None,
            content_sid=content_sid,
            content_variables=str(form.get("ContentVariables", "")) or None,
            media_urls=tuple(str(each) for each in form.getall("MediaUrl", [])),
        )
        self.sent.append(text)
        self._texts[text.sid] = text
        follow_up = asyncio.create_task(self._progress(text))
        self._follow_ups.add(follow_up)
        follow_up.add_done_callback(self._follow_ups.discard)
        return web.json_response(as_json(text), status=201)

    async def _progress(self, text: Text) -> None:
        """Report what becomes of an accepted message: outside WhatsApp's window a free text fails, afterwards."""
        if text.to.startswith("whatsapp:") and text.content_sid is None and not self._window_open(text):
            await self.report(text.sid, "undelivered", error_code=63016)
        elif self.reports:
            await self.report(text.sid, "sent")
            await self.report(text.sid, "delivered")

    def _window_open(self, text: Text) -> bool:
        return any(
            each.direction == "inbound" and each.from_ == text.to and each.sent_at > text.sent_at - _WINDOW
            for each in self._texts.values()
        )

    async def _list(self, request: web.Request) -> web.Response:
        if not self._authenticated(request):
            return error(401, 20003)
        query = request.query
        found = [text for text in reversed(self._texts.values()) if matches(text, query)]
        size, page = int(query.get("PageSize", self.page_size)), int(query.get("Page", 0))
        here = found[page * size : (page + 1) * size]
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"

        def uri(number: int) -> str:
            kept = {name: value for name, value in query.items() if name not in {"Page", "PageSize"}}
            return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': number})}"

        return web.json_response(
            {
                "messages": [as_json(text) for text in here],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(len(here) - 1, 0),
                "uri": uri(page),
                "first_page_uri": uri(0),
                "previous_page_uri": uri(page - 1) if page else None,
                "next_page_uri": uri(page + 1) if len(found) > (page + 1) * size else None,
            }
        )

    async def _read(self, request: web.Request) -> web.Response:
        if not self._authenticated(request):
            return error(401, 20003)
        text = self._texts.get(request.match_info["sid"])
        return error(404, 20404) if text is None else web.json_response(as_json(text))

    async def _media_list(self, request: web.Request) -> web.Response:
        if not self._authenticated(request):
            return error(401, 20003)
        text = self._texts.get(request.match_info["sid"])
        if text is None:
            return error(404, 20404)
        rows = [
            {
                "sid": medium.sid,
                "account_sid": self.account_sid,
                "parent_sid": text.sid,
                "content_type": medium.content_type,
                "date_created": format_datetime(text.sent_at),
                "date_updated": format_datetime(text.sent_at),
                "uri": media_path(text, medium) + ".json",
            }
            for medium in text.media
        ]
        return web.json_response({"media_list": rows, "page": 0, "page_size": 50, "next_page_uri": None})

    async def _medium(self, request: web.Request) -> web.Response:
        if not self._authenticated(request):
            return error(401, 20003)
        sid, medium = request.match_info["sid"], request.match_info["medium"]
        return web.Response(status=307, headers={"Location": f"{self.base_url}/cdn/{sid}/{medium}"})

    async def _cdn(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:  # the store behind refuses credentials that are not its own
            return web.Response(status=400)
        text = self._texts.get(request.match_info["sid"])
        for medium in text.media if text else ():
            if medium.sid == request.match_info["medium"]:
                return web.Response(body=medium.content, content_type=medium.content_type)
        return web.Response(status=404)

    # Inside

    def _new_sid(self, kind: str) -> str:
        self._serial += 1
        return f"{kind}{self._serial:032x}"

    def _remember(self, text: Text) -> None:
        self._texts[text.sid] = text
        self.sent[:] = [text if each.sid == text.sid else each for each in self.sent]

    def _note_keyword(self, text: Text) -> str:
        """Do what Twilio does on STOP and START; which of them it was, or an empty string."""
        word, pair = text.body.strip().upper(), (text.to, text.from_)
        if word in _STOP:
            self.stopped.add(pair)
            self._confirm(text, _STOPPED)
            return "STOP"
        if word in _START or (word == "YES" and pair in self.stopped):
            self.stopped.discard(pair)
            self._confirm(text, _STARTED)
            return "START"
        return "HELP" if word in _HELP else ""

    def _confirm(self, text: Text, body: str) -> None:
        answer = replace(
            text,
            sid=self._new_sid("SM"),
            from_=text.to,
            to=text.from_,
            body=body,
            direction="outbound-reply",
            status="delivered",
            media=(),
        )
        self.confirmations.append(answer)
        self._texts[answer.sid] = answer

    async def _post_signed(self, url: str, form: dict[str, str]) -> int:
        return await self.post(url, data=form, headers={"X-Twilio-Signature": self.sign(url, form)})
