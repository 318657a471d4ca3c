"""A message that could not be read or routed: set aside for a person, and what is dangerous in it is told at once.

Each further part stands in a savepoint of its own, so that what broke the message never keeps the alert from going out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from domain.understanding import SafetyFinding
from router.safety_alone import alerts_from, first_words
from scheduler.node import Node
from scheduler.reading import scan_whole
from scheduler.situation import Read, situation_of
from store.aside import set_message_aside
from store.database import is_passing, savepoint
from store.drafts import Envelope, queue_drafts
from store.facts import StoredMessage
from store.work import Place, raise_alerts

log = structlog.get_logger()


def set_unrouted_aside(node: Node, tx: Connection, item: Read, reason: str, now: datetime) -> None:
    """It was read, and routing it failed.

    1. Set it aside with a task: a person routes it.
    2. Alert the person on call from the danger phrases alone.
    3. Give the writer the emergency words, where what these need did not fail too.
    """
    if not set_message_aside(tx, item.stored.id, reason=reason, ids=node.ids, now=now):
        return
    _try(tx, item.stored, "alert", lambda: _alert(node, tx, item.stored, item.safety, now))
    _try(tx, item.stored, "words", lambda: _answer(node, tx, item, now))


def set_unread_aside(node: Node, stored: StoredMessage, reason: str, now: datetime) -> None:
    """It could not even be read: set aside, and only then scanned as it is, in case that is what breaks the reader."""
    with node.database.writing() as tx:
        if not set_message_aside(tx, stored.id, reason=reason, ids=node.ids, now=now):
            return
    try:
        findings = scan_whole(node.safety, stored)
        with node.database.writing() as tx:
            _alert(node, tx, stored, findings, now)
    except Exception as problem:
        log.exception("danger not told", message=stored.id, part="alert", error=type(problem).__name__)
    node.wake("duties")


def _try(tx: Connection, stored: StoredMessage, part: str, work: Callable[[], None]) -> None:
    try:
        with savepoint(tx):
            work()
    except Exception as problem:
        if is_passing(problem):
            raise
        log.exception("danger not told", message=stored.id, part=part, error=type(problem).__name__)


def _alert(node: Node, tx: Connection, stored: StoredMessage, findings: Sequence[SafetyFinding], now: datetime) -> None:
    if stored.duplicate_of is not None or stored.message.marks.bounce:
        return  # somebody else's words come back, or words that were read before
    place = Place(about=stored.id, landlord=stored.message.landlord, message_id=stored.id)
    raise_alerts(tx, alerts_from(findings), place=place, ids=node.ids, now=now)


def _answer(node: Node, tx: Connection, item: Read, now: datetime) -> None:
    landlord = item.stored.message.landlord
    setup = node.landlords[landlord]
    drafts = first_words(situation_of(node, tx, item, setup, now))
    envelope = Envelope(landlord=landlord, about=item.stored.id, answers=item.stored.id)
    queue_drafts(
        tx,
        drafts,
        envelope,
        wordings=node.wordings,
        ids=node.ids,
        now=now,
        mail_domain=setup.mail_domain,
    )
