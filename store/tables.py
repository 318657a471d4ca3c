"""Every table under one name: the typed rows, and the plain tables that statements are built on. No queries here."""

from typing import Any, Final, cast

from sqlalchemy import Table
from sqlmodel import SQLModel

from store.case_tables import (
    CaseActRow,
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


def plain_table(row: Any) -> Table:
    """The table of a row class; a table as it is."""
    return row if isinstance(row, Table) else cast("Table", row.__table__)


MESSAGE: Final = plain_table(MessageRow)
MAIL_IDENTITY: Final = plain_table(MailIdentityRow)
BLOB: Final = plain_table(BlobRow)
ATTACHMENT: Final = plain_table(AttachmentRow)
SET_ASIDE: Final = plain_table(SetAsideRow)
CHANNEL_STATE: Final = plain_table(ChannelStateRow)
CONTACT: Final = plain_table(ContactRow)
CONTACT_ADDRESS: Final = plain_table(ContactAddressRow)
REFERENCE_COUNTER: Final = plain_table(ReferenceCounterRow)
CASE: Final = plain_table(CaseRow)
CASE_ACT: Final = plain_table(CaseActRow)
PARTY: Final = plain_table(PartyRow)
OBLIGATION: Final = plain_table(ObligationRow)
REMINDER: Final = plain_table(ReminderRow)
TASK: Final = plain_table(TaskRow)
QUESTION: Final = plain_table(QuestionRow)
OUTBOX: Final = plain_table(OutboxRow)
ALERT: Final = plain_table(AlertRow)
AUDIT: Final = plain_table(AuditRow)
AUDIT_ANCHOR: Final = plain_table(AuditAnchorRow)
DELIVERY_REPORT: Final = plain_table(DeliveryReportRow)
ONCE_MARK: Final = plain_table(DailyMarkRow)

__all__ = [
    "ALERT",
    "ATTACHMENT",
    "AUDIT",
    "AUDIT_ANCHOR",
    "BLOB",
    "CASE",
    "CASE_ACT",
    "CHANNEL_STATE",
    "CONTACT",
    "CONTACT_ADDRESS",
    "DELIVERY_REPORT",
    "MAIL_IDENTITY",
    "MESSAGE",
    "METADATA",
    "OBLIGATION",
    "ONCE_MARK",
    "OUTBOX",
    "PARTY",
    "QUESTION",
    "REFERENCE_COUNTER",
    "REMINDER",
    "SET_ASIDE",
    "TASK",
    "AlertRow",
    "AttachmentRow",
    "AuditAnchorRow",
    "AuditRow",
    "BlobRow",
    "CaseActRow",
    "CaseRow",
    "ChannelStateRow",
    "ContactAddressRow",
    "ContactRow",
    "DailyMarkRow",
    "DeliveryReportRow",
    "MailIdentityRow",
    "MessageRow",
    "ObligationRow",
    "OutboxRow",
    "PartyRow",
    "QuestionRow",
    "ReferenceCounterRow",
    "ReminderRow",
    "SetAsideRow",
    "TaskRow",
    "plain_table",
]

METADATA: Final = SQLModel.metadata
"""What the migrations must come to."""
