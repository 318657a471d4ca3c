"""A letter in few words: the text that says it is there, and the script for telling it on the telephone."""

from typing import Final

from casework.letters import Letter
from domain.letters import Content
from domain.wording import WordingCatalogue, render

_SAID_FIRST: Final = (Content.DECISIONS, Content.APOLOGY, Content.REMEDY, Content.ACTIONS)
_NOT_SAID: Final = (Content.REFERENCE, Content.STAGE)
"""What is said at the beginning anyway."""


def short_form(letter: Letter, wordings: WordingCatalogue) -> str:
    """What a text says of a letter: that it is there and on its way, and whom to ring. Nothing that it decides.

    A telephone is read by whoever holds it, so that the answer itself is not in the text.

    Raises:
        WordingError: the wording is missing.
    """
    return _filled(letter, wordings, "short")


def spoken(letter: Letter, wordings: WordingCatalogue) -> str:
    """What to say on the telephone, in order: who rings, a check of who listens, the answer first, then the rest.

    Raises:
        WordingError: the wording is missing.
    """
    first = [part for content in _SAID_FIRST if (part := letter.part(content))]
    rest = [part for part in letter.parts if part not in first and part.content not in _NOT_SAID]
    steps = "\n\n".join(f"{part.heading}\n{part.text}" for part in (*first, *rest))
    return "\n\n".join((_filled(letter, wordings, "spoken_begin"), steps, _filled(letter, wordings, "spoken_end")))


def _filled(letter: Letter, wordings: WordingCatalogue, name: str) -> str:
    return render(wordings.get(name, letter.language), "letter", letter.values).body
