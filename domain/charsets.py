"""Bytes to text under labels that are missing, wrong, unknown or lie. Never raises."""

import codecs
from functools import lru_cache
from typing import Final

# WHATWG Encoding Standard: these labels mean windows-1252 in practice.
_LATIN: Final = frozenset(
    ("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252",
     "cp-1252", "x-ansi", "ansi", "ansi_x3.4-1968", "iso-646", "8bit", "7bit", "binary")
)  # fmt: skip
_UNKNOWN: Final = frozenset(
    ("", "x-unknown", "unknown", "unknown-8bit", "default", "default_charset", "x-user-defined", "user-defined", "none",
     "null", "_charset")
)  # fmt: skip
_ALIASES: Final = {
    "utf8": "utf-8", "utf8mb4": "utf-8", "utf_8": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949", "x-windows-949": "cp949",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "chinese": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-9": "cp1254",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-cp1250": "cp1250", "x-cp1251": "cp1251",
    "windows-874": "cp874", "tis-620": "cp874", "big5": "big5hkscs", "koi8r": "koi8-r", "win-1250": "cp1250",
    "win-1251": "cp1251", "unicode": "utf-16",
}  # fmt: skip
# Codecs of Python that are no charsets of text, or that are slow on purpose-made input.
_FORBIDDEN: Final = frozenset(("unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"))
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode_bytes(data: bytes, label: str | None) -> tuple[str, str | None]:
    """The text of some bytes under a charset label, and a sentence where the label was of no use (else None)."""
    for bom, unicode_form in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(unicode_form, "replace"), None
    name = _normal(label)
    encoding = _codec(name) if name else "latin"
    if encoding is None:
        return _guess(data), f"unknown charset {name[:40]!r}: guessed"
    if encoding == "latin":
        return _guess(data), None
    try:
        return _without_surrogates(data.decode(encoding)), None
    except (UnicodeError, ValueError):
        return _mend(data, encoding), f"bytes that are not {encoding}: read as well as possible"


def _without_surrogates(text: str) -> str:
    """UTF-7 can spell halves of characters, which no database and no JSON takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def recover(text: str) -> str:
    """Text in which undeclared bytes stand as surrogates (as ``email`` keeps them) with these bytes read."""
    if text.isascii():
        return text
    try:
        data = text.encode("ascii", "surrogateescape")
    except UnicodeError:
        return text.encode("utf-8", "replace").decode("utf-8", "replace")
    return _guess(data)


def to_bytes(text: str) -> bytes:
    """The bytes that ``email`` kept as text with surrogates."""
    try:
        return text.encode("ascii", "surrogateescape")
    except UnicodeError:
        return text.encode("utf-8", "replace")


def _guess(data: bytes) -> str:
    """UTF-8 where it is valid UTF-8, else windows-1252; text in another charset seldom passes for valid UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeError:
        return data.decode("cp1252", "tenantline-latin")


def _mend(data: bytes, encoding: str) -> str:
    if encoding == "utf-8":
        return data.decode("utf-8", "tenantline-latin")
    try:
        return data.decode("utf-8")
    except UnicodeError:
        pass
    try:
        return _without_surrogates(data.decode(encoding, "replace"))
    except (UnicodeError, ValueError):
        return data.decode("cp1252", "tenantline-latin")


def _normal(label: str | None) -> str:
    """A label as written in mails, made comparable; '' where it says nothing."""
    name = (label or "").strip(" \t\r\n\"'<>;").partition("*")[0].lower()
    name = name.removeprefix("charset=").strip(" \"'")
    return "" if name in _UNKNOWN else name


@lru_cache(maxsize=256)
def _codec(name: str) -> str | None:
    if name in _LATIN:
        return "latin"
    known: str = _ALIASES.get(name, name)
    if not known.isascii() or len(known) > 40 or "\x00" in known:  # noqa: PLR2004 - no charset has so long a name
        return None
    try:
        info = codecs.lookup(known)
        "".encode(known)
    except (LookupError, ValueError):
        return None
    plain = info.name.replace("_", "-")
    return None if plain in _FORBIDDEN else {"iso8859-1": "latin", "ascii": "latin"}.get(plain, plain)


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """Read one undecodable byte as windows-1252, or as Latin-1 where that has no character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error("tenantline-latin", _as_latin)
