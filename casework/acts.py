"""What people do with a case: one frozen value an act. The acts on record, in order, are the case's life.

Times that only a person knows (when a call was held, when a letter came) are in the act; when it was put down and by
whom stands beside it in ``casework.life.Done``. Words of people are marked so that they reach no log.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from casework.acts_hazards import HazardAct
from casework.acts_letters import LetterAct
from casework.acts_parties import PartyAct
from casework.acts_promising import PromisingAct
from casework.acts_refusing import RefusingAct
from casework.acts_routes import RouteAct
from casework.acts_sorting import SortingAct
from casework.acts_special import SpecialAct
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from casework.words import Text
from domain.labels import Kind
from domain.values import Instant, Value


class SetKind(Value):
    """Confirm what the machine proposed, or correct it."""

    act: Literal["set_kind"] = "set_kind"
    kind: Kind
    reason: Text = ""


class WishForComplaint(Value):
    """The tenant asks for the matter to be a complaint: one word is enough (POOL-24)."""

    act: Literal["wish_for_complaint"] = "wish_for_complaint"
    words: Text
    at: Instant


class Assign(Value):
    """Give the current stage to somebody; to three for a panel (CESTRIA-39)."""

    act: Literal["assign"] = "assign"
    to: tuple[str, ...] = Field(min_length=1)
    """Ids of people."""
    declared_impartial: bool = False
    """They declared that they had no part in the matter (CCBC-2)."""


class LogContact(Value):
    """A call, a visit, a message by hand: reached or not."""

    act: Literal["log_contact"] = "log_contact"
    at: Instant
    way: Literal["phone", "visit", "email", "sms", "letter", "counter"]
    reached: bool
    discussed: bool = False
    """The complaint and how to resolve it were talked about (POOL-27)."""
    note: Text = ""


class RecordOutcomeSought(Value):
    """How the tenant would like it to be resolved, or that they were asked and did not say (POOL-23)."""

    act: Literal["record_outcome_sought"] = "record_outcome_sought"
    words: Text


class AddPoint(Value):
    """One thing complained of, in plain words."""

    act: Literal["add_point"] = "add_point"
    point: str
    words: Text


class Investigate(Value):
    """What was found out about a point (CCBC-8, GROUP-24)."""

    act: Literal["investigate"] = "investigate"
    point: str
    findings: Text


class AddEvidence(Value):
    """A photograph, a record, a statement."""

    act: Literal["add_evidence"] = "add_evidence"
    evidence: str
    what: Text


class ConsiderEvidence(Value):
    """It was looked at, or is not relevant because (CCBC-20)."""

    act: Literal["consider_evidence"] = "consider_evidence"
    evidence: str
    relevant: bool
    note: Text = ""


class ResolveQuickly(Value):
    """Put right there and then (POOL-19, POOL-20): the complaint's clock runs all the same."""

    act: Literal["resolve_quickly"] = "resolve_quickly"
    done: Text
    apologised: bool
    accepted: bool
    """The tenant says that this settles it."""


class OfferDiscussion(Value):
    """The fair opportunity to discuss before a final decision (COUNCIL-29)."""

    act: Literal["offer_discussion"] = "offer_discussion"
    at: Instant


class EndDiscussion(Value):
    """It was held, declined, or the time for it ran out."""

    act: Literal["end_discussion"] = "end_discussion"
    how: Literal["held", "declined", "lapsed"]
    at: Instant
    note: Text = ""


class IssueDraft(Value):
    """An interim draft response, for comments (COUNCIL-31, COUNCIL-34)."""

    act: Literal["issue_draft"] = "issue_draft"
    at: Instant
    because: Text
    to: str = ""
    """The party it goes to, as the case calls them; left out: the complainant."""


class RecordComment(Value):
    """A reply to the draft."""

    act: Literal["record_comment"] = "record_comment"
    comment: str
    at: Instant


class ConsiderComment(Value):
    """How a reply to the draft was taken into account (COUNCIL-37)."""

    act: Literal["consider_comment"] = "consider_comment"
    comment: str
    how: Text


class CloseComments(Value):
    """The tenant has said all there is to say about the draft, before the time for it is over (COUNCIL-36)."""

    act: Literal["close_comments"] = "close_comments"
    at: Instant


class Decide(Value):
    """The verdict on one point, with the reasons."""

    act: Literal["decide"] = "decide"
    point: str
    verdict: Verdict
    reasons: Text


class StateFault(Value):
    """Whether we were at fault, and in what."""

    act: Literal["state_fault"] = "state_fault"
    fault: Fault
    words: Text = ""


class ProposeRemedy(Value):
    """One thing to put right what went wrong."""

    act: Literal["propose_remedy"] = "propose_remedy"
    remedy: str
    kind: RemedyKind
    what: Text
    pence: int = Field(default=0, ge=0)
    """Of a payment."""
    asked_for: bool = False
    """The tenant had asked for it (COUNCIL-23)."""
    proportionate_because: Text = ""
    """Why it fits the harm (CESTRIA-50)."""
    low_level: bool = False
    """Offered at the point of contact, where the policy leaves that to the service team (CESTRIA-53)."""


