"""One open transaction a test, on each kind of database."""

from collections.abc import Iterator

import pytest

from store.blobs import BlobStore
from store.database import Database
from tests.store.flow import Flow


@pytest.fixture
def flow(database: Database, blobs: BlobStore) -> Iterator[Flow]:
    """Steps inside one writing transaction."""
    with database.writing() as tx:
        yield Flow(tx, blobs)
