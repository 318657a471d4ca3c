"""The letter of an act leaves in the act's own transaction: whole, to whoever may have it, by the way they wish."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from casework.acts import (
    Act,
    AddPoint,
    Assign,
    Close,
    Decide,
    Escalate,
    Investigate,
    LogContact,
    RecordLearning,
    RecordOutcomeSought,
    Reopen,
    SendOutcome,
    StateFault,
)
from casework.acts_letters import WritePart
from casework.acts_parties import SetWishes
from casework.acts_promising import SendUpdate, TellNewDate
from casework.outcomes import Fault, Verdict
from casework.perform import Performed
from casework.receiving import may_receive
from casework.short_forms import spoken
from channels.letter import Settings, build
from domain.cases import PartyRole
from domain.decisions import NewParty
from domain.letters import Content, LetterType
from domain.messages import NO_ADDRESS, AddressKind, DeliveryReport, DeliveryState, Received
from domain.sms import count_parts
from domain.uktime import end_of_local_day, format_date, local_date
from scheduler.acting import act_on, dossier_of, stands
from scheduler.delivery import deliver_due
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from store.blobs import BlobStore
from store.database import Database
from store.tables import CONTACT, CONTACT_ADDRESS, OUTBOX, TASK
from tests.builders import ANN, NOW, a_policy, letter_wordings
from tests.casework.cases import RECEIVED, STAFF, investigated
from tests.casework.lettered import composed, upheld
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one
from tests.store.flow import Flow, a_mail, one

HOME = "Ann Smith\n2 Low Row\nDurham\nDH1 1AA"
LOOKED_INTO: tuple[Act, ...] = (
    Assign(to=("mia",), declared_impartial=True),
    RecordOutcomeSought(words="a new boiler"),
    AddPoint(point="boiler", words="no heating for a week"),
    LogContact(at=NOW, way="phone", reached=True, discussed=True),
    Investigate(point="boiler", findings="Two visits were missed."),
    Decide(point="boiler", verdict=Verdict.NOT_UPHELD, reasons="The log shows that we came."),
    StateFault(fault=Fault.NO),
    RecordLearning(words="Visits are confirmed the day before."),
)


def a_mailbox() -> FakeSender:
    """Sends mail."""
    box = FakeSender(name="mail")
    box.address_kind = AddressKind.EMAIL
    return box


def a_case(database: Database, blobs: BlobStore, *channels: Any, **fields: Any) -> tuple[Node, str]:
    """A complaint that came by mail, looked into and decided; its answer has not left."""
    with database.writing() as tx:
        flow = Flow(tx, blobs)
        reference = str(flow.open_case(a_mail(form={"address": HOME}), **fields).reference)
    node = a_node(database, blobs, *channels)
    object.__setattr__(node.landlords["cestria"], "staff", STAFF)
    do(node, reference, *LOOKED_INTO)
    return node, reference


def do(node: Node, reference: str, *acts: Act) -> None:
    for act in acts:
        with node.database.writing() as tx:
            answer = act_on(node, tx, reference, act, by=STAFF["mia"], now=NOW)
            assert isinstance(answer, Performed), answer


def letters_in(database: Database) -> list[Any]:
    return list(look(database, OUTBOX, purpose="letter_outcome"))


async def test_the_outcome_goes_by_mail_with_what_was_decided_and_is_no_automatic_message(
    database: Database, blobs: BlobStore
):
    box = a_mailbox()
    node, reference = a_case(database, blobs, box)
    do(node, reference, SendOutcome(at=NOW, way="email"))
    await deliver_due(node, NOW)
    (sent,) = [each for each in box.sent if each.purpose == "letter_outcome"]
    assert (sent.automatic, sent.reference, sent.to.value) == (None, reference, a_mail().sender.value)
    assert "we do not uphold this" in sent.body
    assert "The log shows that we came." in sent.body
    assert set(sent.headings) <= set(sent.body.splitlines())


async def test_ccbc_23_cestria_14_a_letter_is_printed_tagged_in_large_print_with_its_parts_as_headings(
    database: Database, blobs: BlobStore, tmp_path: Path
):
    folder = tmp_path / "print"
    post = build("cestria", "letters", Settings(folder=folder, landlord_name="Cestria Community Housing"))
    node, reference = a_case(database, blobs, a_mailbox(), post)
    honoured = WritePart(letter=LetterType.OUTCOME, content=Content.ADJUSTMENTS, words="This letter is in large print.")
    do(node, reference, SetWishes(party="complainant", way="letter", formats=("large print",)), honoured)
    do(node, reference, SendOutcome(at=NOW, way="letter"))
    (row,) = letters_in(database)
    assert (row["channel"], row["to_value"]) == ("letters", HOME)
    await deliver_due(node, NOW)
    (file,) = folder.glob("*.pdf")
    with pikepdf.open(io.BytesIO(file.read_bytes())) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("en")
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.open_metadata()["dc:title"] == row["subject"]
        tags = list(structure(pdf.Root.StructTreeRoot))
    assert tags.index("H1") < tags.index("H2")
    assert tags.count("H2") == len(row["filled"]["headings"].splitlines())
    assert "L" in tags
    assert "P" in tags
    assert row["filled"]["large_print"] == "yes"


def structure(node: Any) -> Any:
    """The kinds of a PDF's structure elements in reading order."""
    kind = node.get("/S")
    if kind is not None:
        yield str(kind).removeprefix("/")
    children = node.get("/K")
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            yield from structure(child)


