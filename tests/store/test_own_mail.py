"""Our own mail come back is known by what we sent, not by its domain; what files say is kept beside the text."""

import pytest

from domain.messages import InboundMessage, Marks
from store.erase import erase_message
from store.facts import StoredMessage, load_messages
from store.tables import MESSAGE, OUTBOX
from tests.builders import NOW
from tests.store.flow import KEYS, Flow, a_mail, one


def came_back(flow: Flow, **fields: object) -> StoredMessage:
    """A mail that comes in after one was acknowledged, its words those that we sent unless told."""
    flow.open_case()
    given = {"provider_id": "1/2", "text": one(flow.tx, OUTBOX)["body"], "message_id": "other@example.org"}
    return loaded(flow, a_mail(**(given | fields)))


def loaded(flow: Flow, message: InboundMessage) -> StoredMessage:
    (stored,) = load_messages(flow.tx, flow.take_in(message).new)
    return stored


def sent_as(flow: Flow) -> str:
    return str(one(flow.tx, OUTBOX)["message_id"])


def test_a_mail_that_we_sent_is_a_loop_when_it_comes_back(flow: Flow):
    flow.open_case()
    body = one(flow.tx, OUTBOX)["body"]
    back = loaded(flow, a_mail(provider_id="1/2", message_id=sent_as(flow), text=f"{body}\n\n"))
    assert (back.message.marks.loop, back.message.marks.suppress_answer) == (True, True)


def test_it_is_known_too_where_a_provider_gave_it_another_id(flow: Flow):
    flow.open_case()
    body = one(flow.tx, OUTBOX)["body"]
    marks = Marks(says_sent_as=sent_as(flow))
    back = loaded(flow, a_mail(provider_id="1/2", message_id="other@example.org", text=body, marks=marks))
    assert back.message.marks.loop


@pytest.mark.parametrize("files", [(), ("There is a strong smell of gas.",)], ids=["in the text", "in a file"])
def test_other_words_under_an_id_of_ours_are_read_and_not_answered_by_themselves(flow: Flow, files: tuple[str, ...]):
    flow.open_case()
    body = one(flow.tx, OUTBOX)["body"]
    text = body if files else f"There is a strong smell of gas.\n{body}"
    back = loaded(flow, a_mail(provider_id="1/2", message_id=sent_as(flow), text=text, attachment_texts=files))
    assert (back.message.marks.loop, back.message.marks.suppress_answer) == (False, True)
    assert back.message.marks.reasons == ("a mail that we sent came back with other words",)


@pytest.mark.parametrize(
    "fields",
    [
        {"message_id": "5f0c@cestria.example"},
        {"marks": Marks(says_sent_as="0123456789abcdef0123456789abcdef@cestria.example")},
    ],
    ids=["a colleague's mail program", "another house's header"],
)
def test_a_mail_of_our_domain_or_of_another_house_is_no_loop(flow: Flow, fields: dict[str, object]):
    assert came_back(flow, text="A tenant rang me: strong smell of gas", **fields).message.marks.loop is False


def test_what_another_landlord_sent_here_is_no_mail_of_ours(flow: Flow):
    flow.open_case()
    body = one(flow.tx, OUTBOX)["body"]
    back = loaded(flow, a_mail(landlord="ccbc", message_id=sent_as(flow), text=body))
    assert not back.message.marks.loop


def test_what_files_say_is_kept_beside_the_text_and_erased_with_it(flow: Flow):
    stored = loaded(flow, a_mail(attachment_texts=("There is a smell of gas.", "second\x00")))
    assert stored.attachment_texts == ("There is a smell of gas.", "second\ufffd")
    erase_message(flow.tx, stored.id, NOW, by="alice", keys=KEYS)
    assert one(flow.tx, MESSAGE)["attachment_texts"] == []
