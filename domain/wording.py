"""Wordings: what we say, read from ``config/wording/<language>/<name>.txt`` and filled in.

No message text lives here; files are opened by the caller, who gives name, language and text. A file::

    # Lines that begin with # at the top are notes for whoever edits the file.
    Subject: Your complaint {reference}

    This is the plain body: for every channel that has no section of its own.

    [sms]
    {landlord_short}: we have your complaint {reference}.
    {?respond_on}We will answer by {respond_on}.

- ``Subject:`` is optional and comes first. Then the plain body, if there is one, then sections, each once:
  ``[email]``, ``[sms]``, ``[chat]`` (Telegram and WhatsApp), ``[letter]``.
- A channel without a section is given ``[email]``, and where there is none, the plain body.
- ``{name}`` is replaced by a value, one of ``domain.placeholders.PLACEHOLDERS``. Values go in as they are: braces,
  brackets or line ends in them mean nothing.
- A line that begins with ``{?name}`` is kept only if that value is not empty; several conditions must all hold.
- A line that is nothing but placeholders whose values are all empty is dropped. Blank lines left over are closed up.
- Every other brace is an error.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Final, NoReturn

from pydantic import field_validator

from domain.errors import WordingError
from domain.placeholders import PLACEHOLDERS
from domain.values import Value

__all__ = [
    "FALLBACK_LANGUAGE",
    "PLACEHOLDERS",
    "Body",
    "Rendered",
    "Variant",
    "Wording",
    "WordingCatalogue",
    "parse_catalogue",
    "parse_wording",
    "render",
]

FALLBACK_LANGUAGE: Final = "en"


class Variant(StrEnum):
    """The sections of a wording's file."""

    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    LETTER = "letter"


_SECTIONS: Final = {variant.value: variant for variant in Variant}
_VARIANT_OF: Final = {
    **_SECTIONS,
    "phone": Variant.SMS,
    "whatsapp": Variant.CHAT,
    "telegram": Variant.CHAT,
    "post": Variant.LETTER,
}
"""The section for a channel: by the section's own name, or by the kind of address (``domain.messages.AddressKind``)."""

_SUBJECT: Final = re.compile(r"subject:[ ]*", re.IGNORECASE)
_SECTION: Final = re.compile(r"\[([^\[\]{}]*)\]")
_CONDITIONS: Final = re.compile(r"(?:\{\?[^{}]*\})*")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_CONDITION: Final = re.compile(r"\{\?([^{}]*)\}")
_ONLY_PLACEHOLDERS: Final = re.compile(r"\s*(?:\{[^{}]*\}\s*)+")


class Body(Value):
    """The text for one kind of channel; the plain body has no variant."""

    variant: Variant | None
    text: str


class Wording(Value):
    """One thing we say, in one language, with a text for each kind of channel that needs its own."""

    name: str
    language: str
    subject: str = ""
    bodies: tuple[Body, ...]
    version: str
    """A short hash of the file's content, stored with what was sent."""

    @property
    def place(self) -> str:
        """Which file it is, for messages to people."""
        return f"{self.language}/{self.name}.txt"

    def template(self, channel: str) -> str:
        """The unfilled text for a channel: a section's name or a kind of address.

        Raises:
            WordingError: the channel is unknown, or the file has no text for it.
        """
        variant = _VARIANT_OF.get(channel)
        if variant is None:
            raise WordingError(f"{self.place}: there is no channel {channel!r}; use one of {', '.join(_VARIANT_OF)}")
        texts = {body.variant: body.text for body in self.bodies}
        for wanted in (variant, Variant.EMAIL, None):
            if wanted in texts:
                return texts[wanted]
        raise WordingError(f"{self.place}: no text for {variant}: write [{variant}], [email] or a plain body")

    def placeholders(self) -> frozenset[str]:
        """Every name that the file uses, in any section."""
        texts = [self.subject, *(body.text for body in self.bodies)]
        return frozenset(found.removeprefix("?") for text in texts for found in _PLACEHOLDER.findall(text))


class Rendered(Value):
    """A wording filled in for one message."""

    subject: str
    """One line; empty where the wording has none."""
    body: str


class WordingCatalogue(Value):
    """Every wording of an installation."""

    wordings: tuple[Wording, ...]

    @field_validator("wordings")
    @classmethod
    def _once_each(cls, wordings: tuple[Wording, ...]) -> tuple[Wording, ...]:
        if len({(wording.language, wording.name) for wording in wordings}) != len(wordings):
            raise ValueError("a wording is given twice")
        return tuple(sorted(wordings, key=lambda wording: (wording.language, wording.name)))

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Wording]:
        """The wordings by language and name."""
        return {(wording.language, wording.name): wording for wording in self.wordings}

    @cached_property
    def version(self) -> str:
        """A short hash of everything in it: it changes when any file does."""
        return _hash("\n".join(f"{wording.place} {wording.version}" for wording in self.wordings))

    def get(self, name: str, language: str = FALLBACK_LANGUAGE) -> Wording:
        """The wording in a language, or in English where that language lacks it.

        Raises:
            WordingError: there is none in English either.
        """
        found = self.by_key.get((language, name)) or self.by_key.get((FALLBACK_LANGUAGE, name))
        if found is None:
            known = {wording.name for wording in self.wordings}
            raise WordingError(f"there is no wording {name!r}{_hint(name, known)}")
        return found


