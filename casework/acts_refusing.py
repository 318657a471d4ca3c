"""A person does not take a complaint on, or takes it on after all. The machine does neither (Code 2.1 to 2.5)."""

from datetime import date
from typing import Literal

from casework.words import Text
from domain.values import Instant, Value


class RefuseComplaint(Value):
    """A named person does not take this complaint on: ground, evidence, reasons, and the right to the Ombudsman.

    What of it is something else is split off first: each complaint is weighed on its own merits.
    """

    act: Literal["refuse_complaint"] = "refuse_complaint"
    at: Instant
    """When the complainant was told."""
    ground: str
    """A ground of the policy or its code, or what the policy excludes."""
    evidence: Text
    reasons: Text
    told_of_ombudsman: bool
    happened_on: date | None = None
    """Of a time limit: when it happened."""
    known_since: date | None = None
    """... and since when the complainant knew of it, as they said when asked."""
    discretion: Text = ""
    """... and why it is not taken on all the same."""
    filed_on: date | None = None
    """Of legal proceedings: when claim form and particulars were filed at court; a letter of claim is neither."""
    whom_to_ask: Text = ""
    """Of what another body decides: which one, and how to reach it."""
    how: Literal["repetitive", "vexatious", "malicious", ""] = ""
    """Of a complaint made in an unreasonable way."""


class AcceptComplaint(Value):
    """It is taken on: by discretion although it comes late, or after all, as the Ombudsman says or new facts show."""

    act: Literal["accept_complaint"] = "accept_complaint"
    reasons: Text


RefusingAct = RefuseComplaint | AcceptComplaint
