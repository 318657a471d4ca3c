"""A node of tests on a given database, and what its tests look up there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, Table

from domain.duty import DutyRota, OnCall
from domain.messages import Received
from domain.ports import Channel
from scheduler.intake import Arrival, take_in
from scheduler.node import LandlordSetup, Node
from store.audit import AuditKey
from store.blobs import BlobStore
from store.database import Database
from tests.builders import NOW, a_message, a_policy, calendars, letter_wordings, wordings
from tests.fakes import FakeSafety, FakeUnderstander, SequentialIds
from tests.store.flow import rows

KEYS = AuditKey(b"a key of the tests")
NOT_UNICODE = "\ud800"
PAT = OnCall(name="Pat", phone="+447700900991")
SAM = OnCall(name="Sam", phone="+447700900992")


def a_node(database: Database, blobs: BlobStore, *channels: Channel, **fields: Any) -> Node:
    """One landlord, these channels, Pat and then Sam on call, and retries that are never spread."""
    policy = a_policy()
    setup = LandlordSetup(
        policy=policy,
        calendar=calendars()[policy.calendar],
        duty=DutyRota(people=(PAT, SAM), repeat_minutes=5),
        mail_domain="cestria.example",
    )
    given: dict[str, Any] = {
        "database": database,
        "blobs": blobs,
        "ids": SequentialIds("node"),
        "landlords": {"cestria": setup},
        "channels": {(channel.landlord, channel.name): channel for channel in channels},
        "wordings": wordings(),
        "letters": letter_wordings(),
        "safety": FakeSafety(),
        "understander": FakeUnderstander(),
        "audit_key": KEYS,
        "public_url": "https://feedback.cestria.example",
        "jitter": lambda: 0.0,
    }
    return Node(**(given | fields))


def an_arrival(provider_id: str, *, cursor: str | None = None, **fields: Any) -> Arrival:
    """One text of its own; ``landlord`` goes for arrival and message alike."""
    message = a_message(provider_id=provider_id, **fields)
    received = Received(messages=(message,))
    return Arrival(landlord=message.landlord, channel=message.channel, received=received, cursor=cursor)


def that_is_refused(arrival: Arrival) -> Arrival:
    """The same with a message that the database refuses."""
    broken = tuple(message.model_copy(update={"received_at": None}) for message in arrival.received.messages)
    return replace(arrival, received=arrival.received.model_copy(update={"messages": broken}))


def that_cannot_be_stored(arrival: Arrival) -> Arrival:
    """The same for a landlord whose name no database can hold: nothing of it can be kept."""
    return replace(arrival, landlord=NOT_UNICODE)


def take_in_texts(node: Node, *provider_ids: str, **fields: Any) -> None:
    """Store texts that wait to be routed."""
    take_in(node, [an_arrival(provider_id, **fields) for provider_id in provider_ids], NOW)


def look(database: Database, table: Table, **where: Any) -> Sequence[RowMapping]:
    """The rows of a table with these values, as committed."""
    with database.reading() as tx:
        return rows(tx, table, **where)


def look_at_one(database: Database, table: Table, **where: Any) -> RowMapping:
    """The only row of a table with these values."""
    (row,) = look(database, table, **where)
    return row
