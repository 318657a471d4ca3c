"""T7: time passes. Reminders and breaches that are due, alerts until somebody acknowledges, what is once a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from domain.clauses import TermName
from domain.duty import OnCall
from domain.messages import Address
from domain.ports import Sender
from domain.uktime import local_date
from domain.wording import render
from scheduler.house import put_before_people
from scheduler.node import LandlordSetup, Node
from scheduler.overdue import remind_of_overdue
from scheduler.recounting import recount_where_calendars_changed
from store.audit import anchor
from store.database import is_passing, savepoint
from store.delivery import settle_reports
from store.duties import claim_alerts, claim_reminders, finish_reminder, mark_breaches, plan_alert, still_due
from store.files import known_files
from store.in_thread import in_thread
from store.once import mark_once
from store.outbox import queue

log = structlog.get_logger()
BATCH = 100
ORPHANS_ARE_OLDER_THAN = timedelta(days=1)
"""A younger file may belong to a transaction that is still open."""


async def do_duties(node: Node, now: datetime) -> int:
    """Everything that falls due by time alone; return how many rows were dealt with."""
    done = await in_thread(_duties, node, now)
    if done:
        node.wake("deliver")
    return done


def _duties(node: Node, now: datetime) -> int:
    with node.database.writing() as tx:
        done = _send_alerts(node, tx, now)
    done += recount_where_calendars_changed(node, now)
    with node.database.writing() as tx:
        done += _remind(node, tx, now)
    with node.database.writing() as tx:
        done += mark_breaches(tx, now, ids=node.ids, keys=node.audit_key, owners=_owners(node))
        done += remind_of_overdue(node, tx, now)
        done += put_before_people(node, tx, now)
        done += settle_reports(tx, ways=node.other_ways, ids=node.ids, now=now, keys=node.audit_key)
    return done


def _owners(node: Node) -> dict[str, str]:
    """Who answers for each landlord's policy, where it says so."""
    owners = {}
    for slug, setup in node.landlords.items():
        for term in setup.policy.terms:
            if term.name is TermName.OWNER:
                owners[slug] = term.value
    return owners


async def pin_audit(node: Node, now: datetime) -> None:
    """Once a day: pin the heads of the audit's chains.

    Only on the real clock: the anchor of a made-up day would stand where that day's own belongs.
    """
    await in_thread(_pin, node, now)


def _pin(node: Node, now: datetime) -> None:
    with node.database.writing() as tx:
        anchor(tx, local_date(now), now, node.audit_key)


async def sweep_files(node: Node, now: datetime) -> int:
    """Once a day: remove files that no row names; return how many.

    Only for an engine on the real clock: files are as old as the disk says, so a made-up ``now`` could take one from a
    transaction that is still open.
    """
    return await in_thread(_sweep, node, now)


def _sweep(node: Node, now: datetime) -> int:
    with node.database.writing() as tx:
        if not mark_once(tx, f"sweep:{local_date(now).isoformat()}", now):
            return 0
        known = known_files(tx)
    return node.blobs.sweep(known, ORPHANS_ARE_OLDER_THAN, now)


def _send_alerts(node: Node, tx: Connection, now: datetime) -> int:
    """Tell the people on call, one more of the order each round, until one of them acknowledges.

    An alert that cannot be told, as of a landlord that is no longer set up here, holds up no other.
    """
    alerts = claim_alerts(tx, now=now, lease=node.timing.sending_lease, limit=BATCH)
    for alert in alerts:
        try:
            with savepoint(tx):
                _send_alert(node, tx, alert, now)
        except Exception as problem:
            if is_passing(problem):
                raise
            log.exception("alert not told", alert=alert["id"], error=type(problem).__name__)
    return len(alerts)


def _send_alert(node: Node, tx: Connection, alert: Mapping[str, Any], now: datetime) -> None:
    setup = node.landlords[alert["landlord"]]
    for person in setup.duty.to_tell(alert["attempts"], now):
        _tell(node, tx, setup=setup, alert=alert, person=person, now=now)
    plan_alert(tx, alert["id"], due_at=now + timedelta(minutes=setup.duty.repeat_minutes))


def _tell(
    node: Node, tx: Connection, *, setup: LandlordSetup, alert: Mapping[str, Any], person: OnCall, now: datetime
) -> None:
    """By text and by mail, never with the message's words (design 4, a person on call)."""
    values = {
        "reference": alert["reference"] or "",
        "landlord": setup.policy.name,
        "landlord_short": setup.policy.short_name,
        "hazard": str(alert["cause"]).replace("_", " "),
        "link": f"{node.public_url}/alert/{alert['token']}",
    }
    for address in person.addresses():
        channel = _channel_for(node, alert["landlord"], address)
        if channel is None:
            continue
        rendered = render(node.wordings.get("alert", "en"), address.kind, values)
        queue(
            tx,
            dedupe_key=f"alert:{alert['id']}:{alert['attempts']}:{address.value}:{channel.name}:1",
            landlord=alert["landlord"],
            case_id=alert["case_id"],
            purpose="alert",
            channel=channel.name,
            to=address,
            to_name=person.name,
            rendered=rendered,
            wording="alert",
            automatic="auto-generated",
            urgent=True,
            ids=node.ids,
            now=now,
            mail_domain=setup.mail_domain,
        )


def _channel_for(node: Node, landlord: str, address: Address) -> Sender | None:
    return next((each for each in node.senders.get(landlord, ()) if each.address_kind is address.kind), None)


def _remind(node: Node, tx: Connection, now: datetime) -> int:
    """A reminder whose duty is still open becomes a task for its audience; the others are dropped."""
    reminders = claim_reminders(tx, now=now, lease=node.timing.sending_lease, limit=BATCH)
    for reminder in reminders:
        finish_reminder(
            tx,
            reminder["id"],
            sent=still_due(tx, reminder["obligation_id"]),
            ids=node.ids,
            now=now,
            keys=node.audit_key,
        )
    return len(reminders)
