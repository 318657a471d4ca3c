"""The floor: the least that could be called an intake. One mail at a time, nothing understood, nothing kept but text.

IMAP fetch, the standard library's parser, one SQLite commit with synchronous=FULL a mail, one SMTP reply, each sent as
``smtplib``'s documentation shows it.
"""

import email
import email.policy
import imaplib
import smtplib
import sqlite3
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from pathlib import Path

from benchmarks._places import MailPlace


def drain(place: MailPlace, file: Path) -> int:
    """Answer every mail of the mailbox; how many they were."""
    store = sqlite3.connect(file, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE mail (uid INTEGER PRIMARY KEY, sender TEXT, subject TEXT, body TEXT, raw BLOB)")
    with imaplib.IMAP4(place.host, place.imap_port) as box:
        box.login(place.user, place.password)
        box.select(readonly=True)
        uids = box.uid("SEARCH", "ALL")[1][0].split()
        for uid in uids:
            raw = box.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1]
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            sender, subject = parseaddr(mail["From"])[1], str(mail["Subject"])
            body = mail.get_body(("plain", "html"))
            text = body.get_content() if body else ""
            store.execute("INSERT INTO mail VALUES (?, ?, ?, ?, ?)", (int(uid), sender, subject, text, raw))
            reply = EmailMessage()
            reply["From"], reply["To"], reply["Subject"] = place.user, sender, f"Re: {subject}"
            reply["Message-ID"], reply["In-Reply-To"] = make_msgid(domain="floor.example"), mail["Message-ID"]
            reply.set_content(f"Thank you. Your number is {int(uid):06}.")
            with smtplib.SMTP(place.host, place.smtp_port) as smtp:
                smtp.login(place.user, place.password)
                smtp.send_message(reply)
    store.close()
    return len(uids)
