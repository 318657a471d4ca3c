"""Mail: in from an IMAP mailbox by UID cursor, out by SMTP. What a mail says is read in ``channels/mail/``.

With another UIDVALIDITY a folder is read again from its start, and the store's unique Message-ID and content hash keep
"once". A channel whose settings name one server only does only what that server is for.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from channels.mail.compose import compose
from channels.mail.fetching import FolderFetch, in_thread, read_cursor
from channels.mail.imap import FirstFetch, ImapMailbox, ImapSettings
from channels.mail.imap_answers import Mail
from channels.mail.incoming import HEAD_TYPE, MailReader, token_of
from channels.mail.smtp import Security, SmtpPool, SmtpSettings
from domain.addresses import domains_of, normalise_email
from domain.errors import AddressError, FetchError, SendError, Unreadable
from domain.messages import (
    OLDEST_ANSWERED,
    AddressKind,
    Batch,
    DeliveryReport,
    InboundMessage,
    OutboundMessage,
    ProbeResult,
    Receipt,
    Received,
    SetAside,
    is_long_ago,
)
from domain.ports import HelpingProcess

KIND: Final = "email_imap"

_WORTH_HELP: Final = 5
"""Mails at a time, from which on handing them over costs less than reading them here."""
_MOST_HELPED_BYTES: Final = 4 * 2**20
"""So that the most hostile of them are read long before the helper counts as hanging."""
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class Settings(BaseModel):
    """The ``[channels.<name>]`` block of a landlord's mailbox."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(description="The address that our mail is from and people write to.")
    from_name: str = Field(default="", max_length=200, description="The name beside it.")
    reply_to: str | None = Field(default=None, description="Where answers shall go, if not to the address.")
    other_addresses: tuple[str, ...] = Field(
        default=(), description="Our further addresses, to know our own mail and what is written to us."
    )
    bounce_domain: str | None = Field(
        default=None,
        description="Domain whose bounces+TOKEN@ addresses all reach this mailbox; else bounces go to the address.",
    )
    authentication_server: str | None = Field(
        default=None,
        description="Name with which our own server signs Authentication-Results; no other's results are believed.",
    )
    user: str | None = Field(default=None, description="Login name, for reading and sending.")
    password: SecretStr | None = Field(default=None, description="Password of the login.")
    token: SecretStr | None = Field(default=None, description="Access token for XOAUTH2, instead of a password.")
    ca_file: Path | None = Field(default=None, description="PEM file of the authority to trust, else the system's.")
    timeout_seconds: float = Field(default=30, gt=0, le=300, description="Longest wait for a server's next word.")

    imap_host: str | None = Field(default=None, description="IMAP server; without it mail is only sent.")
    imap_port: int = Field(default=993, ge=1, le=65535, description="993 with TLS, 143 with STARTTLS.")
    imap_security: Security = Field(default="tls", description="tls, starttls, or plain (only on this machine).")
    folders: tuple[str, ...] = Field(
        default=("INBOX",), min_length=1, description="Folders that are read, e.g. INBOX and Junk (situation 182)."
    )
    move_to: str | None = Field(
        default=None, description="Folder into which taken mail is moved; without it the mailbox is only read."
    )
    first_fetch: FirstFetch = Field(
        default="recent",
        description="What a first poll takes: recent (since yesterday), all, or new (only what comes from now on).",
    )
    batch_size: int = Field(default=50, ge=1, le=500, description="Most mails in one batch.")
    batch_bytes: int = Field(default=16 * 2**20, ge=2**10, description="Most bytes in one batch of several mails.")
    max_mail_bytes: int = Field(default=60 * 2**20, ge=2**10, description="A larger mail is set aside unread.")

    smtp_host: str | None = Field(default=None, description="SMTP server; without it mail is only read.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="587 with STARTTLS, 465 with TLS.")
    smtp_security: Security = Field(default="starttls", description="tls, starttls, or plain (only on this machine).")
    smtp_user: str | None = Field(default=None, description="Login name for sending, where it is another.")
    smtp_password: SecretStr | None = Field(default=None, description="Password for sending, where it is another.")
    smtp_token: SecretStr | None = Field(default=None, description="Access token for sending, where it is another.")
    smtp_connections: int = Field(
        default=3, ge=1, le=20, description="Most connections for sending at a time (Microsoft 365 allows three)."
    )
    hello_name: str | None = Field(default=None, description="Our name in EHLO; by default the address's domain.")

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        try:
            return normalise_email(address)
        except AddressError as error:
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def _hangs_together(self) -> "Settings":
        for host, security in ((self.imap_host, self.imap_security), (self.smtp_host, self.smtp_security)):
            if host is not None and security == "plain" and host not in _LOOPBACK:
                raise ValueError("plain is only for a server on this machine: use tls or starttls")
        if self.imap_host is not None and (self.user is None or (self.password is None and self.token is None)):
            raise ValueError("a mailbox needs user, and password or token")
        if self.move_to is not None and self.move_to in self.folders:
            raise ValueError("move_to must not be one of the folders that are read")
        return self

    @property
    def domain(self) -> str:
        """The right part of our address, and of the Message-IDs that we make."""
        return self.address.rpartition("@")[2].lower()

    def imap(self) -> ImapSettings | None:
        """What concerns reading, or None."""
        if self.imap_host is None or self.user is None:
            return None
        return ImapSettings(
            host=self.imap_host,
            port=self.imap_port,
            security=self.imap_security,
            user=self.user,
            password=self.password,
            token=self.token,
            ca_file=self.ca_file,
            folders=self.folders,
            move_to=self.move_to,
            first_fetch=self.first_fetch,
            batch_size=self.batch_size,
            batch_bytes=self.batch_bytes,
            max_mail_bytes=self.max_mail_bytes,
            timeout_seconds=self.timeout_seconds,
        )

    def smtp(self) -> SmtpSettings | None:
        """What concerns sending, or None."""
        if self.smtp_host is None:
            return None
        is_other = self.smtp_user is not None
        return SmtpSettings(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            hello_name=self.hello_name or self.domain,
            ca_file=self.ca_file,
            user=self.smtp_user or self.user,
            password=self.smtp_password if is_other else self.password,
            token=self.smtp_token if is_other else self.token,
            timeout_seconds=self.timeout_seconds,
            max_connections=self.smtp_connections,
        )


class EmailChannel:
    """One mailbox with its servers. A connection to each is kept between calls and made anew after trouble."""

    kind = KIND
    address_kind = AddressKind.EMAIL

    def __init__(self, landlord: str, name: str, settings: Settings) -> None:
        self.landlord = landlord
        self.name = name
        self._settings = settings
        self._domain = settings.domain
        self.mail_domains = domains_of((settings.address, *settings.other_addresses))
        self._reader = MailReader(
            landlord=landlord,
            channel=name,
            channel_kind=KIND,
            domain=self._domain,
            own_addresses=(settings.address, *settings.other_addresses),
            further_domains=(settings.bounce_domain.lower(),) if settings.bounce_domain else (),
            authentication_server=settings.authentication_server,
        )
        imap, smtp = settings.imap(), settings.smtp()
        self._mailbox = ImapMailbox(imap) if imap is not None else None
        self._pool = SmtpPool(smtp) if smtp is not None else None
        self._turn = asyncio.Lock()  # the mailbox does one thing at a time
        self._fetches = 0  # under way or waiting for their turn
        self._helper: HelpingProcess | None = None

    def be_helped_by(self, helper: HelpingProcess) -> None:
        """See ``domain.ports.Laborious``: mails that come many at a time are read there."""
        self._helper = helper
        with suppress(RuntimeError):
            helper.call(self._reader.read_all, ())  # so that it has loaded what it takes before mails come

    async def probe(self) -> ProbeResult:
        """Log in and open each folder; EHLO, log in and NOOP. Nothing is changed."""
        troubles: list[str] = []
        details: list[str] = []
        if self._mailbox is None:
            details.append("reading: no imap_host is set, this channel sends only")
        else:
            try:
                details += await in_thread(self._mailbox.check)
            except FetchError as error:
                troubles.append(f"Reading: {error}.")
        if self._pool is None:
            details.append("sending: no smtp_host is set, this channel receives only")
        else:
            try:
                await self._pool.check()
                details.append("sending: the server takes our login")
            except SendError as error:
                troubles.append(f"Sending: {error.words}")
        if self._mailbox is None and self._pool is None:
            troubles.append("Neither imap_host nor smtp_host is set.")
        words = " ".join(troubles) or "The mail servers answer and take our login."
        return ProbeResult(ok=not troubles, words=words, details=tuple(details))

    async def aclose(self) -> None:
        """Log out everywhere."""
        if self._mailbox is not None:
            self._mailbox.stop_waiting()
            async with self._turn:
                await in_thread(self._mailbox.close)
        if self._pool is not None:
            await self._pool.aclose()

    def message_from_mail(self, raw: bytes, received_at: datetime, provider_id: str) -> Received:
        """What one mail's bytes are, from a mailbox or a file; see ``channels.mail.incoming``. Never raises."""
        return self._reader.read(raw, received_at, provider_id)

    def read_again(self, aside: SetAside, now: datetime) -> Received:
        """See ``domain.ports.Rereader``."""
        if aside.raw_type == HEAD_TYPE:
            raise Unreadable("only its head was kept: save it from the mailbox, and give it to `tenantline ingest`")
        return self._reader.read(aside.raw, aside.received_at or now, aside.provider_id)


class EmailIn(EmailChannel):
    """A mailbox that is read."""

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        """New mail of every folder, oldest first, in batches; the next batch is fetched while one is being stored.

        What lies at or below ``cursor`` is moved first where ``move_to`` is set: it is safely stored by now. A wait
        for news ends at once, or whoever waits would keep everybody else from the mailbox for minutes.

        Raises:
            FetchError: the mailbox cannot be read now, or one mail of it.

        """
        mailbox = self._open_mailbox()
        places = read_cursor(cursor)
        self._fetches += 1
        mailbox.stop_waiting()
        try:
            async with self._turn:
                for folder in self._settings.folders:
                    fetching = FolderFetch(
                        mailbox=mailbox,
                        folder=folder,
                        places=places,
                        read=partial(self._read, now),
                        most_alone=self._settings.batch_size,
                        now=now,
                    )
                    async with aclosing(fetching.batches()) as batches:
                        async for batch in batches:
                            yield batch
        finally:
            self._fetches -= 1

    async def wait_for_news(self, seconds: float) -> bool:
        """IDLE in the first folder, until a fetch wants the mailbox. A server without IDLE is waited out.

        Raises:
            FetchError: the mailbox cannot be reached.

        """
        mailbox = self._open_mailbox()
        async with self._turn:
            if self._fetches:
                return False
            first = self._settings.folders[0]
            mailbox.begin_waiting()
            stop = mailbox.stop_waiting
            news = await in_thread(mailbox.wait_for_news, first, seconds, on_cancel=stop)
        if news is None:
            await asyncio.sleep(seconds)
            return True
        return news

    def _open_mailbox(self) -> ImapMailbox:
        if self._mailbox is None:
            raise FetchError("this channel has no mailbox to read: set imap_host, user and password")
        return self._mailbox

    def _read(self, now: datetime, folder: str, validity: int, mails: list[Mail]) -> Received:
        """One batch of mails, read."""
        messages: list[InboundMessage] = []
        reports: list[DeliveryReport] = []
        aside: list[SetAside] = []
        place = f"{validity}/" if folder == "INBOX" else f"{folder}/{validity}/"
        whole = [mail for mail in mails if mail.refusal is None]
        read = iter(self._read_all([(mail.raw, mail.internal_date or now, f"{place}{mail.uid}") for mail in whole]))
        for mail in mails:
            received_at = mail.internal_date or now
            if mail.refusal is not None:
                found = self._reader.head_aside(mail.raw, received_at, f"{place}{mail.uid}", mail.refusal)
            else:
                found = next(read)
                if is_long_ago(received_at, now):
                    reason = f"it lay more than {OLDEST_ANSWERED.days} days in the mailbox before it was first seen"
                    found = found.for_a_person(reason)
            messages += found.messages
            reports += found.reports
            aside += found.set_aside
        return Received(messages=tuple(messages), reports=tuple(reports), set_aside=tuple(aside))

    def _read_all(self, mails: Sequence[tuple[bytes, datetime, str]]) -> tuple[Received, ...]:
        many = len(mails) >= _WORTH_HELP and sum(len(raw) for raw, *_ in mails) <= _MOST_HELPED_BYTES
        if self._helper is not None and many:
            with suppress(RuntimeError):
                return self._helper.call(self._reader.read_all, mails)
        return self._reader.read_all(mails)


class EmailOut(EmailChannel):
    """A mailbox that mail is sent from."""

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        """Send one mail; the receipt's id is its Message-ID, by which reports name it.

        The return path is ``bounces+TOKEN@bounce_domain``, the token being the left part of our Message-ID.

        Raises:
            SendError: no mail address or Message-ID (permanent), or what ``channels.mail.smtp`` says of the server.

        """
        if self._pool is None:
            raise SendError(retryable=False, code="no_smtp", words="This mailbox only receives: set smtp_host.")
        if outbound.to.kind is not AddressKind.EMAIL or not outbound.message_id:
            raise SendError(retryable=False, code="no_address", words="A mail needs an email address and a Message-ID.")
        message_id = outbound.message_id.strip().removeprefix("<").removesuffix(">")
        raw = self._composed(outbound, message_id, now)
        await self._pool.deliver(self._return_path(message_id), outbound.to.value, raw)
        return Receipt(provider_id=message_id, at=now)

    def _composed(self, outbound: OutboundMessage, message_id: str, now: datetime) -> bytes:
        try:
            return compose(
                from_address=self._settings.address,
                from_name=self._settings.from_name,
                to_address=outbound.to.value,
                to_name=outbound.to_name or "",
                subject=outbound.subject or "",
                text=outbound.body,
                message_id=message_id,
                date=outbound.first_attempt_at or now,  # a repeat is the same mail
                reply_to=self._settings.reply_to,
                reference=outbound.reference,
                in_reply_to=outbound.in_reply_to,
                references=outbound.references,
                automatic=outbound.automatic,
                language=outbound.language,
            )
        except ValueError as error:
            raise SendError(
                retryable=False, code="address_form", words="This address or Message-ID cannot stand in a mail."
            ) from error

    def _return_path(self, message_id: str) -> str:
        token = token_of(message_id, self._domain)
        if self._settings.bounce_domain and token:
            return f"bounces+{token}@{self._settings.bounce_domain}"
        return self._settings.address


class EmailBothWays(EmailIn, EmailOut):
    """The usual mailbox."""


def build(landlord: str, name: str, settings: Settings) -> EmailChannel:
    """The adapter of one mailbox. It offers what its servers are for: without an IMAP server nobody polls it."""
    kinds = {(True, True): EmailBothWays, (True, False): EmailIn, (False, True): EmailOut}
    reads, sends = settings.imap() is not None, settings.smtp() is not None
    return kinds.get((reads, sends), EmailChannel)(landlord, name, settings)
