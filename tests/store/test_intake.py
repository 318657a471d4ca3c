"""Once, and never lost: what comes in."""

from datetime import timedelta

import pytest

from domain.messages import DeliveryReport, DeliveryState, Marks, MediaReference, SetAside
from store.channel_state import (
    channel_states,
    lease_channel,
    load_cursor,
    mark_fetch,
    mark_message,
    mark_send,
    release_channel,
    save_cursor,
)
from store.facts import load_messages
from store.files import read_raw
from store.intake import SMALL_RAW
from store.tables import ATTACHMENT, BLOB, DELIVERY_REPORT, MESSAGE, SET_ASIDE
from tests.builders import ANN_MAIL, BOB_MAIL, NOW, a_message
from tests.store.flow import Flow, a_mail, one, rows


def test_a_message_comes_back_as_it_went_in(flow: Flow):
    marks = Marks(bulk=True, reasons=("List-Id",))
    mail = a_mail(html="<p>Damp</p>", in_reply_to=("a@b", "c@d"), marks=marks, form={"name": "Ann"})
    inserted = flow.take_in(mail)
    (stored,) = load_messages(flow.tx, inserted.new)
    assert stored.message == mail
    assert stored.duplicate_of is None


def test_a_redelivery_stores_nothing_and_names_what_is_there(flow: Flow):
    first = flow.take_in(a_mail())
    second = flow.take_in(a_mail(text="another body under the same provider id"))
    assert second.new == ()
    assert second.duplicates == first.new
    assert one(flow.tx, MESSAGE)["text"] == "The damp is back."


def test_the_same_provider_id_twice_in_one_batch_is_one_message(flow: Flow):
    inserted = flow.take_in(a_mail(), a_mail())
    assert len(inserted.new) == 1
    assert inserted.duplicates == inserted.new


def test_a_second_copy_of_a_mail_is_kept_as_duplicate_and_never_waits(flow: Flow):
    first = flow.take_in(a_mail())
    copy = flow.take_in(a_mail(provider_id="1/2"))
    assert copy.new == ()
    row = one(flow.tx, MESSAGE, id=copy.duplicates[0])
    assert (row["state"], row["duplicate_of"], row["disposition"]) == ("duplicate", first.new[0], "duplicate")


def test_the_same_message_id_with_other_content_is_a_new_message(flow: Flow):
    flow.take_in(a_mail())
    assert len(flow.take_in(a_mail(provider_id="1/2", content_hash="1" * 64)).new) == 1


def test_the_same_mail_to_another_landlord_is_no_duplicate(flow: Flow):
    flow.take_in(a_mail())
    assert len(flow.take_in(a_mail(landlord="ccbc", provider_id="1/2")).new) == 1


NO_ID = {"message_id": None, "raw_type": "message/rfc822", "content_hash": "c" * 64, "sent_at": NOW}


def test_a_mail_without_an_id_is_known_again_when_the_mailbox_numbers_anew(flow: Flow):
    first = flow.take_in(a_mail(**NO_ID)).new
    again = flow.take_in(a_mail(**NO_ID, provider_id="2/1", received_at=NOW + timedelta(seconds=9)))
    assert again.new == ()
    assert one(flow.tx, MESSAGE, provider_id="2/1")["duplicate_of"] == first[0]


def test_without_a_date_of_its_own_it_is_known_by_when_our_server_had_it(flow: Flow):
    flow.take_in(a_mail(**(NO_ID | {"sent_at": None})))
    assert flow.take_in(a_mail(**(NO_ID | {"sent_at": None}), provider_id="2/1")).new == ()


@pytest.mark.parametrize(
    "other",
    [
        {"sent_at": NOW + timedelta(seconds=1)},
        {"sender": BOB_MAIL},
        {"content_hash": "d" * 64},
        {"message_id": "its-own@example.org"},
    ],
    ids=["another date", "another sender", "other content", "an id"],
)
def test_another_mail_without_an_id_is_a_new_one(flow: Flow, other: dict[str, object]):
    flow.take_in(a_mail(**NO_ID))
    assert len(flow.take_in(a_mail(**(NO_ID | {"provider_id": "1/2"} | other))).new) == 1


def test_two_texts_with_the_same_words_at_the_same_time_are_two(flow: Flow):
    flow.take_in(a_message("help"))
    assert len(flow.take_in(a_message("help", provider_id="SM2")).new) == 1


def test_a_small_raw_message_lies_in_the_database_and_a_large_one_on_disk(flow: Flow):
    large = b"x" * (SMALL_RAW + 1)
    flow.take_in(a_mail(raw=b"small"), a_mail(raw=large, provider_id="1/2", message_id="other@example.org"))
    names = {row["provider_id"]: row["raw_blob"] for row in rows(flow.tx, MESSAGE)}
    assert bytes(one(flow.tx, BLOB)["content"]) == b"small"
    assert flow.blobs.path(names["1/2"]).read_bytes() == large
    assert [read_raw(flow.tx, flow.blobs, names[key]) for key in ("1/1", "1/2")] == [b"small", large]


def test_an_attachment_with_content_is_on_disk_and_one_with_an_address_waits(flow: Flow):
    files = (MediaReference(name="damp.jpg", content=b"jpeg"), MediaReference(name="more.jpg", url="https://host/1"))
    flow.take_in(a_mail(attachments=files))
    by_name = {row["name"]: row for row in rows(flow.tx, ATTACHMENT)}
    assert flow.blobs.get(by_name["damp.jpg"]["blob"]) == b"jpeg"
    assert (by_name["damp.jpg"]["state"], by_name["damp.jpg"]["size"]) == ("stored", 4)
    assert (by_name["more.jpg"]["state"], by_name["more.jpg"]["due_at"]) == ("waiting", NOW)


