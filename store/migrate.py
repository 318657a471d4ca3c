"""Brings a database to the version that this program needs: forward only, in one transaction, once among nodes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, text

from domain.errors import ConfigurationError
from store.database import Database
from store.tables import METADATA

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 7_306_080_201
"""Any number that nothing else locks on: nodes that start together migrate one after the other."""

_OWN_NAMES: Final = ("message_search", "message_words", "alembic_version")
"""Full-text search is made by hand: SQLAlchemy cannot describe it."""


def upgrade(database: Database, to: str = "head") -> None:
    """Create or migrate the tables. Does nothing where they are right already.

    Raises:
        ConfigurationError: a newer program made them.
    """
    from alembic import command  # noqa: PLC0415 - half the cost of starting a command, needed by few
    from alembic.util import CommandError  # noqa: PLC0415

    with database.writing() as tx:
        if not database.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        try:
            command.upgrade(_config(tx), to)
        except CommandError as problem:
            raise ConfigurationError(
                f"the database is of a version that this program does not know ({problem}): install the newer program"
            ) from problem


def current(database: Database) -> str | None:
    """The version of the tables, None where there are none."""
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with database.reading() as tx:
        revision: str | None = MigrationContext.configure(tx).get_current_revision()
    return revision


def head() -> str:
    """The version that this program needs."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    if newest is None:
        raise RuntimeError("the program was installed without its migrations")
    return newest


def differences(database: Database) -> list[Any]:
    """What the tables lack or have too much against the models, in Alembic's words; empty when all is well."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    options = {"compare_type": True, "include_object": _is_ours}
    with database.reading() as tx:
        return list(compare_metadata(MigrationContext.configure(tx, opts=options), METADATA))


def _is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001 - Alembic's shape
    return not (kind == "table" and name is not None and name.startswith(_OWN_NAMES))


def _config(tx: Connection | None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = tx
    return config
