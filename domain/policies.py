"""A landlord's rules merged over its regimes', as one frozen value. Pure: opening files is ``app/configuration.py``'s.

A landlord's file and a regime's file hold the same kinds of entries, each with the clause it rests on::

    [[stage]]        number, name, who, team, basis
    [[duty]]         name, stage, kinds, clock, amount, counted_from, basis ... (``Duty``)
    [[term]]         name, value, basis: whatever a policy says that is no deadline (``TermName``)
    [[requirement]]  must, value, stages, advice, basis: what has to be so before a case goes on (``Must``)
    [[content]]      content, letters, stages, when, advice, basis: what a letter carries (``domain.letters``)
    [[ombudsman]]    matter, name, phone, site, post, basis
    [[emergency]]    hazard, name, phone, basis
    [[area]]         name, nation, calendar, regimes, postcodes: homes in another nation (``domain.areas``)
    [closures]       a landlord's own closing days: 2026-12-29 = "Christmas closure"

    basis = { clause = "CESTRIA-28", text = "acknowledged within 3 working days" }
    basis = { clause = "Code 6.2", wording = "paraphrase", text = "...", source = "...", verified = true }

``law.toml`` holds what no landlord can change: ``[[clock]]`` (``LawfulClock``), ``[[term]]``.

A landlord's ``text`` is its policy word for word; a regime's is our paraphrase with its source.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.areas import Area
from domain.calendars import Holiday
from domain.clauses import (
    Duty,
    EmergencyLine,
    KindName,
    LawfulClock,
    Matter,
    Must,
    Ombudsman,
    Requirement,
    Stage,
    Term,
    TermName,
)
from domain.labels import Hazard, Kind, Topic
from domain.letters import Checklist, ContentRule
from domain.possible import require_possible
from domain.receipt import Receipt
from domain.references import checked_prefix
from domain.speech import Speech
from domain.values import Value

__all__ = [
    "Duty",
    "EmergencyLine",
    "Landlord",
    "Law",
    "LawfulClock",
    "Ombudsman",
    "Policy",
    "Regime",
    "Stage",
    "Term",
    "TermName",
    "merge",
    "regime_policy",
]


def _written_day(written: str) -> date:
    """A day in the one spelling that there is for it, so that TOML itself refuses the same day twice."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        raise ValueError(f'{written!r} is no day: write 2026-12-29 = "Christmas closure"')
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"there is no such day as {written}") from error


class Regime(Value):
    """An Ombudsman's code: one file of ``config/regimes``."""

    slug: str
    name: str
    nation: str
    calendar: str
    languages: tuple[str, ...] = ("en",)
    stage: tuple[Stage, ...]
    duty: tuple[Duty, ...]
    term: tuple[Term, ...] = ()
    requirement: tuple[Requirement, ...] = ()
    content: tuple[ContentRule, ...] = ()
    ombudsman: tuple[Ombudsman, ...]
    emergency: tuple[EmergencyLine, ...] = ()

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        require_possible(self.stage, self.duty)
        return self


