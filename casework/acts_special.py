"""What people do with a case that is handled specially: look at it again, or end it (GROUP-34 to GROUP-37)."""

from datetime import date
from typing import Literal

from casework.words import Text
from domain.values import Value


class ReviewSpecialHandling(Value):
    """Somebody looked whether it is still right to handle the case outside the usual process."""

    act: Literal["review_special_handling"] = "review_special_handling"
    reasons: Text
    review_on: date
    """The next review; it is over by itself if nobody looks again by then."""


class EndSpecialHandling(Value):
    """The case goes the usual way again."""

    act: Literal["end_special_handling"] = "end_special_handling"
    reasons: Text = ""


SpecialAct = ReviewSpecialHandling | EndSpecialHandling
