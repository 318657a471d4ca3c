"""Acts about who is in a case folded into a life."""

from collections.abc import Callable
from typing import Any, Final

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
from casework.life import Done, Life
from casework.life_parties import CaseParty, Mandate, Role, Wishes

Changes = dict[str, Any]


def _add(life: Life, _done: Done, act: AddParty) -> Changes:
    added = CaseParty(id=act.party, role=act.role, name=act.name, bond=act.bond, homes=act.homes)
    return {"parties": (*life.parties, added)}


def _bond(life: Life, _done: Done, act: SetBond) -> Changes:
    return _changed(life, act.party, bond=act.bond)


def _lead(life: Life, _done: Done, act: SetLead) -> Changes:
    """One lead at a time: whoever led before is a member like the others."""
    return {"parties": tuple(_as_led(each, act.party) for each in life.parties)}


def _as_led(party: CaseParty, lead: str) -> CaseParty:
    if party.id == lead:
        return party.model_copy(update={"role": Role.GROUP_LEAD})
    return party.model_copy(update={"role": Role.GROUP_MEMBER}) if party.role is Role.GROUP_LEAD else party


def _authority(life: Life, _done: Done, act: RecordAuthority) -> Changes:
    mandate = Mandate(
        for_party=act.for_party, evidence=act.evidence, scope=act.scope, from_at=act.from_at, until=act.until
    )
    return _changed(life, act.party, mandate=mandate)


def _check(life: Life, _done: Done, act: CheckAuthority) -> Changes:
    return _mandated(life, act.party, shown=act.shown, wanted=act.wanted)


def _withdraw(life: Life, _done: Done, act: WithdrawAuthority) -> Changes:
    return _mandated(life, act.party, withdrawn_at=act.at)


def _death(life: Life, _done: Done, act: RecordDeath) -> Changes:
    return _changed(life, act.party, died=True, decided_by=act.acts)


def _capacity(life: Life, _done: Done, act: RecordCapacity) -> Changes:
    return _changed(life, act.party, lacks_capacity=act.lacks, decided_by=act.decided_by)


def _wishes(life: Life, _done: Done, act: SetWishes) -> Changes:
    found = life.party(act.party)
    before = found.wishes if found else Wishes()
    locked = before.safe_contact_only if act.safe_contact_only is None else act.safe_contact_only
    wishes = Wishes(
        way=act.way or before.way,
        language=act.language or before.language,
        formats=act.formats or before.formats,
        avoid=act.avoid or before.avoid,
        safe_contact_only=locked,
        mind=act.mind or before.mind,
    )
    return _changed(life, act.party, wishes=wishes)


def _interest(life: Life, _done: Done, act: RecordInterest) -> Changes:
    return {"interested": life.interested | {act.person}}


def _mandated(life: Life, party: str, **changes: object) -> Changes:
    found = life.party(party)
    mandate = found.mandate if found else None
    return _changed(life, party, mandate=mandate.model_copy(update=changes)) if mandate else {}


def _changed(life: Life, party: str, **changes: object) -> Changes:
    return {
        "parties": tuple(each.model_copy(update=changes) if each.id == party else each for each in life.parties),
    }


APPLY: Final[dict[type, Callable[[Life, Done, Any], Changes]]] = {
    AddParty: _add,
    SetBond: _bond,
    SetLead: _lead,
    RecordAuthority: _authority,
    CheckAuthority: _check,
    WithdrawAuthority: _withdraw,
    RecordDeath: _death,
    RecordCapacity: _capacity,
    SetWishes: _wishes,
    RecordInterest: _interest,
}
