"""A case told act by act: a sentence each, with names, dates and sums as people write them."""

from datetime import UTC, date, datetime

import pytest

from casework.acts import (
    Act,
    AddAction,
    ApproveRemedy,
    Assign,
    Close,
    Decide,
    LogContact,
    ProposeRemedy,
    RecordOmbudsman,
    SendOutcome,
)
from casework.life import Done
from casework.outcomes import ActionKind, RemedyKind, Verdict
from casework.telling import SENTENCES, told
from tests.casework.names import ACT_TYPES

AT = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)
NAMES = {"mia": "Mia Hughes", "cath": "Cath Rees"}


def sentence(act: Act, by: str = "mia") -> str:
    return told(Done(act=act, by=by, at=AT), NAMES)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (Assign(to=("mia", "cath")), "Mia Hughes gave this stage to Mia Hughes, Cath Rees."),
        (
            LogContact(at=AT, way="phone", reached=True, note="She asks for a date."),
            "Mia Hughes tried to reach them by phone, 10:15am on Monday 9 November 2026, and did: She asks for a date.",
        ),
        (
            Decide(point="heat", verdict=Verdict.PARTLY_UPHELD, reasons="We came late."),
            "Mia Hughes decided heat: partly upheld. We came late.",
        ),
        (
            ProposeRemedy(remedy="r1", kind=RemedyKind.PAYMENT, what="for the cold week", pence=5050),
            "Mia Hughes proposed a remedy (r1, payment): for the cold week, £50.50.",
        ),
        (
            ApproveRemedy(remedy="r1", consulted="cath", view="fair"),
            "Mia Hughes approved the remedy r1; asked Cath Rees: fair.",
        ),
        (
            AddAction(
                action="a1",
                kind=ActionKind.WORKS,
                what="a new fan",
                officer="Jo",
                contact="01632 960400",
                due_on=date(2026, 12, 1),
            ),
            "Mia Hughes promised (a1, works): a new fan by Tuesday 1 December 2026, Jo, 01632 960400.",
        ),
        (SendOutcome(at=AT, way="email"), "Mia Hughes sent the outcome by email, 10:15am on Monday 9 November 2026."),
        (RecordOmbudsman(what="referred"), "Mia Hughes noted of the Ombudsman: referred."),
        (Close(), "Mia Hughes closed the case."),
    ],
)
def test_an_act_is_told_in_a_sentence(act: Act, words: str):
    assert sentence(act) == words


def test_whoever_is_not_on_the_list_of_names_is_told_by_their_id():
    assert sentence(Close(), by="zoe") == "zoe closed the case."


@pytest.mark.parametrize("name", sorted(ACT_TYPES))
def test_every_act_has_a_sentence_that_names_its_fields(name: str):
    pieces = SENTENCES[name]
    fields = dict.fromkeys(ACT_TYPES[name].model_fields, "x")
    assert "{" not in "".join(piece[1] if isinstance(piece, tuple) else piece for piece in pieces).format_map(fields)
    assert {piece[0] for piece in pieces if isinstance(piece, tuple)} <= set(fields)
