"""What time alone brings: nudges, breaches, alerts; and what waits for a person."""

from datetime import timedelta

from domain.cases import ToldAlert
from domain.decisions import NewAlert
from domain.labels import Urgency
from domain.messages import MediaReference
from domain.wording import Rendered
from store.aside import set_message_aside
from store.duties import (
    acknowledge_alert,
    acknowledge_alerts,
    claim_alerts,
    claim_reminders,
    finish_reminder,
    finish_task,
    mark_breaches,
    open_tasks,
    plan_alert,
    still_due,
    told_alerts,
)
from store.media import media_failed, media_fetched
from store.outbox import claim_sends, queue
from store.tables import ALERT, ATTACHMENT, MESSAGE, OBLIGATION, OUTBOX, REMINDER, TASK
from tests.builders import ANN_MAIL, BOB, NOW
from tests.store.flow import ACKNOWLEDGE_BY, KEYS, Flow, a_mail, an_obligation, one, rows

LEASE = timedelta(seconds=60)
GAS = NewAlert(cause="gas", urgency=Urgency.EMERGENCY, rule="gas-smell")


def nudge(flow: Flow) -> None:
    """The nudges that are due, sent or dropped as their duty stands."""
    for row in claim_reminders(flow.tx, now=flow.now, lease=LEASE, limit=10):
        due = still_due(flow.tx, row["obligation_id"])
        finish_reminder(flow.tx, row["id"], sent=due, ids=flow.ids, now=flow.now, keys=KEYS)


def test_a_nudge_fires_once_at_its_time_as_a_task(flow: Flow):
    flow.open_case()
    nudge(flow)
    assert one(flow.tx, REMINDER)["state"] == "waiting"
    flow.now = ACKNOWLEDGE_BY - timedelta(days=1)
    nudge(flow)
    nudge(flow)
    assert one(flow.tx, REMINDER)["state"] == "sent"
    assert (one(flow.tx, TASK)["kind"], one(flow.tx, TASK)["team"]) == ("reminder", "owner")


def test_a_nudge_for_what_was_done_is_dropped(flow: Flow):
    flow.open_case()
    flow.tx.execute(OBLIGATION.update().values(state="met"))
    flow.now = ACKNOWLEDGE_BY
    nudge(flow)
    assert one(flow.tx, REMINDER)["state"] == "dropped"
    assert rows(flow.tx, TASK) == []


def test_a_duty_is_breached_after_its_last_moment_and_not_before(flow: Flow):
    flow.open_case()
    assert mark_breaches(flow.tx, ACKNOWLEDGE_BY, ids=flow.ids, keys=KEYS) == 0
    after = ACKNOWLEDGE_BY + timedelta(seconds=1)
    assert mark_breaches(flow.tx, after, ids=flow.ids, keys=KEYS) == 1
    assert mark_breaches(flow.tx, after, ids=flow.ids, keys=KEYS) == 0
    owed = one(flow.tx, OBLIGATION)
    assert (owed["state"], owed["breached_at"]) == ("breached", after)
    assert still_due(flow.tx, owed["id"])
    assert one(flow.tx, TASK)["team"] == "contact centre"


def test_a_clock_that_ends_later_breaches_nothing(flow: Flow):
    flow.open_case(obligations=(an_obligation(effective=False),), reminders=())
    assert mark_breaches(flow.tx, NOW + timedelta(days=99), ids=flow.ids, keys=KEYS) == 0


def alert_once(flow: Flow) -> str:
    """One round of an alert to Bob; returns the alert's id."""
    (alert,) = claim_alerts(flow.tx, now=flow.now, lease=LEASE, limit=10)
    queue(
        flow.tx,
        dedupe_key=f"alert:{alert['id']}:{alert['attempts']}:x:texts:1",
        landlord="cestria",
        purpose="alert",
        channel="texts",
        to=BOB,
        rendered=Rendered(subject="", body="An alert."),
        ids=flow.ids,
        now=flow.now,
        mail_domain="cestria.example",
    )
    plan_alert(flow.tx, alert["id"], due_at=flow.now + timedelta(minutes=5))
    return str(alert["id"])


def test_an_alert_is_due_at_once_and_again_until_somebody_takes_it(flow: Flow):
    applied = flow.open_case(alerts=(GAS,))
    (alert,) = claim_alerts(flow.tx, now=NOW, lease=LEASE, limit=10)
    assert (alert["attempts"], alert["reference"], alert["cause"]) == (1, applied.reference, "gas")
    plan_alert(flow.tx, alert["id"], due_at=NOW + timedelta(minutes=5))
    assert claim_alerts(flow.tx, now=NOW + timedelta(minutes=4), lease=LEASE, limit=10) == []
    (again,) = claim_alerts(flow.tx, now=NOW + timedelta(minutes=5), lease=LEASE, limit=10)
    assert again["attempts"] == 2


