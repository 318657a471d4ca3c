"""Fetches what is new in one folder, and keeps a mail that cannot be fetched from blocking those behind it.

Its cursor names each folder with ``uidvalidity:last_uid``; behind that stands the mail at which the connection broke,
and how often: ``:uid:times``, and behind that the day from which it is read: ``:20261108``. So the count outlives the
process, and is stored as the cursor is.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from channels.mail.imap import ImapMailbox, Place
from channels.mail.imap_answers import Mail
from domain.errors import FetchError
from domain.messages import Batch, Received

_MOST_BREAKS: Final = 3
"""Polls in which one mail may break the connection before it is set aside: one alone may be the network's fault."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class FolderFetch:
    """One poll of one folder. ``places`` is shared with the other folders and moves on as mails are handed over."""

    mailbox: ImapMailbox
    folder: str
    places: dict[str, Place]
    read: Callable[[str, int, list[Mail]], Received]
    """What mails of a folder with this UIDVALIDITY say."""
    most_alone: int
    """How many mails are fetched one by one after a batch failed."""
    now: datetime

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """What is new, in order, each batch with its cursor.

        1. Move what is stored. 2. Ask what is new. 3. Fetch it in batches. 4. Where a batch fails, go on from the last
        cursor one by one, then in batches again.

        Raises:
            FetchError: the folder cannot be read now, or one mail cannot and is not set aside yet.

        """
        since = self.places.get(self.folder)
        if since is not None:
            await in_thread(self.mailbox.move_taken, self.folder, since)
        uids = await self._find_new()
        if since is None and not uids and self.places[self.folder].uid:
            yield Batch(received=Received(), cursor=write_cursor(self.places))
        while uids:
            try:
                async with aclosing(_in_batches(self.mailbox, uids)) as fetched:
                    async for last, mails in fetched:
                        yield await self._batch(last, mails)
            except FetchError:
                uids = await self._find_new()
            else:
                return
            async with aclosing(self._alone(uids[: self.most_alone])) as few:
                async for batch in few:
                    yield batch
            uids = await self._find_new()

    async def _find_new(self) -> list[int]:
        self.places[self.folder], uids = await in_thread(
            self.mailbox.find_new, self.folder, self.places.get(self.folder), self.now
        )
        return uids

    async def _alone(self, uids: Sequence[int]) -> AsyncGenerator[Batch, None]:
        """Mails one by one, until one fails: it is counted, and at last set aside."""
        for uid in uids:
            try:
                mails = await in_thread(_fetch_alone, self.mailbox, uid)
            except FetchError as error:
                times = self._count(uid)
                if times < _MOST_BREAKS:
                    yield Batch(received=Received(), cursor=write_cursor(self.places))
                    words = f"mail {uid} of {self.folder} cannot be fetched ({error}); this was try {times}"
                    raise FetchError(f"{words} of {_MOST_BREAKS}, then it is set aside") from error
                where = f"it lies in the mailbox, mail {uid} of {self.folder}"
                reason = f"the mail server failed {times} times to hand this mail over: {where}"
                yield await self._batch(uid, [await in_thread(self.mailbox.headers_of, self.folder, uid, reason)])
                return
            yield await self._batch(uid, mails)

    def _count(self, uid: int) -> int:
        """How often this mail has failed now."""
        place = self.places[self.folder]
        times = 1 + (place.times if place.broken == uid else 0)
        self.places[self.folder] = replace(place, broken=uid, times=times)
        return times

    async def _batch(self, last: int, mails: list[Mail]) -> Batch:
        place = self.places[self.folder]
        received = await in_thread(self.read, self.folder, place.validity, mails)
        self.places[self.folder] = Place(validity=place.validity, uid=last, first_day=place.first_day)
        return Batch(received=received, cursor=write_cursor(self.places))


async def _in_batches(mailbox: ImapMailbox, uids: Sequence[int]) -> AsyncGenerator[tuple[int, list[Mail]], None]:
    """Batches with their last UID; the next one is being fetched while one is read and stored."""
    plan = await in_thread(mailbox.plan, uids)
    ahead = asyncio.create_task(in_thread(mailbox.fetch, *plan[0])) if plan else None
    try:
        for number, (small, large) in enumerate(plan):
            if ahead is None:
                break
            mails = await ahead
            ahead = None
            if number + 1 < len(plan):
                ahead = asyncio.create_task(in_thread(mailbox.fetch, *plan[number + 1]))
            yield max((*small, *large)), mails
    finally:
        if ahead is not None:  # a thread cannot be stopped, and the connection is not to be shared with it
            await asyncio.wait([ahead])
            ahead.exception()


def _fetch_alone(mailbox: ImapMailbox, uid: int) -> list[Mail]:
    (batch,) = mailbox.plan([uid])
    return mailbox.fetch(*batch)


async def in_thread(work: Callable[..., T], *given: Any, on_cancel: Callable[[], None] | None = None) -> T:
    """Run blocking work in a thread; when cancelled, wait until it has ended, since it uses the one connection."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *given))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        if on_cancel is not None:
            on_cancel()
        await asyncio.wait([running])
        raise


def read_cursor(cursor: str | None) -> dict[str, Place]:
    """The places in a cursor such as ``INBOX=1712:45&Junk=3:7:8:1``; a part that cannot be read counts as unread."""
    places = {}
    for folder, written in parse_qsl(cursor or ""):
        numbers = written.split(":")
        if len(numbers) in {2, 4, 5} and all(number.isdecimal() for number in numbers):
            validity, uid, broken, times, day = (*map(int, numbers), 0, 0, 0)[:5]
            places[folder] = Place(validity=validity, uid=uid, broken=broken, times=times, first_day=day)
    return places


def write_cursor(places: dict[str, Place]) -> str:
    """The cursor for these places, folders in order of name."""
    return urlencode([(folder, _written(place)) for folder, place in sorted(places.items())], safe=":/")


def _written(place: Place) -> str:
    broken = f":{place.broken}:{place.times}" if place.times or place.first_day else ""
    day = f":{place.first_day}" if place.first_day else ""
    return f"{place.validity}:{place.uid}{broken}{day}"
