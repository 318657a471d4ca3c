"""Mails as they come: each file in ``cases/`` and what is read from it."""

# ruff: noqa: E501, RUF001 - a table of mails reads better one a line, and in the letters they hold

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.mail.parse import read_mail
from channels.mail.parsed import ParsedMail
from domain.quoting import split_quoted

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.eml"))
WORDS = "The heating has been off since Friday.\nThe baby is cold."
FROM_HTML = "The heating has been off since Friday.\n\nThe baby is cold.\nJo"


@cache
def read(name: str) -> ParsedMail:
    raw = (CASES / f"{name}.eml").read_bytes()
    return read_mail(raw, own_domains=("mail.cestria.example",), own_addresses=("feedback@cestria.example",))


TEXTS = {
    "plain": WORDS,
    "plain_lf_only": WORDS,
    "no_mime_headers": WORDS,
    "no_message_id": WORDS,
    "empty_body": "",
    "nothing": "",
    "only_text": "gas leak at 4 Elm Road please come",
    "headers_without_end": "",
    "no_blank_line": "water is coming through the ceiling now\nplease help",
    "bad_line_among_headers": "water is coming through the ceiling",
    "blank_lines_and_bom_first": "water",
    "mbox_from_line": "water",
    "carriage_returns_only": "water is coming in",
    "latin1_declared": "Café flat, £480 a month and no heating",
    "latin1_is_windows1252": "It’s broken – “fixed” they said, €50",
    "utf8_undeclared": "Mae’r tŷ yn oer, ŵ â ni’n crynu",
    "utf8_declared_ascii": "Mrs Siobhán O’Hara, £480",
    "utf8_declared_latin1": "Mrs Siobhán, £480",
    "latin1_undeclared": "Siobhán, £480",
    "utf8_declared_is_cp1252": "Siobhán’s flat, £480",
    "unknown_charset": "Siobhán, £480",
    "charset_x_unknown": "Siobhán",
    "charset_with_junk": "Siobhán",
    "charset_with_nul": "Siobhán",
    "utf7": "Siobhán, £480",
    "korean_ks_c_5601": "보일러가 고장났어요",
    "chinese_gb2312": "暖气坏了",
    "polish_iso8859_2": "Ogrzewanie nie działa, dziecko marznie",
    "polish_windows1250": "Pleśń na ścianie",
    "ukrainian_koi8u": "Немає опалення",
    "arabic_windows1256": "لا توجد تدفئة",
    "japanese_iso2022": "暖房が壊れました",
    "utf16_with_bom": "No heating £480",
    "codec_that_is_no_charset": "no heating \\x41",
    "codec_of_bytes": "no heating",
    "base64": WORDS,
    "base64_unpadded": f"{WORDS}\nx",
    "base64_with_list_footer": f"{WORDS}\n!",
    "base64_that_is_plain": WORDS,
    "quoted_printable": "The dŵr is coming through the ceiling = £300 of damage and the landlord has not replied for three weeks now",
    "transfer_encoding_unknown": WORDS,
    "uuencoded": "no heating since Friday",
    "alternative": WORDS,
    "alternative_plain_empty": FROM_HTML,
    "alternative_plain_stub": FROM_HTML,
    "html_only": FROM_HTML,
    "html_broken": 'Leak everywhere  now 😢 5 < 6 & 7 > 3 <a href="unclosed',
    "related": "See the mould:",
    "nested_alternative_related_mixed": WORDS,
    "apple_text_photo_text": "Before the picture\n\nAfter the picture",
    "mixed_plain_and_html": "Words of mine\n\nFooter of the house",
    "attachment_only_pdf": "",
    "empty_body_with_pdf": "",
    "text_file_attached": WORDS,
    "signed": WORDS,
    "encrypted": "",
    "format_flowed": "The heating has been off since Friday and the baby is cold.\n\n> We will come soon.\n>> older\n-- \nJo",
    "format_flowed_delsp": "No heating",
    "boundary_missing": WORDS,
    "boundary_never_closed": "the lift is stuck",
    "boundary_not_found": WORDS,
    "boundary_empty": WORDS,
    "content_type_nonsense": WORDS,
    "content_type_rubbish": WORDS,
    "text_enriched": "No heating < here",
    "unknown_multipart": WORDS,
    "nested_sixty_deep": "the words",
    "parameter_number_huge": WORDS,
    "parameter_charset_nul": WORDS,
    "tnef": WORDS,
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_the_words_are_read_right(name: str) -> None:
    assert read(name).text == TEXTS[name]


NEW_WORDS = {
    "html_quoted_history": "No, still off & worse.",
    "html_outlook_history": "Not happy with this.",
    "thread": "still off",
    "format_flowed": "The heating has been off since Friday and the baby is cold.",
    "forwarded_inline_gmail": "Please look into this.\n\nMy son coughs all night.",
    "forwarded_eml": "Please look into this for my constituent.\n\nMy son coughs all night, the wall is wet.",
    "forwarded_eml_base64": "Please look into this.\n\nMy son coughs all night, the wall is wet.",
}


@pytest.mark.parametrize("name", NEW_WORDS)
def test_the_new_words_can_be_told_from_history(name: str) -> None:
    mail = read(name)
    assert split_quoted(mail.text, subject=mail.subject).new == NEW_WORDS[name]


HEADERS: dict[str, dict[str, Any]] = {
    "subject_encoded": {
        "subject": "Mae’r tŷ yn oer",
        "from_name": "Siobhán Hegarty",
        "from_address": "s.hegarty@example.org",
    },
    "subject_encoded_split_in_a_character": {"subject": "Dim dŵr poeth"},
    "subject_encoded_with_spaces_inside": {"subject": "No heating – again"},
    "subject_encoded_unknown_charset": {"subject": "No heating"},
    "subject_encoded_broken": {"subject": "No heating still =?utf-8?Q?unfinished"},
    "subject_8bit_utf8": {"subject": "Dŵr yn gollwng – help"},
    "subject_8bit_latin1": {"subject": "Café flat – no heating"},
    "subject_folded": {"subject": "No heating and no hot water"},
    "subject_twice": {"subject": "No heating"},
    "from_twice": {"from_address": "jo@example.org", "from_name": "Jo"},
    "from_without_brackets": {"from_address": "jo.jones@example.org", "from_name": "Jo Jones"},
    "from_with_comma_in_name": {"from_address": "jo@example.org", "from_name": "Jones, Jo"},
    "from_whole_encoded": {"from_address": "jo@example.org", "from_name": "Jo Jŵnes"},
    "from_broken": {"from_address": "jo@example.org", "from_name": "Jo Jones"},
    "from_missing": {"from_address": "", "problems": ("no sender's address",)},
    "no_message_id": {"message_id": None, "problems": ()},
    "thread": {
        "in_reply_to": ("ack.1@mail.cestria.example",),
        "references": ("first.1@example.org", "ack.1@mail.cestria.example"),
    },
    "date_nonsense": {"date": None},
    "auto_null_return_path": {"return_path": ""},
    "plain": {"return_path": None, "message_id": "plain.1@example.org", "problems": ()},
    "delivered_to_several": {"delivered_to": ("intake@cestria.example", "complaints@cestria.example")},
    "headers_without_end": {"subject": "gas leak at 4 Elm Road", "from_address": "jo@example.org"},
    "bomb_depth": {"from_address": "jo.jones@example.org", "subject": "No heating"},
    "parameter_charset_nul": {
        "from_address": "jo.jones@example.org",
        "message_id": "parameter_charset_nul.1@example.org",
    },
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_headers_are_read_right(name: str) -> None:
    mail = read(name)
    assert {field: getattr(mail, field) for field in HEADERS[name]} == HEADERS[name]


def test_addresses_of_any_shape_are_read() -> None:
    assert [box.address for box in read("from_with_comma_in_name").to] == [
        "a@example.org",
        "c@example.org",
        "d@example.org",
    ]
    assert read("from_broken").to == ()
    assert [box.address for box in read("from_broken").cc] == ["al@example.org", "bo@example.org", ""]


def test_situation_172_a_reply_to_that_differs_is_kept_apart() -> None:
    mail = read("reply_to_differs")
    assert mail.from_address == "jo.jones@example.org"
    assert [box.address for box in mail.reply_to] == ["other@elsewhere.example"]


def test_situation_188_the_date_is_evidence_whatever_it_says() -> None:
    date = read("date_1970").date
    assert date is not None
    assert date.year == 1970


def test_only_the_topmost_authentication_results_count() -> None:
    found = read("authentication_results").authentication
    assert (found.server, found.spf, found.dkim, found.dmarc, found.verdict) == (
        "mx.cestria.example",
        "pass",
        "fail",
        "fail",
        "fail",
    )
    assert read("plain").authentication.verdict is None


# name: (A)utomatic, (B)ounce, (S)uppress, b(U)lk, (L)oop, (R)ead receipt, (C)alendar reply, spam (X)
MARKS = {
    "plain": "",
    "auto_submitted_no": "",
    "auto_submitted_replied": "AS",
    "auto_submitted_generated": "AS",
    "auto_exchange_oof": "AS",
    "auto_precedence_autoreply": "AS",
    "auto_x_autoreply": "AS",
    "auto_x_autorespond": "AS",
    "auto_null_return_path": "AS",
    "auto_mailer_daemon": "AS",
    "auto_subject_welsh": "AS",
    "auto_subject_german": "AS",
    "auto_subject_out_of_office": "AS",
    "away_text_without_headers": "AS",
    "away_text_welsh": "AS",
    "away_text_with_a_complaint": "AS",
    "away_words_of_a_tenant": "",
    "ordinary_answer_to_an_automatic_subject": "",
    "bulk_precedence": "SU",
    "bulk_x_precedence_junk": "SU",
    "bulk_newsletter": "SU",
    "suppress_all_from_a_person": "S",
    "suppress_receipts_only": "",
    "suppress_x_loop": "S",
    "suppress_no_reply": "S",
    "own_mailbox_sender": "S",
    "loop_own_header": "ASL",
    "loop_own_message_id": "ASL",
    "calendar_declined": "ASC",
    "calendar_invitation": "",
    "read_receipt": "ASR",
    "spam_flag": "SX",
    "dsn_postfix": "ABS",
    "dsn_postfix_delayed": "ABS",
    "dsn_exchange": "ABS",
    "dsn_gmail": "ABS",
    "dsn_two_recipients": "ABS",
    "dsn_delivered": "AS",
    "dsn_status_in_base64": "ABS",
    "dsn_without_recipients": "ABS",
    "bounce_qmail": "ABS",
    "bounce_exim": "ABS",
    "bounce_exim_delay": "ABS",
    "bounce_exchange_old": "ABS",
    "bounce_backscatter": "ABS",
    "bounce_of_a_person_talking": "",
    "forwarded_inline_gmail": "",
    "forwarded_eml": "",
}


@pytest.mark.parametrize("name", MARKS)
def test_the_marks_are_right_and_have_reasons(name: str) -> None:
    marks = read(name).marks
    named = zip(
        "ABSULRCX",
        ("automatic", "bounce", "suppress_answer", "bulk", "loop", "read_receipt", "calendar_reply", "spam"),
        strict=True,
    )
    assert "".join(letter for letter, field in named if getattr(marks, field)) == MARKS[name]
    assert bool(marks.reasons) == bool(MARKS[name])


def test_situation_186_a_declined_visit_says_so() -> None:
    mail = read("calendar_declined")
    assert (mail.calendar_method, mail.calendar_answer) == ("REPLY", "DECLINED")


def test_situation_187_a_read_receipt_names_the_mail_it_is_for() -> None:
    receipt = read("read_receipt").read_receipt
    assert receipt is not None
    assert (receipt.disposition, receipt.original_message_id, receipt.final_recipient) == (
        "displayed",
        "ack.1@mail.cestria.example",
        "jo@example.org",
    )


# name: action, status, final recipient, original Message-ID, VERP token, permanent
REPORTS = {
    "dsn_postfix": ("failed", "5.1.1", "gone@example.org", "out.9@mail.cestria.example", "k3x9", True),
    "dsn_postfix_delayed": ("delayed", "4.4.1", "gone@example.org", "out.9@mail.cestria.example", "k3x9", False),
    "dsn_exchange": ("failed", "5.1.10", "gone@example.org", "out.9@mail.cestria.example", "k3x9", True),
    "dsn_gmail": ("failed", "5.1.1", "gone@example.org", "out.9@mail.cestria.example", "k3x9", True),
    "dsn_delivered": ("delivered", "2.1.5", "ok@example.org", "out.9@mail.cestria.example", "k3x9", False),
    "dsn_status_in_base64": ("failed", "5.1.1", "gone@example.org", None, None, True),
    "dsn_without_recipients": ("failed", "5.7.1", "gone@example.org", None, None, True),
    "bounce_qmail": ("failed", "5.1.1", "gone@example.org", "out.9@mail.cestria.example", "k3x9", True),
    "bounce_exim": ("failed", "5.1.1", "gone@example.org", "out.9@mail.cestria.example", "k3x9", True),
    "bounce_exim_delay": ("delayed", "4.0.0", "gone@example.org", None, None, False),
    "bounce_exchange_old": ("failed", "5.1.1", "gone@example.org", "out.9@mail.cestria.example", None, True),
    "bounce_backscatter": ("failed", "5.1.1", "who@elsewhere.example", None, None, True),
}


@pytest.mark.parametrize("name", REPORTS)
def test_situation_162_163_a_delivery_report_is_read(name: str) -> None:
    report = read(name).delivery_report
    assert report is not None
    first = report.recipients[0]
    found = (
        report.action,
        first.status,
        first.final_recipient,
        report.original_message_id,
        report.verp_token,
        report.permanent,
    )
    assert found == REPORTS[name]


def test_situation_164_a_bounces_text_leaves_out_the_mail_that_came_back() -> None:
    for name in ("dsn_postfix", "dsn_exchange", "dsn_gmail"):
        assert "uphold" not in read(name).text


def test_the_worst_of_several_recipients_counts() -> None:
    report = read("dsn_two_recipients").delivery_report
    assert report is not None
    assert report.action == "failed"
    assert [one.action for one in report.recipients] == ["delivered", "failed"]


def test_exchanges_envelope_id_is_kept() -> None:
    report = read("dsn_exchange").delivery_report
    assert report is not None
    assert report.envelope_id == "env-77"


FILES = {
    "related": [("leak.jpg", "image/jpeg", True)],
    "nested_alternative_related_mixed": [("leak.jpg", "image/jpeg", True), ("Llythyr tŷ.pdf", "application/pdf", False)],
    "apple_text_photo_text": [("leak.jpg", "image/jpeg", True)],
    "attachment_only_pdf": [("letter.pdf", "application/pdf", False)],
    "attachment_names": [("evilgpj.exe", "application/octet-stream", False), ("llun tŷ.heic", "image/heic", False), ("attachment-3.png", "image/png", False)],
    "text_file_attached": [("diary.txt", "text/plain", False)],
    "forwarded_eml": [("mould.eml", "message/rfc822", False)],
    "forwarded_eml_base64": [("mould.eml", "message/rfc822", False)],
    "digest": [("mould.eml", "message/rfc822", False), ("damp.eml", "message/rfc822", False)],
    "tnef": [("winmail.dat", "application/ms-tnef", False)],
    "plain": [],
    "dsn_postfix": [],
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_kept_under_safe_names(name: str) -> None:
    assert [(file.name, file.content_type, file.inline) for file in read(name).attachments] == FILES[name]


def test_situation_179_what_could_not_be_opened_is_said() -> None:
    assert any("winmail.dat" in problem and "gas certificate.pdf" in problem for problem in read("tnef").problems)
    assert "the mail is encrypted and was not opened" in read("encrypted").problems


def test_a_forwarded_mail_can_be_read_again_from_its_file() -> None:
    inner = read_mail(read("forwarded_eml").attachments[0].content)
    assert (inner.from_address, inner.message_id) == ("ann@example.net", "ann.1@example.net")


def test_the_html_is_kept_as_it_came() -> None:
    assert read("alternative").html is not None
    assert "<b>cold</b>" in (read("alternative").html or "")
    assert read("plain").html is None


PROBLEMS = {
    "nothing": "no headers at all",
    "only_text": "no headers at all",
    "empty_body": "no text",
    "empty_body_with_pdf": "no text, only attachments",
    "no_blank_line": "no blank line between headers and text",
    "bad_line_among_headers": "a header line could not be read",
    "unknown_charset": "unknown charset 'x-klingon-9': guessed",
    "utf8_declared_is_cp1252": "bytes that are not utf-8: read as well as possible",
    "base64_with_list_footer": "broken base64: read as far as possible",
    "base64_that_is_plain": "said to be base64 but is plain text: taken as it is",
    "transfer_encoding_unknown": "unknown transfer encoding 'x-magic': taken as it is",
    "boundary_not_found": "said to have parts but has none: read as one text",
    "bomb_depth": "built of so many parts that it was read as one text",
    "bomb_messages": "built of so many parts that it was read as one text",
    "bomb_parts": "more parts than are looked at: the rest is only in the kept original",
    "parameter_number_huge": "its structure could not be followed: read as one text",
    "from_twice": "more than one From header: the first with an address counts",
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_went_wrong_is_said_in_a_sentence(name: str) -> None:
    assert PROBLEMS[name] in read(name).problems


def test_a_bombs_words_are_not_lost() -> None:
    assert "the words" in read("bomb_depth").text
    assert "the words" in read("bomb_messages").text
    assert read("bomb_parts").text == "gas leak"
    assert len(read("bomb_parts").attachments) < 400


def test_a_second_delivery_has_the_same_hash_and_other_words_another() -> None:
    raw = (CASES / "plain.eml").read_bytes()
    again = b"Received: from elsewhere by mx2; Tue, 4 Nov 2025 00:00:00 +0000\r\nX-Spam-Score: 1\r\n" + raw.replace(
        b"\r\n", b"\n"
    )
    assert read_mail(again).content_hash == read_mail(raw).content_hash
    assert read_mail(raw.replace(b"Friday", b"Monday")).content_hash != read_mail(raw).content_hash
    assert read_mail(raw.replace(b"Subject: No", b"Subject: Still no")).content_hash != read_mail(raw).content_hash
    pdf = (CASES / "attachment_only_pdf.eml").read_bytes()
    assert read_mail(pdf.replace(b"JVBERi0xLjQgeA", b"JVBERi0xLjQgeQ")).content_hash != read_mail(pdf).content_hash


def test_every_case_is_looked_at_by_some_table() -> None:
    tables: tuple[dict[str, Any], ...] = (TEXTS, NEW_WORDS, HEADERS, MARKS, REPORTS, FILES, PROBLEMS)
    looked_at = {name for table in tables for name in table} | {
        "reply_to_differs",
        "date_1970",
        "authentication_results",
    }
    assert set(NAMES) - looked_at == {"quoted_printable_broken", "utf8_cut_in_a_character"}
    assert looked_at <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_case_gives_words_or_a_reason(name: str) -> None:
    mail = read(name)
    assert mail.text.strip() or mail.problems
    assert len(mail.content_hash) == 64


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
    mail = read_mail(mutate((CASES / f"{name}.eml").read_bytes(), changes), own_domains=("mail.cestria.example",))
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
