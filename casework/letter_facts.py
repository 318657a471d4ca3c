"""What a letter needs and no act says."""

from datetime import date

from pydantic import Field

from domain.values import Value


class LetterFacts(Value):
    """Who is written to, and as what the case is known."""

    reference: str = ""
    """As the tenant knows it."""
    name: str = Field(default="", repr=False)
    """How the addressee is addressed; empty: by no name."""
    team: str = ""
    """That deals with the case; left out: the policy's complaints team."""
    handler_phone: str = ""
    """The handler's own number; left out: the landlord's."""
    handler_email: str = ""
    language: str = "en"
    """The language that the addressee wants: ``en`` or ``cy``."""
    formats: tuple[str, ...] = ()
    """The formats and adjustments that the addressee needs, in plain words ("large print")."""
    escalate_until: date | None = None
    """The last day on which the next stage may be asked for, where it is known."""
    next_update_on: date | None = None
    """When the addressee hears next: of a progress or holding letter."""
