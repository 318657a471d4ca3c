"""Writes ``docs/timelines.md`` anew: ``python -m app.write_timelines``. A test holds the file against it.

One worked example a landlord, by what ``timeline`` is made of: every name of a duty, a window, a promise, a clock of
law or a term appears, with its clause, and each date with why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from app.commands.timeline import read_events
from app.configuration import ConfigurationFolder, landlord_calendar, load_calendars, load_policy
from app.policies import banner
from app.terminal import read_time
from app.timelines import Asked, timeline_of
from casework.acts import Act, AddAction, AddPoint, Decide, HandleSpecially, RecordOmbudsman, SendOutcome
from casework.acts_promising import AgreeUpdates, ArrangeMeeting, TellNewDate
from casework.dated import dated
from casework.fold import after, begun
from casework.house import HouseDuty, house_duties
from casework.life import Done
from casework.life_parties import CaseParty, Role
from casework.outcomes import ActionKind, Verdict
from casework.promised import promised
from domain.calendars import Calendar
from domain.clauses import Term, TermName
from domain.duties import DutyRow
from domain.labels import Hazard, Kind, Matter
from domain.policies import Policy
from domain.uktime import format_moment, format_short_date

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "timelines.md"
LANDLORDS: Final = ("ccbc", "poolplus", "council", "cestria", "group")
RECEIVED: Final = "2026-11-02T09:00:00Z"
"""A Monday: the first vector of rules C4."""

THREE_YEARS: Final = 3 * 366
"""Days within which everything that comes again has come once."""

_HEAD: Final = """# Timelines: one worked example a landlord

