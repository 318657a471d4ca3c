"""What is given to be understood of a stored message."""

import pytest

from scheduler.reading import read
from store.facts import StoredMessage
from tests.builders import ANN_MAIL, a_message


@pytest.mark.parametrize(
    ("subject", "text", "words"),
    [
        ("My window has been broken since May", "", "My window has been broken since May"),
        ("My window has been broken since May", "  \n", "My window has been broken since May"),
        ("Complaint", "", ""),
        ("My window has been broken since May", "It is.", "It is."),
    ],
)
def test_a_long_subject_over_an_empty_mail_is_what_its_writer_said(subject: str, text: str, words: str):
    reading, _ = read(StoredMessage(id="m1", message=a_message(text, subject=subject, sender=ANN_MAIL)))
    assert reading.new_text.strip() == words
