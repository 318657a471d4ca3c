"""Words stand in every part of a mail (situations, invariant 3): in each version, behind pictures, in files."""

import base64
from email.message import EmailMessage

import pytest

from channels.mail.bodies import LONGEST_TEXT, MOST_FURTHER
from channels.mail.parse import read_mail
from channels.mail.parsed import ParsedMail
from domain.html_text import html_to_text
from domain.rtf_text import rtf_to_text

GAS = "There is a strong smell of gas in my flat."
RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Calibri;}}{\*\generator Word;}{\colortbl;\red0;}"
    r"\pard Dear landlord,\par There is a \b strong\b0  smell of gas in my flat. It\rquote s number 5.\par"
    r" \u350?iobh\'e1n\par{\pict\pngblip 89504e47}}"
)


def versions(plain: str, html: str) -> ParsedMail:
    mail = EmailMessage()
    mail["From"] = "ann@example.org"
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    return read_mail(mail.as_bytes())


def with_file(content: bytes, content_type: str, name: str) -> ParsedMail:
    mail = EmailMessage()
    mail["From"] = "ann@example.org"
    mail.set_content("Please see my letter.\n")
    main, _, sub = content_type.partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return read_mail(mail.as_bytes())


def a_page(html: str) -> ParsedMail:
    return read_mail(b"From: ann@example.org\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode())


def looked_through(mail: ParsedMail) -> str:
    """Everything that is scanned for danger."""
    return "\n".join((mail.text, *mail.attachment_texts))


def test_a_plain_version_that_is_only_a_signature_gives_way_to_the_words():
    mail = versions("Sent from my Galaxy\n", f"<p>{GAS}</p><p>Sent from my Galaxy</p>")
    assert mail.text == f"{GAS}\n\nSent from my Galaxy"
    assert mail.attachment_texts == ()


def test_a_plain_version_with_the_same_words_is_taken_and_nothing_is_read_twice():
    mail = versions(f"{GAS}\nhttps://landlord.example/page\nAnn\n", f"<div>{GAS}</div><a href='x'>Ann</a>")
    assert mail.text.startswith(GAS)
    assert mail.attachment_texts == ()


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("My kitchen tap drips and the door sticks.\n", f"<p>My kitchen tap drips and the door sticks. {GAS}</p>"),
        (f"{GAS}\nSent by hand\n", "<p>" + "My tap drips, the door sticks, the lamp is dark and the bin is full. " * 3),
    ],
    ids=["only in the HTML", "only in the plain version"],
)
def test_what_one_version_says_alone_is_looked_through_for_danger(plain: str, html: str):
    assert GAS in looked_through(versions(plain, html))


def test_words_behind_a_picture_written_into_the_page_are_read():
    picture = base64.b64encode(bytes(900_000)).decode()
    mail = a_page(f'<p>Photo of the leak:</p><img src="data:image/jpeg;base64,{picture}"><p>{GAS}</p>')
    assert mail.text == f"Photo of the leak:\n\n{GAS}"
    assert mail.problems == ()


def test_words_that_only_follow_such_an_address_are_kept():
    assert html_to_text(f"data:image/jpeg;base64, {GAS}").endswith(GAS)
    folded = "data:image/png;base64,\n" + ("QUJD" * 19 + "\n") * 50 + "QUI="
    assert html_to_text(f"<img src='{folded}'><p>{GAS}") == GAS


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_cut_is_noted_and_what_lies_behind_it_is_looked_through(kind: str):
    filler = "<p>word " if kind == "html" else "word\r\n"
    long = filler * (LONGEST_TEXT // len(filler) + 1)
    head = f"From: ann@example.org\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    mail = read_mail((head + long + GAS).encode())
    assert GAS not in mail.text
    assert GAS in looked_through(mail)
    assert "a very long text: its end was only looked through for dangers" in mail.problems


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (GAS.encode(), "text/plain", "letter.txt"),
        (f"<html><p>There is a <b>strong smell</b> of{' '}gas in my flat.".encode(), "text/html", "letter.html"),
        (GAS.encode(), "application/octet-stream", "letter.txt"),
        (f"a,b\r\n1,{GAS}".encode(), "text/csv", "list.csv"),
        (RTF.encode(), "application/rtf", "letter.rtf"),
        (RTF.encode(), "application/msword", "letter.doc"),
        (f"From: a@b.example\r\nSubject: Boiler\r\n\r\n{GAS}\r\n".encode(), "application/octet-stream", "old.eml"),
        (b"\xff\xfe" + GAS.encode("utf-16-le"), "text/plain", "letter.txt"),
    ],
    ids=["text", "HTML", "without a type", "CSV", "RTF", "RTF called Word", "mail", "UTF-16"],
)
def test_what_a_file_says_is_looked_through_and_stays_a_file(content: bytes, content_type: str, name: str):
    mail = with_file(content, content_type, name)
    assert mail.text.strip() == "Please see my letter."
    assert GAS in looked_through(mail)
    assert mail.attachments[0].content == content


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (b"\x89PNG smell of gas", "image/png", "photo.png"),
        (b"PK\x03\x04 smell of gas", "application/octet-stream", "letter.docx"),
        (b"BEGIN:VCARD", "text/vcard", "ann.vcf"),
    ],
)
def test_a_file_that_is_no_text_says_nothing(content: bytes, content_type: str, name: str):
    assert with_file(content, content_type, name).attachment_texts == ()


def test_a_long_file_is_read_from_its_beginning_and_the_cut_is_noted():
    mail = with_file(GAS.encode() + b" word" * 500_000, "text/plain", "log.txt")
    assert GAS in looked_through(mail)
    assert sum(map(len, mail.attachment_texts)) <= MOST_FURTHER
    assert any("long file" in problem for problem in mail.problems)
    assert "more words in files and other versions than are looked through for dangers" in mail.problems


def test_the_words_of_a_file_are_bounded_in_all():
    mail = EmailMessage()
    mail["From"] = "ann@example.org"
    mail.set_content("See the files.\n")
    for number in range(4):
        mail.add_attachment(b"word " * 100_000, maintype="text", subtype="plain", filename=f"{number}.txt")
    assert sum(map(len, read_mail(mail.as_bytes()).attachment_texts)) <= MOST_FURTHER


def test_rich_text_keeps_its_letters_and_leaves_its_dressing_out():
    told = rtf_to_text(RTF)
    assert told == "Dear landlord,\nThere is a strong smell of gas in my flat. It\u2019s number 5.\n\u015eiobh\u00e1n"


@pytest.mark.parametrize("source", ["", "{", "}}}}", "{" * 50_000, r"\u-1?" * 1000, r"{\*" * 20_000, "\\", r"\'zz"])
def test_broken_rich_text_raises_nothing(source: str):
    assert isinstance(rtf_to_text(source), str)


def test_a_mail_of_many_forwarded_mails_is_looked_through_to_the_end():
    mail = EmailMessage()
    mail["From"] = "ann@example.org"
    mail.set_content("All our letters.\n")
    for number in range(30):
        inner = EmailMessage()
        inner["From"] = "ann@example.org"
        inner["Subject"] = f"Letter {number}"
        inner.set_content(GAS if number == 29 else "The door sticks.")
        mail.add_attachment(inner)
    assert GAS in looked_through(read_mail(mail.as_bytes()))
