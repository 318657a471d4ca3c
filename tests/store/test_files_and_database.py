"""Files by their hash, transactions that are short and plain, and the bridge from async code."""

import asyncio
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError

from domain.errors import ConfigurationError, NotFound
from store.blobs import BlobStore
from store.database import Database, open_database, run_writing, savepoint
from store.in_thread import in_thread
from store.locks import lock_name
from store.tables import ONCE_MARK
from tests.builders import NOW
from tests.store.flow import rows


def test_bytes_come_back_by_their_hash(blobs: BlobStore):
    name = blobs.put(b"photo")
    assert (blobs.get(name), blobs.path(name).parent.name) == (b"photo", name[:2])
    assert blobs.put_all([b"photo", b"other"])[0] == name


def test_a_name_that_is_no_hash_leads_nowhere(blobs: BlobStore):
    for name in ("../../etc/passwd", "", "0" * 63, "G" * 64):
        with pytest.raises(ValueError, match="sha256"):
            blobs.path(name)
    with pytest.raises(NotFound):
        blobs.get("0" * 64)


def test_the_sweep_takes_old_files_that_no_row_names(blobs: BlobStore):
    known, orphan, young = blobs.put_all([b"known", b"orphan", b"young"])
    leftover = blobs.path(orphan).with_name("x.partial")
    leftover.write_bytes(b"half")
    old = NOW - timedelta(days=2)
    for file in (blobs.path(known), blobs.path(orphan), leftover):
        os.utime(file, (old.timestamp(), old.timestamp()))
    os.utime(blobs.path(young), (NOW.timestamp(), NOW.timestamp()))
    assert blobs.sweep({known}, timedelta(days=1), NOW) == 2
    assert blobs.path(known).exists()
    assert blobs.path(young).exists()
    assert not blobs.path(orphan).exists()


def test_a_file_put_again_is_young_again(blobs: BlobStore):
    name = blobs.put(b"photo")
    os.utime(blobs.path(name), (0, 0))
    blobs.put(b"photo")
    assert blobs.sweep(set(), timedelta(hours=1), datetime.now(UTC)) == 0


def test_sweeping_an_empty_folder_is_no_error(tmp_path: Path):
    assert BlobStore(tmp_path / "nothing").sweep(set(), timedelta(), NOW) == 0


def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_error(database: Database):
    with database.writing() as tx:
        tx.execute(insert(ONCE_MARK).values(name="kept", at=NOW))
    with pytest.raises(ZeroDivisionError), database.writing() as tx:
        divmod(tx.execute(insert(ONCE_MARK).values(name="lost", at=NOW)).rowcount, 0)
    with database.reading() as tx:
        assert [row["name"] for row in rows(tx, ONCE_MARK)] == ["kept"]


def test_a_savepoint_undoes_only_itself(database: Database):
    with database.writing() as tx:
        tx.execute(insert(ONCE_MARK).values(name="before", at=NOW))
        with pytest.raises(DBAPIError), savepoint(tx):
            tx.execute(insert(ONCE_MARK), [{"name": name, "at": NOW} for name in ("inside", "before")])
        tx.execute(insert(ONCE_MARK).values(name="after", at=NOW))
    with database.reading() as tx:
        assert [row["name"] for row in rows(tx, ONCE_MARK)] == ["after", "before"]


def test_a_time_without_a_zone_is_refused(database: Database):
    with pytest.raises(Exception, match="zone"), database.writing() as tx:
        tx.execute(insert(ONCE_MARK).values(name="naive", at=NOW.replace(tzinfo=None)))


def test_sqlite_is_durable_and_cannot_be_written_through_a_reader(tmp_path: Path, sqlite_template: Path):
    file = tmp_path / "copy.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{file}")
    with database.writing() as tx:
        pragmas = [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert pragmas == ["wal", 2]
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with pytest.raises(DBAPIError, match="readonly"), database.reading() as tx:
        tx.execute(insert(ONCE_MARK).values(name="x", at=NOW))
    database.close()


def test_a_second_transaction_in_one_thread_is_refused_instead_of_waiting_for_itself(tmp_path: Path):
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.writing(), pytest.raises(RuntimeError, match="savepoint"), database.writing():
        pass
    database.close()


def test_readers_go_on_while_somebody_writes(database: Database):
    written, read = threading.Event(), threading.Event()
    seen: list[int] = []

    def look() -> None:
        written.wait(10)
        with database.reading() as tx:
            seen.append(len(rows(tx, ONCE_MARK)))
        read.set()

    thread = threading.Thread(target=look)
    thread.start()
    with database.writing() as tx:
        tx.execute(insert(ONCE_MARK).values(name="x", at=NOW))
        written.set()
        assert read.wait(10)
    thread.join()
    assert seen == [0]


def test_nodes_that_wait_for_each_other_both_come_through(database: Database):
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def lock_both(first: str, second: str) -> None:
        def work(tx: Connection) -> None:
            tries.append(first)
            lock_name(tx, first)
            if len(tries) <= 2 and not database.is_sqlite:
                both_hold_one.wait(10)
            lock_name(tx, second)
            tx.execute(insert(ONCE_MARK).values(name=first, at=NOW))

        run_writing(database, work)

    threads = [threading.Thread(target=lock_both, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as tx:
        assert [row["name"] for row in rows(tx, ONCE_MARK)] == ["a", "b"]
    assert len(tries) == (2 if database.is_sqlite else 3)


def test_an_error_that_will_not_pass_is_not_tried_again(database: Database):
    tries: list[int] = []

    def work(tx: Connection) -> None:
        tries.append(1)
        tx.execute(insert(ONCE_MARK), [{"name": "x", "at": NOW}] * 2)

    with pytest.raises(DBAPIError):
        run_writing(database, work)
    assert tries == [1]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/x", "not a url"])
def test_a_database_that_cannot_serve_is_refused_with_a_sentence(url: str):
    with pytest.raises(ConfigurationError):
        open_database(url)


async def test_blocking_work_runs_in_one_of_the_stores_threads():
    names = await asyncio.gather(*(in_thread(threading.current_thread) for _ in range(3)))
    assert all(thread.name.startswith("store") for thread in names)


async def test_an_error_comes_back_to_whoever_waits():
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 1, 0)
