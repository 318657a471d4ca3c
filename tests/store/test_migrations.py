"""From empty and from the version before with data; the models and the tables agree."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, insert, text

from store.aside import list_aside
from store.blobs import BlobStore
from store.channel_state import mark_send
from store.columns import UtcDateTime
from store.database import Database, open_database
from store.facts import load_messages
from store.migrate import current, differences, head, upgrade
from store.search import search
from store.tables import CHANNEL_STATE, MESSAGE, OBLIGATION, REMINDER, SET_ASIDE, TASK
from tests.builders import NOW
from tests.conftest import KINDS, create_postgres
from tests.store.flow import Flow, a_mail, one, rows


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        name = f"empty_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
        create_postgres(cluster, name)
        url = cluster.format(name=name)
    database = open_database(url)
    yield database
    database.close()


def a_row(**fields: object) -> dict[str, object]:
    """A message as the first version kept it."""
    given = {
        "id": "m1",
        "landlord": "cestria",
        "channel": "mail",
        "channel_kind": "email_imap",
        "provider_id": "1/1",
        "sender_kind": "email",
        "sender": "ann@example.org",
        "recipients": [],
        "text": "The boiler is cold.",
        "received_at": NOW,
        "stored_at": NOW,
        "in_reply_to": [],
        "content_hash": "0",
        "raw_blob": "0",
        "raw_type": "message/rfc822",
        "marks": {},
        "form": {},
        "state": "routed",
        "due_at": NOW,
        "attempts": 0,
        "safety": [],
        "flags": [],
    }
    return given | fields


def an_old_duty(tx: Connection, row_id: str, **fields: object) -> None:
    """A duty as the fourth version kept it, with a nudge that waits."""
    duty: dict[str, object] = {
        "id": row_id,
        "case_id": "c1",
        "landlord": "cestria",
        "name": "respond",
        "stage": 1,
        "owed_to": "complainant",
        "due_at": NOW,
        "clock": "working_days",
        "amount": 10,
        "counted_from": "received",
        "from_at": NOW,
        "basis": "Code 6.3",
        "owner": "team",
        "effective": True,
        "explanation": "10 working days after Mon 9 Nov 2026",
        "state": "open",
    }
    nudge = {"id": f"of-{row_id}", "obligation_id": row_id, "case_id": "c1", "landlord": "cestria"}
    when: dict[str, object] = {"audience": "handler", "fire_at": NOW, "state": "waiting", "attempts": 0}
    for table, row in ((OBLIGATION, duty | fields), (REMINDER, nudge | when)):
        columns = {column: table.c[column] for column in row}
        values = ", ".join(f":{column}" for column in row)
        statement = text(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({values})")  # noqa: S608 - our names
        tx.execute(statement.bindparams(*(bindparam(name, type_=column.type) for name, column in columns.items())), row)


def test_an_empty_database_comes_to_the_newest_version(empty: Database):
    assert current(empty) is None
    upgrade(empty)
    assert current(empty) == head()


def test_the_tables_are_what_the_models_say(empty: Database):
    upgrade(empty)
    assert differences(empty) == []


def test_migrating_again_changes_nothing(empty: Database):
    upgrade(empty)
    upgrade(empty)
    assert current(empty) == head()


def test_what_the_version_before_kept_is_kept_and_found(empty: Database):
    upgrade(empty, "0001")
    with empty.writing() as tx:
        tx.execute(insert(MESSAGE).values(**a_row()))
        tx.execute(insert(MESSAGE).values(**a_row(id="m2", provider_id="1/2", subject="Dŵr", text="x" * 2_000_000)))
    upgrade(empty)
    with empty.reading() as tx:
        assert len(rows(tx, MESSAGE)) == 2
        assert [hit.message_id for hit in search(tx, "cestria", "boiler")] == ["m1"]
        assert [hit.message_id for hit in search(tx, "cestria", "dŵr")] == ["m2"]


def test_after_migrating_old_data_new_messages_are_found_too(empty: Database, blobs: BlobStore):
    upgrade(empty, "0001")
    with empty.writing() as tx:
        tx.execute(insert(MESSAGE).values(**a_row()))
    upgrade(empty)
    with empty.writing() as tx:
        Flow(tx, blobs).take_in(a_mail(provider_id="1/9"))
        assert len(search(tx, "cestria", "damp")) == 1


def test_a_migration_that_fails_leaves_the_version_before(empty: Database):
    upgrade(empty, "0001")
    with empty.writing() as tx:
        tx.execute(text("CREATE TABLE message_search (id INTEGER)"))
    with pytest.raises(Exception, match="message_search"):
        upgrade(empty)
    assert current(empty) == "0001"
    with empty.reading() as tx:
        assert tx.execute(text("SELECT id FROM message")).all() == []


def test_rows_of_the_first_version_read_as_they_were(empty: Database):
    upgrade(empty, "0001")
    with empty.writing() as tx:
        tx.execute(insert(MESSAGE).values(**a_row()))
    upgrade(empty)
    with empty.reading() as tx:
        assert one(tx, MESSAGE)["received_at"] == NOW


def test_the_health_of_a_channel_begins_anew_in_two_sides_and_its_cursor_stays(empty: Database):
    upgrade(empty, "0002")
    with empty.writing() as tx:
        tx.execute(
            text(
                "INSERT INTO channel_state "
                "(landlord, channel, cursor, lease_holder, last_fetch_at, failing_since, error) "
                "VALUES ('cestria', 'mail', 'INBOX=7:45', '', :now, :now, 'no answer')"
            ).bindparams(bindparam("now", type_=UtcDateTime())),
            {"now": NOW},
        )
    upgrade(empty)
    with empty.writing() as tx:
        kept = one(tx, CHANNEL_STATE)
        assert (kept["cursor"], kept["last_fetch_at"]) == ("INBOX=7:45", NOW)
        assert {kept[name] for name in ("fetch_failing_since", "fetch_error", "send_failing_since", "send_error")} == {
            None
        }
        mark_send(tx, "cestria", "mail", NOW, error="refused")
        assert (one(tx, CHANNEL_STATE)["send_failing_since"], one(tx, CHANNEL_STATE)["fetch_error"]) == (NOW, None)


def test_messages_of_before_have_no_words_beside_their_text(empty: Database):
    upgrade(empty, "0003")
    with empty.writing() as tx:
        tx.execute(insert(MESSAGE).values(**a_row()))
    upgrade(empty)
    with empty.reading() as tx:
        assert load_messages(tx, ["m1"])[0].attachment_texts == ()


def test_of_duties_that_were_owed_twice_the_first_stays_open_and_all_are_kept(empty: Database):
    upgrade(empty, "0004")
    with empty.writing() as tx:
        an_old_duty(tx, "b-first")
        an_old_duty(tx, "a-later", due_at=NOW + timedelta(days=1))
        an_old_duty(tx, "c-same-day")
        an_old_duty(tx, "d-done", state="met")
        an_old_duty(tx, "e-late", state="breached")
        an_old_duty(tx, "f-other-stage", stage=2)
    upgrade(empty)
    with empty.reading() as tx:
        states = {row["id"]: row["state"] for row in rows(tx, OBLIGATION)}
        waiting = {row["obligation_id"] for row in rows(tx, REMINDER, state="waiting")}
    assert states == {
        "a-later": "replaced",
        "b-first": "open",
        "c-same-day": "replaced",
        "d-done": "met",
        "e-late": "breached",
        "f-other-stage": "open",
    }
    assert waiting == states.keys() - {"a-later", "c-same-day"}


def test_a_clock_of_before_that_waits_for_its_event_is_known_as_planned(empty: Database):
    upgrade(empty, "0004")
    words = "10 working days after Mon 16 Nov 2026; planned: acknowledged is due then and not yet on record"
    with empty.writing() as tx:
        an_old_duty(tx, "planned", counted_from="acknowledged", explanation=words)
        an_old_duty(tx, "runs", name="acknowledge")
    upgrade(empty)
    with empty.reading() as tx:
        kept = {row["id"]: (row["planned"], row["about"]) for row in rows(tx, OBLIGATION)}
    assert kept == {"planned": (True, ""), "runs": (False, "")}


def test_what_waited_set_aside_is_a_task_and_a_head_alone_is_known_as_one(empty: Database):
    upgrade(empty, "0005")
    old = {
        "whole": ("waiting", "this mail could not be read (ValueError)"),
        "head": ("waiting", "the mail server failed 3 times to hand this mail over: it lies in the mailbox"),
        "large": ("waiting", "this mail is larger than 2048 bytes"),
        "done": ("closed", "the mail server could not give this mail"),
    }
    statement = text(
        "INSERT INTO set_aside (id, landlord, channel, provider_id, raw_blob, raw_type, reason, at, state) "
        "VALUES (:id, 'cestria', 'mail', :id, '0', 'message/rfc822', :reason, :at, :state)"
    ).bindparams(bindparam("at", type_=UtcDateTime()))
    with empty.writing() as tx:
        for key, (state, reason) in old.items():
            tx.execute(statement, {"id": key, "reason": reason, "at": NOW, "state": state})
    upgrade(empty)
    with empty.reading() as tx:
        types = {row["id"]: row["raw_type"] for row in rows(tx, SET_ASIDE)}
        tasks = {row["once"]: (row["kind"], row["state"], row["by"], row["due_at"]) for row in rows(tx, TASK)}
        waiting = {each.id: (each.received_at, each.note) for each in list_aside(tx, "cestria")}
    assert types == dict.fromkeys(("head", "large", "done"), "text/rfc822-headers") | {"whole": "message/rfc822"}
    assert tasks == dict.fromkeys(
        ("unreadable:whole", "unreadable:head", "unreadable:large"), ("unreadable", "open", "1h", NOW)
    )
    assert waiting == dict.fromkeys(("whole", "head", "large"), (NOW, None))
