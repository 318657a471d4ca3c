"""A case as it stands in the database, with all that an act on it needs, and its clocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping

from casework.acts import Act
from casework.clocks import clocks
from casework.fold import begun, lived
from casework.life import Done, Life
from casework.life_hazards import HazardLife
from casework.people import Role
from domain.areas import area_of
from domain.duties import DutyRow
from domain.labels import Hazard, Kind
from scheduler.node import LandlordSetup, Node
from scheduler.parties import parties_of
from store.case_acts import acknowledged_stages, danger_clocks, first_channel, load_acts, told_stages
from store.case_parties import party_rows
from store.case_writes import hold_case
from store.casefile import find_case

ACTS: Final[TypeAdapter[Act]] = TypeAdapter(Act)
_KNOWN: Final = frozenset({"received", "hazard_known", "hazard_emergency"})
"""What a danger's first clocks count from."""
_EMERGENCY: Final = "hazard_safe"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case with all that an act on it needs."""

    row: RowMapping
    life: Life
    acts: int
    acknowledged: Mapping[int, datetime]
    told: Mapping[int, datetime]
    """When the tenant had each stage's outcome in hand, where a provider said so."""
    channel: str


def stands(tx: Connection, reference: str, *, hold: bool = False) -> Standing:
    """A case as it stands, found by any spelling of its reference; held until the transaction ends if so wished.

    Raises:
        NotFound: there is no such case.
    """
    row = find_case(tx, reference)
    if hold:
        row = hold_case(tx, row["id"])
    acts = load_acts(tx, row["id"])
    first = acts[0] if acts else None
    kind, stage = (first["kind_before"], first["stage_before"]) if first else (row["kind"], row["stage"])
    people = parties_of(party_rows(tx, row["id"]))
    dangers = _dangers(row, danger_clocks(tx, row["id"]))
    start = begun(
        row["received_at"],
        Kind(kind),
        stage=stage,
        hazards=dangers,
        proposed_stage=row["proposed_stage"],
        parties=people,
    )
    life = lived(start, map(_done, acts))
    # A message may have made it more since (a choice to complain): the row knows.
    life = life.model_copy(update={"kind": Kind(row["kind"]), "kind_confirmed": row["kind_confirmed"]})
    return Standing(
        row=row,
        life=life,
        acts=len(acts),
        acknowledged=acknowledged_stages(tx, row["id"]),
        told=told_stages(tx, row["id"]),
        channel=life.channel or first_channel(tx, row["id"]),
    )


def setup_for(node: Node, case: RowMapping, life: Life | None = None) -> LandlordSetup:
    """The landlord as it is where a case's home is; ``life``: after an act that the row does not show yet."""
    said = life.area if life else None
    return node.landlords[case["landlord"]].of(area_of(case["flags"]) if said is None else said)


def clocks_of(
    standing: Standing, setup: LandlordSetup, life: Life, events: Mapping[str, datetime]
) -> tuple[DutyRow, ...]:
    """The clocks of the case's stages."""
    matter = standing.row["matter"]
    return clocks(life, setup.policy, setup.calendar, events, channel=standing.channel, matter=matter)


def _done(row: RowMapping) -> Done:
    return Done(
        act=ACTS.validate_python(row["act"]),
        by=row["by"],
        roles=frozenset(Role(role) for role in row["roles"]),
        at=row["at"],
    )


def _dangers(row: RowMapping, clocks_there: Iterable[RowMapping]) -> tuple[HazardLife, ...]:
    """The dangers that the case's messages told of, since when the landlord knows, and which are emergencies."""
    known: dict[Hazard, datetime] = {}
    emergencies: dict[Hazard, datetime] = {}
    for clock in clocks_there:
        if clock["about"] in set(Hazard) and clock["counted_from"] in _KNOWN:
            hazard = Hazard(clock["about"])
            known.setdefault(hazard, clock["from_at"])
            if clock["name"] == _EMERGENCY:
                emergencies.setdefault(hazard, clock["from_at"])
    for flag in row["flags"]:
        name, _, hazard = flag.partition(":")
        if name == "hazard":
            known.setdefault(Hazard(hazard), row["received_at"])
    return tuple(
        HazardLife(hazard=hazard, known_at=known[hazard], emergency_at=emergencies.get(hazard))
        for hazard in sorted(known, key=lambda each: each.value)
    )
