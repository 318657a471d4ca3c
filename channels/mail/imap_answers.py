"""Reads what an IMAP server answers to FETCH, as imaplib hands it on. Pure; knows nothing of connections."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_INTERNALDATE: Final = re.compile(
    rb'\bINTERNALDATE "\s?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)
_MONTHS: Final = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_OWN_ANSWER: Final = re.compile(rb"^\d+ \(")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as the server gave it. ``refusal`` says why ``raw`` holds the headers only, or nothing."""

    uid: int
    internal_date: datetime | None
    raw: bytes = field(repr=False)
    refusal: str | None = None


def read_answers(data: Sequence[Any]) -> list[Mail]:
    """Mails out of the answers to one FETCH as imaplib gives them; answers without a body are passed over.

    Attributes may stand before or after the body (RFC 3501 leaves the order free), and an answer about somebody
    else's mail may come between.
    """
    mails: list[Mail] = []
    head = b""
    raw: bytes | None = None
    for answer in (*data, b"0 ()"):  # a last answer about nothing ends the one before it
        if isinstance(answer, bytes) and not _OWN_ANSWER.match(answer):
            head += b" " + answer
            continue
        uid = _UID.search(head)
        if raw is not None and uid is not None:
            mails.append(Mail(uid=int(uid[1]), internal_date=read_internal_date(head), raw=raw))
        if isinstance(answer, tuple):
            head, raw = answer[0], answer[1]
        elif isinstance(answer, bytes):
            head, raw = answer, b"" if b'] ""' in answer else None
    return mails


def read_sizes(data: Sequence[Any]) -> dict[int, int]:
    """UID to bytes out of the answers to ``FETCH (UID RFC822.SIZE)``."""
    sizes = {}
    for answer in data:
        if isinstance(answer, bytes):
            uid, size = _UID.search(answer), _SIZE.search(answer)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
    return sizes


def read_internal_date(text: bytes) -> datetime | None:
    """The INTERNALDATE of an answer in UTC, or None where it is missing or impossible."""
    found = _INTERNALDATE.search(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    try:
        numbers = (int(year), _MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), int(second))
        zone = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        local = datetime(*numbers, tzinfo=UTC)
        return local - zone if sign == b"+" else local + zone
    except (ValueError, OverflowError):
        return None


def as_set(uids: Sequence[int]) -> str:
    """A set as IMAP writes it, neighbours as a range: ``101:103,107``."""
    ranges: list[list[int]] = []
    for uid in uids:
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)
