"""A way to an IMAP server that breaks off in the middle of certain mails, as some servers do at a damaged one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from app.lookalikes.mail import MailboxServer


@dataclass
class DroppingWay:
    """Passes everything on, until the server's answer holds ``at``: the connection ends in the middle of it."""

    server: MailboxServer
    at: bytes
    times: int | None = None
    """How often it still happens; None: always."""
    port: int = 0
    drops: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(self.server.host, self.server.port)
        asking = asyncio.create_task(_pass_on(reader, inner_writer))
        with suppress(OSError):
            await self._answer(inner_reader, writer)
        asking.cancel()
        writer.close()
        inner_writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = b""
        while data := await reader.read(65536):
            seen = seen[-len(self.at) :] + data
            if self.at in seen and self.times != 0:
                self.drops += 1
                self.times = None if self.times is None else self.times - 1
                writer.write(data[: max(0, data.find(self.at))])
                return
            writer.write(data)
            await writer.drain()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def dropping(server: MailboxServer, at: bytes, times: int | None = None) -> AsyncIterator[DroppingWay]:
    """A port on loopback that leads to ``server``."""
    way = DroppingWay(server, at, times)
    listening = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    way.port = int(listening.sockets[0].getsockname()[1])
    try:
        yield way
    finally:
        listening.close()
