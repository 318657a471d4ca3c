"""What people wrote into letters, as their acts left it."""

from pydantic import Field

from domain.letters import Content, LetterType
from domain.values import Value


class WrittenPart(Value):
    """Staff's own words for a part of one letter of a stage."""

    letter: LetterType
    content: Content
    words: str = Field(repr=False)
