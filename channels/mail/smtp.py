"""Hands finished mails to an SMTP server over a few kept connections, and says what its answers mean.

Nothing in here knows what is in a mail. Answers of servers often repeat the address, so none is ever shown or logged.
"""

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import aiosmtplib
from aiosmtplib import SMTP
from pydantic import SecretStr

from domain.errors import SendError

Security = Literal["tls", "starttls", "plain"]

_ENHANCED: Final = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463 section 2
_PLAIN_ADDRESS: Final = re.compile(r"[A-Za-z0-9_+='-]+(?:\.[A-Za-z0-9_+='-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LOGIN_CODES: Final = (530, 534, 535, 538)  # RFC 4954 section 6
_LAST_FAILURE: Final = 600


@dataclass(frozen=True, kw_only=True)
class SmtpSettings:
    """Where mail is handed in, and as whom. ``token`` (XOAUTH2) goes before ``password``."""

    host: str
    port: int
    security: Security
    hello_name: str
    ca_file: Path | None = None
    user: str | None = None
    password: SecretStr | None = None
    token: SecretStr | None = None
    timeout_seconds: float = 30.0
    max_connections: int = 2


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A context that checks certificate and host name."""
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


class SmtpPool:
    """A few connections to one server, made when first needed, used again, and made anew when they have gone stale."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._free = asyncio.Semaphore(settings.max_connections)
        self._idle: list[SMTP] = []

    async def deliver(self, sender: str, recipient: str, raw: bytes) -> str:
        """Hand over one mail for one recipient; what the server said when it took it.

        Raises:
            SendError: see ``to_send_error``; ``uncertain`` once the mail itself was on its way.

        """
        async with self._free:
            client = await self._open_envelope(sender, recipient)
            try:
                response = await client.data(raw)
            except aiosmtplib.SMTPDataError as error:
                await self._give_back(client)
                raise to_send_error(error) from error
            except (aiosmtplib.SMTPException, OSError) as error:
                client.close()
                raise to_send_error(error, uncertain=True) from error
            except asyncio.CancelledError:
                client.close()
                raise
            self._idle.append(client)
            return response.message

    async def check(self) -> None:
        """EHLO, login and NOOP on a connection of its own.

        Raises:
            SendError: any of it failed.

        """
        client = await self._connect()
        try:
            await client.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise to_send_error(error) from error
        finally:
            await _quit(client)

    async def aclose(self) -> None:
        """Say goodbye on every kept connection."""
        while self._idle:
            await _quit(self._idle.pop())

    async def _open_envelope(self, sender: str, recipient: str) -> SMTP:
        """A connection that has taken MAIL and RCPT. Until here a repeat is harmless, so a stale one is replaced."""
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                try:
                    return await self._envelope(client, sender, recipient)
                except SendError as error:
                    if not _is_stale(error.__cause__):
                        raise
            client.close()
        return await self._envelope(await self._connect(), sender, recipient)

    async def _envelope(self, client: SMTP, sender: str, recipient: str) -> SMTP:
        try:
            await _say_sender(client, sender)
            await _say_recipient(client, recipient)
        except (aiosmtplib.SMTPResponseException, ValueError) as error:
            await self._give_back(client)
            raise to_send_error(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise to_send_error(error) from error
        except asyncio.CancelledError:
            client.close()
            raise
        return client

    async def _give_back(self, client: SMTP) -> None:
        """Keep a connection after a refusal, with its envelope cleared."""
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            client.close()
        else:
            self._idle.append(client)

    async def _connect(self) -> SMTP:
        own = self._settings
        client = SMTP(
            hostname=own.host,
            port=own.port,
            local_hostname=own.hello_name,
            timeout=own.timeout_seconds,
            use_tls=own.security == "tls",
            start_tls=own.security == "starttls",
            tls_context=None if own.security == "plain" else tls_context(own.ca_file),
        )
        try:
            await client.connect()
            await client.ehlo()
            await self._login(client)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise to_send_error(error) from error
        except asyncio.CancelledError:
            client.close()
            raise
        return client

    async def _login(self, client: SMTP) -> None:
        """Where the server offers no login it knows us by our address, or says at MAIL that it wants one."""
        own = self._settings
        if own.user is None or not client.supports_extension("auth"):
            return
        if own.token is not None:
            await client.auth_xoauth2(own.user, own.token.get_secret_value())
        elif own.password is not None:
            await client.login(own.user, own.password.get_secret_value())


async def _say_sender(client: SMTP, address: str) -> None:
    """MAIL. The client reads an address as if it stood in a header, which takes long; a plain one is left as it is."""
    if _PLAIN_ADDRESS.fullmatch(address) is None:
        await client.mail(address)
        return
    answer = await client.execute_command(b"MAIL", f"FROM:<{address}>".encode())
    if answer.code != aiosmtplib.SMTPStatus.completed:
        raise aiosmtplib.SMTPSenderRefused(answer.code, answer.message, address)


async def _say_recipient(client: SMTP, address: str) -> None:
    """RCPT; see ``_say_sender``."""
    if _PLAIN_ADDRESS.fullmatch(address) is None:
        await client.rcpt(address)
        return
    answer = await client.execute_command(b"RCPT", f"TO:<{address}>".encode())
    if answer.code not in (aiosmtplib.SMTPStatus.completed, aiosmtplib.SMTPStatus.will_forward):
        raise aiosmtplib.SMTPRecipientRefused(answer.code, answer.message, address)


def to_send_error(error: Exception, *, uncertain: bool = False) -> SendError:
    """What a failure means for the outbox.

    An answer 4xx is retryable and 5xx permanent (RFC 5321 section 4.2.1), with the enhanced code where there is one,
    else ``smtp_550``. A refused login is retryable, since it is ours to mend. Timeouts and lost connections are
    retryable, ``uncertain`` where the caller had already sent the mail.
    """
    match error:
        case aiosmtplib.SMTPResponseException():
            return _from_answer(
                error.code, error.message, is_login=isinstance(error, aiosmtplib.SMTPAuthenticationError)
            )
        case ssl.SSLError():
            return SendError(retryable=True, code="tls", words="The mail server's certificate could not be checked.")
        case ValueError():
            words = "The mail server cannot deliver to this kind of address."
            return SendError(retryable=False, code="address_form", words=words)
        case TimeoutError():
            words = "The mail server did not answer in time."
            return SendError(retryable=True, code="timeout", words=words, uncertain=uncertain)
        case ConnectionError() | OSError():
            code, words = "connection", "The mail server could not be reached."
            if _has_certificate_trouble(error):
                code, words = "tls", "The mail server's certificate could not be checked."
            return SendError(retryable=True, code=code, words=words, uncertain=uncertain)
        case _:
            return SendError(
                retryable=True,
                code="smtp",
                words="The mail server does not offer what the settings ask for (STARTTLS or a login).",
                uncertain=uncertain,
            )


def _is_stale(error: BaseException | None) -> bool:
    """Whether a kept connection turned out to be closed, or was closed with 421 (RFC 5321 section 3.8)."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code == aiosmtplib.SMTPStatus.domain_unavailable
    return isinstance(error, aiosmtplib.SMTPServerDisconnected | OSError)


def _from_answer(status: int, message: str, *, is_login: bool) -> SendError:
    enhanced = _ENHANCED.match(message.strip())
    code = enhanced.group(1) if enhanced and enhanced.group(1)[0] == str(status)[0] else f"smtp_{status}"
    if is_login or status in _LOGIN_CODES:
        words = "The mail server refused our login: the operator must check user, password or token."
        return SendError(retryable=True, code=code, words=words)
    if 500 <= status < _LAST_FAILURE:  # noqa: PLR2004 - RFC 5321's classes of answers
        return SendError(retryable=False, code=code, words=_refusal_words(code))
    return SendError(retryable=True, code=code, words="The mail server asked us to try again later.")


def _refusal_words(code: str) -> str:
    """Words for the commonest refusals (RFC 3463 section 3)."""
    return {
        "5.1.1": "This mailbox does not exist.",
        "5.1.2": "The domain of this address does not exist.",
        "5.1.10": "This address takes no mail.",
        "5.2.1": "This mailbox is closed.",
        "5.2.2": "This mailbox is full.",
        "5.3.4": "The mail is too large for the mail server.",
        "5.7.1": "The mail server refused the mail by its rules.",
    }.get(code, "The mail server refused the mail for good.")


def _has_certificate_trouble(error: BaseException) -> bool:
    cause = error.__cause__ or error.__context__
    return isinstance(cause, ssl.SSLError)


async def _quit(client: SMTP) -> None:
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit()
    client.close()
