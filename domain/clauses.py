"""The entries of which a policy is made: clocks, stages, terms, bodies, each with the clause it rests on.

What a landlord's or a regime's file holds as a whole, and how they are merged, is ``domain.policies``.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from domain.calendars import DayCount
from domain.deadlines import ClockUnit
from domain.labels import Allegation, Hazard, Kind
from domain.labels import Matter as SpecialMatter
from domain.values import Value

Matter = Literal["housing", "other", "any"]

EVENTS: Final = frozenset(
    {
        *("received", "raised", "acknowledged", "contacted", "allocated", "draft_issued", "comments_closed"),
        *("stage1_requested", "stage1_outcome", "outcome_received", "escalated", "stage2_outcome"),
        *("stage3_requested", "stage3_outcome", "extended_to"),
        *("hazard_known", "hazard_emergency", "investigated", "made_safe", "safety_work_begun", "summary_sent"),
        *("works_begun",),
    }
)
"""What a clock may count from. A later stage's own is written ``stage2_acknowledged`` ..."""

STAGED_EVENTS: Final = frozenset({"acknowledged", "contacted", "allocated", "draft_issued", "comments_closed"})
"""Events that happen once in each stage."""


class TermName(StrEnum):
    """What a policy can say beside its deadlines. A new one is one line here and a check or a rule that reads it."""

    ELIGIBLE = "eligible"
    EXCLUDED = "excluded"
    CHANNEL = "channel"
    DEFINITION = "definition"
    ELECTED_MEMBERS = "elected_members"
    """``complainant`` or ``representative``."""
    REPRESENTATIVES = "representatives"
    QUICK_RESOLUTION = "quick_resolution"
    MOST_STAGES = "most_stages"
    INFORMAL_STAGE = "informal_stage"
    """``allowed`` or ``forbidden``."""
    ESCALATION_REASONS = "escalation_reasons"
    """``required`` or ``not_required``."""
    REFUSAL_GROUND = "refusal_ground"
    """On which a complaint is not taken on, nor the next stage."""
    ESCALATION_REFUSAL_GROUND = "escalation_refusal_ground"
    """On which only the next stage may be refused."""
    OMBUDSMAN_ACCESS = "ombudsman_access"
    """``any_time`` or ``after_procedure``."""
    APPROVAL = "approval"
    """``remedy:<who>``, ``payment:<who>``, ``low_level:<who>``."""
    ROUTE = "route"
    """``<when>:<where>``, e.g. ``crime:stage 2``, ``misconduct:disciplinary``, ``banding:other body``."""
    INDEPENDENCE = "independence"
    CONTACT_BY_PERSON = "contact_by_person"
    """The team whose member makes the contact: an automatic message does not meet it."""
    PREFERRED_CHANNEL = "preferred_channel"
    FAULT_STATED = "fault_stated"
    PLAIN_LANGUAGE = "plain_language"
    COURTESY = "courtesy"
    WRITTEN_RESPONSE = "written_response"
    OPPORTUNITY_TO_DISCUSS = "opportunity_to_discuss"
    MEDIATION = "mediation"
    VULNERABILITY = "vulnerability"
    REVIEW_ON = "review_on"
    """ISO date of the policy's own review."""
    RECURRING = "recurring"
    """``<what>:<months>`` or ``<what>:<months>:<first day>``: something that the landlord does again and again."""
    ILLUSTRATIVE = "illustrative"
    REPORT = "report"
    SURVEY = "survey"
    OWNER = "owner"
    TIME_LIMIT = "time_limit"
    SILENT = "silent"
    """A parameter that the policy leaves open, so that the regime's value is used: no basis of its own to quote."""


