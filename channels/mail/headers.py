"""Header lines as they come: encoded words in every broken form, undeclared 8-bit bytes, addresses of any shape.

Works on the raw strings of the ``compat32`` parser, in which undeclared bytes stand as surrogates. Never raises.
"""

import binascii
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from channels.mail.parsed import Mailbox
from domain.charsets import decode_bytes, recover, to_bytes

LONGEST: Final = 20_000
"""Code points of one header that are read; the raw mail keeps the rest."""
MOST_ADDRESSES: Final = 500
_ENCODED: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,998})>")
_DELIMITERS: Final = re.compile(r"[\s<>()\[\],;:\"'\\]")
_COMMENT: Final = re.compile(r"\(([^()]{0,400})\)")
_PARAMETER: Final = re.compile(r"([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.){0,4000}\"?|[^;]{0,4000})")
_FULL_CENTURY: Final = 1900


class Headers:
    """The headers of one part, by name in any case, in their order."""

    def __init__(self, part: Message) -> None:
        self.items: list[tuple[str, str]] = [(name, str(value)) for name, value in part.raw_items()]
        self._by_name: dict[str, list[str]] = {}
        for name, value in self.items:
            self._by_name.setdefault(name.strip().lower(), []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def names(self) -> frozenset[str]:
        """The names that occur, in lower case."""
        return frozenset(self._by_name)

    def raw(self, name: str) -> list[str]:
        """Each raw value of a header (name in lower case)."""
        return self._by_name.get(name, [])

    def text(self, name: str) -> str:
        """The first value that says something, decoded, on one line; '' where there is none."""
        return next((text for value in self.raw(name) if (text := decode_text(value))), "")

    def token(self, name: str) -> str:
        """The first word of the first value, in lower case, as for ``Auto-Submitted``."""
        words = re.split(r"[\s;(,]", self.text(name).lower(), maxsplit=1)
        return words[0] if words else ""

    def mailboxes(self, name: str) -> tuple[Mailbox, ...]:
        """The addresses of all headers of that name."""
        found: list[Mailbox] = []
        for value in self.raw(name)[:20]:
            found.extend(read_mailboxes(value))
        return tuple(found[:MOST_ADDRESSES])

    def message_ids(self, name: str) -> tuple[str, ...]:
        """The ids in angle brackets of all headers of that name, once each, in order; a bare id counts too."""
        found: dict[str, None] = {}
        for value in self.raw(name)[:20]:
            text = unfold(value[:LONGEST])
            ids = _MESSAGE_ID.findall(text)
            bare = text.strip(" <>")
            if not ids and "@" in bare and " " not in bare:
                ids = [bare]
            found.update(dict.fromkeys(_CONTROL.sub("", recover(one)) for one in ids))
        return tuple(found)


def unfold(value: str) -> str:
    """A folded header on one line."""
    return _FOLD.sub(" ", value) if "\n" in value or "\r" in value else value


def decode_text(value: str) -> str:
    """A header's text: unfolded, encoded words decoded, undeclared bytes read, control characters gone, trimmed."""
    text = unfold(value[:LONGEST])
    if "=?" in text:
        text = _decode_words(text)
    elif not text.isascii():
        text = recover(text)
    return _CONTROL.sub("", text.replace("\t", " ")).strip()


def _decode_words(text: str) -> str:
    """Replace encoded words (RFC 2047); bytes of neighbours in one charset are joined before they are read.

    Senders cut a character of several bytes across two words, put spaces into them, or forget white space between.
    """
    out: list[str] = []
    pending = b""
    charset = ""
    end = 0
    for match in _ENCODED.finditer(text):
        between = text[end : match.start()]
        data = _word_bytes(match[2], match[3])
        if pending and (between.strip() or match[1].lower() != charset):
            out.append(decode_bytes(pending, charset)[0])
            pending = b""
        if between.strip() or end == 0:
            out.append(recover(between))
        pending += data
        charset = match[1].lower()
        end = match.end()
    if pending:
        out.append(decode_bytes(pending, charset)[0])
    out.append(recover(text[end:]))
    return "".join(out)


def _word_bytes(encoding: str, content: str) -> bytes:
    data = to_bytes(content)
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b"=20"), header=False)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    data = data[:-1] if len(data) % 4 == 1 else data
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def read_mailboxes(value: str) -> list[Mailbox]:
    """The addresses of a header, however written: lists by comma or semicolon, groups, comments, missing brackets.

    Split before decoding, so that a comma inside an encoded name separates nothing.
    """
    if len(value) > LONGEST and "@" not in value[:LONGEST]:
        value = value[-LONGEST:]  # after a name made to hide it, the address still stands at the end
    found: list[Mailbox] = []
    for piece in _split_addresses(unfold(value[:LONGEST])):
        mailbox = _read_mailbox(piece)
        if mailbox is not None:
            found.append(mailbox)
        if len(found) >= MOST_ADDRESSES:
            break
    return found


