"""The public web form in: a POST of the page ``/feedback/{landlord}``. Answers go out by the channels the person gave.

The page itself is drawn elsewhere; what it must carry is a token of ``new_token`` and the field names below.
"""

import hashlib
import hmac
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from channels.posted_forms import FormLimits, PostedForm, content_hash, kept_request, media_type, read_form
from domain.addresses import to_address
from domain.errors import AddressError, BadSignature, Unreadable
from domain.file_text import texts_of_files
from domain.messages import NO_ADDRESS, Address, AddressKind, InboundMessage, Marks, Received, SetAside, WebRequest

KIND: Final = "web_form"

TOKEN_FIELD: Final = "token"  # noqa: S105 - a field's name
HONEYPOT_FIELD: Final = "website"
"""Hidden from people by the page: what fills it is a program, or a browser that fills in everything."""
KIND_CHOICES: Final = ("complaint", "compliment", "comment", "service_request", "unsure")
REPLY_CHOICES: Final = ("email", "text", "phone", "letter")

_KEPT: Final = ("name", "phone", "email", "address", "on_behalf_of", "relationship", "adjustments")
_LONGEST_FIELD: Final = 2000
_CLOCK_SKEW: Final = timedelta(minutes=5)
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]{8,64})\.([0-9]{1,12})\.([0-9a-f]{64})")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


class Settings(BaseModel):
    """The ``[channels.<name>]`` block of a landlord with a public form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: SecretStr = Field(min_length=16, description="Key of the form's token. Any long random word.")
    previous_secret: SecretStr | None = Field(
        default=None, min_length=16, description="The key before the last change, so that open pages still work."
    )
    token_hours: int = Field(default=24, ge=1, le=168, description="How long a page may lie open before it is sent.")
    max_body_bytes: int = Field(default=50 * 2**20, ge=2**16, description="Largest form with all its attachments.")
    max_file_bytes: int = Field(default=25 * 2**20, ge=2**10, description="Largest attachment that is taken out.")
    max_files: int = Field(default=10, ge=0, le=100, description="Most attachments that are taken out.")
    most_per_sender: int = Field(
        default=20,
        ge=0,
        description="Most messages of one internet address in `limit_minutes`, danger apart; 0: any number.",
    )
    most_per_landlord: int = Field(
        default=1000,
        ge=0,
        description="Most messages of all together in `limit_minutes`, danger apart; 0: any number.",
    )
    most_per_page: int = Field(
        default=5,
        ge=0,
        description="Most different messages sent from one open page, danger apart; 0: any number.",
    )
    limit_minutes: int = Field(default=10, ge=1, le=1440, description="The time within which messages are counted.")


@dataclass(frozen=True, kw_only=True)
class MessageLimits:
    """How many messages a form takes, for whoever counts them: within ``window``, from a page in all; 0: any number."""

    per_sender: int
    per_landlord: int
    per_page: int
    window: timedelta
    page_life: timedelta


class WebForm:
    """Reads the landlord's public form."""

    kind = KIND
    address_kind = AddressKind.NONE

    def __init__(self, landlord: str, name: str, settings: Settings) -> None:
        self.landlord = landlord
        self.name = name
        self.max_body_bytes = settings.max_body_bytes
        self.limits = MessageLimits(
            per_sender=settings.most_per_sender,
            per_landlord=settings.most_per_landlord,
            per_page=settings.most_per_page,
            window=timedelta(minutes=settings.limit_minutes),
            page_life=timedelta(hours=settings.token_hours),
        )
        self._settings = settings
        self._form_limits = FormLimits(
            body=settings.max_body_bytes, file=settings.max_file_bytes, files=settings.max_files
        )

    def new_token(self, form_id: str, now: datetime) -> str:
        """The token that a fresh page carries in ``token``: form id, time and their HMAC, with dots between.

        ``form_id`` is 8 to 64 characters of A-Z, a-z, 0-9, - and _, and never given twice.
        """
        issued = str(int(now.timestamp()))
        return f"{form_id}.{issued}.{self._mac(self._settings.secret, form_id, issued)}"

    def receive(self, request: WebRequest, now: datetime) -> Received:
        """One message a form. The provider id is the form id with a digest of the content.

        So a double click is the same message, while other words after going back are a new one, under an id that no
        other node and no restart changes: as if they had got a token of their own. How many such one page may bring
        is for the caller to count (``limits``). A filled
        honeypot marks the message as spam; it is kept all the same.

        Raises:
            BadSignature: the token is missing, wrong or too old, or the form cannot be read, so that nobody can tell.

        """
        try:
            form = read_form(request, self._form_limits)
        except Unreadable as error:  # a stranger's rubbish is not worth a place in the store
            raise BadSignature(f"the form's token cannot be checked: {error}") from error
        form_id = self._form_id(form.field(TOKEN_FIELD), now)
        return Received(messages=(self._message(form, form_id, request, now),))

    def read_again(self, aside: SetAside, now: datetime) -> Received:
        """See ``domain.ports.Rereader``."""
        request = kept_request(aside)
        form = read_form(request, self._form_limits)
        found = _TOKEN.fullmatch(form.field(TOKEN_FIELD))
        if found is None:
            raise Unreadable("the form's token is malformed")
        return Received(messages=(self._message(form, found[1], request, aside.received_at or now),))

    def _message(self, form: PostedForm, form_id: str, request: WebRequest, now: datetime) -> InboundMessage:
        fields = kept_fields(form)
        text = form.fields.get("message", "").strip("\n")
        digest = content_hash(
            form.field("subject"), text, *(f"{key}={fields[key]}" for key in sorted(fields)), files=form.files
        )
        return InboundMessage(
            landlord=self.landlord,
            channel=self.name,
            channel_kind=KIND,
            provider_id=f"{form_id}/{digest[:16]}",
            sender=_sender(fields),
            sender_name=fields.get("name"),
            subject=form.field("subject")[:_LONGEST_FIELD] or None,
            text=text,
            attachments=form.files,
            attachment_texts=texts_of_files(form.files),
            received_at=now,
            content_hash=digest,
            raw=request.body,
            raw_type=media_type(request),
            marks=_marks(form),
            form=fields,
        )

    def _form_id(self, token: str, now: datetime) -> str:
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise BadSignature("the form's token is missing or malformed")
        form_id, issued, mac = found.groups()
        keys = [key for key in (self._settings.secret, self._settings.previous_secret) if key is not None]
        if not any(hmac.compare_digest(mac, self._mac(key, form_id, issued)) for key in keys):
            raise BadSignature("the form's token is not ours")
        age = now - datetime.fromtimestamp(int(issued), UTC)
        if not -_CLOCK_SKEW <= age <= timedelta(hours=self._settings.token_hours):
            raise BadSignature("the form's token is too old: open the page again")
        return form_id

    def _mac(self, key: SecretStr, form_id: str, issued: str) -> str:
        words = f"web_form\n{self.landlord}\n{self.name}\n{form_id}\n{issued}"
        return hmac.new(key.get_secret_value().encode(), words.encode(), hashlib.sha256).hexdigest()


