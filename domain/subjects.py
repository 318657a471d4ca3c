"""Subjects of mails."""

import re
from typing import Final

_ANSWER_MARKS: Final = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|fw|fwd|wg|ateb|ynghylch)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
"""As mail programs put them before the subject of an answer or a forward, in the languages that we meet."""


def without_answer_marks(subject: str) -> str:
    """The subject as it was first written: ``Re: AW: Fwd: Lift`` is ``Lift``."""
    return _ANSWER_MARKS.sub("", subject)
