"""When a send is tried again: at once, then ever more slowly over more than three days, never all at one moment."""

from collections.abc import Callable, Sequence
from datetime import timedelta

WAITS = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=16),
    timedelta(hours=18),
)
"""Waits after the first, second ... try: 74 hours in all (providers and mail servers come back within three days)."""


def wait_after(attempt: int, jitter: Callable[[], float], waits: Sequence[timedelta] = WAITS) -> timedelta | None:
    """How long to wait after the ``attempt``-th failed try (from 1), up to a fifth more; None: give up."""
    if attempt > len(waits):
        return None
    wait = waits[attempt - 1]
    return wait + wait * 0.2 * jitter()
