"""Automatic mail, bounces, receipts and calendar answers: what is said of each mail in ``cases/``."""

import pytest

from channels.mail.automatic import is_away_text
from tests.channels.mail.mails import AUTOMATIC, NAMES, read

# name: (A)utomatic, (B)ounce, (S)uppress, b(U)lk, (R)ead receipt, (C)alendar reply, spam (X)
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
    "suppress_feedback_id": "S",
    "suppress_no_reply": "S",
    "own_mailbox_sender": "S",
    "loop_header_of_another_house": "",
    "loop_own_domain": "",
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
        "ABSURCX",
        ("automatic", "bounce", "suppress_answer", "bulk", "read_receipt", "calendar_reply", "spam"),
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


def test_every_mail_that_is_there_for_its_marks_is_in_the_table() -> None:
    assert {name for name in NAMES if name.startswith(AUTOMATIC)} <= MARKS.keys()


@pytest.mark.parametrize(
    "words",
    [
        "I am out of the office.",
        "We are currently OUT OF OFFICE.",
        "I'm away from my desk.",
        "I will be on annual LEAVE.",
        "I am on leave.",
        "I am on maternity leave.",
        "I am on paternity leave.",
        "I am on sick leave.",
        "I am on sic\u212a leave.",
        "I am on study leave.",
        "I am away and out of the office.",
        "Our office is away until Monday.",
        "I'll be on holiday.",
        "I am away from work until Monday.",
        "The office is closed until Monday.",
        "The office i\u017f clo\u017fed until Monday.",
        "Ryd i allan o'r swyddfa.",
        "Rydw i i ffwrdd o'r swyddfa.",
        "Rydw i ar wyliau.",
        "Rydw i ar fy ngwyliau.",
        "Rwyf i ffwrdd.",
        "Rwyf ar wyliau.",
        "Rwyf allan o'r swyddfa.",
        "Ich bin derzeit nicht im B\u00dcRO.",
        "Ich bin im Urlaub.",
        "Je suis absente.",
    ],
)
def test_situation_160_every_way_to_say_that_one_is_away_is_known(words: str) -> None:
    assert is_away_text(f"{words} For urgent matters ring my colleague.")
    assert not is_away_text(words.replace(".", ""))
