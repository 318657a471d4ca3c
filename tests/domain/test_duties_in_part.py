"""A part of what is owed, asked for to spare work, is the same as that part of the whole."""

from datetime import datetime
from functools import partial

import pytest

from app.configuration import ConfigurationFolder, load_calendars, load_policies, load_regime
from domain.duties import duties_owed
from domain.labels import Hazard, Kind
from domain.policies import Policy
from domain.uktime import LONDON

FOLDER = ConfigurationFolder()
CALENDARS = load_calendars(FOLDER)
POLICIES = load_policies(FOLDER) | {slug: load_regime(FOLDER, slug) for slug in FOLDER.names("regimes", ".toml")}
RECEIVED = datetime(2026, 11, 2, 10, 15, tzinfo=LONDON)

each_policy = pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)


@each_policy
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("event", ["raised", "acknowledged", "stage1_outcome", "escalated", "stage3_requested"])
def test_leaving_out_later_stages_changes_no_clock_of_the_earlier(policy: Policy, kind: Kind, event: str) -> None:
    ask = partial(
        duties_owed,
        policy,
        CALENDARS[policy.calendar],
        kind=kind,
        channel="email",
        received_at=RECEIVED,
        events={event: RECEIVED},
    )
    for last_stage in (0, 1, 2):
        assert ask(last_stage=last_stage) == tuple(row for row in ask() if row.stage <= last_stage)


@each_policy
@pytest.mark.parametrize("hazard", Hazard)
@pytest.mark.parametrize("emergency", [False, True])
def test_rules_b8_the_clocks_of_a_danger_are_those_that_would_not_run_without_it(
    policy: Policy, hazard: Hazard, *, emergency: bool
) -> None:
    ask = partial(
        duties_owed,
        policy,
        CALENDARS[policy.calendar],
        kind=Kind.SERVICE_REQUEST,
        channel="email",
        received_at=RECEIVED,
    )
    events = {"hazard_emergency": RECEIVED} if emergency else {}
    without = {(row.name, row.stage, row.basis) for row in ask()}
    whole = ask(hazard=hazard, events=events)
    found = tuple(row for row in whole if (row.name, row.stage, row.basis) not in without)
    assert ask(hazard=hazard, events=events, of_danger=True) == found
