"""Who is in a case, who may speak for whom, and that nothing personal reaches anybody else."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.acts import Assign, SendOutcome
from casework.acts_parties import (
    AddParty,
    CheckAuthority,
    PartyAct,
    RecordAuthority,
    RecordCapacity,
    RecordDeath,
    RecordInterest,
    SetBond,
    SetLead,
    SetWishes,
    WithdrawAuthority,
)
from casework.life_parties import SPEAKS_FOR_OTHERS, Bond, CaseParty, Evidence, Role
from casework.perform import Performed, perform
from casework.receiving import may_receive
from tests.casework.cases import RECEIVED, STAFF, Told, investigated

LANDLORDS = ("ccbc", "poolplus", "council", "cestria", "group")
ANN = AddParty(party="ann", role=Role.COMPLAINANT, name="Ann Smith")
DAUGHTER = AddParty(party="beth", role=Role.REPRESENTATIVE, name="Beth Smith")
SHOWN = RecordAuthority(
    party="beth", for_party="ann", evidence=Evidence.SIGNED_FORM, from_at=RECEIVED, note="all of this case, by letter"
)
CHECKED = CheckAuthority(party="beth", shown=True, wanted=True, how="rang Ann on the number on file")
TO_BETH = SendOutcome(at=RECEIVED, way="email", to="beth")


def a_daughters_case(landlord: str, *acts: PartyAct) -> Told:
    """Ann's complaint, ready to be answered, for which her daughter writes."""
    case = investigated(landlord)
    for act in (ANN, DAUGHTER, *acts):
        case.do(act, by="mia")
    return case


def party(case: Told, name: str) -> CaseParty:
    found = case.life.party(name)
    assert found is not None
    return found


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_group_16_pool_6_nothing_personal_goes_to_a_representative_before_both_checks(landlord: str):
    case = a_daughters_case(landlord)
    assert any("no authority is on record" in each.words for each in case.refused(TO_BETH, by="mia"))
    case.do(SHOWN, by="mia")
    assert any("look at what shows" in each.words for each in case.refused(TO_BETH, by="mia"))
    case.do(CheckAuthority(party="beth", shown=True, wanted=False, how="Ann was out"), by="mia")
    assert any("wants it" in each.words for each in case.refused(TO_BETH, by="mia"))
    case.do(CHECKED, by="mia")
    case.do(TO_BETH, by="mia")


@pytest.mark.parametrize(("landlord", "clause"), [("group", "GROUP-16"), ("poolplus", "POOL-6")])
def test_group_16_pool_6_the_policys_own_words_say_why(landlord: str, clause: str):
    case = a_daughters_case(landlord)
    assert clause in {each.clause for each in case.refused(TO_BETH, by="mia")}


def test_ccbc_shows_no_english_code_where_authority_is_missing():
    case = a_daughters_case("ccbc")
    assert not any("Code" in each.clause for each in case.refused(TO_BETH, by="mia"))


def test_situation_61_authority_with_an_end_holds_until_then_and_is_asked_for_again():
    ends = SHOWN.model_copy(update={"until": date(2026, 12, 1)})
    case = a_daughters_case("group", ends, CHECKED)
    assert may_receive(case.dossier(), party(case, "beth"), "personal") == ""
    case.now = RECEIVED + timedelta(days=60)
    assert "ended on 01 December 2026" in may_receive(case.dossier(), party(case, "beth"), "personal")


def test_situation_63_what_was_taken_back_ends_at_once_and_the_person_herself_is_told():
    case = a_daughters_case("group", SHOWN, CHECKED)
    case.do(WithdrawAuthority(party="beth", at=RECEIVED, words="I didn't ask for this"), by="mia")
    assert "taken back" in may_receive(case.dossier(), party(case, "beth"), "personal")
    assert may_receive(case.dossier(), party(case, "ann"), "personal") == ""


