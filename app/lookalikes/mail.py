"""Real mail servers on loopback for demo and tests: an IMAP mailbox (pymap) and an SMTP server (aiosmtpd).

Both run in a thread of their own, so blocking clients such as imap-tools work from the same process.
"""

import asyncio
import base64
import ssl
from argparse import Namespace
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any, Protocol, Self

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage

from app.lookalikes.loopback import Mishap
from app.lookalikes.threads import LoopThread

_LOOPBACK = "127.0.0.1"


class MailboxServer(Protocol):
    """An IMAP server with one user. Enter it with `async with`; the port is known then."""

    host: str
    port: int
    user: str
    password: str

    async def deliver(self, raw: bytes, folder: str = "INBOX", *, at: datetime | None = None) -> None:
        """Put a mail into a folder (made where missing), as its server would; `at` is the INTERNALDATE."""
        ...

    async def renumber(self) -> None:
        """Give the INBOX another UIDVALIDITY, as a server restored from a backup does."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


class PymapMailbox:
    """pymap's in-memory server: IDLE, MOVE, UIDPLUS. The first UID is 101; no TLS."""

    host = _LOOPBACK

    def __init__(self, *, user: str = "complaints@landlord.example", password: str = "mailbox", port: int = 0) -> None:  # noqa: S107 - opens nothing but this stand-in
        self.user, self.password, self.port = user, password, port
        self._thread: LoopThread | None = None
        self._server: asyncio.Server | None = None
        self._backend: DictBackend | None = None

    async def __aenter__(self) -> Self:
        self._thread = LoopThread()
        await self._thread.run(self._start())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._thread is not None and self._server is not None:
            self._thread.loop.call_soon_threadsafe(self._server.close)
            await self._thread.stop()

    async def deliver(self, raw: bytes, folder: str = "INBOX", *, at: datetime | None = None) -> None:
        """Put a mail into a folder (made where missing); waiting IDLEs hear of it."""
        if self._thread is None:
            raise RuntimeError("enter the mailbox first (async with)")
        await self._thread.run(self._append(raw, folder, at or datetime.now(UTC)))

    async def renumber(self) -> None:
        """Give the INBOX another UIDVALIDITY; its UIDs stay, which is the treacherous case."""
        if self._thread is None:
            raise RuntimeError("enter the mailbox first (async with)")
        await self._thread.run(self._revalidate())

    async def _start(self) -> None:
        arguments = Namespace(
            host=self.host, port=self.port, debug=False, cert=None, key=None, tls=False, passlib_cfg=None,
            proxy_protocol=None, demo_data=False, demo_user=self.user, demo_password=self.password,
        )  # fmt: skip
        self._backend, config = await DictBackend.init(arguments, invalid_user_sleep=0.0)
        config.apply_context()
        accept = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(self._backend.login, config))
        self._server = await asyncio.start_server(accept, host=self.host, port=self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _mailbox(self, folder: str) -> Any:
        if self._backend is None:
            raise RuntimeError("enter the mailbox first (async with)")
        async with self._backend.login.demo_user_identity.new_session() as session:
            if folder not in [entry.name for entry in (await session.mailbox_set.list_mailboxes()).list()]:
                await session.mailbox_set.add_mailbox(folder)
            return await session.mailbox_set.get_mailbox(folder)

    async def _append(self, raw: bytes, folder: str, at: datetime) -> None:
        mailbox = await self._mailbox(folder)
        await mailbox.append(AppendMessage(raw, at, frozenset()), recent=True)

    async def _revalidate(self) -> None:
        mailbox = await self._mailbox("INBOX")
        mailbox._uid_validity += 1  # noqa: SLF001 - pymap has no other way


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail that the SMTP server took: envelope and bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    over_tls: bool
    user: str | None

    @property
    def parsed(self) -> Message:
        """The mail, parsed leniently."""
        return message_from_bytes(self.raw)


@dataclass
class SmtpServer:
    """A real SMTP server that keeps what it takes. With `tls` it offers STARTTLS; with `user` it asks for a login.

    A login is PLAIN or LOGIN with `password`, or XOAUTH2 with `token`.
    """

    port: int = 0
    user: str | None = None
    password: str = "smtp"  # noqa: S105 - opens nothing but this stand-in
    token: str | None = None
    tls: ssl.SSLContext | None = None
    require_tls: bool = False
    size_limit: int = 35 * 2**20
    host: str = field(default=_LOOPBACK, init=False)
    mails: list[Mail] = field(default_factory=list, init=False)
    refused: dict[str, str] = field(default_factory=dict, init=False)
    connections: int = field(default=0, init=False)
    _planned: dict[str, deque[str | Mishap]] = field(default_factory=dict, init=False)
    _thread: LoopThread | None = field(default=None, init=False)
    _server: asyncio.Server | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        self._thread = LoopThread()
        await self._thread.run(self._start())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._thread is not None and self._server is not None:
            self._thread.loop.call_soon_threadsafe(self._server.close)
            await self._thread.stop()

    def mails_to(self, address: str) -> list[Mail]:
        """What was taken for an address, oldest first."""
        return [mail for mail in self.mails if address.casefold() in (each.casefold() for each in mail.recipients)]

    def fail_next(self, answer: str, *, at: str = "DATA", times: int = 1) -> None:
        """Answer the next MAIL, RCPT or DATA with this line, e.g. `451 4.3.0 Try later`."""
        self._plan(at, answer, times)

    def hang_next(self, *, at: str = "DATA") -> None:
        """Never answer the next MAIL, RCPT or DATA."""
        self._plan(at, Mishap.HANG, 1)

    def reset_next(self, *, at: str = "DATA") -> None:
        """Drop the connection at the next MAIL, RCPT or DATA."""
        self._plan(at, Mishap.RESET, 1)

    def lose_next_answer(self) -> None:
        """Take the next mail, then drop the connection instead of saying so."""
        self._plan("DATA", Mishap.LOST, 1)

    def refuse(self, address: str, answer: str = "550 5.1.1 No such user here") -> None:
        """Refuse a recipient from now on."""
        self.refused[address.casefold()] = answer

    def _plan(self, at: str, failure: str | Mishap, times: int) -> None:
        self._planned.setdefault(at, deque()).extend([failure] * times)

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, host=self.host, port=self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _protocol(self) -> asyncio.Protocol:
        self.connections += 1
        session = SMTP(
            _Post(self),
            data_size_limit=self.size_limit,
            enable_SMTPUTF8=True,
            hostname="mail.stand-in.example",
            ident="Stand-in",
            tls_context=self.tls,
            require_starttls=self.require_tls,
            auth_required=self.user is not None,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )
        session._auth_require_tls = self.require_tls  # noqa: SLF001 - as an argument it raises a warning
        protocol: asyncio.Protocol = session
        return protocol

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = (
            isinstance(given, LoginPassword)
            and self.user is not None
            and (given.login, given.password) == (self.user.encode(), self.password.encode())
        )
        return AuthResult(success=right, handled=False, auth_data=self.user)

    def token_is_right(self, user: str, token: str) -> bool:
        """Whether an XOAUTH2 login is good."""
        return self.token is not None and (user, token) == (self.user, self.token)

    async def mishap(self, at: str, server: Any) -> str | None:
        """Do what was planned for this step: an answer to give, or None to go on."""
        queue = self._planned.get(at)
        planned = queue.popleft() if queue else None
        if planned is Mishap.HANG:
            await asyncio.Event().wait()
        if isinstance(planned, Mishap):
            server.transport.abort()
            return "421 4.3.2 Closing"
        return planned

    def next_is_lost(self) -> bool:
        """Whether the next DATA is to be taken without an answer."""
        queue = self._planned.get("DATA")
        return bool(queue) and queue[0] is Mishap.LOST if queue else False


class _Post:
    """aiosmtpd's hooks: refuse, fail or keep."""

    def __init__(self, post: SmtpServer) -> None:
        self._post = post

    async def auth_XOAUTH2(self, server: Any, words: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's naming
        """XOAUTH2: `user=...^Aauth=Bearer ...^A^A` in one step."""
        blob = words[1].encode() if len(words) > 1 else await server.challenge_auth("", encode_to_b64=False)
        if blob is MISSING:
            return AuthResult(success=False)
        raw = base64.b64decode(blob) if len(words) > 1 else bytes(blob)
        parts = dict(part.partition("=")[::2] for part in raw.decode().split("\x01") if part)
        token = parts.get("auth", "").removeprefix("Bearer ")
        right = self._post.token_is_right(parts.get("user", ""), token)
        return AuthResult(success=right, handled=False, auth_data=parts.get("user"))

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's naming
        self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        planned = await self._post.mishap("MAIL", server)
        if planned is not None:
            return planned
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's naming
        self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        planned = await self._post.mishap("RCPT", server) or self._post.refused.get(address.casefold())
        if planned is not None:
            return planned
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's naming
        mail = Mail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            raw=bytes(envelope.original_content or b""),
            over_tls=session.ssl is not None,
            user=session.auth_data if session.authenticated else None,
        )
        if self._post.next_is_lost():
            self._post.mails.append(mail)
        planned = await self._post.mishap("DATA", server)
        if planned is not None:
            return planned
        self._post.mails.append(mail)
        return f"250 2.0.0 OK: queued as {len(self._post.mails)}"
