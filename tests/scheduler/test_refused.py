"""What the database refuses is kept raw: it stops neither a poll nor what came beside it."""

from pathlib import Path

from sqlalchemy import select

from domain.messages import DeliveryReport, DeliveryState, Received
from scheduler.intake import Arrival, take_in
from store.channel_state import load_cursor
from store.intake import Inserted
from store.tables import MESSAGE, SET_ASIDE
from tests.app.web_node import NOW, a_node
from tests.builders import a_message

UNSTORABLE = "\ud800"


def test_a_message_that_cannot_be_stored_is_set_aside_raw_and_the_poll_goes_on(tmp_path: Path):
    node = a_node(tmp_path)
    bad = a_message("words", provider_id="SM2", raw=b"as it came").model_copy(update={"sender_name": UNSTORABLE})
    received = Received(messages=(a_message(provider_id="SM1"), bad, a_message(provider_id="SM3")))
    (result,) = take_in(node, [Arrival(landlord="cestria", channel="texts", received=received, cursor="9")], NOW)
    assert isinstance(result, Inserted)
    with node.database.reading() as tx:
        assert tx.execute(select(MESSAGE.c.provider_id).order_by(MESSAGE.c.id)).scalars().all() == ["SM1", "SM3"]
        (aside,) = tx.execute(select(SET_ASIDE)).all()
        assert load_cursor(tx, "cestria", "texts") == "9"
    assert aside.reason == "it could not be stored as it is (UnicodeEncodeError)"
    assert (len(result.new), result.set_aside) == (2, (aside.id,))
    node.database.close()


def test_a_report_that_cannot_be_stored_harms_no_message_beside_it(tmp_path: Path):
    node = a_node(tmp_path)
    report = DeliveryReport(channel="texts", provider_id="SM9", state=DeliveryState.SENT, at=NOW)
    reports = (report.model_copy(update={"at": NOW.replace(tzinfo=None)}),)
    arrivals = [
        Arrival(landlord="cestria", channel="texts", received=Received(messages=(a_message(provider_id="SM1"),))),
        Arrival(landlord="cestria", channel="texts", received=Received(reports=reports)),
    ]
    results = take_in(node, arrivals, NOW)
    assert all(isinstance(result, Inserted) for result in results)
    with node.database.reading() as tx:
        assert tx.execute(select(MESSAGE.c.provider_id)).scalars().all() == ["SM1"]
        assert len(tx.execute(select(SET_ASIDE.c.reason)).all()) == 1
    node.database.close()
