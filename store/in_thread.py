"""The one bridge from async shells to the synchronous store. No function exists twice, once sync and once async."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREADS: Final = ThreadPoolExecutor(max_workers=6, thread_name_prefix="store")
"""Few: on SQLite one of them writes and the rest read. Threads start with the first call."""


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking function in one of the store's threads and wait for what it returns or raises.

    A cancelled caller does not stop the function: a transaction that began ends by itself.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, partial(function, *args, **kwargs))
