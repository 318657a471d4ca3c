"""A self-signed certificate for 127.0.0.1, made by the openssl program where it is found."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Certificate and key as PEM files; a client that trusts only `certificate` may verify the server."""

    certificate: Path
    key: Path

    def for_server(self) -> ssl.SSLContext:
        """The context of a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificate(folder: Path) -> Certificate | None:
    """Make certificate and key in a folder (about 50 ms); None where there is no openssl program."""
    program = shutil.which("openssl")
    if program is None:
        return None
    made = Certificate(certificate=folder / "certificate.pem", key=folder / "key.pem")
    subprocess.run(  # noqa: S603 - our own arguments, no shell
        [
            program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", str(made.key), "-out", str(made.certificate), "-days", "30", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made
