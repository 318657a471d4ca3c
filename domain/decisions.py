"""All that a rule may look at, and what it may answer. Pure data; ``store.apply`` turns Effects into rows."""

from enum import StrEnum

from pydantic import Field

from domain.calendars import Calendar
from domain.cases import (
    CaseFacts,
    KnownAddress,
    OpenAlert,
    OpenQuestion,
    PartyRole,
    Phase,
    Question,
    RecentAnswer,
    ReferenceFound,
    ReplyRoute,
    ThreadFound,
    ToldAlert,
)
from domain.labels import AuthorityShown, Hazard, Kind, Matter, RepresentativeKind, Topic, Urgency
from domain.messages import Address, InboundMessage
from domain.policies import Policy
from domain.understanding import Reading, SafetyFinding, Understanding
from domain.values import Instant, Value


class Situation(Value):
    """Everything the router may know about one message."""

    message_id: str
    """Our own id of the stored message."""
    message: InboundMessage
    reading: Reading
    understanding: Understanding | None
    """None when the model and its rules could not run: the message is still scanned, answered and set for a person."""
    safety: tuple[SafetyFinding, ...] = ()
    """Findings in every part of the message: text with quotes, subject, attachments."""
    quoted_safety: tuple[SafetyFinding, ...] = ()
    """Those findings that lie only in quoted history: they alert a person, they do not by themselves make a hazard."""
    sender: KnownAddress | None = None
    own_cases: tuple[CaseFacts, ...] = ()
    """The sender's open and recently closed cases, newest first."""
    thread: ThreadFound | None = None
    references: tuple[ReferenceFound, ...] = ()
    question: OpenQuestion | None = None
    recent_answers: tuple[RecentAnswer, ...] = ()
    open_alerts: tuple[OpenAlert, ...] = ()
    """What this sender's own earlier messages alerted the person on call of, and nobody has acknowledged."""
    last_from_sender: CaseFacts | None = None
    """The case that this sender's last message went to, when that was within 15 minutes before this one."""
    edited: CaseFacts | None = None
    """The case of the message that this one is a later version of."""
    duplicate_of: str | None = None
    """Our id of a stored message with the same Message-ID and content."""
    own_domains: tuple[str, ...] = ()
    """The mail domains of the landlord: who writes from one is a colleague (situation 173)."""
    reply_routes: tuple[ReplyRoute, ...] = ()
    duty_addresses: tuple[Address, ...] = ()
    """Where the landlord's people on call are told: a YES from one of them acknowledges an alert."""
    told_alerts: tuple[ToldAlert, ...] = ()
    """The open alerts of which the sender, one of these people, had been told before this message came."""
    policy: Policy
    """As it holds where the home is: in an area of the landlord's, or elsewhere."""
    calendar: Calendar
    area_known: bool = True
    """False: the landlord has areas, and nothing tells in which of them the home is, or in none."""
    now: Instant


class Outcome(StrEnum):
    """Where a message goes."""

    OPEN = "open"
    JOIN = "join"
    NO_CASE = "no_case"


class Disposition(StrEnum):
    """What became of a message, kept with its reason for ever."""

    CASE = "case"
    ADDED = "added"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    BULK = "bulk"
    SPAM = "spam"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    DUPLICATE = "duplicate"
    EMPTY = "empty"
    OTHER_ROUTE = "other_route"
    ALERT_ANSWER = "alert_answer"
    UNCLEAR = "unclear"


class PersonBy(StrEnum):
    """The latest moment a person must look (situations.md, section 0)."""

    NOW = "now"
    ONE_HOUR = "1h"
    SAME_DAY = "same_day"
    ONE_WORKING_DAY = "1wd"
    NORMAL = "normal"


class NewCase(Value):
    """A case to open. Its kind is a proposal until a person confirms it."""

    kind: Kind
    also: tuple[Kind, ...] = ()
    topic: Topic = Topic.OTHER
    stage: int = 1
    proposed_stage: int | None = None
    """Where a rule would send it (CESTRIA-47); a person sets it the same day."""
    phase: Phase = Phase.CONFIRM
    team: str
    received_at: Instant
    matter: str = "housing"
    restricted: bool = False
    summary: str = Field(default="", repr=False)
    items: tuple[str, ...] = ()
    """Further kinds and matters of a mixed message, for a person to split."""