def build(landlord: str, name: str, settings: Settings) -> WebForm:
    """The adapter of one landlord's form."""
    return WebForm(landlord, name, settings)


def kept_fields(form: PostedForm) -> dict[str, str]:
    """What was filled in, by name; choices that the page does not offer become ``unsure`` or are left out."""
    fields = {name: value[:_LONGEST_FIELD] for name in _KEPT if (value := form.field(name))}
    kind = form.field("kind")
    fields["kind_chosen"] = kind if kind in KIND_CHOICES else "unsure"
    if form.field("preferred") in REPLY_CHOICES:
        fields["preferred"] = form.field("preferred")
    if _LANGUAGE.fullmatch(form.field("language")):
        fields["language"] = form.field("language")
    return fields


def _marks(form: PostedForm) -> Marks:
    filled = bool(form.field(HONEYPOT_FIELD))
    reasons = ("honeypot",) * filled + ((f"attachments_left_out:{form.left_out}",) if form.left_out else ())
    return Marks(spam=filled, reasons=reasons)


def _sender(fields: dict[str, str]) -> Address:
    """The email address, else the phone number, else none: what cannot be read is passed over and stays in ``form``."""
    for kind, name in ((AddressKind.EMAIL, "email"), (AddressKind.PHONE, "phone")):
        with suppress(AddressError):
            return to_address(kind, fields.get(name, ""))
    return NO_ADDRESS
