"""A node for commands of staff: rules and database, and the channels by which letters leave, where they open here."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.place import Place
from app.terminal import tell
from app.wiring import build_node
from domain.errors import ConfigurationError
from scheduler.node import Node


@contextmanager
def node_for_acts(place: Place, *, with_channels: bool = True) -> Iterator[Node]:
    """A node without a model, closed at the end.

    Where a channel's secret is not there, as at a desk, what is to be sent becomes a task, and the command says so.
    """
    node = _built(place, with_channels=with_channels)
    try:
        yield node
    finally:
        node.database.close()


def _built(place: Place, *, with_channels: bool) -> Node:
    where = {"config": place.config, "data": place.data, "database_url": place.database_url, "with_model": False}
    try:
        return build_node(**where, with_channels=with_channels)  # type: ignore[arg-type]
    except ConfigurationError as problem:
        if not with_channels:
            raise
        node = build_node(**where, with_channels=False)  # type: ignore[arg-type]
        tell(f"No channel opens here ({problem}): what is to be sent becomes a task.")
        return node