def _split_addresses(text: str) -> list[str]:
    if "," not in text and ";" not in text:
        return [text] if text.strip() else []
    pieces: list[str] = []
    start = 0
    quoted = False
    angle = False
    for at, character in enumerate(text):
        if character == '"' and (at == 0 or text[at - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif character == "<":
            angle = True
        elif character == ">":
            angle = False
        elif character in ",;" and not angle:
            pieces.append(text[start:at])
            start = at + 1
    rest = text[start:]
    if quoted and "," in rest:
        pieces.extend(rest.split(","))  # a quote that never ends swallows nobody
    else:
        pieces.append(rest)
    return [piece for piece in pieces if piece.strip()]


def _read_mailbox(piece: str) -> Mailbox | None:
    open_at = piece.rfind("<")
    if open_at >= 0:
        name, bracketed = piece[:open_at], piece[open_at + 1 :].partition(">")[0]
        found = _find_address(bracketed) or _find_address(piece)
        return _mailbox(name, found) if found or name.strip() else None
    if "=?" in piece:  # some programs encode name and address in one word
        decoded = decode_text(piece)
        if "@" in decoded and "=?" not in decoded:
            return _read_mailbox(decoded)
    found = _find_address(piece)
    if not found:
        name = piece.partition(":")[2] if piece.rstrip().endswith(":") else piece
        return _mailbox(name, "") if name.strip(' ";:<>') else None
    comment = _COMMENT.search(piece)
    return _mailbox(comment[1] if comment else piece.replace(found, ""), found)


def _find_address(text: str) -> str:
    """The first thing of the shape ``local@domain``; each sign looked at by its bounded surroundings."""
    bare = _CONTROL.sub("", recover(text))
    at = bare.find("@")
    while at >= 0:
        local = _DELIMITERS.split(bare[max(0, at - 200) : at])[-1].rpartition("@")[2]
        domain = _DELIMITERS.split(bare[at + 1 : at + 254], maxsplit=1)[0].partition("@")[0].strip(".")
        if local and domain:
            return f"{local}@{domain}"
        if local and bare[at + 1 : at + 2] == "[":  # an address literal, RFC 5321 section 4.1.3
            return f"{local}@{bare[at + 1 : at + 60].partition(']')[0]}]"
        at = bare.find("@", at + 1)
    return ""


def _mailbox(name: str, address: str) -> Mailbox:
    local, at, domain = address.rpartition("@")
    shown = decode_text(name).strip(" \t\"'<>")
    shown = shown.rpartition(":")[2].strip() if shown.endswith(":") else shown.replace('\\"', '"')
    return Mailbox(name=shown[:200], address=f"{local}{at}{domain.lower()}" if at else "")


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured header such as Content-Type: its value in lower case, its parameters decoded (RFC 2231, 2047)."""
    if not value:
        return "", {}
    text = unfold(value[:LONGEST])
    main, _, rest = text.partition(";")
    if "=" in main:  # text/plain charset=utf-8: a sign was forgotten
        main, _, forgotten = main.strip().partition(" ")
        rest = f"{forgotten};{rest}"
    if not rest:
        return main.strip().lower(), {}
    parameters: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(rest):
        name, content = match[1].lower(), _unquote(match[2].strip())
        if "*" not in name:
            parameters.setdefault(name, decode_text(content))
            continue
        base, _, tail = name.partition("*")
        number = tail.rstrip("*")
        if len(number) < 4 and (number.isdecimal() or not number):  # noqa: PLR2004 - nobody sends 1,000 pieces
            pieces.setdefault(base, []).append((int(number or 0), name.endswith("*"), content))
    for base, parts in pieces.items():
        parameters[base] = _join_pieces(sorted(parts, key=lambda part: part[0]))
    return main.strip().lower(), parameters


def _unquote(content: str) -> str:
    if not content.startswith('"'):
        return content
    return re.sub(r"\\(.)", r"\1", content[1:].removesuffix('"'))


def _join_pieces(parts: list[tuple[int, bool, str]]) -> str:
    """Put together ``name*0*=utf-8''...; name*1*=...`` (RFC 2231 section 4.1)."""
    charset = ""
    data = b""
    for position, (_, encoded, content) in enumerate(parts):
        if position == 0 and encoded and content.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
            charset, _, content = content.split("'", 2)  # noqa: PLW2901
        data += unquote_to_bytes(to_bytes(content)) if encoded else to_bytes(content)
    return _CONTROL.sub("", decode_bytes(data, charset)[0])


def read_date(value: str) -> datetime | None:
    """A Date header as an aware time, or None; a time without a zone is taken as UTC. Evidence only."""
    text = decode_text(value)[:100]
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return moment.astimezone(UTC) if moment.year > _FULL_CENTURY else None
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
