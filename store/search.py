"""Full-text search of messages: FTS5 on SQLite, tsvector on PostgreSQL. The words of a search are never its syntax."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.sql.selectable import TextualSelect

from store.columns import UtcDateTime

_MOST_WORDS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A message that holds all words of a search."""

    message_id: str
    case_id: str | None
    subject: str | None
    received_at: datetime


def search(tx: Connection, landlord: str, words: str, limit: int = 50) -> list[Hit]:
    """The messages of a landlord that hold every word, newest first; the last word may be a beginning.

    Any text is safe: only letters and digits of it count. No words find nothing.
    """
    terms = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", words))[:_MOST_WORDS]
    if not terms:
        return []
    values = {"query": _query(terms, tx.dialect.name), "landlord": landlord, "most": limit}
    rows = tx.execute(_search(tx.dialect.name), values)
    return [
        Hit(message_id=row.id, case_id=row.case_id, subject=row.subject, received_at=row.received_at) for row in rows
    ]


def index_messages(tx: Connection, message_ids: Sequence[str]) -> None:
    """Make messages of this transaction findable."""
    if not message_ids:
        return
    if tx.dialect.name == "sqlite":
        tx.execute(_NUMBER, [{"message_id": message_id} for message_id in message_ids])
        tx.execute(_INDEX_SQLITE, {"ids": list(message_ids)})
    else:
        tx.execute(_INDEX_POSTGRESQL, {"ids": list(message_ids)})


def unindex_message(tx: Connection, message_id: str) -> None:
    """Take a message's words out of the index; to be done BEFORE its text changes, which FTS5 needs to find them."""
    if tx.dialect.name == "sqlite":
        tx.execute(_FORGET_SQLITE, {"message_id": message_id})
        tx.execute(_FORGET_NUMBER, {"message_id": message_id})
    else:
        tx.execute(_FORGET_POSTGRESQL, {"message_id": message_id})


def _query(terms: Sequence[str], dialect: str) -> str:
    """All words, the last as a prefix; quoted, so that AND, NEAR, * or : in them mean nothing."""
    if dialect == "sqlite":
        return " ".join(f'"{term}"' for term in terms) + "*"
    return " & ".join(f"'{term}'" for term in terms) + ":*"


_NUMBER: Final = text("INSERT INTO message_search_row (message_id) VALUES (:message_id)")
_INDEX_SQLITE: Final = text(
    "INSERT INTO message_search (rowid, subject, body) SELECT r.number, coalesce(m.subject, ''), m.text "
    "FROM message_search_row r JOIN message m ON m.id = r.message_id WHERE r.message_id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_FORGET_SQLITE: Final = text(
    "INSERT INTO message_search (message_search, rowid, subject, body) "
    "SELECT 'delete', number, subject, body FROM message_words "
    "WHERE number = (SELECT number FROM message_search_row WHERE message_id = :message_id)"
)
_FORGET_NUMBER: Final = text("DELETE FROM message_search_row WHERE message_id = :message_id")
# A tsvector holds at most 1 MB, so very long texts are found by their first 100,000 characters.
_INDEX_POSTGRESQL: Final = text(
    "INSERT INTO message_search (message_id, words) "
    "SELECT id, to_tsvector('simple', left(coalesce(subject, '') || ' ' || text, 100000)) "
    "FROM message WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_FORGET_POSTGRESQL: Final = text("DELETE FROM message_search WHERE message_id = :message_id")
_FROM: Final = {
    "sqlite": "FROM message_search s JOIN message_search_row r ON r.number = s.rowid "
    "JOIN message m ON m.id = r.message_id WHERE message_search MATCH :query",
    "postgresql": "FROM message_search s JOIN message m ON m.id = s.message_id "
    "WHERE s.words @@ to_tsquery('simple', :query)",
}


@lru_cache
def _search(dialect: str) -> TextualSelect:
    return text(
        f"SELECT m.id, m.case_id, m.subject, m.received_at {_FROM[dialect]} "
        "AND m.landlord = :landlord ORDER BY m.received_at DESC LIMIT :most"
    ).columns(received_at=UtcDateTime())
