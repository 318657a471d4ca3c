"""What people do with a case is on record, in order: the case's life is told by it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_act",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("landlord", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("act", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind_before", sa.String(), nullable=False),
        sa.Column("stage_before", sa.Integer(), nullable=False),
        sa.UniqueConstraint("case_id", "number", name="case_act_once"),
    )
