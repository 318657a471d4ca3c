"""A database whose process dies at one commit: just before it, so that nothing of it is there, or just after it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import Connection

from store.database import Database


class Crash(BaseException):
    """The process is gone: no ``except Exception`` may hold it up."""


class When(StrEnum):
    """On which side of the commit."""

    BEFORE = "before"
    AFTER = "after"


class CrashingDatabase(Database):
    """Counts writing transactions; at number ``at`` the process dies, and nothing it still tries is written."""

    def __init__(self, inner: Database, *, at: int = 0, when: When = When.BEFORE) -> None:
        super().__init__(inner._writer, inner._reader)
        self._at, self._when = at, when
        self.commits = 0
        self.dead = False
        self._counting = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self.dead:
            raise Crash
        with super().writing() as tx:
            with self._counting:
                self.commits += 1
                here = self.commits == self._at
            yield tx
            if here and self._when is When.BEFORE:
                self.dead = True
                raise Crash
        if here:
            self.dead = True
            raise Crash
