"""What was set aside: one task each, listed, closed once by a named person, and never by two."""

from datetime import timedelta

import pytest

from domain.errors import Conflict, NotFound
from domain.messages import SetAside
from store.aside import (
    UNREAD,
    UNROUTED,
    Aside,
    close_aside,
    find_aside,
    list_aside,
    requeue_message,
    set_message_aside,
)
from store.audit import verify
from store.tables import AUDIT, MESSAGE, SET_ASIDE, TASK
from tests.builders import NOW
from tests.store.flow import KEYS, Flow, a_mail, one, rows

LATER = NOW + timedelta(hours=2)


def a_thing(number: int = 1, **fields: object) -> SetAside:
    given = {"channel": "mail", "provider_id": f"7/{number}", "raw": b"\xff words", "raw_type": "message/rfc822"}
    return SetAside.model_validate(given | {"reason": "this mail could not be read (ValueError)"} | fields)


def a_message_aside(flow: Flow) -> str:
    (message,) = flow.take_in(a_mail()).new
    set_message_aside(flow.tx, message, reason="could not be routed: KeyError", ids=flow.ids, now=NOW)
    return message


def close(flow: Flow, aside: Aside) -> None:
    close_aside(flow.tx, aside, note="Ann was rung up", by="alice", now=LATER, keys=KEYS)


def test_each_thing_is_a_task_for_a_person_once_however_often_it_comes(flow: Flow):
    for _ in range(2):
        flow.take_in(set_aside=(a_thing(1), a_thing(2)))
    tasks = rows(flow.tx, TASK)
    assert {task["once"] for task in tasks} == {f"unreadable:{row['id']}" for row in rows(flow.tx, SET_ASIDE)}
    assert [(task["state"], task["by"], task["due_at"]) for task in tasks] == [("open", "1h", NOW)] * 2
    assert tasks[0]["reason"] == "What came by mail was set aside: this mail could not be read (ValueError)"


def test_both_kinds_are_listed_the_oldest_first_and_found_by_their_id(flow: Flow):
    message = a_message_aside(flow)
    flow.now = LATER
    early = NOW - timedelta(days=1)
    (thing,) = flow.take_in(set_aside=(a_thing(received_at=early),)).set_aside
    found = list_aside(flow.tx, "cestria")
    assert [(each.id, each.what, each.at) for each in found] == [(message, UNROUTED, NOW), (thing, UNREAD, LATER)]
    assert [each.reason for each in found] == [
        "could not be routed: KeyError",
        "this mail could not be read (ValueError)",
    ]
    assert (found[1].received_at, found[1].state) == (early, "waiting")
    assert [find_aside(flow.tx, each.id) for each in found] == found
    assert list_aside(flow.tx, "ccbc") == []


def test_what_was_never_set_aside_is_not_found(flow: Flow):
    (message,) = flow.take_in(a_mail()).new
    for unknown in (message, "nothing"):
        with pytest.raises(NotFound, match="tenantline aside list"):
            find_aside(flow.tx, unknown)


@pytest.mark.parametrize("what", [UNREAD, UNROUTED])
def test_a_person_closes_it_once_with_a_reason_that_the_audit_keeps_as_a_digest(flow: Flow, what: str):
    key = flow.take_in(set_aside=(a_thing(),)).set_aside[0] if what == UNREAD else a_message_aside(flow)
    aside = find_aside(flow.tx, key)
    close(flow, aside)
    with pytest.raises(Conflict, match="not set aside any more"):
        close(flow, aside)
    task, entry, closed = one(flow.tx, TASK), one(flow.tx, AUDIT), find_aside(flow.tx, key)
    assert (task["state"], task["done_by"], task["done_at"]) == ("done", "alice", LATER)
    assert (closed.state, closed.note, closed.done_by, closed.done_at) == ("closed", "Ann was rung up", "alice", LATER)
    assert closed.reason == aside.reason
    assert (entry["chain"], entry["actor"], entry["action"]) == ("landlord:cestria", "alice", "set_aside.closed")
    assert entry["detail"] == {"set_aside": key, "channel": "mail"}
    assert entry["digest"] == KEYS.digest("Ann was rung up")
    assert (list_aside(flow.tx), verify(flow.tx)) == ([], [])


def test_a_message_is_queued_again_with_all_its_tries_and_its_task_is_done(flow: Flow):
    message = a_message_aside(flow)
    aside = find_aside(flow.tx, message)
    assert requeue_message(flow.tx, aside, by="alice", now=LATER, keys=KEYS)
    assert not requeue_message(flow.tx, aside, by="bob", now=LATER, keys=KEYS)
    row = one(flow.tx, MESSAGE)
    assert (row["state"], row["attempts"], row["due_at"], row["error"]) == ("waiting", 0, LATER, None)
    assert row["marks"] == {}
    assert (one(flow.tx, TASK)["state"], one(flow.tx, AUDIT)["actor"]) == ("done", "alice")
    assert find_aside(flow.tx, message).state == "replayed"


def test_a_message_that_fails_again_is_an_open_task_again(flow: Flow):
    message = a_message_aside(flow)
    requeue_message(flow.tx, find_aside(flow.tx, message), by="alice", now=LATER, keys=KEYS)
    set_message_aside(flow.tx, message, reason="could not be routed: ValueError", ids=flow.ids, now=LATER)
    task = one(flow.tx, TASK)
    assert (task["state"], task["due_at"], task["done_by"]) == ("open", LATER, None)
    assert task["reason"] == "A message could not be routed: ValueError."


def test_a_message_that_is_replayed_a_week_late_is_answered_by_a_person(flow: Flow):
    message = a_message_aside(flow)
    late = NOW + timedelta(days=8)
    requeue_message(flow.tx, find_aside(flow.tx, message), by="alice", now=late, keys=KEYS)
    marks = one(flow.tx, MESSAGE)["marks"]
    assert marks["suppress_answer"] is True
    assert "more than 7 days" in marks["reasons"][0]
