"""What SMS and WhatsApp share: Twilio's interface for sending, asking back, reconciling missed webhooks, and media.

Holds no message, reads no clock and logs nothing: twilio's own client logs numbers, so its log is switched off here.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from yarl import URL

from channels.download import basic_authorization, download
from channels.twilio_webhook import Form, media_reference, permanent, read_form, read_message, read_webhook
from domain.addresses import normalise_phone
from domain.errors import FetchError, MediaError, SendError, Unreadable
from domain.messages import (
    AddressKind,
    Batch,
    InboundMessage,
    MediaReference,
    OutboundMessage,
    ProbeResult,
    Receipt,
    Received,
    SetAside,
    WebRequest,
)
from domain.sms import to_cheap_punctuation

T = TypeVar("T")

_OVERLAP = timedelta(minutes=10)  # Twilio's list may lag behind its webhooks
_FIRST_LOOK = timedelta(hours=24)  # without a cursor
_CLOCKS_DIFFER = timedelta(minutes=2)
_LOOK_BACK = 50  # messages to one number that are looked through for a lost answer
_BATCH = 100
_LISTED_TYPE = "application/json"
_WORDS = {
    "20003": "Twilio refuses our account SID or auth token: check both in the channel's settings",
    "20429": "Twilio asks us to send more slowly",
    "21211": "the number is not a valid phone number",
    "21408": "the Twilio account may not send to that country",
    "21610": "the person has opted out of texts with STOP",
    "21612": "Twilio cannot reach that number from ours",
    "21614": "the number is not a mobile number",
    "21617": "the text is longer than 1,600 characters",
    "63003": "the number has no WhatsApp",
    "63016": "WhatsApp's 24-hour window is closed: only an approved template may be sent",
}


class TwilioSettings(BaseModel):
    """One number at Twilio. While the auth token is rotated both tokens are taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_sid: str = Field(min_length=1)
    auth_token: SecretStr
    other_auth_token: SecretStr | None = None
    number: str
    """Our number in E.164, without ``whatsapp:``."""
    messaging_service_sid: str | None = None
    """Sends through this service instead of from the number."""
    status_callback: str | None = None
    """Public address for delivery reports, as a rule the webhook's own."""
    base_url: str = "https://api.twilio.com"
    media_hosts: tuple[str, ...] = ("api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com")
    timeout_seconds: float = 10.0
    media_limit_bytes: int = 16 * 2**20


class _Refused(TwilioException):  # type: ignore[misc]
    """An HTTP status of 400 or more: twilio's own exceptions lose the header, and for a list even the code."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"HTTP {response.status_code}")
        self.status = int(response.status_code)
        self.code = _code_of(response.text)
        seconds = response.headers.get("Retry-After", "")
        self.retry_after = float(seconds) if seconds.isdigit() else None


class _TwilioHttp(AsyncTwilioHttpClient):  # type: ignore[misc]
    """Twilio's client with a timeout on each request, another host where told, and no log."""

    def __init__(self, *, seconds: float, base_url: str) -> None:
        super().__init__()
        self._seconds, self._base_url = seconds, URL(base_url)

    async def request(self, method: str, url: str, **given: Any) -> Response:
        """One request, never repeated here.

        Raises:
            _Refused: Twilio answered 400 or more.
        """
        target = URL(url).with_scheme(self._base_url.scheme).with_host(self._base_url.host or "")
        given["timeout"] = self._seconds  # twilio's client takes it from here only
        auth = given.pop("auth", None)
        if auth is not None:  # aiohttp's own way of giving it is deprecated, and a warning a request
            given["headers"] = {**(given.get("headers") or {}), "Authorization": basic_authorization(*auth)}
        response = await super().request(method, str(target.with_port(self._base_url.port)), **given)
        if response.status_code >= 400:  # noqa: PLR2004 - client and server errors
            raise _Refused(response)
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the query holds numbers."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing."""


