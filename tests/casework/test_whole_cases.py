"""One whole case a landlord, from the first contact to the last letter, told act by act as ``case show`` prints it."""

from datetime import date, timedelta

from casework.acts import (
    AddAction,
    AddPoint,
    ApproveRemedy,
    AssessVulnerability,
    Assign,
    Close,
    CompleteAction,
    ConfirmInWriting,
    ConsiderComment,
    Decide,
    EndDiscussion,
    Escalate,
    HandleSpecially,
    Investigate,
    IssueDraft,
    LogContact,
    OfferDiscussion,
    OfferMediation,
    ProposeRemedy,
    RecordComment,
    RecordLearning,
    RecordOutcomeSought,
    ResolveQuickly,
    SendOutcome,
    SetKind,
    StateFault,
    WishForComplaint,
)
from casework.acts_letters import WritePart
from casework.acts_parties import AddParty, CheckAuthority, RecordAuthority, SetWishes
from casework.acts_promising import Cause, NameCause, SendUpdate
from casework.acts_routes import SetRoute
from casework.acts_special import EndSpecialHandling
from casework.life_parties import Evidence, Role
from casework.outcomes import ActionKind, Fault, RemedyKind, Verdict
from casework.telling import told
from domain.cases import CaseState
from domain.labels import Kind
from domain.letters import Content, LetterType
from tests.casework.cases import OWN_WORDS, RECEIVED, STAFF, Told
from tests.casework.lettered import composed, said

NAMES = {each.id: each.name for each in STAFF.values()}
HEATERS = ProposeRemedy(
    remedy="heaters",
    kind=RemedyKind.PAYMENT,
    what="for the heaters of a cold week",
    pence=10_000,
    proportionate_because="a week of electric heaters",
)
SORRY = ProposeRemedy(
    remedy="sorry", kind=RemedyKind.APOLOGY, what="We are sorry.", proportionate_because="a week without heating"
)


def story(case: Told) -> list[str]:
    """The case in sentences; each act has one of its own."""
    sentences = [told(done, NAMES) for done in case.record]
    assert not any(" noted: " in each for each in sentences)
    return sentences


def look_into(case: Told, verdict: Verdict, *, by: str = "mia", point: str = "boiler", fresh: bool = False) -> None:
    """Talk, look into it and decide."""
    if not fresh:
        case.do(RecordOutcomeSought(words="a boiler that works"), by=by)
        case.do(AddPoint(point=point, words="no heating for a week"), by=by)
    case.do(LogContact(at=case.now, way="phone", reached=True, discussed=True), by=by)
    case.do(Investigate(point=point, findings="Two visits were missed."), by=by)
    case.do(Decide(point=point, verdict=verdict, reasons="The log of visits shows it."), by=by)
    case.do(StateFault(fault=Fault.NO if verdict is Verdict.NOT_UPHELD else Fault.YES), by=by)
    case.do(RecordLearning(words="Visits are confirmed the day before."), by=by)
    write(case, by=by)


def write(case: Told, *, by: str = "mia", letter: LetterType = LetterType.OUTCOME) -> None:
    """What only a person can write into an answer."""
    for content, words in OWN_WORDS.items():
        case.do(WritePart(letter=letter, content=content, words=words), by=by)


def answer(case: Told, *, by: str = "mia", way: str = "email", to: str = "") -> None:
    """The stage's answer leaves; its letter lacks nothing that is demanded."""
    case.do(SendOutcome(at=case.now, way=way, to=to), by=by)
    assert composed(case).is_whole


