"""Texts through Twilio."""

from channels.twilio_common import TwilioChannel, TwilioSettings
from domain.messages import AddressKind

KIND = "twilio_sms"
Settings = TwilioSettings


def build(landlord: str, name: str, settings: Settings) -> TwilioChannel:
    """The channel ``name`` of a landlord."""
    return TwilioChannel(landlord=landlord, name=name, kind=KIND, address_kind=AddressKind.PHONE, settings=settings)
