"""Where a case belongs, as acts left it."""

from domain.labels import Kind
from domain.values import Instant, Value


class TakenIn(Value):
    """A case that was joined with this one, and what this one was before."""

    of: str
    own_received_at: Instant
    kind_before: Kind
    raised: bool
    """The joined case was a complaint and this one was not."""
    wished_before: bool
    points: tuple[str, ...] = ()
    """Those that came with it, by their names here."""
    duties: tuple[tuple[str, int, str, str], ...] = ()
