"""Full-text search of messages: FTS5 on SQLite, tsvector on PostgreSQL, filled with what is stored already."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# FTS5 reads its words through a view, so no text is kept twice. The row's number is fixed in a table of its own: the
# hidden rowid of ``message`` may change with VACUUM.
SQLITE = (
    "CREATE TABLE message_search_row (number INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE)",
    "CREATE VIEW message_words AS SELECT r.number AS number, coalesce(m.subject, '') AS subject, m.text AS body "
    "FROM message_search_row r JOIN message m ON m.id = r.message_id",
    "CREATE VIRTUAL TABLE message_search USING fts5(subject, body, content='message_words', content_rowid='number', "
    "tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO message_search_row (message_id) SELECT id FROM message ORDER BY stored_at",
    "INSERT INTO message_search (rowid, subject, body) SELECT number, subject, body FROM message_words",
)

# A tsvector holds at most 1 MB, so very long texts are searched by their first 100,000 characters.
POSTGRESQL = (
    "CREATE TABLE message_search (message_id VARCHAR PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX message_search_words ON message_search USING gin (words)",
    "INSERT INTO message_search (message_id, words) "
    "SELECT id, to_tsvector('simple', left(coalesce(subject, '') || ' ' || text, 100000)) FROM message",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