def test_ccbc_3_ccbc_24_ccbc_25_a_case_goes_from_request_to_after_service_in_welsh_and_by_letter():
    case = Told("ccbc")
    case.do(AddParty(party="ann", role=Role.COMPLAINANT, name="Ann Price"), by="asha")
    case.do(SetWishes(party="ann", way="letter", language="cy"), by="asha")
    case.do(SetKind(kind=Kind.COMPLAINT))
    case.do(Assign(to=("mia",), declared_impartial=True))
    look_into(case, Verdict.UPHELD)
    case.do(SORRY, by="mia")
    case.do(
        AddAction(
            action="survey",
            kind=ActionKind.WORKS,
            what="a survey of the boiler",
            officer="max",
            contact="01632 960123",
            due_on=date(2026, 12, 1),
        ),
        by="mia",
    )
    answer(case, way="letter")
    letter = composed(case)
    assert letter.language == "cy"
    assert "Ombwdsmon" in said(case, Content.OMBUDSMAN)
    assert "Housing Ombudsman" not in letter.text
    case.do(CompleteAction(action="survey", on=case.now.date()), by="max")
    case.do(Close(), by="mia")
    assert case.life.state is CaseState.CLOSED
    assert story(case)[-1] == "Mia closed the case."


def test_pool_19_pool_33_pool_36_a_case_goes_through_quick_resolution_stage_1_and_on_day_28_to_stage_2():
    case = Told("poolplus")
    case.do(ResolveQuickly(done="The boiler was started again.", apologised=True, accepted=False), by="ben")
    case.do(WishForComplaint(words="It is off again. I want to complain.", at=case.now), by="ben")
    case.do(Assign(to=("mia",), declared_impartial=True))
    look_into(case, Verdict.NOT_UPHELD)
    case.do(NameCause(cause=Cause.NOT_PROVIDED), by="mia")
    answer(case)
    assert "28" in said(case, Content.ESCALATION_WINDOW)
    case.now = RECEIVED + timedelta(days=28)
    case.do(Escalate(at=case.now), by="asha")
    assert any("had a part" in each.words for each in case.refused(Assign(to=("mia",), declared_impartial=True)))
    case.do(Assign(to=("dee",), declared_impartial=True))
    look_into(case, Verdict.UPHELD, by="dee", fresh=True)
    case.do(SORRY, by="dee")
    case.do(HEATERS, by="dee")
    answer(case, by="dee")
    assert case.life.stage.number == 2
    assert "Housing Ombudsman" in said(case, Content.OMBUDSMAN)
    case.do(Close(), by="dee")
    assert story(case)[0] == ("Ben put it right there and then: The boiler was started again.; apologised.")


def test_council_11_council_12_council_30_a_case_is_answered_by_telephone_and_confirmed_in_writing():
    case = Told("council")
    case.do(Assign(to=("mia",), declared_impartial=True))
    case.do(OfferDiscussion(at=case.now), by="mia")
    case.do(EndDiscussion(how="held", at=case.now, note="She wants a date for the fan."), by="mia")
    look_into(case, Verdict.NOT_UPHELD)
    case.do(SendOutcome(at=case.now, way="phone"), by="mia")
    assert any("confirm it in writing" in each.words for each in case.refused(Close(), by="mia"))
    write(case, letter=LetterType.CONFIRMATION)
    case.do(ConfirmInWriting(at=case.now), by="mia")
    assert composed(case, LetterType.CONFIRMATION).is_whole
    case.do(Close(), by="mia")


def test_council_31_council_32_council_34_council_37_a_case_is_answered_by_draft_and_comments():
    case = Told("council")
    case.do(Assign(to=("mia",), declared_impartial=True))
    for day in range(2):
        case.now = RECEIVED + timedelta(days=day)
        case.do(LogContact(at=case.now, way="phone", reached=False), by="mia")
    case.do(RecordOutcomeSought(words="a boiler that works"), by="mia")
    case.do(AddPoint(point="boiler", words="no heating for a week"), by="mia")
    case.do(Investigate(point="boiler", findings="Two visits were missed."), by="mia")
    case.do(Decide(point="boiler", verdict=Verdict.NOT_UPHELD, reasons="The log of visits shows it."), by="mia")
    case.do(StateFault(fault=Fault.NO), by="mia")
    case.do(RecordLearning(words="Visits are confirmed the day before."), by="mia")
    write(case, letter=LetterType.DRAFT)
    case.do(IssueDraft(at=case.now, because="nobody was reached on two days"), by="mia")
    assert "draft" in composed(case, LetterType.DRAFT).opening
    case.do(RecordComment(comment="letter of Monday", at=case.now), by="asha")
    case.do(ConsiderComment(comment="letter of Monday", how="The date was mended."), by="mia")
    case.do(EndDiscussion(how="declined", at=case.now), by="mia")
    write(case)
    case.now = RECEIVED + timedelta(days=12)
    answer(case)
    case.do(Close(), by="mia")


