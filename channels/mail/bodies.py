"""The tree of parts walked once: which text is the mail's words, which parts are files, what else is in there.

Never raises. Bounded in depth and number of parts: a mail made to hurt costs no more than a large honest one.
"""

import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from channels.mail.attachments import make_attachment
from channels.mail.headers import Headers, decode_text, read_parameters
from channels.mail.parsed import MailAttachment
from channels.mail.transfer import undo
from channels.mail.tree import parse_tree
from channels.mail.versions import Comparison, is_stub
from domain.charsets import decode_bytes, to_bytes
from domain.file_text import MOST_WORDS, is_mail_file, text_of_file
from domain.html_text import html_to_text, without_pictures

DEEPEST: Final = 110
MOST_PARTS: Final = 300
LONGEST_TEXT: Final = 2_000_000
"""Code points of one text part; a longer one is cut, and the raw mail keeps it."""
MOST_FURTHER: Final = MOST_WORDS
"""Code points of words beside the text: files, and other versions of it."""
MOST_COMPARED: Final = 4_000_000
"""Code points of versions that are compared word by word; versions within versions would be, level by level."""
_OVERLAP: Final = 1_000
"""Code points before a cut that are looked through again, as it may go through a phrase."""
_MOST_FORWARDED: Final = 20
_MESSAGES: Final = ("message/rfc822", "message/global")
_METHOD: Final = re.compile(r"^METHOD[^:\r\n]{0,80}:\s*([A-Za-z]{1,20})", re.MULTILINE)
_ANSWER: Final = re.compile(r"PARTSTAT=([A-Za-z-]{1,20})")
_BREAK: Final = re.compile(r"\r\n?")
_FORWARD_MARK: Final = "---------- Forwarded message ----------"


