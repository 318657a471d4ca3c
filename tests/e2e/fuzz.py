# ruff: noqa: E501, RUF001 - odd words stand as they are
"""A small seeded fuzzer: mails and webhooks as they might come from broken programs and from people who mean ill."""

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote_from_bytes

NASTY = (
    b"\x00", b"\r\n\r\n", b"\r\n", b"\n", b"\r", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x80" * 9, b"\t",
    b"=?utf-8?B?", b"?=", b"=?x?Q?=?=?=", b"=", b"=3D=", b"%00", b"%ED%A0%80", b"+AAA-", b"\x1b$B", b"~{", b"<" * 500,
    b">" * 500, b"(" * 500, b'"' * 99, b"\\" * 99, b"[" * 400, b"{" * 400, b"-- \r\n", b"--", b"From ", b"; " * 300,
    b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"charset=utf-16;",
    b"Content-Transfer-Encoding: base64\r\n", b'Content-Disposition: attachment; filename="../../x"\r\n',
    b"Auto-Submitted: auto-replied\r\n", b"In-Reply-To: <" + b"a" * 2000 + b">\r\n", b"Date: 99 Feb 99999\r\n",
    b"Subject: =?gb18030?B?//////8=?=\r\n", "\u202e\u200b\u0000\ufeff".encode(), "𝓒𝓔𝓢-26-00001".encode(), b"CES-26-00001A",
    b"9" * 400, b"-1", b"1e999", b"NaN", b"null", b"'; DROP TABLE message; --", b"<script>alert(1)</script>", b"{{7*7}}",
)  # fmt: skip
WORDS = (
    "", " ", "\x00", "\ud800", "\udfff tail", "\u202eabc", "x" * 70_000, "=cmd|' /C calc'!A0", "${jndi:ldap://x}", "{reference}",
    "{0}", "%s%n", "gas", "STOP", "CES-26-00001A", "\r\nBcc: x@example.org", "👩‍👩‍👧‍👦" * 300, "\U0010ffff", "Ω" * 3_000, "\x1b[2J",
    "+447700900123", "whatsapp:+447700900123", "@", "a@b@c", "<@>", "+" * 40, "٠١٢٣", "1" * 4_500, "-0", "true",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 2**70, -(2**63) - 1, 1e308, -0.5, [], {}, [[]], [None], {"": ""}, *WORDS,
)  # fmt: skip
_DEEP = 200


def mutated(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Bytes changed in one to four ways."""
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(_WAYS)(data, others, chance)
    return data


def _at(data: bytes, chance: random.Random) -> tuple[int, int]:
    """A slice, mostly short."""
    start = chance.randint(0, len(data))
    return start, min(len(data), start + int(chance.expovariate(1 / 40)))


def _flip(data: bytes, _others: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _drop(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _at(data, chance)
    return data[:start] + data[end:]


def _repeat(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _at(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 3, 200)) + data[end:]


def _insert(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    start, _end = _at(data, chance)
    return data[:start] + chance.choice(NASTY) + data[start:]


def _replace(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _at(data, chance)
    return data[:start] + chance.choice(NASTY) + data[end:]


def _cut(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _splice(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _swap_lines(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _other_line_ends(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return data.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\n\r", b"\r\r\n", b"\x0b", b"\xc2\x85")))


_WAYS: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _flip, _flip, _drop, _repeat, _insert, _insert, _replace, _replace, _cut, _splice, _swap_lines, _other_line_ends,
)  # fmt: skip


def mutated_json(value: Any, chance: random.Random) -> Any:
    """A copy of a JSON value with one to three places changed: dropped, replaced, renamed, repeated, nested."""
    whole = [copy.deepcopy(value)]
    for _ in range(chance.randint(1, 3)):
        places = list(_places(whole))
        holder, key = chance.choice(places)
        match chance.randrange(6):
            case 0 if holder is not whole:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(WORDS)] = holder.pop(key)
            case 2:
                holder[key] = [holder[key]] * chance.choice((1, 2, 50))
            case 3:
                holder[key] = _nested(holder[key], chance.randint(1, _DEEP))
            case _:
                holder[key] = chance.choice(VALUES)
    return whole[0]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key or index) in a JSON value."""
    found: list[tuple[Any, Any]] = []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inside:
        found.append((value, key))
        found.extend(_places(child))
    return found


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"x": value}
    return value


def as_json(value: Any, others: Sequence[bytes], chance: random.Random) -> bytes:
    """A JSON value as bytes, now and then broken as text too."""
    body = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    return mutated(body, others, chance) if chance.random() < 0.25 else body


def mutated_fields(fields: dict[str, str], chance: random.Random, *, keep: frozenset[str]) -> list[tuple[str, str]]:
    """A form's fields with some dropped, changed, doubled or made up; those in ``keep`` stay as they are."""
    pairs = list(fields.items())
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(pairs))
        name, value = pairs[place]
        if name in keep:
            continue
        match chance.randrange(5):
            case 0:
                del pairs[place]
            case 1:
                pairs.insert(chance.randint(0, len(pairs)), (name, chance.choice(WORDS)))
            case 2:
                pairs.append((chance.choice((*WORDS, *(each for each in fields if each not in keep))), value))
            case _:
                pairs[place] = (name, chance.choice(WORDS))
    return pairs


def urlencoded(pairs: Sequence[tuple[str, str]]) -> bytes:
    """A form's body; lone surrogates as their bytes, as broken programs send them."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))
