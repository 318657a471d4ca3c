"""Letters as values: what a caller gives and what comes out. Composing them is ``casework.composing``'s."""

from datetime import date
from typing import Final

from pydantic import Field

from casework.acts import (
    Act,
    ConfirmInWriting,
    Extend,
    IssueDraft,
    RefuseEscalation,
    SendOutcome,
)
from casework.acts_refusing import RefuseComplaint
from casework.objections import Objection
from domain.letters import Content, LetterType
from domain.values import Value

__all__ = ["LETTER_OF", "Content", "Letter", "LetterFacts", "LetterPart", "LetterType", "letter_of"]


class LetterFacts(Value):
    """What a letter needs and no act says: who is written to, and as what the case is known."""

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


class LetterPart(Value):
    """One heading and what stands under it."""

    content: Content
    heading: str
    text: str = Field(repr=False)
    """Paragraphs, parted by line ends; a line that begins with "- " is an item of a list."""
    by_staff: bool = False
    """Somebody wrote it, or added to it (``write_part``)."""


class Letter(Value):
    """A letter as the case fills it, and what it still lacks. Renderers take it from here."""

    type: LetterType
    stage: int
    language: str
    """Also of the words: the landlord's English where it has no other."""
    subject: str
    opening: str = Field(repr=False)
    """The greeting, and what the letter is, in a sentence or two."""
    parts: tuple[LetterPart, ...]
    closing: str = Field(repr=False)
    """Who writes and how to reach them: the signature."""
    missing: tuple[Objection, ...] = ()
    """What the policy asks for and nobody has said yet, the gravest first."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing that has to be there is missing."""
        return not any(each.blocks for each in self.missing)

    def part(self, content: Content) -> LetterPart | None:
        """The part of that name."""
        return next((each for each in self.parts if each.content is content), None)

    @property
    def text(self) -> str:
        """The whole letter as plain text."""
        parts = (f"{each.heading}\n{each.text}" for each in self.parts)
        return "\n\n".join((self.opening, *parts, self.closing))


LETTER_OF: Final[dict[type, LetterType]] = {
    SendOutcome: LetterType.OUTCOME,
    IssueDraft: LetterType.DRAFT,
    Extend: LetterType.EXTENSION,
    RefuseEscalation: LetterType.REFUSAL,
    RefuseComplaint: LetterType.REFUSAL,
    ConfirmInWriting: LetterType.CONFIRMATION,
}
"""The letter by which an act reaches the tenant."""


def letter_of(act: Act) -> LetterType | None:
    """The letter that goes with an act, if one does."""
    return LETTER_OF.get(type(act))
