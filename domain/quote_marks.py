"""How the first words of quoted history, forwards and signatures look, in the languages our tenants' programs speak.

Recognisers only: each looks at one line, or at a few lines from one place, and at a bounded prefix of each. What is
done with a find is decided in ``quoting.py``.
"""

# ruff: noqa: RUF001 - letters of other alphabets are meant

import re
from enum import Enum, auto
from typing import NamedTuple

PREFIX = 300
"""Code points of a line that are looked at; a line can be a megabyte long."""
WRAPPED_LINES = 4
"""An "On ... wrote:" line is wrapped over at most this many lines."""

WRITE_ABOVE = "## Please write above this line / Ysgrifennwch uwchben y llinell hon ##"
"""Our own marker, put above the history of mails we send."""

_WRITE_ABOVE_WORDS = re.compile(
    r"(?:write|reply|type your reply|respond) above this line|(?:ysgrifennwch|atebwch) uwchben y llinell hon"
)

_OPENERS = (
    "on ", "ar ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "dne ", "dnia ", "w dniu ", "pe ", "în ",
    "в ", "на ", "mar ", "na ", "a ", "kuupäeval ", "på ", "vào ", "pada ", "1", "2", "3", "0", "at ", "el día ",
    "lun", "mer", "jeu", "ven", "sam", "dim", "śr", "pon", "wt", "czw", "pt", "sob", "niedz", "mon", "tue", "wed",
    "thu", "fri", "sat", "sun", "dydd ", "gwe", "iau", "maw", "sad", "sul", "llu",
)  # fmt: skip
_ENDINGS = (
    "wrote:", "writes:", "ysgrifennodd:", "ysgrifennodd :", "sgwennodd:", "a écrit :", "a écrit:", "schrieb:",
    "escribió:", "napisał(a):", "napisał:", "napisała:", "ha scritto:", "schreef:", "escreveu:", "skrev:", "a scris:",
    "написав:", "написала:", "написал(а):", "написал:", "пише:", "пишет:", "rašė:", "rakstīja:", "napsal:", "napísal:",
    "írta:", "yazdı:", "كتب:", "said:",
)  # fmt: skip
_UNOPENED_ENDINGS = _ENDINGS[:4]

_HEADER_NAMES = frozenset(
    (
        # English, Welsh, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Romanian, Ukrainian, Russian
        "from", "sent", "date", "to", "cc", "bcc", "subject", "reply-to", "importance", "attachments",
        "oddi wrth", "oddi", "anfonwyd", "dyddiad", "at", "pwnc", "copi",
        "von", "gesendet", "datum", "an", "betreff", "de", "envoyé", "envoyé le", "date ", "à", "objet",
        "enviado", "enviado el", "enviada em", "fecha", "para", "asunto", "assunto",
        "da", "inviato", "data", "a", "oggetto",
        "van", "verzonden", "aan", "onderwerp", "od", "wysłano", "wysłane", "do", "dw", "temat",
        "de la", "trimis", "către", "subiect", "від", "надіслано", "кому", "тема", "от", "отправлено", "дата",
    )
)  # fmt: skip
_VAGUE_NAMES = frozenset(("to", "cc", "bcc", "at", "copi", "an", "à", "a", "para", "aan", "do", "dw", "către", "кому"))
_FIRST_NAMES = frozenset(("from", "oddi wrth", "oddi", "von", "de", "da", "van", "od", "de la", "від", "от"))

_FORWARD = re.compile(
    r"(?:begin forwarded message|dechrau neges a anfonwyd ymlaen|anfonwyd ymlaen y neges"
    r"|anfang der weitergeleiteten nachricht"
    r"|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato"
    r"|początek przekazywanej wiadomości)\s*:?\s*$"
    r"|-{2,}\s*(?:forwarded (?:message|mail|by\b[^-]{0,120})|neges a (?:anfonwyd ymlaen|flaenyrrwyd)"
    r"|neges wedi'i hanfon ymlaen"
    r"|weitergeleitete nachricht|message (?:transféré|transmis)|mensaje reenviado|mensagem encaminhada"
    r"|messaggio inoltrato|doorgestuurd bericht|(?:treść )?przekazan[ae]j? wiadomoś[ćc]i?|пересланн?е повідомлення"
    r"|пересылаемое сообщение)[^-]{0,120}(?:-{2,}.{0,40})?$"
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:original (?:message|appointment|mail)|previous message|neges wreiddiol|reply message"
    r"|ursprüngliche nachricht|message d'origine|mensaje original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht|oryginalna wiadomość|wiadomość oryginalna|mesaj original|исходное сообщение)\s*-{2,}\s*$"
)
_SCHRIEB = re.compile(r"am .{6,200}\bschrieb .{1,200}>:$")
_RULE = re.compile(r"(?:_{5,}|-{5,}|={5,}|\*{5,}|—{3,})\s*$")
_MOBILE = re.compile(
    r"(?:sent|get|anfonwyd|wysłane|wysłano|gesendet|envoyé|enviado|inviato) "
    r"(?:(?:from|o|z|von|depuis|desde|da|via|using|with)\b"
    r"|outlook for)"
)
_DEVICES = re.compile(
    r"iphone|ipad|ipod|android|samsung|galaxy|huawei|blackberry|windows phone|windows mail|nokia|xiaomi|pixel|oneplus"
    r"|mobile|phone|tablet|outlook|yahoo mail|yahoo|aol|proton ?mail|proton|gmail|mail for windows"
    r"|surface|ffôn|telefon|handy|smartphone"
)
_BANNERS = (
    "[external]", "caution: external", "caution: this email originated", "caution: this e-mail originated",
    "this email originated from outside", "this message originated from outside", "external email:",
    "external sender", "warning: external", "you don't often get email from", "you don\u2019t often get email from",
    "rhybudd: daeth yr e-bost hwn", "some people who received this message don't often get email",
)  # fmt: skip
_DISCLAIMERS = (
    "intended recipient", "intended solely for", "intended only for", "solely for the use of the individual",
    "for the sole use of", "received this email in error", "received this e-mail in error",
    "received this message in error", "received this communication in error", "received it in error",
    "scanned for viruses", "scanned by", "virus-free.",
    "consider the environment before printing", "before printing this e", "may contain confidential and/or privileged",
    "any attachments are confidential", "any attachments is confidential", "any attachments may be confidential",
    "any files transmitted with it are confidential", "registered in england and wales", "registered office:",
    "sylwch y gallai'r neges", "ei bwriadu ar gyfer y sawl", "os ydych wedi derbyn y neges hon drwy gamgymeriad",
    "os nad chi yw'r derbynnydd", "this email has been sent from a mobile device",
)  # fmt: skip


