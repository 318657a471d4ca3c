"""What the writer wrote this time, apart from quoted history, forwarded text, signatures and footers.

Line by line, in time linear in the text: each line is looked at by a fixed number of recognisers, each over a bounded
prefix (reply strippers on PyPI take seconds to minutes on hostile mail and empty plain emergency texts). Nothing is
thrown away: every line lands in one of the parts, and where it is unclear whose words they are they count as new.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise

from domain.quote_marks import (
    HEADERS,
    Attribution,
    Mark,
    attribution_at,
    holds_disclaimer,
    is_disclaimer,
    mark_of,
    plain,
)
from domain.values import Value

LONGEST = 200_000
"""Code points; a longer text is passed through whole as new."""
FEW_WORDS = 40
"""A forward with fewer words than this above it (before the sign-off) keeps the forwarded text as its matter."""
SIGNATURE_LINES = 12
SIGNATURE_LENGTH = 900
"""A "-- " with more below it than this many lines or code points is a dividing line, not a signature."""
_HEADER_LINES = 12
_FORWARDED_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|ymlaen|wg|tr|rv|enc|pd|i)\s*:", re.IGNORECASE)
_SIGN_OFF = re.compile(
    r"(?:(?:kind|best|warm|many|with)\s+)*"
    r"(?:regards|wishes|thanks|yours (?:sincerely|faithfully|truly)|cheers|cofion|yn gywir|diolch)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_PLAIN = frozenset((Mark.TEXT, Mark.BLANK))


class Part(StrEnum):
    """Where a line belongs."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    FORWARD_HEAD = "forward_head"
    FORWARDED = "forwarded"


class Split(Value):
    """A text taken apart. ``new`` is the concatenation of ``text[start:end]`` over ``spans``, in order."""

    new: str
    """The words to be understood: the writer's own, and the forwarded ones where ``forward_kept``."""
    quoted: str = ""
    """History: quoted lines, attributions, header blocks, the marks of a forward."""
    signature: str = ""
    """Signatures, telephones' last lines, legal footers, gateways' banners."""
    forwarded: str = ""
    """The message that was passed on, without its first header block (which is in ``quoted``)."""
    forward_kept: bool = False
    """Whether ``forwarded`` is the matter and so the end of ``new``, because the writer added few words."""
    spans: tuple[tuple[int, int], ...] = ()
    """Code points of the text as given, in rising order, never overlapping."""

    @property
    def own(self) -> str:
        """The words of the sender alone, without a kept forward."""
        return self.new.removesuffix(self.forwarded).rstrip() if self.forward_kept else self.new

    def place(self, offset: int) -> int:
        """Where code point ``offset`` of ``new`` stands in the text as given (its end for ``len(new)``)."""
        for start, end in self.spans:
            if offset < end - start:
                return start + offset
            offset -= end - start
        return self.spans[-1][1] if self.spans else 0


