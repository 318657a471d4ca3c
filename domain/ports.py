"""What the inside asks of the outside. A channel implements those that its provider offers; ``app`` injects them.

Each channel module defines ``KIND`` (its own name), ``Settings`` (a pydantic model; secrets are ``SecretStr``) and
``build(landlord, name, settings)`` that returns the adapter, whose attributes ``landlord``, ``name``, ``kind``
and ``address_kind`` say who it is. Adapters keep no message, open no database and read no clock.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from domain.messages import (
    AddressKind,
    Batch,
    MediaReference,
    OutboundMessage,
    ProbeResult,
    Receipt,
    Received,
    RenderedLetter,
    SetAside,
    WebRequest,
)
from domain.understanding import Reading, SafetyFinding, Understanding

T = TypeVar("T")


class Channel(Protocol):
    """What every adapter says of itself."""

    landlord: str
    name: str
    kind: str
    address_kind: AddressKind


@runtime_checkable
class Receiver(Channel, Protocol):
    """Reads a webhook. Pure: no network; media stay references.

    Raises:
        BadSignature: signature or secret missing or wrong (403).
        Unreadable: rightly signed and not readable; the caller stores it raw (200).

    """

    def receive(self, request: WebRequest, now: datetime) -> Received:
        """Turn a request into messages and reports; events we do not know give an empty Received."""
        ...


@runtime_checkable
class Rereader(Channel, Protocol):
    """Reads again what was set aside, for when program or settings have changed. Pure, as ``Receiver`` is.

    Raises:
        Unreadable: it still cannot be read; the sentence says why.

    """

    def read_again(self, aside: SetAside, now: datetime) -> Received:
        """What these bytes are, as if they were read at ``aside.received_at`` (else ``now``).

        Whoever sent them was checked when they came: signature and token are not asked for again.
        """
        ...


@runtime_checkable
class WebhookSetter(Channel, Protocol):
    """Tells its provider where to post, where the provider takes that from a program."""

    async def use_webhook(self, url: str | None) -> ProbeResult:
        """Have what comes posted to this address, or with None kept for polling. Never raises."""
        ...


@runtime_checkable
class Fetcher(Channel, Protocol):
    """Asks a provider for what came since the cursor, in order, in batches.

    Raises:
        FetchError: the provider cannot be read now.

    """

    def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:
        """Yield batches; each cursor is stored with its batch, and what was yielded is never asked for again."""
        ...


@runtime_checkable
class Listener(Channel, Protocol):
    """Waits for news without asking again and again (IMAP IDLE, a long poll)."""

    async def wait_for_news(self, seconds: float) -> bool:
        """True as soon as a fetch is worth while, False after ``seconds``."""
        ...


@runtime_checkable
class LongPoller(Listener, Protocol):
    """A listener whose wait is itself a poll of all there is: a fetch meanwhile would only break it off."""

    listening: bool


@runtime_checkable
class MediaFetcher(Channel, Protocol):
    """Fetches an attachment that came as a reference.

    Raises:
        MediaError: too large, not from the provider's hosts, or the provider failed.

    """

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        """The bytes and their content type."""
        ...


@runtime_checkable
class Sender(Channel, Protocol):
    """Hands a message to its provider.

    Raises:
        SendError: see its fields.

    """

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        """Returns once the provider has taken it."""
        ...


@runtime_checkable
class SentLookup(Channel, Protocol):
    """Asks a provider whether a send whose answer was lost went out after all."""

    async def find_sent(self, outbound: OutboundMessage) -> Receipt | None:
        """The receipt of the earlier send, or None where the provider has not got it."""
        ...


@runtime_checkable
class ChannelProbe(Channel, Protocol):
    """A live round trip with the provider that changes nothing."""

    async def probe(self) -> ProbeResult:
        """Never raises: the result says what is wrong."""
        ...


@runtime_checkable
class Closing(Protocol):
    """Holds connections or a process that want to be closed in order."""

    async def aclose(self) -> None:
        """Close them."""
        ...


@runtime_checkable
class LetterRenderer(Protocol):
    """Sets letters as accessible PDF."""

    def render(self, outbound: OutboundMessage, now: datetime) -> RenderedLetter:
        """One letter; raises ``SendError`` where it cannot be set."""
        ...


class Understander(Protocol):
    """Reads messages, many at once."""

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        """One understanding a reading, in order."""
        ...


@runtime_checkable
class ScanningUnderstander(Understander, Protocol):
    """Looks through every part of a message for danger in the same go."""

    def scan_and_understand(
        self, readings: Sequence[Reading]
    ) -> tuple[tuple[tuple[SafetyFinding, ...], Understanding], ...]:
        """What ``domain.scanning.scan_every_part`` finds in each reading, and what it is understood as."""
        ...


@runtime_checkable
class HelpingProcess(Protocol):
    """Does pure work for others on another core."""

    def call(self, function: Callable[..., T], *arguments: object) -> T:
        """What the function gives. Function, arguments and answer can be pickled.

        Raises:
            RuntimeError: it failed there, or the process broke off twice.
        """
        ...


@runtime_checkable
class Laborious(Protocol):
    """A channel with pure work that another process may do."""

    def be_helped_by(self, helper: HelpingProcess) -> None:
        """Hand such work over from now on, where there is enough of it; do it oneself where that fails."""
        ...


@runtime_checkable
class Impaired(Protocol):
    """Does its work, but less well than it should where ``trouble`` says why."""

    trouble: str | None


class SafetyScan(Protocol):
    """Finds danger phrases by rule, in any text; works without a model."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        """All findings, in order of place."""
        ...


class Clock(Protocol):
    """The time, read in one place."""

    def now(self) -> datetime:
        """An aware instant."""
        ...


class Ids(Protocol):
    """Fresh identities."""

    def new(self) -> str:
        """A name that nothing else has."""
        ...