def test_situation_56_nothing_goes_to_somebody_who_died_and_the_case_stays_open():
    case = a_daughters_case("cestria", RecordDeath(party="ann", told_by="her son", acts="beth"))
    assert "write to beth instead" in may_receive(case.dossier(), party(case, "ann"), "general")
    assert case.life.state.value == "open"
    case.do(SHOWN, by="mia")
    case.do(CHECKED, by="mia")
    assert "estate" in may_receive(case.dossier(), party(case, "beth"), "personal")
    case.do(SHOWN.model_copy(update={"evidence": Evidence.PROBATE}), by="mia")
    case.do(CHECKED, by="mia")
    assert may_receive(case.dossier(), party(case, "beth"), "personal") == ""


def test_situation_58_no_consent_is_demanded_from_somebody_who_cannot_give_it():
    unwanted = CheckAuthority(party="beth", shown=True, wanted=False, how="the lasting power of attorney was seen")
    attorney = SHOWN.model_copy(update={"evidence": Evidence.POWER_OF_ATTORNEY})
    case = a_daughters_case("group", attorney, unwanted)
    assert "wants it" in may_receive(case.dossier(), party(case, "beth"), "personal")
    lacks = RecordCapacity(party="ann", lacks=True, how="assessed by her social worker", decided_by="beth")
    case.do(lacks, by="mia")
    assert may_receive(case.dossier(), party(case, "beth"), "personal") == ""


def test_situation_56_an_answer_is_not_sent_to_a_complainant_who_died():
    case = a_daughters_case("group", RecordDeath(party="ann", told_by="her daughter", acts="beth"))
    assert any("write to beth" in each.words for each in case.refused(SendOutcome(at=RECEIVED, way="letter"), by="mia"))


def test_an_answer_names_a_reader_whom_the_case_knows():
    case = a_daughters_case("cestria")
    refused = case.refused(SendOutcome(at=RECEIVED, way="email", to="zoe"), by="mia")
    assert any("nobody called 'zoe'" in each.words for each in refused)


def test_pool_8_a_group_has_one_lead_before_it_is_answered():
    case = investigated("poolplus")
    for name in ("ann", "bob"):
        homes = (f"{name}'s home, Elm Court",)
        case.do(AddParty(party=name, role=Role.GROUP_MEMBER, bond=Bond.TENANT, homes=homes), by="mia")
    refused = case.refused(SendOutcome(at=RECEIVED, way="email"), by="mia")
    assert [each.clause for each in refused if "leads" in each.words] == ["POOL-8"]
    case.do(SetLead(party="ann", agreed="at their meeting of 3 November"), by="mia")
    case.do(SetLead(party="bob", agreed="Ann moved away"), by="mia")
    assert [each.id for each in case.life.parties if each.role is Role.GROUP_LEAD] == ["bob"]
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")


@pytest.mark.parametrize("bond", list(Bond))
def test_cestria_2_pool_5_pool_9_pool_10_whatever_somebody_is_to_the_landlord_they_are_kept_and_answered(bond: Bond):
    for landlord in ("cestria", "poolplus"):
        case = investigated(landlord)
        case.do(ANN, by="mia")
        case.do(SetBond(party="ann", bond=bond, found_by="the register of tenancies"), by="mia")
        assert party(case, "ann").bond is bond
        case.do(SendOutcome(at=RECEIVED, way="email", to="ann"), by="mia")


def test_cestria_3_group_3_a_contractor_is_kept_with_its_name_and_told_nothing_personal():
    for landlord in ("cestria", "group"):
        case = investigated(landlord)
        case.do(AddParty(party="heat", role=Role.CONTRACTOR, name="Heat and Sons Ltd"), by="mia")
        assert party(case, "heat").name == "Heat and Sons Ltd"
        assert may_receive(case.dossier(), party(case, "heat"), "personal")


