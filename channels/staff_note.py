"""Staff notes in: what was said on the telephone, at the counter or in a letter, or noticed by a colleague.

A note's clock runs from when the landlord really had it (situations 173, 182): the note says it.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from channels.posted_forms import (
    MULTIPART,
    URLENCODED,
    FormLimits,
    content_hash,
    file_name,
    kept_request,
    media_type,
    read_form,
)
from domain.addresses import to_address
from domain.errors import AddressError, BadSignature, Unreadable
from domain.file_text import texts_of_files
from domain.messages import (
    NO_ADDRESS,
    Address,
    AddressKind,
    InboundMessage,
    MediaReference,
    Received,
    SetAside,
    WebRequest,
)
from domain.uktime import local_instant

KIND: Final = "staff_note"

_CLOCK_SKEW: Final = timedelta(minutes=5)
_FORM_FIELDS: Final = (
    *("name", "phone", "email", "address", "kind_chosen", "on_behalf_of", "relationship"),
    *("language", "preferred", "adjustments"),
)
_LONGEST_FIELD: Final = 2000


class Source(StrEnum):
    """How the words really reached the landlord."""

    PHONE = "phone"
    LETTER = "letter"
    COUNTER = "counter"
    STAFF = "staff"


class Settings(BaseModel):
    """The ``[channels.<name>]`` block of a landlord whose staff note calls, letters and visits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr = Field(min_length=16, description="Given as ``Authorization: Bearer`` by whatever posts notes.")
    previous_token: SecretStr | None = Field(
        default=None, min_length=16, description="The token before the last change, while both are in use."
    )
    oldest_days: int = Field(default=1830, ge=1, description="An earlier date of receipt is taken for a slip.")
    max_body_bytes: int = Field(default=50 * 2**20, ge=2**16, description="Largest note with all its attachments.")
    max_file_bytes: int = Field(default=25 * 2**20, ge=2**10, description="Largest attachment.")
    max_files: int = Field(default=20, ge=0, le=100, description="Most attachments.")


class NoteAttachment(BaseModel):
    """A scan or a picture that belongs to the note; ``content`` is base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "attachment"
    content_type: str = "application/octet-stream"
    content: str = Field(repr=False)


class Note(BaseModel):
    """A note as JSON. A ``received_at`` without a zone is UK local time, as a clock on the wall shows it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    source: Source
    received_at: datetime
    noted_by: str = Field(min_length=1, max_length=200)
    text: str = ""
    subject: str = Field(default="", max_length=_LONGEST_FIELD)
    provider_id: str = Field(default="", max_length=200)
    """The switchboard's or the scanner's number; without one the content names itself."""
    name: str = Field(default="", max_length=_LONGEST_FIELD)
    phone: str = Field(default="", max_length=_LONGEST_FIELD)
    email: str = Field(default="", max_length=_LONGEST_FIELD)
    address: str = Field(default="", max_length=_LONGEST_FIELD)
    kind_chosen: str = Field(default="", max_length=_LONGEST_FIELD)
    on_behalf_of: str = Field(default="", max_length=_LONGEST_FIELD)
    relationship: str = Field(default="", max_length=_LONGEST_FIELD)
    language: str = Field(default="", max_length=_LONGEST_FIELD)
    preferred: str = Field(default="", max_length=_LONGEST_FIELD)
    adjustments: str = Field(default="", max_length=_LONGEST_FIELD)
    attachments: tuple[NoteAttachment, ...] = ()

    @field_validator("received_at")
    @classmethod
    def _on_a_uk_clock(cls, moment: datetime) -> datetime:
        return moment if moment.tzinfo is not None else local_instant(moment.date(), moment.time())


