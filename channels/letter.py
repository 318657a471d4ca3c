"""Letters out: a tagged PDF (PDF/UA-1) an address, put into a print folder with an index for whoever prints and posts.

Words reach the template only as JSON, so nothing a tenant wrote is ever run. Received letters are noted by staff
(``staff_note``). Printing itself is not in here: a person or a mail house takes the folder and marks the index.
"""

import asyncio
import csv
import fcntl
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import SendError
from domain.messages import AddressKind, OutboundMessage, ProbeResult, Receipt, RenderedLetter
from domain.uktime import format_date, local_date

KIND: Final = "letter"

_TEMPLATE: Final = Path(__file__).with_name("letter.typ")
_INDEX: Final = "index.csv"
_LOCK: Final = ".index.lock"
_COLUMNS: Final = ("reference", "file", "pages", "address", "made_on", "printed", "remark")
_LABELS: Final = {
    "en": {"page": "Page", "reference": "Our reference"},
    "cy": {"page": "Tudalen", "reference": "Ein cyfeirnod"},
}
_NO_FONT: Final = "a character has no font here: read before posting"
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_ITEM: Final = re.compile(r"^\s*(?:[-*\u2022])\s+")
_TELEPHONE: Final = re.compile(r"\b0\d{2,5}(?: \d{3,6}){1,2}\b")
_UNSAFE_CELL: Final = ("=", "+", "-", "@", "\t", "\r")
_LARGEST_BODY: Final = 200_000  # code points; about 60 pages


class Settings(BaseModel):
    """The ``[channels.<name>]`` block of a landlord that posts letters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Field(description="Print folder; made where missing. One folder serves one landlord.")
    landlord_name: str = Field(min_length=1, description="The name at the head of the letter.")
    sender_lines: tuple[str, ...] = Field(
        default=(), max_length=6, description="Address, telephone and email under the name, a line each."
    )
    fonts: tuple[str, ...] = Field(
        default=("Arial", "Liberation Sans", "DejaVu Sans", "Libertinus Serif"),
        min_length=1,
        description="Font families, the first that is installed is used. Libertinus Serif is always there.",
    )
    large_print: bool = Field(default=False, description="Every letter in 18 point, not only where it was asked for.")


class LetterChannel:
    """Writes letters into the print folder. A repeat of the same ``dedupe_key`` is the same file and one index row."""

    kind = KIND
    address_kind = AddressKind.POST

    def __init__(self, landlord: str, name: str, settings: Settings) -> None:
        self.landlord = landlord
        self.name = name
        self._settings = settings

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        """Write the letter and its line in the index; the receipt's id is the file's name, its parts the pages.

        Raises:
            SendError: no postal address (``no_address``), too long (``too_long``), or not renderable
                (``letter_template``), all permanent; the folder cannot be written (``folder``, retryable).

        """
        if outbound.to.kind is not AddressKind.POST or not outbound.to.value.strip():
            raise SendError(retryable=False, code="no_address", words="A letter needs a postal address.")
        if len(outbound.body) > _LARGEST_BODY:
            raise SendError(retryable=False, code="too_long", words="The letter is too long to be posted.")
        return await asyncio.to_thread(self._write, outbound, now)

    async def probe(self) -> ProbeResult:
        """Whether the print folder can be written and a letter be set."""
        return await asyncio.to_thread(self._probe)

    def render(self, outbound: OutboundMessage, now: datetime) -> RenderedLetter:
        """Set a letter; about 10 ms a page once warm.

        Raises:
            SendError: the template fails (``letter_template``).

        """
        fields = {"letter": json.dumps(self._fields(outbound, now), ensure_ascii=False)}
        try:
            pdf, remark = _set(fields, now, accessible=True), ""
        except typst.TypstError:  # PDF/UA refuses a character without a glyph; a tenant's own words may hold one
            try:
                pdf, remark = _set(fields, now, accessible=False), _NO_FONT
            except typst.TypstError as error:
                raise SendError(
                    retryable=False, code="letter_template", words="The letter could not be set; its template failed."
                ) from error
        return RenderedLetter(pdf=pdf, pages=len(_PAGE.findall(pdf)), remark=remark)

    def _fields(self, outbound: OutboundMessage, now: datetime) -> dict[str, Any]:
        language = outbound.language if outbound.language in _LABELS else "en"
        address = [line for line in outbound.to.value.splitlines() if line.strip()]
        name = outbound.to_name or ""
        if name and (not address or address[0].casefold() != name.casefold()):
            address.insert(0, name)
        subject = outbound.subject or ""
        return {
            "large": outbound.large_print or self._settings.large_print,
            "title": subject or outbound.reference or self._settings.landlord_name,
            "landlord": self._settings.landlord_name,
            "sender": list(self._settings.sender_lines),
            "fonts": list(self._settings.fonts),
            "language": outbound.language if re.fullmatch(r"[a-z]{2,3}", outbound.language) else "en",
            "labels": _LABELS[language],
            "address": address,
            "date": format_date(local_date(now), language),
            "reference": outbound.reference or "",
            "subject": subject,
            "parts": split_parts(outbound.body, outbound.headings),
        }

    def _write(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        folder = self._settings.folder
        name = file_name(outbound)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _locked(folder):
                rows = _read_index(folder)
                known = next((row for row in rows if row["file"] == name), None)
                if known is not None and (_is_printed(known) or (folder / name).exists()):
                    return Receipt(provider_id=name, at=_made_at(known, now), parts=int(known["pages"] or 1))
                letter = self.render(outbound, now)
                _replace(folder / name, letter.pdf)
                if known is None:
                    _replace(folder / _INDEX, _written([*rows, self._row(outbound, name, letter, now)]))
        except OSError as error:
            raise SendError(
                retryable=True, code="folder", words=f"The print folder cannot be used ({error.strerror})."
            ) from error
        return Receipt(provider_id=name, at=now, parts=max(letter.pages, 1))

    def _row(self, outbound: OutboundMessage, name: str, letter: RenderedLetter, now: datetime) -> dict[str, str]:
        return {
            "reference": outbound.reference or "",
            "file": name,
            "pages": str(letter.pages),
            "address": _cell(", ".join(self._fields(outbound, now)["address"])),
            "made_on": now.astimezone(UTC).isoformat(timespec="seconds"),
            "printed": "no",
            "remark": letter.remark,
        }

    def _probe(self) -> ProbeResult:
        folder = self._settings.folder
        trial = folder / f".probe-{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            trial.write_bytes(b"")
            trial.unlink()
            waiting = sum(not _is_printed(row) for row in _read_index(folder))
        except OSError as error:
            return ProbeResult(
                ok=False,
                words=f"The print folder cannot be written ({error.strerror}): make it writable for this user.",
            )
        return ProbeResult(ok=True, words=f"The print folder is writable. Letters waiting to be printed: {waiting}.")


def build(landlord: str, name: str, settings: Settings) -> LetterChannel:
    """The adapter of one landlord's letters."""
    return LetterChannel(landlord, name, settings)


