"""What files and other versions of a mail say is kept, to be looked through for danger. Older messages have none."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("attachment_texts", sa.JSON(), nullable=False, server_default="[]"))