class StaffNotes:
    """Reads notes that staff, a switchboard or a scanner post."""

    kind = KIND
    address_kind = AddressKind.NONE

    def __init__(self, landlord: str, name: str, settings: Settings) -> None:
        self.landlord = landlord
        self.name = name
        self.max_body_bytes = settings.max_body_bytes
        self._settings = settings

    def receive(self, request: WebRequest, now: datetime) -> Received:
        """One message a note, from JSON (``Note``) or from a form with the same names and files.

        Raises:
            BadSignature: the bearer token is missing or wrong.
            Unreadable: not a note, without words and attachments, or received in the future.

        """
        self._check_token(request)
        return self._read(request, now)

    def read_again(self, aside: SetAside, now: datetime) -> Received:
        """See ``domain.ports.Rereader``."""
        return self._read(kept_request(aside), aside.received_at or now)

    def _read(self, request: WebRequest, now: datetime) -> Received:
        if media_type(request) in {URLENCODED, MULTIPART}:
            note, files = self._posted(request)
        else:
            note, files = self._from_json(request)
        message = self.message_from_note(note, files, now, raw=request.body, raw_type=media_type(request))
        return Received(messages=(message,))

    def message_from_note(
        self, note: Note, files: tuple[MediaReference, ...], now: datetime, *, raw: bytes, raw_type: str
    ) -> InboundMessage:
        """The message that a note stands for; also for notes that a signed-in member of staff writes.

        Raises:
            Unreadable: it is empty, or ``received_at`` lies in the future or longer ago than ``oldest_days``.

        """
        if note.received_at > now + _CLOCK_SKEW:
            raise Unreadable("the note says that it was received in the future: correct received_at")
        if note.received_at < now - timedelta(days=self._settings.oldest_days):
            raise Unreadable("the note says that it was received too long ago: correct received_at")
        if not note.text and not files:
            raise Unreadable("the note has neither words nor an attachment")
        fields = {name: value for name in _FORM_FIELDS if (value := getattr(note, name))}
        digest = content_hash(note.subject, note.text, *sorted(fields.values()), files=files)
        return InboundMessage(
            landlord=self.landlord,
            channel=self.name,
            channel_kind=KIND,
            provider_id=note.provider_id or _own_id(note, digest),
            sender=_sender(note),
            sender_name=note.name or None,
            subject=note.subject or None,
            text=note.text,
            attachments=files,
            attachment_texts=texts_of_files(files),
            received_at=min(note.received_at, now),
            content_hash=digest,
            raw=raw,
            raw_type=raw_type or "application/json",
            noted_by=note.noted_by,
            form={**fields, "source": note.source.value},
        )

    def _check_token(self, request: WebRequest) -> None:
        scheme, _, given = request.header("authorization").partition(" ")
        known = [each for each in (self._settings.token, self._settings.previous_token) if each is not None]
        right = [hmac.compare_digest(given.strip().encode(), each.get_secret_value().encode()) for each in known]
        if scheme.lower() != "bearer" or not any(right):
            raise BadSignature("the bearer token is missing or wrong")

    def _posted(self, request: WebRequest) -> tuple[Note, tuple[MediaReference, ...]]:
        form = read_form(
            request,
            FormLimits(
                body=self._settings.max_body_bytes, file=self._settings.max_file_bytes, files=self._settings.max_files
            ),
        )
        if form.left_out:
            raise Unreadable(f"{form.left_out} of the note's attachments are too large or too many")
        return _validated(form.fields), form.files

    def _from_json(self, request: WebRequest) -> tuple[Note, tuple[MediaReference, ...]]:
        if len(request.body) > self._settings.max_body_bytes:
            raise Unreadable(f"the note is larger than {self._settings.max_body_bytes} bytes")
        try:
            note = _validated(json.loads(request.body))
        except (ValueError, RecursionError) as error:
            raise Unreadable("the note is not JSON") from error
        if len(note.attachments) > self._settings.max_files:
            raise Unreadable("the note has too many attachments")
        return note, tuple(self._attached(each) for each in note.attachments)

    def _attached(self, given: NoteAttachment) -> MediaReference:
        try:
            content = base64.b64decode(given.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Unreadable("an attachment of the note is not base64") from error
        if len(content) > self._settings.max_file_bytes:
            raise Unreadable("an attachment of the note is too large")
        return MediaReference(
            name=file_name(given.name), content_type=given.content_type, size=len(content), content=content
        )


def build(landlord: str, name: str, settings: Settings) -> StaffNotes:
    """The adapter of one landlord's notes."""
    return StaffNotes(landlord, name, settings)


def _validated(fields: Mapping[str, Any]) -> Note:
    try:
        return Note.model_validate(fields)
    except ValidationError as error:
        # Only names of fields: what was typed into them is personal.
        names = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]} & set(Note.model_fields))
        raise Unreadable(f"the note's fields are wrong: {', '.join(names) or 'an unknown field'}") from error


def _sender(note: Note) -> Address:
    """The number for a call, else email, number, postal address: the first that was given and can be read."""
    given = [(AddressKind.EMAIL, note.email), (AddressKind.PHONE, note.phone), (AddressKind.POST, note.address)]
    if note.source is Source.PHONE:
        given.insert(0, (AddressKind.PHONE, note.phone))
    for kind, raw in given:
        with suppress(AddressError):
            return to_address(kind, raw)
    return NO_ADDRESS


def _own_id(note: Note, digest: str) -> str:
    words = f"{note.source}\n{note.received_at.isoformat()}\n{note.noted_by.casefold()}\n{digest}"
    return f"note-{hashlib.sha256(words.encode()).hexdigest()[:32]}"
