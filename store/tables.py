"""Every table under one name. No queries here."""

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
from store.intake_tables import AttachmentRow, ChannelStateRow, MessageRow, SetAsideRow
from store.outbox_tables import AlertRow, AuditAnchorRow, AuditRow, DailyMarkRow, DeliveryReportRow, OutboxRow

__all__ = [
    "AlertRow",
    "AttachmentRow",
    "AuditAnchorRow",
    "AuditRow",
    "CaseRow",
    "ChannelStateRow",
    "ContactAddressRow",
    "ContactRow",
    "DailyMarkRow",
    "DeliveryReportRow",
    "MessageRow",
    "ObligationRow",
    "OutboxRow",
    "PartyRow",
    "QuestionRow",
    "ReferenceCounterRow",
    "ReminderRow",
    "SetAsideRow",
    "TaskRow",
]
