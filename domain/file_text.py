"""What files say, as far as they are text: plain text, HTML and RTF. Never raises.

Their words are read for danger whichever way a file came: with a mail, a form or a note, or fetched afterwards. The
files themselves are kept as they came. Pictures, recordings, PDF and word processors' files are not read.
"""

from collections.abc import Iterable
from typing import Final

from domain.charsets import decode_bytes
from domain.html_text import html_to_text
from domain.messages import MediaReference
from domain.rtf_text import is_rtf, rtf_to_text

MOST_BYTES: Final = 2_000_000
"""Of one file; markup and pictures among its words count too."""
MOST_WORDS: Final = 1_000_000
"""Code points beside a message's text that are looked through for danger: a scan takes 0.3 s for as many."""
_PLAIN: Final = frozenset(("txt", "text", "md", "csv", "log", "asc"))
_HTML: Final = frozenset(("htm", "html", "xhtml"))
_UNSAID: Final = frozenset(("application/octet-stream", "application/x-unknown", "application/unknown"))
_NO_WORDS: Final = frozenset(("text/calendar", "text/vcard", "text/x-vcard", "text/css", "text/javascript"))


def is_mail_file(name: str, content_type: str) -> bool:
    """Whether a file is a mail that was not sent as one, as programs without a type for it do."""
    return content_type in _UNSAID and _ending(name) == "eml"


def text_of_file(name: str, content_type: str, content: bytes, charset: str | None) -> tuple[str, str | None]:
    """The words of a file, and a sentence where not all of them were read; '' where it is not text."""
    read = content[:MOST_BYTES]
    cut = "a long file: its end was not read" if len(content) > MOST_BYTES else None
    if is_rtf(content):
        return rtf_to_text(read.decode("cp1252", "replace")), cut
    ending = _ending(name)
    by_name = content_type in _UNSAID and ending in _PLAIN | _HTML
    if not (content_type.startswith("text/") or by_name) or content_type in _NO_WORDS:
        return "", None
    text, problem = decode_bytes(read, charset)
    text = text.replace("\x00", "\ufffd")
    if "html" in content_type or ending in _HTML:
        text = html_to_text(text)
    return text.strip(), cut or problem


def texts_of_files(files: Iterable[MediaReference]) -> tuple[str, ...]:
    """The words of each file that is here and is text, in order, as many as are looked through for danger."""
    found: list[str] = []
    room = MOST_WORDS
    for file in files:
        text = text_of_file(file.name, file.content_type.lower(), file.content or b"", None)[0][:room]
        if text:
            found.append(text)
            room -= len(text)
    return tuple(found)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
