"""Mails and messages from files, read by the adapter of the channel they came by. Storing them is the caller's."""

import hashlib
import json
import mailbox
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.terminal import as_instant
from channels.posted_forms import content_hash, file_name
from domain.addresses import to_address
from domain.errors import AddressError, ConfigurationError, Unreadable
from domain.file_text import texts_of_files
from domain.messages import (
    NO_ADDRESS,
    OLDEST_ANSWERED,
    Address,
    AddressKind,
    InboundMessage,
    MediaReference,
    Received,
    SetAside,
    is_long_ago,
)
from domain.ports import Channel

_LINES: Final = (".jsonl", ".ndjson", ".json")
_MBOX: Final = b"From "
LEFT_OUT: Final = "/attachments"
"""At the end of the id of what is kept beside a message that was taken without its attachments."""
LINE_TYPE: Final = "application/x-ndjson"
"""Of a line as it stood in a file, so that nobody takes it for what the provider posts."""
_OLD: Final = f"it was more than {OLDEST_ANSWERED.days} days old when it was taken in from a file"
_NOT_ASKED_FOR: Final = "it was taken in from a file with --no-answer"


@runtime_checkable
class MailReader(Protocol):
    """A channel that reads mails: whatever the bytes are, something comes of them."""

    def message_from_mail(self, raw: bytes, received_at: datetime, provider_id: str) -> Received:
        """One mail."""
        ...


class GivenAttachment(BaseModel):
    """A file beside the JSON lines."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    path: str


class GivenMessage(BaseModel):
    """One JSON line, as the contract gives it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    provider_id: str = ""
    sender: str = Field(default="", alias="from")
    to: str | list[str] = ""
    subject: str | None = None
    text: str = ""
    received_at: datetime | None = None
    attachments: tuple[GivenAttachment, ...] = ()

    @field_validator("received_at")
    @classmethod
    def _in_utc(cls, given: datetime | None) -> datetime | None:
        try:
            return as_instant(given) if given else None
        except OverflowError as problem:
            raise ValueError("outside the years that there are") from problem


@dataclass(frozen=True, kw_only=True)
class FromFile:
    """What one mail or line of a file brought, and where it stands: ``mails.mbox 3``; or why a file cannot be read."""

    file: str
    received: Received = field(default_factory=Received)
    trouble: str = ""
    by_a_person: bool = False
    """It is recorded, and answered by a person only."""


def read_files(channel: Channel, paths: list[Path], *, received_at: datetime, given: bool) -> Iterator[FromFile]:
    """Everything in the files, in order. ``given``: the time was asked for, and counts before that of a line.

    Raises:
        ConfigurationError: a file is missing, or is mail and this is no mail channel.
    """
    for path in paths:
        if not path.is_dir() and not path.is_file():
            raise ConfigurationError(f"there is no file {path}")
    for path in _files(paths):
        try:
            if path.suffix.lower() in _LINES:
                yield from _from_lines(channel, path, received_at, given=given)
            else:
                yield from _from_mails(channel, path, received_at)
        except OSError as problem:
            yield FromFile(file=path.name, trouble=f"cannot be read: {problem.strerror}")


def left_to_a_person(item: FromFile, *, answer: bool | None) -> FromFile:
    """The same, answered by a person only where it is old or nobody wants it answered by itself (decision 9).

    Old by its own date at the moment at which the landlord had it: a machine that answers an old mailbox does harm.

    Args:
        item: what a file brought.
        answer: the machine answers whatever it is, or nothing of it; None goes by its age.
    """
    if answer or not item.received.messages:
        return item
    if answer is None and not any(_is_old(message) for message in item.received.messages):
        return item
    received = item.received.for_a_person(_OLD if answer is None else _NOT_ASKED_FOR)
    return replace(item, received=received, by_a_person=True)


def _is_old(message: InboundMessage) -> bool:
    return message.sent_at is not None and is_long_ago(message.sent_at, message.received_at)


