"""HTML mail made readable, in time linear in its length.

A tokeniser of our own over ``str.find``: the standard library's ``html.parser`` (3.11) takes 20 seconds for 50 kB of
``<a <a <a``. Output is for reading and classifying only, never shown as HTML.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

_QUOTE_REACH: Final = 100_000
"""How far an attribute's closing quote is looked for; pictures written into an attribute are taken out before."""
_PICTURE: Final = re.compile(
    r"(data:[A-Za-z0-9.+/-]{0,80}+(?:;[A-Za-z0-9._-]{0,30}+=[A-Za-z0-9.+/_-]{0,80}+){0,3}+;base64,)"
    r"\s{0,4}+(?:[A-Za-z0-9+/%]{40,}+[\r\n\t ]{0,4}+)*+(?:[A-Za-z0-9+/%]{0,80}={0,2}(?=[\"')]))?",
    re.IGNORECASE,
)
"""A ``data:`` address (RFC 2397). White space only between long runs, so that no word behind it is taken too."""
_DEEPEST: Final = 20
_TAG_START: Final = re.compile(r"<(?=[A-Za-z!?]|/[A-Za-z])")
"""Any other ``<`` is a sign in the text."""
_TAG_STOP: Final = re.compile(r"[>\"']")
_TAG_NAME: Final = re.compile(r"/?[A-Za-z][A-Za-z0-9:_-]{0,40}")
_WHITE: Final = r"[ \t\r\n\f\v\u200b]"
_SPACES: Final = re.compile(rf"{_WHITE}(?:(?<! ){_WHITE}*+|{_WHITE}++)")
"""What becomes one space: all but a single one, or each would be replaced by itself."""
_HUGE_NUMBER: Final = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}")
_ALT: Final = re.compile(r"\balt\s*=\s*[\"']([^\"']{1,16})[\"']", re.IGNORECASE)
_SILENT: Final = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("style", "script", "title", "xml")}
_PARAGRAPHS: Final = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "hr",
     "pre")
)  # fmt: skip
_LINES: Final = frozenset(
    ("div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "body",
     "center", "form", "fieldset", "title", "caption", "o:p")
)  # fmt: skip


def html_to_text(source: str) -> str:
    """Readable text: a block a line, quoted mails behind ``> ``, list items behind ``- ``."""
    writer = _Writer()
    for tag, content in _tokens(without_pictures(source)):
        if tag:
            writer.tag(tag, content)
        else:
            writer.text(content)
    return writer.result()


def without_pictures(source: str) -> str:
    """The source without pictures written into it as base64, of which one is longer than a year of letters."""
    return _PICTURE.sub(r"\1", source) if ";base64," in source else source


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Pairs of (tag name with its slash, the tag's inside) or ('', text). Each character is passed at most twice."""
    at = 0
    unclosed: set[str] = set()
    while at < len(source):
        found = None if "tag" in unclosed else _TAG_START.search(source, at)
        if found is None:
            yield "", source[at:]
            return
        start = found.start()
        if start > at:
            yield "", source[at:start]
        if source.startswith("<!--", start) and "comment" not in unclosed:
            end = source.find("-->", start + 4)
            if end < 0:
                unclosed.add("comment")
                at = start + 4
            else:
                at = end + 3
            continue
        name = _TAG_NAME.match(source, start + 1)
        end = _tag_end(source, start + 1)
        if end < 0:
            unclosed.add("tag")
            at = start
            continue
        tag = name[0].lower() if name else ""
        at = end + 1
        if tag in _SILENT and tag not in unclosed:
            close = _SILENT[tag].search(source, at)
            if close is None:
                unclosed.add(tag)
            else:
                at = close.end()
        elif tag:
            yield tag, source[start + 1 : end]


def _tag_end(source: str, at: int) -> int:
    """Where a tag's ``>`` stands, quoted ones passed over; -1 where there is none."""
    while True:
        stop = _TAG_STOP.search(source, at)
        if stop is None:
            return -1
        if stop[0] == ">":
            return stop.start()
        close = source.find(stop[0], stop.end(), stop.end() + _QUOTE_REACH)
        at = close + 1 if close >= 0 else stop.end()


class _Writer:
    """Collects lines; knows how deep in quotes it is and whether white space counts."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes: list[bool] = []
        self._depth = 0
        self._pre = 0

    def text(self, content: str) -> None:
        if "&" in content:
            content = html.unescape(_HUGE_NUMBER.sub("\ufffd", content))
        if self._pre:
            *whole, rest = content.split("\n")
            for line in whole:
                self._line.append(line)
                self._flush()
            content = rest
        else:
            content = _SPACES.sub(" ", content)
            if not self._line:
                content = content.lstrip(" ")
        if content:
            self._line.append(content)

    def tag(self, name: str, inside: str) -> None:
        closing = name.startswith("/")
        bare = name.lstrip("/")
        if bare == "br":
            self._flush()
        elif bare in _PARAGRAPHS:
            self._block(bare, inside, closing=closing)
        elif bare in _LINES:
            self._end_line()
            if name == "li":
                self._line.append("- ")
        elif bare in ("td", "th") and not closing and self._line:
            self._line.append("  ")
        elif name == "img":
            alt = _ALT.search(inside[:2000])
            if alt and not alt[1].isascii():  # emoji are pictures in some programs
                self._line.append(html.unescape(alt[1]))

    def _block(self, name: str, inside: str, *, closing: bool) -> None:
        self._end_line()
        if name == "blockquote":
            self._turn_quote(inside, closing=closing)
        elif name == "pre":
            self._pre = max(0, self._pre + (-1 if closing else 1))
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._prefix().rstrip())

    def _turn_quote(self, inside: str, *, closing: bool) -> None:
        """Only a quotation's blockquote counts: programs also use it to indent a writer's own words."""
        if not closing:
            head = inside[:1000].lower()
            self._quotes.append("cite" in head or "quote" in head[10:])
            self._depth += self._quotes[-1]
        elif self._quotes:
            self._depth -= self._quotes.pop()

    def _prefix(self) -> str:
        return "> " * min(self._depth, _DEEPEST)

    def _end_line(self) -> None:
        if "".join(self._line).strip():
            self._flush()
        else:
            self._line.clear()

    def _flush(self) -> None:
        line = "".join(self._line).replace("\u00a0", " ").rstrip()
        self._lines.append((self._prefix() + line).rstrip())
        self._line.clear()

    def result(self) -> str:
        self._end_line()
        out: list[str] = []
        for line in self._lines:
            if line or (out and out[-1]):
                out.append(line)
        return "\n".join(out).strip()