@pytest.mark.parametrize(("landlord", "clause"), [("ccbc", "CCBC-2"), ("cestria", "Code 5.8")])
def test_ccbc_2_whoever_has_an_interest_in_the_matter_does_not_handle_it(landlord: str, clause: str):
    case = Told(landlord)
    case.do(RecordInterest(person="mia", interest="Ann is her aunt"), by="asha")
    refused = case.refused(Assign(to=("mia",), declared_impartial=True), by="asha")
    assert [each.clause for each in refused if "Mia has an interest" in each.words] == [clause]


def test_wishes_are_kept_with_the_person_and_a_safe_contact_is_marked():
    case = a_daughters_case("group")
    wishes = SetWishes(party="ann", way="letter", language="cy", formats=("large print",), safe_contact_only=True)
    case.do(wishes, by="mia")
    kept = party(case, "ann").wishes
    assert (kept.way, kept.language, kept.formats, kept.safe_contact_only) == ("letter", "cy", ("large print",), True)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (ANN, "'ann' already"),
        (SHOWN.model_copy(update={"for_party": "beth"}), "for themselves"),
        (SHOWN.model_copy(update={"for_party": "zoe"}), "nobody called 'zoe'"),
        (SHOWN.model_copy(update={"until": date(2026, 11, 8)}), "end before it begins"),
        (CHECKED, "record it first"),
        (WithdrawAuthority(party="beth", at=RECEIVED, words="no"), "record it first"),
        (RecordDeath(party="ann", told_by="her son", on=date(2027, 1, 1)), "future"),
        (SetLead(party="beth", agreed="yes"), "one of its own"),
        (RecordInterest(person="zoe", interest="a friend"), "nobody who works here"),
        (AddParty(party="complainant2", role=Role.OTHER), "called by their role"),
        (SetBond(party="zoe", bond=Bond.TENANT), "add them first"),
    ],
)
def test_what_makes_no_sense_about_people_is_said(act: PartyAct, words: str):
    case = a_daughters_case("cestria")
    assert any(words in each.words for each in case.refused(act, by="mia"))


NAMES = st.sampled_from(["a", "b", "c"])
ACTS = st.one_of(
    st.builds(AddParty, party=NAMES, role=st.sampled_from(Role)),
    st.builds(
        RecordAuthority,
        party=NAMES,
        for_party=NAMES,
        evidence=st.sampled_from(Evidence),
        from_at=st.just(RECEIVED),
        until=st.one_of(st.none(), st.dates(date(2026, 11, 1), date(2026, 12, 31))),
        note=st.just("all of it"),
    ),
    st.builds(CheckAuthority, party=NAMES, shown=st.booleans(), wanted=st.booleans(), how=st.just("rang")),
    st.builds(WithdrawAuthority, party=NAMES, at=st.just(RECEIVED), words=st.just("no more")),
    st.builds(RecordDeath, party=NAMES, told_by=st.just("a son")),
    st.builds(SetLead, party=NAMES, agreed=st.just("yes")),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(LANDLORDS), st.lists(ACTS, max_size=25), st.integers(0, 90))
def test_whatever_is_noted_nobody_without_authority_in_force_may_have_personal_data(
    landlord: str, acts: list[PartyAct], days: int
):
    case = Told(landlord)
    for act in acts:
        answer = perform(case.dossier(), act, STAFF["mia"])
        if isinstance(answer, Performed):
            case.life = answer.life
    case.now = RECEIVED + timedelta(days=days)
    dossier = case.dossier()
    for each in dossier.life.parties:
        if each.role in SPEAKS_FOR_OTHERS and may_receive(dossier, each, "personal") == "":
            mandate = each.mandate
            assert mandate is not None
            assert mandate.shown
            behind = dossier.life.party(mandate.for_party)
            assert mandate.wanted or (behind and behind.lacks_capacity)
            assert mandate.withdrawn_at is None
            assert mandate.until is None or mandate.until >= case.now.date()
        if each.died or each.role in {Role.STAFF, Role.CONTRACTOR, Role.OTHER, Role.GROUP_MEMBER}:
            assert may_receive(dossier, each, "personal")
