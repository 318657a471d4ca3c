"""A case as its acts left it: what rules look at. How acts make it is ``casework.fold``."""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import Field

from casework.acts import Act
from casework.life_hazards import HazardLife
from casework.life_letters import WrittenPart
from casework.life_parties import IS_HEARD, CaseParty
from casework.life_promising import Promises
from casework.life_routes import RouteLife
from casework.life_sorting import TakenIn
from casework.life_special import OmbudsmanWish, SpecialHandling
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from casework.people import Role
from domain.cases import CaseState
from domain.labels import Hazard, Kind
from domain.values import Instant, Value

_UPHELD: Final = frozenset({Verdict.UPHELD, Verdict.PARTLY_UPHELD})


class Done(Value):
    """An act on record."""

    act: Act
    by: str
    """Id of the person who did it."""
    roles: frozenset[Role] = frozenset()
    """What they were then."""
    at: Instant
    """When it was put down."""


class Point(Value):
    """One thing complained of."""

    id: str
    words: str = Field(repr=False)
    findings: str = Field(default="", repr=False)
    verdict: Verdict | None = None
    reasons: str = Field(default="", repr=False)
    decided_at_stage: int = 0
    decided_at: Instant | None = None


class Evidence(Value):
    """Something to be considered."""

    id: str
    considered: bool = False


class Comment(Value):
    """A reply to a draft."""

    id: str
    at: Instant
    considered: bool = False
    how: str = Field(default="", repr=False)
    """How it was taken into account."""


class Remedy(Value):
    """Something that puts it right, and who approved it in which role."""

    id: str
    kind: RemedyKind
    what: str = Field(default="", repr=False)
    pence: int = 0
    asked_for: bool = False
    proportionate: bool = False
    approved_by: tuple[str, ...] = ()
    approved_as: frozenset[Role] = frozenset()
    chair_consulted: str = ""
    low_level: bool = False


class Action(Value):
    """Something that is still to be done after the answer."""

    id: str
    kind: ActionKind
    what: str = Field(default="", repr=False)
    officer: str
    contact: str = Field(default="", repr=False)
    due_on: date
    done_on: date | None = None


class StageLife(Value):
    """What happened at one stage."""

    number: int
    requested_at: Instant
    handlers: tuple[str, ...] = ()
    allocated_at: Instant | None = None
    acknowledged_at: Instant | None = None
    """By a letter of staff; the automatic message is on record as a message."""
    impartial: bool = False
    contact_attempts: tuple[Instant, ...] = ()
    contacted_at: Instant | None = None
    discussed: bool = False
    discussion_offered_at: Instant | None = None
    discussion_ended_at: Instant | None = None
    draft_issued_at: Instant | None = None
    comments_closed_at: Instant | None = None
    """Early, because a person confirmed that nothing will be added; else the window's own end closes them."""
    comments: tuple[Comment, ...] = ()
    outcome_at: Instant | None = None
    outcome_way: str = ""
    confirmed_in_writing_at: Instant | None = None
    extended_to: Instant | None = None
    extension_reason: str = Field(default="", repr=False)
    escalation_refused: bool = False
    refusal_reasons: str = Field(default="", repr=False)
    """Why its next stage is refused."""
    written: tuple[WrittenPart, ...] = ()
    """Staff's own words in the letters of this stage."""


