"""A route of a case as acts left it."""

from domain.values import Instant, Value


class RouteLife(Value):
    """It goes, or went, or does not go this way."""

    route: str
    since: Instant
    left: str = ""
    """``declined`` or ``ended``; empty while it goes this way."""
