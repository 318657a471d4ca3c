"""Our own mails: threaded, marked as automatic, and never with a header that a value brought along."""

# ruff: noqa: E501, RUF001 - tables of values read better one a line, and Welsh has its apostrophes

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.mail.compose import compose, subject_line
from channels.mail.parse import read_mail

GIVEN: dict[str, Any] = {
    "from_address": "feedback@cestria.example",
    "from_name": "Cestria Homes",
    "to_address": "jo@example.org",
    "to_name": "Jo Jones",
    "subject": "No heating",
    "text": "Dear Jo,\n\nWe have your message.\n",
    "message_id": "ack.7f@mail.cestria.example",
    "date": datetime(2025, 11, 3, 9, 20, tzinfo=UTC),
    "reference": "CES-26-00417N",
}


def composed(**changes: Any) -> EmailMessage:
    return message_from_bytes(compose(**(GIVEN | changes)), policy=policy.default)


def test_an_acknowledgement_says_that_it_is_one() -> None:
    mail = composed(in_reply_to="no-heating.1@example.org", references=["first.1@example.org"])
    assert mail["Message-ID"] == "<ack.7f@mail.cestria.example>"
    assert mail["In-Reply-To"] == "<no-heating.1@example.org>"
    assert mail["References"].split() == ["<first.1@example.org>", "<no-heating.1@example.org>"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Precedence"] == "auto_reply"
    assert mail["X-Tenantline"] == "<ack.7f@mail.cestria.example>"
    assert mail["Subject"] == "Re: [CES-26-00417N] No heating"
    assert mail["Date"] == "Mon, 03 Nov 2025 09:20:00 +0000"
    assert mail["From"] == "Cestria Homes <feedback@cestria.example>"
    assert mail.get_content().replace("\r\n", "\n") == GIVEN["text"]


def test_a_persons_letter_asks_nobody_to_keep_silent() -> None:
    mail = composed(automatic=None)
    assert not {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"} & set(mail.keys())
    assert mail["X-Tenantline"] == "<ack.7f@mail.cestria.example>"


def test_a_reminder_is_generated_and_not_a_reply() -> None:
    assert composed(automatic="auto-generated")["Auto-Submitted"] == "auto-generated"


def test_welsh_survives_in_every_place() -> None:
    mail = composed(
        subject="Mae’r tŷ yn oer iawn iawn iawn a does dim dŵr poeth yn y gegin ers wythnosau lawer",
        text="Annwyl Siân,\n\nDŵr a thŷ.\n",
        to_name="Siân Ŵyn, o'r tŷ pen " * 4,
        from_name="Tai Cestria – tîm cwynion",
    )
    assert mail["Subject"].endswith(
        "Mae’r tŷ yn oer iawn iawn iawn a does dim dŵr poeth yn y gegin ers wythnosau lawer"
    )
    assert "Siân Ŵyn" in mail["To"].addresses[0].display_name
    assert mail["From"].addresses[0].display_name == "Tai Cestria – tîm cwynion"
    assert mail.get_content().replace("\r\n", "\n") == "Annwyl Siân,\n\nDŵr a thŷ.\n"


def test_lines_end_as_smtp_wants_and_stay_short() -> None:
    raw = compose(**(GIVEN | {"subject": "ŵ" * 190, "text": "long " * 400 + "\n.\n", "references": [f"r{i}.aaaaaaaaaaaaaaaaaaaaaa@example.org" for i in range(90)]}))  # fmt: skip
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    mail = message_from_bytes(raw, policy=policy.default)
    chain = mail["References"].split()
    assert len(chain) == 20
    assert chain[0].startswith("<r0.")
    assert chain[-1].startswith("<r89.")


@pytest.mark.parametrize(
    ("subject", "answers", "expected"),
    [
        ("No heating", False, "[CES-26-00417N] No heating"),
        ("No heating", True, "Re: [CES-26-00417N] No heating"),
        ("Re: RE: re: [CES-26-00417N] No heating", True, "Re: [CES-26-00417N] No heating"),
        ("[ces-26-00417n] [CES-26-00417N] No heating", False, "[CES-26-00417N] No heating"),
        ("AW: Re: No heating", False, "Re: [CES-26-00417N] No heating"),
        ("", False, "[CES-26-00417N]"),
        ("No\r\nBcc: all@example.org", False, "[CES-26-00417N] No Bcc: all@example.org"),
    ],
)
def test_each_mark_stands_once_in_a_subject(subject: str, answers: bool, expected: str) -> None:  # noqa: FBT001
    assert subject_line(subject, reference="CES-26-00417N", answers=answers) == expected


@pytest.mark.parametrize("bad", ["a@b.example\r\nBcc: c@d.example", "no address", "", "a@b@c", "a b@c.example", "a@b.example, c@d.example"])  # fmt: skip
def test_what_is_no_single_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(**(GIVEN | {"to_address": bad}))


def test_a_message_id_that_is_none_is_refused_and_a_strangers_is_left_out() -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose(**(GIVEN | {"message_id": "x\r\nBcc: a@b.example"}))
    mail = composed(in_reply_to="x\r\nBcc: a@b.example", references=["y z", "ok.1@example.org"])
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<ok.1@example.org>"


ALLOWED = {"from", "to", "subject", "date", "message-id", "x-tenantline", "auto-submitted", "x-auto-response-suppress", "precedence", "mime-version", "content-type", "content-transfer-encoding", "in-reply-to", "references", "content-language"}  # fmt: skip
NASTY = st.text(st.sampled_from('aŵ \r\n\x00\x0b\x85\u2028:<>@,;"\\=?[]\ud800') | st.characters(), max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.tuples(NASTY, NASTY, NASTY, NASTY, NASTY))
def test_no_value_adds_a_header(values: tuple[str, ...]) -> None:
    name, subject, answered, reference, language = values
    hidden = "x\r\nBcc: victim@example.org\r\n\r\nbody"
    raw = compose(**(GIVEN | {
        "from_name": name, "to_name": name + hidden, "subject": subject + hidden, "in_reply_to": answered + hidden,
        "references": [answered, hidden], "reference": reference, "language": language + hidden,
    }))  # fmt: skip
    head = raw.split(b"\r\n\r\n")[0]
    names = {line.split(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")}
    assert names <= ALLOWED
    assert b"victim@example.org" not in raw.split(b"\r\n\r\n", 1)[1]


PLAIN = st.text(st.sampled_from("aB9 ,.:;'\"()<>@=?[]/-\t\n\u00e9\u2019"), max_size=120)


@settings(max_examples=300, deadline=None)
@given(PLAIN, PLAIN, PLAIN, st.integers(0, 30))
def test_the_bytes_are_what_the_email_package_writes(name: str, subject: str, text: str, references: int) -> None:
    raw = compose(**(GIVEN | {
        "from_name": name, "to_name": name, "subject": subject, "text": text, "reply_to": "answers@cestria.example",
        "references": [f"r{number}@example.org" for number in range(references)], "language": "cy",
    }))  # fmt: skip
    as_written = policy.compat32.clone(linesep="\r\n", max_line_length=0)
    assert message_from_bytes(raw).as_bytes(policy=as_written) == raw


@pytest.mark.parametrize("length", [30, 43, 44, 45, 46, 47, 80, 150])
def test_a_plain_subject_is_folded_where_its_line_is_full(length: int) -> None:
    subject = "x" * (length - 6) + " tail."
    line = subject_line(subject, reference="CES-26-00417N", answers=True)
    folded = Header(line, "us-ascii", maxlinelen=76, header_name="Subject").encode(linesep="\r\n")
    assert f"\r\nSubject: {folded}\r\n".encode() in compose(**(GIVEN | {"subject": subject, "in_reply_to": "a@b"}))


@pytest.mark.parametrize("name", ["Jo Jones", "Si\u00e2n"])
def test_an_address_beyond_ascii_is_refused_whatever_the_name(name: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(**(GIVEN | {"to_name": name, "to_address": "si\u00e2n@example.org"}))


def test_our_own_mail_says_which_it_is_even_where_a_provider_gave_it_another_id() -> None:
    raw = compose(**GIVEN)
    changed = raw.replace(b"Message-ID: <", b"Message-ID: <changed.", 1)
    assert read_mail(changed).message_id != GIVEN["message_id"]
    assert read_mail(changed).marks.says_sent_as == read_mail(raw).message_id
