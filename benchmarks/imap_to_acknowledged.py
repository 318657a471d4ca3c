"""From a full mailbox to acknowledged cases, beside a floor that understands nothing (``_floor.py``).

    python -m benchmarks.imap_to_acknowledged [--mails 500] [--rounds 5] [--server dovecot|pymap]

Each round drains the same mailbox twice, once by each line, in a fresh process and a fresh folder. IMAP and SMTP
servers run in a process of their own, and their CPU is left out. Clock and CPU run from the first poll until every mail
is routed and every answer has left; starting, loading the model and one warming batch lie before it.
"""

import argparse
import asyncio
import contextlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import func, select

from app.logs import set_up_logs
from app.serving import engine_running, run_node
from app.wiring import SystemClock, open_node
from benchmarks import _floor
from benchmarks._places import (
    DOVECOT,
    PYMAP,
    SPAWN,
    MailPlace,
    MailServers,
    family_cpu,
    house_for,
    mail_servers,
    scratch,
    spread,
    usual_server,
)
from nlp.labelled import corpus_files, read_labelled
from scheduler.node import ROLES, Node
from store.tables import MESSAGE, OUTBOX

TARGET_SPEED, TARGET_CPU = 1.0, 2.0
"""Against the floor: at least its mails a second, at most twice its CPU a mail."""
WARMING = 50
LONGEST_SECONDS = 120.0


@dataclass(frozen=True)
class Drained:
    """One line's round: mails, seconds, CPU seconds of its process and that process's children."""

    mails: int
    seconds: float
    cpu: float


def floor(place: MailPlace, folder: Path) -> Drained:
    """The floor's round."""
    wall, cpu = time.perf_counter(), time.process_time()
    mails = _floor.drain(place, folder / "floor.db")
    return Drained(mails, time.perf_counter() - wall, time.process_time() - cpu)


def product(place: MailPlace, folder: Path) -> Drained:
    """Tenantline's round: the node that ``tenantline serve`` runs, with the shipped model and no web."""
    with (folder / "log").open("w", encoding="utf-8") as log, contextlib.redirect_stderr(log):
        set_up_logs()
        return run_node(_product(place, folder))


async def _product(place: MailPlace, folder: Path) -> Drained:
    async with open_node(config=house_for(place, folder / "config"), data=folder / "var", model_apart=True) as node:
        node.understander.understand([row.reading for row in read_labelled(corpus_files())[:WARMING]])
        wall, cpu = time.perf_counter(), family_cpu()
        async with engine_running(node, SystemClock(), ROLES), asyncio.timeout(LONGEST_SECONDS):
            while not (mails := await asyncio.to_thread(_done, node, place.mails)):  # noqa: ASYNC110 - no event for it
                await asyncio.sleep(0.05)
            return Drained(mails, time.perf_counter() - wall, family_cpu() - cpu)


def _done(node: Node, expected: int) -> int:
    """How many mails are routed, once they all are and nothing waits to be sent."""
    with node.database.reading() as tx:
        routed = tx.execute(select(func.count()).where(MESSAGE.c.state == "routed")).scalar_one()
        waiting = tx.execute(select(func.count()).where(OUTBOX.c.state.in_(("waiting", "taken")))).scalar_one()
    return int(routed) if routed >= expected and not waiting else 0


LINES: dict[str, Callable[[MailPlace, Path], Drained]] = {"floor": floor, "product": product}


def _round(pipe: Connection, line: str, place: MailPlace, folder: Path) -> None:
    pipe.send(LINES[line](place, folder))


def run(line: str, servers: MailServers) -> tuple[Drained, int]:
    """One round of one line in a process of its own, and how many people it answered."""
    servers.taken()
    ours, theirs = SPAWN.Pipe()
    with scratch() as folder:
        process = SPAWN.Process(target=_round, args=(theirs, line, servers.place, folder))
        process.start()
        theirs.close()
        found: Drained = ours.recv()
        process.join()
    return found, len(set(servers.taken()))


def main() -> None:
    """Print both lines, and the medians of the rounds' ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--server", choices=(DOVECOT, PYMAP), default=usual_server())
    given = parser.parse_args()
    speeds: dict[str, list[float]] = {line: [] for line in LINES}
    costs: dict[str, list[float]] = {line: [] for line in LINES}
    with mail_servers(given.mails, given.server) as servers:
        print(f"{given.mails} mails of the corpus in {given.server}; medians of {given.rounds} (lowest to highest)")
        for number in range(given.rounds):
            for line in LINES:
                found, answered = run(line, servers)
                speeds[line].append(found.mails / found.seconds)
                costs[line].append(1000 * found.cpu / found.mails)
                print(
                    f"round {number + 1} {line:8} {found.mails} mails in {found.seconds:.2f} s, "
                    f"{answered} people answered",
                    flush=True,
                )
    for line in LINES:
        print(f"{line:8} {spread(speeds[line])} mails/s   {spread(costs[line])} ms CPU a mail")
    faster = [mine / floors for mine, floors in zip(speeds["product"], speeds["floor"], strict=True)]
    dearer = [mine / floors for mine, floors in zip(costs["product"], costs["floor"], strict=True)]
    print(f"ratio    {spread(faster)} (at least {TARGET_SPEED})   {spread(dearer)} (at most {TARGET_CPU})")
    if statistics.median(faster) < TARGET_SPEED or statistics.median(dearer) > TARGET_CPU:
        raise SystemExit("the target is missed")


if __name__ == "__main__":
    main()
