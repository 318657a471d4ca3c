"""How long a send is tried for."""

from datetime import timedelta

import pytest

from scheduler.retries import WAITS, wait_after

ATTEMPTS = range(1, len(WAITS) + 1)


def never() -> float:
    """Spread nothing."""
    return 0.0


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999])
def test_a_provider_has_at_least_three_days_to_come_back(jitter: float):
    waits = [wait_after(attempt, lambda: jitter) for attempt in ATTEMPTS]
    assert sum((wait for wait in waits if wait is not None), timedelta(0)) >= timedelta(hours=72)


def test_the_first_retry_is_immediate():
    assert wait_after(1, lambda: 0.999) == timedelta(0)


def test_each_wait_is_at_least_as_long_as_the_one_before():
    waits = [wait_after(attempt, never) or timedelta(0) for attempt in ATTEMPTS]
    assert waits == sorted(waits)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_spreading_never_shortens_a_wait_and_adds_at_most_a_fifth(attempt: int):
    plain, spread = WAITS[attempt - 1], wait_after(attempt, lambda: 0.999)
    assert spread is not None
    assert plain <= spread <= plain * 1.2


def test_after_the_last_try_it_is_given_up():
    assert wait_after(len(WAITS), never) is not None
    assert wait_after(len(WAITS) + 1, never) is None
