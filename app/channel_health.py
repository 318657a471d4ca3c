"""How a channel does, in words for ``channel list``, ``/ready``, ``/metrics`` and ``doctor``: each side by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from domain.ports import Channel, Fetcher, Receiver, Sender
from scheduler.node import ChannelKey
from store.channel_state import channel_states

_PORTS: Final[Mapping[str, Any]] = {"webhook": Receiver, "poll": Fetcher, "send": Sender}
_SIDES: Final[tuple[tuple[str, str, Any], ...]] = (("fetch", "receiving", Fetcher), ("send", "sending", Sender))


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One side of a channel that fails. ``side``: receiving or sending."""

    side: str
    since: datetime
    words: str

    def __str__(self) -> str:
        return f"{self.side} fails since {self.since.isoformat()}: {self.words}"


def states_by_channel(tx: Connection) -> Mapping[ChannelKey, Mapping[str, Any]]:
    """The rows of all channels that ever did something."""
    return {(row["landlord"], row["channel"]): dict(row) for row in channel_states(tx)}


def troubles(channel: Channel, state: Mapping[str, Any] | None) -> tuple[Trouble, ...]:
    """What fails; an error of something that the channel no longer does counts for nothing."""
    return tuple(
        Trouble(side=words, since=state[f"{side}_failing_since"], words=state[f"{side}_error"])
        for side, words, port in _SIDES
        if state is not None and isinstance(channel, port) and state[f"{side}_failing_since"] is not None
    )


def sides(channel: Channel) -> tuple[str, ...]:
    """Which sides a channel has whose trouble we would see: receiving by polls, sending."""
    return tuple(words for _, words, port in _SIDES if isinstance(channel, port))


def in_words(found: tuple[Trouble, ...]) -> str:
    """``ok``, or each trouble."""
    return "; ".join(map(str, found)) or "ok"


def does(channel: Channel) -> list[str]:
    """What a channel offers: webhook, poll, send."""
    return [word for word, port in _PORTS.items() if isinstance(channel, port)]


def does_in_words(offers: list[str]) -> str:
    """The same for people, who are told where a channel goes one way only."""
    if offers == ["send"]:
        return "sends only"
    listed = ", ".join(offers) or "nothing"
    return listed if "send" in offers or not offers else f"{listed} (receives only)"
