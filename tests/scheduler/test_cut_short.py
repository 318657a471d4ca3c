"""A send that a dying process left behind."""

import asyncio
from datetime import datetime

import pytest

from domain.messages import OutboundMessage, Receipt
from scheduler.delivery import deliver_due
from store.blobs import BlobStore
from store.database import Database
from tests.builders import NOW
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node
from tests.scheduler.test_delivery import put


class Dying(FakeSender):
    """The process ends while it sends."""

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        raise asyncio.CancelledError(outbound.id, now)


async def test_a_send_that_a_kill_cut_short_is_repeated_as_soon_as_its_lease_ends(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, Dying())
    put(node, "holding:1:0:p:texts:1")
    with pytest.raises(asyncio.CancelledError):
        await deliver_due(node, NOW)
    again = a_node(database, blobs, FakeSender())
    lease = again.timing.sending_lease
    assert (await deliver_due(again, NOW + lease / 2)).sent == 0
    assert (await deliver_due(again, NOW + lease)).sent == 1
