# ruff: noqa: RUF001 - the words of people and programs, as they were written
"""Bodies as real programs write them: every charset, encoding and tree of parts, each with the words it must give.

Bytes are put together by hand: a library would quietly mend what real mail gets wrong.
"""

import base64
import binascii
import quopri
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

NEWLINE = b"\r\n"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a tenant wants to say, before a program makes a mail of it."""

    number: int
    sender: str
    name: str
    to: str
    subject: str
    body: str
    """English, ASCII, several lines; its marker is nowhere else."""
    marker: str
    message_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Made:
    """A mail's bytes, and the words that must be in the text that is stored (blanks and line ends apart)."""

    raw: bytes
    words: tuple[str, ...]
    subject: str | None = None
    """What the stored subject must hold, where that is tried."""
    files: int = 0
    """At least so many attachments."""
    answered: bool = True
    sender: str | None = None
    """Where the sender that must be known is another than the letter's; '' for none."""


Shape = Callable[[Letter], Made]


def headers(letter: Letter, *more: str, leave_out: tuple[str, ...] = ()) -> bytes:
    """The usual headers and ``more`` lines, without the empty line at the end."""
    lines = {
        "From": f"From: {letter.name} <{letter.sender}>",
        "To": f"To: {letter.to}",
        "Subject": f"Subject: {letter.subject}",
        "Date": f"Date: {format_datetime(letter.at)}",
        "Message-ID": f"Message-ID: <{letter.message_id}>",
        "MIME-Version": "MIME-Version: 1.0",
    }
    kept = [line for name, line in lines.items() if name not in leave_out]
    return "".join(f"{line}\r\n" for line in (*kept, *more)).encode("utf-8", "surrogateescape")


def encoded(data: bytes, encoding: str) -> bytes:
    """A body under a transfer encoding."""
    if encoding == "base64":
        return base64.encodebytes(data).replace(b"\n", NEWLINE)
    if encoding == "quoted-printable":
        return quopri.encodestring(data).replace(b"\r\n", b"\n").replace(b"\n", NEWLINE)
    return data.replace(b"\r\n", b"\n").replace(b"\n", NEWLINE)


def part(content_type: str, data: bytes, encoding: str = "8bit", *more: str) -> bytes:
    """One part of a multipart."""
    lines = (f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *more)
    return "".join(f"{line}\r\n" for line in lines).encode() + NEWLINE + encoded(data, encoding)


def parts(kind: str, boundary: str, *children: bytes) -> bytes:
    """A multipart as a part: its header, its children, its end."""
    inside = b"".join(b"--" + boundary.encode() + NEWLINE + child + NEWLINE for child in children)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + inside
        + f"--{boundary}--\r\n".encode()
    )


def single(letter: Letter, data: bytes, content_type: str | None, encoding: str | None = "8bit") -> bytes:
    """A mail of one part; None leaves a header out."""
    lines = [f"Content-Type: {content_type}"] if content_type is not None else []
    lines += [f"Content-Transfer-Encoding: {encoding}"] if encoding is not None else []
    return headers(letter, *lines) + NEWLINE + encoded(data, encoding or "8bit")


