"""The command line in a process of its own."""

import os
import subprocess
import sys
from typing import IO

MAIN = "from app.main import main; main()"


def tenantline(
    *words: str, stdin: str | bytes = "", stdout: IO[bytes] | int = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", MAIN, *words],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
        env={**os.environ, "TEST_TWILIO_TOKEN": "x" * 32, "COLUMNS": "120", **environment},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, (done.stdout or b"").decode(), done.stderr.decode())
