"""What is done with every message looks nothing up by reading a whole table: a node with a million rows is as fast."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from domain.messages import Receipt
from store.outbox import claim_sends, record_taken, settle_taken
from tests.builders import NOW, an_understanding
from tests.store.flow import KEYS, Flow, a_mail, opening

GROWING = (
    "message",
    "case",
    "party",
    "contact",
    "contact_address",
    "obligation",
    "reminder",
    "outbox",
    "task",
    "audit",
)


@contextmanager
def plans_of(tx: Connection) -> Iterator[dict[str, list[str]]]:
    """SQLite's plan of each statement that is executed meanwhile."""
    plans: dict[str, list[str]] = {}

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: Any) -> None:
        if statement not in plans and statement.startswith(("SELECT", "UPDATE", "WITH", "DELETE")):
            given = parameters[0] if many else parameters
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            plans[statement] = [row[3] for row in rows]

    event.listen(tx, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(tx, "before_cursor_execute", explain)


def test_no_table_that_grows_is_read_whole_for_one_message(flow: Flow):
    if flow.tx.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, and rightly; its plans say nothing here")
    mail = a_mail()
    with plans_of(flow.tx) as plans:
        (message,) = flow.take_in(mail).new
        flow.apply(opening(mail), message, understanding=an_understanding())
        claimed = claim_sends(
            flow.tx,
            now=NOW,
            lease=timedelta(seconds=60),
            limit=9,
            next_due=lambda _: timedelta(minutes=1),
            ids=flow.ids,
        )
        receipts = [(outbound.id, Receipt(provider_id="p-1", at=NOW)) for _, outbound in claimed]
        record_taken(flow.tx, receipts)
        settle_taken(flow.tx, now=NOW, keys=KEYS, limit=50)
    whole = {f"SCAN {table}" for table in GROWING}
    found = {statement: sorted(whole & set(plan)) for statement, plan in plans.items() if whole & set(plan)}
    assert len(plans) > 10
    assert found == {}
