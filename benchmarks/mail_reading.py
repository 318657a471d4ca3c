"""Times the reading of mails: ``python -m benchmarks mail_reading`` prints CPU milliseconds a mail, best of five runs.

First the mails of ``tests/channels/mail/cases``, by kind, then shapes made to hurt (seconds would be a fault).
"""

import time
from collections.abc import Callable
from pathlib import Path

from channels.mail.parse import read_mail

CASES = Path(__file__).resolve().parent.parent / "tests" / "channels" / "mail" / "cases"
KINDS = {
    "plain text": "plain",
    "quoted-printable": "quoted_printable",
    "base64, UTF-8": "base64",
    "plain and HTML": "alternative",
    "HTML only": "html_only",
    "nested with picture and PDF": "nested_alternative_related_mixed",
    "forwarded mail inside": "forwarded_eml",
    "delivery report": "dsn_postfix",
    "encoded headers": "subject_encoded",
}
HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\n"
RECEIVED = b"".join(
    b"Received: from mx%d.example.org (mx%d.example.org [192.0.2.%d])\n\tby mx.example.net with ESMTPS id 4Xk%d\n"
    b"\tfor <feedback@cestria.example>; Mon, 3 Nov 2025 09:12:%02d +0000\n" % (n, n, n, n, n)
    for n in range(8)
)
SIGNATURE = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\n\tb=" + b"\n\t ".join([b"A" * 70] * 5) + b"\n"
LETTER = b"The lift has been broken since Monday, nobody has rung me back, and my mother cannot leave the flat.\n"
MEGABYTE = 1_000_000


def best(work: Callable[[], object], runs: int = 5, each: int = 40) -> float:
    """Milliseconds for one piece of work, the best average of some runs."""
    found = float("inf")
    for _ in range(runs):
        began = time.process_time()
        for _ in range(each):
            work()
        found = min(found, (time.process_time() - began) / each)
    return found * 1000


def hostile() -> dict[str, bytes]:
    """Shapes that have made mail programs hang, about a megabyte each."""
    html = HEAD + b"Content-Type: text/html\n\n"
    nested = b"Content-Type: multipart/mixed; boundary=d0\n\n" + b"".join(
        b"--d%d\nContent-Type: multipart/mixed; boundary=d%d\n\n" % (n, n + 1) for n in range(90)
    )
    versions = b"Content-Type: multipart/alternative; boundary=d0\n\n" + b"".join(
        b"--d%d\nContent-Type: text/plain\n\nword%d\n--d%d\nContent-Type: multipart/alternative; boundary=d%d\n\n"
        % (n, n, n, n + 1)
        for n in range(40)
    )
    return {
        "HTML of <a without end": html + b"<a " * (MEGABYTE // 3),
        "HTML of <!--": html + b"<!--" * (MEGABYTE // 4),
        "HTML of open attributes": html + b'<a b="' * (MEGABYTE // 6),
        "HTML of line breaks": html + b"<br>" * (MEGABYTE // 4),
        "To of @": b"To: " + b"@" * MEGABYTE + b"\n\nx",
        "Subject of half encoded words": b"Subject: " + b"=?" * (MEGABYTE // 2) + b"\n\nx",
        "90 multiparts deep, 1 MB of lines": HEAD + nested + b"abc\n" * (MEGABYTE // 4),
        "40 alternatives deep, 1 MB of lines": HEAD + versions + b"--d40\n\n" + b"abc def\n" * (MEGABYTE // 8),
        "HTML of pictures": html + b"data:a;base64," + (b"A" * 41 + b" ") * (MEGABYTE // 42),
        "200,000 boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 200_000,
        "flowed lines": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * (MEGABYTE // 3),
        "one line of 10 MB": HEAD + b"\n" + b"x" * (10 * MEGABYTE),
        "attachment of 10 MB": HEAD
        + b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
        + (b"QUJDQUJD" * 9 + b"\n") * 140_000,
    }


def main() -> None:
    """Print both tables."""
    print(f"{'mail':40} {'kB':>9} {'ms':>8}")
    for title, name in KINDS.items():
        raw = (CASES / f"{name}.eml").read_bytes()
        print(f"{title:40} {len(raw) / 1000:9.1f} {best(lambda raw=raw: read_mail(raw)):8.2f}")  # type: ignore[misc]
    raw = RECEIVED + SIGNATURE + (CASES / "alternative.eml").read_bytes().replace(b"\r\n", b"\n")
    print(f"{'ordinary, eight servers on the way':40} {len(raw) / 1000:9.1f} {best(lambda: read_mail(raw)):8.2f}")
    for kilobytes in (1, 4, 20):
        raw = HEAD + b"\n" + (LETTER * 200)[: kilobytes * 1000]
        title = f"a letter of {kilobytes} kB"
        print(f"{title:40} {len(raw) / 1000:9.1f} {best(lambda raw=raw: read_mail(raw)):8.2f}")  # type: ignore[misc]
    everyone = [path.read_bytes() for path in sorted(CASES.glob("*.eml")) if "bomb" not in path.stem]
    mean = best(lambda: [read_mail(one) for one in everyone], each=1) / len(everyone)
    print(f"{'all cases but the bombs, mean':40} {'':9} {mean:8.2f}")
    for title, bad in hostile().items():
        cost = best(lambda bad=bad: read_mail(bad), runs=1, each=1)  # type: ignore[misc]
        print(f"{title:40} {len(bad) / 1000:9.1f} {cost:8.1f}")


if __name__ == "__main__":
    main()
