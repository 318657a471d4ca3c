"""A stand-in for Telegram's Bot API: stateful, on loopback only, for demo and tests.

Updates repeat until they are confirmed by an offset or by a webhook's 2xx, as the real ones do. Shapes and error words
follow the Bot API reference. It must never reach the real Telegram.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from app.lookalikes.loopback import LoopbackServer, Refusal

_LONGEST = 4096  # characters of a message's text
_LARGEST_FILE = 20 * 2**20  # getFile's limit
_MOST_UPDATES = 100
_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests: retry after {seconds}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_TAKEN = range(200, 300)
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message the bot sent."""

    chat_id: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass
class TelegramLookalike(LoopbackServer):
    """Telegram for one bot. `blocked` holds the chats that blocked it; chats exist once somebody wrote from them.

    With `retry_seconds` a refused webhook is posted again by itself; without, when `redeliver` is called.
    """

    token: str = "700000001:stand-in-token-opens-nothing"  # noqa: S105 - opens nothing but this stand-in
    username: str = "tenantline_stand_in_bot"
    retry_seconds: float | None = None
    sent: list[Sent] = field(default_factory=list, init=False)
    answered: list[str] = field(default_factory=list, init=False)
    blocked: set[int] = field(default_factory=set, init=False)
    webhook_url: str = field(default="", init=False)
    webhook_secret: str = field(default="", init=False)
    pending: list[dict[str, Any]] = field(default_factory=list, init=False)
    _chats: dict[int, str] = field(default_factory=dict, init=False)
    _files: dict[str, tuple[str, bytes]] = field(default_factory=dict, init=False)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition, init=False)
    polled: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """Set by the first getUpdates."""
    _poll: int = field(default=0, init=False)
    _update_id: int = field(default=900_000_000, init=False)
    _message_id: int = field(default=0, init=False)
    _last_error: str = field(default="", init=False)
    _delivering: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _retry: asyncio.Task[None] | None = field(default=None, init=False)

    # What a test or the demo does

    async def tenant_writes(
        self,
        chat_id: int,
        text: str,
        *,
        name: str = "Tenant",
        photo: bytes | None = None,
        document: tuple[str, str, bytes] | None = None,
    ) -> dict[str, Any]:
        """A tenant writes in a private chat; returns the update. `document`: file name, content type, bytes.

        With a photo or a document the text is its caption.
        """
        self._chats[chat_id] = name
        self._message_id += 1
        message = self._message(chat_id, self._message_id)
        if photo is not None:
            message["photo"] = [self._keep_file(f"photos/file_{self._message_id}.jpg", photo) | _PIXELS]
        if document is not None:
            file_name, content_type, content = document
            kept = self._keep_file(f"documents/file_{self._message_id}", content)
            message["document"] = kept | {"file_name": file_name, "mime_type": content_type}
        if text:
            message["text" if photo is None and document is None else "caption"] = text
        return await self._arrive({"message": message})

    async def tenant_edits(self, update: Mapping[str, Any], text: str) -> dict[str, Any]:
        """A tenant edits an earlier message (the update that it came in)."""
        message: dict[str, Any] = dict(update["message"] if "message" in update else update["edited_message"])
        message["text"] = text
        message["edit_date"] = max(int(self.clock().timestamp()), int(message.get("edit_date", message["date"])) + 1)
        return await self._arrive({"edited_message": message})

    async def tenant_presses(self, chat_id: int, payload: str) -> dict[str, Any]:
        """A tenant presses a button of the bot's last message in that chat."""
        shown = next(each for each in reversed(self.sent) if each.chat_id == chat_id)
        message = self._message(chat_id, shown.message_id) | {"from": self._bot(), "text": shown.text}
        callback = {
            "id": str(4_000_000_000 + self._update_id),
            "from": self._person(chat_id),
            "message": message,
            "chat_instance": "1",
            "data": payload,
        }
        return await self._arrive({"callback_query": callback})

    async def tenant_blocks(self, chat_id: int) -> dict[str, Any]:
        """A tenant blocks the bot: an event that is not a message, and 403 from then on."""
        self.blocked.add(chat_id)
        status = {"user": self._bot(), "status": "kicked", "until_date": 0}
        event = {"chat": self._chat(chat_id), "from": self._person(chat_id), "date": int(self.clock().timestamp())}
        return await self._arrive({"my_chat_member": {**event, "old_chat_member": status, "new_chat_member": status}})

    async def redeliver(self) -> int:
        """Post what is pending to the webhook, oldest first, until one is refused; how many were taken."""
        taken = 0
        async with self._delivering:
            while self.pending and self.webhook_url:
                update = self.pending[0]
                status = await self.post_update(update)
                if status not in _TAKEN:
                    self._last_error = f"Wrong response from the webhook: {status}"
                    break
                self.pending.remove(update)
                taken += 1
        return taken

    async def post_update(self, update: Mapping[str, Any]) -> int:
        """Post one update to the webhook, pending or not; the HTTP status, 0 for none."""
        headers = {"Content-Type": "application/json"}
        if self.webhook_secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook_secret
        return await self.post(self.webhook_url, data=json.dumps(update).encode(), headers=headers)

    def texts_to(self, chat_id: int) -> list[str]:
        """The texts that the bot sent to a chat, oldest first."""
        return [each.text for each in self.sent if each.chat_id == chat_id]

    # The interface

    def routes(self) -> list[web.RouteDef]:
        """The part of the Bot API that we use; methods are not case sensitive."""
        return [
            web.route("*", "/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/{path:.+}", self._file),
        ]

    def refuse(self, request: web.Request, refusal: Refusal) -> web.Response:
        """Telegram's JSON of an error; a gateway's HTML for 502 and above, as really comes."""
        del request
        if refusal.status >= 502:  # noqa: PLR2004 - from here on nginx answers, not the Bot API
            return web.Response(status=refusal.status, text="<html>Bad Gateway</html>", content_type="text/html")
        return _error(refusal.status, seconds=refusal.retry_after)

    async def __aexit__(self, *error: object) -> None:
        if self._retry is not None:
            self._retry.cancel()
        async with self._news:
            self._poll += 1
            self._news.notify_all()
        await super().__aexit__(*error)

    async def _call(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _error(401)
        given = await _parameters(request)
        methods = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "sendmessage": self._send_message,
            "answercallbackquery": self._answer_button,
            "getfile": self._get_file,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._set_webhook,
            "getwebhookinfo": self._get_webhook_info,
        }
        method = methods.get(request.match_info["method"].lower())
        return _error(404) if method is None else await method(given)

    async def _get_me(self, _: Mapping[str, Any]) -> web.Response:
        return _ok(self._bot() | {"can_join_groups": False})

    async def _answer_button(self, given: Mapping[str, Any]) -> web.Response:
        self.answered.append(str(given.get("callback_query_id", "")))
        return _ok(result=True)

    async def _get_webhook_info(self, _: Mapping[str, Any]) -> web.Response:
        info = {"url": self.webhook_url, "has_custom_certificate": False, "pending_update_count": len(self.pending)}
        return _ok(info | ({"last_error_message": self._last_error} if self._last_error else {}))

    async def _get_updates(self, given: Mapping[str, Any]) -> web.Response:
        if self.webhook_url:
            return _error(409, words=_WEBHOOK_ACTIVE)
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", _MOST_UPDATES))
        self._poll += 1
        mine = self._poll
        self.polled.set()
        if offset < 0:
            self.pending[:] = self.pending[offset:]
        else:
            self.pending[:] = [update for update in self.pending if update["update_id"] >= offset]
        async with self._news:
            self._news.notify_all()  # an older poll ends with 409
            with suppress(TimeoutError):
                if not self.pending:
                    heard = self._news.wait_for(lambda: bool(self.pending) or self._poll != mine)
                    await asyncio.wait_for(heard, int(given.get("timeout", 0)))
        return _error(409) if self._poll != mine else _ok(self.pending[: max(1, min(limit, _MOST_UPDATES))])

    async def _send_message(self, given: Mapping[str, Any]) -> web.Response:
        chat_id, text = int(given.get("chat_id", 0)), str(given.get("text", ""))
        if chat_id not in self._chats:
            return _error(400, words="Bad Request: chat not found")
        if chat_id in self.blocked:
            return _error(403)
        if not text:
            return _error(400, words="Bad Request: message text is empty")
        if len(text) > _LONGEST:
            return _error(400, words="Bad Request: message is too long")
        self._message_id += 1
        sent = Sent(chat_id=chat_id, message_id=self._message_id, text=text, buttons=_buttons(given))
        self.sent.append(sent)
        return _ok(self._message(chat_id, sent.message_id) | {"from": self._bot(), "text": text})

    async def _get_file(self, given: Mapping[str, Any]) -> web.Response:
        kept = self._files.get(str(given.get("file_id", "")))
        if kept is None:
            return _error(400, words="Bad Request: wrong file_id or the file is temporarily unavailable")
        path, content = kept
        if len(content) > _LARGEST_FILE:
            return _error(400, words="Bad Request: file is too big")
        return _ok(_file_of(path, content) | {"file_path": path})

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _error(401)
        for path, content in self._files.values():
            if path == request.match_info["path"]:
                return web.Response(body=content)
        return _error(404)

    async def _set_webhook(self, given: Mapping[str, Any]) -> web.Response:
        url, secret = str(given.get("url", "")), str(given.get("secret_token", ""))
        if url and not url.startswith("https://"):
            return _error(400, words="Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not _SECRET.fullmatch(secret):
            return _error(400, words="Bad Request: secret token contains unallowed characters")
        self.webhook_url, self.webhook_secret = url, secret
        if given.get("drop_pending_updates") in (True, "true", "True"):
            self.pending.clear()
        if self.retry_seconds is not None and self._retry is None:
            self._retry = asyncio.create_task(self._keep_trying(self.retry_seconds))
        return _ok(result=True)

    # Inside

    async def _keep_trying(self, seconds: float) -> None:
        while True:
            await self.redeliver()
            await asyncio.sleep(seconds)

    async def _arrive(self, event: dict[str, Any]) -> dict[str, Any]:
        self._update_id += 1
        update = {"update_id": self._update_id, **event}
        async with self._news:
            self.pending.append(update)
            self._news.notify_all()
        if self.webhook_url:
            await self.redeliver()
        return update

    def _message(self, chat_id: int, message_id: int) -> dict[str, Any]:
        moment = int(self.clock().timestamp())
        person, chat = self._person(chat_id), self._chat(chat_id)
        return {"message_id": message_id, "from": person, "chat": chat, "date": moment}

    def _person(self, chat_id: int) -> dict[str, Any]:
        return {"id": chat_id, "is_bot": False, "first_name": self._chats[chat_id], "language_code": "en"}

    def _chat(self, chat_id: int) -> dict[str, Any]:
        return {"id": chat_id, "first_name": self._chats[chat_id], "type": "private"}

    def _bot(self) -> dict[str, Any]:
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Tenantline", "username": self.username}

    def _keep_file(self, path: str, content: bytes) -> dict[str, Any]:
        kept = _file_of(path, content)
        self._files[kept["file_id"]] = (path, content)
        return kept


_PIXELS = {"width": 1280, "height": 960}


def _file_of(path: str, content: bytes) -> dict[str, Any]:
    name = path.replace("/", "-")
    return {"file_id": f"FILE-{name}", "file_unique_id": f"U-{name}", "file_size": len(content)}


def _buttons(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(payload, words) of an inline keyboard, given as JSON or as an object."""
    markup = given.get("reply_markup") or {}
    rows: Sequence[Sequence[Mapping[str, str]]]
    rows = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    return tuple((button.get("callback_data", ""), button["text"]) for row in rows for button in row)


async def _parameters(request: web.Request) -> dict[str, Any]:
    """What a method was called with: in the query, as a form, or as JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return given | dict(await request.json())
    return given | dict(await request.post())


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(status: int, *, words: str = "", seconds: int | None = None) -> web.Response:
    words = words or _WORDS.get(status, "Bad Request").format(seconds=seconds or 1)
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": words}
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        body["parameters"] = {"retry_after": seconds or 1}
    return web.json_response(body, status=status)
