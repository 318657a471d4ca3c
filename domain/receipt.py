"""When something counts as received: at once, unless a landlord's own policy says otherwise (rules C2)."""

from datetime import datetime, time, timedelta
from typing import Final

from domain.uktime import format_time, local_date, start_of_local_day, to_local
from domain.values import Value

COMES_IN: Final = frozenset({"received", "raised", "stage1_requested", "escalated", "stage3_requested"})
"""What a tenant does, and a landlord's rule of receipt is about."""


class Receipt(Value):
    """A landlord's own rule of receipt: it moves its own clocks, never a regime's, the law's or one in hours."""

    cut_off: time | None = None
    """What comes later than this, UK time, counts as the next day's."""
    deemed_next: bool = False
    """What comes on a day that is none of its working days counts as the next one's."""

    def counts_from(self, event: str, at: datetime) -> datetime:
        """From when a clock counts an event."""
        if self.cut_off is None or event not in COMES_IN or to_local(at).time() <= self.cut_off:
            return at
        return start_of_local_day(local_date(at) + timedelta(days=1))

    def is_deemed(self, event: str) -> bool:
        """Whether the next working day stands in for a day that is none."""
        return self.deemed_next and event in COMES_IN

    def remark(self, event: str, at: datetime) -> str:
        """Why it is counted from another day than it came, as a part of a sentence; empty where it is not."""
        if self.cut_off is None or self.counts_from(event, at) == at:
            return ""
        return f"it came after {format_time(self.cut_off)} and counts as the next day's"