class Mark(Enum):
    """What one line looks like on its own."""

    BLANK = auto()
    QUOTE = auto()
    FORWARD = auto()
    """A program put it above a message it passed on."""
    ORIGINAL = auto()
    """A program put it above the message that is answered; our own "write above this line" is one."""
    RULE = auto()
    FIRST_HEADER = auto()
    """The "From:" that a written-out header block begins with."""
    TELLING_HEADER = auto()
    """A date or a subject: only a message has one."""
    VAGUE_HEADER = auto()
    """Who was written to: a tenant's list of dates may look like it."""
    PROGRAM = auto()
    """A telephone's or program's own last line, or a mail gateway's warning."""
    SIGNATURE = auto()
    """The "-- " of RFC 3676 section 4.3, with or without its space."""
    OPENER = auto()
    """An attribution may begin here."""
    TEXT = auto()


HEADERS = frozenset((Mark.FIRST_HEADER, Mark.TELLING_HEADER, Mark.VAGUE_HEADER))
_RULED = "-_=*—"
_SHORTEST_PHRASE = 12
"""Shorter lines hold none of the set phrases; hostile mail has many short lines."""


class Attribution(NamedTuple):
    """An "On ... wrote:" line: how many lines it takes, and whether it names an address (then nobody typed it)."""

    lines: int
    names_address: bool


def plain(line: str) -> str:
    """A line's bounded beginning, trimmed, lower case, without bold marks; white space of any kind becomes a space."""
    return line[:PREFIX].strip().strip("*").replace("\u00a0", " ").replace("\u202f", " ").casefold()


def mark_of(line: str, text: str) -> Mark:
    """What a line looks like; ``text`` is ``plain(line)``."""
    if not text:
        return Mark.RULE if "*" in line[:PREFIX] else Mark.BLANK
    if _is_quoted(line):
        return Mark.QUOTE
    if len(line) < PREFIX:
        found = _short_mark(text)
        if found is not None:
            return found
    if text.lstrip("[*!").startswith(_BANNERS) or text.startswith(_BANNERS):
        return Mark.PROGRAM
    return Mark.OPENER if text.startswith(_OPENERS) or "@" in text else Mark.TEXT


def _is_quoted(line: str) -> bool:
    """Whether a ``>`` stands in front, after at most three spaces (fond programs put some before it)."""
    return line[:4].lstrip(" \t\u00a0").startswith(">")


def _short_mark(text: str) -> Mark | None:  # noqa: PLR0911 - a ladder of recognisers, the first wins
    if text in ("--", "—"):
        return Mark.SIGNATURE
    if text[0] in _RULED and _RULE.match(text):
        return Mark.RULE
    if len(text) < _SHORTEST_PHRASE:
        return _header_mark(text)
    if _FORWARD.match(text):
        return Mark.FORWARD
    if (text[0] == "-" and _ORIGINAL.match(text)) or ("line" in text[-60:] and _WRITE_ABOVE_WORDS.search(text)):
        return Mark.ORIGINAL
    if ("llinell hon" in text) and _WRITE_ABOVE_WORDS.search(text):
        return Mark.ORIGINAL
    if len(text) < 120 and _MOBILE.match(text) and _DEVICES.search(text):  # noqa: PLR2004 - a longer line is a sentence
        return Mark.PROGRAM
    return _header_mark(text)


def _header_mark(text: str) -> Mark | None:
    name, colon, _ = text[:40].partition(":")
    name = name.strip("* ")
    if not colon or name not in _HEADER_NAMES:
        return None
    if name in _FIRST_NAMES:
        return Mark.FIRST_HEADER
    return Mark.VAGUE_HEADER if name in _VAGUE_NAMES else Mark.TELLING_HEADER


def is_disclaimer(paragraph: str) -> bool:
    """Whether a paragraph holds the set words of a house's legal footer (looks at 1,500 code points)."""
    return holds_disclaimer(paragraph[:1500])


def holds_disclaimer(text: str) -> bool:
    """Whether those words stand anywhere in a text."""
    return any(map(text.casefold().__contains__, _DISCLAIMERS))


def attribution_at(plains: list[str], start: int) -> Attribution | None:
    """The attribution that begins at a line, wrapped over at most four lines, or None. Lines are given plain."""
    opened = plains[start].startswith(_OPENERS)
    for index in range(start, min(start + WRAPPED_LINES, len(plains))):
        text = plains[index]
        if not text:
            return None
        if text[-1] == ":":
            joined = " ".join(plains[start : index + 1])
            if joined.endswith(_ENDINGS if opened else _UNOPENED_ENDINGS) or _SCHRIEB.match(joined):
                return Attribution(index - start + 1, "@" in joined)
    return None
