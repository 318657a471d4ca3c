"""A channel's health in two: a poll that goes well must not hide that sends fail, nor the reverse."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Nobody knows which side an old error was of. Both begin without one: the next poll and the next send say it anew.
STATEMENTS = (
    "ALTER TABLE channel_state RENAME COLUMN failing_since TO fetch_failing_since",
    "ALTER TABLE channel_state RENAME COLUMN error TO fetch_error",
    "UPDATE channel_state SET fetch_failing_since = NULL, fetch_error = NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    op.add_column("channel_state", sa.Column("send_failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("channel_state", sa.Column("send_error", sa.String(), nullable=True))
