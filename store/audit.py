"""What was done, by whom, under which rule: one hash chain a case. Ids, versions and digests; content never."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, select

from store.locks import lock_name
from store.statements import NewRows, Row, insert_once, insert_rows
from store.tables import AUDIT, AUDIT_ANCHOR

ANCHORS: Final = "anchors"
"""The chain in which each anchor is on record, in the order in which they were written."""
_START: Final = "0" * 64
_LOCK: Final = "audit\n{}"
_OVERLAP: Final = timedelta(days=1)
"""Heads are looked for a day before the last anchor: a transaction may have been open over midnight."""


@dataclass(frozen=True)
class AuditKey:
    """The installation's key: without it nobody can guess a short message from its digest."""

    secret: bytes = field(repr=False)

    def digest(self, *parts: str | None) -> str:
        """HMAC-SHA256 of a content, in hex; None and '' differ, and no two lists of parts collide."""
        content = json.dumps(parts).encode()
        return hmac.new(self.secret, content, hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One thing done."""

    actor: str
    """A user's name, or ``router``, ``scheduler``, ``provider``."""
    action: str
    """Noun and verb: ``message.routed``, ``case.opened``, ``outbox.sent`` ..."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Plain data without personal data: ids, labels, versions, times."""
    content: tuple[str | None, ...] | None = None
    """What it was done to: only its digest is kept."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A place where a chain does not hold."""

    chain: str
    number: int
    reason: str


def landlord_chain(landlord: str) -> str:
    """The chain for what belongs to no case."""
    return f"landlord:{landlord}"


def append(
    into: Connection | NewRows,
    chain: str,
    entries: Sequence[AuditEntry],
    now: datetime,
    keys: AuditKey,
    *,
    new: bool = False,
) -> None:
    """Add entries to a chain's end.

    Args:
        into: the transaction that does what the entries say; only of new chains may they be gathered.
        chain: a case's id, or ``landlord_chain``.
        entries: in order.
        now: when.
        keys: for the digests.
        new: the chain was begun in this transaction, so its end need not be looked for.
    """
    if not entries:
        return
    if new:
        insert_rows(into, AUDIT, _links(chain, (0, _START), entries, now, keys))
    else:
        tx = into.tx if isinstance(into, NewRows) else into
        insert_rows(tx, AUDIT, _links(chain, _head(tx, chain), entries, now, keys))


def append_to_many(tx: Connection, chains: Mapping[str, Sequence[AuditEntry]], now: datetime, keys: AuditKey) -> None:
    """Add entries to the ends of several chains by one insert; see ``append``."""
    heads = _heads(tx, sorted(chains))
    links = [_links(chain, heads.get(chain, (0, _START)), entries, now, keys) for chain, entries in chains.items()]
    insert_rows(tx, AUDIT, [row for rows in links for row in rows])


def _links(
    chain: str, head: tuple[int, str], entries: Sequence[AuditEntry], now: datetime, keys: AuditKey
) -> list[Row]:
    number, previous = head
    rows: list[Row] = []
    for entry in entries:
        number += 1
        row = {
            "chain": chain,
            "number": number,
            "at": now.astimezone(UTC),
            "actor": entry.actor,
            "action": entry.action,
            "detail": dict(entry.detail),
            "digest": None if entry.content is None else keys.digest(*entry.content),
            "previous": previous,
        }
        previous = _hash(row)
        rows.append(row | {"hash": previous})
    return rows


def verify(tx: Connection) -> list[Broken]:
    """Every place where a chain was changed, thinned out or cut off; empty when all is well."""
    lock_name(tx, _LOCK.format(ANCHORS))  # none is written between these looks
    recorded = _recorded(tx)
    anchors = [dict(row) for row in tx.execute(select(AUDIT_ANCHOR).order_by(AUDIT_ANCHOR.c.day)).mappings()]
    wanted = {(chain, number): hash_ for anchor in anchors for chain, (number, hash_) in anchor["heads"].items()}
    broken: list[Broken] = []
    rows = tx.execute(_in_order(), execution_options={"yield_per": 1000}).mappings()
    for chain, links in groupby(rows, key=lambda row: str(row["chain"])):
        broken.extend(_verify_chain(chain, links, wanted))
    cut = [Broken(chain=chain, number=number, reason="it is anchored but missing") for chain, number in wanted]
    return [*broken, *cut, *_verify_anchors(anchors, recorded)]


def anchor(tx: Connection, day: date | str, now: datetime, keys: AuditKey) -> str:
    """Pin the heads of all chains that grew since the last anchor; returns its hash. A second time changes nothing.

    Each anchor follows the one that was written before it, of whatever day: a clock that once stood years ahead keeps
    no day from being anchored. The order is on record in a chain of the anchors' own (``ANCHORS``).

    The hash is worth writing down elsewhere: with it even whoever can write to this database is found out.

    Args:
        tx: a writing transaction.
        day: whose anchor it is.
        now: when it is written.
        keys: for the audit.
    """
    name = str(day)
    if there := _anchored(tx, name):
        return there
    last_day, previous = _last_anchor(tx)
    pinned = {row.chain: [row.number, row.hash] for row in tx.execute(_heads_since(_since(tx, name, last_day)))}
    digest = _anchor_hash(name, pinned, previous)
    if not insert_once(tx, AUDIT_ANCHOR, [{"day": name, "heads": pinned, "hash": digest}], key=("day",)):
        return _anchored(tx, name) or digest  # another node was first
    entry = AuditEntry(actor="scheduler", action="chains.anchored", detail={"day": name, "hash": digest})
    append(tx, ANCHORS, [entry], now, keys)
    return digest


def early_anchors(tx: Connection, today: date) -> tuple[str, ...]:
    """The days to come that are anchored already, because a clock stood ahead."""
    ahead = select(AUDIT_ANCHOR.c.day).where(AUDIT_ANCHOR.c.day > today.isoformat())
    return tuple(tx.execute(ahead.order_by(AUDIT_ANCHOR.c.day)).scalars())


def _anchored(tx: Connection, day: str) -> str | None:
    return tx.execute(select(AUDIT_ANCHOR.c.hash).where(AUDIT_ANCHOR.c.day == day)).scalar_one_or_none()


def _last_anchor(tx: Connection) -> tuple[str | None, str]:
    """Day and hash of the anchor that was written last; (None, "") before the first. Until the end no other is written.

    Those that are not on record were written before any that is, in the order of their days.
    """
    number, _ = _head(tx, ANCHORS)
    if number:
        last = select(AUDIT.c.detail).where(AUDIT.c.chain == ANCHORS, AUDIT.c.number == number)
        detail = tx.execute(last).scalar_one()
        return detail["day"], detail["hash"]
    by_day = select(AUDIT_ANCHOR.c.day, AUDIT_ANCHOR.c.hash).order_by(AUDIT_ANCHOR.c.day.desc())
    row = tx.execute(by_day.limit(1)).first()
    return (row.day, row.hash) if row else (None, "")


def _since(tx: Connection, day: str, last_day: str | None) -> datetime | None:
    """From when on a chain may have grown since it was pinned: an anchor of a day to come says nothing about that."""
    if last_day is not None and last_day >= day:
        last_day = tx.execute(select(func.max(AUDIT_ANCHOR.c.day)).where(AUDIT_ANCHOR.c.day < day)).scalar_one()
    return None if last_day is None else datetime.fromisoformat(last_day).replace(tzinfo=UTC) - _OVERLAP


def _heads_since(since: datetime | None) -> Select[Any]:
    grown = select(AUDIT.c.chain, func.max(AUDIT.c.number).label("number")).group_by(AUDIT.c.chain)
    newest = (grown if since is None else grown.where(AUDIT.c.at >= since)).subquery()
    ends = (newest.c.chain == AUDIT.c.chain) & (newest.c.number == AUDIT.c.number)
    return select(AUDIT.c.chain, AUDIT.c.number, AUDIT.c.hash).join(newest, ends).order_by(AUDIT.c.chain)


def _verify_chain(chain: str, links: Iterable[RowMapping], wanted: dict[tuple[str, int], str]) -> Iterator[Broken]:
    """The breaks of one chain; anchors that it reaches are taken off ``wanted``."""
    expected, previous = 1, _START
    for link in links:
        number = link["number"]
        if number != expected:
            yield Broken(chain=chain, number=number, reason=f"entry {expected} is missing")
        elif link["previous"] != previous:
            yield Broken(chain=chain, number=number, reason="it does not follow from the entry before it")
        if link["hash"] != _hash(dict(link)):
            yield Broken(chain=chain, number=number, reason="it was changed after it was written")
        if wanted.pop((chain, number), link["hash"]) != link["hash"]:
            yield Broken(chain=chain, number=number, reason="it differs from its anchor")
        expected, previous = number + 1, link["hash"]


def _verify_anchors(anchors: Iterable[Mapping[str, Any]], recorded: Mapping[str, str]) -> Iterator[Broken]:
    """The breaks of the anchors, given in the order of their days; ``recorded``: hashes by day, in order of writing."""
    by_day = {str(row["day"]): row for row in anchors}
    before = [day for day in by_day if day not in recorded]
    previous = ""
    for day in (*before, *recorded):
        row = by_day.get(day)
        if row is None:
            yield Broken(chain=f"anchor:{day}", number=0, reason="it is on record but missing")
            previous = recorded[day]
            continue
        as_written = _anchor_hash(day, row["heads"], previous)
        if row["hash"] != as_written or recorded.get(day, as_written) != as_written:
            yield Broken(chain=f"anchor:{day}", number=0, reason="it was changed after it was written")
        previous = row["hash"]


def _recorded(tx: Connection) -> dict[str, str]:
    rows = tx.execute(select(AUDIT.c.detail).where(AUDIT.c.chain == ANCHORS).order_by(AUDIT.c.number)).scalars()
    return {str(detail["day"]): str(detail["hash"]) for detail in rows}


def _head(tx: Connection, chain: str) -> tuple[int, str]:
    return _heads(tx, [chain]).get(chain, (0, _START))


def _heads(tx: Connection, chains: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The last number and hash of each chain that was begun, locked in the order given."""
    for chain in chains:
        lock_name(tx, _LOCK.format(chain))
    return {row.chain: (row.number, row.hash) for row in tx.execute(_last(), {"chains": chains})}


def _hash(row: Mapping[str, Any]) -> str:
    said = [row["chain"], row["number"], row["at"].isoformat(), row["actor"], row["action"], row["detail"]]
    content = json.dumps([*said, row["digest"], row["previous"]], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _anchor_hash(day: str, heads: Mapping[str, Any], previous: str) -> str:
    content = json.dumps([day, heads, previous], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


@lru_cache
def _last() -> Select[Any]:
    mine = AUDIT.c.chain.in_(bindparam("chains", expanding=True))
    newest = select(AUDIT.c.chain, func.max(AUDIT.c.number).label("number")).where(mine).group_by(AUDIT.c.chain)
    last = newest.subquery("last")
    same = (last.c.chain == AUDIT.c.chain) & (last.c.number == AUDIT.c.number)
    return select(AUDIT.c.chain, AUDIT.c.number, AUDIT.c.hash).join(last, same)


@lru_cache
def _in_order() -> Select[Any]:
    return select(AUDIT).order_by(AUDIT.c.chain, AUDIT.c.number)
