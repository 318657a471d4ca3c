"""Fixtures that every folder may use: a migrated database of each kind."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, text

from store.blobs import BlobStore
from store.database import Database, open_database
from store.migrate import upgrade
from store.tables import METADATA
from tests import postgres

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """By default a logged error is drawn with every local value: half a minute for a node with all its wordings."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    database = open_database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A URL with ``{name}`` for the database; the tests that need it are skipped where PostgreSQL is not installed."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with postgres.cluster(shared) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(postgres_cluster: str) -> str:
    """This worker's own migrated database."""
    name = f"store_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    create_postgres(postgres_cluster, name)
    url = postgres_cluster.format(name=name)
    database = open_database(url)
    upgrade(database)
    database.close()
    return url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        file = tmp_path / "tenantline.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("postgres_url")
    database = open_database(url)
    with database.writing() as tx:
        tables = ", ".join(f'"{name}"' for name in (*METADATA.tables, "message_search"))
        tx.execute(text(f"TRUNCATE {tables}"))
    database.close()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database of each kind."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """An empty folder of files."""
    return BlobStore(tmp_path / "blobs")


def create_postgres(cluster: str, name: str) -> None:
    """A new, empty database in the cluster."""
    url = cluster.format(name="postgres").replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
