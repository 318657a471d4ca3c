"""What people write into a letter themselves."""

from typing import Literal

from casework.words import Text
from domain.letters import Content, LetterType
from domain.values import Value


class WritePart(Value):
    """Staff's own words for a part of a letter of this stage; empty words take back what was written.

    What is on record (verdicts, fault, remedies, actions, dates, the Ombudsman) stays in the letter, and the words
    stand below it; anywhere else they stand in place of what the case would say.
    """

    act: Literal["write_part"] = "write_part"
    letter: LetterType
    content: Content
    words: Text


LetterAct = WritePart