class NewParty(Value):
    """Somebody in the case. The first party of a new case is who hears from us."""

    role: PartyRole
    name: str | None = None
    address: Address
    also: tuple[Address, ...] = ()
    """Further addresses that were typed for the same person: kept with the contact, and verified by nothing."""
    representative: RepresentativeKind = RepresentativeKind.NONE
    on_behalf_of: str | None = None
    authority: AuthorityShown = AuthorityShown.NOT_APPLICABLE
    verified: bool = False
    """A person has confirmed who this is and that the address is theirs; never a machine."""
    language: str = "en"
    adjustments: tuple[str, ...] = ()


class Draft(Value):
    """An answer to render and put in the outbox; ``{reference}`` and dates of duties are filled in by ``values``."""

    purpose: str
    channel: str
    to: Address
    to_name: str | None = None
    wording: str
    language: str = "en"
    values: dict[str, str] = Field(default_factory=dict)
    """All placeholder values but ``reference``, which ``store.apply`` adds once the number is taken."""
    subject: str | None = None
    """Subject of the mail that is answered: kept with one "Re:"."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: str | None = "auto-replied"
    names_case: bool = True
    """False: neither subject nor words may name the case, because its sender is not known to be of it."""
    meets: str | None = None
    """The name of the obligation that this message meets once it is sent, e.g. ``acknowledge``."""
    urgent: bool = False
    buttons: tuple[tuple[str, str], ...] = ()


class NewObligation(Value):
    """Something owed, with its clause."""

    name: str
    stage: int
    owed_to: PartyRole = PartyRole.COMPLAINANT
    due_at: Instant
    clock: str
    amount: int
    counted_from: str
    from_at: Instant
    basis: str
    owner: str
    effective: bool = True
    explanation: str = ""
    planned: bool = False
    """The event that it counts from is not on record yet: counted again once it is."""
    about: str = ""
    """The danger, where each has a clock of its own. A duty that is open is not owed twice about the same."""


class NewReminder(Value):
    """A nudge before or after a due time; unique per (obligation, audience, fire_at)."""

    obligation: str
    stage: int
    audience: str
    fire_at: Instant


class NewTask(Value):
    """Something for a person: shown in "needs a person"."""

    kind: str
    """sort, call, hazard, safeguarding, authority, split, write_by_hand, unreadable, bounce, verify_reference ..."""
    reason: str
    """One sentence without personal data."""
    by: PersonBy
    due_at: Instant
    team: str = ""


class NewQuestion(Value):
    """A question asked by one of the drafts, waiting for its answer."""

    question: Question
    to: Address
    channel: str


class NewAlert(Value):
    """The person on call must hear of this now; repeated up the rota until acknowledged."""

    cause: str
    """A hazard, ``self_harm``, ``safeguarding`` or ``threat``: never the message's words."""
    urgency: Urgency
    rule: str


class AddressChange(Value):
    """What is to be kept about the sender's address from now on."""

    address: Address
    opted_out: bool | None = None
    safe_contact_locked: bool | None = None
    language: str | None = None


class Effects(Value):
    """What a decision sets in motion: written by ``store.apply`` in one transaction, all of it or none."""

    message_id: str | None = None
    disposition: Disposition | None = None
    reason: str = ""
    open_case: NewCase | None = None
    join_case_id: str | None = None
    link_case_id: str | None = None
    """A case to link for staff without revealing anything (a stranger with a right reference, a recurrence)."""
    corrected_reference: str | None = None
    parties: tuple[NewParty, ...] = ()
    drafts: tuple[Draft, ...] = ()
    obligations: tuple[NewObligation, ...] = ()
    reminders: tuple[NewReminder, ...] = ()
    tasks: tuple[NewTask, ...] = ()
    questions: tuple[NewQuestion, ...] = ()
    answered_question_id: str | None = None
    answer: str | None = None
    """What the question's answer was read as, e.g. ``complaint``."""
    alerts: tuple[NewAlert, ...] = ()
    acknowledges_alerts: tuple[str, ...] = ()
    """Ids of the alerts that the person on call has taken with a YES."""
    address_changes: tuple[AddressChange, ...] = ()
    kind_changed_to: Kind | None = None
    """A joined message that makes the case more than it was (a service request chosen to be a complaint)."""
    obligations_from: Instant | None = None
    """Where duties of a changed kind count from (situation 148: the FIRST message's date)."""
    flags: tuple[str, ...] = ()
    """Words for staff and statistics: hazard:gas, vulnerable:age, press, rep, auth?, language:pl, legal ..."""
    reopen_question: bool = False


class Decision(Value):
    """The router's answer. ``rule`` names what placed it, ``floors`` what raised it."""

    outcome: Outcome
    rule: str
    floors: tuple[str, ...] = ()
    effects: Effects
    hazard: Hazard = Hazard.NONE
    urgency: Urgency = Urgency.NORMAL
    matters: tuple[Matter, ...] = ()
