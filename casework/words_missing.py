"""What staff are told where a check of a policy and a letter's checklist miss the same thing: one sentence for both."""

from collections.abc import Iterable
from typing import Final

LIST_POINTS: Final = "list what is complained of, point by point"
SAY_OUTCOME_SOUGHT: Final = "ask how the tenant would like it to be resolved, and note the answer"
SAY_FAULT: Final = "say whether we were at fault, also where nothing is upheld"
PUT_RIGHT: Final = "what is upheld needs a remedy, with why it fits the harm"
REFUSAL_LACKS: Final = "a refusal gives evidence, reasons, and the right to go to the Ombudsman"
NOTE_LEARNING: Final = "note what was learnt and what changes, or none and why"


def investigate_these(points: Iterable[str]) -> str:
    """Points that nobody looked into."""
    return f"note what was found out about {', '.join(points)}"


def decide_these(points: Iterable[str]) -> str:
    """Points without a verdict of this stage, or without its reasons."""
    return f"decide {', '.join(points)} at this stage, with the reasons"
