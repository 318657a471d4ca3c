"""A mixed message split by a person, two cases about one matter joined, and both undone: what the rules say of it."""

from datetime import timedelta

import pytest

from casework.acts import Act, AddPoint, Close, Decide, Escalate, Investigate, Reopen, SendOutcome, WishForComplaint
from casework.acts_sorting import GiveBack, JoinCase, MovedPoint, SplitCase, SplitFrom, TakeIn, UndoJoin
from casework.dossier import OtherCase
from casework.fold import after, begun
from casework.life import Done, Life
from casework.outcomes import Verdict
from domain.cases import CaseState
from domain.labels import Kind
from tests.casework.cases import RECEIVED, Told, investigated

OTHER = "CES-26-00002K"
EARLIER = RECEIVED - timedelta(days=3)
JOIN = JoinCase(into=OTHER, reason="the same boiler")


def two_points() -> Told:
    """A complaint about two things."""
    case = Told("poolplus")
    case.do(AddPoint(point="letting", words="I was left out of the shortlist"))
    case.do(AddPoint(point="banding", words="my band is wrong"))
    return case


def folded(life: Life, *acts: Act) -> Life:
    """The life after what the program puts down."""
    for act in acts:
        life = after(life, Done(act=act, by="asha", at=RECEIVED))
    return life


def taken(**fields: object) -> TakeIn:
    """A case of three days earlier comes in."""
    given = {"of": OTHER, "received_at": EARLIER, "own_received_at": RECEIVED, "kind": Kind.COMPLAINT}
    return TakeIn.model_validate(given | fields)


def test_pool_11_what_is_about_banding_is_split_off_and_the_rest_stays():
    case = two_points()
    case.do(SplitCase(kind=Kind.COMPLAINT, points=("banding",)))
    assert [each.id for each in case.life.points] == ["letting"]


def test_situation_1_the_praise_in_a_complaint_is_split_off_by_a_person():
    case = Told("cestria")
    case.do(SplitCase(kind=Kind.COMPLIMENT, words="Karen on the desk was lovely"))
    assert case.life.kind is Kind.COMPLAINT
    new = folded(begun(RECEIVED, Kind.COMPLIMENT), SplitFrom(of=OTHER, words="Karen was lovely", channel="twilio_sms"))
    assert (new.received_at, new.split_from, new.channel) == (RECEIVED, OTHER, "twilio_sms")


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (SplitCase(kind=Kind.COMPLAINT, points=("lift",)), "no point 'lift'"),
        (SplitCase(kind=Kind.COMPLIMENT), "say what goes"),
        (SplitCase(kind=Kind.NONE, points=("banding",)), "say what it becomes"),
        (SplitCase(kind=Kind.COMPLAINT, points=("banding", "letting")), "something has to stay"),
        (SplitFrom(of=OTHER), "put down by the program"),
        (taken(), "put down by the program"),
        (GiveBack(of=OTHER), "put down by the program"),
        (UndoJoin(reason="no"), "joined with no other"),
        (JOIN, "no case has the reference"),
    ],
)
def test_what_cannot_be_split_or_joined_says_why(act: Act, why: str):
    assert any(why in each.words for each in two_points().refused(act))


def test_what_was_decided_stays_where_it_was_decided():
    case = two_points()
    case.do(Investigate(point="banding", findings="it is right"))
    case.do(Decide(point="banding", verdict=Verdict.NOT_UPHELD, reasons="the scheme says so"))
    assert "stays here" in case.refused(SplitCase(kind=Kind.COMPLAINT, points=("banding",)))[0].words


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (OtherCase(reference=OTHER, is_this=True), "with itself"),
        (OtherCase(reference=OTHER, same_landlord=False), "another landlord's"),
        (OtherCase(reference=OTHER, state=CaseState.CLOSED), "closed"),
        (OtherCase(reference=OTHER, same_people=False), "different people"),
    ],
)
def test_two_cases_that_cannot_be_one_are_not_joined(other: OtherCase, why: str):
    assert any(why in each.words for each in Told("cestria", facts={"other": other}).refused(JOIN))


def test_situation_176_two_people_have_one_case_once_they_want_it():
    case = Told("cestria", facts={"other": OtherCase(reference=OTHER, same_people=False)})
    case.do(JOIN.model_copy(update={"consent": "both said so on the telephone"}))
    assert (case.life.state, case.life.joined_into) == (CaseState.CLOSED, OTHER)


def test_what_was_answered_is_no_duplicate():
    case = investigated("cestria", other=OtherCase(reference=OTHER))
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")
    assert "no duplicate" in case.refused(JOIN)[0].words


def test_a_joined_case_is_acted_on_where_it_goes_on():
    case = Told("cestria", facts={"other": OtherCase(reference=OTHER)})
    case.do(JOIN)
    for act in (Reopen(reason="it is not solved"), Escalate(at=RECEIVED), Close()):
        assert any(OTHER in each.words for each in case.refused(act))
    case.do(UndoJoin(reason="two boilers"))
    assert (case.life.state, case.life.joined_into) == (CaseState.OPEN, "")


def test_situation_175_the_earlier_receipt_rules_and_is_undone_with_the_join():
    life = begun(RECEIVED, Kind.COMPLAINT)
    joined = folded(life, taken(points=(MovedPoint(point="boiler", words="cold"),)))
    assert (joined.received_at, joined.stage.requested_at) == (EARLIER, EARLIER)
    assert [each.id for each in joined.points] == ["boiler"]
    assert folded(joined, GiveBack(of=OTHER)) == life


def test_points_of_the_same_name_are_kept_apart():
    life = folded(begun(RECEIVED, Kind.COMPLAINT), AddPoint(point="boiler", words="cold"))
    joined = folded(life, taken(points=(MovedPoint(point="boiler", words="still cold"),)))
    assert [each.id for each in joined.points] == ["boiler", f"{OTHER} boiler"]


def test_pool_24_a_wish_to_complain_wins_in_the_case_that_goes_on():
    life = begun(RECEIVED, Kind.SERVICE_REQUEST)
    joined = folded(life, taken(kind=Kind.COMPLAINT, wishes_complaint=True))
    assert (joined.kind, joined.wishes_complaint) == (Kind.COMPLAINT, True)
    assert folded(begun(RECEIVED, Kind.COMPLAINT), taken(kind=Kind.COMMENT)).kind is Kind.COMPLAINT
    wished = folded(life, WishForComplaint(words="complaint", at=RECEIVED), taken(kind=Kind.COMMENT))
    assert wished.kind is Kind.COMPLAINT
