# ruff: noqa: E501 - the words of people and programs, as they were written
"""Our mails returned, in the words and trees of the mail systems that return them."""

from tests.e2e.mail_answers import Answer, Ours
from tests.e2e.mail_shapes import Letter, encoded, headers, part, parts

PLAIN = "text/plain; charset=us-ascii"


def _original(letter: Letter, mail: Ours) -> bytes:
    """Our mail as a returned one begins."""
    lines = (f"From: {letter.to}", f"To: {mail.to}", f"Subject: {mail.subject}", f"Message-ID: {mail.message_id}")
    return ("\r\n".join(lines) + "\r\n\r\n" + mail.body.replace("\n", "\r\n")).encode()


def _status(mail: Ours, *, action: str = "failed", status: str = "5.1.1", mta: str = "mx.example.org") -> bytes:
    words = (
        f"Reporting-MTA: dns; {mta}\r\nArrival-Date: Mon, 2 Nov 2026 09:00:00 +0000\r\n\r\n"
        f"Final-Recipient: rfc822; {mail.to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} <{mail.to}>: Recipient address rejected: User unknown\r\n"
    )
    return part("message/delivery-status", words.encode(), "7bit")


def _report(
    letter: Letter, mail: Ours, words: str, status: bytes, *, whole: bool = True, head: tuple[str, ...]
) -> bytes:
    original = _original(letter, mail)
    returned = (
        part("message/rfc822", original) if whole else part("text/rfc822-headers", original.partition(b"\r\n\r\n")[0])
    )
    tree = parts("report; report-type=delivery-status", "=_report", part(PLAIN, words.encode()), status, returned)
    return headers(letter, *head, leave_out=("From", "Subject")) + tree


def _plain(letter: Letter, words: str, *head: str) -> bytes:
    lines = (*head, f"Content-Type: {PLAIN}")
    return headers(letter, *lines, leave_out=("From", "Subject")) + b"\r\n" + encoded(words.encode(), "8bit")


def postfix(letter: Letter, mail: Ours) -> bytes:
    words = (
        "This is the mail system at host mx.example.org.\n\nI'm sorry to have to inform you that your message could not\n"
        f"be delivered to one or more recipients.\n\n<{mail.to}>: host mx said: 550 5.1.1 User unknown\n"
    )
    head = ("Return-Path: <>", "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)",
            "Subject: Undelivered Mail Returned to Sender", "Auto-Submitted: auto-replied")  # fmt: skip
    return _report(letter, mail, words, _status(mail), head=head)


def postfix_delayed(letter: Letter, mail: Ours) -> bytes:
    words = "####\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####\nYour message could not be delivered for more than 4 hour(s)."
    head = ("Return-Path: <>", "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)",
            "Subject: Delayed Mail (still being retried)", "Auto-Submitted: auto-replied")  # fmt: skip
    return _report(letter, mail, words, _status(mail, action="delayed", status="4.4.1"), whole=False, head=head)


def exchange_online(letter: Letter, mail: Ours) -> bytes:
    words = f"Delivery has failed to these recipients or groups:\n\n{mail.to}\nThe email address you entered couldn't be found."
    head = ("From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.onmicrosoft.com>",
            f"Subject: Undeliverable: {mail.subject}", "X-MS-Exchange-Message-Is-Ndr:",
            f"In-Reply-To: {mail.message_id}", "Auto-Submitted: auto-replied")  # fmt: skip
    return _report(letter, mail, words, _status(mail, status="5.1.10", mta="AM0PR01.example.com"), head=head)


def sendmail(letter: Letter, mail: Ours) -> bytes:
    words = f"   ----- The following addresses had permanent fatal errors -----\n<{mail.to}>\n    (reason: 550 5.7.1 rejected)\n"
    head = ("From: Mail Delivery Subsystem <MAILER-DAEMON@relay.example.org>",
            "Subject: Returned mail: see transcript for details", "Auto-Submitted: auto-generated (failure)")  # fmt: skip
    return _report(letter, mail, words, _status(mail, status="5.7.1"), whole=False, head=head)


def gmail(letter: Letter, mail: Ours) -> bytes:
    words = (
        f"** Address not found **\n\nYour message wasn't delivered to {mail.to} because the address couldn't be found."
    )
    head = ("From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>", f"X-Failed-Recipients: {mail.to}",
            "Subject: Delivery Status Notification (Failure)", "Auto-Submitted: auto-replied",
            f"References: {mail.message_id}", f"In-Reply-To: {mail.message_id}")  # fmt: skip
    return _report(letter, mail, words, _status(mail, mta="googlemail.com"), head=head)


def exim(letter: Letter, mail: Ours) -> bytes:
    words = (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered "
        f"to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {mail.to}\n"
        "    host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO: 550 5.1.1 unknown user\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{_original(letter, mail).decode()}"
    )
    return _plain(letter, words, "Return-path: <>", f"X-Failed-Recipients: {mail.to}",
                  "From: Mail Delivery System <Mailer-Daemon@exim.example.org>", "Auto-Submitted: auto-replied",
                  "Subject: Mail delivery failed: returning message to sender")  # fmt: skip


def qmail(letter: Letter, mail: Ours) -> bytes:
    words = (
        "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{mail.to}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
        f"Return-Path: <{letter.to}>\n{_original(letter, mail).decode()}"
    )
    return _plain(letter, words, "Return-Path: <>", "From: MAILER-DAEMON@mx.example.org", "Subject: failure notice")


def domino(letter: Letter, mail: Ours) -> bytes:
    words = f"Your message\n\n  Subject: {mail.subject}\n\nwas not delivered to:\n\n  {mail.to}\n\nbecause:\n\n  User not listed in Domino Directory"
    head = (
        "From: Postmaster@notes.example.org",
        f"Subject: DELIVERY FAILURE: User {mail.to} not listed in Domino Directory",
    )
    return _report(letter, mail, words, _status(mail, mta="notes.example.org"), whole=False, head=head)


def old_exchange(letter: Letter, mail: Ours) -> bytes:
    words = (
        f"Your message did not reach some or all of the intended recipients.\n\n      Subject:\t{mail.subject}\n      Sent:\t02/11/2026\n\n"
        f"The following recipient(s) could not be reached:\n\n      {mail.to} on 02/11/2026\n            The e-mail account does not exist "
        "at the organization this message was sent to.\n            <mx.example.org #5.1.1>\n"
    )
    return _plain(letter, words, "From: System Administrator <postmaster@exchange.example.org>",
                  f"Subject: Undeliverable: {mail.subject}", f"In-Reply-To: {mail.message_id}")  # fmt: skip


def headers_only_and_no_original_id(letter: Letter, mail: Ours) -> bytes:
    """A report that names the recipient only."""
    tree = parts("report; report-type=delivery-status", "r", part(PLAIN, b"Not delivered."), _status(mail))
    head = ("Return-Path: <>", "From: postmaster@gateway.example.org", "Subject: Mail failure")
    return headers(letter, *head, leave_out=("From", "Subject")) + tree


BOUNCES: tuple[Answer, ...] = (
    postfix, postfix_delayed, exchange_online, sendmail, gmail, exim, qmail, domino, old_exchange,
    headers_only_and_no_original_id,
)  # fmt: skip
