"""A stand-in for each port: under 30 lines, with what it was told and what it is to answer in plain attributes."""

import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from domain.errors import MediaError, SendError
from domain.labels import Kind
from domain.messages import (
    AddressKind,
    Batch,
    MediaReference,
    OutboundMessage,
    ProbeResult,
    Receipt,
    Received,
    WebRequest,
)
from domain.understanding import Reading, SafetyFinding, Understanding


class FixedClock:
    """Time that moves only when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, **units: float) -> datetime:
        self.moment += timedelta(**units)
        return self.moment


class SequentialIds:
    """``id-000001``, ``id-000002`` ...; a prefix keeps two of them apart."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"{self._prefix}-{next(self._numbers):06}"


class FakeChannel:
    """Says who it is; the other fakes add what a provider offers."""

    def __init__(
        self, landlord: str = "cestria", name: str = "texts", address_kind: AddressKind = AddressKind.PHONE
    ) -> None:
        self.landlord = landlord
        self.name = name
        self.kind = "fake"
        self.address_kind = address_kind


class FakeSender(FakeChannel):
    """Takes every message, or answers with the next of ``errors``."""

    def __init__(self, *, errors: Sequence[SendError] = (), name: str = "texts") -> None:
        super().__init__(name=name)
        self.errors = list(errors)
        self.sent: list[OutboundMessage] = []

    async def send(self, outbound: OutboundMessage, now: datetime) -> Receipt:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(outbound)
        return Receipt(provider_id=f"{self.name}-{len(self.sent)}", at=now)

    async def find_sent(self, outbound: OutboundMessage) -> Receipt | None:
        return None if outbound not in self.sent else Receipt(provider_id="found", at=outbound.first_attempt_at)


class FakeReceiver(FakeChannel):
    """Reads every webhook as what it was given."""

    def __init__(self, received: Received) -> None:
        super().__init__()
        self.received = received

    def receive(self, request: WebRequest, now: datetime) -> Received:  # noqa: ARG002 - the port's shape
        return self.received


class FakeFetcher(FakeChannel):
    """Gives its batches one after another, from the cursor (a number) on."""

    def __init__(self, *received: Received, name: str = "texts") -> None:
        super().__init__(name=name)
        self.batches = [Batch(received=item, cursor=str(place)) for place, item in enumerate(received, start=1)]

    async def fetch(self, cursor: str | None, now: datetime) -> AsyncIterator[Batch]:  # noqa: ARG002 - the port's shape
        for batch in self.batches[int(cursor or 0) :]:
            yield batch

    async def wait_for_news(self, seconds: float) -> bool:  # noqa: ARG002 - the port's shape
        return bool(self.batches)


class FakeMedia(FakeChannel):
    """Has the files that it was given, by address."""

    def __init__(self, **files: bytes) -> None:
        super().__init__()
        self.files = files

    async def fetch_media(self, reference: MediaReference) -> tuple[bytes, str]:
        if reference.url not in self.files:
            raise MediaError("the provider does not have it", retryable=False)
        return self.files[reference.url], reference.content_type


class FakeProbe(FakeChannel):
    """Answers a probe as it was told, and remembers that it was closed."""

    def __init__(self, *, ok: bool = True) -> None:
        super().__init__()
        self.ok = ok
        self.closed = False

    async def probe(self) -> ProbeResult:
        return ProbeResult(ok=self.ok, words="answered" if self.ok else "did not answer")

    async def aclose(self) -> None:
        self.closed = True


class FakeUnderstander:
    """Reads every message as one kind."""

    def __init__(self, kind: Kind = Kind.COMPLAINT) -> None:
        self.kind = kind

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        return tuple(
            Understanding(id=reading.id, kind=self.kind, kinds={self.kind: 1.0}, model="fake") for reading in readings
        )


class FakeSafety:
    """Finds what it was given, in every text."""

    def __init__(self, *findings: SafetyFinding) -> None:
        self.findings = findings

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:  # noqa: ARG002 - the port's shape
        return self.findings
