"""The demo's stage: stand-ins of every provider, and a configuration that points one landlord's channels at them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import tomlkit

from app.lookalikes.mail import PymapMailbox, SmtpServer
from app.lookalikes.telegram import TelegramLookalike
from app.lookalikes.twilio import TwilioLookalike

ENGLISH = "cestria"
WELSH = "ccbc"
NUMBERS = {ENGLISH: "+447700900100", WELSH: "+447700900200"}
MAILBOXES = {ENGLISH: "feedback@cestria.test", WELSH: "adborth@ccbc.test"}
NOTE_TOKEN = "demo-token-for-staff-notes"  # noqa: S105 - opens nothing but this demo
FORM_SECRET = "demo-secret-for-the-form"  # noqa: S105 - opens nothing but this demo
RELAY_USER = "relay"
RELAY_PASSWORD = "relay-of-the-demo"  # noqa: S105 - opens nothing but this demo
ON_CALL_NUMBER = "+447700900999"
ON_CALL_MAILBOX = "oncall@cestria.test"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The running stand-ins, and what a tenant's device would see of them."""

    twilio: TwilioLookalike
    telegram: TelegramLookalike
    mailboxes: dict[str, PymapMailbox]
    smtp: SmtpServer
    web: httpx.AsyncClient
    base_url: str

    def answers_to(self, addresses: Sequence[str]) -> list[str]:
        """Every text, mail and chat message that really reached one of these addresses, oldest first of each kind."""
        found: list[str] = []
        for address in addresses:
            found += self.twilio.texts_to(address)
            if address.isdigit():
                found += self.telegram.texts_to(int(address))
            for mail in self.smtp.mails_to(address):
                payload = mail.parsed.get_payload(decode=True)
                found.append(f"{mail.parsed['Subject']}\n{payload.decode() if isinstance(payload, bytes) else ''}")
        return found


@asynccontextmanager
async def build_stage(base_url: str) -> AsyncIterator[Stage]:
    """Start the stand-ins; webhooks go to our own address."""
    async with AsyncExitStack() as stack:
        twilio = await stack.enter_async_context(
            TwilioLookalike(
                numbers={number: f"{base_url}/in/{landlord}/texts" for landlord, number in NUMBERS.items()},
                reports=True,
            )
        )
        telegram = await stack.enter_async_context(TelegramLookalike())
        mailboxes = {
            landlord: await stack.enter_async_context(PymapMailbox(user=address))
            for landlord, address in MAILBOXES.items()
        }
        smtp = await stack.enter_async_context(SmtpServer(user=RELAY_USER, password=RELAY_PASSWORD))
        web = await stack.enter_async_context(httpx.AsyncClient(base_url=base_url, timeout=20))
        yield Stage(twilio=twilio, telegram=telegram, mailboxes=mailboxes, smtp=smtp, web=web, base_url=base_url)


def write_configuration(stage: Stage, folder: Path) -> None:
    """Site files for the two landlords of the demo, as an operator would write them, pointing at the stand-ins."""
    (folder / "sites").mkdir(parents=True, exist_ok=True)
    for landlord in (ENGLISH, WELSH):
        document = tomlkit.document()
        document["channels"] = _channels(stage, landlord)
        document["duty"] = {
            "repeat_minutes": 5,
            "people": [{"name": "Pat on call", "phone": ON_CALL_NUMBER, "email": ON_CALL_MAILBOX}],
        }
        document["branding"] = {"mail_domain": MAILBOXES[landlord].partition("@")[2]}
        (folder / "sites" / f"{landlord}.toml").write_text(tomlkit.dumps(document), encoding="utf-8")


def _channels(stage: Stage, landlord: str) -> dict[str, dict[str, object]]:
    mailbox = stage.mailboxes[landlord]
    texts: dict[str, object] = {
        "kind": "twilio_sms",
        "account_sid": stage.twilio.account_sid,
        "auth_token": stage.twilio.auth_token,
        "number": NUMBERS[landlord],
        "status_callback": f"{stage.base_url}/in/{landlord}/texts",
        "base_url": stage.twilio.base_url,
        "media_hosts": ["127.0.0.1"],
    }
    mail: dict[str, object] = {
        "kind": "email_imap",
        "address": MAILBOXES[landlord],
        "imap_host": mailbox.host,
        "imap_port": mailbox.port,
        "imap_security": "plain",
        "user": mailbox.user,
        "password": mailbox.password,
        "smtp_host": stage.smtp.host,
        "smtp_port": stage.smtp.port,
        "smtp_security": "plain",
        "smtp_user": RELAY_USER,
        "smtp_password": RELAY_PASSWORD,
    }
    channels: dict[str, dict[str, object]] = {
        "texts": texts,
        "mail": mail,
        "form": {"kind": "web_form", "secret": FORM_SECRET},
        "notes": {"kind": "staff_note", "token": NOTE_TOKEN},
    }
    if landlord == ENGLISH:
        channels["telegram"] = {
            "kind": "telegram",
            "token": stage.telegram.token,
            "base_url": stage.telegram.base_url,
        }
    return channels