async def test_cestria_17_a_text_says_that_the_answer_is_there_without_details_and_the_letter_goes_by_mail(
    database: Database, blobs: BlobStore
):
    texts, box = FakeSender(), a_mailbox()
    node, reference = a_case(database, blobs, texts, box)
    with database.writing() as tx:
        give_a_phone(tx)
    do(node, reference, SendOutcome(at=NOW, way="sms"))
    by_channel = {row["channel"]: row["body"] for row in letters_in(database)}
    assert by_channel.keys() == {"texts", "mail"}
    assert reference in by_channel["texts"]
    assert "uphold" not in by_channel["texts"]
    assert count_parts(by_channel["texts"]).parts <= 2
    assert "we do not uphold this" in by_channel["mail"]


def give_a_phone(tx: Any) -> None:
    """A second address of the complainant, which a person confirmed."""
    row = {"id": "phone", "contact_id": one(tx, CONTACT)["id"], "landlord": "cestria", "kind": "phone"}
    tx.execute(CONTACT_ADDRESS.insert().values(**row, value=ANN.value, verified=True, opted_out=False))


async def test_group_30_cestria_57_news_and_a_new_date_are_told_by_letter(database: Database, blobs: BlobStore):
    node, reference = a_case(database, blobs, a_mailbox())
    do(node, reference, SendUpdate(at=NOW, way="email", words="We wait for the survey of Monday."))
    until = local_date(NOW) + timedelta(days=18)
    do(node, reference, TellNewDate(at=NOW, until=until, reason="The engineer is ill."))
    (news,) = look(database, OUTBOX, purpose="letter_progress")
    assert "We wait for the survey of Monday." in news["body"]
    (held,) = look(database, OUTBOX, purpose="letter_holding")
    assert "The engineer is ill." in held["body"]
    assert format_date(until) in held["body"]


async def test_ccbc_33_one_survey_is_sent_after_closing_and_none_where_the_policy_measures_nothing(
    database: Database, blobs: BlobStore
):
    node, reference = a_case(database, blobs, a_mailbox())
    setup = node.landlords["cestria"]
    do(node, reference, SendOutcome(at=NOW, way="email"), Close())
    assert look(database, OUTBOX, purpose="survey") == []
    object.__setattr__(setup, "policy", setup.policy.model_copy(update={"terms": a_policy("ccbc").terms}))
    do(node, reference, Reopen(reason="She rang."), Close())
    do(node, reference, Reopen(reason="She rang again."), Close())
    (survey,) = look(database, OUTBOX, purpose="survey")
    assert "- process" in survey["body"]
    assert "still unhappy" in survey["body"]


async def test_a_text_with_both_mail_and_post_open_sends_the_letter_once(
    database: Database, blobs: BlobStore, tmp_path: Path
):
    post = build("cestria", "letters", Settings(folder=tmp_path, landlord_name="Cestria Community Housing"))
    node, reference = a_case(database, blobs, FakeSender(), a_mailbox(), post)
    with database.writing() as tx:
        give_a_phone(tx)
    do(node, reference, SetWishes(party="complainant", way="sms"), SendOutcome(at=NOW, way="sms"))
    assert sorted(row["channel"] for row in letters_in(database)) == ["mail", "texts"]


