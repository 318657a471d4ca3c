"""Files in a mail: names that are safe to write and to show, and whether they belong into the text."""

import re
import unicodedata
from typing import Final

from channels.mail.parsed import MailAttachment
from channels.mail.tnef import is_tnef, note_on

_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\/\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_ENDINGS: Final = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/heic": "heic",
    "image/webp": "webp", "image/tiff": "tif", "text/plain": "txt", "text/html": "html", "text/calendar": "ics",
    "text/csv": "csv", "text/x-vcard": "vcf", "text/vcard": "vcf", "text/rtf": "rtf", "application/rtf": "rtf",
    "message/rfc822": "eml", "application/ms-tnef": "dat", "application/zip": "zip", "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "audio/mpeg": "mp3",
    "audio/mp4": "m4a", "audio/ogg": "ogg", "audio/amr": "amr", "video/mp4": "mp4", "video/quicktime": "mov",
    "application/pkcs7-signature": "p7s", "application/x-pkcs7-signature": "p7s", "application/pkcs7-mime": "p7m",
    "application/pgp-signature": "asc", "application/pgp-encrypted": "asc",
}  # fmt: skip
_LOCKED: Final = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"))


def safe_name(name: str, content_type: str, number: int) -> str:
    """A file name without path, control and direction characters; ``attachment-2.pdf`` where none was given."""
    last = re.split(r"[\\/]", name)[-1]
    clean = _UNSAFE.sub("", unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode())).strip(" .")
    if not clean:
        return f"attachment-{number}.{_ENDINGS.get(content_type, 'bin')}"
    if len(clean) <= _LONGEST_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:  # noqa: PLR2004 - longer is no file ending
        return clean[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - 1 - len(ending)].rstrip(' .')}.{ending}"


def make_attachment(
    *, name: str, content_type: str, content: bytes, number: int, inline: bool, note: str | None = None
) -> MailAttachment:
    """An attachment with a safe name, and a note where it cannot be looked into."""
    if note is None and is_tnef(content_type, content):
        note = note_on(content)
    elif note is None and content_type in _LOCKED:
        note = "an encrypted part, not opened; ask the sender to send it unencrypted"
    safe = safe_name(name, content_type, number)
    return MailAttachment(name=safe, content_type=content_type, content=content, inline=inline, note=note)
