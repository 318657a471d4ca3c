"""winmail.dat (MS-OXTNEF): recognised and its file names listed, never opened. Never raises."""

from typing import Final

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
"""TNEF_SIGNATURE 0x223E9F78, little endian (MS-OXTNEF section 2.1.3)."""
_ATTACH_TITLE: Final = b"\x10\x80\x01\x00"
"""attAttachTitle, id 0x00018010: the name of a file inside."""
_MOST: Final = 50
_HEAD: Final = 6
_FIELD: Final = 9
_CHECKSUM: Final = 2


def is_tnef(content_type: str, content: bytes) -> bool:
    """Whether a part is Outlook's rich-text wrapper, by type or by its first bytes."""
    return content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or content.startswith(_SIGNATURE)


def list_names(content: bytes) -> tuple[str, ...]:
    """The names of the files inside, as far as the wrapper can be followed."""
    names: list[str] = []
    at = _HEAD
    while content.startswith(_SIGNATURE) and at + _FIELD <= len(content) and len(names) < _MOST:
        length = int.from_bytes(content[at + 5 : at + 9], "little")
        if content[at + 1 : at + 5] == _ATTACH_TITLE:
            title = content[at + _FIELD : at + _FIELD + min(length, 255)]
            names.append(title.rstrip(b"\x00").decode("cp1252", "replace"))
        at += _FIELD + length + _CHECKSUM
    return tuple(names)


def note_on(content: bytes) -> str:
    """What a person is told about such a file."""
    names = list_names(content)
    inside = f": {', '.join(names)}" if names else ""
    return f"Outlook's winmail.dat, not opened{inside}; ask the sender to send it as plain text or PDF"