@dataclass(slots=True)
class Body:
    """What a part, with all below it, brought."""

    texts: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    plain: bool = False
    """Whether some of the texts came as plain text."""
    further: list[str] = field(default_factory=list)
    """What is not among the texts but is read for danger: of files, of other versions, behind a cut."""
    attachments: list[MailAttachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    calendar_method: str | None = None
    calendar_answer: str | None = None
    report: list[Message] | None = None
    """The parts of a multipart/report."""
    report_type: str = ""

    @property
    def text(self) -> str:
        """The texts in order, a blank line between them."""
        return "\n\n".join(text for text in self.texts if text.strip()).strip("\n")

    def take(self, other: "Body", *, words: bool = True) -> None:
        """Add what another part brought, its words only if wanted."""
        if words:
            self.texts += other.texts
            self.html += other.html
            self.plain = self.plain or other.plain
        self.further += other.further
        self.attachments += other.attachments
        self.problems += other.problems
        self.calendar_method = self.calendar_method or other.calendar_method
        self.calendar_answer = self.calendar_answer or other.calendar_answer
        if other.report is not None:
            self.report, self.report_type = other.report, other.report_type


class BodyReader:
    """Walks one mail; remembers only how many parts it has seen."""

    def __init__(self) -> None:
        self._seen = 0
        self._files = 0
        self._further = 0
        self._compared = 0

    def read(self, part: Message, depth: int = 0, *, headers: Headers | None = None) -> Body:
        """What a part and all below it brought."""
        self._seen += 1
        if depth > DEEPEST or self._seen > MOST_PARTS:
            return Body(problems=["more parts than are looked at: the rest is only in the kept original"])
        headers = headers or Headers(part)
        content_type, parameters = content_type_of(part, headers)
        payload = part.get_payload() if part.is_multipart() else None
        if isinstance(payload, list):
            children = [child for child in payload if isinstance(child, Message)]
            if content_type in _MESSAGES:
                return self._forwarded(children, headers, depth)
            return self._container(content_type, parameters, children, depth)
        return self._leaf(part, headers, content_type, parameters, depth)

    def _container(self, content_type: str, parameters: dict[str, str], children: list[Message], depth: int) -> Body:
        subtype = content_type.partition("/")[2]
        if subtype == "alternative":
            return self._alternative(children, depth)
        if subtype == "report":
            body = self._each(children[:1], depth)
            body.report, body.report_type = children, parameters.get("report-type", "").lower()
            return body
        if subtype == "related":
            return self._related(children, depth)
        body = self._each(children, depth)
        if subtype == "encrypted":
            body.problems.append("the mail is encrypted and was not opened")
        return body

    def _each(self, children: list[Message], depth: int) -> Body:
        """The parts one after the other; HTML without a plain version is made readable in its place."""
        body = Body()
        for child in children:
            if self._seen > MOST_PARTS:
                body.problems.append("more parts than are looked at: the rest is only in the kept original")
                break
            found = self.read(child, depth + 1)
            if found.html and not found.texts:
                found.texts = [html_to_text(source) for source in found.html]
            body.take(found)
        return body

    def _related(self, children: list[Message], depth: int) -> Body:
        body = self._each(children, depth)
        body.attachments = [file.model_copy(update={"inline": True}) for file in body.attachments]
        return body

    def _alternative(self, children: list[Message], depth: int) -> Body:
        """The plain version where it says something, else the last one that does; files of all versions.

        A plain version that is only a signature beside the words of the other is not taken; what stands in one version
        alone is read for danger all the same.
        """
        versions = [self.read(child, depth + 1) for child in children[:MOST_PARTS]]
        for version in versions:
            version.texts = version.texts or [html_to_text(source) for source in version.html]
        saying = [version for version in versions if version.text.strip() or version.html]
        plain = next((version for version in saying if version.plain and not is_stub(version.text)), None)
        rich = next((version for version in reversed(saying) if version.html and not version.plain), None)
        self._compared += sum(len(version.text) for version in versions)
        to_compare = self._compared <= MOST_COMPARED
        comparison = Comparison()
        if plain is not None and rich is not None and to_compare and comparison.says_much_more(rich.text, plain.text):
            plain = None
        best = plain or rich or (saying[-1] if saying else None)
        body = Body()
        for version in versions:
            body.take(version, words=version is best)
            if best is not None and version is not best:
                self._look_through(body, comparison.only_in(version.text, best.text) if to_compare else version.text)
        body.html = body.html or [source for version in versions for source in version.html][-1:]
        return body

    def _forwarded(self, children: list[Message], headers: Headers, depth: int) -> Body:
        """A mail within the mail: its words below a forward's mark, itself kept as a file."""
        body = Body()
        for child in children[:1]:
            message = _decoded(child, headers)
            file = _as_bytes(message)
            inner_headers = Headers(message)
            inner = self.read(message, depth + 1, headers=inner_headers)
            told = _retold(inner, inner_headers)
            if self._files < _MOST_FORWARDED:
                body.texts = [told]
            else:
                self._look_through(body, told)
            body.further += inner.further
            name = _name_of(headers) or f"{inner_headers.text('subject')[:80] or 'message'}.eml"
            body.attachments = [self._file(name, "message/rfc822", file, inline=False), *inner.attachments]
            body.problems = inner.problems
        return body

    def _leaf(self, part: Message, headers: Headers, content_type: str, parameters: dict[str, str], depth: int) -> Body:
        body = Body()
        data, problem = undo(_raw_payload(part), _first(headers, "content-transfer-encoding"))
        if problem:
            body.problems.append(problem)
        disposition, shown = read_parameters(_first(headers, "content-disposition"))
        name = shown.get("filename") or parameters.get("name") or ""
        if content_type.startswith("multipart/"):
            body.problems.append("said to have parts but has none: read as one text")
            content_type = "text/plain"
        if content_type == "text/calendar":
            _read_calendar(body, data, parameters)
        as_file = disposition == "attachment" or (bool(name) and disposition != "inline" and depth > 0)
        if content_type in ("text/plain", "text/html", "text/enriched", "text/richtext") and not (
            as_file and depth > 0
        ):
            self._words(body, data, content_type, parameters)
        elif data or name:
            inline = disposition == "inline" or ("content-id" in headers and disposition != "attachment")
            file = self._file(name, content_type, data, inline=inline)
            note = self._words_of_file(body, file, parameters.get("charset"), depth)
            body.attachments.append(file.model_copy(update={"note": file.note or note}) if note else file)
        return body

    def _words_of_file(self, body: Body, file: MailAttachment, charset: str | None, depth: int) -> str | None:
        """Read a file as far as it is text; a sentence where not all of it was."""
        if not is_mail_file(file.name, file.content_type):
            text, note = text_of_file(file.name, file.content_type, file.content, charset)
            self._look_through(body, text)
            return note
        message, _ = parse_tree(file.content)
        inner = self.read(message, depth + 1)
        body.further += inner.further
        self._look_through(body, _retold(inner, Headers(message)))
        return None

    def _look_through(self, body: Body, text: str) -> None:
        """Keep words beside the text, as many as are looked through."""
        if not text.strip():
            return
        room = MOST_FURTHER - self._further
        if len(text) > room:
            body.problems.append("more words in files and other versions than are looked through for dangers")
        if text := text[: max(room, 0)]:
            self._further += len(text)
            body.further.append(text)

    def _words(self, body: Body, data: bytes, content_type: str, parameters: dict[str, str]) -> None:
        text, problem = decode_bytes(data, parameters.get("charset"))
        if problem:
            body.problems.append(problem)
        text = text.replace("\x00", "\ufffd")
        if content_type == "text/html":
            text = without_pictures(text)
        if len(text) > LONGEST_TEXT:
            body.problems.append("a very long text: its end was only looked through for dangers")
            end = text[max(LONGEST_TEXT - _OVERLAP, len(text) - MOST_FURTHER) :]
            self._look_through(body, html_to_text(end) if content_type == "text/html" else end)
            text = text[:LONGEST_TEXT]
        if content_type == "text/html":
            body.html.append(text)
            return
        text = _BREAK.sub("\n", text)
        if content_type != "text/plain":
            text = html_to_text(text.replace("<<", "&lt;"))
        elif parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
        body.texts.append(text)
        body.plain = True

    def _file(self, name: str, content_type: str, content: bytes, *, inline: bool) -> MailAttachment:
        self._files += 1
        return make_attachment(name=name, content_type=content_type, content=content, number=self._files, inline=inline)


def content_type_of(part: Message, headers: Headers) -> tuple[str, dict[str, str]]:
    """A part's type with its parameters; text/plain where none or nonsense is given (RFC 2045 section 5.2)."""
    content_type, parameters = read_parameters(_first(headers, "content-type"))
    if content_type.count("/") != 1 or content_type.startswith("/") or content_type.endswith("/"):
        known = {"text": "text/plain", "html": "text/html", "text html": "text/html"}
        return known.get(content_type, part.get_default_type() if not content_type else "text/plain"), parameters
    return content_type.replace(" ", ""), parameters


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676 section 4.2), each depth of quoting for itself."""
    out: list[list[str]] = []
    depth_before = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows_on = bare.endswith(" ") and bare != "-- "
        piece = bare[:-1] if flows_on and delete_space else bare
        if depth == depth_before:
            out[-1].append(piece)
        else:
            out.append([f"{'>' * depth} {piece}" if depth else piece])
        depth_before = depth if flows_on else -1
    return "\n".join("".join(pieces) for pieces in out)


def _retold(inner: Body, headers: Headers) -> str:
    """A mail within the mail, below a forward's mark."""
    lines = [f"{name}: {headers.text(name.lower())}" for name in ("From", "Date", "Subject", "To")]
    told = inner.text or "\n\n".join(map(html_to_text, inner.html))
    return "\n".join([_FORWARD_MARK, *lines, "", told])


