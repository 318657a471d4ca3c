"""Whose word a message is: only a provider can prove the address that a message came from. The rest was typed.

What is typed into a form, or taken down by a member of staff, is a claim: anybody can type anybody's number. A mail's
sender is a claim too, unless the landlord's own server says that it passed the checks.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from domain.addresses import to_address
from domain.errors import AddressError
from domain.messages import Address, AddressKind, InboundMessage

_PROVEN_BY_PROVIDER: Final = frozenset({"twilio_sms", "twilio_whatsapp", "telegram"})
"""Channels whose provider names the sender over a signed or secret way. A channel that is not here proves nobody."""
_TYPED: Final = ((AddressKind.EMAIL, "email"), (AddressKind.PHONE, "phone"))


def is_proven(message: InboundMessage) -> bool:
    """Whether whoever wrote this really holds the address that it names as its sender."""
    if message.channel_kind in _PROVEN_BY_PROVIDER:
        return True
    return message.sender.kind is AddressKind.EMAIL and message.marks.authentication == "pass"


def typed_addresses(form: Mapping[str, str]) -> tuple[Address, ...]:
    """The addresses that somebody typed into a form or gave for a note, those left out that cannot be read."""
    found: list[Address] = []
    for kind, name in _TYPED:
        if given := form.get(name):
            with suppress(AddressError):
                found.append(to_address(kind, given))
    return tuple(found)
