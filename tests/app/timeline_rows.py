"""What ``timeline`` prints, asked for in a few words."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from typer.testing import CliRunner

from app.main import cli
from domain.uktime import format_day_month
from tests.domain.test_deadlines import on

Row = dict[str, Any]


def at(moment: str) -> str:
    """As the command takes it: "2 Nov 2026" at an ordinary hour, or a time written out."""
    return moment if "T" in moment else on(moment).isoformat()


def printed(words: Iterable[str]) -> list[Row]:
    """The rows of a whole command line without the program's name."""
    done = CliRunner().invoke(cli, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout)["obligations"])


def timeline(
    *,
    received: str,
    landlord: str = "",
    regime: str = "",
    kind: str = "complaint",
    calendar: str = "",
    matter: str = "housing",
    hazard: str = "",
    special: str = "",
    events: Mapping[str, str] | None = None,
) -> list[Row]:
    """The rows of a message that came by mail."""
    options = {
        "--landlord": landlord,
        "--regime": regime,
        "--calendar": calendar,
        "--hazard": hazard,
        "--special": special,
    }
    words = ["timeline", "--kind", kind, "--channel", "email", "--received", at(received), "--matter", matter]
    words += [word for name, value in options.items() if value for word in (name, value)]
    words += [word for name, moment in (events or {}).items() for word in ("--event", f"{name}={at(moment)}")]
    return printed(words)


def day_of(row: Row) -> str:
    """Its date as "9 Nov 2026", of a row that ends with its day."""
    due = on_clock(row)
    assert due.endswith(" 23:59:59"), row
    return due.removesuffix(" 23:59:59")


def on_clock(row: Row) -> str:
    """Its moment by the UK's clock, as "25 Dec 2026 21:30:00"."""
    due = datetime.fromisoformat(row["due"])
    return f"{format_day_month(due.date())} {due.year} {due:%H:%M:%S}"
