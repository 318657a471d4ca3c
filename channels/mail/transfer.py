"""Content-Transfer-Encoding undone, also where it is broken. Never raises."""

import binascii
import re
from typing import Final

_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\r\n\t ]")
_SPACE: Final = bytes(range(33)) + b"\x7f"
_QUOTED_PAIR: Final = re.compile(rb"=[0-9A-Fa-f]{2}|=\r?\n")
_UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{1,200}\r?\n", re.MULTILINE)


def undo(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes behind a transfer encoding, and a sentence where it was broken (else None)."""
    name = encoding.partition(";")[0].strip(" \t\r\n\"'").lower()
    if name in ("base64", "b", "base-64", "x-base64"):
        return _base64(data)
    if name in ("quoted-printable", "quoted_printable", "q", "qp", "quotedprintable"):
        return binascii.a2b_qp(data), None
    if name in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uuencoded(data)
    known = name in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7 bit", "8 bit")
    return data, None if known else f"unknown transfer encoding {name[:40]!r}: taken as it is"


def _base64(data: bytes) -> tuple[bytes, str | None]:
    """Base64 with foreign characters, missing padding or a footer below; plain text that only claims to be it."""
    foreign = _NOT_BASE64.search(data)
    packed = data.translate(None, _SPACE)
    if foreign is not None:
        words = data.split(None, 40)
        if _is_prose(words):
            return data, "said to be base64 but is plain text: taken as it is"
        # A list's footer in plain text stands below the last line of base64.
        packed = re.sub(rb"[^A-Za-z0-9+/=]", b"", data)
    end = packed.find(b"=")
    if end >= 0:
        packed = packed[:end]
    problem = "broken base64: read as far as possible" if foreign is not None or len(packed) % 4 == 1 else None
    packed = packed[: len(packed) - 1] if len(packed) % 4 == 1 else packed
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4)), problem
    except (binascii.Error, ValueError):
        return data, "broken base64: taken as it is"


def _is_prose(words: list[bytes]) -> bool:
    """Whether the first words are short, as words are and lines of base64 are not."""
    head = words[:40]
    return len(head) >= 2 and sum(map(len, head)) / len(head) < 20  # noqa: PLR2004 - a line of base64 has 76


def _uuencoded(data: bytes) -> tuple[bytes, str | None]:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data, "said to be uuencoded but is not: taken as it is"
    out: list[bytes] = []
    problem = None
    for line in data[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            problem = "broken uuencoding: read as far as possible"
    return b"".join(out), problem
