"""A calendar that changed (a bank holiday more, a landlord's closing days) has every open case's dates counted anew.

As after an act, a date that stood is replaced by an earlier one alone: nobody who was promised a day waits longer
for it because a holiday was added (decision 12).
"""

import hashlib
from datetime import datetime

from domain.calendars import Calendar
from scheduler.node import LandlordSetup, Node
from scheduler.settling import settle_duties
from scheduler.standing import stands
from store.case_acts import open_references
from store.once import last_marks, set_mark

_PREFIX = "calendar:"


def recount_where_calendars_changed(node: Node, now: datetime) -> int:
    """Count anew, a transaction a case; how many cases were looked at. Broken off, it begins again at the next step."""
    with node.database.reading() as tx:
        known = last_marks(tx, _PREFIX)
    counted = 0
    for slug, setup in node.landlords.items():
        digest = _digest(setup)
        before = known.get(slug)
        if before == digest:
            continue
        if before is not None:
            counted += _recount(node, slug, digest, now)
        with node.database.writing() as tx:
            set_mark(tx, f"{_PREFIX}{slug}:{digest}", now)
    return counted


def _digest(setup: LandlordSetup) -> str:
    """Of its calendar, and of those of its areas."""
    own = digest_of(setup.calendar)
    theirs = [f"{name}:{digest_of(each.calendar)}" for name, each in sorted(setup.areas.items())]
    return hashlib.sha256("|".join((own, *theirs)).encode()).hexdigest()[:12] if theirs else own


def digest_of(calendar: Calendar) -> str:
    """What tells one state of a calendar from another."""
    closed = sorted((each.day.isoformat(), "bank") for each in calendar.holidays)
    own = sorted((each.day.isoformat(), "own") for each in calendar.extra_closures)
    return hashlib.sha256(repr((calendar.first_year, calendar.last_year, closed, own)).encode()).hexdigest()[:12]


def _recount(node: Node, slug: str, digest: str, now: datetime) -> int:
    with node.database.reading() as tx:
        references = open_references(tx, slug)
    for reference in references:
        with node.database.writing() as tx:
            standing = stands(tx, reference, hold=True)
            settle_duties(node, tx, standing, standing.life, act_id=f"{_PREFIX}{digest}", now=now)
    return len(references)