class _Reader:
    """One pass over the lines, each of which is looked at once; decisions look at most at twelve looks ahead.

    ``examined`` counts these, so that a test can see that they grow linearly.
    """

    def __init__(self, lines: list[str], *, forwarded_by_subject: bool, ours: "_Ours") -> None:
        self.lines = lines
        self.plains = [plain(line) for line in lines]
        self.marks = [mark_of(line, text) for line, text in zip(lines, self.plains, strict=True)]
        self.parts: list[Part] = []
        self.examined = 0
        self._forwarded_by_subject = forwarded_by_subject
        self._ours = ours

    def read(self) -> list[Part]:
        """Give each line its part."""
        if _PLAIN.issuperset(self.marks):
            self._take(len(self.lines), Part.NEW)
        while len(self.parts) < len(self.lines):
            self._step(len(self.parts))
        return self.parts

    def attribution(self, at: int) -> Attribution | None:
        """The attribution that begins at a line, if one does."""
        self.examined += 1
        return attribution_at(self.plains, at) if self.marks[at] is Mark.OPENER else None

    def _take(self, count: int, part: Part) -> None:
        self.parts.extend([part] * min(count, len(self.lines) - len(self.parts)))

    def _before(self) -> Part:
        return self.parts[-1] if self.parts else Part.NEW

    def _mark(self, at: int) -> Mark:
        self.examined += 1
        return self.marks[at] if at < len(self.marks) else Mark.BLANK

    def _step(self, at: int) -> None:
        match self._mark(at):
            case Mark.BLANK:
                self._take(1, self._before())
            case Mark.QUOTE:
                self._take(1, Part.QUOTED)
            case Mark.FORWARD:
                self._forward(at, at + 1)
            case Mark.ORIGINAL:
                self._history(at, at + 1)
            case Mark.RULE:
                self._rule(at)
            case Mark.FIRST_HEADER:
                self._header_block(at)
            case Mark.PROGRAM:
                self._take(1, Part.SIGNATURE)
            case Mark.SIGNATURE:
                self._signature(at)
            case Mark.OPENER:
                self._attribution(at)
            case _:
                self._take(1, Part.NEW)

    def _next_written(self, at: int) -> int:
        """The first line from here that is not blank, looking past at most three blank ones."""
        for index in range(at, min(at + 4, len(self.lines))):
            if self._mark(index) is not Mark.BLANK:
                return index
        return len(self.lines)

    def _block_end(self, at: int) -> int:
        """The line after the header block that begins here; ``at`` when there is none."""
        end = at
        while end < at + _HEADER_LINES and self._mark(end) is not Mark.BLANK:
            folded = end > at and self.lines[end][:1] in " \t"
            if self.marks[end] not in HEADERS and not folded:
                break
            end += 1
        return end

    def _is_block(self, at: int, end: int) -> bool:
        """Whether header lines name a date or a subject; "From: 3 March / To: 9 March" is a tenant's own list."""
        return Mark.TELLING_HEADER in self.marks[at:end]

    def _rule(self, at: int) -> None:
        after = self._next_written(at + 1)
        if self._mark(after) is Mark.FIRST_HEADER and self._is_block(after, self._block_end(after)):
            self._take(after - at, Part.QUOTED)
            self._header_block(after)
        else:
            self._take(1, self._before())

    def _header_block(self, at: int) -> None:
        end = self._block_end(at)
        if self._is_block(at, end):
            if self._forwarded_by_subject:
                self._forward(at, end)
            else:
                self._history(at, end)
            return
        marked = next((index for index in range(at + 1, max(end, at + 2) + 1) if self._mark(index) is Mark.QUOTE), 0)
        if marked and Mark.BLANK not in self.marks[at:marked]:
            self._take(marked - at, Part.QUOTED)
        else:
            self._take(max(1, end - at), Part.NEW)

    def _attribution(self, at: int) -> None:
        found = self.attribution(at)
        if found is None:
            self._take(1, Part.NEW)
        elif self._mark(self._next_written(at + found.lines)) is Mark.QUOTE:
            self._take(found.lines, Part.QUOTED)
        elif found.names_address:
            self._history(at, at + found.lines)
        else:
            self._take(found.lines, Part.NEW)

    def _forward(self, at: int, body: int) -> None:
        """Everything from here on was passed on; the first header block is set apart."""
        head = self._next_written(body)
        if self._mark(head) in HEADERS:
            body = self._block_end(head)
        self._take(body - at, Part.FORWARD_HEAD)
        self._take(len(self.lines), Part.FORWARDED)

    def _history(self, at: int, body: int) -> None:
        """The answered message: to its ``>`` lines if it has them, else to the end of the text."""
        head = self._next_written(body)
        if body == at + 1 and self._mark(head) in HEADERS:
            body = self._block_end(head)
        self._take(body - at, Part.QUOTED)
        if self._mark(self._next_written(body)) is Mark.QUOTE:
            return
        for index in range(body, len(self.lines)):
            if self._mark(index) in (Mark.FIRST_HEADER, Mark.ORIGINAL):
                break  # deeper history is not ours to compare with
            self._take(1, Part.NEW if self._ours.is_answer(self.lines[index]) else Part.QUOTED)
        self._take(len(self.lines), Part.QUOTED)

    def _signature(self, at: int) -> None:
        """A signature ends before history; with too much below it, or another mark, it was a dividing line."""
        length = 0
        for index in range(at + 1, len(self.lines)):
            length += len(self.lines[index])
            if self.marks[index] is Mark.SIGNATURE:
                self._take(1, Part.NEW)
                return
            if self._ends_signature(index):
                self._take(index - at, Part.SIGNATURE)
                return
            if index - at > SIGNATURE_LINES or length > SIGNATURE_LENGTH:
                self._take(1, Part.NEW)
                return
        self._take(len(self.lines), Part.SIGNATURE)

    def _ends_signature(self, at: int) -> bool:
        mark = self._mark(at)
        if mark is Mark.FIRST_HEADER:
            return self._is_block(at, self._block_end(at))
        return mark in (Mark.QUOTE, Mark.ORIGINAL, Mark.FORWARD) or self.attribution(at) is not None


class _Ours:
    """The words we sent, to tell answers written into our unmarked text from the text (situation 110)."""

    def __init__(self, sent: Iterable[str]) -> None:
        self._lines: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()
        for text in sent:
            bounded = text[:LONGEST]
            self._lines.update(" ".join(_words(line)) for line in bounded.splitlines())
            words = _words(bounded)
            self._pairs.update(pairwise(words))

    def is_answer(self, line: str) -> bool:
        """Whether most of a line's word pairs are not in what we sent; never so when we do not know what we sent."""
        words = _words(line)
        if not self._lines or not words or " ".join(words) in self._lines:
            return False
        pairs = list(pairwise(words))
        return sum(pair in self._pairs for pair in pairs) * 2 <= len(pairs)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def split_quoted(text: str, *, subject: str | None = None, sent: Iterable[str] = ()) -> Split:
    """Take a message's text apart into new words, history, forwarded text and signature.

    ``subject`` tells a forward from an answer where the program writes both alike (Outlook's "FW:").
    ``sent`` holds the texts we sent before in this thread: with them, answers written into our own text are found even
    where the program does not mark the quoted lines. Never raises; never leaves nothing new where an unquoted word
    stands.
    """
    if len(text) > LONGEST or not text.strip():
        return Split(new=text, spans=((0, len(text)),) if text else ())
    by_subject = subject is not None and _FORWARDED_SUBJECT.match(subject) is not None
    reader = _Reader(text.splitlines(keepends=True), forwarded_by_subject=by_subject, ours=_Ours(sent))
    parts = reader.read()
    if holds_disclaimer(text):
        parts = _set_footers_aside(reader.lines, parts)
    if parts.count(Part.NEW) == len(parts):
        return Split(new=text.strip(), spans=_trim(text, [(0, len(text))]))
    split = _assemble(reader.lines, parts)
    if not split.new and _is_unexplained(reader, parts):
        return Split(new=text.strip(), spans=_trim(text, [(0, len(text))]))
    return split


