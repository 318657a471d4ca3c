"""One IMAP mailbox over one kept connection: what is new by UID, its bytes, news by IDLE, moving what was taken.

Blocking: its caller runs it in a thread, one call at a time. It reads with BODY.PEEK and EXAMINE, so nothing that a
person sees in the mailbox changes, unless a folder to move to is set. Nothing here knows what is in a mail.
"""

import imaplib
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder
from pydantic import SecretStr

from channels.mail.imap_answers import Mail, as_set, read_answers, read_sizes
from channels.mail.smtp import Security, tls_context
from domain.errors import FetchError

FirstFetch = Literal["recent", "all", "new"]

RECENT: Final = timedelta(days=1)
"""How old a mail may be that a first poll of a used mailbox takes (decision 9)."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TROUBLE: Final = (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError)
_GROUP: Final = 500
"""UIDs whose sizes are asked for at once."""
_SLICE_SECONDS: Final = 1.0
"""How long a wait for news goes on after it was told to stop."""
_LONGEST_IDLE: Final = 25 * 60.0  # RFC 2177: end it before 29 minutes


@dataclass(frozen=True, kw_only=True)
class ImapSettings:
    """Which mailbox is read, and how; the channel's own settings say what each means."""

    host: str
    port: int
    security: Security
    user: str
    password: SecretStr | None = None
    token: SecretStr | None = None
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    move_to: str | None = None
    first_fetch: FirstFetch = "recent"
    batch_size: int = 50
    batch_bytes: int = 16 * 2**20
    max_mail_bytes: int = 60 * 2**20
    timeout_seconds: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a folder was read, and which mail behind that could not be fetched, how many times.

    ``first_day``: as 20261108, the day from which a folder is read again where its numbers change; 0: from its start.
    """

    validity: int
    uid: int
    broken: int = 0
    times: int = 0
    first_day: int = 0


class ImapMailbox:
    """A connection that is made when first needed and made anew after trouble.

    Every method raises ``FetchError``: the server cannot be reached, refuses the login, or has not got the folder.
    """

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._box: BaseMailBox | None = None
        self._seen: dict[str, Place] = {}
        self._stop = threading.Event()

    def find_new(self, folder: str, since: Place | None, now: datetime) -> tuple[Place, list[int]]:
        """Where a folder stands and the UIDs after ``since``; read again when UIDVALIDITY is another (RFC 3501).

        A first look takes what ``first_fetch`` says, and no later one what came before that.
        """
        try:
            validity, next_uid = self._open(folder)
        except _TROUBLE:
            self.close()  # the kept connection may have died while nobody looked: once more on a fresh one
            with self._explained("open the folder"):
                validity, next_uid = self._open(folder)
        with self._explained("look for new mail"):
            self._client.noop()  # some servers search what they knew at the last command
            if since is not None and since.validity == validity:
                place = since
                # "n:*" always holds the last mail, even when its UID is below n.
                found = sorted(uid for uid in self._search(f"UID {place.uid + 1}:*") if uid > place.uid)
            else:
                place, found = self._begin(Place(validity=validity, uid=next_uid - 1), since, now)
            self._seen[folder] = Place(validity=validity, uid=found[-1] if found else place.uid)
            return place, found

    def _begin(self, newest: Place, since: Place | None, now: datetime) -> tuple[Place, list[int]]:
        """Where to begin in a folder that is looked at for the first time, or whose numbers changed."""
        first = self._settings.first_fetch
        last = newest.uid if newest.uid >= 0 else max(self._search("ALL"), default=0)
        day = since.first_day if since is not None else 0 if first == "all" else _as_number(now - RECENT)
        found = [] if since is None and first == "new" else sorted(self._search(_since(day)))
        return replace(newest, uid=found[0] - 1 if found else last, first_day=day), found

    def plan(self, uids: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """Cut UIDs into batches, (to fetch, too large), in order, by number and by bytes."""
        settings = self._settings
        batches: list[tuple[list[int], list[int]]] = [([], [])]
        weight = 0
        with self._explained("ask for sizes"):
            for uid, size in self._sizes(uids):
                batch, large = batches[-1]
                is_large = size > settings.max_mail_bytes
                is_full = len(batch) + len(large) >= settings.batch_size
                if is_full or (batch and not is_large and weight + size > settings.batch_bytes):
                    batch, large, weight = [], [], 0
                    batches.append((batch, large))
                (large if is_large else batch).append(uid)
                weight += 0 if is_large else size
        return [each for each in batches if each[0] or each[1]]

    def fetch(self, uids: Sequence[int], too_large: Sequence[int] = ()) -> list[Mail]:
        """The mails in order of UID, by one command; one that the server cannot give comes with a ``refusal``.

        A mail that has left the folder meanwhile is left out.
        """
        with self._explained("fetch mail"):
            mails = self._bodies(uids) if uids else {}
            for uid in uids:
                if uid not in mails and uid in self._search(f"UID {uid}"):
                    mails[uid] = self._headers(uid, "the mail server could not give this mail")
            for uid in too_large:
                mails[uid] = self._headers(uid, f"this mail is larger than {self._settings.max_mail_bytes} bytes")
            return [mails[uid] for uid in sorted(mails)]

    def headers_of(self, folder: str, uid: int, refusal: str) -> Mail:
        """What can be had of a mail that broke the connection, on another one: its headers, or nothing."""
        self.close()
        with self._explained("open the folder"):
            self._open(folder)
        try:
            return self._headers(uid, refusal)
        except _TROUBLE:
            self.close()
            return Mail(uid=uid, internal_date=None, raw=b"", refusal=refusal)

    def move_taken(self, folder: str, taken: Place) -> int:
        """Move what lies at or below a stored cursor into ``move_to``; how many. Nobody else's mail is expunged."""
        target = self._settings.move_to
        if target is None or not taken.uid:
            return 0
        with self._explained("move mail"):
            if self._open(folder, to_write=True)[0] != taken.validity:
                return 0
            uids = self._search(f"UID 1:{taken.uid}")
            for start in range(0, len(uids), _GROUP):
                self._move(uids[start : start + _GROUP], target)
            return len(uids)

    def wait_for_news(self, folder: str, seconds: float) -> bool | None:
        """IDLE until there is new mail (True) or time is up (False); None where the server has no IDLE."""
        with self._explained("wait for news"):
            validity, _ = self._open(folder)
            if "IDLE" not in self._client.capabilities:
                return None
            seen = self._seen.get(folder)
            last = seen.uid if seen is not None and seen.validity == validity else None
            if last is not None and any(uid > last for uid in self._search(f"UID {last + 1}:*")):
                return True
            return self._idle(min(seconds, _LONGEST_IDLE))

    def begin_waiting(self) -> None:
        """Before a wait for news: an earlier ``stop_waiting`` was not meant for it."""
        self._stop.clear()

    def stop_waiting(self) -> None:
        """End a wait for news in another thread, within a second."""
        self._stop.set()

    def check(self) -> tuple[str, ...]:
        """Login and open each folder on a connection of its own; one line a folder with what was found."""
        trial = ImapMailbox(self._settings)
        try:
            with trial._explained("open the folder"):
                lines = []
                for folder in self._settings.folders:
                    validity, _ = trial._open(folder)
                    lines.append(f"{folder}: {trial._count} mails, UIDVALIDITY {validity}")
                if self._settings.move_to is not None and not trial._can_move:
                    lines.append("the server can neither MOVE nor UIDPLUS: mail stays where it is")
                return tuple(lines)
        finally:
            trial.close()

    def close(self) -> None:
        """Log out; never raises."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(*_TROUBLE):
                box.client.logout()
            with suppress(*_TROUBLE):
                box.client.shutdown()

    @property
    def _client(self) -> imaplib.IMAP4:
        if self._box is None:
            self._box = self._connect()
        return self._box.client

    @property
    def _count(self) -> int:
        """How many mails the open folder had when it was opened."""
        return _number(self._client, "EXISTS")

    @property
    def _can_move(self) -> bool:
        return bool({"MOVE", "UIDPLUS"} & set(self._client.capabilities))

    def _connect(self) -> BaseMailBox:
        settings = self._settings
        box: BaseMailBox
        match settings.security:
            case "tls":
                context = tls_context(settings.ca_file)
                box = MailBox(settings.host, settings.port, settings.timeout_seconds, ssl_context=context)
            case "starttls":
                context = tls_context(settings.ca_file)
                box = MailBoxStartTls(settings.host, settings.port, settings.timeout_seconds, context)
            case "plain":
                box = MailBoxUnencrypted(settings.host, settings.port, settings.timeout_seconds)
        try:
            self._login(box)
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            with suppress(*_TROUBLE):
                box.client.shutdown()
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            raise FetchError("the mailbox refused the login: check user and password or token") from error
        # What a server can do is often said in full only after the login (MOVE among it), and imaplib keeps the old.
        _, answer = box.client.capability()
        if answer and answer[-1]:
            box.client.capabilities = tuple(bytes(answer[-1]).decode("ascii", "replace").upper().split())
        return box

    def _login(self, box: BaseMailBox) -> None:
        settings = self._settings
        if settings.token is not None:
            box.xoauth2(settings.user, settings.token.get_secret_value(), initial_folder=None)
            return
        password = settings.password.get_secret_value() if settings.password is not None else ""
        if (settings.user + password).isascii():
            box.login(settings.user, password, initial_folder=None)
        else:
            box.login_utf8(settings.user, password, initial_folder=None)

    def _open(self, folder: str, *, to_write: bool = False) -> tuple[int, int]:
        """Open a folder anew, which alone shows another UIDVALIDITY; that and UIDNEXT (0 where it is not told)."""
        client = self._client
        _checked(client.select(_named(folder), readonly=not to_write))
        return _number(client, "UIDVALIDITY"), _number(client, "UIDNEXT")

    def _search(self, criterion: str) -> list[int]:
        data = _checked(self._client.uid("SEARCH", criterion))
        return [int(uid) for each in data if each for uid in bytes(each).split()]

    def _sizes(self, uids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """UID and bytes, in order; 0 bytes where the server does not say."""
        for start in range(0, len(uids), _GROUP):
            group = uids[start : start + _GROUP]
            known = read_sizes(_checked(self._client.uid("FETCH", as_set(group), "(UID RFC822.SIZE)")))
            yield from ((uid, known.get(uid, 0)) for uid in group)

    def _bodies(self, uids: Sequence[int]) -> dict[int, Mail]:
        """What the server gives of these; when it refuses them together, each by itself, without those it refuses."""
        status, data = self._client.uid("FETCH", as_set(uids), "(UID INTERNALDATE BODY.PEEK[])")
        if status == "OK":
            return {mail.uid: mail for mail in read_answers(data)}
        if len(uids) == 1:
            return {}
        return {uid: mail for each in uids for uid, mail in self._bodies([each]).items()}

    def _headers(self, uid: int, refusal: str) -> Mail:
        status, data = self._client.uid("FETCH", str(uid), "(UID INTERNALDATE BODY.PEEK[HEADER])")
        found = read_answers(data) if status == "OK" else []
        date, raw = (found[0].internal_date, found[0].raw) if found else (None, b"")
        return Mail(uid=uid, internal_date=date, raw=raw, refusal=refusal)

    def _move(self, uids: Sequence[int], target: str) -> None:
        client, these, folder = self._client, as_set(uids), _named(target)
        word = "MOVE" if "MOVE" in client.capabilities else "COPY"
        if not self._can_move:
            return
        status, _ = client.uid(word, these, folder)
        if status != "OK":  # the folder may be missing (TRYCREATE, RFC 3501 section 6.4.7)
            client.create(folder)
            _checked(client.uid(word, these, folder))
        if word == "COPY":
            _checked(client.uid("STORE", these, "+FLAGS.SILENT", r"(\Deleted)"))
            _checked(client.uid("EXPUNGE", these))  # UIDPLUS: only these, never what others marked as deleted

    def _idle(self, seconds: float) -> bool:
        box, client = self._box, self._client
        if box is None:
            return False
        client.untagged_responses.pop("EXISTS", None)
        box.idle.start()  # type: ignore[no-untyped-call]
        try:
            while seconds > 0 and not self._stop.is_set():
                lines = box.idle.poll(min(seconds, _SLICE_SECONDS))
                if any(b" EXISTS" in line.upper() for line in lines) or "EXISTS" in client.untagged_responses:
                    return True
                seconds -= _SLICE_SECONDS
            return False
        finally:
            box.idle.stop()  # type: ignore[no-untyped-call]

    @contextmanager
    def _explained(self, task: str) -> Iterator[None]:
        """Turn trouble into words for an operator, and drop the connection: it may be in any state."""
        try:
            yield
        except TimeoutError as error:
            self.close()
            raise FetchError("the mail server did not answer in time") from error
        except ssl.SSLError as error:
            self.close()
            raise FetchError("the mail server's certificate could not be checked") from error
        except (OSError, imaplib.IMAP4.abort) as error:
            self.close()
            raise FetchError("the mail server could not be reached or closed the connection") from error
        except _TROUBLE as error:
            self.close()
            raise FetchError(f"the mail server refused to {task}: check the names of the folders") from error


def _as_number(day: datetime) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _since(day: int) -> str:
    return f"SINCE {day % 100}-{_MONTHS[day // 100 % 100 - 1]}-{day // 10_000}" if day else "ALL"


def _named(folder: str) -> str:
    """A folder's name quoted and in IMAP's own UTF-7."""
    return encode_folder(folder).decode("ascii")


def _checked(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


def _number(client: imaplib.IMAP4, name: str) -> int:
    found = client.untagged_responses.get(name) or [b"0"]
    last = found[-1]
    return int(last) if isinstance(last, bytes) and last.isdigit() else 0
