"""What people note about who is in a case: roles, authority with its two checks, wishes, interests of staff."""

from datetime import date
from typing import Literal

from pydantic import Field

from casework.life_parties import Bond, Evidence, Role
from casework.words import Text
from domain.values import Instant, Value, Words


class AddParty(Value):
    """Somebody belongs to the case: nobody is turned away for what they are (CESTRIA-2)."""

    act: Literal["add_party"] = "add_party"
    party: str
    """A name of your own for them within the case."""
    role: Role
    name: Text = ""
    bond: Bond | None = None
    homes: tuple[Words, ...] = Field(default=(), repr=False)


class SetBond(Value):
    """What somebody is to the landlord: for a person to say, whatever the message claimed (POOL-5, POOL-9, POOL-10)."""

    act: Literal["set_bond"] = "set_bond"
    party: str
    bond: Bond
    found_by: Text = ""
    """How it was found, as an old tenancy."""


class SetLead(Value):
    """Who speaks for a group, as the group agreed (POOL-8)."""

    act: Literal["set_lead"] = "set_lead"
    party: str
    agreed: Text


class RecordAuthority(Value):
    """Somebody shows that they may act for another (GROUP-16, POOL-6)."""

    act: Literal["record_authority"] = "record_authority"
    party: str
    for_party: str
    evidence: Evidence
    scope: Literal["this_case", "everything"] = "this_case"
    from_at: Instant
    until: date | None = None
    note: Text = ""


class CheckAuthority(Value):
    """The two checks, each by a person: it is shown, and the one it is for wants it (GROUP-16)."""

    act: Literal["check_authority"] = "check_authority"
    party: str
    shown: bool
    wanted: bool
    how: Text


class WithdrawAuthority(Value):
    """It is taken back, from when on (situation 63): in the words of whoever it is about."""

    act: Literal["withdraw_authority"] = "withdraw_authority"
    party: str
    at: Instant
    words: Text


class RecordDeath(Value):
    """Somebody died: nothing goes to them any more, and nothing is closed for it (situation 56)."""

    act: Literal["record_death"] = "record_death"
    party: str
    told_by: Text
    on: date | None = None
    acts: str = ""
    """Who acts for the estate, as a party of the case."""


class RecordCapacity(Value):
    """Whether somebody can decide about this matter themselves, as a person assessed it (situation 58)."""

    act: Literal["record_capacity"] = "record_capacity"
    party: str
    lacks: bool
    how: Text
    decided_by: str = ""
    """Who decides in their best interests, as a party of the case."""


class SetWishes(Value):
    """How somebody wishes to be met: way, language, formats, and what is never to be used."""

    act: Literal["set_wishes"] = "set_wishes"
    party: str
    way: Literal["letter", "email", "sms", "phone", ""] = ""
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$")
    formats: tuple[Words, ...] = Field(default=(), repr=False)
    avoid: tuple[Words, ...] = Field(default=(), repr=False)
    safe_contact_only: bool | None = None
    """Nothing goes to them by itself; left out: as it was. A machine sets it, only a person lifts it."""
    mind: Text = ""
    """What of their faith, customs or culture, or of their times, whoever rings or meets them minds (CESTRIA-15)."""


class RecordInterest(Value):
    """A member of staff is related to somebody, or had a part in the matter: they do not handle it (CCBC-2)."""

    act: Literal["record_interest"] = "record_interest"
    person: str
    interest: Text


PartyAct = (
    AddParty
    | SetBond
    | SetLead
    | RecordAuthority
    | CheckAuthority
    | WithdrawAuthority
    | RecordDeath
    | RecordCapacity
    | SetWishes
    | RecordInterest
)
"""Any of them, as it is stored."""
