"""What people set a date for outside the usual procedure, as acts left it: special handling, the Ombudsman's wishes."""

from datetime import date
from typing import Literal

from domain.values import Instant, Value


class SpecialHandling(Value):
    """The case goes outside the usual process and times, until its review unless a person keeps it so."""

    since: Instant
    reviews: tuple[date, ...]
    """The days set for its review, in order: the last is the one that counts."""
    answer_by: date | None = None
    """Its own date for the answer, beside the policy's."""
    ended_at: Instant | None = None

    def is_in_force(self, day: date) -> bool:
        """Nobody is handled specially for ever: what is not reviewed in time is over by itself (situation 204)."""
        return self.ended_at is None and day <= self.reviews[-1]


class OmbudsmanWish(Value):
    """What the Ombudsman asks for, orders or recommends, by a day."""

    id: str
    what: Literal["asked", "ordered", "recommended"]
    since: Instant
    due_on: date
    done_at: Instant | None = None
