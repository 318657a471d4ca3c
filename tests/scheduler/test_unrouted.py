"""What could not be read or routed is set aside, and its dangers are told at once (invariants 3 and 9)."""

import pytest

from domain.labels import Urgency
from domain.quoting import Split
from domain.understanding import SafetyFinding
from domain.wording import WordingCatalogue
from scheduler.duties import do_duties
from scheduler.routing import route_due
from scheduler.situation import Read
from scheduler.unrouted import set_unrouted_aside
from store.blobs import BlobStore
from store.database import Database
from store.facts import load_messages
from store.tables import ALERT, CASE, MESSAGE, OUTBOX, TASK
from tests.builders import NOW, a_finding, a_reading, of_abuse, of_risk, of_self_harm, wordings
from tests.fakes import FakeSafety, FakeSender
from tests.scheduler.nodes import PAT, a_node, look, look_at_one, take_in_texts

NOT_AT_ONCE = a_finding(urgency=Urgency.URGENT)


def without(*names: str) -> WordingCatalogue:
    """Wordings without some files: what needs them cannot be routed."""
    return WordingCatalogue(wordings=tuple(each for each in wordings().wordings if each.name not in names))


def found(database: Database) -> list[str]:
    return sorted(row["cause"] for row in look(database, ALERT, state="open"))


class FailsOnce(FakeSafety):
    """Breaks at its first text."""

    broken = False

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        if not self.broken:
            self.broken = True
            raise ValueError("a bug")
        return super().scan(text, part)


async def test_a_danger_in_what_cannot_be_routed_is_alerted_and_answered_at_once(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()), wordings=without("a1"))
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    await route_due(node, NOW)
    message, words = look_at_one(database, MESSAGE), look_at_one(database, OUTBOX)
    assert (message["state"], message["reason"]) == ("set_aside", "could not be routed: WordingError")
    assert look_at_one(database, TASK)["kind"] == "unreadable"
    assert look(database, CASE) == []
    assert (words["purpose"], words["urgent"], words["answers"]) == ("emergency", True, message["id"])
    assert words["body"].startswith("GAS?")
    assert "Ref" not in words["body"]
    await do_duties(node, NOW)
    assert look_at_one(database, OUTBOX, purpose="alert")["to_value"] == PAT.phone


async def test_where_the_emergency_words_fail_too_the_alert_still_goes_out(database: Database, blobs: BlobStore):
    node = a_node(
        database, blobs, FakeSender(), safety=FakeSafety(a_finding()), wordings=without("a1", "a6_emergency_gas")
    )
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    await route_due(node, NOW)
    assert (found(database), look(database, OUTBOX)) == (["gas"], [])


async def test_where_nothing_is_known_of_the_landlord_the_alert_still_stands(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()), landlords={})
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    await route_due(node, NOW)
    assert (found(database), look(database, OUTBOX)) == (["gas"], [])


@pytest.mark.parametrize(
    ("findings", "causes", "purposes"),
    [
        ((), [], []),
        ((NOT_AT_ONCE,), [], []),
        ((of_self_harm(),), ["self_harm"], ["crisis"]),
        ((of_abuse(),), ["safeguarding"], []),
        ((of_risk(rule="threat-of-arson"),), ["threat"], []),
        ((a_finding(), of_self_harm()), ["gas", "self_harm"], ["crisis", "emergency"]),
    ],
)
async def test_without_routing_each_danger_keeps_its_own_rules(
    database: Database, blobs: BlobStore, findings: tuple[SafetyFinding, ...], causes: list[str], purposes: list[str]
):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(*findings), wordings=without("a1"))
    take_in_texts(node, "SM1", text="leak")
    await route_due(node, NOW)
    assert found(database) == causes
    assert sorted(row["purpose"] for row in look(database, OUTBOX)) == purposes


async def test_a_message_that_cannot_be_read_is_scanned_as_it_is(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FailsOnce(a_finding()))
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    await route_due(node, NOW)
    assert (look_at_one(database, MESSAGE)["state"], found(database)) == ("set_aside", ["gas"])


async def test_a_message_that_was_claimed_again_and_again_is_scanned_as_it_is(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    with database.writing() as tx:
        tx.execute(MESSAGE.update().values(attempts=node.timing.most_attempts_to_read))
    await route_due(node, NOW)
    assert (look_at_one(database, MESSAGE)["state"], found(database)) == ("set_aside", ["gas"])


async def test_what_another_worker_has_routed_meanwhile_is_alerted_by_that_worker_alone(
    database: Database, blobs: BlobStore
):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", text="There is a smell of gas.")
    with database.reading() as tx:
        (stored,) = load_messages(tx, [look_at_one(database, MESSAGE)["id"]])
    await route_due(node, NOW)
    before = (len(look(database, ALERT)), len(look(database, OUTBOX)))
    reading = a_reading(stored.message)
    late = Read(
        stored=stored, reading=reading, split=Split(new=reading.new_text), safety=(a_finding(),), understanding=None
    )
    with database.writing() as tx:
        set_unrouted_aside(node, tx, late, "could not be routed: Conflict", NOW)
    assert (len(look(database, ALERT)), len(look(database, OUTBOX))) == before


async def test_an_alert_that_cannot_be_told_holds_up_no_other(database: Database, blobs: BlobStore):
    node = a_node(database, blobs, FakeSender(), safety=FakeSafety(a_finding()))
    take_in_texts(node, "SM1", landlord="gone", text="There is a smell of gas.")
    take_in_texts(node, "SM2", text="There is a smell of gas.")
    await route_due(node, NOW)
    assert len(found(database)) == 2
    await do_duties(node, NOW)
    assert [row["to_value"] for row in look(database, OUTBOX, purpose="alert")] == [PAT.phone]
