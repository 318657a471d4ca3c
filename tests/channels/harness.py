"""What a kind of channel hands to the contract suite: recorded payloads, forgeries, a bench with its stand-in.

To add a channel: write ``tests/channels/cases/<kind>.py`` with ``CASES``, an instance of a subclass of
``ChannelCases``, and recorded payloads in ``tests/channels/cases/<kind>/*.json``:

    {"about": "what it is", "headers": {...}, "form": {...} or "json": {...} or "text": "...",
     "expect": {"messages": [{"provider_id": ..., "sender": "phone:+44...", "text": ..., any field}],
                "reports": [{"provider_id": ..., "state": ...}], "unreadable": true}}

Fields that ``expect`` does not name are not looked at; an empty ``expect`` is an event that is politely ignored.
"""

import importlib
import json
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import channels
from domain.messages import Address, InboundMessage, OutboundMessage, Received, WebRequest

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LANDLORD = "cestria"
NAME = "the-channel"
BODY = "Thank you, your reference is CES-26-00417N: words-of-the-answer"
PUBLIC = f"https://complaints.example.org/in/{LANDLORD}/{NAME}"
_CASES = Path(__file__).parent / "cases"

# What every sender must have answered, by a Failure or by a reason in `waived`.
FAILURES = (
    "bad request",
    "unauthorised",
    "forbidden",
    "throttled",
    "server error",
    "timeout",
    "connection reset",
    "answer lost",
)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a failure must become: the fields of ``SendError``."""

    retryable: bool
    code: str
    uncertain: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A live adapter before its stand-in.

    ``plan`` makes the stand-in fail the named way on the next request; ``taken`` counts the messages it took;
    ``arrive`` lets a person write that text, without a webhook; ``secrets`` may never be logged.
    """

    channel: Any
    outbound: OutboundMessage
    plan: Callable[[str], None]
    taken: Callable[[], int]
    arrive: Callable[[str], Awaitable[object]] | None = None
    secrets: tuple[str, ...] = ()


@dataclass(kw_only=True)
class ChannelCases:
    """The cases of one kind. ``waived``: name of a check → why it does not apply to this kind."""

    kind: str
    failures: Mapping[str, Failure] = field(default_factory=dict)
    waived: Mapping[str, str] = field(default_factory=dict)

    def channel(self) -> Any:
        """An adapter that needs no provider, for what is pure."""
        raise NotImplementedError

    def request(self, payload: Mapping[str, Any]) -> WebRequest:
        """The webhook of a recorded payload, rightly signed."""
        raise NotImplementedError

    def forgeries(self, payload: Mapping[str, Any]) -> Sequence[WebRequest]:
        """The same, unsigned and wrongly signed in every way that matters."""
        raise NotImplementedError

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        """The adapter before its stand-in."""
        raise NotImplementedError


def kinds() -> list[str]:
    """The modules of ``channels/`` that define ``KIND``."""
    names = [module.name for module in pkgutil.iter_modules(channels.__path__)]
    return [name for name in names if hasattr(importlib.import_module(f"channels.{name}"), "KIND")]


def has_cases(kind: str) -> bool:
    """Whether somebody has written the cases of a kind."""
    return (_CASES / f"{kind}.py").exists()


def cases_of(kind: str) -> ChannelCases:
    """The cases of a kind; a kind without any fails with what to do."""
    if not has_cases(kind):
        raise AssertionError(
            f"channels/{kind}.py has no cases: write tests/channels/cases/{kind}.py with CASES, and recorded payloads "
            f"in tests/channels/cases/{kind}/ (see tests/channels/harness.py)"
        )
    cases = importlib.import_module(f"tests.channels.cases.{kind}").CASES
    assert isinstance(cases, ChannelCases)
    return cases


def payloads(kind: str) -> list[Path]:
    """The recorded payloads of a kind."""
    return sorted((_CASES / kind).glob("*.json"))


def read_payload(path: Path) -> dict[str, Any]:
    """A recorded payload."""
    payload = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(payload, dict)
    return payload


def an_outbound(to: Address, **fields: Any) -> OutboundMessage:
    """An acknowledgement with ``BODY``, first tried at ``NOW``."""
    given: dict[str, Any] = {
        "id": "out-1",
        "dedupe_key": f"acknowledge:CES-26-00417N:0:party:{NAME}:1",
        "landlord": LANDLORD,
        "channel": NAME,
        "purpose": "acknowledge",
        "to": to,
        "body": BODY,
        "first_attempt_at": NOW,
        "last_inbound_at": NOW,
    }
    return OutboundMessage(**(given | fields))


def seen(received: Received, expect: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was received, the fields that are expected, in the shape that a payload writes them."""
    shown: dict[str, Any] = {}
    for part, values in (("messages", received.messages), ("reports", received.reports)):
        wanted = expect.get(part, [])
        rows = [_shown(value) for value in values]
        if rows or wanted:
            shown[part] = [
                {name: row.get(name) for name in (wanted[place] if place < len(wanted) else row)}
                for place, row in enumerate(rows)
            ]
    return shown


def _shown(value: Any) -> dict[str, Any]:
    row: dict[str, Any] = value.model_dump(mode="json", exclude={"raw"})
    if isinstance(value, InboundMessage):
        row["sender"] = f"{value.sender.kind}:{value.sender.value}"
        row["attachments"] = [f"{each.name} {each.content_type}" for each in value.attachments]
        row["marks"] = {name: mark for name, mark in row["marks"].items() if mark}
    return row
