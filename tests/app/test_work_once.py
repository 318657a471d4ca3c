"""``tenantline work --once``, as a timer or a person who tries something runs it."""

from pathlib import Path

from store.database import open_database
from store.tables import AUDIT_ANCHOR
from tests.app.command import tenantline
from tests.scheduler.nodes import look


def days(data: Path) -> list[str]:
    database = open_database(f"sqlite:///{data / 'tenantline.db'}")
    try:
        return [row["day"] for row in look(database, AUDIT_ANCHOR)]
    finally:
        database.close()


def test_a_made_up_time_to_come_keeps_no_later_day_from_being_anchored(tmp_path: Path) -> None:
    work = ("--data", str(tmp_path), "work", "--once", "--roles", "duties")
    assert tenantline(*work, "--now", "2090-01-01T00:00:00Z").returncode == 0
    assert days(tmp_path) == []
    assert tenantline(*work).returncode == 0
    (today,) = days(tmp_path)
    assert today < "2090"
