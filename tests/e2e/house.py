"""A landlord's configuration that points at stand-ins, as an operator would write it, and a node that runs on it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from app.lookalikes.mail import MailboxServer, SmtpServer
from app.lookalikes.telegram import TelegramLookalike
from app.lookalikes.twilio import TwilioLookalike

LANDLORD = "cestria"
MAILBOX = "feedback@cestria.test"
NUMBER = "+447700900100"
DUTY = {"repeat_minutes": 5, "people": [{"name": "Pat", "phone": "+447700900999", "email": "oncall@cestria.test"}]}
FORM_SECRET = "a-secret-of-a-form-in-tests"
NOTE_TOKEN = "a-token-for-notes-in-tests"


def mail_block(mailbox: MailboxServer | None, smtp: SmtpServer) -> dict[str, Any]:
    """The mailbox's channel."""
    reading = {
        "imap_host": mailbox.host,
        "imap_port": mailbox.port,
        "imap_security": "plain",
        "user": mailbox.user,
        "password": mailbox.password,
    } if mailbox else {}  # fmt: skip
    sending = {"smtp_host": smtp.host, "smtp_port": smtp.port, "smtp_security": "plain"}
    if smtp.user:
        sending |= {"smtp_user": smtp.user, "smtp_password": smtp.password}
    return {"kind": "email_imap", "address": MAILBOX, **reading, **sending}


def texts_block(twilio: TwilioLookalike, base_url: str) -> dict[str, Any]:
    """The number's channel."""
    return {
        "kind": "twilio_sms",
        "account_sid": twilio.account_sid,
        "auth_token": twilio.auth_token,
        "number": NUMBER,
        "status_callback": f"{base_url}/in/{LANDLORD}/texts",
        "base_url": twilio.base_url,
        "media_hosts": ["127.0.0.1"],
    }


def telegram_block(telegram: TelegramLookalike) -> dict[str, Any]:
    """The bot's channel."""
    return {"kind": "telegram", "token": telegram.token, "base_url": telegram.base_url}


def write_house(folder: Path, channels: Mapping[str, Mapping[str, Any]]) -> Path:
    """A configuration folder of one landlord with these channels; the shipped files lie below it."""
    (folder / "sites").mkdir(parents=True)
    (folder / "site.toml").write_text(tomlkit.dumps({"landlords": [LANDLORD]}), encoding="utf-8")
    site = {"channels": channels, "duty": DUTY, "branding": {"mail_domain": MAILBOX.partition("@")[2]}}
    (folder / "sites" / f"{LANDLORD}.toml").write_text(tomlkit.dumps(site), encoding="utf-8")
    return folder