def file_name(outbound: OutboundMessage) -> str:
    """The letter's file: its reference, if any, and a digest of its dedupe key, so that a repeat finds itself."""
    digest = hashlib.sha256(outbound.dedupe_key.encode()).hexdigest()[:16]
    head = re.sub(r"[^0-9A-Za-z-]", "", outbound.reference or "") or "letter"
    return f"{head}-{digest}.pdf"


def split_parts(body: str, headings: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Plain text as paragraphs, headings and lists: blank lines divide, runs of "- " lines are a list.

    Each part is ``{"kind": "text", "heading" or "list", "rows": [line, ...]}``. The first line of a paragraph is a
    heading where it is one of ``headings``, which stand in the order of the text. A telephone number stays on one line.
    """
    waiting = list(headings)
    parts: list[dict[str, Any]] = []
    for paragraph in re.split(r"\n[ \t]*\n", body.replace("\r\n", "\n")):
        current = ""
        for line in paragraph.splitlines():
            if not line.strip():
                continue
            kind = "list" if _ITEM.match(line) else "text"
            if not current and waiting and line.strip() == waiting[0]:
                parts.append({"kind": "heading", "rows": [waiting.pop(0)]})
                continue
            if kind != current:
                parts.append({"kind": kind, "rows": []})
                current = kind
            parts[-1]["rows"].append(_unbroken(_ITEM.sub("", line).strip() if kind == "list" else line.strip()))
    return parts


def _unbroken(row: str) -> str:
    """No line ends within a telephone number."""
    return _TELEPHONE.sub(lambda number: number.group().replace(" ", "\N{NO-BREAK SPACE}"), row)


def _set(fields: dict[str, str], now: datetime, *, accessible: bool) -> bytes:
    compiler = typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent)
    to_the_second = now.replace(microsecond=0)  # typst refuses anything finer
    made = compiler.compile(
        format="pdf", sys_inputs=fields, pdf_standards="ua-1" if accessible else [], timestamp=to_the_second
    )
    return made if isinstance(made, bytes) else b""


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, across threads and processes."""
    with (folder / _LOCK).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _read_index(folder: Path) -> list[dict[str, str]]:
    """The index as it stands, marks of a person's hand included; columns that are missing are ''."""
    try:
        text = (folder / _INDEX).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{column: row.get(column) or "" for column in _COLUMNS} for row in rows]


def _written(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()  # the mark lets spreadsheets read Welsh letters


def _replace(path: Path, content: bytes) -> None:
    """Write beside it, sync, rename: a reader sees the old file or the new one, never half of one."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)


def _is_printed(row: dict[str, str]) -> bool:
    return row["printed"].strip().casefold() in {"yes", "y", "true", "1"}


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (situation 189)."""
    return f"'{text}" if text.startswith(_UNSAFE_CELL) else text


def _made_at(row: dict[str, str], now: datetime) -> datetime:
    with suppress(ValueError):
        made = datetime.fromisoformat(row["made_on"])
        if made.tzinfo is not None:
            return made
    return now  # a spreadsheet wrote the date its own way