# Charsets: label, Python's codec, a sentence of somebody who writes so.
CHARSETS: tuple[tuple[str, str, str], ...] = (
    ("utf-8", "utf-8", "Mae’r gwres wedi torri eto — dwi ddim yn hapus 😡"),
    ("UTF8", "utf-8", "Grzyb na ścianie, dziecko ciągle kaszle"),
    ("iso-8859-1", "iso-8859-1", "Die Heizung in der Küche ist seit März kaputt, größte Mühe"),
    ("iso-8859-1", "cp1252", "“Nobody” came – it’s been 3 weeks… and cost me €40"),
    ("windows-1252", "cp1252", "Señor Peña’s ceiling isn’t “fixed” — still £90 out"),
    ("iso-8859-2", "iso-8859-2", "Wilgoć w łazience, żadnej odpowiedzi od września"),
    ("windows-1250", "cp1250", "Voda teče ze stropu už třetí týden, nikdo nepřišel"),
    ("iso-8859-5", "iso-8859-5", "Вода капает с потолка уже третью неделю"),
    ("koi8-r", "koi8-r", "Крыша течёт, и никто не приходит уже месяц"),
    ("KOI8-U", "koi8-u", "Дах протікає, ніхто не їде вже місяць"),
    ("windows-1251", "cp1251", "Отопление не работает с прошлого вторника"),
    ("iso-8859-7", "iso-8859-7", "Η θέρμανση δεν λειτουργεί εδώ και μέρες"),
    ("windows-1253", "cp1253", "Το παράθυρο είναι σπασμένο από τον Μάιο"),
    ("iso-8859-9", "iso-8859-9", "Kalorifer çalışmıyor, ağrılı günler geçirdik"),
    ("windows-1254", "cp1254", "Kapı hâlâ kırık, kimse gelmedi şikâyetçiyim"),
    ("iso-8859-8-i", "iso-8859-8", "החימום לא עובד כבר שבוע"),
    ("windows-1255", "cp1255", "הדלת שבורה ואף אחד לא בא"),
    ("windows-1256", "cp1256", "التدفئة لا تعمل منذ أسبوع"),
    ("iso-8859-6", "iso-8859-6", "الباب مكسور ولم يأت أحد"),
    ("windows-1257", "cp1257", "Šildymas neveikia jau trečią savaitę, žiauru"),
    ("iso-8859-4", "iso-8859-4", "Apkure nedarbojas jau trešo nedēļu"),
    ("iso-8859-13", "iso-8859-13", "Durvis joprojām ir salauztas, neviens nenāk"),
    ("iso-8859-14", "iso-8859-14", "Mae’r tŷ’n oer a’r dŵr yn dod drwy’r to".replace("’", "'")),
    ("iso-8859-15", "iso-8859-15", "Le chauffage est en panne, ça m’a coûté 40 € déjà".replace("’", "'")),
    ("iso-8859-16", "iso-8859-16", "Apa curge prin tavan și nimeni nu vine"),
    ("gb2312", "gb2312", "暖气坏了三个星期没有人来"),
    ("gbk", "gbk", "天花板漏水，我已經打了三次電話"),
    ("gb18030", "gb18030", "屋顶漏水，没有人回答我们的电话"),
    ("big5", "big5", "暖氣壞了三個星期沒有人來"),
    ("shift_jis", "shift_jis", "暖房が三週間も壊れたままです"),
    ("iso-2022-jp", "iso-2022-jp", "天井から水が漏れています"),
    ("euc-jp", "euc-jp", "窓が壊れていて寒いです"),
    ("euc-kr", "euc-kr", "난방이 삼 주째 고장입니다"),
    ("ks_c_5601-1987", "cp949", "천장에서 물이 새고 있습니다"),
    ("iso-2022-kr", "iso-2022-kr", "문이 아직도 고장입니다"),
    ("windows-874", "cp874", "เครื่องทำความร้อนเสียมาสามสัปดาห์"),
    ("tis-620", "tis-620", "น้ำรั่วจากเพดาน"),
    ("macintosh", "mac-roman", "Le toit fuit depuis février, “rien” n’a été fait"),
    ("ibm850", "cp850", "Das Fenster schließt nicht, größer Ärger"),
    ("cp437", "cp437", "Täglich tropft es, keiner hört zu, ñandú"),
    ("utf-16", "utf-16", "Dach přes zimu teče — ‘hotovo’ není nic"),
    ("utf-7", "utf-7", "Das Dach ist undicht, schöne Grüße"),
)
ENCODINGS = ("8bit", "quoted-printable", "base64")


def in_charset(label: str, codec: str, sentence: str, encoding: str) -> Shape:
    """The letter and a sentence under a charset's right label."""
    safe = "base64" if codec.startswith("utf-16") else encoding

    def shape(letter: Letter) -> Made:
        data = f"{letter.body}\n\n{sentence}\n".encode(codec)
        content_type = f'text/plain; charset="{label}"' if letter.number % 2 else f"text/plain; charset={label}"
        return Made(raw=single(letter, data, content_type, safe), words=(letter.marker, sentence))

    shape.__name__ = f"{label} in {safe}"
    return shape