def _first(headers: Headers, name: str) -> str:
    values = headers.raw(name)
    return values[0] if values else ""


def _name_of(headers: Headers) -> str:
    shown = read_parameters(_first(headers, "content-disposition"))[1]
    return shown.get("filename") or read_parameters(_first(headers, "content-type"))[1].get("name") or ""


def _raw_payload(part: Message) -> bytes:
    """A leaf's bytes before transfer decoding, which ``email`` would do with less care than ``transfer.undo``."""
    del part["content-transfer-encoding"]
    whole = part.get_payload(decode=True)
    return whole if isinstance(whole, bytes) else b""


def _decoded(child: Message, outer: Headers) -> Message:
    """The inner mail; some wrap it in base64 against RFC 2046 section 5.2.1, which ``email`` does not expect."""
    encoding = _first(outer, "content-transfer-encoding").strip().lower()
    payload = child.get_payload()
    if encoding not in ("base64", "quoted-printable") or not isinstance(payload, str):
        return child
    return parse_tree(undo(to_bytes(payload), encoding)[0])[0]


def _as_bytes(message: Message) -> bytes:
    """An inner mail as a file; a mail too broken to be written again gives its headers as far as they go."""
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "\n".join(f"{name}: {decode_text(str(value))}" for name, value in message.raw_items()).encode()


def _read_calendar(body: Body, data: bytes, parameters: dict[str, str]) -> None:
    text = data[:20_000].decode("utf-8", "replace")
    method = _METHOD.search(text)
    answer = _ANSWER.search(text)
    body.calendar_method = (parameters.get("method") or (method[1] if method else "")).upper()[:20] or "PUBLISH"
    body.calendar_answer = answer[1].upper() if answer else None
