"""A case before somebody's eyes at the command line: who looks is checked and on record."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from sqlalchemy import Connection

from app.configuration import ConfigurationFolder, load_site
from app.place import Place
from app.wiring import SystemClock, installation_key, open_newest
from casework.people import Person
from domain.errors import ConfigurationError, NotFound, Unseen
from scheduler.seeing import look_at
from scheduler.standing import Standing, stands
from store.audit import AuditKey
from store.database import Database


@contextmanager
def seen_case(place: Place, reference: str, *, by: str, what: str) -> Iterator[tuple[Connection, Standing]]:
    """A case as it stands and a look at its rows, after the look is on record.

    Args:
        place: the installation.
        reference: in any spelling.
        by: the id of whoever looks; empty: whoever works at the machine.
        what: which part is looked at.

    Raises:
        NotFound: there is no such case, or nothing was ever stored there.
        Unseen: it is not for them.
        ConfigurationError: nobody of that id works for the case's landlord.
    """
    if place.database_url is None and not (place.data / "tenantline.db").exists():
        raise NotFound(f"there is no database in {place.data} yet; `tenantline serve` makes one, or say --data")
    database = open_newest(place.database_url, place.data)
    try:
        put_on_record(database, place, reference, by=by, what=what)
        with database.reading() as tx:
            yield tx, stands(tx, reference)
    finally:
        database.close()


def put_on_record(database: Database, place: Place, reference: str, *, by: str, what: str) -> None:
    """Check who looks, and write it into the case's audit: a look that was refused too. Raises as ``seen_case``."""
    refused: Unseen | None = None
    with database.writing() as tx:
        standing = stands(tx, reference, hold=True)
        landlord = standing.row["landlord"]
        staff = _staff(place, landlord)
        person = somebody(staff, by, landlord) if by else None
        try:
            look_at(
                tx,
                standing,
                staff,
                by=person,
                what=what,
                now=SystemClock().now(),
                keys=AuditKey(installation_key(place.data)),
            )
        except Unseen as problem:
            refused = problem
    if refused:
        raise refused


def somebody(staff: Mapping[str, Person], by: str, landlord: str) -> Person:
    """Somebody who works there.

    Raises:
        ConfigurationError: nobody has this id.
    """
    if by not in staff:
        known = ", ".join(sorted(staff)) or "nobody yet"
        raise ConfigurationError(
            f"--by: {by!r} is nobody on the staff list of {landlord} ({known}): add [[staff]] to its site file"
        )
    return staff[by]


def _staff(place: Place, landlord: str) -> dict[str, Person]:
    """Who works there; nobody where the configuration does not say: an operator sees the case all the same."""
    with suppress(ConfigurationError):
        return {each.id: each for each in load_site(ConfigurationFolder(place.config), landlord).staff}
    return {}
