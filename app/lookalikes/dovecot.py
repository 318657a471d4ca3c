"""A private Dovecot (2.3) in a temporary folder, where the program is installed: the other IMAP server of tests."""

import asyncio
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_START_SECONDS = 10.0
_STOP_SECONDS = 2.0
_CONFIGURATION = """\
protocols = imap
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
shutdown_clients = yes
mail_location = maildir:{folder}/mail
first_valid_uid = {uid}
first_valid_gid = {gid}
last_valid_uid = {uid}
default_internal_user = {name}
default_internal_group = {group}
default_login_user = {name}
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = {host}
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


def dovecot_program() -> str | None:
    """Where Dovecot is installed, sbin included; None where it is not."""
    return shutil.which("dovecot", path=_PLACES)


class DovecotMailbox:
    """A Dovecot of our own with one user and a Maildir. As root its processes run as `nobody`.

    Raises:
        RuntimeError: the program is missing, or it did not start; its log is in the message.

    """

    host = "127.0.0.1"

    def __init__(self, *, user: str = "complaints@landlord.example", password: str = "mailbox") -> None:  # noqa: S107 - opens nothing but this stand-in
        self.user, self.password, self.port = user, password, 0
        self._folder = Path()
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._prepare)
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._stop)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def deliver(self, raw: bytes, folder: str = "INBOX", *, at: datetime | None = None) -> None:
        """Write a mail into the Maildir as a delivery agent does: tmp, then new."""
        await asyncio.to_thread(self._write, raw, folder, at or datetime.now(UTC))

    async def renumber(self) -> None:
        """Forget the UIDs of the INBOX: another UIDVALIDITY, and other UIDs."""
        await asyncio.to_thread(self._stop)
        for pattern in ("dovecot-uid*", "dovecot.index*"):
            for path in (self._folder / "mail").glob(pattern):
                path.unlink()
        await self._start()

    def _prepare(self) -> None:
        group = grp.getgrgid(self._owner.pw_gid).gr_name
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._folder.chmod(0o711)  # its processes of another user pass through
        for name in ("run", "state", "home", "mail"):
            self._own(self._folder / name)
        self._make_maildir(self._folder / "mail")
        self.port = _free_port(self.host)
        (self._folder / "users").write_text(f"{self.user}:{{PLAIN}}{self.password}\n")
        (self._folder / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                host=self.host,
                port=self.port,
                folder=self._folder,
                name=self._owner.pw_name,
                group=group,
                uid=self._owner.pw_uid,
                gid=self._owner.pw_gid,
            )
        )

    async def _start(self) -> None:
        self._process = process = self._spawn()
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await _answers(self.host, self.port):
                    if process.poll() is not None:
                        raise RuntimeError(f"dovecot did not start: {self._last_words()}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            self._stop()
            raise RuntimeError(f"dovecot did not answer: {self._last_words()}") from None

    def _spawn(self) -> subprocess.Popen[bytes]:
        program = dovecot_program()
        if program is None:
            raise RuntimeError("dovecot is not installed (Debian: dovecot-imapd)")
        return subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            [program, "-F", "-c", str(self._folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:  # a login process waits for its client, up to a minute
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        log = self._folder / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else "no log"

    def _write(self, raw: bytes, folder: str, at: datetime) -> None:
        maildir = self._folder / "mail"
        if folder != "INBOX":
            maildir = maildir / f".{folder.replace('/', '.')}"
            self._make_maildir(maildir)
        name = f"{at.timestamp():.6f}.{uuid.uuid4().hex}.stand-in"
        path = maildir / "tmp" / name
        path.write_bytes(raw)
        os.utime(path, (at.timestamp(), at.timestamp()))  # Dovecot takes INTERNALDATE from the file's time
        os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        path.rename(maildir / "new" / name)

    def _make_maildir(self, maildir: Path) -> None:
        for path in (maildir, *(maildir / name for name in ("cur", "new", "tmp"))):
            self._own(path)

    def _own(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, self._owner.pw_uid, self._owner.pw_gid)


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def _answers(host: str, port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    greeting = await reader.readline()
    writer.close()
    return greeting.startswith(b"* OK")
