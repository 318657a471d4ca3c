"""A case whole, as it stands: who is in it, what is owed to whom, and the nudges before that. Rows live in store."""

from datetime import datetime
from typing import Final

from domain.cases import CaseState, ObligationState, Phase
from domain.labels import AuthorityShown, Kind, RepresentativeKind, Topic
from domain.messages import Address
from domain.values import Instant, Value

_SHOWN: Final = (AuthorityShown.STATED, AuthorityShown.ATTACHED)


class Authority(Value):
    """Who may act for whom. Without one in force no personal data go to a representative (design, section 2)."""

    on_behalf_of: str
    """The person's name, or '' where only "my mother" is known."""
    scope: str = "this case"
    evidence: AuthorityShown
    """What shows it, as understood or as a person set it."""
    confirmed: bool = False
    """A person has looked at it: no machine lets anything personal out."""
    valid_from: Instant | None = None
    valid_until: Instant | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it is shown, confirmed, and neither too early nor run out."""
        begun = self.valid_from is None or self.valid_from <= now
        ended = self.valid_until is not None and self.valid_until <= now
        return self.confirmed and self.evidence in _SHOWN and begun and not ended


class Party(Value):
    """A person or organisation in a case, and how they wish to be written to."""

    id: str
    contact_id: str | None = None
    role: str
    """A ``PartyRole``."""
    name: str | None = None
    address: Address
    verified: bool = False
    """A person has confirmed who this is."""
    representative: RepresentativeKind = RepresentativeKind.NONE
    authority: Authority | None = None
    """Only of a representative."""
    preferred_channel: str | None = None
    language: str = "en"
    adjustments: tuple[str, ...] = ()
    """How letters must look or be read out, as the person asked: large print, Braille, a telephone call first."""
    safe_contact_locked: bool = False
    """Nothing is sent by itself: the address may be read by somebody who harms them."""


class Reminder(Value):
    """A nudge before a duty is due or after it is late; unique by duty, audience and time."""

    audience: str
    """``handler`` or ``manager``."""
    fire_at: Instant
    state: str = "waiting"
    """``waiting``, ``sent`` or ``dropped``."""


class Obligation(Value):
    """Something owed by a clause. Never deleted; its state says what became of it."""

    id: str
    name: str
    stage: int
    owed_to: str
    due_at: Instant
    clock: str
    """A ``ClockUnit``; ``amount`` of it since ``counted_from`` happened at ``from_at``."""
    amount: int
    counted_from: str
    from_at: Instant
    basis: str
    """The clause or law."""
    owner: str
    effective: bool = True
    """Of several clocks on one thing, the one that counts."""
    explanation: str = ""
    state: ObligationState = ObligationState.OPEN
    met_at: Instant | None = None
    breached_at: Instant | None = None
    reminders: tuple[Reminder, ...] = ()


class Case(Value):
    """A matter of one landlord under one reference. Its deadlines run from receipt, whenever a worker woke."""

    id: str
    reference: str
    landlord: str
    parties: tuple[Party, ...]
    obligations: tuple[Obligation, ...]
    kind: Kind
    also: tuple[Kind, ...] = ()
    topic: Topic = Topic.OTHER
    matter: str = "housing"
    stage: int
    proposed_stage: int | None = None
    phase: Phase
    state: CaseState
    team: str
    owner: str | None = None
    restricted: bool = False
    received_at: Instant
    opened_at: Instant
    closed_at: Instant | None = None
    policy_version: str
    version: int
    """Counts changes, so that two people never overwrite each other."""
