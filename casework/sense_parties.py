"""What makes no sense about who is in a case: unknown people, authority that ended before it began."""

from collections.abc import Iterator

from casework.acts import Act
from casework.acts_parties import (
    AddParty,
    CheckAuthority,
    RecordAuthority,
    RecordCapacity,
    RecordDeath,
    RecordInterest,
    SetBond,
    SetLead,
    SetWishes,
    WithdrawAuthority,
)
from casework.dossier import Dossier
from casework.life_parties import Role
from domain.uktime import local_date

_ABOUT_ONE = (
    SetBond,
    SetLead,
    RecordAuthority,
    CheckAuthority,
    WithdrawAuthority,
    RecordDeath,
    RecordCapacity,
    SetWishes,
)


_OF_A_GROUP = frozenset({Role.GROUP_MEMBER, Role.GROUP_LEAD, Role.COMPLAINANT})


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    known = [each.id for each in dossier.life.parties]
    if isinstance(act, AddParty) and act.party in known:
        yield f"there is {act.party!r} already: give another name"
    if isinstance(act, AddParty) and act.party.rstrip("0123456789") in set(Role):
        yield "people whom messages bring are called by their role: give another name"
    if isinstance(act, _ABOUT_ONE):
        yield from _unknown(act.party, known)
    if isinstance(act, RecordAuthority):
        yield from _of_authority(dossier, act, known)
    if isinstance(act, RecordDeath | RecordCapacity):
        yield from _of_somebody_in_their_place(dossier, act, known)
    if isinstance(act, RecordInterest) and act.person not in dossier.people:
        yield f"{act.person} is nobody who works here"
    yield from _of_their_part(dossier, act)


def _of_their_part(dossier: Dossier, act: Act) -> Iterator[str]:
    """Authority that is not on record, and a lead from outside the group."""
    found = dossier.life.party(act.party) if isinstance(act, _ABOUT_ONE) else None
    if found is None:
        return
    if isinstance(act, CheckAuthority | WithdrawAuthority) and found.mandate is None:
        yield "no authority of theirs is on record: record it first"
    if isinstance(act, SetLead) and found.role not in _OF_A_GROUP:
        yield "a group is led by one of its own"


def _of_somebody_in_their_place(dossier: Dossier, act: RecordDeath | RecordCapacity, known: list[str]) -> Iterator[str]:
    instead = act.acts if isinstance(act, RecordDeath) else act.decided_by
    if instead:
        yield from _unknown(instead, known)
    if isinstance(act, RecordDeath) and act.on and act.on > local_date(dossier.now):
        yield "that lies in the future"


def _of_authority(dossier: Dossier, act: RecordAuthority, known: list[str]) -> Iterator[str]:
    yield from _unknown(act.for_party, known)
    if act.for_party == act.party:
        yield "nobody needs authority for themselves"
    if act.until and act.until < local_date(act.from_at):
        yield "it would end before it begins"
    if act.until and act.until < local_date(dossier.now):
        yield "it has ended already: ask for a new one"


def _unknown(name: str, known: list[str]) -> Iterator[str]:
    if name not in known:
        yield f"the case has nobody called {name!r}; it has {', '.join(known) or 'nobody yet'}: add them first"
