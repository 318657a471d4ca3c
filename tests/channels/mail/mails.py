"""The mails of ``cases/`` by name, read once."""

from functools import cache
from pathlib import Path

from channels.mail.parse import read_mail
from channels.mail.parsed import ParsedMail

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.eml"))
AUTOMATIC = (
    "auto_", "away_", "ordinary_", "bulk_", "suppress_", "dsn_", "bounce_", "loop_", "own_", "calendar_",
    "read_receipt",
)  # fmt: skip
"""How the names begin of the mails that are there for their marks."""


@cache
def read(name: str) -> ParsedMail:
    """A mail of ``cases/``, read as our own system would."""
    raw = (CASES / f"{name}.eml").read_bytes()
    return read_mail(raw, own_addresses=("feedback@cestria.example",))