async def test_whoever_prefers_texts_is_told_by_text_that_more_time_is_needed_and_written_to(
    database: Database, blobs: BlobStore
):
    node, reference = a_case(database, blobs, FakeSender(), a_mailbox())
    with database.writing() as tx:
        give_a_phone(tx)
    until = local_date(NOW) + timedelta(days=18)
    told = TellNewDate(at=NOW, until=until, reason="The engineer is ill.")
    do(node, reference, SetWishes(party="complainant", way="sms"), told)
    sent = {row["channel"]: row["body"] for row in look(database, OUTBOX, purpose="letter_holding")}
    assert sent.keys() == {"texts", "mail"}
    assert "The engineer is ill." in sent["mail"]


async def test_what_is_told_on_the_telephone_is_not_sent(database: Database, blobs: BlobStore):
    node, reference = a_case(database, blobs, a_mailbox())
    do(node, reference, SendOutcome(at=NOW, way="phone"))
    assert letters_in(database) == []


@pytest.mark.parametrize(
    "wish", [SetWishes(party="complainant", safe_contact_only=True), SetWishes(party="complainant", avoid=("email",))]
)
async def test_a_letter_that_may_not_go_by_itself_is_a_task_for_a_person(
    database: Database, blobs: BlobStore, wish: SetWishes
):
    node, reference = a_case(database, blobs, a_mailbox())
    do(node, reference, wish, SendOutcome(at=NOW, way="email"))
    assert letters_in(database) == []
    assert "by hand" in look_at_one(database, TASK, kind="send_letter")["reason"]


async def test_group_16_nobody_who_only_says_they_speak_for_another_gets_the_answer(
    database: Database, blobs: BlobStore
):
    mail = a_mail()
    people = (
        NewParty(role=PartyRole.REPRESENTATIVE, name="Beth", address=mail.sender),
        NewParty(role=PartyRole.COMPLAINANT, name="Ann", address=NO_ADDRESS),
    )
    node, reference = a_case(database, blobs, a_mailbox(), parties=people)
    do(node, reference, SendOutcome(at=NOW, way="email"))
    assert letters_in(database) == []
    assert look_at_one(database, TASK, kind="send_letter")["case_id"]
    with database.reading() as tx:
        dossier = dossier_of(stands(tx, reference), node.landlords["cestria"], NOW)
    beth = dossier.life.party("representative")
    assert beth is not None
    assert may_receive(dossier, beth, "personal")


def window_of(node: Node, reference: str, landlord: str) -> date:
    """The last day on which the next stage may be asked for, under a landlord's policy."""
    setup = replace(node.landlords["cestria"], policy=a_policy(landlord))
    with node.database.reading() as tx:
        window = dossier_of(stands(tx, reference), setup, NOW).due("escalation_window")
    assert window is not None
    return local_date(window.due_at)


async def test_pool_33_the_window_runs_from_the_day_on_which_the_letter_arrived(database: Database, blobs: BlobStore):
    node, reference = a_case(database, blobs, a_mailbox())
    do(node, reference, SendOutcome(at=NOW, way="email"))
    await deliver_due(node, NOW)
    assert window_of(node, reference, "poolplus") == date(2026, 12, 9)  # two working days, then 28 days
    arrived = DeliveryReport(
        channel="mail",
        provider_id=letters_in(database)[0]["provider_id"],
        state=DeliveryState.DELIVERED,
        at=NOW + timedelta(days=7),
    )
    take_in(node, [Arrival(landlord="cestria", channel="mail", received=Received(reports=(arrived,)))], NOW)
    assert window_of(node, reference, "poolplus") == date(2026, 12, 14)


@pytest.mark.parametrize(("days", "late"), [(28, False), (29, True)])
def test_pool_33_pool_34_day_28_is_in_time_and_day_29_is_for_a_person_and_never_refused(days: int, late: bool):  # noqa: FBT001 - a parameter of the test
    case = investigated("poolplus")
    case.do(SendOutcome(at=RECEIVED, way="email"), by="mia")
    case.owes("escalation_window", end_of_local_day(date(2026, 11, 9) + timedelta(days=28)))
    case.now = RECEIVED + timedelta(days=days)
    answer = case.do(Escalate(at=case.now), by="mia")
    assert any("comes late" in each.words for each in answer.warnings) is late
    assert case.life.stage.number == 2


def test_the_script_says_who_rings_checks_who_listens_and_gives_the_answer_first():
    letter = composed(upheld("poolplus"))
    script = spoken(letter, letter_wordings())
    decided = letter.part(next(each.content for each in letter.parts if each.content.value == "decisions"))
    assert decided is not None
    assert script.index("Check who it is") < script.index(decided.text.splitlines()[0])
    assert all(
        script.index(decided.heading) <= script.index(part.heading) for part in letter.parts if part.heading in script
    )
    assert "in writing" in script
