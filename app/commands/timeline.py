"""``tenantline timeline``: what a policy owes for a message, without storing anything."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from app.configuration import ConfigurationFolder, landlord_calendar, load_calendars, load_policy, load_regime
from app.place import place_of
from app.policies import banner
from app.terminal import read_time, say, show_table, write_json
from app.timelines import Asked, timeline_of
from domain.clauses import EVENTS, STAGED_EVENTS
from domain.duties import FAMILIES, DutyRow
from domain.errors import ConfigurationError
from domain.labels import Hazard, Kind, Matter
from domain.policies import Policy
from domain.uktime import format_moment, to_local

app = typer.Typer(add_completion=False)
_MATTERS: Final = ("housing", "other")
_CHANNELS: Final = frozenset({*FAMILIES, *FAMILIES.values(), "letter", "visit"})
"""Kinds of channels, their families, and what only a note can tell of."""
_EVENTS: Final = EVENTS | {f"stage{stage}_{event}" for stage in (2, 3) for event in STAGED_EVENTS}


@app.command(
    epilog="For example: tenantline timeline --landlord cestria --kind complaint --channel email "
    "--received 2026-11-02T09:00:00Z --event acknowledged=2026-11-04T10:00:00Z --json"
)
def timeline(
    context: typer.Context,
    *,
    kind: Annotated[Kind, typer.Option(help="What the message is.")],
    channel: Annotated[str, typer.Option(help="How it came: email, sms, chat, web, phone_note, letter ...")],
    received: Annotated[str, typer.Option(help="When the landlord had it.")],
    landlord: Annotated[str, typer.Option(help="Under this landlord's policy ...")] = "",
    area: Annotated[str, typer.Option(help="... for homes in this area of it ...")] = "",
    regime: Annotated[str, typer.Option(help="... or under a regime by itself.")] = "",
    calendar: Annotated[str, typer.Option(help="Another calendar than the policy's.")] = "",
    matter: Annotated[
        str, typer.Option(help="housing, other for a council's further services, or both with a comma.")
    ] = "housing",
    hazard: Annotated[Hazard, typer.Option(help="A danger found in it.")] = Hazard.NONE,
    special: Annotated[
        list[Matter] | None, typer.Option(help="A special matter in it, whose clocks the law sets; may be repeated.")
    ] = None,
    event: Annotated[
        list[str] | None, typer.Option(help="NAME=TIME: what has happened since; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """What is owed for such a message, by when, and on which clause that rests."""
    folder = ConfigurationFolder(place_of(context).config)
    policy = _policy(folder, landlord, area, regime)
    days = landlord_calendar(folder, policy, load_calendars(folder), calendar)
    asked = Asked(
        kind=kind,
        channel=read_channel(channel),
        received_at=read_time(received, "--received"),
        matters=read_matters(matter),
        hazard=hazard,
        special=special or (),
        events=read_events(event or ()),
    )
    rows = timeline_of(policy, days, asked)
    if as_json:
        write_json({"obligations": [as_line(row) for row in rows]})
    else:
        for line in banner(policy):
            say(line)
        _print(rows)


def read_matters(words: str) -> tuple[str, ...]:
    """The matters of a list with commas.

    Raises:
        ConfigurationError: one is unknown.
    """
    matters = tuple(each.strip() for each in words.split(","))
    if wrong := [each for each in matters if each not in _MATTERS]:
        raise ConfigurationError(f"--matter: {wrong[0]!r} is neither housing nor other")
    return matters


def read_channel(word: str) -> str:
    """The channel as given.

    Raises:
        ConfigurationError: there is none of that name.
    """
    if word not in _CHANNELS:
        raise ConfigurationError(f"--channel: there is no {word!r}; there are: {', '.join(sorted(_CHANNELS))}")
    return word


def read_events(given: Sequence[str]) -> dict[str, datetime]:
    """Times by event.

    Raises:
        ConfigurationError: one is not NAME=TIME, or its name is unknown.
    """
    found = {}
    for words in given:
        name, _, time = words.partition("=")
        if name not in _EVENTS:
            raise ConfigurationError(f"--event: {name!r} is no event; there are: {', '.join(sorted(_EVENTS))}")
        found[name] = read_time(time, f"--event {name}")
    return found


def as_line(row: DutyRow) -> dict[str, Any]:
    """One duty in the contract's shape; ``due`` with the UK's offset."""
    return {
        "name": row.name,
        "stage": row.stage,
        "due": to_local(row.due).isoformat(),
        "clock": row.clock.value,
        "amount": row.amount,
        "counted_from": row.counted_from,
        "basis": row.basis,
        "owner": row.owner,
        "effective": row.effective,
        "explanation": row.explanation,
    }


def _policy(folder: ConfigurationFolder, landlord: str, area: str, regime: str) -> Policy:
    if bool(landlord) == bool(regime) or (area and regime):
        raise ConfigurationError("say whose rules: --landlord L, or --regime R")
    if landlord:
        return load_policy(folder, landlord, area)
    return load_regime(folder, regime)


def _print(rows: Sequence[DutyRow]) -> None:
    if not rows:
        say("The policy owes nothing for such a message.")
        return
    lines = []
    for row in rows:
        words = row.name.replace("_", " ")
        lines.append((format_moment(row.due), str(row.stage), words, row.owner, row.basis, row.explanation))
    show_table(headings=("Due", "Stage", "Duty", "Who", "Rests on", "Why"), rows=lines)
