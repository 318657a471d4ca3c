"""Whose word a message is."""

import pytest

from domain.messages import NO_ADDRESS, Address, Marks
from domain.senders import is_proven, typed_addresses
from tests.builders import ANN, ANN_CHAT, ANN_MAIL, a_message


@pytest.mark.parametrize("sender", [ANN, ANN_CHAT])
def test_a_text_and_a_chat_are_their_senders_word(sender: Address):
    assert is_proven(a_message(sender=sender))


@pytest.mark.parametrize(("verdict", "proven"), [("pass", True), ("fail", False), (None, False)])
def test_rules_b13_a_mail_is_its_senders_word_only_where_it_passed_the_checks(verdict: str | None, *, proven: bool):
    assert is_proven(a_message(sender=ANN_MAIL, marks=Marks(authentication=verdict))) is proven


@pytest.mark.parametrize("kind", ["web_form", "staff_note", "a_channel_of_tomorrow"])
@pytest.mark.parametrize("sender", [ANN, NO_ADDRESS])
def test_what_was_typed_proves_nobody(kind: str, sender: Address):
    assert not is_proven(a_message(sender=sender, channel_kind=kind))


def test_what_a_form_gives_is_read_in_normal_form_and_rubbish_is_left_out():
    assert typed_addresses({"email": " Ann@Example.ORG", "phone": "07700 900123"}) == (ANN_MAIL, ANN)
    assert typed_addresses({"email": "no address", "phone": "", "name": "Ann"}) == ()
