"""Every table under one name: the typed rows, and the plain tables that statements are built on. No queries here."""

from typing import Any, Final, cast

from sqlalchemy import Table
from sqlmodel import SQLModel

from store.case_tables import (
    CaseRow,
    ContactAddressRow,
    ContactRow,
    ObligationRow,
    PartyRow,
    QuestionRow,
    ReferenceCounterRow,
    ReminderRow,
    TaskRow,
)
from store.intake_tables import (
    AttachmentRow,
    BlobRow,
    ChannelStateRow,
    MailIdentityRow,
    MessageRow,
    SetAsideRow,
)
from store.outbox_tables import AlertRow, AuditAnchorRow, AuditRow, DailyMarkRow, DeliveryReportRow, OutboxRow


def _table(row: Any) -> Table:
    return cast("Table", row.__table__)


MESSAGE: Final = _table(MessageRow)
MAIL_IDENTITY: Final = _table(MailIdentityRow)
BLOB: Final = _table(BlobRow)
ATTACHMENT: Final = _table(AttachmentRow)
SET_ASIDE: Final = _table(SetAsideRow)
CHANNEL_STATE: Final = _table(ChannelStateRow)
CONTACT: Final = _table(ContactRow)
CONTACT_ADDRESS: Final = _table(ContactAddressRow)
REFERENCE_COUNTER: Final = _table(ReferenceCounterRow)
CASE: Final = _table(CaseRow)
PARTY: Final = _table(PartyRow)
OBLIGATION: Final = _table(ObligationRow)
REMINDER: Final = _table(ReminderRow)
TASK: Final = _table(TaskRow)
QUESTION: Final = _table(QuestionRow)
OUTBOX: Final = _table(OutboxRow)
ALERT: Final = _table(AlertRow)
AUDIT: Final = _table(AuditRow)
AUDIT_ANCHOR: Final = _table(AuditAnchorRow)
DELIVERY_REPORT: Final = _table(DeliveryReportRow)
ONCE_MARK: Final = _table(DailyMarkRow)

METADATA: Final = SQLModel.metadata
"""What the migrations must come to."""
