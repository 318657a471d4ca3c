"""What people do about a danger in the home: acts that start and meet the clocks of hazards law (rules B8, B4).

They run beside every clock of the complaint, and none of them ever pauses one.
"""

from typing import Literal

from casework.words import Text
from domain.labels import Hazard
from domain.values import Instant, Value


class NoteHazard(Value):
    """The landlord knows of a danger: said in a call, seen on a visit; or a known one is an emergency after all."""

    act: Literal["note_hazard"] = "note_hazard"
    hazard: Hazard
    at: Instant
    """When the landlord came to know."""
    emergency: bool = False
    """It may harm this occupier at once: 24 hours, whatever the day."""
    words: Text = ""


class InvestigateHazard(Value):
    """The investigation is concluded."""

    act: Literal["investigate_hazard"] = "investigate_hazard"
    hazard: Hazard
    at: Instant
    found: Literal["emergency", "significant", "none"]
    """Judged on who lives there. ``none``: no safety work is owed; a person says so, with findings."""
    findings: Text


class MakeSafe(Value):
    """The home is safe from this danger."""

    act: Literal["make_safe"] = "make_safe"
    hazard: Hazard
    at: Instant
    what: Text
    more_to_do: bool
    """Further works are needed so that it does not come back."""


class BeginHazardWorks(Value):
    """Further works have begun at the home."""

    act: Literal["begin_hazard_works"] = "begin_hazard_works"
    hazard: Hazard
    at: Instant
    what: Text = ""


class SendHazardSummary(Value):
    """The tenant has the written summary: what was found, what will be done, by when, whom to ask."""

    act: Literal["send_hazard_summary"] = "send_hazard_summary"
    hazard: Hazard
    at: Instant
    way: Literal["letter", "email", "sms", "by_hand"]


class OfferAlternative(Value):
    """Somewhere else to stay at the landlord's cost, as the home cannot be made safe in time; no clock stops for it."""

    act: Literal["offer_alternative"] = "offer_alternative"
    hazard: Hazard
    at: Instant
    where: Text
    answer: Literal["accepted", "declined", "open"]


HazardAct = NoteHazard | InvestigateHazard | MakeSafe | BeginHazardWorks | SendHazardSummary | OfferAlternative