Written by `python -m app.write_timelines`: change that, not this. Everything begins on Monday 2 November 2026 at 9am.
The command above a table prints it; a later table shows what those before it did not. "Planned" counts from the day on
which the event is itself due. Of two clocks on one duty the earlier binds; of two windows the later is open.
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
_FIRST_PUT_OFF: Final = ("acknowledged=2026-11-04T10:00:00Z", "extended_to=2026-11-30T10:00:00Z")
_PUT_OFF: Final = (
    *("acknowledged=2026-11-04T10:00:00Z", "escalated=2026-11-24T10:00:00Z"),
    *("stage2_acknowledged=2026-11-24T10:00:00Z", "extended_to=2027-01-08T10:00:00Z"),
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One message and what happened since."""

    title: str
    kind: Kind = Kind.COMPLAINT
    channel: str = "email"
    matter: str = "housing"
    hazard: Hazard = Hazard.NONE
    special: Sequence[Matter] = ()
    events: Sequence[str] = field(default=())

    def asked(self) -> Asked:
        """As ``timeline`` takes it."""
        return Asked(
            received_at=read_time(RECEIVED, "received"),
            kind=self.kind,
            channel=self.channel,
            matters=(self.matter,),
            hazard=self.hazard,
            special=self.special,
            events=read_events(self.events),
        )

    def command(self, landlord: str, rows: Sequence[DutyRow]) -> str:
        """The command that prints it, with the events that its clocks count from."""
        used = {row.counted_from for row in rows}
        words = ["tenantline timeline", f"--landlord {landlord}", f"--kind {self.kind.value}"]
        words += [f"--channel {self.channel}", f"--received {RECEIVED}"]
        words += [f"--matter {self.matter}"] if self.matter != "housing" else []
        words += [f"--hazard {self.hazard.value}"] if self.hazard is not Hazard.NONE else []
        words += [f"--special {each.value}" for each in self.special]
        return " ".join((*words, *(f"--event {each}" for each in self.events if each.partition("=")[0] in used)))


EXAMPLES: Final = (
    Example(title="A complaint by email, up to its last stage", events=_STORY),
    Example(title="The same before anything else has happened"),
    Example(
        title="The formal stage is asked for on 16 November",
        events=("acknowledged=2026-11-04T10:00:00Z", "stage1_requested=2026-11-16T10:00:00Z"),
    ),
    Example(title="The answer is put off to 30 November", events=_FIRST_PUT_OFF),
    Example(title="The answer at stage 2 is put off to 8 January", events=_PUT_OFF),
    Example(title="A complaint about another service of the council", matter="other", events=_STORY),
    Example(title="Its answer is put off to 30 November", matter="other", events=_FIRST_PUT_OFF),
    Example(title="Its answer at stage 2 is put off to 8 January", matter="other", events=_PUT_OFF),
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
    Example(
        title="What the law asks for beside it: a request for one's data, for erasure, a complaint about data",
        kind=Kind.NONE,
        special=(Matter.SAR, Matter.ERASURE, Matter.DP_COMPLAINT),
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

Key = tuple[str, int, str, str, bool]
"""What tells one clock of a landlord's from another."""


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
    other = f", and for other services of the council `{policy.other_regime}`" if policy.other_regime else ""
    yield f"Its code is `{policy.regime}`{other}; working days are those of `{policy.calendar}`.\n"
    shown: set[Key] = set()
    for example in EXAMPLES:
        rows = timeline_of(policy, calendar, example.asked())
        new = [row for row in rows if _key(row) not in shown]
        shown |= {_key(row) for row in rows}
        yield from _table(example.title, new, example.command(policy.slug, rows))
    yield from _table("What people promised, and days that they or the Ombudsman set", of_promises(policy, calendar))
    yield from _house(policy)
    yield from _terms(policy)


def _key(row: DutyRow) -> Key:
    return (row.name, row.stage, row.basis, row.counted_from, row.planned)


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


def _table(title: str, rows: Sequence[DutyRow], command: str = "") -> Iterator[str]:
    if not rows:
        return
    yield f"### {title}\n"
    if command:
        yield f"```sh\n{command}\n```\n"
    yield "| Due | Stage | Duty | Who | Clause | Why |\n|---|---|---|---|---|---|"
    for row in rows:
        name = f"`{row.name}`" + (" (planned)" if row.planned else "")
        cells = (format_moment(row.due), str(row.stage or "-"), name, row.owner, row.basis, row.explanation)
        yield f"| {' | '.join(cells)} |"
    yield ""


def of_house(policy: Policy) -> list[HouseDuty]:
    """What comes again for the landlord whatever cases there are, each as it is first put before people."""
    owners = tuple(term for term in policy.terms if term.name is TermName.OWNER)
    recurring = [term for term in policy.terms if term.name in {TermName.RECURRING, TermName.REVIEW_ON}]
    first = read_time(RECEIVED, "received").date()
    days = [first + timedelta(days=step) for step in range(THREE_YEARS)]
    found = []
    for term in recurring:
        alone = policy.model_copy(update={"terms": (*owners, term), "regime_terms": ()})
        found.append(next(each for day in days for each in house_duties(alone, day)))
    return sorted(found, key=lambda each: each.due_on)


def _house(policy: Policy) -> Iterator[str]:
    duties = of_house(policy)
    if not duties:
        return
    yield "### What comes again for the landlord\n"
    yield "| Due | Duty | Who | Why |\n|---|---|---|---|"
    for each in duties:
        yield f"| {format_short_date(each.due_on)} | `{each.name}` | {each.owner or '-'} | {each.reason} |"
    yield ""


def _terms(policy: Policy) -> Iterator[str]:
    yield "### What else the policy, its code and the law say\n"
    yield "| Term | Says | Clause |\n|---|---|---|"
    for term in (*policy.terms, *policy.regime_terms):
        yield f"| `{term.name.value}` | {term.value.replace('_', ' ')} | {_clause(term, policy)} |"
    yield ""


def _clause(term: Term, policy: Policy) -> str:
    if term.basis is None:
        return f"left open: as {policy.regime} says" if term.name is TermName.SILENT else "-"
    return term.basis.clause + ("" if term.basis.verified else " (not verified)")


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