class Must(StrEnum):
    """What a policy can ask of a case before it goes on: each is a check of ``casework`` (``casework.musts``)."""

    IMPARTIAL_HANDLER = "impartial_handler"
    """Nobody handles what is complained of about themselves, and who takes it on declares that they had no part."""
    FRESH_REVIEW = "fresh_review"
    """From stage 2 on nobody who had a part in it before."""
    SENIOR_REVIEW = "senior_review"
    """... and somebody more senior than whoever answered before."""
    FROM_THE_TEAM = "from_the_team"
    """At stage 1 a manager of the team complained about."""
    PANEL_WITH_CHAIRS = "panel_with_chairs"
    """A panel has the Chair, the Vice Chair and one other member of the Board."""
    WISH_WINS = "wish_wins"
    """A wish to complain makes it a complaint, and nobody makes less of it."""
    OUTCOME_ASKED = "outcome_asked"
    """The tenant was asked how they would like it to be resolved."""
    CONTACT_FIRST = "contact_first"
    """The handler talked, or tried to talk, with the complainant before answering."""
    POINTS_INVESTIGATED = "points_investigated"
    EVIDENCE_CONSIDERED = "evidence_considered"
    EVERY_POINT_DECIDED = "every_point_decided"
    """A verdict with its reasons on every point."""
    FAULT_STATED = "fault_stated"
    DISCUSSION_FIRST = "discussion_first"
    """A fair opportunity to discuss before the final decision."""
    DRAFT_BECAUSE = "draft_because"
    """A draft instead of a talk only where that is not possible, or writing is preferred."""
    COMMENTS_CONSIDERED = "comments_considered"
    REMEDY_IF_UPHELD = "remedy_if_upheld"
    """What is upheld gets a remedy that fits the harm."""
    REMEDY_BY_DIRECTOR = "remedy_by_director"
    PAYMENT_BY_CHIEF = "payment_by_chief"
    """A payment is the Chief Executive's to decide, with the Chair consulted."""
    WAY_FORWARD_AGREED = "way_forward_agreed"
    """What is upheld is talked over with the complainant."""
    LEARNING_RECORDED = "learning_recorded"
    PREFERRED_FORM = "preferred_form"
    WRITTEN_RESPONSE = "written_response"
    WRITTEN_CONFIRMATION = "written_confirmation"
    """What was said by telephone is confirmed in writing."""
    OUTCOME_BEFORE_CLOSING = "outcome_before_closing"
    EXTENSION_LIMIT = "extension_limit"
    """Not longer than ``value`` working days without good reason."""
    REASONS_FOR_REFUSING = "reasons_for_refusing"
    """A refusal has a ground of the policy or its regime, evidence, reasons, and tells of the Ombudsman."""
    VULNERABILITY_FIRST = "vulnerability_first"
    """No refusal and no special handling before vulnerability was assessed."""
    GROUNDS_FOR_REFUSING = "grounds_for_refusing"
    """... and so has a complaint that is not taken on; a person decides, on its own merits."""
    AWARENESS_FIRST = "awareness_first"
    """What comes late is refused only where the tenant knew of it for longer than ``value`` months."""
    CLAIM_FILED = "claim_filed"
    """Legal proceedings have started once they are filed at court, not with a letter of claim."""
    OTHER_BODY_NAMED = "other_body_named"
    """Whoever is told that another body decides on ``value`` is told which one."""
    ROUTE_DECIDED = "route_decided"
    """Where messages point to the route ``value``, a person sets it or says why not before the answer."""
    ACCOUNT_HEARD = "account_heard"
    """Whoever is complained about was asked for their account."""
    NO_STAGE_SKIPPED = "no_stage_skipped"
    STAFF_NAMED = "staff_named"
    """Of alleged misconduct it is put down whom it is about."""
    REASONS_DOCUMENTED = "reasons_documented"
    """Whatever is handled outside the usual process has its reasons on record."""
    SUPPORT_LISTED = "support_listed"
    """An assessment of vulnerability lists the support that was agreed."""
    SUPPORT_THOUGHT_OF = "support_thought_of"
    """Whoever handles the case of somebody who may be vulnerable is reminded of support."""
    PROOF_OF_COMPLIANCE = "proof_of_compliance"
    """An order of the Ombudsman is complied with once there is proof."""
    AUTHORITY_CHECKED = "authority_checked"
    """Nothing personal goes to whoever speaks for another before authority is shown, checked and in force."""
    BOTH_CHECKS = "both_checks"
    """How it was made sure that the authority is real, and that the complainant wants it."""
    AUTHORITY_ON_RECORD = "authority_on_record"
    """What the authority covers, and how it was given."""
    GROUP_LEAD = "group_lead"
    """A group agrees on one person who speaks for it."""
    NO_INTEREST = "no_interest"
    """Nobody handles a matter in which they have an interest."""
    ACTIONS_FOLLOWED = "actions_followed"
    """What was promised after the answer is followed until it is done."""
    PROGRESS_UPDATES = "progress_updates"
    """News every ``value`` working days while a complaint is open; empty: as often as was agreed."""
    NEW_DATE_IN_TIME = "new_date_in_time"
    """Whoever cannot be answered in time hears a new day before the old one passes."""
    CAUSE_NAMED = "cause_named"
    THANKS_PASSED_ON = "thanks_passed_on"
    """A compliment reaches whoever is thanked before it is closed."""
    MANAGER_TOLD = "manager_told"
    IDENTIFICATION = "identification"
    """Whoever visits shows who they are."""
    MEDIATION_THOUGHT_OF = "mediation_thought_of"
    QUICK_RESOLUTION_TOLD = "quick_resolution_told"
    """A quick resolution says what was put right, and that somebody apologised."""
    COMPETENT_HANDLER = "competent_handler"
    """Whoever handles it is trained for the service that it is about."""
    LOW_LEVEL_BY_TEAM = "low_level_by_team"
    """Low remedies of up to ``value`` pence are the service team's own to decide."""
    CONTACT_BY_TEAM = "contact_by_team"
    """The contact is made by somebody of the team ``value``: no automatic message is one."""
    CONTACT_WAY = "contact_way"
    """The first contact is by one of the ways in ``value``, unless the tenant prefers another."""
    DRAFT_IN_TIME = "draft_in_time"
    """The time for comments on a draft ends before the answer is due."""
    ARRANGEMENTS_FIRST = "arrangements_first"
    """Arrangements for a vulnerable person are on record before the answer."""
    CULTURE_MINDED = "culture_minded"
    """Whoever takes it on or meets somebody knows what of their faith, customs or culture to mind."""


