"""The one way to the database: short explicit transactions on SQLite or PostgreSQL. No statements of ours in here.

SQLite serves one process with several threads: one writer at a time, any number of readers on their own snapshots.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from domain.errors import ConfigurationError

T = TypeVar("T")

_PASSING: Final = frozenset({"40P01", "40001"})
_BUSY_MILLISECONDS: Final = 10_000
"""How long a second process (a command beside the server) waits for SQLite's lock."""


class Database:
    """Transactions on one database."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader
        self.is_sqlite: Final = writer.dialect.name == "sqlite"
        self._one_writer = threading.Lock()
        self._writing_thread: int | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at its end and rolls back when an error leaves it.

        On SQLite it begins IMMEDIATE and waits for the writer before it, so it never fails halfway for a lock.
        """
        with self._alone(), self._writer.begin() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look on SQLite, READ COMMITTED on PostgreSQL. Whatever it changes is rolled back."""
        with self._reader.connect() as tx:
            yield tx

    def close(self) -> None:
        """Close every connection. A closed database opens new ones when it is used again."""
        self._writer.dispose()
        self._reader.dispose()

    def _alone(self) -> AbstractContextManager[None]:
        return self._hold_writer() if self.is_sqlite else nullcontext()

    @contextmanager
    def _hold_writer(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._writing_thread == me:
            raise RuntimeError("a transaction is already open in this thread; use savepoint(tx) inside it")
        with self._one_writer:
            self._writing_thread = me
            try:
                yield
            finally:
                self._writing_thread = None


def open_database(url: str) -> Database:
    """The database at a URL: ``sqlite:////srv/tenantline.db`` or ``postgresql://user@host/name``.

    It connects on first use.

    Raises:
        ConfigurationError: the URL cannot be read, names another database, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("the database URL cannot be read; write sqlite:///FILE or postgresql://...") from error
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return _open_postgresql(parsed)
    raise ConfigurationError(f"the database {parsed.get_backend_name()!r} is not supported; use SQLite or PostgreSQL")


@contextmanager
def savepoint(tx: Connection) -> Iterator[None]:
    """Part of a transaction that is undone alone when an error leaves it; the error goes on to the caller."""
    with tx.begin_nested():
        yield


def run_writing(database: Database, work: Callable[[Connection], T], *, attempts: int = 3) -> T:
    """Do work in a writing transaction, again from the start where the database itself broke it off.

    Two nodes on PostgreSQL that lock two cases in opposite order wait for each other until one of them is broken off.
    The work must do nothing but write to the transaction.
    """
    for _ in range(attempts - 1):
        try:
            with database.writing() as tx:
                return work(tx)
        except DBAPIError as error:
            if not is_passing(error):
                raise
    with database.writing() as tx:
        return work(tx)


def is_passing(error: BaseException) -> bool:
    """Whether the same work may succeed at once: a deadlock or a serialisation failure (PostgreSQL 40P01, 40001)."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _PASSING


def _open_sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("SQLite needs a file, as threads cannot share a database in memory: sqlite:///FILE")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Two pools: the writer's only connection keeps its page cache warm, and readers cannot write by mistake.
    writer = create_engine(url, pool_size=1, max_overflow=0)
    reader = create_engine(url, pool_size=4, max_overflow=12)
    for engine, begin, query_only in ((writer, "BEGIN IMMEDIATE", "OFF"), (reader, "BEGIN", "ON")):
        _set_up_sqlite(engine, begin, query_only)
    return Database(writer, reader)


def _set_up_sqlite(engine: Engine, begin: str, query_only: str) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # Python 3.11's sqlite3 begins transactions itself, too late and never for savepoints, unless told not to.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"query_only={query_only}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _open_postgresql(url: URL) -> Database:
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
            pool_size=8,
            max_overflow=16,
            pool_pre_ping=True,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise ConfigurationError("PostgreSQL needs its driver: pip install 'tenantline[postgres]'") from error
    return Database(engine, engine)
