# ruff: noqa: RUF001 - the words of people and programs, as they were written
"""Hostile and broken headers of mails that a person nevertheless wrote."""

from dataclasses import replace

from tests.e2e.mail_shapes import NEWLINE, Letter, Made, Shape, headers

PLAIN = "Content-Type: text/plain; charset=utf-8"


def _mail(letter: Letter, *lines: str, without: tuple[str, ...] = ()) -> bytes:
    return headers(letter, PLAIN, *lines, leave_out=without) + NEWLINE + letter.body.encode()


def _with_subject(letter: Letter, line: str, holds: str | None = None) -> Made:
    return Made(raw=_mail(letter, f"Subject: {line}", without=("Subject",)), words=(letter.marker,), subject=holds)


def _with_from(letter: Letter, line: str, *more: str) -> Made:
    return Made(raw=_mail(letter, line, *more, without=("From",)), words=(letter.marker,))


def subject_in_unknown_encoding(letter: Letter) -> Made:
    """The one that stops FreeScout for ever."""
    return _with_subject(letter, "=?x-made-up-9?B?UmVwYWlycyE=?= overdue", "overdue")


def subject_in_unknown_8bit(letter: Letter) -> Made:
    return _with_subject(letter, "=?unknown-8bit?Q?F=FCr_immer?= broken", "broken")


def subject_with_broken_word(letter: Letter) -> Made:
    return _with_subject(letter, "=?utf-8?Q?never_closed and =?utf-8?X?zz?= =?utf-8?B?!!!!?= tail", "tail")


def subject_in_pieces_within_a_character(letter: Letter) -> Made:
    return _with_subject(letter, "=?utf-8?B?4oKsIGFuZCBncsO8w58=?=\r\n =?utf-8?B?bGU=?=", "€ and grüßle")


def subject_in_koi8(letter: Letter) -> Made:
    words = "Крыша".encode("koi8-r").hex("=").upper()
    return _with_subject(letter, f"=?koi8-r?Q?={words}?=", "Крыша")


def subject_of_raw_bytes(letter: Letter) -> Made:
    return _with_subject(letter, "Tŷ oer a’r dŵr", "Tŷ oer a’r dŵr")


def subject_of_raw_latin_bytes(letter: Letter) -> Made:
    made = _with_subject(letter, "K@LTE im Haus", "Kälte im Haus")
    return replace(made, raw=made.raw.replace(b"K@LTE", b"K\xe4lte"))


def subject_overlong(letter: Letter) -> Made:
    return _with_subject(letter, "long " * 20_000)


def subject_overlong_and_encoded(letter: Letter) -> Made:
    return _with_subject(letter, " ".join("=?utf-8?Q?=C3=A9?=" for _ in range(5_000)))


def subject_with_line_ends_and_nul(letter: Letter) -> Made:
    return _with_subject(letter, "=?utf-8?Q?Repair=0D=0ABcc:_x@example.org=00?= asked for", "asked for")


def two_subjects(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "Subject: a second subject"), words=(letter.marker,))


def no_subject(letter: Letter) -> Made:
    return Made(raw=_mail(letter, without=("Subject",)), words=(letter.marker,))


def no_message_id(letter: Letter) -> Made:
    return Made(raw=_mail(letter, without=("Message-ID",)), words=(letter.marker,))


def no_date(letter: Letter) -> Made:
    return Made(raw=_mail(letter, without=("Date",)), words=(letter.marker,))


def no_date_and_no_message_id(letter: Letter) -> Made:
    return Made(raw=_mail(letter, without=("Date", "Message-ID", "MIME-Version")), words=(letter.marker,))


def date_is_rubbish(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "Date: yesterday, about tea time", without=("Date",)), words=(letter.marker,))


def date_of_1970(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "Date: Thu, 1 Jan 1970 00:00:00 +0000", without=("Date",)), words=(letter.marker,))


def date_out_of_all_range(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "Date: Mon, 99 Foo 99999 99:99:99 +9999", without=("Date",)), words=(letter.marker,))


def no_from(letter: Letter) -> Made:
    return Made(raw=_mail(letter, without=("From",)), words=(letter.marker,), answered=False, sender="")


def from_is_empty(letter: Letter) -> Made:
    return replace(_with_from(letter, "From: <>"), answered=False, sender="")


def from_is_rubbish(letter: Letter) -> Made:
    return replace(_with_from(letter, "From: somebody at the corner shop"), answered=False, sender="")


def from_group(letter: Letter) -> Made:
    return replace(_with_from(letter, "From: undisclosed-recipients:;"), answered=False, sender="")


def from_a_robot_address(letter: Letter) -> Made:
    """A form of another office: its complaint counts, an answer would never be read (peers 2.2)."""
    line = f"From: Repairs form <no-reply@forms{letter.number}.example.org>"
    return replace(_with_from(letter, line), answered=False, sender=f"no-reply@forms{letter.number}.example.org")


def from_with_comment(letter: Letter) -> Made:
    return _with_from(letter, f"From: (the tenant (of no. 5)) {letter.sender} (home)")


def from_with_comma_in_encoded_name(letter: Letter) -> Made:
    return _with_from(letter, f"From: =?utf-8?Q?Nu=C3=B1ez=2C_Ana?= <{letter.sender}>")


