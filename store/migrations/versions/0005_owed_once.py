"""A case owes the same thing once, and a clock that waits for its event is marked as planned.

Of open duties that were there twice the one that is due first stays; the others are kept as replaced, without nudges.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = "state = 'open'"

_DOUBLED = """
    state = 'open' AND EXISTS (
        SELECT 1 FROM obligation AS other
        WHERE other.state = 'open' AND other.case_id = obligation.case_id AND other.name = obligation.name
        AND other.stage = obligation.stage AND other.basis = obligation.basis
        AND (other.due_at < obligation.due_at OR (other.due_at = obligation.due_at AND other.id < obligation.id))
    )
"""


def upgrade() -> None:
    op.add_column("obligation", sa.Column("planned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("obligation", sa.Column("about", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE obligation SET planned = true WHERE explanation LIKE '%; planned: %'")
    op.execute(
        "UPDATE reminder SET state = 'dropped' WHERE state = 'waiting'"
        f" AND obligation_id IN (SELECT id FROM obligation WHERE {_DOUBLED})"
    )
    op.execute(f"UPDATE obligation SET state = 'replaced' WHERE {_DOUBLED}")
    op.create_index(
        "obligation_once",
        "obligation",
        ["case_id", "name", "stage", "basis", "about"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )
