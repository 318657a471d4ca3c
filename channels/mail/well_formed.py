"""The tree of parts of a mail in the usual form, at a sixth of what ``email``'s parser costs.

That parser asks of every line whether it is one of the open boundaries, by a pattern compiled for each of them. What
is read here comes out as it would there, header by header and byte by byte; whatever is unusual is left to it.
"""

import re
from email.message import Message
from email.policy import compat32
from typing import Final

_DEEPEST: Final = 8
_HEADER: Final = re.compile(r"([!-9;-~]++):[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)\n")
_BEHIND_BOUNDARY: Final = re.compile(r"(--)?[ \t]*+(?:\r?\n|\Z)")


def read_well_formed(text: str) -> Message | None:
    """The tree, or None: of a mail that holds another mail, a broken boundary, an odd header line or a bare CR.

    ``text``: the bytes as ASCII, those that are none as surrogates. Raises what ``email`` raises on nonsense.
    """
    if text.count("\r") != text.count("\r\n"):
        return None
    return _Mail(text).part(0, len(text), len(text), _DEEPEST)


class _Mail:
    """Finds the parts by their places in the text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def part(self, start: int, end: int, content_end: int, levels: int) -> Message | None:
        """The part from ``start`` to ``end``; what follows ``content_end`` is the line end before a boundary."""
        part = Message(policy=compat32)
        start, content_type = self._read_headers(part, start, end)
        kind = content_type.partition(";")[0].strip().lower()
        if start < 0 or not content_type.isascii() or kind.startswith("message/") or kind == "multipart/digest":
            return None
        if kind.startswith("multipart/") and kind.count("/") == 1:
            return self._container(part, start, end, content_end, levels) if levels else None
        part.set_payload(self._text[start:content_end])
        return part

    def _read_headers(self, part: Message, start: int, end: int) -> tuple[int, str]:
        """Take the headers over; where the content begins, -1 where no blank line is, and the first Content-Type."""
        text, content_type = self._text, None
        while header := _HEADER.match(text, start, end):
            name, value = header[1], header[2].rstrip("\r\n")
            part.set_raw(name, value)
            if content_type is None and name.lower() == "content-type":
                content_type = value
            start = header.end()
        blank = 2 if text.startswith("\r\n", start, end) else 1 if text.startswith("\n", start, end) else 0
        return start + blank if blank or start == end else -1, content_type or ""

    def _container(self, part: Message, start: int, end: int, content_end: int, levels: int) -> Message | None:
        """A multipart from behind its headers."""
        boundary = part.get_boundary()
        if not boundary or not boundary.isprintable():
            return None
        mark = f"\n--{boundary}"
        line, closes, after = self._next_boundary(mark, start, end)
        if line > start:
            part.preamble = self._text[start : self._before_line_end(line)]
        while not closes:
            start = after
            line, closes, after = self._next_boundary(mark, start, end)
            if line <= start:
                return None
            child = self.part(start, line, self._before_line_end(line), levels - 1)
            if child is None:
                return None
            part.attach(child)
        if not part.is_multipart():
            return None
        part.epilogue = self._text[after:content_end] if after <= content_end else None
        return part

    def _next_boundary(self, mark: str, start: int, end: int) -> tuple[int, bool, int]:
        """Where the first boundary's line at or behind a line's start begins, whether it closes, and where it ends.

        Where there is none it begins at -1, and closes.
        """
        at = self._text.find(mark, start - 1, end)
        while at >= 0:
            behind = _BEHIND_BOUNDARY.match(self._text, at + len(mark), end)
            if behind is not None:
                return at + 1, behind[1] is not None, behind.end()
            at = self._text.find(mark, at + 1, end)
        return -1, True, end

    def _before_line_end(self, line: int) -> int:
        """Where the line end before a line begins."""
        return line - 2 if self._text.startswith("\r\n", line - 2) else line - 1
