"""What one node works with, handed in by ``app/wiring.py``. No step reads a setting, the clock or a global."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from casework.people import Person
from domain.addresses import domains_of
from domain.calendars import Calendar
from domain.duty import DutyRota
from domain.policies import Policy
from domain.ports import Channel, Ids, SafetyScan, Sender, Understander
from domain.wording import WordingCatalogue
from scheduler.retries import WAITS
from scheduler.wake import Wake
from store.audit import AuditKey
from store.blobs import BlobStore
from store.database import Database
from store.fallback import OtherWays

ROLES = ("poll", "route", "duties", "deliver", "media")
"""The kinds of work that an engine runs, beside ``web``, in the order of ``work --once``: alerts are raised, told to
the person on call, sent, and only then are attachments fetched."""

ChannelKey = tuple[str, str]
"""(landlord, channel name)."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long things may take and how often they are tried. Tests give shorter ones."""

    reading_lease: timedelta = timedelta(seconds=60)
    sending_lease: timedelta = timedelta(seconds=120)
    polling_lease: timedelta = timedelta(seconds=120)
    route_batch: int = 50
    sends_in_flight: int = 4
    media_in_flight: int = 4
    media_patience: timedelta = timedelta(seconds=60)
    """The longest that one attachment may take; within ``sending_lease``, which claims of attachments have too."""
    most_attempts_to_read: int = 5
    retry_waits: tuple[timedelta, ...] = WAITS
    """After the first, second ... failed send; once they are used up it is given up."""


@dataclass(frozen=True, kw_only=True)
class LandlordSetup:
    """One landlord as this installation runs it."""

    policy: Policy
    calendar: Calendar
    duty: DutyRota
    mail_domain: str
    staff: Mapping[str, Person] = field(default_factory=dict)
    """Who may act on its cases, by id."""
    colour: str = "#0b4f4a"
    """Of the banner and button on the public pages; white words stand on it."""
    areas: Mapping[str, "LandlordSetup"] = field(default_factory=dict)
    """By name: where it has homes under another regime, the same landlord with that policy and calendar."""

    def of(self, area: str) -> "LandlordSetup":
        """The landlord as it is for homes in an area; as it is elsewhere where there is no such area any more."""
        return self.areas.get(area, self)


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node: what its steps need."""

    database: Database
    blobs: BlobStore
    ids: Ids
    landlords: Mapping[str, LandlordSetup]
    channels: Mapping[ChannelKey, Channel]
    wordings: WordingCatalogue
    letters: WordingCatalogue
    """The words of letters (``config/letters``)."""
    safety: SafetyScan
    understander: Understander
    audit_key: AuditKey
    public_url: str
    """Base of the addresses we hand out, without a trailing slash."""
    jitter: Callable[[], float]
    """A number in [0, 1) for spreading retries."""
    timing: Timing = field(default_factory=Timing)
    wakes: Mapping[str, Wake] = field(default_factory=lambda: {role: Wake() for role in ROLES})

    def wake(self, role: str) -> None:
        """Tell a role that there is work; a lost wake costs one tick."""
        self.wakes[role].set()

    @cached_property
    def senders(self) -> Mapping[str, tuple[Sender, ...]]:
        """Each landlord's channels that can send: asked for with every message, so looked up once."""
        found: dict[str, list[Sender]] = {}
        for (landlord, _), channel in self.channels.items():
            if isinstance(channel, Sender):
                found.setdefault(landlord, []).append(channel)
        return {landlord: tuple(channels) for landlord, channels in found.items()}

    @cached_property
    def other_ways(self) -> OtherWays:
        """What a message may go by that did not arrive by the channel it was for."""
        return OtherWays(
            channels={
                landlord: tuple((channel.name, channel.address_kind) for channel in channels)
                for landlord, channels in self.senders.items()
            },
            mail_domains={slug: setup.mail_domain for slug, setup in self.landlords.items()},
            wordings=self.wordings,
        )

    @cached_property
    def own_domains(self) -> Mapping[str, tuple[str, ...]]:
        """Each landlord's mail domains: its branding's, and those of its mailboxes."""
        found = {slug: [setup.mail_domain] for slug, setup in self.landlords.items()}
        for (landlord, _), channel in self.channels.items():
            found.setdefault(landlord, []).extend(getattr(channel, "mail_domains", ()))
        return {landlord: domains_of(domains) for landlord, domains in found.items()}

    def channels_of(self, landlord: str) -> tuple[Channel, ...]:
        """The landlord's channels, in the order of its site file."""
        return tuple(channel for (owner, _), channel in self.channels.items() if owner == landlord)
