"""Delivery reports as they come in. What follows from them is ``store.delivery``'s business."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from domain.messages import DeliveryReport
from store.statements import insert_once
from store.tables import DELIVERY_REPORT


def insert_reports(tx: Connection, landlord: str, reports: Sequence[DeliveryReport], now: datetime) -> tuple[str, ...]:
    """Keep delivery reports until they are acted on; returns their ids."""
    rows = {
        _report_id(landlord, report): {
            "landlord": landlord,
            "channel": report.channel,
            "outbox_id": None,
            "provider_id": report.provider_id,
            "message_id": report.message_id,
            "recipient": report.recipient,
            "state": report.state.value,
            "permanent": report.permanent,
            "code": report.code,
            "at": report.at,
            "stored_at": now,
            "handled_at": None,
        }
        for report in reports
    }
    insert_once(tx, DELIVERY_REPORT, [{"id": key} | row for key, row in rows.items()], key=("id",))
    return tuple(rows)


def _report_id(landlord: str, report: DeliveryReport) -> str:
    """The same for the same word, so that a repeated webhook is one row."""
    return hashlib.sha256(f"{landlord}\n{report.model_dump_json()}".encode()).hexdigest()[:32]
