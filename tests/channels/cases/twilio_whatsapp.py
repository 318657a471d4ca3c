"""What WhatsApp hands to the contract suite."""

from tests.channels.cases.twilio_sms import FAILURES, TwilioCases

CASES = TwilioCases(kind="twilio_whatsapp", failures=FAILURES, prefix="whatsapp:")
