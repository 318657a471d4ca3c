"""Bytes that rows name: small raw messages from the database, everything else from the blob store."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, union

from store.blobs import BlobStore
from store.tables import ATTACHMENT, BLOB, MESSAGE, SET_ASIDE


def read_raw(tx: Connection, blobs: BlobStore, name: str) -> bytes:
    """A raw message by its sha256, wherever it lies.

    Raises:
        NotFound: it is in neither place, or was erased.
    """
    content: bytes | None = tx.execute(select(BLOB.c.content).where(BLOB.c.sha256 == name)).scalar_one_or_none()
    return blobs.get(name) if content is None else bytes(content)


def known_files(tx: Connection) -> set[str]:
    """Every sha256 that a row names: what ``BlobStore.sweep`` must leave."""
    named = union(
        select(MESSAGE.c.raw_blob),
        select(SET_ASIDE.c.raw_blob),
        select(ATTACHMENT.c.blob).where(ATTACHMENT.c.blob.is_not(None)),
    )
    return set(tx.execute(named).scalars())


def forget_raws(tx: Connection, names: Iterable[str]) -> None:
    """Take small raw messages out of the database, unless another row still names them."""
    still = known_files(tx)
    gone = [name for name in names if name not in still]
    if gone:
        tx.execute(delete(BLOB).where(BLOB.c.sha256.in_(gone)))
