"""CPU that the store takes for a mail, from received to acknowledged and recorded: ``python -m benchmarks.storing``.

Each batch of 50 runs as the scheduler runs it: insert (one commit), claim, load, facts and apply with a savepoint a
mail (one commit), claim the sends, record them. The model, the router and the network are left out.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from domain.decisions import Decision, Outcome
from domain.messages import Address, AddressKind, InboundMessage, Receipt, Received
from store.blobs import BlobStore
from store.claims import claim_due
from store.database import Database, open_database, savepoint
from store.facts import load_facts, load_messages, lock_addresses
from store.intake import insert_received, keep_files
from store.migrate import upgrade
from store.outbox import claim_sends, record_taken, settle_taken
from store.tables import MESSAGE
from tests.builders import NOW, a_policy
from tests.fakes import SequentialIds
from tests.store.flow import KEYS, Flow, a_mail, opening

BATCH = 50
LEASE = timedelta(seconds=60)
TEXT = "The damp in the bedroom is back and nobody has come. " * 20


def a_tenant(number: int) -> InboundMessage:
    """A mail of 1 KB from a sender of its own, with a raw form of 3 KB."""
    return a_mail(
        sender=Address(kind=AddressKind.EMAIL, value=f"tenant{number}@example.org"),
        provider_id=f"1/{number}",
        message_id=f"{number}@example.org",
        content_hash=f"{number:064}",
        text=TEXT,
        raw=f"{number}".encode() * 600,
    )


class Batches:
    """The steps, each with the CPU and wall time that it took."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self.database = database
        self.blobs = blobs
        self.ids = SequentialIds()
        self.times: dict[str, list[tuple[float, float]]] = {}

    def run(self, first: int) -> None:
        """One batch from mail to recorded acknowledgement."""
        mails = tuple(a_tenant(first + number) for number in range(BATCH))
        self.step("insert", lambda: self.insert(mails))
        self.step("route", self.route)
        self.step("send", self.send)

    def step(self, name: str, work: Callable[[], None]) -> None:
        """Time one step."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        took = (time.process_time() - cpu, time.perf_counter() - wall)
        self.times.setdefault(name, []).append(took)

    def insert(self, mails: tuple[InboundMessage, ...]) -> None:
        """T1."""
        received = Received(messages=mails)
        keep_files(received, self.blobs)
        with self.database.writing() as tx:
            insert_received(
                tx, landlord="cestria", channel="mail", received=received, blobs=self.blobs, ids=self.ids, now=NOW
            )

    def route(self) -> None:
        """T2 and T3."""
        policy = a_policy()
        with self.database.writing() as tx:
            rows = claim_due(tx, MESSAGE, now=NOW, lease=LEASE, limit=BATCH)
            claimed = load_messages(tx, [row["id"] for row in rows])
        with self.database.writing() as tx:
            flow = Flow(tx, self.blobs, self.ids)
            lock_addresses(tx, [stored.message.sender.value for stored in claimed])
            for stored in claimed:
                with savepoint(tx):
                    load_facts(tx, stored, policy=policy, now=NOW)
                    effects = opening(stored.message)
                    decision = Decision(outcome=Outcome.OPEN, rule="new_matter", effects=effects)
                    flow.apply(effects, message=stored, decision=decision, actor="router")

    def send(self) -> None:
        """T4 and T5."""
        with self.database.writing() as tx:
            claimed = claim_sends(
                tx, now=NOW, lease=LEASE, limit=BATCH, next_due=lambda _: timedelta(minutes=5), ids=self.ids
            )
        receipts = [(outbound.id, Receipt(provider_id=outbound.id, at=NOW)) for _, outbound in claimed]
        with self.database.writing() as tx:
            record_taken(tx, receipts)
            settle_taken(tx, now=NOW, keys=KEYS, limit=BATCH)


def main() -> None:
    """Print milliseconds a mail."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", help="a PostgreSQL database that may be filled; SQLite in a new folder otherwise")
    arguments.add_argument("--batches", type=int, default=20)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(given.url or f"sqlite:///{folder}/bench.db")
        upgrade(database)
        batches = Batches(database, BlobStore(Path(folder) / "blobs"))
        for number in range(given.batches):
            batches.run(number * BATCH)
        database.close()
    print(f"{'step':10}{'CPU ms a mail':>16}{'wall ms a mail':>16}   (median of {given.batches} batches of {BATCH})")
    total = [0.0, 0.0]
    for name, took in batches.times.items():
        medians = [statistics.median(column) * 1000 / BATCH for column in zip(*took, strict=True)]
        total = [before + now for before, now in zip(total, medians, strict=True)]
        print(f"{name:10}{medians[0]:16.2f}{medians[1]:16.2f}")
    print(f"{'all':10}{total[0]:16.2f}{total[1]:16.2f}")


if __name__ == "__main__":
    main()