def test_cestria_39_cestria_42_a_case_goes_by_two_stages_to_the_panel_of_the_board():
    case = Told("cestria")
    case.do(Assign(to=("mia",), declared_impartial=True))
    look_into(case, Verdict.NOT_UPHELD)
    case.do(OfferMediation(answer="declined"), by="mia")
    answer(case)
    for people in (("dee",), ("cath", "vic", "bo")):
        case.now += timedelta(days=5)
        case.do(Escalate(at=case.now), by="asha")
        case.do(Assign(to=people, declared_impartial=True))
        look_into(case, Verdict.NOT_UPHELD, by=people[0], fresh=True)
        case.do(OfferMediation(answer="declined"), by=people[0])
        answer(case, by=people[0])
    assert case.life.stage.number == 3
    assert "Housing Ombudsman" in said(case, Content.OMBUDSMAN)
    case.do(Close(), by="cath")


def test_cestria_47_an_alleged_crime_goes_straight_to_the_director():
    case = Told("cestria", facts={"flags": frozenset({"allegation:crime"})})
    reasons = "The ring was gone after his visit."
    case.do(SetRoute(route="crime", stage=2, reasons=reasons, at=case.now), by="mia")
    assert case.life.stage.number == 2
    case.do(Assign(to=("dee",), declared_impartial=True), by="dan")
    look_into(case, Verdict.NOT_UPHELD, by="dee")
    case.do(OfferMediation(answer="declined"), by="dee")
    answer(case, by="dee")


def test_cestria_52_cestria_54_compensation_has_the_yes_of_director_and_chief_executive_with_the_chair_asked():
    case = Told("cestria")
    case.do(Assign(to=("mia",), declared_impartial=True))
    look_into(case, Verdict.UPHELD)
    case.do(OfferMediation(answer="declined"), by="mia")
    case.do(HEATERS, by="mia")
    case.do(ApproveRemedy(remedy="heaters"), by="dee")
    case.do(ApproveRemedy(remedy="heaters", consulted="cath", view="It is fair."), by="chi")
    answer(case)
    assert "£100" in said(case, Content.REMEDY)
    assert "Chi approved the remedy heaters; asked Cath: It is fair." in story(case)


def test_group_16_group_34_group_36_a_daughter_writes_and_the_case_is_handled_specially_after_an_assessment():
    case = Told("group", facts={"needs_support": True})
    case.do(AddParty(party="ann", role=Role.COMPLAINANT, name="Ann Price"), by="asha")
    case.do(AddParty(party="beth", role=Role.REPRESENTATIVE, name="Beth Price"), by="asha")
    early = HandleSpecially(reasons="She cannot read for long.", review_on=date(2026, 12, 14))
    assert case.refused(early, by="mia")
    case.do(AssessVulnerability(found="She is nearly blind.", support="Calls, and large print."), by="mia")
    case.do(early, by="mia")
    case.do(Assign(to=("mia",), declared_impartial=True))
    look_into(case, Verdict.NOT_UPHELD)
    case.do(SendUpdate(at=case.now, way="phone", words="We still look into it."), by="mia")
    to_beth = SendOutcome(at=case.now, way="email", to="beth")
    assert any("no authority" in each.words for each in case.refused(to_beth, by="mia"))
    shown = RecordAuthority(
        party="beth", for_party="ann", evidence=Evidence.PHONE_CALL, from_at=case.now, note="This case, by call back."
    )
    case.do(shown, by="mia")
    case.do(CheckAuthority(party="beth", shown=True, wanted=True, how="rang Ann"), by="mia")
    answer(case, to="beth")
    case.do(EndSpecialHandling(reasons="It is answered."), by="mia")
    case.do(Close(), by="mia")
    assert "Asha added somebody (beth, representative): Beth Price." in story(case)
