"""Who hears each day of what is overdue."""

from datetime import datetime

import pytest

from casework.overdue import told_of_overdue, working_days_late
from domain.uktime import local_instant
from tests.builders import a_policy, calendars

POLICY = a_policy("cestria")
CHRISTMAS_EVE = datetime.fromisoformat("2026-12-24T23:59:59+00:00")


@pytest.mark.parametrize(
    ("day", "late"),
    [("2026-12-24", 0), ("2026-12-25", 0), ("2026-12-28", 0), ("2026-12-29", 1), ("2026-12-31", 3), ("2027-01-04", 4)],
)
def test_only_working_days_make_it_later(day: str, late: int):
    now = local_instant(datetime.fromisoformat(day).date(), datetime.min.time().replace(hour=9))
    assert working_days_late(calendars()["england-and-wales"], CHRISTMAS_EVE, now) == late


@pytest.mark.parametrize(
    ("stage", "days_late", "told"),
    [
        (0, 1, ("Housing", "the relevant Service Manager")),
        (1, 2, ("Housing", "the relevant Service Manager")),
        (1, 3, ("Housing", "the relevant Service Manager", "the relevant Director")),
        (3, 9, ("Housing", "Chair, Vice Chair and one other Board member")),
    ],
)
def test_the_role_of_the_stage_hears_and_from_the_third_day_the_next(stage: int, days_late: int, told: tuple[str, ...]):
    assert told_of_overdue(POLICY, owner="Housing", stage=stage, days_late=days_late) == told


def test_nobody_hears_twice():
    owner = "the relevant Service Manager"
    assert told_of_overdue(POLICY, owner=owner, stage=1, days_late=1) == (owner,)
