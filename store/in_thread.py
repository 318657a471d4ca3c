"""The one bridge from async shells to the synchronous store. No function exists twice, once sync and once async."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREADS: Final = ThreadPoolExecutor(max_workers=6, thread_name_prefix="store")
"""Few: on SQLite one of them writes and the rest read. Threads start with the first call."""
_RUNNING: Final[set[Future[Any]]] = set()


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking function in one of the store's threads and wait for what it returns or raises.

    A cancelled caller does not stop the function: a transaction that began ends by itself.
    """
    future = _THREADS.submit(partial(function, *args, **kwargs))
    _RUNNING.add(future)
    future.add_done_callback(_RUNNING.discard)
    return await asyncio.wrap_future(future)


async def threads_at_rest() -> None:
    """Wait for what cancelled callers left behind, so that no database is closed under a transaction."""
    await asyncio.to_thread(wait_for, tuple(_RUNNING))
