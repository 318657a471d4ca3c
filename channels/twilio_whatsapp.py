"""WhatsApp through Twilio: as texts, but a free text may go only within 24 hours of the person's last message."""

import json
from datetime import datetime, timedelta
from typing import Any

from channels.twilio_common import TwilioChannel, TwilioSettings
from domain.errors import SendError
from domain.messages import AddressKind, OutboundMessage

KIND = "twilio_whatsapp"
Settings = TwilioSettings

WINDOW = timedelta(hours=24)  # Meta's customer service window, from the person's last message


def window_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether a free text may be sent: the composer asks this too. Closed when the person never wrote."""
    return last_inbound_at is not None and now - last_inbound_at < WINDOW


class WhatsAppChannel(TwilioChannel):
    """One WhatsApp number at Twilio."""

    def fields(self, outbound: OutboundMessage, now: datetime) -> dict[str, Any]:
        """As for a text; outside the window the approved template, with its variables by number or name.

        Raises:
            SendError: the window is closed and no template is given; permanent.
        """
        fields = super().fields(outbound, now)
        if window_open(outbound.last_inbound_at, now):
            return fields
        variables = dict(outbound.template)
        sid = variables.pop("sid", "")
        if not sid:
            words = "WhatsApp's 24-hour window is closed and the message has no approved template"
            raise SendError(retryable=False, code="63016", words=words)
        del fields["body"]
        return fields | {"content_sid": sid, "content_variables": json.dumps(variables)}


def build(landlord: str, name: str, settings: Settings) -> WhatsAppChannel:
    """The channel ``name`` of a landlord."""
    return WhatsAppChannel(
        landlord=landlord, name=name, kind=KIND, address_kind=AddressKind.WHATSAPP, settings=settings
    )
