"""What the acts of promising leave behind."""

from datetime import date

from pydantic import Field

from domain.values import Instant, Value


class Update(Value):
    """News that a tenant had."""

    at: Instant
    stage: int


class NewDate(Value):
    """A day that a tenant was told instead of an older one."""

    told_at: Instant
    until: date
    reason: str = Field(default="", repr=False)


class Thanks(Value):
    """A compliment on its way to whoever is thanked."""

    people: tuple[str, ...]
    team: str
    service: str
    manager: str
    on: date


class Meeting(Value):
    """An appointment."""

    id: str
    when: Instant
    where: str
    who: tuple[str, ...]
    put_down_at: Instant
    is_over: bool = False


class Promises(Value):
    """All of a case."""

    update_every: int = 0
    """Working days, as agreed; 0: as the policy says."""
    updates: tuple[Update, ...] = ()
    new_dates: tuple[NewDate, ...] = ()
    leaflets: tuple[str, ...] = ()
    """What was sent because somebody asked for it."""
    cause: str = ""
    standard: str = ""
    thanks: tuple[Thanks, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    mediation_at: frozenset[int] = frozenset()
    """The stages at which mediation was thought of."""

    @property
    def new_day(self) -> date | None:
        """The day that was told last instead of an older one."""
        return self.new_dates[-1].until if self.new_dates else None
