"""What commands say: results on standard output, progress on standard error and only to a person."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from domain.errors import ConfigurationError
from domain.uktime import local_instant, to_local

Tick = Callable[[str, int, int], None]
"""Told the step in words, how much is done, and how much there is in all (0: nobody knows)."""


def write_json(value: Any) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")


def say(line: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(line + "\n")


def tell(line: str) -> None:
    """A line to whoever watches."""
    sys.stderr.write(line + "\n")


@contextmanager
def progress(what: str) -> Iterator[Tick]:
    """A bar on a terminal, nothing when piped."""
    if not sys.stderr.isatty():
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a person who watches
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total or None)


def read_time(words: str, option: str) -> datetime:
    """A time as RFC 3339; without an offset it is UK local time, and a date alone is its midnight.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        moment = datetime.fromisoformat(words)
        return as_instant(moment)
    except (ValueError, OverflowError) as problem:
        raise ConfigurationError(f"{option}: {words!r} is no time; write 2026-11-02T09:00:00Z") from problem


def as_instant(moment: datetime) -> datetime:
    """In UTC; without an offset it is UK local time."""
    return moment.astimezone(UTC) if moment.tzinfo else local_instant(moment.date(), moment.time())


def written(moment: datetime | str | None) -> str:
    """A time for a person's table: the UK's clock, to the minute."""
    if not moment:
        return "never"
    return f"{to_local(datetime.fromisoformat(moment) if isinstance(moment, str) else moment):%Y-%m-%d %H:%M}"


def show_table(*, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; nothing in it is cut off. On a terminal cells fold between words; piped, a row is a line."""
    from rich.console import Console  # noqa: PLC0415 - rich is not for whoever asks for JSON
    from rich.measure import Measurement  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415

    console = Console(markup=False)
    longest = [
        max(len(word) for cell in cells for word in cell.split() or [""]) for cells in zip(headings, *rows, strict=True)
    ]
    fits = sum(longest) + _BETWEEN * len(longest) <= console.width
    table = Table(
        *(
            Column(heading, overflow="fold", no_wrap=place == 0, min_width=longest[place] if fits else None)
            for place, heading in enumerate(headings)
        ),
        box=None,
        pad_edge=False,
        padding=(0, _BETWEEN, 0, 0),
    )
    for row in rows:
        table.add_row(*row)
    if not console.is_terminal:
        console.width = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    console.print(table)


_BETWEEN: Final = 2
"""Spaces between two columns."""
_WIDEST: Final = 10_000


def _plain(value: Any) -> Any:
    """Times with their offset, closed sets as their word."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)
