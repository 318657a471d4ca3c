"""Files by the hash of their content: attachments and large raw messages. Nothing here knows the database.

A file is written beside its place, synced and renamed before the transaction that names it commits; what no row names
is swept later.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from pathlib import Path

from domain.errors import NotFound


class BlobStore:
    """A folder of files named by their sha256, two letters of it a subfolder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep bytes durably; returns their sha256 in hex. Bytes that are there already are not written again."""
        return self.put_all((content,))[0]

    def put_all(self, contents: Iterable[bytes]) -> tuple[str, ...]:
        """Keep several with one sync of each subfolder; their sha256s in order."""
        names: list[str] = []
        touched: set[Path] = set()
        for content in contents:
            name = hashlib.sha256(content).hexdigest()
            names.append(name)
            place = self.path(name)
            if place.exists():
                os.utime(place)  # young again, so that a sweep going on leaves it to the transaction that will name it
            else:
                self._write(place, content)
                touched.add(place.parent)
        for folder in sorted(touched):
            _sync_folder(folder)
        return tuple(names)

    def get(self, name: str) -> bytes:
        """The bytes with this sha256.

        Raises:
            NotFound: there is no such file here.
        """
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"the file {name} is not in the data folder; restore it from a backup") from error

    def path(self, name: str) -> Path:
        """Where the bytes with this sha256 lie, or would.

        Raises:
            ValueError: the name is not a sha256 in hex.
        """
        if len(name) != hashlib.sha256().digest_size * 2 or not set(name) <= set("0123456789abcdef"):
            raise ValueError("a blob's name is a sha256 in lower-case hex")
        return self._folder / name[:2] / name

    def sweep(self, known: AbstractSet[str], older_than: timedelta, now: datetime) -> int:
        """Remove files that no row names; younger ones may belong to a transaction that is still open.

        Returns:
            How many were removed, leftovers of broken writes included.
        """
        last = (now - older_than).timestamp()
        unknown = [
            file for file in self._folder.glob("??/*") if file.name not in known and file.stat().st_mtime <= last
        ]
        for file in unknown:
            file.unlink(missing_ok=True)
        return len(unknown)

    def _write(self, place: Path, content: bytes) -> None:
        if not place.parent.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder)
        partial = place.with_name(f"{place.name}.{secrets.token_hex(8)}.partial")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(place)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable; Windows cannot and need not."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
