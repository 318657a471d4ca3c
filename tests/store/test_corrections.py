"""What people said a message is stands beside what the machine had taken it for."""

from datetime import date

from app.drift import weeks
from casework.acts import SetKind
from casework.perform import Performed
from domain.labels import Kind
from scheduler.acting import act_on
from scheduler.routing import route_due
from store.blobs import BlobStore
from store.corrections import sorted_messages, understood_messages
from store.database import Database
from store.tables import CASE, MESSAGE
from tests.builders import NOW
from tests.casework.cases import STAFF
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one, take_in_texts


async def sorted_case(database: Database, blobs: BlobStore, *kinds: Kind) -> None:
    """A text whose kind a person set, once or again."""
    node = a_node(database, blobs, FakeSender())
    object.__setattr__(node.landlords["cestria"], "staff", STAFF)
    take_in_texts(node, "SM1", text="My boiler has been broken for a week and nobody came.")
    await route_due(node, NOW)
    reference = str(look_at_one(database, CASE)["reference"])
    for kind in kinds:
        with database.writing() as tx:
            assert isinstance(act_on(node, tx, reference, SetKind(kind=kind), by=STAFF["mia"], now=NOW), Performed)


async def test_the_last_word_of_a_person_counts_with_who_said_it(database: Database, blobs: BlobStore):
    await sorted_case(database, blobs, Kind.SERVICE_REQUEST, Kind.COMMENT)
    with database.reading() as tx:
        (found,) = sorted_messages(tx)
        assert sorted_messages(tx, "nobody") == []
    machine = look_at_one(database, MESSAGE)["understanding"]["kind"]
    assert (found.kind, found.by, found.understood) == ("comment", "mia", machine)
    assert found.corrected is (machine != "comment")


async def test_a_message_that_was_erased_is_not_learnt_from(database: Database, blobs: BlobStore):
    await sorted_case(database, blobs, Kind.COMMENT)
    with database.writing() as tx:
        tx.execute(MESSAGE.update().values(erased_at=NOW))
        assert sorted_messages(tx) == []


async def test_each_message_keeps_its_models_name_and_a_week_tells_how_often_people_corrected(
    database: Database, blobs: BlobStore
):
    await sorted_case(database, blobs, Kind.COMMENT)
    with database.reading() as tx:
        (week,) = weeks(understood_messages(tx), sorted_messages(tx))
    assert (week.monday, week.messages, week.sorted_by_people) == (date(2026, 11, 9), 1, 1)
    assert week.models == (look(database, MESSAGE)[0]["understanding"]["model"],)
    assert week.corrected in {0.0, 1.0}
    assert sum(week.shares.values()) == 1
