"""Raw bytes to ``email``'s tree of parts, for any bytes: mended where one line is bad, flat where it is a bomb."""

import re
from email import message_from_bytes
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.policy import compat32
from itertools import islice
from typing import Final

from channels.mail.well_formed import read_well_formed

MOST_BOUNDARIES: Final = 100
"""Declared boundaries and inner mails."""
FEW_BOUNDARIES: Final = 20
MOST_LOOKS: Final = 5_000_000
"""With more than a few boundaries, lines times boundaries: the parser looks for each open boundary in each line."""
MOST_DASHES: Final = 20_000
"""Lines that begin as a boundary does."""
MOST_HEADER_LINES: Final = 5_000
_BOUNDARY: Final = re.compile(rb"boundary\s{0,9}\*?\d{0,2}\*?\s{0,9}=|message/(?:rfc822|global)", re.IGNORECASE)
_HEADER_LINE: Final = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)
_WHITE: Final = b" \t"
_KNOWN: Final = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|in-reply-to"
    rb"|references|x-[a-z0-9-]+|dkim-signature|auto-submitted)[ \t]*:",
    re.IGNORECASE,
)
# What the parser is known to raise on nonsense: bad RFC 2231 numbers and charsets, deep nesting, its own assertions.
_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


def parse_tree(raw: bytes) -> tuple[Message, tuple[str, ...]]:
    """The tree of a mail, and sentences on what had to be done to get one. Never raises."""
    data = _trim_front(raw)
    if _is_bomb(data):
        return _flat(data), ("built of so many parts that it was read as one text",)
    try:
        well_formed = read_well_formed(data.decode("ascii", "surrogateescape"))
        if well_formed is not None:
            return well_formed, ()
        message = message_from_bytes(data, policy=compat32)
    except _UNREADABLE:
        return _flat(data), ("its structure could not be followed: read as one text",)
    if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in message.defects):
        return _mended(data, message)
    return message, ()


def _trim_front(raw: bytes) -> bytes:
    """Without byte order mark and blank lines before the first header."""
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def _head_of(data: bytes) -> bytes:
    ends = [end for blank in (b"\n\n", b"\r\n\r\n", b"\r\r") if (end := data.find(blank)) >= 0]
    return data[: min(ends)] if ends else data


def _is_bomb(data: bytes) -> bool:
    lines = data.count(b"\n")
    if lines > MOST_HEADER_LINES and _head_of(data).count(b"\n") > MOST_HEADER_LINES:
        return True
    if lines > MOST_DASHES and data.count(b"\n--") > MOST_DASHES:
        return True
    lowered = data.lower()
    if lowered.count(b"boundary") + lowered.count(b"message/") <= FEW_BOUNDARIES:
        return False  # as ordinary mails are: the pattern below costs ten times as much
    count = sum(1 for _ in islice(_BOUNDARY.finditer(data), MOST_BOUNDARIES + 1))
    return count > MOST_BOUNDARIES or (count > FEW_BOUNDARIES and count * lines > MOST_LOOKS)


def _mended(data: bytes, message: Message) -> tuple[Message, tuple[str, ...]]:
    """Where a line without a colon cuts the headers short and known headers follow, make it a continuation line."""
    head = _head_of(data)
    lines = head.splitlines(keepends=True)
    bad = next(
        (at for at, line in enumerate(lines) if at and not _HEADER_LINE.match(line) and line[:1] not in _WHITE), 0
    )
    if not bad or not any(_KNOWN.match(line) for line in lines[bad + 1 : bad + 200]):
        return message, ("no blank line between headers and text",)
    whole = [
        line if _HEADER_LINE.match(line) or line[:1] in _WHITE or at == 0 else b" " + line
        for at, line in enumerate(lines)
    ]
    try:
        mended = message_from_bytes(b"".join(whole) + data[len(head) :], policy=compat32)
    except _UNREADABLE:
        return message, ("a header line could not be read",)
    return mended, ("a header line could not be read",)


def _flat(data: bytes) -> Message:
    """Headers by hand and the rest as one plain text."""
    message = Message(policy=compat32)
    head = _head_of(data)
    name = ""
    value = b""
    for line in head.splitlines()[:MOST_HEADER_LINES]:
        match = _HEADER_LINE.match(line)
        if match is None or line[:1] in _WHITE:
            value += b" " + line.strip() if len(value) < 20_000 else b""  # noqa: PLR2004 - as headers.LONGEST
            continue
        _add(message, name, value)
        name, value = match[1].decode("ascii").lower(), match[2]
    _add(message, name, value)
    message.set_payload(data[len(head) :].decode("ascii", "surrogateescape"))
    return message


def _add(message: Message, name: str, value: bytes) -> None:
    if name and not name.startswith("content-"):
        message[name] = value.decode("ascii", "surrogateescape")