def parse_catalogue(texts: Mapping[tuple[str, str], str]) -> WordingCatalogue:
    """The catalogue of files given as (language, name) to text.

    Raises:
        WordingError: as of ``parse_wording``, for the first file that is wrong.
    """
    parsed = [parse_wording(name, language, text) for (language, name), text in texts.items()]
    return WordingCatalogue(wordings=tuple(parsed))


def parse_wording(name: str, language: str, text: str) -> Wording:
    """The wording in a file's text (its format: the top of this file).

    Raises:
        WordingError: naming file, line and, for a slip of the pen, the name that was probably meant.
    """
    place = f"{language}/{name}.txt"
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").splitlines()]
    start = _after_notes(lines)
    for number, line in enumerate(lines[start:], start=start + 1):
        _check_line(place, number, line)
    subject = ""
    if start < len(lines) and (header := _SUBJECT.match(lines[start])):
        subject = lines[start][header.end() :]
        if not subject:
            raise WordingError(f"{place}, line {start + 1}: the subject is empty")
        start += 1
    bodies = tuple(_bodies(place, lines, start))
    return Wording(name=name, language=language, subject=subject, bodies=bodies, version=_hash("\n".join(lines)))


def render(wording: Wording, channel: str, values: Mapping[str, str]) -> Rendered:
    """The message for a channel, filled in. Values are inserted as they are and never read again.

    Args:
        wording: what is said.
        channel: ``email``, ``sms``, ``chat``, ``letter``, or a kind of address.
        values: by placeholder; an empty string where there is nothing to say. More than are needed may be given.

    Raises:
        WordingError: a placeholder or condition of a line that is reached has no value; the channel has no text.
    """
    template = wording.template(channel)
    subject = " ".join(_fill(wording, wording.subject, values).split())
    kept = [line for line in (_kept(wording, line, values) for line in template.split("\n")) if line is not None]
    return Rendered(subject=subject, body="\n".join(_fill(wording, line, values) for line in _closed_up(kept)))


def _kept(wording: Wording, line: str, values: Mapping[str, str]) -> str | None:
    """The line without its conditions, or None where it is to be dropped."""
    match = _CONDITIONS.match(line)
    end = match.end() if match else 0
    if not all(_value(wording, name, values).strip() for name in _CONDITION.findall(line[:end])):
        return None
    rest = line[end:]
    if _ONLY_PLACEHOLDERS.fullmatch(rest):
        names = _PLACEHOLDER.findall(rest)
        return rest if any(_value(wording, name, values).strip() for name in names) else None
    return rest


def _fill(wording: Wording, line: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: _value(wording, match.group(1), values), line)


def _value(wording: Wording, name: str, values: Mapping[str, str]) -> str:
    value = values.get(name)
    if value is None:
        raise WordingError(f"{wording.place}: no value was given for {{{name}}}; give '' where there is nothing to say")
    return value


def _closed_up(lines: list[str]) -> list[str]:
    """The lines without blank ones at the ends, and with one where several stand together."""
    closed: list[str] = []
    for line in lines:
        if line.strip() or (closed and closed[-1].strip()):
            closed.append(line)
    while closed and not closed[-1].strip():
        closed.pop()
    return closed


def _after_notes(lines: list[str]) -> int:
    """The place of the first line that is neither a note nor blank."""
    return next((place for place, line in enumerate(lines) if line and not line.startswith("#")), len(lines))


def _bodies(place: str, lines: list[str], start: int) -> Iterator[Body]:
    """The plain body, if there is one, and the sections in the file's order."""
    matches = [(number, _SECTION.fullmatch(lines[number])) for number in range(start, len(lines))]
    heads = [(number, match.group(1)) for number, match in matches if match]
    ends = [*(number for number, _ in heads), len(lines)][1:]
    plain = _text(lines[start : heads[0][0] if heads else len(lines)])
    if not plain and not heads:
        raise WordingError(f"{place}: the file says nothing")
    if plain:
        yield Body(variant=None, text=plain)
    seen: set[str] = set()
    for (number, name), end in zip(heads, ends, strict=True):
        if name not in _SECTIONS or name in seen:
            wrong = "stands twice" if name in seen else f"is unknown{_hint(name, _SECTIONS)}"
            raise WordingError(f"{place}, line {number + 1}: the section [{name}] {wrong}")
        seen.add(name)
        text = _text(lines[number + 1 : end])
        if not text:
            raise WordingError(f"{place}, line {number + 1}: the section [{name}] is empty")
        yield Body(variant=_SECTIONS[name], text=text)


def _text(lines: list[str]) -> str:
    return "\n".join(_closed_up(lines))


def _check_line(place: str, number: int, line: str) -> None:
    """Refuses unknown names, conditions in the middle of a line, and stray braces."""

    def refuse(words: str) -> NoReturn:
        raise WordingError(f"{place}, line {number}: {words}")

    match = _CONDITIONS.match(line)
    end = match.end() if match else 0
    for name in [*_CONDITION.findall(line[:end]), *_PLACEHOLDER.findall(line[end:])]:
        if name.startswith("?"):
            refuse(f"the condition {{{name}}} does not stand at the beginning of its line")
        if name not in PLACEHOLDERS:
            refuse(f"{{{name}}} is not a placeholder{_hint(name, PLACEHOLDERS)}")
    if re.search(r"[{}]", _PLACEHOLDER.sub("", line)):
        refuse("a brace stands alone")


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:12]
