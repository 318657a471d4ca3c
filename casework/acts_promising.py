"""What people promise while a case is open: news at intervals, a new date, causes, thanks, meetings."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from casework.words import Text
from domain.values import Instant, Value, Words


class Cause(StrEnum):
    """What went wrong (POOL-14 to POOL-17). ``other``: a complaint needs none of the listed ones (POOL-18)."""

    NOT_PROVIDED = "not_provided"
    POOR_STANDARD = "poor_standard"
    MISTAKE = "mistake"
    STANDARD_NOT_KEPT = "standard_not_kept"
    OTHER = "other"


class SendAcknowledgement(Value):
    """A letter that says what was understood, who deals with it and what happens when (CESTRIA-33, COUNCIL-4)."""

    act: Literal["send_acknowledgement"] = "send_acknowledgement"
    at: Instant
    way: Literal["letter", "email", "sms", "phone"]
    to: str = ""
    """The party it goes to; left out: the complainant."""


class SendLeaflet(Value):
    """A leaflet or a form was sent because somebody asked for it; no form is ever needed (GROUP-6)."""

    act: Literal["send_leaflet"] = "send_leaflet"
    at: Instant
    what: Literal["leaflet", "form", "policy"]
    way: Literal["letter", "email", "counter"]
    formats: tuple[Words, ...] = Field(default=(), repr=False)


class AgreeUpdates(Value):
    """How often the tenant hears how it stands, as agreed with them (Code 5.9, GROUP-30)."""

    act: Literal["agree_updates"] = "agree_updates"
    every: int = Field(ge=1, le=30)
    """Working days."""


class SendUpdate(Value):
    """The tenant hears how it stands."""

    act: Literal["send_update"] = "send_update"
    at: Instant
    way: Literal["letter", "email", "sms", "phone"]
    words: Text
    to: str = ""
    """The party it goes to; left out: the complainant."""


class TellNewDate(Value):
    """A reply will be late: the tenant hears until when, before the old day passes (CESTRIA-57)."""

    act: Literal["tell_new_date"] = "tell_new_date"
    at: Instant
    until: date
    reason: Text


class NameCause(Value):
    """Why it came to the complaint; of a standard that was not kept, which (POOL-17)."""

    act: Literal["name_cause"] = "name_cause"
    cause: Cause
    standard: Text = ""


class PassOnThanks(Value):
    """A compliment reaches whoever is thanked, and their manager (CESTRIA-25)."""

    act: Literal["pass_on_thanks"] = "pass_on_thanks"
    on: date
    people: tuple[str, ...] = ()
    """Ids of staff."""
    team: str = ""
    service: str = ""
    manager: str = ""
    """Id of the manager who was told."""
    good_practice: Text = ""
    """What other teams can learn from it (CESTRIA-26)."""


class ArrangeMeeting(Value):
    """A visit or a meeting at the time and place that suits the tenant (CESTRIA-11)."""

    act: Literal["arrange_meeting"] = "arrange_meeting"
    meeting: str
    when: Instant
    where: Literal["home", "office", "phone", "video", "elsewhere"]
    who: tuple[str, ...] = Field(min_length=1)
    """Ids of staff."""


class HoldMeeting(Value):
    """It took place, or not."""

    act: Literal["hold_meeting"] = "hold_meeting"
    meeting: str
    held: bool
    identified: bool = False
    """Whoever came showed who they are (CESTRIA-12)."""
    note: Text = ""


PromisingAct = (
    SendAcknowledgement
    | SendLeaflet
    | AgreeUpdates
    | SendUpdate
    | TellNewDate
    | NameCause
    | PassOnThanks
    | ArrangeMeeting
    | HoldMeeting
)
"""Any of them, as it is stored."""