class TwilioChannel:
    """One number at Twilio, for texts or for WhatsApp."""

    webhook_answer = ("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    """Empty TwiML: Twilio would send any other words to the tenant."""

    def __init__(
        self, *, landlord: str, name: str, kind: str, address_kind: AddressKind, settings: TwilioSettings
    ) -> None:
        self.landlord, self.name, self.kind, self.address_kind = landlord, name, kind, address_kind
        self.settings = settings
        self._prefix = "whatsapp:" if address_kind is AddressKind.WHATSAPP else ""
        self._number = self._prefix + normalise_phone(settings.number)
        tokens = (settings.auth_token, settings.other_auth_token)
        self._tokens = [token.get_secret_value() for token in tokens if token is not None]
        self._http: _TwilioHttp | None = None

    def receive(self, request: WebRequest, now: datetime) -> Received:
        """See ``domain.ports.Receiver``."""
        return read_webhook(
            request,
            landlord=self.landlord,
            channel=self.name,
            kind=self.kind,
            address_kind=self.address_kind,
            tokens=self._tokens,
            now=now,
        )

    def read_again(self, aside: SetAside, now: datetime) -> Received:
        """See ``domain.ports.Rereader``. JSON is a row of Twilio's list, all else the form of a webhook."""
        at = aside.received_at or now
        if aside.raw_type == _LISTED_TYPE:
            return Received(messages=(self._listed_again(aside.raw, at),))
        return read_form(
            Form(aside.raw),
            landlord=self.landlord,
            channel=self.name,
            kind=self.kind,
            address_kind=self.address_kind,
            now=at,
            raw=aside.raw,
        )

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        """See ``domain.ports.Sender``. Never repeats a request whose outcome is unknown."""
        fields = self.fields(outbound, now)

        async def create(client: Client) -> Any:
            return await client.messages.create_async(**fields)

        try:
            message = await self._call(create)
        except _FAILURES as error:
            raise _send_error(error) from error
        return Receipt(provider_id=str(message.sid), at=now, parts=int(message.num_segments or 1))

    def fields(self, outbound: OutboundMessage, now: datetime) -> dict[str, Any]:
        """What is asked of Twilio for a message.

        Raises:
            SendError: it may not be sent this way.
        """
        del now
        settings = self.settings
        fields: dict[str, Any] = {"to": self._prefix + outbound.to.value, "body": self._words(outbound)}
        if settings.messaging_service_sid:
            fields["messaging_service_sid"] = settings.messaging_service_sid
        else:
            fields["from_"] = self._number
        if settings.status_callback:
            fields["status_callback"] = settings.status_callback
        return fields

    def _words(self, outbound: OutboundMessage) -> str:
        """A text pays by the part, and one curly apostrophe makes each part less than half as long (situation 153)."""
        return to_cheap_punctuation(outbound.body) if self.address_kind is AddressKind.PHONE else outbound.body

    async def find_sent(self, outbound: OutboundMessage) -> Receipt | None:
        """See ``domain.ports.SentLookup``: looks for the same body to the same number since the first attempt.

        A template's text is made by Twilio, so an earlier send of one is not recognised and None comes back.

        Raises:
            SendError: Twilio cannot be asked now; retryable.
        """
        if outbound.first_attempt_at is None:
            return None
        since = outbound.first_attempt_at - _CLOCKS_DIFFER

        async def look(client: Client) -> list[Any]:
            return list(await client.messages.list_async(to=self._prefix + outbound.to.value, limit=_LOOK_BACK))

        try:
            rows = await self._call(look)
        except _FAILURES as error:
            raise _send_error(error) from error
        wanted = self._words(outbound).split()
        for row in rows:
            ours = str(row.direction).startswith("outbound") and row.status not in {"failed", "undelivered", "canceled"}
            if ours and row.date_created >= since and (row.body or "").split() == wanted:
                return Receipt(provider_id=str(row.sid), at=row.date_created, parts=int(row.num_segments or 1))
        return None

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        """See ``domain.ports.Fetcher``: what Twilio's list holds since the cursor (an RFC 3339 instant), oldest first.

        This finds what a missed webhook did not bring. The last minutes are always read again, because the list lags;
        their provider ids make them duplicates.
        """
        since = (datetime.fromisoformat(cursor) - _OVERLAP) if cursor else now - _FIRST_LOOK

        async def look(client: Client) -> list[tuple[Any, list[Any]]]:
            rows = await client.messages.list_async(to=self._number, date_sent_after=since)
            inbound = [row for row in rows if row.direction == "inbound"]
            return [(row, await row.media.list_async() if int(row.num_media or 0) else []) for row in inbound]

        try:
            found = await self._call(look)
        except _FAILURES as error:
            raise FetchError(f"Twilio's list could not be read: {_send_error(error)}") from error
        found.sort(key=lambda pair: pair[0].date_sent or pair[0].date_created)
        for start in range(0, len(found), _BATCH):
            part = found[start : start + _BATCH]
            messages = tuple(self._listed(row, media, now) for row, media in part)
            last = part[-1][0].date_sent or part[-1][0].date_created
            yield Batch(received=Received(messages=messages), cursor=last.astimezone(UTC).isoformat())

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        """See ``domain.ports.MediaFetcher``."""
        if reference.url is None:
            raise MediaError("the attachment has no address", retryable=False)
        settings = self.settings
        origin = URL(settings.base_url)
        own = f"{origin.host}:{origin.port}"
        at_twilio = reference.url.startswith(f"{settings.base_url}/")
        authorization = basic_authorization(settings.account_sid, self._tokens[0]) if at_twilio else None
        return await download(
            self._session().session,
            reference.url,
            hosts={*settings.media_hosts, own},
            limit=settings.media_limit_bytes,
            seconds=settings.timeout_seconds * 3,
            authorization=authorization,
        )

    async def probe(self) -> ProbeResult:
        """See ``domain.ports.ChannelProbe``: reads our own account."""

        async def look(client: Client) -> Any:
            return await client.api.v2010.accounts(self.settings.account_sid).fetch_async()

        try:
            account = await self._call(look)
        except _FAILURES as error:
            return ProbeResult(ok=False, words=_send_error(error).words)
        return ProbeResult(ok=str(account.status) == "active", words=f"Twilio answers; the account is {account.status}")

    async def aclose(self) -> None:
        """See ``domain.ports.Closing``."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    def _session(self) -> _TwilioHttp:
        if self._http is None:  # made late: it wants a running loop
            self._http = _TwilioHttp(seconds=self.settings.timeout_seconds, base_url=self.settings.base_url)
        return self._http

    async def _call(self, work: Callable[[Client], Awaitable[T]]) -> T:
        """Do it with the first token, and where Twilio refuses that one with the other."""
        for token in self._tokens[:-1]:
            try:
                return await work(Client(self.settings.account_sid, token, http_client=self._session()))
            except _Refused as error:
                if error.status != 401:  # noqa: PLR2004 - Unauthorized: certainly not done
                    raise
        return await work(Client(self.settings.account_sid, self._tokens[-1], http_client=self._session()))

    def _listed(self, row: Any, media: list[Any], now: datetime) -> InboundMessage:
        """A row of the list as the message that its webhook would have brought."""
        at = row.date_sent or row.date_created
        fields = {"MessageSid": str(row.sid), "From": row.from_ or "", "To": row.to or "", "Body": row.body or ""}
        fields |= {"DateSent": at.isoformat(), "NumMedia": str(len(media))}
        references = tuple(
            media_reference(place, self.settings.base_url + each.uri.removesuffix(".json"), each.content_type)
            for place, each in enumerate(media)
        )
        message = self._from_list(fields, json.dumps(fields).encode(), at.astimezone(UTC), now)
        return message.model_copy(update={"attachments": references})

    def _listed_again(self, raw: bytes, now: datetime) -> InboundMessage:
        """The same from what was kept of the row: its media are only counted there, and a person is told so."""
        try:
            fields = {str(name): str(value) for name, value in json.loads(raw).items()}
            at = datetime.fromisoformat(fields["DateSent"]).astimezone(UTC)
            left_out = int(fields["NumMedia"])
        except (ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise Unreadable("the row of Twilio's list is not whole") from error
        message = self._from_list(fields, raw, at, now)
        reasons = (f"attachments_left_out:{left_out}",) if left_out else ()
        return message.model_copy(update={"marks": message.marks.model_copy(update={"reasons": reasons})})

    def _from_list(self, fields: dict[str, str], raw: bytes, at: datetime, now: datetime) -> InboundMessage:
        message = read_message(
            fields,
            landlord=self.landlord,
            channel=self.name,
            kind=self.kind,
            address_kind=self.address_kind,
            now=min(at, now),  # Twilio had it then, on our behalf (rules C2)
            raw=raw,
            raw_type=_LISTED_TYPE,
        )
        return message.model_copy(update={"sent_at": at})


_FAILURES = (TwilioException, ClientError, OSError, ValueError)  # TimeoutError is an OSError


def _send_error(error: Exception) -> SendError:
    """The one place that reads Twilio's failures (``_FAILURES``)."""
    if isinstance(error, _Refused):
        return _from_answer(error)
    if isinstance(error, ConnectionTimeoutError | ClientConnectorError):
        return SendError(retryable=True, code="connection", words="Twilio cannot be reached")
    if isinstance(error, TimeoutError):
        return SendError(retryable=True, code="timeout", words="Twilio did not answer in time", uncertain=True)
    if isinstance(error, ClientError | OSError):
        return SendError(retryable=True, code="connection", words="the connection to Twilio broke", uncertain=True)
    return SendError(retryable=True, code="answer", words="Twilio's answer cannot be read", uncertain=True)


def _from_answer(refused: _Refused) -> SendError:
    """401, 403 and 404 are about our account, not the person: they wait for an operator, so they are retryable."""
    status, code = refused.status, refused.code or f"http_{refused.status}"
    if status >= 500:  # noqa: PLR2004 - a server error may come after the message was taken
        words = f"Twilio has a fault of its own (HTTP {status})"
        return SendError(retryable=True, code=f"http_{status}", words=words, uncertain=True)
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return SendError(retryable=True, code=code, words=_WORDS["20429"], retry_after=refused.retry_after)
    if status in {401, 403, 404}:
        words = _WORDS.get(code, f"Twilio refuses our account (HTTP {status}): check the channel's settings")
        return SendError(retryable=True, code=code, words=words)
    words = _WORDS.get(code, f"Twilio refuses this message (code {code})")
    return SendError(retryable=not permanent(code), code=code, words=words)


def _code_of(answer: str) -> str | None:
    """Twilio's own code in an error's JSON."""
    try:
        body = json.loads(answer)
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return str(code) if isinstance(code, int) else None
