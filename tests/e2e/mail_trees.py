# ruff: noqa: RUF001 - the words of people and programs, as they were written
"""Trees of parts and transfer encodings of mails: alternatives, pictures, forwards, broken ends, files only."""

import base64
import struct
import zlib

from tests.e2e.mail_shapes import (
    NEWLINE,
    Letter,
    Made,
    Shape,
    encoded,
    headers,
    html_of,
    part,
    parts,
    single,
    uuencoded,
)

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


def picture() -> bytes:
    """A PNG of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", start) + pixel + chunk(b"IEND", b"")


def _photo(disposition: str = "attachment", *more: str) -> bytes:
    named = f'Content-Disposition: {disposition}; filename="wall.png"'
    return part('image/png; name="wall.png"', picture(), "base64", named, *more)


def html_only(letter: Letter) -> Made:
    data = html_of(letter, extra="<p>Caf&eacute; &amp; bar &#8211; &quot;loud&quot;</p>").encode()
    return Made(raw=single(letter, data, HTML), words=(letter.marker, 'Café & bar – "loud"'))


def html_in_latin_entities(letter: Letter) -> Made:
    data = html_of(letter, extra="<div>Na\xefve&nbsp;of&nbsp;me, 40&nbsp;&pound;</div>").encode("latin-1")
    return Made(
        raw=single(letter, data, "text/html; charset=iso-8859-1", "quoted-printable"), words=(letter.marker, "Naïve")
    )


def html_says_another_charset(letter: Letter) -> Made:
    page = html_of(letter, extra="<p>Größe</p>").replace("<head>", '<head><meta charset="shift_jis">')
    return Made(raw=single(letter, page.encode(), HTML, "base64"), words=(letter.marker, "Größe"))


def html_broken(letter: Letter) -> Made:
    page = f"<html><body><table><tr><td>{letter.body}<td><b>never <i>closed & <a href='x>gone</a>"
    return Made(raw=single(letter, page.encode(), HTML), words=(letter.marker,))


def alternative(letter: Letter) -> Made:
    body = parts("alternative", "=_alt", part(PLAIN, letter.body.encode()), part(HTML, html_of(letter).encode()))
    return Made(raw=headers(letter) + body, words=(letter.marker,))


def alternative_empty_plain(letter: Letter) -> Made:
    body = parts("alternative", "b1", part(PLAIN, b"\n \n"), part(HTML, html_of(letter).encode(), "base64"))
    return Made(raw=headers(letter) + body, words=(letter.marker,))


def alternative_stub_plain(letter: Letter) -> Made:
    stub = b"Your mail program does not support HTML. View this email in your browser."
    body = parts("alternative", "b2", part(PLAIN, stub), part(HTML, html_of(letter).encode(), "quoted-printable"))
    return Made(raw=headers(letter) + body, words=(letter.marker,))


def related_in_alternative(letter: Letter) -> Made:
    shown = parts("related", "rel", part(HTML, html_of(letter).encode()), _photo("inline", "Content-ID: <dot@mail>"))
    return Made(raw=headers(letter) + parts("alternative", "alt", part(PLAIN, letter.body.encode()), shown),
                words=(letter.marker,), files=1)  # fmt: skip


def alternative_in_related(letter: Letter) -> Made:
    both = parts("alternative", "alt", part(PLAIN, letter.body.encode()), part(HTML, html_of(letter).encode()))
    return Made(raw=headers(letter) + parts("related", "rel", both, _photo("inline", "Content-ID: <dot@mail>")),
                words=(letter.marker,), files=1)  # fmt: skip


def photo(letter: Letter) -> Made:
    body = parts("mixed", "=_mixed", part(PLAIN, letter.body.encode(), "quoted-printable"), _photo())
    return Made(raw=headers(letter) + body, words=(letter.marker,), files=1)


def words_around_a_photo(letter: Letter) -> Made:
    """Apple Mail: text, picture, text."""
    end = part(PLAIN, "And this is the other wall, niché.".encode())
    body = parts("mixed", "Apple-Mail=_1", part(PLAIN, letter.body.encode()), _photo("inline"), end)
    return Made(raw=headers(letter) + body, words=(letter.marker, "And this is the other wall, niché."), files=1)


def file_with_encoded_name(letter: Letter) -> Made:
    named = "Content-Disposition: attachment; filename*0*=utf-8''caf%C3%A9%20; filename*1*=bill.pdf"
    file = part("application/pdf", b"%PDF-1.4 not much", "base64", named)
    return Made(raw=headers(letter) + parts("mixed", "m", part(PLAIN, letter.body.encode()), file),
                words=(letter.marker,), files=1)  # fmt: skip


def text_as_a_file(letter: Letter) -> Made:
    file = part(
        "text/plain; name=diary.txt",
        b"A diary of noise.",
        "8bit",
        'Content-Disposition: attachment; filename="diary.txt"',
    )
    return Made(raw=headers(letter) + parts("mixed", "m", part(PLAIN, letter.body.encode()), file),
                words=(letter.marker,), files=1)  # fmt: skip


def forwarded_mail(letter: Letter) -> Made:
    inner = (
        b"From: Agnes Shaw <agnes.shaw@example.org>\r\nSubject: The landing\r\nDate: Mon, 2 Nov 2026 08:00:00 +0000\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe landing light has been out for a month.\r\n"
    )
    body = parts("mixed", "m", part(PLAIN, letter.body.encode()), b"Content-Type: message/rfc822\r\n\r\n" + inner)
    return Made(raw=headers(letter) + body, words=(letter.marker, "The landing light has been out for a month."))


def signed(letter: Letter) -> Made:
    signature = part('application/pgp-signature; name="signature.asc"', b"-----BEGIN PGP SIGNATURE-----\n\nabc\n")
    body = parts("signed", "s", part(PLAIN, letter.body.encode(), "quoted-printable"), signature)
    return Made(raw=headers(letter) + body, words=(letter.marker,))


def winmail(letter: Letter) -> Made:
    file = part("application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22\x00\x00 broken", "base64")
    return Made(raw=headers(letter) + parts("mixed", "m", part(PLAIN, letter.body.encode()), file),
                words=(letter.marker,), files=1)  # fmt: skip


def invitation(letter: Letter) -> Made:
    event = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    body = parts("mixed", "m", part(PLAIN, letter.body.encode()), part("text/calendar; method=REQUEST", event))
    return Made(raw=headers(letter) + body, words=(letter.marker,))


def flowed(letter: Letter) -> Made:
    data = (letter.body + "\nThe lift has been \nout of order since the \nsecond of May.\n").encode()
    made = single(letter, data, "text/plain; charset=utf-8; format=flowed")
    return Made(raw=made, words=(letter.marker, "The lift has been out of order since the second of May."))


def flowed_in_pieces(letter: Letter) -> Made:
    data = (letter.body + "\nTrans \nparent \ncovers went miss \ning.\n").encode()
    made = single(letter, data, "text/plain; charset=utf-8; format=flowed; delsp=yes", "7bit")
    return Made(raw=made, words=(letter.marker, "Transparentcovers went missing."))


def no_end_of_parts(letter: Letter) -> Made:
    body = parts("mixed", "m", part(PLAIN, letter.body.encode()), _photo())
    return Made(raw=headers(letter) + body[: body.rindex(b"--m--")], words=(letter.marker,), files=1)


def boundary_nowhere(letter: Letter) -> Made:
    lines = headers(letter, 'Content-Type: multipart/mixed; boundary="never-seen"')
    return Made(raw=lines + NEWLINE + letter.body.encode(), words=(letter.marker,))


def multipart_without_boundary(letter: Letter) -> Made:
    return Made(raw=headers(letter, "Content-Type: multipart/alternative") + NEWLINE + letter.body.encode(),
                words=(letter.marker,))  # fmt: skip


def nested_thirteen_deep(letter: Letter) -> Made:
    inside = part(PLAIN, letter.body.encode())
    for depth in range(13):
        inside = parts("mixed", f"depth-{depth}", inside)
    return Made(raw=headers(letter) + inside, words=(letter.marker,))


def base64_with_rubbish(letter: Letter) -> Made:
    data = base64.encodebytes(letter.body.encode()).rstrip(b"=\n").replace(b"\n", b"!\r\n")
    lines = headers(letter, f"Content-Type: {PLAIN}", "Content-Transfer-Encoding: Base64")
    return Made(raw=lines + NEWLINE + data + b"\r\n", words=(letter.marker,))


def quoted_printable_broken(letter: Letter) -> Made:
    data = letter.body.encode() + b"\r\n=ZZ =C3=A9 and 100=% =\r\nof it =E2=82=AC5="
    lines = headers(letter, f"Content-Type: {PLAIN}", "Content-Transfer-Encoding: QUOTED-PRINTABLE")
    return Made(raw=lines + NEWLINE + data, words=(letter.marker, "é", "€5"))


def quoted_printable_not_said(letter: Letter) -> Made:
    made = single(letter, f"{letter.body}\n50=50 chance".encode(), PLAIN, "7bit")
    return Made(raw=made, words=(letter.marker, "50=50 chance"))


def in_uuencode(letter: Letter) -> Made:
    return Made(raw=single(letter, uuencoded(letter.body.encode()), PLAIN, "x-uuencode"), words=(letter.marker,))


def bare_line_feeds(letter: Letter) -> Made:
    return Made(raw=single(letter, letter.body.encode(), PLAIN).replace(b"\r\n", b"\n"), words=(letter.marker,))


def bare_carriage_returns_in_the_body(letter: Letter) -> Made:
    lines = headers(letter, f"Content-Type: {PLAIN}") + NEWLINE
    return Made(raw=lines + letter.body.replace("\n", "\r").encode() + b"\r\n", words=(letter.marker,))


def nul_bytes(letter: Letter) -> Made:
    return Made(raw=single(letter, letter.body.encode() + b"\x00\x01\x07 after the bell", PLAIN),
                words=(letter.marker, "after the bell"))  # fmt: skip


def one_very_long_line(letter: Letter) -> Made:
    return Made(raw=single(letter, (letter.body + "\n" + "word " * 12_000 + "the-end").encode(), PLAIN),
                words=(letter.marker, "the-end"))  # fmt: skip


def enriched(letter: Letter) -> Made:
    return Made(raw=single(letter, f"<bold>{letter.body}</bold>".encode(), "text/enriched"), words=(letter.marker,))


def only_a_subject(letter: Letter) -> Made:
    spoken = Letter(**{**vars(letter), "subject": f"{letter.marker} my window has been broken since May, nobody came"})
    return Made(raw=single(spoken, b"", PLAIN), words=(), subject=letter.marker)


def only_a_photo(letter: Letter) -> Made:
    """Asked where it is, in the acknowledgement (situation 39)."""
    return Made(raw=headers(letter) + _photo(), words=(), files=1)


def only_a_scan_in_a_multipart(letter: Letter) -> Made:
    scan = part(
        "application/pdf", b"%PDF-1.4 handwriting", "base64", 'Content-Disposition: attachment; filename="scan.pdf"'
    )
    return Made(raw=headers(letter) + parts("mixed", "m", scan), words=(), files=1)


def two_content_types(letter: Letter) -> Made:
    lines = headers(letter, f"Content-Type: {PLAIN}", "Content-Type: application/octet-stream")
    return Made(raw=lines + NEWLINE + encoded(letter.body.encode(), "8bit"), words=(letter.marker,))


def outlook_signature(letter: Letter) -> Made:
    signature = "\n-- \nSent from my iPhone\nConfidential: if you are not the addressee please delete this mail.\n"
    return Made(
        raw=single(letter, (letter.body + signature).encode(), PLAIN), words=(letter.marker, "Sent from my iPhone")
    )


TREE_SHAPES: tuple[Shape, ...] = (
    html_only, html_in_latin_entities, html_says_another_charset, html_broken, alternative, alternative_empty_plain,
    alternative_stub_plain, related_in_alternative, alternative_in_related, photo, words_around_a_photo,
    file_with_encoded_name, text_as_a_file, forwarded_mail, signed, winmail, invitation, flowed, flowed_in_pieces,
    no_end_of_parts, boundary_nowhere, multipart_without_boundary, nested_thirteen_deep, base64_with_rubbish,
    quoted_printable_broken, quoted_printable_not_said, in_uuencode, bare_line_feeds,
    bare_carriage_returns_in_the_body, nul_bytes, one_very_long_line, enriched, only_a_subject, only_a_photo,
    only_a_scan_in_a_multipart, two_content_types, outlook_signature,
)  # fmt: skip
