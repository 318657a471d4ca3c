"""What makes no sense about writing into letters: a letter that has left, a part that is none."""

from collections.abc import Iterator
from typing import Final

from casework.acts import Act
from casework.acts_letters import WritePart
from casework.dossier import Dossier
from domain.letters import Content, LetterType

_LEFT: Final = {
    LetterType.OUTCOME: "outcome_at",
    LetterType.DRAFT: "draft_issued_at",
    LetterType.CONFIRMATION: "confirmed_in_writing_at",
}
"""The field of a stage that says that its letter has left."""


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    if not isinstance(act, WritePart):
        return
    if act.content is Content.PLAIN_LANGUAGE:
        yield "plain language is asked of the whole letter: mend the part that is hard to read"
    left = _LEFT.get(act.letter)
    if left and getattr(dossier.life.stage, left):
        yield f"the {act.letter.value} of this stage has left: its words stand"