class Basis(Value):
    """Where a value comes from."""

    clause: str = Field(min_length=1)
    """The clause's number in ``rules.md``, or the regime's own: CESTRIA-28, Code 6.2."""
    text: str = Field(min_length=1)
    wording: Literal["quote", "paraphrase"] = "quote"
    source: str = ""
    """The document of a paraphrase."""
    verified: bool = True
    """False: from memory or a second hand; shown as such and listed by ``policy check``."""
    reading: str = ""
    """How an ambiguous clause is read here."""

    @model_validator(mode="after")
    def _paraphrase_names_its_source(self) -> Self:
        if self.wording == "paraphrase" and not self.source:
            raise ValueError("a paraphrase names its source")
        return self


class Stage(Value):
    """One formal step of the procedure."""

    number: int = Field(ge=1, le=3)
    name: str
    who: str
    """The role that decides, in the policy's words."""
    team: str = ""
    """The team that owns its duties; left out: the complaints team."""
    independent: bool = False
    """Nobody who dealt with an earlier stage, or with the matter itself, may decide."""
    panel: int = Field(default=0, ge=0)
    """How many sit on it; 0 where one person decides."""
    basis: Basis

    @field_validator("panel")
    @classmethod
    def _is_a_panel(cls, panel: int) -> int:
        if panel == 1:
            raise ValueError("a panel is two people or more: leave it out where one person decides")
        return panel


class Ceiling(Value):
    """A latest moment, so that a late first step gains no time for the next (rules C2)."""

    amount: int = Field(ge=1)
    """In the duty's own clock."""
    counted_from: str


class Extension(Value):
    """How far a response may be put off without further good reason."""

    amount: int = Field(ge=1)
    """In the duty's own clock, counted from the old due date."""
    basis: Basis


