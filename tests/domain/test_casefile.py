"""Authority: without one in force nothing personal goes to a representative."""

from datetime import timedelta

import pytest

from domain.casefile import Authority
from domain.labels import AuthorityShown
from tests.builders import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize("evidence", [AuthorityShown.STATED, AuthorityShown.ATTACHED])
def test_shown_and_confirmed_it_is_in_force(evidence: AuthorityShown):
    assert Authority(on_behalf_of="Grace", evidence=evidence, confirmed=True).is_in_force(NOW)


@pytest.mark.parametrize(
    "given",
    [
        {"confirmed": False},
        {"evidence": AuthorityShown.ABSENT},
        {"evidence": AuthorityShown.NOT_APPLICABLE},
        {"valid_from": NOW + DAY},
        {"valid_until": NOW},
    ],
)
def test_unconfirmed_unshown_too_early_or_run_out_it_is_not(given: dict[str, object]):
    good = {"on_behalf_of": "Grace", "evidence": AuthorityShown.ATTACHED, "confirmed": True}
    assert not Authority(**(good | given)).is_in_force(NOW)