def read_line_again(channel: Channel, aside: SetAside, now: datetime) -> Received:
    """A line that was set aside: with its own time where that is earlier, and never without what it names.

    Raises:
        Unreadable: it is a message already, only without attachments.
    """
    if aside.provider_id.endswith(LEFT_OUT):
        raise Unreadable("its text is a message already: look at the attachments beside its file, then close this")
    at = aside.received_at or now
    return _line(channel, aside.raw, None, at, at)


def _files(paths: list[Path]) -> Iterator[Path]:
    """Hidden files are no mails; a link that leads nowhere is named as what cannot be read, not passed over."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for each in sorted(path.rglob("*")):
            if not each.name.startswith(".") and (each.is_file() or not each.exists()):
                yield each


def _from_mails(channel: Channel, path: Path, received_at: datetime) -> Iterator[FromFile]:
    if not isinstance(channel, MailReader):
        raise ConfigurationError(f"{path} is read as mail, and {channel.name} is no mail channel; give it JSON lines")
    with path.open("rb") as file:
        many = file.read(len(_MBOX)) == _MBOX
    if not many:
        yield FromFile(file=path.name, received=_mail(channel, path.read_bytes(), received_at))
        return
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            yield FromFile(file=f"{path.name} {number}", received=_mail(channel, box.get_bytes(key), received_at))
    finally:
        box.close()


def _mail(channel: MailReader, raw: bytes, received_at: datetime) -> Received:
    """Known again by its bytes: the same file twice is the same mail."""
    return channel.message_from_mail(raw, received_at, f"file/{hashlib.sha256(raw).hexdigest()[:32]}")


def _from_lines(channel: Channel, path: Path, received_at: datetime, *, given: bool) -> Iterator[FromFile]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                at = None if given else received_at
                yield FromFile(file=f"{path.name} {number}", received=_line(channel, raw, path.parent, received_at, at))


def _line(
    channel: Channel, raw: bytes, folder: Path | None, received_at: datetime, fallback: datetime | None
) -> Received:
    """One line as the channel's message; what is wrong with it becomes the reason it is set aside with.

    ``folder``: where its attachments lie; None where nobody knows any more.
    """
    try:
        message = GivenMessage.model_validate(json.loads(raw))
        at = _moment(message, received_at, fallback)
        sender = _sender(channel, message.sender)
    except ValidationError as problem:
        names = sorted({str(each["loc"][0]) for each in problem.errors() if each["loc"]})
        reason = f"fields that are wrong or unknown: {', '.join(names) or 'the whole line'}"
        return _set_aside(channel, raw, reason, received_at)
    except (ValueError, RecursionError):
        return _set_aside(channel, raw, "the line is not JSON", received_at)
    except AddressError:
        return _set_aside(channel, raw, "the sender's address cannot be read", received_at)
    if folder is None and message.attachments:
        reason = "its attachments lie beside its file: mend the line there, and ingest the file again"
        return _set_aside(channel, raw, reason, received_at)
    files, troubles = _attachments(message.attachments, folder or Path())
    received = _as_received(channel, message, sender=sender, files=files, at=at, raw=raw)
    if not troubles:
        return received
    reason = f"the text was taken without {'; '.join(troubles)}"
    aside = _thing_aside(channel, raw, reason, at, part=LEFT_OUT)
    return received.model_copy(update={"set_aside": (*received.set_aside, aside)})


def _as_received(
    channel: Channel,
    message: GivenMessage,
    *,
    sender: Address,
    files: tuple[MediaReference, ...],
    at: datetime,
    raw: bytes,
) -> Received:
    if isinstance(channel, MailReader):
        mail = _as_mail(message, files, at)
        provider_id = message.provider_id or f"line/{hashlib.sha256(raw).hexdigest()[:32]}"
        return channel.message_from_mail(mail, at, provider_id)
    return Received(messages=(_message(channel, message, sender=sender, files=files, at=at, raw=raw),))


def _moment(message: GivenMessage, received_at: datetime, fallback: datetime | None) -> datetime:
    """The line's own time unless one was asked for; never later than now."""
    if fallback is None or message.received_at is None:
        return received_at
    return min(message.received_at, received_at)