class Landlord(Value):
    """A landlord's own rules: one file of ``config/landlords``. Left-out parts are its regime's."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    short_name: str
    prefix: Annotated[str, AfterValidator(checked_prefix)]
    nation: str
    calendar: str
    languages: tuple[str, ...] = ("en",)
    regimes: dict[Literal["housing", "other"], str]
    """The regime for housing matters; ``other`` where the landlord is a council with further services."""
    phone: str
    email: str = ""
    website: str = ""
    post: str = ""
    hours: str = ""
    closures: dict[Annotated[date, BeforeValidator(_written_day)], Annotated[str, Field(min_length=1)]] = Field(
        default_factory=dict
    )
    """Its own closing days and why: its own promises wait for them, no regime's clock does."""
    receipt: Receipt = Receipt()
    """When what comes late in the day, or on a day off, counts as received: at once, unless it says otherwise."""
    emergency_phone: str
    teams: dict[str, str]
    """``sorting`` and ``complaints`` at least, then ``repairs``, ``safety``, ``feedback`` or topics."""
    kind: tuple[KindName, ...] = ()
    stage: tuple[Stage, ...] = ()
    duty: tuple[Duty, ...] = ()
    term: tuple[Term, ...] = ()
    requirement: tuple[Requirement, ...] = ()
    content: tuple[ContentRule, ...] = ()
    ombudsman: tuple[Ombudsman, ...] = ()
    emergency: tuple[EmergencyLine, ...] = ()
    area: tuple[Area, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if missing := {"sorting", "complaints"} - self.teams.keys():
            raise ValueError(f"teams names {' and '.join(sorted(missing))}")
        if "housing" not in self.regimes:
            raise ValueError("regimes names the regime for housing")
        names = [each.name for each in self.area]
        if twice := {each for each in names if names.count(each) > 1}:
            raise ValueError(f"two areas are called {twice.pop()}")
        require_possible(self.stage, self.duty)
        return self


class Law(Value):
    """What binds every landlord in the same way: ``config/law.toml``."""

    clock: tuple[LawfulClock, ...] = ()
    term: tuple[Term, ...] = ()
    """Routes that are open under every policy."""


class Policy(Value):
    """What a landlord promises. ``version`` is the hash of the merged rules, stored with each decision."""

    slug: str
    name: str
    short_name: str = ""
    prefix: str
    languages: tuple[str, ...] = ("en",)
    nation: str = "england"
    calendar: str = "england-and-wales"
    regime: str
    """The regime for housing matters."""
    other_regime: str = ""
    """The regime for a council's further services; empty where there are none."""
    area: str = ""
    """The area for whose homes it holds; empty: all that are in none."""
    receipt: Receipt = Receipt()
    areas: tuple[Area, ...] = ()
    """Where the landlord has homes under other regimes."""
    phone: str
    email: str = ""
    website: str = ""
    post: str = ""
    hours: str = ""
    closures: tuple[Holiday, ...] = ()
    """The landlord's own closing days, in order."""
    emergency_phone: str = ""
    teams: dict[str, str]
    kinds: tuple[KindName, ...] = ()
    stages: tuple[Stage, ...] = ()
    duties: tuple[Duty, ...] = ()
    terms: tuple[Term, ...] = ()
    """The landlord's own; what its regimes and the law say is in ``regime_terms``."""
    regime_terms: tuple[Term, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    """The landlord's first, then its regimes'."""
    contents: tuple[ContentRule, ...] = Field(default=(), repr=False)
    """What letters carry: as the landlord asks, then its regimes, then what every letter should have."""
    lawful_clocks: tuple[LawfulClock, ...] = ()
    """The law's own, for special matters, whatever the policy says."""
    ombudsmen: dict[str, Ombudsman]
    """By matter: ``housing``, and ``other`` where a council has further services."""
    emergency: dict[str, EmergencyLine] = Field(default_factory=dict)
    speech: Speech | None = Field(default=None, repr=False, exclude=True)
    """How staff speak in letters: no rule of the policy, so that it is not in its version."""
    version: str = ""

    def ombudsman(self, matter: str = "housing") -> Ombudsman:
        """Whom to name in a message about a matter."""
        return self.ombudsmen.get(matter) or self.ombudsmen["housing"]

    def stage(self, number: int) -> Stage | None:
        """The stage with a number, if this procedure has one."""
        return next((stage for stage in self.stages if stage.number == number), None)

    def team_for(self, kind: Kind, topic: Topic = Topic.OTHER) -> str:
        """The team that a new case goes to: complaints to the complaints team, else by topic, else to the sorters."""
        if kind is Kind.COMPLAINT:
            return self.teams["complaints"]
        if kind in {Kind.COMPLIMENT, Kind.COMMENT}:
            return self.teams.get("feedback", self.teams["complaints"])
        if topic in self.teams:
            return self.teams[topic]
        return self.teams.get("repairs", self.teams["sorting"]) if topic in _REPAIRS else self.teams["sorting"]

    def term_values(self, name: TermName) -> tuple[str, ...]:
        """What the landlord's own policy says under a name."""
        return tuple(term.value for term in self.terms if term.name is name)

    def demands(self, must: Must, *, stage: int, matter: str = "housing") -> tuple[Requirement, ...]:
        """The requirements of that name which hold at a stage, the landlord's own first."""
        return tuple(
            each
            for each in self.requirements
            if each.must is must and (not each.stages or stage in each.stages) and each.matter in {"any", matter}
        )

    def stage_name(self, number: int, language: str = "en") -> str:
        """As the policy writes it; in Welsh by its number, as policies give their names in English only."""
        stage = self.stage(number)
        if stage is None:
            return ""
        return f"Cam {number}" if language == "cy" else stage.name

    def emergency_line(self, hazard: str) -> EmergencyLine | None:
        """The public number for a danger in this nation: carbon monoxide goes to the gas emergency service."""
        return self.emergency.get("gas" if hazard == Hazard.CARBON_MONOXIDE else hazard)


_REPAIRS: Final = frozenset(
    {Topic.REPAIRS, Topic.DAMP_MOULD, Topic.HEATING_HOT_WATER, Topic.PLANNED_WORKS, Topic.ADAPTATIONS, Topic.SAFETY}
)


def merge(
    landlord: Mapping[str, Any],
    regimes: Mapping[str, Mapping[str, Any]],
    law: Law | None = None,
    checklist: Checklist | None = None,
    area: str = "",
) -> Policy:
    """The landlord's rules over its regimes', and the law's clocks beside both.

    Stages are the landlord's where it names any. Duties are all kept, the landlord's first: two clocks on one duty are
    two duties. Ombudsmen and emergency numbers are the landlord's where it restates them.

    Args:
        landlord: the content of its file.
        regimes: by matter (``housing``, ``other``), the content of the regime's file.
        law: what binds every landlord in the same way.
        checklist: what every letter should carry.
        area: for whose homes; ``regimes`` are that area's then.

    Raises:
        pydantic.ValidationError: an unknown key, a missing basis, or an impossible value.
        KeyError: the landlord has no such area.
    """
    own = in_area(Landlord.model_validate(landlord), area)
    by_matter = {matter: Regime.model_validate(regimes[matter]) for matter in own.regimes}
    housing = by_matter["housing"]
    policy = Policy(
        **own.model_dump(include=set(_SHARED)),
        regime=housing.slug,
        area=area,
        areas=own.area,
        receipt=own.receipt,
        other_regime=by_matter["other"].slug if "other" in by_matter else "",
        closures=tuple(Holiday(day=day, name=name) for day, name in sorted(own.closures.items())),
        kinds=own.kind,
        stages=own.stage or housing.stage,
        duties=tuple(_duties(own, by_matter)),
        terms=own.term,
        regime_terms=(*(term for regime in by_matter.values() for term in regime.term), *(law.term if law else ())),
        requirements=tuple(_requirements(own, by_matter)),
        contents=(*_contents(own, by_matter), *(checklist.content if checklist else ())),
        lawful_clocks=law.clock if law else (),
        ombudsmen=_ombudsmen(own, by_matter),
        emergency={line.hazard: line for line in (*housing.emergency, *own.emergency)},
    )
    return policy.model_copy(update={"version": _version(policy)})


def in_area(own: Landlord, name: str) -> Landlord:
    """A landlord's rules as they hold in one of its areas; as they are without a name.

    The Ombudsman and the emergency numbers that it restates are those of its own nation: an area has its regime's.

    Raises:
        KeyError: it has no such area.
    """
    if not name:
        return own
    area = {each.name: each for each in own.area}[name]
    named = {"nation": area.nation, "calendar": area.calendar, "regimes": area.regimes}
    return own.model_copy(update={**named, "ombudsman": (), "emergency": ()})


def regime_policy(regime: Mapping[str, Any]) -> Policy:
    """A regime as the policy of a landlord that says nothing itself, for ``timeline --regime`` and for checks.

    Raises:
        pydantic.ValidationError: as of ``merge``.
    """
    rules = Regime.model_validate(regime)
    bare = {
        "slug": rules.slug,
        "name": rules.name,
        "short_name": rules.name,
        "prefix": "REG",
        "nation": rules.nation,
        "calendar": rules.calendar,
        "languages": rules.languages,
        "regimes": {"housing": rules.slug},
        "phone": "-",
        "emergency_phone": "-",
        "teams": {"sorting": "the complaints team", "complaints": "the complaints team"},
    }
    return merge(bare, {"housing": regime})


_SHARED: Final = frozenset(
    {
        *("slug", "name", "short_name", "prefix", "languages", "nation", "calendar", "phone", "email", "website"),
        *("post", "hours", "emergency_phone", "teams"),
    }
)


def _duties(own: Landlord, by_matter: Mapping[Any, Regime]) -> list[Duty]:
    stages = {stage.number: stage.team for stage in (own.stage or by_matter["housing"].stage)}

    def owned(duty: Duty, source: str, matter: Matter) -> Duty:
        owner = duty.owner or stages.get(duty.stage) or own.teams["complaints"]
        return duty.model_copy(update={"source": source, "owner": owner, "matter": matter})

    found = [owned(duty, "landlord", duty.matter) for duty in own.duty]
    for matter, regime in by_matter.items():
        scope: Matter = "any" if len(by_matter) == 1 else matter
        found += [owned(duty, regime.slug, scope) for duty in regime.duty]
    return found


def _requirements(own: Landlord, by_matter: Mapping[Any, Regime]) -> list[Requirement]:
    found = list(own.requirement)
    for matter, regime in by_matter.items():
        scope: Matter = "any" if len(by_matter) == 1 else matter
        found += [each.model_copy(update={"matter": scope}) for each in regime.requirement]
    return found


def _contents(own: Landlord, by_matter: Mapping[Any, Regime]) -> list[ContentRule]:
    found = list(own.content)
    for matter, regime in by_matter.items():
        scope: Matter = "any" if len(by_matter) == 1 else matter
        found += [each.model_copy(update={"matter": scope}) for each in regime.content]
    return found


def _ombudsmen(own: Landlord, by_matter: Mapping[Any, Regime]) -> dict[str, Ombudsman]:
    found = {str(matter): regime.ombudsman[0] for matter, regime in by_matter.items()}
    for each in own.ombudsman:
        found["housing" if each.matter == "any" else each.matter] = each
    return found


def _version(policy: Policy) -> str:
    content = json.dumps(policy.model_dump(mode="json", exclude={"version"}), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
