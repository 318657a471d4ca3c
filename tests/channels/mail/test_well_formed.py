"""The quick parser gives what ``email``'s gives, or nothing."""

# ruff: noqa: E501 - strategies read better one a line

from collections.abc import Callable
from email import message_from_bytes
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.policy import compat32
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.mail.well_formed import read_well_formed
from tests.channels.mail.mails import CASES, NAMES
from tests.channels.mail.test_any_bytes import MUTATIONS, SMALL, mutate

LINES = st.sampled_from(
    (b"Subject: x", b"Subject:\tx\t", b"X: \xff\xc3", b" folded", b"\t", b"x", b": x", b"From ann", b">From ann", b"x y: z", b"A:", b"",
     b"Content-Type: multipart/mixed; boundary=b", b'Content-Type: multipart/alternative; boundary="b c"', b"Content-Type: multipart/mixed",
     b"Content-Type: multipart/digest; boundary=b", b"Content-Type: message/rfc822", b"Content-Type: text/html", b"Content-Type: multipart/a/b; boundary=b",
     b"content-type: multipart/mixed; boundary*=us-ascii''b", b"Content-Type:\r\n multipart/mixed;\r\n boundary=b", b"Content-Type: \xff; boundary=b",
     b"--b", b"--b", b"--b--", b"--b ", b"--b-- \t", b"--bc", b"--b c", b"--b c--", b"--", b"-- ")
)  # fmt: skip
ENDS = st.sampled_from((b"\r\n", b"\r\n", b"\r\n", b"\n", b"\n", b"\r", b""))


def told(part: Message) -> Any:
    """All that a part says, with the parts in it."""
    payload = part._payload  # type: ignore[attr-defined]  # get_payload() reads 8-bit bytes by their charset
    inside = [told(each) for each in payload] if isinstance(payload, list) else payload
    return list(part.raw_items()), part.get_default_type(), part.preamble, part.epilogue, inside


def tried(parse: Callable[[], Message | None]) -> Message | type[Exception] | None:
    """The tree, or what was raised."""
    try:
        return parse()
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        return type(error)


def agrees(raw: bytes) -> bool:
    """Whether the quick parser reads a mail; that it then reads what the other reads is checked."""
    found = tried(lambda: read_well_formed(raw.decode("ascii", "surrogateescape")))
    expected = tried(lambda: message_from_bytes(raw, policy=compat32))
    if isinstance(found, Message):
        assert isinstance(expected, Message)
        assert told(found) == told(expected)
        assert not any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in expected.defects)
    elif found is not None:
        assert found is expected
    return isinstance(found, Message)


@pytest.mark.parametrize("name", NAMES)
def test_every_case_is_read_alike_whatever_its_line_ends(name: str) -> None:
    raw = (CASES / f"{name}.eml").read_bytes()
    agrees(raw)
    agrees(raw.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize("name", ["plain", "alternative", "nested_alternative_related_mixed", "plain_lf_only", "latin1_undeclared"])  # fmt: skip
def test_ordinary_mails_are_read_the_quick_way(name: str) -> None:
    assert agrees((CASES / f"{name}.eml").read_bytes())


@pytest.mark.parametrize("name", ["forwarded_eml", "digest", "dsn_postfix", "no_blank_line", "boundary_never_closed", "carriage_returns_only", "nested_sixty_deep"])  # fmt: skip
def test_odd_mails_are_left_to_the_other(name: str) -> None:
    assert not agrees((CASES / f"{name}.eml").read_bytes())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SMALL), MUTATIONS)
def test_a_mutilated_mail_is_read_alike(name: str, changes: list[tuple[str, float, float, bytes]]) -> None:
    agrees(mutate((CASES / f"{name}.eml").read_bytes(), changes))


@settings(max_examples=800, deadline=None)
@given(st.lists(st.tuples(LINES, ENDS), max_size=16))
def test_lines_in_any_order_are_read_alike(lines: list[tuple[bytes, bytes]]) -> None:
    agrees(b"".join(line + end for line, end in lines))


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=14), st.sampled_from((b"\r\n", b"\n")))
def test_parts_in_any_order_are_read_alike(lines: list[bytes], end: bytes) -> None:
    head = b"Content-Type: multipart/mixed; boundary=b" + end + end
    inner = b"--b" + end + b"Content-Type: multipart/related; boundary=c" + end + end + b"--c" + end + end.join(lines)
    agrees(head + end.join((*lines, b"--b--", b"")))
    agrees(head + end.join((inner, b"--c--", *lines[:2], b"--b--", b"")))
