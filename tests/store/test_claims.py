"""Taken once: by time, by lease, and under races between threads and processes."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from store.blobs import BlobStore
from store.claims import claim_due
from store.database import Database
from store.tables import CASE, MAIL_IDENTITY, MESSAGE, MessageRow
from tests.builders import NOW
from tests.fakes import SequentialIds
from tests.store.flow import Flow, a_mail, one, opening, rows

LEASE = timedelta(seconds=60)
ROOT = Path(__file__).parents[2]


def take_in(flow: Flow, count: int) -> tuple[str, ...]:
    """Mails a minute apart, the last one due now."""
    return flow.take_in(
        *(
            a_mail(provider_id=str(n), message_id=f"{n}@x", received_at=NOW - timedelta(minutes=count - n))
            for n in range(count)
        )
    ).new


def claim(flow: Flow, limit: int = 10) -> list[str]:
    return [row["id"] for row in claim_due(flow.tx, MESSAGE, now=flow.now, lease=LEASE, limit=limit)]


def test_the_longest_due_come_first_and_no_more_than_asked(flow: Flow):
    waiting = take_in(flow, 3)
    assert claim(flow, limit=2) == list(waiting[:2])
    assert claim(flow) == [waiting[2]]
    assert claim(flow) == []


def test_a_claim_counts_the_attempt_and_holds_until_the_lease_ends(flow: Flow):
    (waiting,) = take_in(flow, 1)
    claim(flow)
    assert (one(flow.tx, MESSAGE)["attempts"], one(flow.tx, MESSAGE)["lease_until"]) == (1, NOW + LEASE)
    flow.now += LEASE
    assert claim(flow) == [waiting]
    assert one(flow.tx, MESSAGE)["attempts"] == 2


def test_what_is_not_due_yet_or_done_is_left(flow: Flow):
    future, done = take_in(flow, 2)
    flow.tx.execute(update(MESSAGE).where(MESSAGE.c.id == future).values(due_at=NOW + LEASE))
    flow.tx.execute(update(MESSAGE).where(MESSAGE.c.id == done).values(state="routed"))
    assert claim(flow) == []


def test_a_row_class_and_chosen_columns_do_as_well(flow: Flow):
    take_in(flow, 1)
    (row,) = claim_due(flow.tx, MessageRow, now=NOW, lease=LEASE, limit=1, columns=("landlord",))
    assert set(row) == {"id", "due_at", "landlord"}


def at_once(work: Callable[[int], object], times: int) -> list[object]:
    """Run in that many threads that start together."""
    barrier = threading.Barrier(times)

    def start(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(start, range(times)))


def test_threads_that_claim_at_once_share_nothing(database: Database, blobs: BlobStore):
    with database.writing() as tx:
        waiting = take_in(Flow(tx, blobs), 40)

    def work(_: int) -> list[str]:
        found: list[str] = []
        while True:
            with database.writing() as tx:
                rows_ = claim_due(tx, MESSAGE, now=NOW, lease=LEASE, limit=3)
            if not rows_:
                return found
            found += [row["id"] for row in rows_]

    taken = [message_id for part in at_once(work, 4) for message_id in part]  # type: ignore[attr-defined]
    assert sorted(taken) == sorted(waiting)


def test_the_same_mail_brought_by_many_at_once_is_one_message(database: Database, blobs: BlobStore):
    def work(number: int) -> int:
        with database.writing() as tx:
            return len(Flow(tx, blobs, ids=SequentialIds(f"t{number}")).take_in(a_mail()).new)

    assert sum(at_once(work, 6)) == 1  # type: ignore[arg-type]


def test_copies_in_two_mailboxes_at_once_leave_one_that_is_answered(database: Database, blobs: BlobStore):
    def work(number: int) -> int:
        with database.writing() as tx:
            flow = Flow(tx, blobs, ids=SequentialIds(f"t{number}"))
            return len(flow.take_in(a_mail(channel=f"mail{number}")).new)

    assert sum(at_once(work, 6)) == 1  # type: ignore[arg-type]
    with database.reading() as tx:
        assert len(rows(tx, MESSAGE, state="duplicate")) == 5
        assert len(rows(tx, MAIL_IDENTITY)) == 1


def test_numbers_taken_at_once_are_all_different(database: Database, blobs: BlobStore):
    def work(number: int) -> str | None:
        with database.writing() as tx:
            flow = Flow(tx, blobs, ids=SequentialIds(f"t{number}"))
            mail = a_mail(provider_id=str(number), message_id=f"{number}@x")
            return flow.apply(opening(mail), flow.take_in(mail).new[0]).reference

    assert len(set(at_once(work, 6))) == 6
    with database.reading() as tx:
        assert len(rows(tx, CASE)) == 6


PROCESS = """
import sys
from datetime import timedelta
from store.claims import claim_due
from store.database import open_database
from store.tables import MESSAGE
from tests.builders import NOW
database = open_database(sys.argv[1])
while True:
    with database.writing() as tx:
        rows = claim_due(tx, MESSAGE, now=NOW, lease=timedelta(seconds=60), limit=3)
    if not rows:
        break
    print(*(row["id"] for row in rows), sep="\\n")
"""


def test_processes_that_claim_at_once_share_nothing(database: Database, database_url: str, blobs: BlobStore):
    with database.writing() as tx:
        waiting = take_in(Flow(tx, blobs), 60)
    command = [sys.executable, "-c", PROCESS, database_url]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        for _ in range(2)
    ]
    taken = [line for process in started for line in process.communicate()[0].split()]
    assert [process.returncode for process in started] == [0, 0]
    assert sorted(taken) == sorted(waiting)
