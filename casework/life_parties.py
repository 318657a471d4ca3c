"""Who is in a case, who may speak for whom, and how each wishes to be met: what the acts about people leave behind."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from domain.values import Instant, Value


class Role(StrEnum):
    """What somebody is in a case. A councillor may be either: a complainant, or one who writes for somebody."""

    COMPLAINANT = "complainant"
    REPRESENTED = "represented"
    """On whose behalf somebody else complains."""
    REPRESENTATIVE = "representative"
    ELECTED_MEMBER = "elected_member"
    GROUP_LEAD = "group_lead"
    GROUP_MEMBER = "group_member"
    PROFESSIONAL = "professional"
    CONTRACTOR = "contractor"
    STAFF = "staff"
    OTHER = "other"


SPEAKS_FOR_OTHERS: Final = frozenset({Role.REPRESENTATIVE, Role.ELECTED_MEMBER, Role.PROFESSIONAL})
"""Nothing personal about somebody else goes to these before authority is shown and checked (GROUP-16, POOL-6)."""
IS_HEARD: Final = frozenset({Role.COMPLAINANT, Role.REPRESENTED, Role.GROUP_LEAD})
"""Whose matter it is: they hear about it themselves."""


class Bond(StrEnum):
    """What somebody is to the landlord (POOL-5 to POOL-10, CESTRIA-2). No bond shuts anybody out by itself."""

    TENANT = "tenant"
    LEASEHOLDER = "leaseholder"
    SHARED_OWNER = "shared_owner"
    RESIDENT = "resident"
    FORMER_CUSTOMER = "former_customer"
    APPLICANT = "applicant"
    COUNCILLOR = "councillor"
    MEMBER_OF_PARLIAMENT = "member_of_parliament"
    PARTNER = "partner"
    BOARD_MEMBER = "board_member"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


CUSTOMERS: Final = frozenset({Bond.TENANT, Bond.LEASEHOLDER, Bond.SHARED_OWNER})


class Evidence(StrEnum):
    """What shows that somebody may act for another. No form is ever demanded: a call back will do (POOL-6)."""

    SIGNED_FORM = "signed_form"
    LETTER = "letter"
    EMAIL = "email"
    PHONE_CALL = "phone_call"
    IN_PERSON = "in_person"
    OFFICE_EMAIL = "office_email"
    """An elected member's office, with the constituent named (rules B9)."""
    POWER_OF_ATTORNEY = "power_of_attorney"
    COURT_ORDER = "court_order"
    PROBATE = "probate"
    BEST_INTERESTS = "best_interests"
    """A person decided, for somebody who lacks capacity (Mental Capacity Act 2005 section 4)."""


class Mandate(Value):
    """Authority as it was recorded, and what became of it."""

    for_party: str
    evidence: Evidence
    scope: Literal["this_case", "everything"] = "this_case"
    from_at: Instant
    until: date | None = None
    shown: bool = False
    """A person looked at the evidence: the first check of GROUP-16."""
    wanted: bool = False
    """A person made sure that the one it is for wants it: the second."""
    withdrawn_at: Instant | None = None

    def lacks(self, now: datetime, today: date, *, decided: bool) -> str:
        """Why it does not hold now, as what to do; empty where it holds. ``decided``: others decide anyway."""
        if self.withdrawn_at and self.withdrawn_at <= now:
            return "the authority was taken back: write to the person it is about"
        if self.from_at > now:
            return "the authority does not hold yet"
        if self.until and self.until < today:
            return f"the authority ended on {self.until:%d %B %Y}: ask whether it goes on"
        if not self.shown:
            return "look at what shows the authority, and note that you did"
        if not (self.wanted or decided):
            return "make sure that the person it is about wants it, and note how"
        return ""


class Wishes(Value):
    """How somebody wishes to be met."""

    way: Literal["letter", "email", "sms", "phone", ""] = ""
    language: str = ""
    formats: tuple[str, ...] = ()
    """Large print, easy read, Braille, read out ..."""
    avoid: tuple[str, ...] = Field(default=(), repr=False)
    """Ways or addresses that are never used."""
    safe_contact_only: bool = False
    """Nothing is sent by itself: an address may be read by somebody who harms them."""
    mind: str = Field(default="", repr=False)
    """What of their faith, customs or culture, or of their times, whoever rings or meets them minds."""


class CaseParty(Value):
    """Somebody in a case."""

    id: str
    role: Role
    name: str = Field(default="", repr=False)
    bond: Bond | None = None
    homes: tuple[str, ...] = Field(default=(), repr=False)
    """Of a group: the homes that it is about (POOL-8)."""
    mandate: Mandate | None = None
    wishes: Wishes = Wishes()
    died: bool = False
    lacks_capacity: bool = False
    decided_by: str = ""
    """Id of who decides or acts in their place."""
