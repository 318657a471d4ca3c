"""Reads Telegram's updates: a message, an edited message, a pressed button. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.errors import Unreadable
from domain.messages import Address, AddressKind, InboundMessage, Marks, MediaReference

# What carries a file, with the name and type to assume where Telegram gives none.
_FILES = {
    "document": ("document", "application/octet-stream"),
    "voice": ("voice.ogg", "audio/ogg"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "sticker": ("sticker.webp", "image/webp"),
}
_LARGEST_FILE = 2**32  # bytes; Telegram takes up to 2 or 4 GB
_CLOCKS_DIFFER = 300  # seconds that a date may lie ahead of ours and still be believed


def read_update(
    update: Mapping[str, Any], *, landlord: str, channel: str, kind: str, raw: bytes, now: datetime
) -> InboundMessage | None:
    """The message in an update, or None for an event that carries none (a block, a member, a poll).

    ``provider_id``: ``<chat>/<message>/<edit date or 0>``; for a button ``<chat>/<message>/button-<id>``.

    Raises:
        Unreadable: it looks like a message and lacks what every message has.
    """
    try:
        pressed = update.get("callback_query")
        if pressed is not None:
            return _read_button(pressed, landlord=landlord, channel=channel, kind=kind, raw=raw, now=now)
        edited = update.get("edited_message")
        message = edited or update.get("message")
        if message is None:
            return None
        return _read_message(
            message, edited=edited is not None, landlord=landlord, channel=channel, kind=kind, raw=raw, now=now
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise Unreadable("the update lacks what every Telegram message has") from error


def _read_message(
    message: Mapping[str, Any], *, edited: bool, landlord: str, channel: str, kind: str, raw: bytes, now: datetime
) -> InboundMessage | None:
    text = str(message.get("text") or message.get("caption") or _other_words(message))
    attachments = _attachments(message)
    if not text and not attachments:
        return None  # a service message: a pin, a new title
    chat = int(message["chat"]["id"])
    edit_date = int(message["edit_date"]) if edited else 0
    sent_at = datetime.fromtimestamp(edit_date or int(message["date"]), UTC)
    answered = message.get("reply_to_message")
    return InboundMessage(
        landlord=landlord,
        channel=channel,
        channel_kind=kind,
        provider_id=f"{chat}/{int(message['message_id'])}/{edit_date}",
        sender=Address(kind=AddressKind.TELEGRAM, value=str(chat)),
        sender_name=_name(message.get("from") or message["chat"]),
        text=text,
        attachments=attachments,
        sent_at=sent_at,
        received_at=_received_at(sent_at, now),
        in_reply_to=(f"{chat}/{int(answered['message_id'])}",) if answered else (),
        content_hash=_digest(text, *(each.url or "" for each in attachments)),
        raw=raw,
        marks=_marks(message, edited=edited),
    )


def _read_button(
    pressed: Mapping[str, Any], *, landlord: str, channel: str, kind: str, raw: bytes, now: datetime
) -> InboundMessage | None:
    message, payload = pressed.get("message"), str(pressed.get("data") or "")
    if message is None or not payload:
        return None  # a button of a game, or under a message too old to be told
    chat, number = int(message["chat"]["id"]), int(message["message_id"])
    return InboundMessage(
        landlord=landlord,
        channel=channel,
        channel_kind=kind,
        provider_id=f"{chat}/{number}/button-{pressed['id']}",
        sender=Address(kind=AddressKind.TELEGRAM, value=str(chat)),
        sender_name=_name(pressed["from"]),
        text=_label(message, payload),
        received_at=now,
        in_reply_to=(f"{chat}/{number}",),
        content_hash=_digest(payload),
        raw=raw,
        answers_button=payload,
    )


def _label(message: Mapping[str, Any], payload: str) -> str:
    """The words on the button that was pressed, where the message still shows them."""
    for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            if button.get("callback_data") == payload:
                return str(button["text"])
    return payload


def _received_at(sent_at: datetime, now: datetime) -> datetime:
    """Telegram's date is when its server had it on our behalf (rules C2), unless it lies in the future."""
    return now if (sent_at - now).total_seconds() > _CLOCKS_DIFFER else min(sent_at, now)


def _marks(message: Mapping[str, Any], *, edited: bool) -> Marks:
    """A bot is automatic; in a group others read along, so a person answers."""
    reasons = []
    by_bot = bool((message.get("from") or {}).get("is_bot"))
    in_group = message["chat"].get("type", "private") != "private"
    if by_bot:
        reasons.append("written by a bot")
    if in_group:
        reasons.append("written in a group")
    return Marks(automatic=by_bot, suppress_answer=in_group, edited=edited, reasons=tuple(reasons))


def _name(person: Mapping[str, Any]) -> str | None:
    return " ".join(str(person[key]) for key in ("first_name", "last_name") if person.get(key)) or None


def _other_words(message: Mapping[str, Any]) -> str:
    """A shared place or contact in words."""
    venue, place, contact = message.get("venue"), message.get("location"), message.get("contact")
    if place:
        words = [venue.get("title", ""), venue.get("address", "")] if venue else []
        where = f"{place['latitude']}, {place['longitude']}"
        return "Location: " + "; ".join(word for word in (*words, where) if word)
    if contact:
        return f"Contact: {_name(contact) or ''} {contact.get('phone_number', '')}".strip()
    return ""


def _attachments(message: Mapping[str, Any]) -> tuple[MediaReference, ...]:
    """Files as references by their file id; of a photo the largest size."""
    found = []
    photo = message.get("photo")
    if photo:
        largest = max(photo, key=lambda size: int(size.get("width", 0)) * int(size.get("height", 0)))
        found.append(_reference(largest, "photo.jpg", "image/jpeg"))
    for field, (name, content_type) in _FILES.items():
        if field in message and not (field == "document" and "animation" in message):  # an animation comes as both
            found.append(_reference(message[field], name, content_type))
    return tuple(found)


def _reference(file: Mapping[str, Any], name: str, content_type: str) -> MediaReference:
    return MediaReference(
        name=str(file.get("file_name") or name),
        content_type=str(file.get("mime_type") or content_type),
        size=_size(file.get("file_size")),
        url=str(file["file_id"]),
    )


def _size(given: Any) -> int | None:
    """What Telegram says of a file's size, where it can be one."""
    return given if isinstance(given, int) and 0 <= given <= _LARGEST_FILE else None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