def test_what_cannot_be_read_is_kept_once_with_its_reason(flow: Flow):
    thing = SetAside(channel="mail", provider_id="1/9", raw=b"??", raw_type="message/rfc822", reason="no headers")
    assert len(flow.take_in(set_aside=(thing,)).set_aside) == 1
    assert flow.take_in(set_aside=(thing,)).set_aside == ()
    assert one(flow.tx, SET_ASIDE)["reason"] == "no headers"


def test_a_report_told_twice_is_kept_once(flow: Flow):
    report = DeliveryReport(channel="mail", provider_id="p", state=DeliveryState.DELIVERED, at=NOW)
    assert flow.take_in(reports=(report,)).reports == flow.take_in(reports=(report,)).reports
    assert len(rows(flow.tx, DELIVERY_REPORT)) == 1


def test_text_that_no_database_can_keep_is_made_storable(flow: Flow):
    inserted = flow.take_in(a_mail(text="a\x00b \udce9", subject="s\x00\ud800", sender_name="\udcff"))
    (stored,) = load_messages(flow.tx, inserted.new)
    assert (stored.message.text, stored.message.subject, stored.message.sender_name) == ("a\ufffdb ?", "s\ufffd?", "?")


def test_messages_wait_in_the_order_they_were_received(flow: Flow):
    early = a_mail(provider_id="1/2", message_id="e@x", received_at=NOW - timedelta(hours=1))
    flow.take_in(a_mail(), early)
    due = {row["provider_id"]: row["due_at"] for row in rows(flow.tx, MESSAGE)}
    assert due["1/2"] < due["1/1"]


def test_a_clock_that_is_fast_does_not_make_a_message_wait(flow: Flow):
    flow.take_in(a_mail(received_at=NOW + timedelta(hours=1)))
    assert one(flow.tx, MESSAGE)["due_at"] == NOW


def test_a_cursor_is_kept_per_channel(flow: Flow):
    save_cursor(flow.tx, "cestria", "mail", "7/41", NOW)
    save_cursor(flow.tx, "cestria", "mail", "7/42", NOW)
    assert load_cursor(flow.tx, "cestria", "mail") == "7/42"
    assert load_cursor(flow.tx, "cestria", "texts") is None


def test_one_poller_at_a_time_holds_a_channel(flow: Flow):
    lease = timedelta(minutes=1)
    assert lease_channel(flow.tx, "cestria", "mail", NOW, lease, holder="one")
    assert not lease_channel(flow.tx, "cestria", "mail", NOW, lease, holder="two")
    assert lease_channel(flow.tx, "cestria", "mail", NOW, lease, holder="one")
    assert lease_channel(flow.tx, "cestria", "mail", NOW + lease, lease, holder="two")
    release_channel(flow.tx, "cestria", "mail", holder="one")
    assert not lease_channel(flow.tx, "cestria", "mail", NOW + lease, lease)
    release_channel(flow.tx, "cestria", "mail", holder="two")
    assert lease_channel(flow.tx, "cestria", "mail", NOW, lease)
    assert not lease_channel(flow.tx, "cestria", "mail", NOW, lease)


def test_a_channel_remembers_since_when_it_fails_and_forgets_it_when_it_works(flow: Flow):
    mark_send(flow.tx, "cestria", "mail", NOW, error="refused")
    mark_send(flow.tx, "cestria", "mail", NOW + timedelta(hours=1), error="still refused")
    (state,) = channel_states(flow.tx)
    assert (state["send_failing_since"], state["send_error"], state["last_send_at"]) == (NOW, "still refused", None)
    mark_send(flow.tx, "cestria", "mail", NOW + timedelta(hours=2))
    (state,) = channel_states(flow.tx)
    assert (state["send_failing_since"], state["send_error"]) == (None, None)
    assert state["last_send_at"] == NOW + timedelta(hours=2)


def test_a_poll_that_goes_well_says_nothing_of_sends_that_fail_nor_the_reverse(flow: Flow):
    mark_send(flow.tx, "cestria", "mail", NOW, error="no sending")
    mark_fetch(flow.tx, "cestria", "mail", NOW + timedelta(minutes=1))
    mark_fetch(flow.tx, "cestria", "mail", NOW + timedelta(minutes=2), error="no fetching")
    mark_message(flow.tx, "cestria", "mail", NOW + timedelta(minutes=3))
    (state,) = channel_states(flow.tx)
    assert (state["send_failing_since"], state["send_error"]) == (NOW, "no sending")
    mark_send(flow.tx, "cestria", "mail", NOW + timedelta(minutes=4))
    (state,) = channel_states(flow.tx)
    assert (state["send_error"], state["fetch_error"]) == (None, "no fetching")
    assert state["fetch_failing_since"] == NOW + timedelta(minutes=2)
    assert (state["last_fetch_at"], state["last_message_at"]) == (
        NOW + timedelta(minutes=1),
        NOW + timedelta(minutes=3),
    )


def test_the_sender_keeps_its_kind(flow: Flow):
    inserted = flow.take_in(a_mail())
    assert load_messages(flow.tx, inserted.new)[0].message.sender == ANN_MAIL
