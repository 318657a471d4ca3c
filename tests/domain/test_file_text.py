"""The words of files, which are read for danger whichever way a file came."""

import pytest

from domain.file_text import MOST_WORDS, texts_of_files
from domain.messages import MediaReference

GAS = "There is a strong smell of gas."


def a_file(content: bytes | None, name: str = "letter.txt", content_type: str = "text/plain") -> MediaReference:
    return MediaReference(name=name, content_type=content_type, content=content)


@pytest.mark.parametrize(
    "file",
    [
        a_file(GAS.encode()),
        a_file(GAS.encode("utf-16")),
        a_file(GAS.encode(), "letter.txt", "application/octet-stream"),
        a_file(f"<p>There is a strong <b>smell</b> of gas.</p><style>{GAS}</style>".encode(), "x.html", "text/html"),
        a_file(b"{\\rtf1\\ansi There is a strong {\\b smell} of gas.}", "letter.doc", "application/msword"),
        a_file(GAS.encode(), "LETTER.TXT", "TEXT/PLAIN; charset=utf-8"),
    ],
)
def test_text_html_and_rtf_are_read_by_whatever_name_they_come(file: MediaReference):
    assert texts_of_files([file]) == (GAS,)


@pytest.mark.parametrize(
    "file",
    [
        a_file(b"\xff\xd8\xff" + GAS.encode(), "wall.jpg", "image/jpeg"),
        a_file(b"%PDF-1.7 " + GAS.encode(), "scan.pdf", "application/pdf"),
        a_file(b"  \n"),
        a_file(b""),
        a_file(None),
    ],
)
def test_pictures_documents_and_what_is_not_here_have_no_words(file: MediaReference):
    assert texts_of_files([file]) == ()


def test_no_more_words_are_read_than_are_looked_through():
    texts = texts_of_files(a_file(b"words " * 200_000) for _ in range(3))
    assert sum(map(len, texts)) == MOST_WORDS
