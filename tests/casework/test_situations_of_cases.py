"""Rows of ``situations.md`` whose right behaviour is a person's act on a case, and what the case makes of it."""

from datetime import date, timedelta

import pytest

from casework.acts import (
    AssessVulnerability,
    Assign,
    ConsiderComment,
    Escalate,
    HandleSpecially,
    IssueDraft,
    RecordComment,
    SendOutcome,
)
from casework.acts_letters import WritePart
from casework.acts_parties import AddParty, SetWishes
from casework.life_parties import Role
from casework.receiving import may_receive
from domain.letters import Content, LetterType
from tests.casework.cases import RECEIVED, STAFF, Told, investigated
from tests.casework.lettered import composed, said

OUTCOME = SendOutcome(at=RECEIVED, way="email")


def answered(landlord: str) -> Told:
    case = investigated(landlord)
    case.do(OUTCOME, by="mia")
    return case


def drafted() -> Told:
    """A draft of the council's that waits for comments."""
    case = investigated("council")
    words = WritePart(letter=LetterType.DRAFT, content=Content.BACKGROUND, words="The boiler stopped on Monday.")
    for content in (Content.RESPONSIBILITY, Content.REMEDIES_ANSWERED):
        case.do(words.model_copy(update={"content": content, "words": "It is ours to mend."}), by="mia")
    case.do(words, by="mia")
    case.do(IssueDraft(at=RECEIVED, because="prefers writing"), by="mia")
    return case


def test_situation_57_a_child_is_heard_and_what_is_personal_goes_to_the_tenant_alone():
    case = Told("group")
    case.do(AddParty(party="mum", role=Role.COMPLAINANT, name="Mrs Price"), by="mia")
    case.do(AddParty(party="sam", role=Role.REPRESENTATIVE, name="Sam Price"), by="mia")
    sam, mum = case.life.party("sam"), case.life.party("mum")
    assert sam
    assert mum
    assert may_receive(case.dossier(), sam, "personal")
    assert may_receive(case.dossier(), mum, "personal") == ""


@pytest.mark.parametrize("landlord", ["poolplus", "council", "cestria", "group"])
def test_situation_91_a_question_after_the_answer_is_stage_2_where_a_person_says_so_and_no_reason_is_asked(
    landlord: str,
):
    case = answered(landlord)
    before = case.life.stage.number
    case.do(Escalate(at=case.now), by="mia")
    assert case.life.stage.number == before + 1


def test_situation_101_corrections_after_the_time_for_them_are_considered_before_the_final_answer():
    case = drafted()
    case.now = RECEIVED + timedelta(days=9)
    case.do(RecordComment(comment="mail of the 18th", at=case.now), by="asha")
    assert "COUNCIL-37" in {each.clause for each in case.refused(OUTCOME, by="mia")}
    case.do(ConsiderComment(comment="mail of the 18th", how="The date was mended."), by="mia")
    assert "COUNCIL-37" not in case.clauses(OUTCOME, by="mia")


def test_situation_102_a_yes_to_the_draft_sends_nothing_by_itself():
    case = drafted()
    case.do(RecordComment(comment="yes, happy with that", at=case.now), by="asha")
    assert case.life.stage.outcome_at is None
    assert "COUNCIL-37" in {each.clause for each in case.refused(OUTCOME, by="mia")}


def test_situation_173_whoever_a_colleagues_mail_is_about_is_made_a_party_by_a_person():
    case = Told("cestria")
    case.do(AddParty(party="ann", role=Role.COMPLAINANT, name="Ann Smith"), by="asha")
    ann = case.life.party("ann")
    assert ann
    assert may_receive(case.dossier(), ann, "personal") == ""


@pytest.mark.parametrize("situation", ["182 found in the junk after three weeks", "209 handed to the caretaker"])
def test_situation_182_and_209_the_acknowledgement_says_sorry_for_the_delay_in_a_persons_words(situation: str):
    case = Told("cestria")
    case.do(Assign(to=("mia",), declared_impartial=True))
    sorry = "We are sorry that your message lay unread."
    case.do(WritePart(letter=LetterType.ACKNOWLEDGEMENT, content=Content.APOLOGY, words=sorry), by="mia")
    assert said(case, Content.APOLOGY, LetterType.ACKNOWLEDGEMENT) == sorry, situation
    assert case.life.received_at == RECEIVED


def test_situation_198_a_wish_to_be_rung_after_three_stands_before_whoever_takes_the_case_on():
    case = Told("group")
    case.do(AddParty(party="joe", role=Role.COMPLAINANT, name="Joe"), by="mia")
    case.do(SetWishes(party="joe", way="phone", mind="Ring after 3pm only: works nights."), by="mia")
    told = case.do(Assign(to=("mia",), declared_impartial=True)).warnings
    assert "Joe: Ring after 3pm only" in " ".join(each.words for each in told)


def test_situation_200_202_a_contact_plan_has_reasons_a_review_and_an_assessment_and_takes_nothing_off_the_clocks():
    case = Told("group")
    plan = HandleSpecially(reasons="One named contact; a reply each Friday.", review_on=date(2026, 12, 9))
    assert {each.clause for each in case.refused(plan, by="mia")} == {"GROUP-36"}
    case.do(AssessVulnerability(found="asked; none known", support="one named contact"), by="mia")
    case.do(plan, by="mia")
    assert case.life.special is not None
    assert case.life.special.reviews == (date(2026, 12, 9),)
    assert case.life.stage.requested_at == RECEIVED


def test_situation_213_council_4_the_tenant_is_told_the_name_of_the_new_handler():
    case = investigated("council")
    case.do(Assign(to=("ben",), declared_impartial=True), by="dee")
    assert STAFF["ben"].name in said(case, Content.HANDLER, LetterType.ACKNOWLEDGEMENT)


def test_situation_214_the_letter_about_more_time_has_the_reason_and_the_ombudsman():
    letter = composed(investigated("cestria"), LetterType.EXTENSION)
    assert letter.part(Content.OMBUDSMAN)
    assert "write why it takes longer" in {each.words for each in letter.missing if each.blocks}
