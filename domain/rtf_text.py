"""The words of an RTF file (Rich Text Format 1.9.1), in time linear in its length. Never raises.

For reading and for danger phrases only: fonts, pictures and all other dressing are left out.
"""

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"\\'([0-9A-Fa-f]{2})|\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\([^A-Za-z'])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_BREAKS: Final = {"par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "  "}
_SIGNS: Final = {
    "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d", "endash": "\u2013",
    "emdash": "\u2014", "bullet": "\u2022", "~": "\u00a0", "_": "-", "-": "",
}  # fmt: skip
_SILENT: Final = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "pict", "themedata", "colorschememapping", "datastore",
     "latentstyles", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "filetbl", "revtbl")
)  # fmt: skip
_WORDS: Final = _BREAKS | _SIGNS
_LAST_CODE_POINT: Final = 0x10FFFF


def is_rtf(content: bytes) -> bool:
    """Whether a file begins as RTF does, whatever it is called."""
    return content[:64].lstrip().startswith(b"{\\rtf")


def rtf_to_text(source: str) -> str:
    """The words, a paragraph a line."""
    writer = _Writer()
    for match in _TOKEN.finditer(source):
        byte, word, number, sign, brace, text = match.groups()
        if brace:
            writer.group(opens=brace == "{")
        elif byte:
            writer.character(bytes([int(byte, 16)]).decode("cp1252", "replace"))
        elif word:
            writer.word(word, int(number) if number else None)
        elif sign:
            writer.sign(sign)
        else:
            writer.text(text)
    return writer.result()


class _Writer:
    """Collects words; knows which groups are silent, and what stands in for a sign of Unicode."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._groups: list[bool] = []
        self._silent = False
        self._in_place = 1  # of each \u, RTF 1.9.1 "Unicode RTF": \uc1 unless told
        self._passed_over = 0

    def group(self, *, opens: bool) -> None:
        self._passed_over = 0
        if opens:
            self._groups.append(self._silent)
        elif self._groups:
            self._silent = self._groups.pop()

    def word(self, name: str, number: int | None) -> None:
        if name in _SILENT:
            self._silent = True
        elif name == "uc":
            self._in_place = max(0, number or 0)
        elif name == "u" and number is not None:
            code = number + 0x10000 if number < 0 else number
            self._add(chr(code) if 0 <= code <= _LAST_CODE_POINT else "\ufffd")
            self._passed_over = self._in_place
        else:
            self._add(_WORDS.get(name, ""))

    def sign(self, sign: str) -> None:
        if sign == "*":
            self._silent = True
        elif sign in "\r\n":
            self._add("\n")
        else:
            self.character(_WORDS.get(sign, sign))

    def character(self, character: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        else:
            self._add(character)

    def text(self, text: str) -> None:
        skipped = min(self._passed_over, len(text))
        self._passed_over -= skipped
        self._add(text[skipped:])

    def _add(self, text: str) -> None:
        if text and not self._silent:
            self._out.append(text)

    def result(self) -> str:
        joined = "".join(self._out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return "\n".join(line.strip() for line in joined.split("\n")).strip()