def from_with_unknown_encoding(letter: Letter) -> Made:
    return _with_from(letter, f"From: =?x-nobody-knows?B?w5bDtg==?= <{letter.sender}>")


def from_with_another_address_as_name(letter: Letter) -> Made:
    return _with_from(letter, f'From: "victim@example.org" <{letter.sender}>')


def from_with_capitals(letter: Letter) -> Made:
    return _with_from(letter, f"From: {letter.sender.upper()}")


def from_of_raw_bytes(letter: Letter) -> Made:
    return _with_from(letter, f"From: Siân Pŵll <{letter.sender}>")


def from_overlong_name(letter: Letter) -> Made:
    return _with_from(letter, f"From: {'x' * 30_000} <{letter.sender}>")


def two_froms(letter: Letter) -> Made:
    return _with_from(letter, f"From: {letter.sender}", "From: other@example.net")


def folded_everywhere(letter: Letter) -> Made:
    return _with_from(letter, f"From:\r\n {letter.name}\r\n\t<{letter.sender}>")


def message_id_without_brackets(letter: Letter) -> Made:
    return Made(raw=_mail(letter, f"Message-ID: {letter.message_id}", without=("Message-ID",)), words=(letter.marker,))


def message_id_overlong(letter: Letter) -> Made:
    line = f"Message-ID: <{letter.number}{'x' * 3_000}@example.org>"
    return Made(raw=_mail(letter, line, without=("Message-ID",)), words=(letter.marker,))


def message_id_empty(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "Message-ID: <>", without=("Message-ID",)), words=(letter.marker,))


def in_reply_to_in_words(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "In-Reply-To: Your message of Tuesday"), words=(letter.marker,))


def answers_somebody_elses_newsletter(letter: Letter) -> Made:
    lines = ("In-Reply-To: <rent-statement-march@newsletters.example>", "References: <a@b> <c@d>")
    return Made(raw=_mail(letter, *lines), words=(letter.marker,))


def references_overlong(letter: Letter) -> Made:
    many = "\r\n ".join(f"<{letter.number}.{each}@threads.example>" for each in range(3_000))
    return Made(raw=_mail(letter, f"References: {many}"), words=(letter.marker,))


def line_without_a_colon(letter: Letter) -> Made:
    return Made(raw=_mail(letter, ">From nobody Mon Nov  2 09:00:00 2026"), words=(letter.marker,))


def unix_from_line_first(letter: Letter) -> Made:
    return Made(raw=b"From x@y Mon Nov  2 09:00:00 2026\r\n" + _mail(letter), words=(letter.marker,))


def header_name_of_odd_bytes(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "X-Odd\x01Name: yes", "X-\udcff\udcfe: no"), words=(letter.marker,))


def hundreds_of_recipients(letter: Letter) -> Made:
    many = ", ".join(f"p{each}@party{each}.example" for each in range(300))
    return Made(raw=_mail(letter, f"Cc: {many}"), words=(letter.marker,))


def reply_to_elsewhere(letter: Letter) -> Made:
    """The answer goes to From; Reply-To is evidence for a person (situation 172)."""
    return Made(raw=_mail(letter, f"Reply-To: elsewhere{letter.number}@collect.example"), words=(letter.marker,))


def thousand_headers(letter: Letter) -> Made:
    return Made(raw=_mail(letter, *(f"X-Padding-{each}: {each}" for each in range(1_000))), words=(letter.marker,))


def priority_and_trace_headers(letter: Letter) -> Made:
    lines = (
        "X-Priority: 1",
        "Importance: high",
        "X-Mailer: Lotus Notes",
        "Auto-Submitted: no",
        "Precedence: first-class",
    )
    return Made(raw=_mail(letter, *lines), words=(letter.marker,))


def unknown_mime_version(letter: Letter) -> Made:
    return Made(raw=_mail(letter, "MIME-Version: 7.3 (made up)", without=("MIME-Version",)), words=(letter.marker,))


HEADER_SHAPES: tuple[Shape, ...] = (
    subject_in_unknown_encoding, subject_in_unknown_8bit, subject_with_broken_word,
    subject_in_pieces_within_a_character, subject_in_koi8, subject_of_raw_bytes, subject_of_raw_latin_bytes,
    subject_overlong, subject_overlong_and_encoded, subject_with_line_ends_and_nul, two_subjects, no_subject,
    no_message_id, no_date, no_date_and_no_message_id, date_is_rubbish, date_of_1970, date_out_of_all_range, no_from,
    from_is_empty, from_is_rubbish, from_group, from_a_robot_address, from_with_comment,
    from_with_comma_in_encoded_name, from_with_unknown_encoding, from_with_another_address_as_name,
    from_with_capitals, from_of_raw_bytes, from_overlong_name, two_froms, folded_everywhere,
    message_id_without_brackets, message_id_overlong, message_id_empty, in_reply_to_in_words,
    answers_somebody_elses_newsletter, references_overlong, line_without_a_colon, unix_from_line_first,
    header_name_of_odd_bytes, hundreds_of_recipients, reply_to_elsewhere, thousand_headers,
    priority_and_trace_headers, unknown_mime_version,
)  # fmt: skip