class Duty(Value):
    """Something owed by a time, or a window that is open to the tenant until then."""

    name: str = Field(pattern=r"^[a-z][a-z_]*$")
    stage: int = Field(ge=0, le=3)
    """0: before a stage."""
    kinds: tuple[Kind, ...] = ()
    """The kinds of message it is owed for; empty: every kind."""
    matter: Matter = "any"
    channels: tuple[str, ...] = ()
    """Families of channels: email, sms, chat, web, phone, letter, counter; empty: every one."""
    clock: ClockUnit
    amount: int = Field(ge=0)
    count: DayCount = DayCount.DAY_ZERO
    counted_from: str
    or_from: str = ""
    """Counted from this event while ``counted_from`` is not on record."""
    or_from_days: int = Field(default=0, ge=0)
    """... and that many working days later (a letter's deemed receipt)."""
    done_by: str = ""
    """The event that meets it. Duties that count from it are planned from this one's due date until it happens."""
    ceiling: Ceiling | None = None
    not_after: str = ""
    """Name of a duty that this one must not outlast."""
    extension: Extension | None = None
    hazards: tuple[Hazard, ...] = ()
    """Only where one of these dangers was found, or its event is on record."""
    valid_from: date | None = None
    valid_to: date | None = None
    """Law that begins or ends: by the UK date of the event it counts from, both days included."""
    owner: str = ""
    """Who owes it; left out: the stage's team."""
    tenant_window: bool = False
    """A right of the tenant's, not a duty of the landlord's: never a breach."""
    roll_forward: bool = False
    """The last day moves to the next working day: for the tenant's windows only (rules C2)."""
    source: str = ""
    """``landlord``, or the slug of the regime: written by ``merge``, not in files."""
    basis: Basis

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        for name in (self.counted_from, self.or_from, self.done_by, self.ceiling and self.ceiling.counted_from):
            if name and name not in EVENTS:
                raise ValueError(f"{name!r} is no event; use one of {', '.join(sorted(EVENTS))}")
        if self.roll_forward and not self.tenant_window:
            raise ValueError("only a tenant's window rolls forward over a holiday, never a duty of the landlord's")
        return self


class LawfulClock(Value):
    """A clock that runs from receipt by law, beside every policy: one entry of ``config/law.toml``."""

    name: str = Field(pattern=r"^[a-z][a-z_]*$")
    matter: SpecialMatter | None = None
    allegation: Allegation | None = None
    """Started by either of the two."""
    clock: ClockUnit
    amount: int = Field(ge=1)
    count: DayCount = DayCount.DAY_ZERO
    roll_forward: bool = False
    """The last day moves to the next working day, where the law itself says so (rules B9, V63)."""
    valid_from: date | None = None
    """First UK date of receipt on which it is in force."""
    basis: Basis

    @model_validator(mode="after")
    def _is_started(self) -> Self:
        if self.matter is None and self.allegation is None:
            raise ValueError("a clock names the matter or the allegation that starts it")
        return self

    def is_in_force(self, day: date) -> bool:
        """Whether what is received on that day starts it."""
        return self.valid_from is None or self.valid_from <= day


_RECURRING: Final = re.compile(r"[a-z_]+:[1-9]\d?(:\d{4}-\d{2}-\d{2})?")


class Term(Value):
    """Anything else that a policy says."""

    name: TermName
    value: str
    basis: Basis | None = None

    @model_validator(mode="after")
    def _has_its_basis(self) -> Self:
        if self.name is TermName.RECURRING and not _RECURRING.fullmatch(self.value):
            raise ValueError("something that recurs is <what>:<months> or <what>:<months>:<first day, as 2026-01-31>")
        if (self.basis is None) is not (self.name is TermName.SILENT):
            raise ValueError("a term names its basis, and a silence has none")
        return self


class Requirement(Value):
    """What has to be so before a case goes on: entry ``[[requirement]]`` of a landlord's or a regime's file."""

    must: Must
    value: str = ""
    stages: tuple[int, ...] = ()
    """The stages at which it holds; empty: at all."""
    matter: Matter = "any"
    advice: bool = False
    """It is asked for, not demanded: an act against it is warned of and allowed."""
    basis: Basis


class Ombudsman(Value):
    """Whom a tenant can turn to."""

    matter: Matter = "any"
    name: str
    welsh_name: str = ""
    """Where it has one."""
    phone: str
    site: str
    post: str
    basis: Basis

    def called(self, language: str) -> str:
        """Its name in a message's language."""
        return self.welsh_name if language == "cy" and self.welsh_name else self.name


class EmergencyLine(Value):
    """A number to ring about a danger, valid in this nation (rules B14)."""

    hazard: str
    """A hazard of the labelling guide, ``life``, ``power_cut``, ``crisis``, ``mental_health`` or ``abuse``."""
    name: str
    phone: str
    basis: Basis


class KindName(Value):
    """What the landlord calls one of our kinds: POOL's "suggestion" is a comment."""

    kind: Kind
    name: str
    basis: Basis
