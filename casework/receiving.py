"""Who may be sent what: personal data to nobody without authority, and nothing to an address that may do harm."""

from typing import Literal

from casework.dossier import Dossier
from casework.life_parties import IS_HEARD, SPEAKS_FOR_OTHERS, CaseParty, Role
from domain.uktime import local_date

What = Literal["general", "personal"]
"""``general``: nothing beyond what they wrote themselves, as a reference number. ``personal``: what the case holds."""


def may_receive(dossier: Dossier, party: CaseParty, what: What) -> str:
    """Why this is not to be sent to somebody in the case, as what to do instead; empty where it may.

    Args:
        dossier: the case as it stands.
        party: one of its parties.
        what: how much of the case it tells.
    """
    if party.died:
        return f"this person died: write to {party.decided_by or 'whoever acts for the estate'} instead"
    if party.role in {Role.STAFF, Role.CONTRACTOR} and what == "personal":
        return "they are not who complained: answer the complainant"
    if what == "general" or party.role in IS_HEARD:
        return ""
    if party.role in SPEAKS_FOR_OTHERS:
        return _of_mandate(dossier, party)
    return "it is not known whether they may be told this: say what they are in the case, or record their authority"


def _of_mandate(dossier: Dossier, party: CaseParty) -> str:
    if party.mandate is None:
        return "no authority is on record: ask for it, and go on with the matter meanwhile"
    behind = dossier.life.party(party.mandate.for_party)
    if behind and behind.died and party.mandate.evidence.value not in {"probate", "court_order"}:
        return "the person they spoke for died: authority now comes from the estate"
    # Nobody is asked for a consent that they cannot give: who decides for them was assessed (situation 58).
    decided = bool(behind and behind.lacks_capacity)
    return party.mandate.lacks(dossier.now, local_date(dossier.now), decided=decided)