CHARSET_SHAPES = tuple(
    in_charset(label, codec, sentence, ENCODINGS[number % len(ENCODINGS)])
    for number, (label, codec, sentence) in enumerate(CHARSETS)
)

# Labels that are missing, unknown or untrue: label, real codec, sentence, transfer encoding (None: no such header).
_CURLY = "It’s “urgent” — naïve of me to wait"
MISLABELLED: tuple[tuple[str | None, str, str, str | None], ...] = (
    (None, "utf-8", "Mae’r dŵr yn dod drwy’r to ers wythnos", None),
    (None, "utf-8", _CURLY, "8bit"),
    (None, "cp1252", "The café’s “extractor” — 5 metres away", "8bit"),
    ("text/plain", "utf-8", "Żaden fachowiec nie przyszedł", "7bit"),
    ("text/plain; charset=us-ascii", "utf-8", "Señora Núñez waited from eight till four", "8bit"),
    ("text/plain; charset=us-ascii", "cp1252", "£1,200 of “damage” – nobody’s rung", "8bit"),
    ("text/plain; charset=utf-8", "iso-8859-1", "Die Tür schließt nicht, für drei Wochen", "8bit"),
    ("text/plain; charset=utf-8", "cp1252", "We’ve paid £93 a week – for “this”", "quoted-printable"),
    ("text/plain; charset=x-unknown", "utf-8", "Kein Warmwasser seit Dienstag, ärgerlich", "8bit"),
    ("text/plain; charset=unknown-8bit", "utf-8", "L’eau coule du plafond depuis août", "8bit"),
    ("text/plain; charset=utf8mb4", "utf-8", "Still nobody 😞 and the tap drips 💧", "base64"),
    ("text/plain; charset=ansi", "cp1252", "It’s the “third” time – honestly", "8bit"),
    ("text/plain; charset=latin-9000", "utf-8", "Ninguém veio à casa, já são três semanas", "quoted-printable"),
    ('text/plain; charset="utf-8; format=flowed"', "utf-8", "Tyle razy dzwoniłam, że już nie liczę", "8bit"),
    ("text/plain; charset=", "utf-8", "Nïemand heeft gebeld, één keer maar", "8bit"),
    ("text", "utf-8", "Já volám potřetí, nic se neděje", "8bit"),
    ("text/plain charset=utf-8", "utf-8", "Vāciet darbu līdz galam, lūdzu", "8bit"),
    ("text/plain; charset=%CHARSET%", "utf-8", "Fönstret är trasigt sedan i våras", "8bit"),
    ("text/plain; charset=DEFAULT_CHARSET", "cp1252", "Wasn’t told – not once – “sorry”", "8bit"),
    ("text/plain; charset=utf-8", "utf-8", "Lukk døra? Den går ikke å lukke", "x-made-up"),
    ("text/plain; charset=utf-8", "utf-8", "På trappa er det mørkt", "7bits"),
    ("text/plain; charset=unicode-escape", "utf-8", "Ovi ei mene kiinni, hävytöntä", "8bit"),
    ("text/plain; charset=idna", "utf-8", "Ei ole kütet, külm on", "8bit"),
)


def mislabelled(label: str | None, codec: str, sentence: str, encoding: str | None) -> Shape:
    """The letter and a sentence under a label that does not say what they are."""

    def shape(letter: Letter) -> Made:
        data = f"{letter.body}\n\n{sentence}\n".encode(codec)
        return Made(raw=single(letter, data, label, encoding), words=(letter.marker, sentence))

    shape.__name__ = f"{codec} as {label} in {encoding}"
    return shape


MISLABELLED_SHAPES = tuple(mislabelled(*each) for each in MISLABELLED)


def uuencoded(data: bytes) -> bytes:
    """As the 1990s sent bytes."""
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 words.txt\n" + b"".join(lines) + b"`\nend\n"


def html_of(letter: Letter, *, extra: str = "") -> str:
    """The letter as HTML of a mail program."""
    paragraphs = "".join(f"<p>{line}</p>\n" for line in letter.body.splitlines() if line)
    return (
        "<!DOCTYPE html><html><head><style>p { color: red } .hidden-rule { top: 0 }</style>"
        f"<script>var never = 'script-words';</script></head><body>{paragraphs}{extra}</body></html>"
    )
