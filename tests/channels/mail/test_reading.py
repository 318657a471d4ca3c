"""Mails as they come: each file in ``cases/`` and what is read from it."""

# ruff: noqa: E501, RUF001 - a table of mails reads better one a line, and in the letters they hold

from typing import Any

import pytest

from channels.mail.parse import read_mail
from domain.quoting import split_quoted
from tests.channels.mail.mails import AUTOMATIC, CASES, NAMES, read

WORDS = "The heating has been off since Friday.\nThe baby is cold."
FROM_HTML = "The heating has been off since Friday.\n\nThe baby is cold.\nJo"


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
    tables: tuple[dict[str, Any], ...] = (TEXTS, NEW_WORDS, HEADERS, FILES, PROBLEMS)
    looked_at = {name for table in tables for name in table} | {
        "reply_to_differs",
        "date_1970",
        "authentication_results",
    }
    left = {name for name in set(NAMES) - looked_at if not name.startswith(AUTOMATIC)}
    assert left == {"quoted_printable_broken", "utf8_cut_in_a_character", "spam_flag"}
    assert looked_at <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_case_gives_words_or_a_reason(name: str) -> None:
    mail = read(name)
    assert mail.text.strip() or mail.problems
    assert len(mail.content_hash) == 64
