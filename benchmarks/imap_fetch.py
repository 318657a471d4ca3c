"""How fast and at what CPU the mail channel empties a mailbox: fetch and reading alone, no store, no understanding.

    python benchmarks/imap_fetch.py [--mails 500] [--kilobytes 4] [--rounds 3]

The IMAP server runs in a process of its own, so that its CPU is left out: Dovecot where it is installed, else pymap.
The floor beside it is imaplib, one mail at a time, parsed by the standard library with ``compat32``.
"""

import argparse
import asyncio
import email
import imaplib
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from pydantic import SecretStr

from app.lookalikes.dovecot import DovecotMailbox, dovecot_program
from app.lookalikes.mail import MailboxServer, PymapMailbox
from channels.email_imap import EmailIn, Settings

Place = tuple[str, int, str, str]
"""Host, port, user, password."""


def a_mail(number: int, kilobytes: int) -> bytes:
    """An alternative mail of about that size, as phones write them."""
    words = "The lift is broken again and I am not happy about it. " * max(kilobytes * 1024 // 120, 1)
    return (
        f'From: "Ann Smith" <ann{number}@example.org>\r\nTo: complaints@landlord.example\r\n'
        f"Subject: =?utf-8?q?Lift_{number}_=C2=A3?=\r\nMessage-ID: <m{number}@example.org>\r\n"
        f"Date: Mon, 9 Nov 2026 10:00:00 +0000\r\nReferences: <a{number}@x.example> <b{number}@x.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>{words}</p></body></html>\r\n--b--\r\n"
    ).encode()


async def _serve(pipe: Connection, mails: int, kilobytes: int) -> None:
    server: MailboxServer = DovecotMailbox() if dovecot_program() else PymapMailbox()
    async with server:
        for number in range(mails):
            await server.deliver(a_mail(number, kilobytes))
        pipe.send((server.host, server.port, server.user, server.password))
        await asyncio.to_thread(pipe.recv)


def _server(pipe: Connection, mails: int, kilobytes: int) -> None:
    asyncio.run(_serve(pipe, mails, kilobytes))


@contextmanager
def filled_mailbox(mails: int, kilobytes: int) -> Iterator[Place]:
    """A mailbox in another process."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_server, args=(theirs, mails, kilobytes))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        process.join()


def through_the_channel(place: Place) -> int:
    """Empty it as the product does; the number of messages."""
    host, port, user, password = place
    settings = Settings(
        address="complaints@landlord.example",
        imap_host=host,
        imap_port=port,
        imap_security="plain",
        user=user,
        password=SecretStr(password),
    )

    async def work() -> int:
        channel = EmailIn("cestria", "mail", settings)
        now = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
        count = sum([len(batch.received.messages) async for batch in channel.fetch(None, now)])
        await channel.aclose()
        return count

    return asyncio.run(work())


def one_by_one(place: Place) -> int:
    """The floor: a FETCH and a parse a mail; the number of mails."""
    host, port, user, password = place
    with imaplib.IMAP4(host, port) as client:
        client.login(user, password)
        client.select(readonly=True)
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        for uid in uids:
            answer = client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0]
            for part in email.message_from_bytes(answer[1]).walk():
                part.get_payload(decode=True)
        return len(uids)


def measure(work: Callable[[Place], int], place: Place, rounds: int) -> tuple[float, float]:
    """Median mails a second, and median milliseconds of CPU a mail."""
    speeds, costs = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        count = work(place)
        speeds.append(count / (time.perf_counter() - wall))
        costs.append((time.process_time() - cpu) * 1000 / count)
    return statistics.median(speeds), statistics.median(costs)


def main() -> None:
    """Print both lines and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--kilobytes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with filled_mailbox(given.mails, given.kilobytes) as place:
        print(f"{given.mails} mails of about {given.kilobytes} kB, {'Dovecot' if dovecot_program() else 'pymap'}")
        lines = {"floor": one_by_one, "channel": through_the_channel}
        found = {name: measure(work, place, given.rounds) for name, work in lines.items()}
        for name, (speed, cost) in found.items():
            print(f"{name:8} {speed:8.0f} mails/s {cost:8.2f} ms CPU a mail")
        faster, dearer = (found["channel"][column] / found["floor"][column] for column in (0, 1))
        print(f"ratio    {faster:8.2f}         {dearer:8.2f}")


if __name__ == "__main__":
    main()
