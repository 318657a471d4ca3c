"""Writes ``docs/timelines.md`` anew: ``python -m app.write_timelines``. A test holds the file against it.

One worked example a landlord, by what ``timeline`` is made of: every name of a duty, a window, a promise or a clock of
law appears, with its date, its clause and why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from app.commands.timeline import read_events
from app.configuration import ConfigurationFolder, landlord_calendar, load_calendars, load_policy
from app.policies import banner
from app.terminal import read_time
from casework.acts import Act, AddAction, AddPoint, Decide, HandleSpecially, RecordOmbudsman, SendOutcome
from casework.acts_promising import AgreeUpdates, ArrangeMeeting, TellNewDate
from casework.dated import dated
from casework.fold import after, begun
from casework.lawful import lawful_clocks
from casework.life import Done
from casework.life_parties import CaseParty, Role
from casework.life_routes import RouteLife
from casework.outcomes import ActionKind, Verdict
from casework.promised import promised
from domain.calendars import Calendar
from domain.duties import DutyRow, duties_owed
from domain.labels import Hazard, Kind
from domain.policies import Policy
from domain.uktime import format_moment

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "timelines.md"
LANDLORDS: Final = ("ccbc", "poolplus", "council", "cestria", "group")
RECEIVED: Final = "2026-11-02T09:00:00Z"
"""A Monday: the first vector of rules C4."""

_HEAD: Final = """# Timelines: one worked example a landlord

Written by `python -m app.write_timelines`: change that, not this. Everything begins on Monday 2 November 2026 at 9am.
Each table shows what the message starts, and the later ones what those before did not show. "Planned" counts from the
day on which the event is itself due. Of two clocks on one duty the earlier binds. `tenantline timeline` prints the same
for any other day.
"""
_STORY: Final = (
    *("acknowledged=2026-11-04T10:00:00Z", "contacted=2026-11-05T10:00:00Z", "allocated=2026-11-04T11:00:00Z"),
    *("draft_issued=2026-11-11T10:00:00Z", "comments_closed=2026-11-18T10:00:00Z"),
    *("stage1_outcome=2026-11-18T15:00:00Z", "outcome_received=2026-11-20T09:00:00Z"),
    *("escalated=2026-11-24T10:00:00Z", "stage2_acknowledged=2026-11-24T10:00:00Z"),
    *("stage2_allocated=2026-11-25T10:00:00Z", "stage2_draft_issued=2026-12-02T10:00:00Z"),
    *("stage2_comments_closed=2026-12-09T10:00:00Z", "stage2_outcome=2026-12-22T10:00:00Z"),
    *("stage3_requested=2027-01-05T10:00:00Z", "stage3_acknowledged=2027-01-05T10:00:00Z"),
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One message and what happened since."""

    title: str
    kind: Kind = Kind.COMPLAINT
    channel: str = "email"
    matter: str = "housing"
    hazard: Hazard = Hazard.NONE
    events: Sequence[str] = field(default=())


EXAMPLES: Final = (
    Example(title="A complaint by email, up to its last stage", events=_STORY),
    Example(title="Nothing has happened since it came"),
    Example(
        title="The formal stage is asked for on 16 November",
        events=("acknowledged=2026-11-04T10:00:00Z", "stage1_requested=2026-11-16T10:00:00Z"),
    ),
    Example(
        title="The answer is put off to 30 November",
        events=("acknowledged=2026-11-04T10:00:00Z", "extended_to=2026-11-30T10:00:00Z"),
    ),
    Example(title="A complaint about another service of the council", matter="other", events=_STORY),
    Example(title="A compliment by email", kind=Kind.COMPLIMENT),
    Example(title="A comment by email", kind=Kind.COMMENT),
    Example(title="A request by email", kind=Kind.SERVICE_REQUEST),
    Example(
        title="Damp and mould, looked into by 9 November",
        hazard=Hazard.DAMP_MOULD,
        events=("hazard_known=2026-11-02T09:00:00Z", "investigated=2026-11-09T15:00:00Z"),
    ),
    Example(
        title="A smell of gas at half past nine in the evening",
        hazard=Hazard.GAS,
        events=("hazard_emergency=2026-11-02T21:30:00Z",),
    ),
)

