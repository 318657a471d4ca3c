"""Runs a node's web application and engine until it is told to stop."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import uvicorn
import uvloop

from app.routes.senders import IpNetwork
from app.web import create_app
from domain.errors import TenantlineError
from domain.ports import Clock
from scheduler.engine import EmbeddedEngine
from scheduler.intake import GroupIntake
from scheduler.node import Node

T = TypeVar("T")
COLLECT_AFTER = 20_000
"""Objects made and not freed until the garbage collector looks for cycles among them; Python's own is 700."""


def run_node(work: Coroutine[Any, Any, T]) -> T:
    """Run a node's work to its end, on an event loop that takes less of the one core that Python uses."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one.

    Raises:
        TenantlineError: somebody else has the port.
    """
    # asyncio spares an answer the wait for a fuller packet only on sockets that say that they are TCP: 40 ms each.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise TenantlineError(_why_not(problem, host, port)) from problem
    return listener


def _why_not(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is not free: choose another with --port"
    if problem.errno == errno.EACCES:
        return f"port {port} needs the rights of root: choose one from 1024 on with --port"
    return f"{host} is no address of this machine ({problem.strerror}): choose another with --host"


def address_of(host: str, port: int) -> str:
    """The address that a browser takes."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def web_served(
    node: Node,
    listener: socket.socket,
    clock: Clock,
    *,
    operator_token: str | None = None,
    trusted_proxies: Sequence[IpNetwork] = (),
) -> AsyncIterator[None]:
    """The web application answers from now on, for as long as this is open."""
    web = create_app(node, GroupIntake(node), clock, operator_token=operator_token, trusted_proxies=trusted_proxies)
    settings = uvicorn.Config(
        web,
        log_config=None,
        lifespan="off",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn believes whatever a program on this machine says of where a request comes from
        timeout_graceful_shutdown=10,
    )
    server = _Server(settings)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not (server.started or serving.done()):  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """Leaves signals to ``until_stopped``: the engine has to stop too."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


@asynccontextmanager
async def engine_running(node: Node, clock: Clock, roles: Sequence[str]) -> AsyncIterator[None]:
    """The node's roles work for as long as this is open."""
    let_collector_rest()
    engine = EmbeddedEngine(node, clock, roles)
    await engine.start()
    try:
        yield
    finally:
        await engine.close()


def let_collector_rest() -> None:
    """Spare the garbage collector what lives as long as the node, and let it look for cycles less often.

    A batch makes many thousands of objects and no cycles, and the looks cost 8 % of the time (measured). Reference
    counts free all of it as ever; what is in a cycle waits a little longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


async def until_stopped() -> None:
    """Return at Ctrl-C or a polite kill."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stopped.set)
    await stopped.wait()
