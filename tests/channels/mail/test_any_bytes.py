"""No bytes stop the reading: mutilated mails and noise give a mail with words or a reason."""

# ruff: noqa: E501 - strategies read better one a line

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.mail.parse import read_mail
from tests.channels.mail.mails import CASES, NAMES

MUTATIONS = st.lists(
    st.tuples(st.sampled_from(("cut", "insert", "swap", "double", "drop_line", "flip")), st.floats(0, 1), st.floats(0, 1), st.binary(max_size=12)),
    min_size=1,
    max_size=6,
)  # fmt: skip


def mutate(raw: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    for kind, where, width, extra in changes:
        at = int(where * len(raw))
        end = min(len(raw), at + int(width * 80))
        if kind == "cut":
            raw = raw[:at] + raw[end:]
        elif kind == "insert":
            raw = raw[:at] + extra + raw[at:]
        elif kind == "swap":
            raw = raw[end:] + raw[:at] + raw[at:end]
        elif kind == "double":
            raw = raw[:end] + raw[at:]
        elif kind == "flip":
            raw = raw[:at] + bytes(byte ^ 0x80 for byte in raw[at:end]) + raw[end:]
        else:
            lines = raw.splitlines(keepends=True)
            del lines[int(where * len(lines)) : int(where * len(lines)) + 1]
            raw = b"".join(lines)
    return raw


SMALL = [name for name in NAMES if (CASES / f"{name}.eml").stat().st_size < 4_000]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SMALL), MUTATIONS)
def test_a_mutilated_mail_never_raises_and_gives_words_or_a_reason(
    name: str, changes: list[tuple[str, float, float, bytes]]
) -> None:
    mail = read_mail(mutate((CASES / f"{name}.eml").read_bytes(), changes))
    assert mail.text.strip() or mail.problems
    assert "\\u0000" not in mail.model_dump_json(exclude={"attachments"})  # raises on half characters


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    mail = read_mail(raw)
    assert mail.text.strip() or mail.problems
    assert "\\u0000" not in mail.model_dump_json(exclude={"attachments"})


@pytest.mark.parametrize(
    "charset", ["utf-7", "utf-8", "utf-16", "utf-16-le", "latin-1", "x-none", "hz", "iso-2022-jp", "idna", "punycode"]
)
def test_no_charset_gives_half_characters_or_nul(charset: str) -> None:
    for body in (b"+2AA-", b"\xed\xa0\x80", b"\x00\xd8\x00\x00", b"~{\x1b$B", b"\x00", b"&#0;&#xd800;"):
        for kind in ("plain", "html"):
            raw = b"From: a@b\x00c.example\r\nMessage-ID: <a\x00@b>\r\nContent-Type: text/%s; charset=%s\r\n\r\n%s"
            mail = read_mail(raw % (kind.encode(), charset.encode(), body))
            assert "\\u0000" not in mail.model_dump_json()
