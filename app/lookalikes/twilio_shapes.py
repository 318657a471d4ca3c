"""The shapes of Twilio's Messages interface as its stand-in shows them: rows, webhooks, errors. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web

_WORDS = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service Unavailable",
    21211: "Invalid 'To' Phone Number",
    21602: "Message body is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21656: "The ContentVariables parameter is invalid",
    63016: "Failed to send freeform message because you are outside the allowed window. Please use a template.",
}


@dataclass(frozen=True, kw_only=True)
class Medium:
    """A picture or file on a message: content type and bytes; `sid` is given by the stand-in."""

    content_type: str
    content: bytes
    sid: str = ""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One message as Twilio keeps it; `direction` is `inbound`, `outbound-api` or `outbound-reply` (STOP's answer)."""

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    sent_at: datetime
    media: tuple[Medium, ...] = ()
    error_code: int | None = None
    status_callback: str | None = None
    content_sid: str | None = None
    content_variables: str | None = None
    media_urls: tuple[str, ...] = ()


def media_path(text: Text, medium: Medium) -> str:
    """Where the bytes of a medium are asked for."""
    return f"/2010-04-01/Accounts/{text.account_sid}/Messages/{text.sid}/Media/{medium.sid}"


def inbound_form(text: Text, base_url: str, *, opt_out_type: str, profile_name: str) -> dict[str, str]:
    """The form of the webhook of an inbound message."""
    form = {
        "ToCountry": "GB",
        "ToState": "",
        "SmsMessageSid": text.sid,
        "NumMedia": str(len(text.media)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": text.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text.body,
        "FromCountry": "GB",
        "To": text.to,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": text.sid,
        "AccountSid": text.account_sid,
        "From": text.from_,
        "ApiVersion": "2010-04-01",
    }
    for place, medium in enumerate(text.media):
        form[f"MediaUrl{place}"] = base_url + media_path(text, medium)
        form[f"MediaContentType{place}"] = medium.content_type
    if opt_out_type:
        form["OptOutType"] = opt_out_type
    if text.from_.startswith("whatsapp:"):
        form["ProfileName"] = profile_name or "Tenant"
        form["WaId"] = text.from_.removeprefix("whatsapp:+")
        form["MessageType"] = "image" if text.media else "text"
    return form


def as_json(text: Text) -> dict[str, object]:
    """A message as the interface answers it."""
    moment = format_datetime(text.sent_at)
    path = f"/2010-04-01/Accounts/{text.account_sid}/Messages/{text.sid}"
    return {
        "account_sid": text.account_sid,
        "api_version": "2010-04-01",
        "body": text.body,
        "date_created": moment,
        "date_sent": None if text.status == "queued" else moment,
        "date_updated": moment,
        "direction": text.direction,
        "error_code": text.error_code,
        "error_message": None if text.error_code is None else _WORDS.get(text.error_code),
        "from": text.from_,
        "messaging_service_sid": None,
        "num_media": str(len(text.media)),
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": text.to,
        "uri": f"{path}.json",
    }


def matches(text: Text, query: Mapping[str, str]) -> bool:
    """Whether a message meets the list's filters; `DateSent>` and `DateSent<` include the moment itself."""
    if query.get("To", text.to) != text.to or query.get("From", text.from_) != text.from_:
        return False
    sent = text.sent_at
    on, after, before = query.get("DateSent"), query.get("DateSent>"), query.get("DateSent<")
    return not (
        (on and sent.date() != datetime.fromisoformat(on).date())
        or (after and sent < _moment(after))
        or (before and sent > _moment(before))
    )


def _moment(stamp: str) -> datetime:
    """A filter's moment: with a time, or a bare date meaning its midnight, in UTC."""
    return datetime.fromisoformat(stamp if "T" in stamp else f"{stamp}T00:00:00Z")


def error(status: int, code: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer that refuses: HTTP status and Twilio's code."""
    body = {
        "code": code,
        "message": _WORDS.get(code, "Bad Request"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers=headers)
