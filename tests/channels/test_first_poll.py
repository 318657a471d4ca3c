"""A used mailbox: what its first poll takes, and that nobody is answered late by a machine (decision 9)."""

from datetime import timedelta

from app.lookalikes.mail import MailboxServer
from tests.channels.test_email_reading import NOW, a_mail, batches, messages, reading
from tests.channels.test_email_reading import server as server  # noqa: PLC0414 - the fixture

LONG_AGO = NOW - timedelta(days=500)
YESTERDAY = NOW - timedelta(hours=20)


async def test_a_first_poll_takes_what_came_since_yesterday_and_leaves_history_alone(server: MailboxServer):
    await server.deliver(a_mail(number=1), at=LONG_AGO)
    await server.deliver(a_mail(number=2), at=YESTERDAY)
    await server.deliver(a_mail(number=3), at=NOW)
    async with reading(server) as channel:
        found = await batches(channel)
        assert [message.subject for message in messages(found)] == ["Lift 2", "Lift 3"]
        assert not any(message.marks.suppress_answer for message in messages(found))
        assert await batches(channel, found[-1].cursor) == []


async def test_history_alone_is_left_and_its_end_remembered(server: MailboxServer):
    await server.deliver(a_mail(number=1), at=LONG_AGO)
    async with reading(server) as channel:
        found = await batches(channel)
        assert messages(found) == []
        await server.deliver(a_mail(number=2), at=NOW)
        assert [message.subject for message in messages(await batches(channel, found[-1].cursor))] == ["Lift 2"]


async def test_history_stays_left_when_the_mailbox_numbers_anew(server: MailboxServer):
    await server.deliver(a_mail(number=1), at=LONG_AGO)
    await server.deliver(a_mail(number=2), at=NOW)
    async with reading(server) as channel:
        before = await batches(channel)
        await server.renumber()
        after = await batches(channel, before[-1].cursor)
    assert [message.subject for message in messages(after)] == ["Lift 2"]
    assert messages(after)[0].provider_id != messages(before)[0].provider_id


async def test_all_takes_history_with_its_own_dates_for_a_person_to_answer(server: MailboxServer):
    await server.deliver(a_mail(number=1), at=LONG_AGO)
    await server.deliver(a_mail(number=2), at=NOW - timedelta(days=6))
    async with reading(server, first_fetch="all") as channel:
        old, young = messages(await batches(channel))
    assert (old.received_at, young.received_at) == (LONG_AGO, NOW - timedelta(days=6))
    assert (old.marks.suppress_answer, young.marks.suppress_answer) == (True, False)
    assert old.marks.reasons == ("it lay more than 7 days in the mailbox before it was first seen",)


async def test_situation_182_old_mail_that_somebody_finds_later_is_taken_for_a_person(server: MailboxServer):
    await server.deliver(a_mail(number=1), at=NOW)
    async with reading(server) as channel:
        found = await batches(channel)
        await server.deliver(a_mail(number=2), at=NOW - timedelta(days=21))
        (late,) = messages(await batches(channel, found[-1].cursor))
    assert (late.subject, late.marks.suppress_answer, late.marks.automatic) == ("Lift 2", True, False)
