"""What was set aside can be read again or closed by a person, and each thing that waits is a task.

Of mails whose head alone was kept the type now says so: they cannot be read again as whole mails.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_HEAD_ONLY = (
    "this mail is larger than %",
    "the mail server could not give this mail",
    "the mail server failed % times to hand this mail over%",
)


def upgrade() -> None:
    for name in ("received_at", "done_at"):
        op.add_column("set_aside", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("note", "became", "done_by"):
        op.add_column("set_aside", sa.Column(name, sa.String(), nullable=True))
    for reason in _HEAD_ONLY:
        op.execute(
            sa.text("UPDATE set_aside SET raw_type = 'text/rfc822-headers' WHERE reason LIKE :reason").bindparams(
                reason=reason
            )
        )
    op.execute(
        "INSERT INTO task (id, once, landlord, kind, reason, \"by\", due_at, team, state, created_at)"
        " SELECT 'task-' || id, 'unreadable:' || id, landlord, 'unreadable',"
        " 'What came by ' || channel || ' was set aside: ' || reason, '1h', at, '', 'open', at"
        " FROM set_aside WHERE state = 'waiting'"
    )