class Life(Value):
    """A case as its acts left it."""

    received_at: Instant
    kind: Kind
    kind_confirmed: bool = False
    wished_at: Instant | None = None
    wishes_complaint: bool = False
    """The tenant asked for a complaint: nobody can make less of it (POOL-24)."""
    state: CaseState = CaseState.OPEN
    stages: tuple[StageLife, ...]
    """The last one is where the case stands."""
    outcome_sought: str = Field(default="", repr=False)
    points: tuple[Point, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fault: Fault | None = None
    fault_words: str = Field(default="", repr=False)
    """In what we were at fault."""
    remedies: tuple[Remedy, ...] = ()
    actions: tuple[Action, ...] = ()
    learning: str = Field(default="", repr=False)
    quickly_resolved: bool = False
    vulnerability_assessed: bool = False
    special: SpecialHandling | None = None
    """It was taken out of the usual process; whether it still is, its reviews say."""
    mediation: str = ""
    withdrawn: bool = False
    ombudsman: tuple[OmbudsmanWish, ...] = ()
    """What the Ombudsman asked for or ordered, done or not."""
    hazards: tuple[HazardLife, ...] = ()
    proposed_stage: int | None = None
    """Where a rule would send it until a person has set a stage or said why not: those clocks run from receipt."""
    routes: tuple[RouteLife, ...] = ()
    """The ways beside the usual one, each once."""
    answered_by_law: frozenset[str] = frozenset()
    """Duties of law that were met by hand."""
    named: frozenset[str] = frozenset()
    """Ids of people whom the complaint is about."""
    named_team: str = ""
    heard: frozenset[str] = frozenset()
    """Those of them who gave their account, or would not."""
    area: str | None = None
    """Where a person said that the home is; None: as the router found."""
    let_in: frozenset[str] = frozenset()
    """Ids of people who need to know of it where few may see it."""
    refused_at: Instant | None = None
    """When the complainant was told that it is not taken on, and for which ground."""
    refused_for: str = ""
    refusal_reasons: str = Field(default="", repr=False)
    whom_to_ask: str = Field(default="", repr=False)
    """Of what another body decides."""
    accepted: bool = False
    """It was taken on by discretion, or after a refusal."""
    joined_into: str = ""
    """The reference of the case as which it goes on."""
    taken_in: tuple[TakenIn, ...] = ()
    """The cases that were joined with it."""
    split_from: str = ""
    channel: str = ""
    """Of a case that was split off: the kind of channel that its message came by."""
    promises: Promises = Promises()
    parties: tuple[CaseParty, ...] = ()
    """Who is in the case, as its messages and people said."""
    interested: frozenset[str] = frozenset()
    """Ids of staff who have an interest in the matter."""
    people: frozenset[str] = frozenset()
    """Everybody who had a part in handling it: none of them looks at it afresh (CCBC-21)."""

    @property
    def verdict(self) -> Verdict | None:
        """Of the whole complaint (COUNCIL-14): as its points, partly upheld where they differ; none before all are."""
        found = {each.verdict for each in self.points}
        if not found or None in found:
            return None
        return found.pop() if len(found) == 1 else Verdict.PARTLY_UPHELD

    @property
    def upheld_at(self) -> datetime | None:
        """When a point was first upheld, wholly or in part."""
        times = [each.decided_at for each in self.points if each.verdict in _UPHELD and each.decided_at]
        return min(times, default=None)

    def party(self, name: str) -> CaseParty | None:
        """Somebody in the case by the name that it gives them."""
        return next((each for each in self.parties if each.id == name), None)

    @property
    def complainants_way(self) -> Literal["letter", "email", "sms", "phone", ""]:
        """How the one whose matter it is wishes to hear; empty where nobody knows."""
        ways = (each.wishes.way for each in self.parties if each.role in IS_HEARD)
        return next((way for way in ways if way), "")

    @property
    def stage(self) -> StageLife:
        """Where the case stands."""
        return self.stages[-1]

    def hazard(self, hazard: Hazard) -> HazardLife | None:
        """What is known of a danger."""
        return next((each for each in self.hazards if each.hazard is hazard), None)

    def route(self, route: str) -> RouteLife | None:
        """What a person said about a route."""
        return next((each for each in self.routes if each.route == route), None)

    def is_on(self, route: str) -> bool:
        """Whether it goes this way now."""
        found = self.route(route)
        return found is not None and not found.left

    def open_wishes(self, answer: str) -> tuple[OmbudsmanWish, ...]:
        """What the Ombudsman still waits for: ``answered`` meets what was asked, ``complied`` all else."""
        asked = answer == "answered"
        return tuple(each for each in self.ombudsman if (each.what == "asked") is asked and each.done_at is None)

    @property
    def is_upheld(self) -> bool:
        """Whether any point was upheld, in whole or in part."""
        return any(point.verdict in _UPHELD for point in self.points)