def _set_footers_aside(lines: list[str], parts: list[Part]) -> list[Part]:
    """Move paragraphs of new text that are legal footers to the signature."""
    start = 0
    seen_words = False
    for index in range(len(lines) + 1):
        if index < len(lines) and parts[index] is Part.NEW and lines[index].strip():
            continue
        if index > start:
            paragraph = "".join(line[:1500] for line in lines[start : min(index, start + 20)])
            if seen_words and is_disclaimer(paragraph):
                parts[start:index] = [Part.SIGNATURE] * (index - start)
            seen_words = True
        start = index + 1
    return parts


def _assemble(lines: list[str], parts: list[Part]) -> Split:
    texts: dict[Part, list[str]] = {part: [] for part in Part}
    spans: dict[Part, list[tuple[int, int]]] = {Part.NEW: [], Part.FORWARDED: []}
    offset = 0
    for line, part in zip(lines, parts, strict=True):
        texts[part].append(line)
        if part in spans:
            runs = spans[part]
            if runs and runs[-1][1] == offset:
                runs[-1] = (runs[-1][0], offset + len(line))
            else:
                runs.append((offset, offset + len(line)))
        offset += len(line)
    own = "".join(texts[Part.NEW])
    forwarded = "".join(texts[Part.FORWARDED])
    kept = bool(forwarded.strip()) and _count_before_sign_off(own) < FEW_WORDS
    own_spans = _trim(own, spans[Part.NEW])
    forward_spans = _trim(forwarded, spans[Part.FORWARDED]) if kept else ()
    if own_spans and forward_spans:
        own_spans = _trim(own, spans[Part.NEW], end=False)
    whole = "".join(lines)
    quoted = [line for line, part in zip(lines, parts, strict=True) if part in (Part.QUOTED, Part.FORWARD_HEAD)]
    return Split(
        new="".join(whole[a:b] for a, b in own_spans + forward_spans),
        quoted="".join(quoted).strip(),
        signature="".join(texts[Part.SIGNATURE]).strip(),
        forwarded=forwarded.strip(),
        forward_kept=kept,
        spans=own_spans + forward_spans,
    )


def _trim(joined: str, spans: list[tuple[int, int]], *, end: bool = True) -> tuple[tuple[int, int], ...]:
    """Take white space off the outer ends of the spans, whose texts joined are ``joined``."""
    left = len(joined) - len(joined.lstrip())
    right = len(joined) - len(joined.rstrip()) if end else 0
    if left == len(joined):
        return ()
    kept = list(spans)
    while left >= kept[0][1] - kept[0][0]:
        left -= kept[0][1] - kept[0][0]
        kept.pop(0)
    kept[0] = (kept[0][0] + left, kept[0][1])
    while right >= kept[-1][1] - kept[-1][0]:
        right -= kept[-1][1] - kept[-1][0]
        kept.pop()
    kept[-1] = (kept[-1][0], kept[-1][1] - right)
    return tuple(kept)


def _count_before_sign_off(own: str) -> int:
    count = 0
    for line in own.splitlines():
        if _SIGN_OFF.match(line[:60].strip()):
            break
        count += len(_WORD.findall(line))
    return count


def _is_unexplained(reader: _Reader, parts: list[Part]) -> bool:
    """Whether somebody's words stand in a text in which nothing new was found, without a sign that they are history.

    Such are words under a header block with nothing above it, marked lines that nobody is said to have written, and a
    signature with nothing but itself.
    """
    attributed = False
    words: set[Part] = set()
    at = 0
    while at < len(parts):
        found = reader.attribution(at) if parts[at] is Part.QUOTED else None
        if found is not None:
            attributed = True
            at += found.lines
            continue
        mark = reader.marks[at]
        if mark is Mark.QUOTE:
            words.add(Part.FORWARD_HEAD)
        elif mark in (Mark.TEXT, Mark.OPENER):
            words.add(parts[at])
        at += 1
    if Part.QUOTED in words:
        return True
    if Part.FORWARD_HEAD in words:
        return not attributed
    return Part.SIGNATURE in words
