"""What was read from one mail: frozen values, no reading in here.

Nothing of it is trusted: addresses, dates, names and authentication results are what the mail says.
"""

from pydantic import Field

from domain.values import Instant, Value


class Mailbox(Value):
    """A name and an address as a header gives them; either may be empty."""

    name: str = ""
    address: str = ""
    """``local@domain``, the domain in lower case; not checked to exist."""


class MailAttachment(Value):
    """A file that came with a mail."""

    name: str
    """Safe as a file name: no path, no control or direction characters, never empty, at most 120 code points."""
    content_type: str
    content: bytes = Field(repr=False)
    inline: bool = False
    """Shown within the text (a picture of a signature or a photograph)."""
    note: str | None = None
    """What a person should know, e.g. that a file could not be looked into."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


class MailMarks(Value):
    """What the outside of a mail says about it (design section 4, "Automatic mail is of three classes").

    ``automatic`` is class (a), ``suppress_answer`` without it class (b), neither class (c). ``suppress_answer`` is true
    whenever ``automatic`` or ``bulk`` is. Whether it is our own mail come back, only those know who know what we sent.
    """

    automatic: bool = False
    bounce: bool = False
    """Of a mail that was not (yet) delivered; the report says whether it is final."""
    suppress_answer: bool = False
    bulk: bool = False
    says_sent_as: str | None = None
    """The Message-ID of ours that it says it was sent under (``X-Tenantline``); anybody can write that."""
    read_receipt: bool = False
    calendar_reply: bool = False
    spam: bool = False
    """A filter on the way said so; the mail is still read (situation 182)."""
    reasons: tuple[str, ...] = ()
    """Plain words, one a finding, without addresses or text of the mail."""


class RecipientStatus(Value):
    """What became of a mail for one recipient (RFC 3464 section 2.3)."""

    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded``."""
    status: str = ""
    """Enhanced status code (RFC 3463), e.g. ``5.1.1``; empty where none was given."""
    final_recipient: str = ""
    original_recipient: str = ""
    diagnostic: str = Field(default="", repr=False)

    @property
    def permanent(self) -> bool:
        """Whether it failed for good: a failure with a 5.x.x status, or with none."""
        return self.action == "failed" and not self.status.startswith("4")


class BounceReport(Value):
    """A delivery report, formal (RFC 3464) or read from a bounce in plain words."""

    recipients: tuple[RecipientStatus, ...] = ()
    original_message_id: str | None = None
    """The Message-ID, without angle brackets, of the mail reported on."""
    original_subject: str | None = None
    envelope_id: str | None = None
    """Original-Envelope-Id (the ENVID of RFC 3461)."""
    verp_token: str | None = None
    """The token of our return address ``bounces+TOKEN@`` that it came back to."""
    reporting_mta: str | None = None
    formal: bool = True
    """False where it was read from plain words (qmail, Exim, older Exchange)."""

    @property
    def action(self) -> str:
        """The worst of the recipients' actions; ``failed`` where a plain bounce names none."""
        order = ("failed", "delayed", "expanded", "relayed", "delivered")
        found = {recipient.action for recipient in self.recipients}
        return next((action for action in order if action in found), "failed")

    @property
    def permanent(self) -> bool:
        """Whether any recipient failed for good."""
        return any(recipient.permanent for recipient in self.recipients) or not self.recipients


class ReadReceipt(Value):
    """A message disposition notification (RFC 8098)."""

    disposition: str
    """``displayed``, ``deleted``, ``dispatched``, ``processed``, ``denied`` or ``failed``."""
    original_message_id: str | None = None
    final_recipient: str = ""


class Authentication(Value):
    """What the topmost Authentication-Results header says (RFC 8601): ``pass``, ``fail``, ``none`` ... or empty.

    Trust it only where the landlord's own server writes that header and removes foreign ones.
    """

    server: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""

    @property
    def verdict(self) -> str | None:
        """``pass``, ``fail`` or None when nothing can be said: DMARC where known, else DKIM, else SPF."""
        for result in (self.dmarc, self.dkim, self.spf):
            if result == "pass":
                return "pass"
            if result in ("fail", "softfail", "permerror", "policy"):
                return "fail"
        return None


class ParsedMail(Value):
    """One mail as it was read; every mail gives one, with ``problems`` where parts of it could not be read."""

    message_id: str | None = None
    """Without angle brackets; None where it is missing, which is normal."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_address: str = ""
    from_name: str = ""
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    return_path: str | None = None
    """None where absent, '' for the null path ``<>``."""
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    """Addresses of Delivered-To, X-Original-To and their like: which mailbox of ours it came to."""
    subject: str = ""
    date: Instant | None = None
    """What the mail claims; evidence only (situation 188)."""
    text: str = ""
    """All readable text, quoted history included; HTML made readable; attached mails below a forward's mark."""
    html: str | None = Field(default=None, repr=False)
    """As it came, decoded; never safe to show unescaped."""
    attachments: tuple[MailAttachment, ...] = ()
    attachment_texts: tuple[str, ...] = Field(default=(), repr=False)
    """Words beside the text, to be read for danger: of files, of another version of the mail, behind a cut."""
    marks: MailMarks = MailMarks()
    delivery_report: BounceReport | None = None
    read_receipt: ReadReceipt | None = None
    calendar_method: str | None = None
    """REPLY, REQUEST, CANCEL ... where a calendar part came with it."""
    calendar_answer: str | None = None
    """ACCEPTED, DECLINED, TENTATIVE of a calendar reply."""
    authentication: Authentication = Authentication()
    header_names: frozenset[str] = frozenset()
    """Of all its headers, in lower case."""
    content_hash: str
    """Of sender, subject, text and attachments, without the traces of transport: a second delivery has the same."""
    problems: tuple[str, ...] = ()
    """Plain sentences on what could not be read."""
