"""The understander in a process of its own, so that a node's other work goes on meanwhile on another core.

What else is pure and laborious, as the reading of mails, may be done there too (``call``).

``python -m nlp.apart`` is that process. It ends when the node does, however that ends.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeVar

from domain.ports import Impaired
from domain.scanning import scan_every_part
from domain.understanding import Reading, SafetyFinding, Understanding

LOADING_SECONDS: Final = 120.0
"""How long the model may take to load on a slow machine."""
READING_SECONDS: Final = 20.0
"""How long one batch may take: twice that, and a start, lie within ``scheduler.node.Timing.reading_lease``."""


Answers = tuple[tuple[tuple[SafetyFinding, ...], Understanding], ...]
T = TypeVar("T")


class UnderstanderApart:
    """Hands readings to its process and waits for what they were understood as. Safe to call from several threads.

    A process that died or hangs is started anew, once a call; a batch that it cannot do then either is an error, and
    whoever asked goes on without an understanding.
    """

    trouble: str | None = None
    """Why it does less than it should, in words; None where all is well (``domain.ports.Impaired``)."""

    def __init__(self, hazards: str, folder: Path, *, patience: float = READING_SECONDS) -> None:
        """Start the process and wait until its model is loaded.

        Args:
            hazards: the text of the landlord's ``hazards.toml``.
            folder: of the model.
            patience: seconds that one batch may take.

        Raises:
            RuntimeError: it cannot be started.
        """
        self._order = (hazards, folder)
        self.patience = patience
        self._one_at_a_time = threading.Lock()
        self._start()

    @property
    def pid(self) -> int:
        """The process that understands now."""
        return self._process.pid

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        """One understanding a reading, in order.

        Raises:
            RuntimeError: the process died or took too long, and so did the one after it.
        """
        return tuple(understanding for _, understanding in self.scan_and_understand(readings))

    def scan_and_understand(self, readings: Sequence[Reading]) -> Answers:
        """The dangers in every part of each reading, and what it is understood as; errors as of ``understand``."""
        found: Answers = self._done(tuple(readings))
        return found

    def call(self, function: Callable[..., T], *arguments: object) -> T:
        """See ``domain.ports.HelpingProcess``."""
        found: T = self._done((function, arguments))
        return found

    async def aclose(self) -> None:
        """End the process."""
        self._stop()

    def _done(self, task: object) -> Any:
        with self._one_at_a_time:
            try:
                return self._asked(task)
            except (OSError, EOFError):
                self._stop()
                self._start()
            try:
                return self._asked(task)
            except (OSError, EOFError) as problem:
                self._stop()
                self._start()
                raise RuntimeError("the understanding process broke off twice over the same messages") from problem

    def _asked(self, task: object) -> Any:
        self._to.send(task)
        if not self._from.poll(self.patience):
            raise TimeoutError("the understanding process took too long")
        failure, found = self._from.recv()
        if failure is not None:
            raise RuntimeError(f"the understanding process failed: {failure}")
        return found

    def _start(self) -> None:
        command = (sys.executable, "-m", "nlp.apart")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        self._to = Connection(_taken(self._process.stdin), readable=False)
        self._from = Connection(_taken(self._process.stdout), writable=False)
        try:
            self._to.send(self._order)
            if not self._from.poll(LOADING_SECONDS):
                raise TimeoutError
            self.trouble = self._from.recv()
        except (OSError, EOFError) as problem:
            self._stop()
            raise RuntimeError("the understanding process did not start") from problem

    def _stop(self) -> None:
        self._to.close()
        self._from.close()
        self._process.kill()
        self._process.wait()


def _taken(pipe: object) -> int:
    """A descriptor of our own in the place of a pipe's file object."""
    number = os.dup(pipe.fileno())  # type: ignore[attr-defined]
    pipe.close()  # type: ignore[attr-defined]
    return number


def main() -> None:
    """Understand batch by batch until nobody asks any more."""
    from nlp.hazards import SafetyScanner, load_rules  # noqa: PLC0415 - the node itself needs none of the model's libraries
    from nlp.understander import load  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the node ends this process
    asked, answered = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # whatever a library prints must not get in between
    with suppress(OSError, EOFError):
        hazards, folder = asked.recv()
        safety = SafetyScanner(load_rules(hazards))
        understander = load(folder, safety)
        answered.send(understander.trouble if isinstance(understander, Impaired) else None)
        while True:
            task = asked.recv()
            try:
                if task and callable(task[0]):
                    function, arguments = task
                    found = function(*arguments)
                else:
                    scanned = [scan_every_part(safety, reading) for reading in task]
                    found = tuple(zip(scanned, understander.understand(task), strict=True))
                answered.send((None, found))
            except Exception as problem:  # noqa: BLE001 - told to whoever asked, who goes on without
                answered.send((type(problem).__name__, ()))


if __name__ == "__main__":
    main()
