"""Letters as values: what a caller gives and what comes out. Composing them is ``casework.composing``'s."""

from collections.abc import Mapping
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
from casework.acts_promising import SendAcknowledgement, SendUpdate, TellNewDate
from casework.acts_refusing import RefuseComplaint
from casework.letter_facts import LetterFacts
from casework.objections import Objection
from domain.letters import Content, LetterType
from domain.values import Value

__all__ = ["LETTER_OF", "Content", "Letter", "LetterFacts", "LetterPart", "LetterType", "letter_of"]


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
    values: Mapping[str, str] = Field(default_factory=dict, repr=False)
    """What further words about it may use: landlord, reference, handler, stage."""
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
    SendAcknowledgement: LetterType.ACKNOWLEDGEMENT,
    SendUpdate: LetterType.PROGRESS,
    TellNewDate: LetterType.HOLDING,
}
"""The letter by which an act reaches the tenant."""


def letter_of(act: Act) -> LetterType | None:
    """The letter that goes with an act, if one does."""
    return LETTER_OF.get(type(act))
