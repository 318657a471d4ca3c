"""Locks by name on PostgreSQL, held until the transaction ends. SQLite has one writer and needs none."""

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text

_LOCK: Final = text("SELECT pg_advisory_xact_lock(:number)")


def lock_name(tx: Connection, name: str) -> None:
    """Hold a name; waits for whoever holds it."""
    if tx.dialect.name != "sqlite":
        tx.execute(_LOCK, {"number": _number(name)})


def lock_addresses(tx: Connection, keys: Iterable[str]) -> None:
    """Hold names of (landlord, address), so that two nodes never route one sender at once.

    Always in the same order, so that nobody waits in a circle.
    """
    if tx.dialect.name != "sqlite":
        for number in sorted({_number(f"address\n{key}") for key in keys}):
            tx.execute(_LOCK, {"number": number})


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], signed=True)