def _message(
    channel: Channel,
    given: GivenMessage,
    *,
    sender: Address,
    files: tuple[MediaReference, ...],
    at: datetime,
    raw: bytes,
) -> InboundMessage:
    digest = content_hash(given.subject or "", given.text, files=files)
    # The line's own time or none, never ours: without an id of its provider a line is known again by what it says.
    own_time = given.received_at.isoformat() if given.received_at else ""
    own_id = hashlib.sha256(f"{given.sender}\n{own_time}\n{digest}".encode()).hexdigest()[:32]
    return InboundMessage(
        landlord=channel.landlord,
        channel=channel.name,
        channel_kind=channel.kind,
        provider_id=given.provider_id or f"line/{own_id}",
        sender=sender,
        recipients=_recipients(given),
        subject=given.subject,
        text=given.text,
        attachments=files,
        attachment_texts=texts_of_files(files),
        received_at=at,
        content_hash=digest,
        raw=raw,
        raw_type=LINE_TYPE,
    )


def _recipients(given: GivenMessage) -> tuple[str, ...]:
    return tuple(given.to) if isinstance(given.to, list) else tuple(filter(None, (given.to,)))


def _sender(channel: Channel, raw: str) -> Address:
    """In the channel's kind of address; a form or note gives what it has."""
    if not raw.strip():
        return NO_ADDRESS
    if channel.address_kind is not AddressKind.NONE:
        return to_address(channel.address_kind, raw)
    return to_address(AddressKind.EMAIL if "@" in raw else AddressKind.PHONE, raw)


def _attachments(given: tuple[GivenAttachment, ...], folder: Path) -> tuple[tuple[MediaReference, ...], list[str]]:
    """Those that can be taken, and in words which cannot: a wrong path costs no word of the text."""
    found, troubles = [], []
    for each in given:
        try:
            found.append(_attachment(each, folder))
        except (OSError, ValueError, RuntimeError) as problem:  # also a NUL in the path, and links in a circle
            reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
            troubles.append(f"the attachment {each.path!a} ({reason})")
    return tuple(found), troubles


def _attachment(given: GivenAttachment, folder: Path) -> MediaReference:
    """A file below the folder of the lines, links followed: whoever wrote the lines chooses no other of ours.

    Raises:
        ValueError: it leads out of the folder, or is no plain file.
        OSError: it cannot be read.
    """
    path = (folder / given.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError("it leads out of the folder of the lines")
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    content = path.read_bytes()
    name = file_name(given.name or Path(given.path).name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return MediaReference(name=name, content_type=kind, size=len(content), content=content)


def _as_mail(given: GivenMessage, files: tuple[MediaReference, ...], at: datetime) -> bytes:
    """The mail that such a line stands for, so that the mail adapter reads it as any other."""
    mail = EmailMessage()
    for name, value in (
        ("From", given.sender),
        ("To", ", ".join(_recipients(given))),
        ("Subject", given.subject or ""),
        ("Date", format_datetime(at)),
    ):
        if value:
            mail[name] = " ".join(value.split())
    mail.set_content(given.text)
    for file in files:
        main, _, sub = file.content_type.partition("/")
        mail.add_attachment(file.content or b"", maintype=main, subtype=sub, filename=file.name)
    return mail.as_bytes()


def _set_aside(channel: Channel, raw: bytes, reason: str, at: datetime) -> Received:
    return Received(set_aside=(_thing_aside(channel, raw, reason, at),))


def _thing_aside(channel: Channel, raw: bytes, reason: str, at: datetime, *, part: str = "") -> SetAside:
    return SetAside(
        channel=channel.name,
        provider_id=f"line/{hashlib.sha256(raw).hexdigest()[:32]}{part}",
        raw=raw,
        raw_type=LINE_TYPE,
        reason=reason,
        received_at=at,
    )
