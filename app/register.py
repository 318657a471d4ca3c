"""A look at what an installation has stored."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.place import Place
from app.wiring import open_newest
from domain.errors import NotFound


@contextmanager
def register_of(place: Place) -> Iterator[Connection]:
    """A look at the installation's database; its configuration and secrets are not needed.

    Raises:
        NotFound: nothing was ever stored there.
    """
    file = place.data / "tenantline.db"
    if place.database_url is None and not file.exists():
        raise NotFound(f"there is no database in {place.data} yet; `tenantline serve` makes one, or say --data")
    database = open_newest(place.database_url, place.data)
    try:
        with database.reading() as tx:
            yield tx
    finally:
        database.close()
