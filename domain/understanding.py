"""What is given to be understood, and what was understood. Advice only: no deadline and no team in here."""

from domain.labels import (
    Allegation,
    AuthorityShown,
    Hazard,
    Intent,
    Kind,
    Matter,
    RepresentativeKind,
    Topic,
    Urgency,
    Vulnerability,
)
from domain.values import Value


class Reading(Value):
    """One message as it is given to be understood.

    Offsets of evidence are code points of ``text``, which is the message's text as given, quoted part included;
    ``new_text`` is the part the writer wrote this time (a substring of ``text`` where possible).
    """

    id: str
    channel: str
    """The channel's family in the corpus's words: sms, email, chat, web, phone_note."""
    subject: str | None = None
    text: str
    new_text: str
    quoted_text: str = ""
    attachment_texts: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    """What was written into a form's other boxes: looked through for danger, shown to no model."""
    last_question: str | None = None
    """The purpose of the question we asked last in this conversation, e.g. ``choice`` or ``address``."""
    sender: str | None = None
    """The sender's address, for official domains only; never shown to the model."""
    sender_name: str | None = None
    """The name the sender goes by, for a title such as Cllr only; never shown to the model."""


class EvidenceSpan(Value):
    """Words of the text that support a label: ``text[start:end]`` in code points."""

    start: int
    end: int
    text: str
    label: str
    """What it speaks for, as ``field:value``, e.g. ``hazard:gas`` or ``kind:complaint``."""


class SafetyFinding(Value):
    """A danger phrase found by rule, in any part of a message."""

    hazard: Hazard = Hazard.NONE
    matter: Matter | None = None
    """SELF_HARM or SAFEGUARDING where the phrase is about a person rather than a building."""
    vulnerability: Vulnerability | None = None
    """DOMESTIC_ABUSE or SUICIDE_RISK where the phrase says so."""
    urgency: Urgency
    rule: str
    """The name of the rule in ``config/hazards.toml``."""
    start: int
    end: int
    text: str
    part: str = "text"
    """Where: ``text``, ``subject``, ``attachment`` or ``box``; offsets are within that part."""


class Understanding(Value):
    """What a message seems to say, with probabilities and evidence."""

    id: str
    kind: Kind
    kinds: dict[Kind, float]
    also: tuple[Kind, ...] = ()
    intent: Intent = Intent.NEW
    representative: RepresentativeKind = RepresentativeKind.NONE
    on_behalf_of: str | None = None
    authority: AuthorityShown = AuthorityShown.NOT_APPLICABLE
    hazard: Hazard = Hazard.NONE
    urgency: Urgency = Urgency.NORMAL
    vulnerability: tuple[Vulnerability, ...] = ()
    allegation: Allegation = Allegation.NONE
    matters: tuple[Matter, ...] = ()
    topic: Topic = Topic.OTHER
    language: str = "en"
    evidence: tuple[EvidenceSpan, ...] = ()
    model: str
    """Name and version of what produced this, e.g. ``rules+words+encoder-2026.11.5f3a9c01``."""
    sure: bool = True
    """False where the margin or the best probability is too small: a person sorts it."""
