"""A case and what belongs to it, as facts that rules may look at. Rows live in store; nothing here changes."""

from enum import StrEnum

from domain.labels import Kind, Topic
from domain.messages import Address
from domain.values import Instant, Value


class CaseState(StrEnum):
    """Whether work on it goes on."""

    OPEN = "open"
    CLOSED = "closed"


class Phase(StrEnum):
    """The four phases a tenant sees (CCBC-32)."""

    REQUEST = "request"
    CONFIRM = "confirm"
    DELIVER = "deliver"
    AFTER = "after"


class PartyRole(StrEnum):
    """What somebody is in a case."""

    COMPLAINANT = "complainant"
    REPRESENTATIVE = "representative"
    ELECTED_MEMBER = "elected_member"
    GROUP_LEAD = "group_lead"
    PROFESSIONAL = "professional"
    STAFF = "staff"


class ObligationState(StrEnum):
    """How a duty stands. Rows are never deleted."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    WAIVED = "waived"
    REPLACED = "replaced"


class OpenDuty(Value):
    """A duty of a case that is not done yet, in time or not."""

    name: str
    stage: int
    basis: str
    about: str = ""
    """As of ``NewObligation``."""
    due_at: Instant
    effective: bool = True


class CaseFacts(Value):
    """A case as the router sees it, from one sender's point of view."""

    id: str
    reference: str
    kind: Kind
    stage: int
    state: CaseState
    topic: Topic = Topic.OTHER
    matter: str = "housing"
    """``housing``, or ``other`` for a council's further services."""
    area: str = ""
    """Where its home is, of a landlord with areas (``domain.areas``)."""
    received_at: Instant
    closed_at: Instant | None = None
    own: bool
    """The sender's address is that of a party of this case."""
    is_representative: bool = False
    """... and that party is a representative."""
    acknowledged: bool = False
    """An acknowledgement to this sender was queued or sent."""
    last_added_answer_at: Instant | None = None
    """When this sender last got an "added to your case" on it (at most one a day)."""
    last_message_at: Instant | None = None
    """When this sender last wrote on it."""
    response_sent: bool = False
    """The current stage's response has gone out, so unhappiness may be an escalation."""
    safe_contact_locked: bool = False
    owed: tuple[OpenDuty, ...] = ()
    """What is still to be done in it: nothing of this is set running a second time."""
    escalation_waits: bool = False
    """A person has yet to look at a wish for the next stage."""


class KnownAddress(Value):
    """What is on record about the address a message came from."""

    address: Address
    contact_id: str
    name: str | None = None
    verified: bool = False
    """Its holder has written from it, as a provider proved, or a person confirmed it (decision 8)."""
    opted_out: bool = False
    blocked_until: Instant | None = None
    """Automatic mail to it bounced: none goes there until then."""
    safe_contact_locked: bool = False
    language: str | None = None
    adjustments: tuple[str, ...] = ()
    other_addresses: tuple[Address, ...] = ()
    """Other addresses of the same person that may be used now: those of the contact where both are verified, and those
    that were typed beside this one in the very message that is answered."""


class Question(StrEnum):
    """What we may ask back, one at a time."""

    OUTCOME = "outcome"
    CHOICE = "choice"
    ADDRESS = "address"
    AUTHORITY = "authority"
    WHICH_CASE = "which_case"
    LEAK = "leak"


class OpenQuestion(Value):
    """A question that waits for its answer."""

    id: str
    question: Question
    case_id: str | None
    asked_at: Instant


class ReferenceFound(Value):
    """A reference read in the message (subject first), and the case that carries it here, if any."""

    reference: str
    valid: bool
    """Its check character is right."""
    case: CaseFacts | None = None


class ThreadFound(Value):
    """The message answers one of ours, by Message-ID or VERP token."""

    case: CaseFacts
    sent_to: Address
    """Whom we had sent that message to."""
    purpose: str


class OpenAlert(Value):
    """The person on call is being told of a danger in a case, again and again: nobody has acknowledged it yet."""

    case_id: str
    cause: str
    """As of ``NewAlert``."""


class ToldAlert(Value):
    """An open alert of which this very address had been told before it wrote."""

    id: str
    reference: str | None = None
    """Its case's, as the alert named it."""


class RecentAnswer(Value):
    """An automatic message that went to this address lately (for the caps against loops)."""

    at: Instant
    subject: str | None = None


class ReplyRoute(Value):
    """A channel of this landlord that can carry an answer to an address of that kind."""

    channel: str
    kind: str
    """The channel's module, e.g. ``twilio_sms``."""
    reaches: str
    """An ``AddressKind``."""
    two_way: bool = True
    """False for an alphanumeric SMS sender: never invite a reply from it."""