class ApproveRemedy(Value):
    """Somebody who may says yes; for a payment with the Chair's view where the policy asks for it (CESTRIA-54)."""

    act: Literal["approve_remedy"] = "approve_remedy"
    remedy: str
    consulted: str = ""
    """Id of the Chair who was consulted."""
    view: Text = ""
    """What the Chair said."""


class AddAction(Value):
    """Something still to be done, with who does it and until when (COUNCIL-21, COUNCIL-22)."""

    act: Literal["add_action"] = "add_action"
    action: str
    kind: ActionKind
    what: Text
    officer: str
    contact: str
    due_on: date


class CompleteAction(Value):
    """It was done: followed through to completion (Code 7.3)."""

    act: Literal["complete_action"] = "complete_action"
    action: str
    on: date


class RecordLearning(Value):
    """What was learnt and what changes; or none, because (CCBC-11, CCBC-26)."""

    act: Literal["record_learning"] = "record_learning"
    words: Text


class SendOutcome(Value):
    """The stage's answer leaves."""

    act: Literal["send_outcome"] = "send_outcome"
    at: Instant
    way: Literal["letter", "email", "sms", "phone"]
    instead_of_preferred: Text = ""
    """Why it does not go by the preferred form of communication (CCBC-23)."""
    to: str = ""
    """The party it goes to, as the case calls them; left out: the complainant."""


class ConfirmInWriting(Value):
    """What was said on the telephone, in writing (COUNCIL-12)."""

    act: Literal["confirm_in_writing"] = "confirm_in_writing"
    at: Instant
    to: str = ""
    """The party it goes to, as the case calls them; left out: the complainant."""


class Extend(Value):
    """The answer needs longer: told before it is due, with the reason and the Ombudsman's details (Code 6.4, 6.5)."""

    act: Literal["extend"] = "extend"
    to: Instant
    reason: Text
    good_reason: Text = ""
    """Why longer than the code's limit is right; empty within it."""


class Escalate(Value):
    """The tenant asks for the next stage. No reasons are required (Code 6.12)."""

    act: Literal["escalate"] = "escalate"
    at: Instant
    reasons: Text = ""


class RefuseEscalation(Value):
    """A named person refuses the next stage: ground, evidence and the right to the Ombudsman (Code 5.11)."""

    act: Literal["refuse_escalation"] = "refuse_escalation"
    ground: str
    evidence: Text
    reasons: Text
    told_of_ombudsman: bool


class AssessVulnerability(Value):
    """What makes this harder for the person, and the support that was agreed (GROUP-36, GROUP-37)."""

    act: Literal["assess_vulnerability"] = "assess_vulnerability"
    found: Text
    support: Text


class HandleSpecially(Value):
    """Outside the usual process and times, with documented reasons (GROUP-34, GROUP-35)."""

    act: Literal["handle_specially"] = "handle_specially"
    reasons: Text
    review_on: date
    answer_by: date | None = None
    """Its own date for the answer; the code's clocks are measured all the same."""


class SetStage(Value):
    """Send it to another stage than the machine proposed, or to that one (CESTRIA-47)."""

    act: Literal["set_stage"] = "set_stage"
    stage: int = Field(ge=1, le=3)
    reasons: Text
    at: Instant


class OfferMediation(Value):
    """Mediation was offered, and what came of it (CESTRIA-46): no clock stops for it."""

    act: Literal["offer_mediation"] = "offer_mediation"
    answer: Literal["offered", "accepted", "declined", "settled", "failed"]


class Withdraw(Value):
    """The tenant takes it back, in their own words."""

    act: Literal["withdraw"] = "withdraw"
    words: Text
    at: Instant


class Close(Value):
    """Nothing is left to do."""

    act: Literal["close"] = "close"


class Reopen(Value):
    """It goes on after all."""

    act: Literal["reopen"] = "reopen"
    reason: Text


class RecordOmbudsman(Value):
    """The Ombudsman asks, decides, or orders (CESTRIA-45)."""

    act: Literal["record_ombudsman"] = "record_ombudsman"
    what: Literal["referred", "asked", "answered", "determined", "ordered", "recommended", "complied"]
    wish: str = ""
    """The name of what is asked or ordered; left out where there is one."""
    words: Text = ""
    due_on: date | None = None
    proof: Text = ""
    """That an order was carried out."""


Act = Annotated[
    SetKind
    | WishForComplaint
    | Assign
    | LogContact
    | RecordOutcomeSought
    | AddPoint
    | Investigate
    | AddEvidence
    | ConsiderEvidence
    | ResolveQuickly
    | OfferDiscussion
    | EndDiscussion
    | IssueDraft
    | RecordComment
    | ConsiderComment
    | CloseComments
    | Decide
    | StateFault
    | ProposeRemedy
    | ApproveRemedy
    | AddAction
    | CompleteAction
    | RecordLearning
    | SendOutcome
    | ConfirmInWriting
    | Extend
    | Escalate
    | RefuseEscalation
    | AssessVulnerability
    | HandleSpecially
    | SetStage
    | OfferMediation
    | Withdraw
    | Close
    | Reopen
    | RecordOmbudsman
    | HazardAct
    | LetterAct
    | PartyAct
    | PromisingAct
    | SpecialAct
    | SortingAct
    | RefusingAct
    | RouteAct,
    Field(discriminator="act"),
]
"""Any act, as it is stored: ``act`` names it."""
