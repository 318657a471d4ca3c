"""Who is on call, and in which order they are told. The rota is a landlord's own (``[duty]`` in its site file)."""

from datetime import datetime, time

from pydantic import Field

from domain.messages import Address, AddressKind
from domain.uktime import to_local
from domain.values import Value

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class OnCall(Value):
    """One person of the rota, in UK local hours. ``from_time`` after ``until`` means over midnight."""

    name: str
    phone: str | None = None
    email: str | None = None
    days: tuple[str, ...] = EVERY_DAY
    from_time: time = time(0)
    until: time = time(0)
    """Equal to ``from_time``: all day."""

    def addresses(self) -> tuple[Address, ...]:
        """Where this person is told: by text and by mail."""
        found = []
        if self.phone:
            found.append(Address(kind=AddressKind.PHONE, value=self.phone))
        if self.email:
            found.append(Address(kind=AddressKind.EMAIL, value=self.email))
        return tuple(found)

    def is_on_duty(self, now: datetime) -> bool:
        """Whether this person's hours cover that moment."""
        local = to_local(now)
        moment = local.time()
        if self.from_time == self.until:
            return EVERY_DAY[local.weekday()] in self.days
        if self.from_time < self.until:
            return EVERY_DAY[local.weekday()] in self.days and self.from_time <= moment < self.until
        started_today = moment >= self.from_time
        day = local.weekday() if started_today else (local.weekday() - 1) % 7
        return EVERY_DAY[day] in self.days and (started_today or moment < self.until)


class DutyRota(Value):
    """The people on call, in order, and how often they are told again."""

    people: tuple[OnCall, ...] = ()
    repeat_minutes: int = Field(default=5, ge=1, le=60)

    def to_tell(self, round_number: int, now: datetime) -> tuple[OnCall, ...]:
        """Whom the ``round_number``-th alert (from 1) goes to: up the order, one more each round, then all.

        When nobody's hours cover the moment everybody is told: better woken than missed.
        """
        on_duty = tuple(person for person in self.people if person.is_on_duty(now)) or self.people
        return on_duty[: max(1, round_number)]

    def addresses(self) -> tuple[Address, ...]:
        """Every address of the rota: a YES from one of them acknowledges."""
        return tuple(address for person in self.people for address in person.addresses())
