"""How many webhooks a second become durable, beside a bare FastAPI application with one INSERT.

    python -m benchmarks.webhooks [--posts 3000] [--rounds 5]

Sixteen clients post signed texts over kept connections, each its next one when the last is answered. Both sides run on
the same uvicorn, on SQLite with synchronous=FULL, each in a process of its own; rounds alternate between them. The
bare side does not look at the signature; its endpoint is synchronous with one connection a thread. The node runs the
web alone: what comes after the webhook is measured by ``webhook_to_ack``.
"""

import argparse
import asyncio
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Response

from app.lookalikes.loopback import wall_clock
from app.lookalikes.twilio import TwilioLookalike
from app.lookalikes.twilio_shapes import Text, inbound_form
from benchmarks._nodes import order_with_texts, running
from benchmarks._places import SPAWN, scratch, spread
from nlp.labelled import corpus_files, read_labelled
from tests.e2e.house import NUMBER
from tests.e2e.killable import free_port

CLIENTS = 16
PATH = "/in/cestria/texts"
TARGET = 0.6
WARMING = 200


def bare_application(file: Path) -> FastAPI:
    """The least that keeps a text: one INSERT in its own transaction."""
    application = FastAPI()
    mine = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(mine, "connection"):
            mine.connection = sqlite3.connect(file, isolation_level=None, timeout=30)
            mine.connection.execute("PRAGMA journal_mode=WAL")
            mine.connection.execute("PRAGMA synchronous=FULL")
        found: sqlite3.Connection = mine.connection
        return found

    connection().execute("CREATE TABLE message (sid TEXT PRIMARY KEY, sender TEXT, recipient TEXT, body TEXT)")

    @application.post(PATH)
    def take(
        sid: Annotated[str, Form(alias="MessageSid")],
        sender: Annotated[str, Form(alias="From")],
        recipient: Annotated[str, Form(alias="To")],
        body: Annotated[str, Form(alias="Body")],
    ) -> Response:
        connection().execute("INSERT INTO message VALUES (?, ?, ?, ?)", (sid, sender, recipient, body))
        return Response("<Response/>", media_type="text/xml")

    return application


def _serve_bare(pipe: Connection, file: Path, port: int) -> None:
    server = uvicorn.Server(uvicorn.Config(bare_application(file), port=port, log_level="error", access_log=False))
    threading.Thread(target=_say_when_ready, args=(server, pipe), daemon=True).start()
    server.run()


def _say_when_ready(server: uvicorn.Server, pipe: Connection) -> None:
    while not server.started:
        time.sleep(0.02)
    pipe.send("ready")


@contextmanager
def bare_side(folder: Path) -> Iterator[int]:
    """The bare application in a process of its own; its port."""
    port = free_port()
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_serve_bare, args=(theirs, folder / "bare.db", port))
    process.start()
    try:
        ours.recv()
        yield port
    finally:
        process.terminate()
        process.join()


class Posts:
    """Signed requests, as bytes, each text another."""

    def __init__(self, public_url: str) -> None:
        self._twilio = TwilioLookalike()
        self._url = public_url + PATH
        self._words = [row.reading.text for row in read_labelled(corpus_files()) if row.reading.channel == "sms"]
        self._made = 0

    def make(self, count: int) -> list[bytes]:
        """That many more."""
        return [self._one() for _ in range(count)]

    def _one(self) -> bytes:
        self._made += 1
        text = Text(
            sid=f"SM{self._made:032x}",
            account_sid=self._twilio.account_sid,
            from_=f"+4477{self._made:08}",
            to=NUMBER,
            body=self._words[self._made % len(self._words)],
            direction="inbound",
            status="received",
            sent_at=wall_clock(),
        )
        form = inbound_form(text, "http://127.0.0.1:1", opt_out_type="", profile_name="")
        body = urlencode(form).encode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {self._twilio.sign(self._url, form)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _client(port: int, posts: Sequence[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for post in posts:
        writer.write(post)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a webhook was answered {head.splitlines()[0]!r}")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
    writer.close()


async def _all(port: int, posts: Sequence[bytes]) -> None:
    await asyncio.gather(*(_client(port, posts[number::CLIENTS]) for number in range(CLIENTS)))


def rate(port: int, posts: Sequence[bytes]) -> float:
    """Answered webhooks a second."""
    started = time.perf_counter()
    asyncio.run(_all(port, posts))
    return len(posts) / (time.perf_counter() - started)


def main() -> None:
    """Print both rates and the median of the rounds' ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    bare_rates, rates = [], []
    with scratch() as folder, bare_side(folder) as bare_port:
        order = order_with_texts(folder, roles=(), with_model=False)
        with running(order) as node:
            posts = Posts(node.base_url)
            for port in (bare_port, node.port):
                rate(port, posts.make(WARMING))
            for number in range(given.rounds):
                bare_rates.append(rate(bare_port, posts.make(given.posts)))
                rates.append(rate(node.port, posts.make(given.posts)))
                print(f"round {number + 1}: bare {bare_rates[-1]:.0f}/s, product {rates[-1]:.0f}/s", flush=True)
    ratios = [mine / bare for mine, bare in zip(rates, bare_rates, strict=True)]
    print(f"bare     {spread(bare_rates)} webhooks/s")
    print(f"product  {spread(rates)} webhooks/s")
    print(f"ratio    {spread(ratios)} (at least {TARGET})")
    if statistics.median(ratios) < TARGET:
        raise SystemExit("the target is missed")


if __name__ == "__main__":
    main()
