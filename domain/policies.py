"""A landlord's published policy merged over its regime, as one frozen value. Data says what; rules elsewhere say how.

The shape of the files is the shape of these values; ``merge`` takes two parsed files. A value that the landlord's file
does not give comes from the regime. Every duty has a ``basis``: a landlord's quotes its policy word for word, a
regime's names clause and source as a paraphrase and says whether it was verified.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field

from domain.calendars import DayCount
from domain.deadlines import ClockUnit
from domain.labels import Hazard, Kind, Topic
from domain.values import Value

HOUSING = "housing"
OTHER = "other"


class Level(StrEnum):
    """Where a rule was made."""

    LANDLORD = "landlord"
    REGIME = "regime"


class HazardClass(StrEnum):
    """How grave a hazard is (rules B8)."""

    EMERGENCY = "emergency"
    SIGNIFICANT = "significant"


class Basis(Value):
    """What a rule rests on."""

    clause: str
    words: str
    """The policy's own words, or a paraphrase of the code's."""
    wording: str = "quote"
    """``quote`` or ``paraphrase``."""
    source: str = ""
    verified: bool = True


class Cap(Value):
    """A late start must not gain time: the duty is due at the latest so long after an earlier event (rules C2)."""

    counted_from: str
    amount: int


class Duty(Value):
    """One promise with its clock."""

    name: str
    stage: int
    kinds: tuple[Kind, ...]
    matter: str = "any"
    clock: ClockUnit
    amount: int = Field(ge=0)
    counted_from: str
    owner: str
    basis: Basis
    count: DayCount = DayCount.DAY_ZERO
    roll_forward: bool = False
    """A tenant's window that ends on a non-working day goes on to the next one."""
    hazard: HazardClass | None = None
    hazards: tuple[Hazard, ...] = ()
    """The hazards it is about; empty: any."""
    valid_from: date | None = None
    valid_to: date | None = None
    cap: Cap | None = None
    after_event: str | None = None
    """Owed only once this has happened, e.g. ``escalated`` or ``extended_to``."""
    level: Level = Level.LANDLORD


class Stage(Value):
    """A stage of the procedure."""

    number: int
    name: str
    who: str
    independent: bool = False
    panel: int = 0
    basis: Basis | None = None


class Ombudsman(Value):
    """Whom a tenant can turn to, for one kind of matter."""

    name: str
    phone: str
    site: str
    post: str
    basis: Basis


class EmergencyNumbers(Value):
    """Numbers to show first (rules B14), never instead of a person."""

    gas: str = "0800 111 999"
    life: str = "999"
    crisis: str = "116 123"
    power: str = "105"
    domestic_abuse: str = "0808 2000 247"


class Review(Value):
    """When the policy was approved and is to be read again."""

    approved_on: date | None = None
    due_on: date | None = None
    owner: str = ""
    basis: Basis | None = None


class Special(Value):
    """A route of its own, e.g. a criminal allegation that goes straight to stage 2."""

    name: str
    """crime, staff_misconduct, banding, unreasonable ..."""
    stage: int | None = None
    team: str = ""
    restricted: bool = False
    basis: Basis


class Policy(Value):
    """What a landlord promises, merged over what its regime demands."""

    slug: str
    name: str
    short_name: str
    prefix: str = Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{3}$")
    languages: tuple[str, ...] = ("en",)
    nation: str = "england"
    calendar: str = "england-and-wales"
    regime: str
    regime_name: str
    extends: dict[str, str] = Field(default_factory=dict)
    """Regime by kind of matter, where there is more than one."""
    phone: str
    email: str
    website: str = ""
    hours: str = ""
    emergency_phone: str = ""
    kinds: tuple[Kind, ...]
    stages: tuple[Stage, ...]
    duties: tuple[Duty, ...]
    ombudsmen: dict[str, Ombudsman]
    emergency: EmergencyNumbers = EmergencyNumbers()
    teams: dict[Topic | str, str]
    """Team by topic; ``sorting`` looks at what nobody else has, ``complaints``, ``hazards`` and ``safeguarding``."""
    specials: tuple[Special, ...] = ()
    review: Review = Review()
    missing: tuple[str, ...] = ()
    """What the published policy leaves open, so that the regime's value is used (rules A1 to A5, absences)."""
    definition: Basis | None = None
    version: str
    """First 12 hex digits of the SHA-256 of the merged rules."""

    def team_for(self, topic: str, kind: Kind = Kind.COMPLAINT) -> str:
        """Who looks after it."""
        if kind is Kind.COMPLAINT and "complaints" in self.teams:
            return self.teams["complaints"]
        return self.teams.get(topic) or self.teams["sorting"]

    def stage_name(self, number: int) -> str:
        """The stage as the policy calls it."""
        return next((stage.name for stage in self.stages if stage.number == number), f"Stage {number}")

    def ombudsman(self, matter: str = HOUSING) -> Ombudsman:
        """Whom to turn to about such a matter."""
        return self.ombudsmen.get(matter) or next(iter(self.ombudsmen.values()))


def merge(landlord: Mapping[str, Any], regime: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> Policy:
    """One policy from a landlord's file, its regime's, and further regimes by kind of matter.

    Raises:
        pydantic.ValidationError: a key that is unknown, missing or of the wrong shape.

    """
    merged: dict[str, Any] = {**regime, **{key: value for key, value in landlord.items() if key != "regime"}}
    merged["regime"], merged["regime_name"] = regime["slug"], regime["name"]
    merged["ombudsmen"] = {**regime.get("ombudsmen", {}), **landlord.get("ombudsmen", {})}
    merged["teams"] = {**regime.get("teams", {}), **landlord.get("teams", {})}
    main_matter = HOUSING if others else "any"
    duties = _at_level(landlord.get("duties", ()), Level.LANDLORD, "any")
    duties += _at_level(regime.get("duties", ()), Level.REGIME, main_matter)
    for matter, other in others.items():
        duties += _at_level(other.get("duties", ()), Level.REGIME, matter)
        merged["ombudsmen"] = {**merged["ombudsmen"], matter: other["ombudsmen"][matter]}
    merged["duties"] = duties
    merged["stages"] = landlord.get("stages") or regime["stages"]
    merged["extends"] = {HOUSING: regime["slug"], **{matter: other["slug"] for matter, other in others.items()}}
    merged["version"] = _version(merged)
    return Policy.model_validate(merged)


def _at_level(duties: Any, level: Level, matter: str) -> list[dict[str, Any]]:
    found = []
    for duty in duties:
        given = dict(duty)
        if given.get("matter", "any") == "any":
            given["matter"] = matter
        found.append({**given, "level": level})
    return found


def _version(merged: Mapping[str, Any]) -> str:
    canonical = json.dumps(merged, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
