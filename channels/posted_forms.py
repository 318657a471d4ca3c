"""Reads a posted HTML form, urlencoded or multipart, in memory and within limits. Knows no field's meaning."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import python_multipart
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_options_header

from domain.errors import Unreadable
from domain.messages import MediaReference, SetAside, WebRequest

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

_MOST_FIELDS: Final = 200
_LONGEST_NAME: Final = 200
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


@dataclass(frozen=True, kw_only=True)
class PostedForm:
    """A form's fields, the last value of each name, and its files that are not empty, in order.

    ``left_out`` counts the files that were over the limits; their bytes are in the raw request only.
    """

    fields: dict[str, str]
    files: tuple[MediaReference, ...]
    left_out: int = 0

    def field(self, name: str) -> str:
        """The value without white space around it, or ''."""
        return self.fields.get(name, "").strip()


@dataclass(frozen=True, kw_only=True)
class FormLimits:
    """Bytes of the whole body, bytes of one file, number of files."""

    body: int
    file: int
    files: int


def media_type(request: WebRequest) -> str:
    """The request's media type in lower case, without parameters, or ''."""
    return request.header("content-type").partition(";")[0].strip().lower()


def kept_request(aside: SetAside) -> WebRequest:
    """The request that a body came in, as far as its type tells it.

    A multipart body names its boundary in its first line (RFC 2046 section 5.1.1), so the header's is not missed.
    """
    kind = aside.raw_type
    if kind == MULTIPART:
        boundary = aside.raw.partition(b"\r\n")[0].removeprefix(b"--").decode("latin-1")
        kind = f'{MULTIPART}; boundary="{boundary}"'
    return WebRequest(url="", headers=(("content-type", kind),), body=aside.raw)


def read_form(request: WebRequest, limits: FormLimits) -> PostedForm:
    """Read a form; bytes that are not UTF-8 become U+FFFD.

    Raises:
        Unreadable: not a form, too large as a whole, too many fields, or broken.

    """
    if media_type(request) not in {URLENCODED, MULTIPART}:
        raise Unreadable("this is not a posted form")
    if len(request.body) > limits.body:
        raise Unreadable(f"the form is larger than {limits.body} bytes")
    if media_type(request) == MULTIPART:
        return _read_multipart(request, limits)
    try:
        body = request.body.decode("utf-8", "replace")
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise Unreadable("the form has too many fields") from error
    return PostedForm(fields={_plain(name): _plain(value) for name, value in pairs}, files=())


def _read_multipart(request: WebRequest, limits: FormLimits) -> PostedForm:
    fields: dict[str, str] = {}
    files: list[MediaReference] = []
    left_out = 0
    ended: list[bool] = []

    def on_field(field: Field) -> None:
        fields[_decoded(field.field_name)] = _decoded(field.value)

    def on_file(file: File) -> None:
        nonlocal left_out
        if file.size and (file.size > limits.file or len(files) >= limits.files):
            left_out += 1
        elif file.size:
            files.append(_media(file))
        file.close()

    try:
        parser = python_multipart.FormParser(
            MULTIPART,
            on_field,
            on_file,
            lambda: ended.append(True),
            boundary=parse_options_header(request.header("content-type"))[1].get(b"boundary"),
            # The body is in memory already: no part of it may go to a temporary folder.
            config={"MAX_MEMORY_FILE_SIZE": len(request.body) + 1, "MAX_FIELDS": _MOST_FIELDS},
        )
        parser.write(request.body)
        parser.finalize()
        parser.close()
    except (FormParserError, ValueError) as error:
        raise Unreadable("the form's body is broken") from error
    if not ended:
        raise Unreadable("the form's body ends too early")
    return PostedForm(fields=fields, files=tuple(files), left_out=left_out)


def content_hash(*words: str, files: tuple[MediaReference, ...] = ()) -> str:
    """A digest of what a person would call the content; white space and Unicode forms make no difference."""
    plain = [" ".join(unicodedata.normalize("NFC", each).split()) for each in words]
    pieces = [hashlib.sha256(file.content or b"").hexdigest() for file in files]
    return hashlib.sha256(json.dumps([plain, pieces]).encode()).hexdigest()


def file_name(raw: str) -> str:
    """A file's name as its sender gave it, without folders and control characters, never empty."""
    name = re.split(r"[\\/]", raw)[-1]
    kept = "".join(character for character in name if unicodedata.category(character) not in {"Cc", "Cf"})
    return kept.strip(" .")[-_LONGEST_NAME:] or "attachment"


def _decoded(raw: bytes | None) -> str:
    return _plain((raw or b"").decode("utf-8", "replace"))


def _plain(text: str) -> str:
    return text.replace("\x00", "\ufffd").replace("\r\n", "\n")


def _media(file: File) -> MediaReference:
    file.file_object.seek(0)
    content = file.file_object.read()
    given = (file.content_type or "").partition(";")[0].strip().lower()
    return MediaReference(
        name=file_name(_decoded(file.file_name)),
        content_type=given if _MEDIA_TYPE.fullmatch(given) else "application/octet-stream",
        size=len(content),
        content=content,
    )
