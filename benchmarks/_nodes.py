"""A node in a process of its own for the benchmarks, and a landlord's house whose channel is a Twilio number."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.logs import set_up_logs
from app.lookalikes.twilio import TwilioLookalike
from app.serving import engine_running, listen, run_node, until_stopped, web_served
from app.wiring import SystemClock, open_node
from benchmarks._places import SPAWN
from nlp.labelled import corpus_files, read_labelled
from scheduler.node import ROLES
from tests.e2e.house import texts_block, write_house
from tests.e2e.killable import free_port

WARMING = 50


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a node shall be."""

    config: Path
    data: Path
    port: int
    roles: Sequence[str] = ROLES
    with_model: bool = True
    warm: bool = True
    """Let the model understand a batch before the node says that it is ready."""


@dataclass(frozen=True, kw_only=True)
class RunningNode:
    """A node that is ready."""

    base_url: str
    port: int
    pid: int


def order_with_texts(folder: Path, twilio: TwilioLookalike | None = None, **wishes: object) -> Order:
    """An order for a node whose only channel is a number at a stand-in of Twilio's, which may be absent."""
    port = free_port()
    block = texts_block(twilio or TwilioLookalike(port=1), f"http://127.0.0.1:{port}")
    config = write_house(folder / "config", {"texts": block})
    return Order(config=config, data=folder / "var", port=port, **wishes)  # type: ignore[arg-type]


@contextmanager
def running(order: Order) -> Iterator[RunningNode]:
    """Start it, wait until it is ready, stop it at the end."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_node, args=(theirs, order))
    process.start()
    try:
        pid = ours.recv()
        yield RunningNode(base_url=f"http://127.0.0.1:{order.port}", port=order.port, pid=pid)
    finally:
        process.terminate()
        process.join()


def _node(pipe: Connection, order: Order) -> None:
    with order.config.with_name("log").open("w", encoding="utf-8") as log, contextlib.redirect_stderr(log):
        set_up_logs()
        run_node(_serve(pipe, order))


async def _serve(pipe: Connection, order: Order) -> None:
    clock = SystemClock()
    listener = listen("127.0.0.1", order.port)
    public = f"http://127.0.0.1:{order.port}"
    async with (
        open_node(
            config=order.config,
            data=order.data,
            public_url=public,
            with_model=order.with_model,
            model_apart=True,
        ) as node,
        web_served(node, listener, clock),
        engine_running(node, clock, order.roles),
    ):
        if order.warm:
            node.understander.understand([row.reading for row in read_labelled(corpus_files())[:WARMING]])
        pipe.send(os.getpid())
        await until_stopped()