NEPHEW: Final = CaseParty(id="nephew", role=Role.REPRESENTATIVE)
PROMISES: Final[tuple[Act, ...]] = (
    AgreeUpdates(every=5),
    ArrangeMeeting(meeting="visit", when=read_time("2026-11-05T14:00:00Z", "when"), where="home", who=("mia",)),
    HandleSpecially(reasons="She is in hospital.", review_on=date(2026, 12, 2), answer_by=date(2026, 11, 27)),
    AddPoint(point="boiler", words="no heating for a week"),
    Decide(point="boiler", verdict=Verdict.UPHELD, reasons="The log shows it."),
    AddAction(
        action="survey",
        kind=ActionKind.WORKS,
        what="a survey",
        officer="max",
        contact="01632 960123",
        due_on=date(2026, 11, 27),
    ),
    TellNewDate(at=read_time("2026-11-10T09:00:00Z", "at"), until=date(2026, 11, 25), reason="The engineer is ill."),
    SendOutcome(at=read_time("2026-11-12T09:00:00Z", "at"), way="phone"),
    RecordOmbudsman(what="asked", wish="file", due_on=date(2026, 12, 7)),
    RecordOmbudsman(what="ordered", wish="pay", due_on=date(2026, 12, 14)),
    RecordOmbudsman(what="recommended", wish="train", due_on=date(2026, 12, 21)),
)

Key = tuple[str, int, str]
"""Name, stage and clause: what tells one clock of a landlord's from another."""


def document() -> str:
    """The whole file."""
    folder = ConfigurationFolder(None)
    calendars = load_calendars(folder)
    parts = [_HEAD]
    for slug in LANDLORDS:
        policy = load_policy(folder, slug)
        parts.append("\n".join(_of_landlord(policy, landlord_calendar(folder, policy, calendars, ""))))
    return "\n".join(parts)


def _of_landlord(policy: Policy, calendar: Calendar) -> Iterator[str]:
    yield f"## {policy.name} (`{policy.slug}`)\n"
    for line in banner(policy):
        yield f"{line}.\n"
    shown: set[Key] = set()
    for example in EXAMPLES:
        rows = [row for row in owed(policy, calendar, example) if (row.name, row.stage, row.basis) not in shown]
        shown |= {(row.name, row.stage, row.basis) for row in rows}
        yield from _table(example.title, rows, _started(example, rows))
    yield from _table("What the law asks for beside it", of_law(policy, calendar), {})
    yield from _table(
        "What people promised, and days that they or the Ombudsman set", of_promises(policy, calendar), {}
    )


def owed(policy: Policy, calendar: Calendar, example: Example) -> tuple[DutyRow, ...]:
    """What is owed in an example."""
    return duties_owed(
        policy,
        calendar,
        kind=example.kind,
        channel=example.channel,
        received_at=read_time(RECEIVED, "received"),
        matter=example.matter,
        hazard=example.hazard,
        events=read_events(example.events),
    )


def of_law(policy: Policy, calendar: Calendar) -> list[DutyRow]:
    """The clocks of law that such a case may start, each once."""
    at = read_time(RECEIVED, "received")
    matters = sorted({clock.matter.value for clock in policy.lawful_clocks if clock.matter})
    routes = tuple(RouteLife(route=each, since=at) for each in matters)
    life = begun(at, Kind.COMPLAINT).model_copy(update={"routes": routes})
    return sorted(lawful_clocks(life, policy, calendar), key=lambda row: row.due)


def of_promises(policy: Policy, calendar: Calendar) -> list[DutyRow]:
    """Each kind of promise once, as soon as it is owed: a nephew writes, and the answer is told on the telephone."""
    life = begun(read_time(RECEIVED, "received"), Kind.COMPLAINT, parties=(NEPHEW,))
    found: dict[str, DutyRow] = {}
    for number, act in enumerate(PROMISES):
        at = read_time(RECEIVED, "received") + timedelta(hours=number + 1)
        life = after(life, Done(act=act, by="mia", roles=frozenset(), at=at))
        for each in (*promised(life, policy, calendar), *dated(life, policy)):
            found.setdefault(each.row.name, each.row)
    return sorted(found.values(), key=lambda row: row.due)


def _started(example: Example, rows: Sequence[DutyRow]) -> Mapping[str, datetime]:
    """The events that a clock here really counts from, in order of time."""
    known = read_events(example.events)
    used = {row.counted_from for row in rows}
    return {name: known[name] for name in sorted(known, key=lambda each: known[each]) if name in used}


def _table(title: str, rows: Sequence[DutyRow], started: Mapping[str, datetime]) -> Iterator[str]:
    if not rows:
        return
    yield f"### {title}\n"
    if started:
        words = "; ".join(f"{name.replace('_', ' ')} {format_moment(at)}" for name, at in started.items())
        yield f"Since then: {words}.\n"
    yield "| Due | Stage | Duty | Who | Clause | Why |\n|---|---|---|---|---|---|"
    for row in rows:
        marks = [*(["planned"] if row.planned else []), *([] if row.effective else ["another clock ends earlier"])]
        name = f"`{row.name}`" + (f" ({', '.join(marks)})" if marks else "")
        cells = (format_moment(row.due), str(row.stage or "-"), name, row.owner, row.basis, row.explanation)
        yield f"| {' | '.join(cells)} |"
    yield ""


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
