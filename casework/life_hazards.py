"""A danger in the home as acts left it."""

from datetime import datetime
from typing import Literal

from domain.labels import Hazard
from domain.values import Instant, Value


class HazardLife(Value):
    """One danger, and what was done about it."""

    hazard: Hazard
    known_at: Instant
    """When the landlord came to know of it: by a message, or as a person noted."""
    emergency_at: Instant | None = None
    """Since when it is known to be an emergency."""
    investigated_at: Instant | None = None
    found: Literal["emergency", "significant", "none", ""] = ""
    made_safe_at: Instant | None = None
    more_to_do: bool = True
    """Further works are needed after it was made safe."""
    summary_at: Instant | None = None
    works_begun_at: Instant | None = None
    alternative: Literal["accepted", "declined", "open", ""] = ""
    """Somewhere else to stay was offered, and the answer."""

    def events(self) -> dict[str, datetime]:
        """What has happened, by the names that the clocks of hazards law count from and are met by.

        A danger that is no emergency counts from ``received``, as when a message tells of it: what is an emergency by
        its nature keeps its 24 hours.
        """
        works = self.works_begun_at or (None if self.more_to_do else self.made_safe_at)
        happened = {
            "hazard_known": self.known_at if self.emergency_at else None,
            "hazard_emergency": self.emergency_at,
            "investigated": self.investigated_at,
            "made_safe": self.made_safe_at,
            "safety_work_begun": min(filter(None, (self.made_safe_at, self.works_begun_at)), default=None),
            "summary_sent": self.summary_at,
            "works_begun": works,
        }
        return {"received": self.known_at} | {name: at for name, at in happened.items() if at}
