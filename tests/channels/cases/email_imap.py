"""What mail hands to the contract suite."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from app.lookalikes.mail import PymapMailbox, SmtpServer
from channels import email_imap
from domain.messages import Address, AddressKind
from tests.channels.harness import LANDLORD, NAME, Bench, ChannelCases, Failure, an_outbound

PASSWORD = "password-that-nobody-may-see"
ADDRESS = "complaints@landlord.example"
MAIL = "From: ann@example.org\r\nTo: complaints@landlord.example\r\nSubject: Lift\r\n\r\n{}\r\n"


@dataclass(kw_only=True)
class EmailCases(ChannelCases):
    """One mailbox."""

    def channel(self) -> email_imap.EmailChannel:
        servers = {"imap_host": "127.0.0.1", "smtp_host": "127.0.0.1", "user": ADDRESS, "password": PASSWORD}
        return email_imap.build(LANDLORD, NAME, email_imap.Settings.model_validate({"address": ADDRESS, **servers}))

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        return self._bench()

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        smtp = SmtpServer(user=ADDRESS, password=PASSWORD)
        async with PymapMailbox(user=ADDRESS, password=PASSWORD) as mailbox, smtp:
            settings = email_imap.Settings(
                address=ADDRESS,
                imap_host=mailbox.host,
                imap_port=mailbox.port,
                imap_security="plain",
                smtp_host=smtp.host,
                smtp_port=smtp.port,
                smtp_security="plain",
                user=ADDRESS,
                password=SecretStr(PASSWORD),
                timeout_seconds=2,
            )
            plans: dict[str, Callable[[], None]] = {
                "bad request": lambda: smtp.fail_next("501 5.1.3 Bad syntax", at="RCPT"),
                "unauthorised": lambda: _change_password(smtp),
                "forbidden": lambda: smtp.fail_next("550 5.7.1 Not allowed"),
                "throttled": lambda: smtp.fail_next("451 4.7.1 Too many, try later", at="RCPT"),
                "server error": lambda: smtp.fail_next("451 4.3.0 Trouble here"),
                "timeout": smtp.hang_next,
                "connection reset": smtp.reset_next,
                "answer lost": smtp.lose_next_answer,
            }
            yield Bench(
                channel=email_imap.build(LANDLORD, NAME, settings),
                outbound=an_outbound(
                    Address(kind=AddressKind.EMAIL, value="ann@example.org"),
                    message_id="ack.out-1@landlord.example",
                    subject="Your complaint",
                ),
                plan=lambda failure: plans[failure](),
                taken=lambda: len(smtp.mails),
                arrive=lambda text: mailbox.deliver(MAIL.format(text).encode()),
                secrets=(PASSWORD,),
            )


def _change_password(smtp: SmtpServer) -> None:
    """The next login is refused; a connection that is logged in already is told so at its next mail."""
    smtp.password = "another"
    smtp.fail_next("530 5.7.0 Authentication required", at="MAIL")


CASES = EmailCases(
    kind="email_imap",
    failures={
        "bad request": Failure(retryable=False, code="5.1.3"),
        "unauthorised": Failure(retryable=True, code="5.7.8"),
        "forbidden": Failure(retryable=False, code="5.7.1"),
        "throttled": Failure(retryable=True, code="4.7.1"),
        "server error": Failure(retryable=True, code="4.3.0"),
        "timeout": Failure(retryable=True, code="timeout", uncertain=True),
        "connection reset": Failure(retryable=True, code="connection", uncertain=True),
        "answer lost": Failure(retryable=True, code="connection", uncertain=True),
    },
)
