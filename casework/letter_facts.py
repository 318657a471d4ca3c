"""What a letter needs beside the acts: who is written to, as the caller says or as the people of the case do."""

from datetime import date

from pydantic import Field

from casework.life_parties import IS_HEARD, CaseParty
from domain.values import Value
from domain.wording import FALLBACK_LANGUAGE


class LetterFacts(Value):
    """Who is written to, and as what the case is known."""

    reference: str = ""
    """As the tenant knows it."""
    name: str = Field(default="", repr=False)
    """How the addressee is addressed; left out: as the case knows them, or by no name."""
    team: str = ""
    """That deals with the case; left out: the policy's complaints team."""
    handler_phone: str = ""
    """The handler's own number; left out: the landlord's."""
    handler_email: str = ""
    language: str = ""
    """The language that the addressee wants, as ``en`` or ``cy``; left out: as the case knows, or English."""
    formats: tuple[str, ...] = ()
    """What the addressee needs, in plain words ("large print"); left out: as the case knows."""
    escalate_until: date | None = None
    """The last day on which the next stage may be asked for, where it is known."""
    next_update_on: date | None = None
    """When the addressee hears next: of a progress or holding letter."""


def facts_for(facts: LetterFacts, parties: tuple[CaseParty, ...]) -> LetterFacts:
    """What a caller gave, with what was noted about the one whose matter it is where the caller gave nothing."""
    heard = next((each for each in parties if each.role in IS_HEARD), None)
    wishes = heard.wishes if heard else None
    return facts.model_copy(
        update={
            "name": facts.name or (heard.name if heard else ""),
            "language": facts.language or (wishes.language if wishes else "") or FALLBACK_LANGUAGE,
            "formats": facts.formats or (wishes.formats if wishes else ()),
        }
    )