def test_a_link_takes_an_alert_once(flow: Flow):
    flow.open_case(alerts=(GAS,))
    token = one(flow.tx, ALERT)["token"]
    assert acknowledge_alert(flow.tx, token="guess", by="bob", now=NOW) == ()
    assert len(acknowledge_alert(flow.tx, token=token, by="bob", now=NOW)) == 1
    assert acknowledge_alert(flow.tx, token=token, by="eve", now=NOW) == ()
    assert one(flow.tx, ALERT)["acknowledged_by"] == "bob"
    assert claim_alerts(flow.tx, now=NOW + timedelta(days=1), lease=LEASE, limit=10) == []


def send_alerts(flow: Flow) -> None:
    """Hand what waits to the providers."""
    claim_sends(
        flow.tx, now=flow.now, lease=LEASE, limit=10, next_due=lambda _attempt: timedelta(hours=1), ids=flow.ids
    )


def test_a_yes_can_only_mean_open_alerts_that_had_gone_to_that_address(flow: Flow):
    applied = flow.open_case(alerts=(GAS,))
    told = alert_once(flow)
    flow.open_case(a_mail(provider_id="1/2", message_id="b@x"), alerts=(GAS,))
    assert told_alerts(flow.tx, "cestria", BOB, NOW) == ()  # it waits to be sent
    send_alerts(flow)
    assert told_alerts(flow.tx, "cestria", BOB, NOW - timedelta(seconds=1)) == ()
    assert told_alerts(flow.tx, "cestria", BOB, NOW) == (ToldAlert(id=told, reference=applied.reference),)
    assert told_alerts(flow.tx, "cestria", ANN_MAIL, NOW) == told_alerts(flow.tx, "ccbc", BOB, NOW) == ()


def test_a_yes_takes_the_named_alerts_once_and_no_others(flow: Flow):
    flow.open_case(alerts=(GAS,))
    told = alert_once(flow)
    flow.open_case(a_mail(provider_id="1/2", message_id="b@x"), alerts=(GAS,))
    assert acknowledge_alerts(flow.tx, (), by="bob", now=NOW) == ()
    assert acknowledge_alerts(flow.tx, (told,), by="bob", now=NOW) == (told,)
    assert acknowledge_alerts(flow.tx, (told,), by="eve", now=NOW) == ()
    assert one(flow.tx, OUTBOX, purpose="alert")["state"] == "cancelled"
    assert len(rows(flow.tx, ALERT, state="open")) == 1


def test_tasks_are_listed_by_urgency_and_closed_once(flow: Flow):
    for number in (1, 2):
        mail = a_mail(provider_id=str(number), message_id=f"{number}@x")
        (message,) = flow.take_in(mail).new
        set_message_aside(flow.tx, message, reason="could not be routed", ids=flow.ids, now=flow.now)
        flow.now -= timedelta(days=1)
    first, second = open_tasks(flow.tx, "cestria")
    assert first["due_at"] < second["due_at"]
    assert finish_task(flow.tx, first["id"], by="alice", now=NOW)
    assert not finish_task(flow.tx, first["id"], by="bob", now=NOW)
    assert [task["id"] for task in open_tasks(flow.tx)] == [second["id"]]
    assert open_tasks(flow.tx, "ccbc") == []


def test_a_message_set_aside_waits_for_nobody_but_a_person(flow: Flow):
    (message,) = flow.take_in(a_mail()).new
    for _ in range(2):
        set_message_aside(flow.tx, message, reason="could not be routed", ids=flow.ids, now=NOW)
    assert (one(flow.tx, MESSAGE)["state"], one(flow.tx, TASK)["message_id"]) == ("set_aside", message)


def test_a_routed_message_is_not_set_aside_any_more(flow: Flow):
    flow.open_case()
    set_message_aside(flow.tx, one(flow.tx, MESSAGE)["id"], reason="late", ids=flow.ids, now=NOW)
    assert one(flow.tx, MESSAGE)["state"] == "routed"


def test_an_attachment_is_fetched_tried_again_or_given_up(flow: Flow):
    flow.take_in(a_mail(attachments=(MediaReference(name="a.jpg", url="https://host/a"),)))
    attachment = one(flow.tx, ATTACHMENT)["id"]
    media_failed(flow.tx, attachment, error="late", next_at=NOW + LEASE, ids=flow.ids, now=NOW)
    assert (one(flow.tx, ATTACHMENT)["state"], one(flow.tx, ATTACHMENT)["due_at"]) == ("waiting", NOW + LEASE)
    media_failed(flow.tx, attachment, error="gone", next_at=None, ids=flow.ids, now=NOW)
    assert (one(flow.tx, ATTACHMENT)["state"], one(flow.tx, TASK)["kind"]) == ("failed", "attachment")
    media_fetched(flow.tx, attachment, blob="0" * 64, size=4, content_type="image/jpeg", has_words=False, now=NOW)
    assert (one(flow.tx, ATTACHMENT)["state"], one(flow.tx, ATTACHMENT)["size"]) == ("stored", 4)
