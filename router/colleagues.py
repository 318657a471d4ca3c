"""Mail from the landlord's own domain: a colleague passes on what a tenant said (situation 173). Facts, no decisions.

A colleague is no complainant, and no case is their own. What they pass on was received when they had it (invariant 6).
"""

import re
from datetime import datetime, timedelta
from typing import Final

from domain.decisions import Situation
from domain.forwarded import Forwarded, read_forwarded
from domain.labels import RepresentativeKind
from domain.messages import NO_ADDRESS, Address, AddressKind

_OLDEST: Final = timedelta(days=365)
"""An earlier date is history that was passed on, or a slip: a person sets it."""
_ELECTED: Final = re.compile(r"\b(?:cllr|councillor|cyng|cynghorydd)\b|^cllr", re.IGNORECASE)
"""Councillors have addresses at their council's domain, and are no staff."""


def is_colleague(situation: Situation) -> bool:
    """A mail from a domain of the landlord, proven to be so wherever a server of ours looks."""
    return _is_from_own_domain(situation) and situation.message.marks.authentication in {"pass", None}


def is_unproven_colleague(situation: Situation) -> bool:
    """It says so, and our own server does not: whoever wrote it is answered by a person only."""
    return _is_from_own_domain(situation) and not is_colleague(situation)


def passed_on(situation: Situation) -> Forwarded | None:
    """Who wrote first, where a colleague's mail says it."""
    return read_forwarded(situation.message.text, situation.own_domains) if is_colleague(situation) else None


def whose_words(situation: Situation) -> Address:
    """The address that what is said concerns: the sender's, or that of whoever wrote what a colleague passes on."""
    if not is_colleague(situation):
        return situation.message.sender
    found = passed_on(situation)
    if found is None or not found.address or found.address.rpartition("@")[2] in situation.own_domains:
        return NO_ADDRESS
    return Address(kind=AddressKind.EMAIL, value=found.address)


def as_staff_had_it(situation: Situation) -> Situation:
    """A colleague's mail with the date of the tenant's contact, and without cases of the colleague's own."""
    if not is_colleague(situation):
        return situation
    message = situation.message.model_copy(update={"received_at": _had_at(situation)})
    nothing = {"own_cases": (), "last_from_sender": None, "edited": None, "question": None}
    return situation.model_copy(update={"message": message, **nothing})


def _had_at(situation: Situation) -> datetime:
    found, received = passed_on(situation), situation.message.received_at
    at = found.at if found else None
    return at if at is not None and received - _OLDEST <= at < received else received


def _is_from_own_domain(situation: Situation) -> bool:
    sender = situation.message.sender
    if situation.reading.channel != "email" or sender.kind is not AddressKind.EMAIL:
        return False
    return sender.value.rpartition("@")[2] in situation.own_domains and not _is_elected(situation)


def _is_elected(situation: Situation) -> bool:
    """By name or address; by the words only where they are the sender's own and not passed on."""
    message, understood = situation.message, situation.understanding
    if _ELECTED.search(message.sender_name or "") or _ELECTED.search(message.sender.value.replace(".", " ")):
        return True
    says_so = understood is not None and understood.representative is RepresentativeKind.COUNCILLOR
    return says_so and read_forwarded(message.text, situation.own_domains) is None
