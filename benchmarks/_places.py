"""What the whole-product benchmarks share: stand-ins in a process of their own, mails of the corpus, and figures."""

import asyncio
import hashlib
import multiprocessing
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path

from app.lookalikes.dovecot import DovecotMailbox, dovecot_program
from app.lookalikes.mail import MailboxServer, PymapMailbox, SmtpServer
from domain.understanding import Reading
from nlp.labelled import corpus_files, read_labelled
from tests.e2e.house import MAILBOX, write_house

DOVECOT, PYMAP = "dovecot", "pymap"
SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, kw_only=True)
class MailPlace:
    """Where a line reads and sends: plain numbers, so that they go through a pipe."""

    host: str
    imap_port: int
    user: str
    password: str
    smtp_port: int
    mails: int


class MailServers:
    """The parent's end of the servers' process: their place, and how many mails the SMTP server took since asked."""

    def __init__(self, place: MailPlace, pipe: Connection) -> None:
        self.place = place
        self._pipe = pipe

    def taken(self) -> Sequence[str]:
        """The recipients of what was sent since the last call, oldest first."""
        self._pipe.send("taken")
        found: Sequence[str] = self._pipe.recv()
        return found


def corpus_mails(count: int) -> list[bytes]:
    """That many mails with the corpus's words (its 520 mails over and over), each from a sender of its own."""
    rows = [row.reading for row in read_labelled(corpus_files()) if row.reading.channel == "email"]
    return [_mail(number, rows[number % len(rows)]) for number in range(count)]


def _mail(number: int, reading: Reading) -> bytes:
    """As it lies in a mailbox: text and HTML, and above them the headers that six servers on its way have put there."""
    mail = EmailMessage()
    mail["From"] = f"Tenant {number} <tenant{number}@homes.example>"
    mail["To"] = MAILBOX
    mail["Subject"] = (reading.subject or "Hello").replace("\n", " ")
    mail["Date"] = format_datetime(datetime(2026, 11, 9, 10, 0, tzinfo=UTC))
    mail["Message-ID"] = f"<benchmark-{number}@homes.example>"
    mail.set_content(reading.text)
    lines = reading.text.replace("\n", "<br>\n")
    mail.add_alternative(f"<html><body><p>{lines}</p></body></html>", subtype="html")
    return _on_its_way(number) + mail.as_bytes(policy=policy.SMTP)


def _on_its_way(number: int) -> bytes:
    """About 4 kB of trace headers (RFC 5321, DKIM, ARC), as a mail from a large provider to another carries them."""
    signature = "\r\n        ".join(hashlib.sha256(f"{number} {line}".encode()).hexdigest() for line in range(5))
    signed = "h=from:to:subject:date:message-id:mime-version:content-type; d=homes.example; s=s2026"
    hops = [
        f"Received: from mx{hop}.homes.example (mx{hop}.homes.example [192.0.2.{hop}])\r\n"
        f"        by mx{hop + 1}.homes.example with ESMTPS id 4Xk{number:06}{hop}\r\n"
        f"        for <{MAILBOX}>\r\n        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n"
        f"        Mon, 9 Nov 2026 10:00:{10 + hop} +0000 (UTC)"
        for hop in range(6)
    ]
    lines = [
        "Return-Path: <tenant@homes.example>",
        f"Delivered-To: {MAILBOX}",
        *hops,
        f"ARC-Seal: i=1; a=rsa-sha256; t=1794218400; cv=none; d=homes.example; s=arc;\r\n        b={signature}",
        f"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        {signed};\r\n        b={signature}",
        (
            "ARC-Authentication-Results: i=1; mx.landlord.example; dkim=pass header.i=@homes.example;\r\n"
            "        spf=pass smtp.mailfrom=homes.example; dmarc=pass (p=REJECT) header.from=homes.example"
        ),
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        {signed};\r\n        b={signature}",
        "X-Mailer: iPhone Mail (22B91)",
        f"X-Originating-IP: [198.51.100.{number % 250}]",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


async def _serve(pipe: Connection, mails: int, server: str) -> None:
    mailbox: MailboxServer = DovecotMailbox(user=MAILBOX) if server == DOVECOT else PymapMailbox(user=MAILBOX)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(mailbox)
        smtp = await stack.enter_async_context(SmtpServer(user=MAILBOX, password=mailbox.password))
        for raw in corpus_mails(mails):
            await mailbox.deliver(raw)
        pipe.send(
            MailPlace(
                host=mailbox.host,
                imap_port=mailbox.port,
                user=mailbox.user,
                password=mailbox.password,
                smtp_port=smtp.port,
                mails=mails,
            )
        )
        while await asyncio.to_thread(pipe.recv) == "taken":
            taken, smtp.mails = smtp.mails, []
            pipe.send([recipient for mail in taken for recipient in mail.recipients])


def _server_process(pipe: Connection, mails: int, server: str) -> None:
    # aiosmtpd warns of its own old names at every login.
    warnings.simplefilter("ignore", DeprecationWarning)
    asyncio.run(_serve(pipe, mails, server))


@contextmanager
def mail_servers(mails: int, server: str) -> Iterator[MailServers]:
    """A filled mailbox and an SMTP server in another process. The mailbox is only read: each round drains it anew."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_server_process, args=(theirs, mails, server))
    process.start()
    try:
        yield MailServers(ours.recv(), ours)
    finally:
        ours.send("enough")
        process.join()


def usual_server() -> str:
    """The IMAP server that the mails lie in unless another is asked for."""
    return DOVECOT if dovecot_program() else PYMAP


def house_for(place: MailPlace, folder: Path) -> Path:
    """A landlord's configuration whose only channel is that mailbox."""
    block = {
        "kind": "email_imap",
        "address": MAILBOX,
        "imap_host": place.host,
        "imap_port": place.imap_port,
        "imap_security": "plain",
        "user": place.user,
        "password": place.password,
        "smtp_host": place.host,
        "smtp_port": place.smtp_port,
        "smtp_security": "plain",
    }
    return write_house(folder, {"mail": block})


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tenantline-bench-") as folder:
        yield Path(folder)


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for found in lists for child in found.read_text(encoding="ascii").split()]


def family_cpu() -> float:
    """CPU seconds of this process and of its children that run: theirs in steps of the kernel's clock (10 ms)."""
    spent = time.process_time()
    for child in children(os.getpid()):
        after_name = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        spent += sum(int(ticks) for ticks in after_name[11:13]) / os.sysconf("SC_CLK_TCK")
    return spent


def family_mb(pid: int) -> float:
    """Memory of a process and of its children, in MB; what they share counts twice."""
    return sum(resident_mb(each) for each in (pid, *children(pid)))


def resident_mb(pid: int) -> float:
    """Memory of a process that lies in RAM, in MB of 2**20 bytes (VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def spread(values: Sequence[float]) -> str:
    """The median and, behind it, from lowest to highest."""
    return f"{statistics.median(values):8.2f} ({min(values):.2f} to {max(values):.2f})"
