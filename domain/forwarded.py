"""Who first wrote what a colleague passes on, and when, as the forward's own header lines say. Pure; never raises.

Words of a text are a lead for a person: no address from here is ever written to by itself.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from domain.addresses import normalise_email
from domain.errors import AddressError
from domain.quote_marks import HEADERS, Mark, mark_of, plain
from domain.uktime import local_instant, month_number
from domain.values import Instant, Value

LONGEST: Final = 200_000
"""Code points looked at."""
_MOST_LINES: Final = 12
_DATED: Final = frozenset({"sent", "date", "anfonwyd", "dyddiad"})
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]:;,\"']{1,64}@[^\s<>()\[\]:;,\"']{1,253}")
_NAMED_DAY: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|ain|fed)?\s+([^\W\d_]{3,12})\.?,?\s+(\d{4})\b")
_NAMED_MONTH: Final = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_NUMBERS: Final = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_ISO: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})")
_TIME: Final = re.compile(
    r"(?<!\d)(\d{1,2})[:.](\d{2})(?::\d{2})?\s*(am|pm|yb|yh)?\b(?:\s*(?:([+-])(\d{2}):?(\d{2})\b|(gmt|utc|z)\b))?"
)
_AFTERNOON: Final = frozenset({"pm", "yh"})
_NOON: Final = 12


class Forwarded(Value):
    """The writer of a message that was passed on."""

    name: str = ""
    address: str = ""
    """In normal form; '' where the lines name none."""
    at: Instant | None = None
    """When it was sent, as its header lines say; None where that cannot be read."""


def read_forwarded(text: str, own_domains: Collection[str]) -> Forwarded | None:
    """The outermost writer who is no colleague; else the innermost one; None where nothing was passed on."""
    found = None
    for found in _blocks(text[:LONGEST]):
        if found.address and found.address.rpartition("@")[2] not in own_domains:
            return found
    return found


def read_written_date(written: str) -> datetime | None:
    """A date as mail programs write it, on a UK clock where it names no zone; without a time, the day's beginning."""
    text = written[:120].casefold()
    day = _day(text)
    if day is None:
        return None
    found = _TIME.search(text)
    try:
        if found is None:
            return local_instant(day, time())
        hour = int(found[1]) % _NOON + (_NOON if found[3] in _AFTERNOON else 0) if found[3] else int(found[1])
        at = time(hour, int(found[2]))
        if found[7]:
            return datetime.combine(day, at, tzinfo=UTC)
        if found[4]:
            ahead = timedelta(hours=int(found[5]), minutes=int(found[6])) * (1 if found[4] == "+" else -1)
            return datetime.combine(day, at, tzinfo=timezone(ahead)).astimezone(UTC)
        return local_instant(day, at)
    except (ValueError, OverflowError):
        return None


def _blocks(text: str) -> Iterator[Forwarded]:
    """Each block of header lines that begins with who wrote and says when."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        if _mark(lines[at]) is not Mark.FIRST_HEADER:
            at += 1
            continue
        end = at + 1
        while end < min(at + _MOST_LINES, len(lines)) and _mark(lines[end]) in HEADERS:
            end += 1
        block = [_bare(line).partition(":")[::2] for line in lines[at:end]]
        dated = next((words for name, words in block if name.strip(" *").casefold() in _DATED), None)
        if dated is not None:
            yield _writer(block[0][1], read_written_date(dated))
        at = end


def _mark(line: str) -> Mark:
    bare = _bare(line)
    return mark_of(bare, plain(bare))


def _bare(line: str) -> str:
    """Without the marks of quotation: a forward of a forward has them before its lines."""
    return line.lstrip("> \t\u00a0")


def _writer(words: str, at: datetime | None) -> Forwarded:
    found = _ADDRESS.search(words)
    name = words[: found.start()] if found else words
    name = name.replace("mailto:", " ").strip(" \t*\"'<[(")
    try:
        address = normalise_email(found[0].removeprefix("mailto:")) if found else ""
    except AddressError:
        address = ""
    return Forwarded(name=name[:200], address=address, at=at)


def _day(text: str) -> date | None:
    for pattern, order in ((_NAMED_DAY, "dmy"), (_NAMED_MONTH, "mdy"), (_ISO, "ymd"), (_NUMBERS, "dmy")):
        found = pattern.search(text)
        if found is None:
            continue
        part = dict(zip(order, found.groups(), strict=True))
        month = int(part["m"]) if part["m"].isdecimal() else month_number(part["m"])
        try:
            return date(int(part["y"]), month or 0, int(part["d"]))
        except ValueError:
            continue
    return None
