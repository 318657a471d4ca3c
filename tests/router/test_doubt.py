"""A message that is not understood for sure is answered and sorted, never met with silence (invariants 4 and 9)."""

import pytest

from domain.labels import Intent, Kind
from router.decide import decide
from tests.builders import ANN_MAIL, a_situation
from tests.router.looking import opened_as, said_by, tasks_of


@pytest.mark.parametrize("intent", [Intent.UNCLEAR, Intent.FOLLOW_UP, Intent.SPAM])
def test_what_may_be_nothing_or_spam_opens_a_case_while_there_is_a_doubt(intent: Intent):
    decision = decide(
        a_situation(
            "The kitchen was fitted badly. Please treat this as a complaint.",
            sender=ANN_MAIL,
            kind=Kind.NONE,
            intent=intent,
            sure=False,
        )
    )
    assert opened_as(decision) is not None
    assert said_by(decision) == ("a1_lite",)
    assert "sort" in tasks_of(decision)


def test_situation_022_spam_that_is_plainly_spam_opens_nothing():
    decision = decide(a_situation("Check out my shop", sender=ANN_MAIL, kind=Kind.NONE, intent=Intent.SPAM))
    assert (opened_as(decision), said_by(decision)) == (None, ())
