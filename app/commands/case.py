"""``tenantline case list / show / act / acts / letter / check-text``."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import typer

from app.commands import case_acts, case_check_text, case_letter
from app.configuration import ConfigurationFolder, load_site, require_landlord
from app.place import Place, place_of
from app.register import register_of
from app.seeing import seen_case
from app.terminal import say, show_table, write_json, written
from casework.life import Done
from casework.phases import phases
from casework.telling import told
from domain.errors import ConfigurationError
from store.register import list_cases, show_case

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The register, and one case whole.",
    epilog="For example: tenantline case list --landlord cestria",
)
app.command("act", epilog=case_acts.ACT_EXAMPLE)(case_acts.act)
app.command("acts", epilog=case_acts.ACTS_EXAMPLE)(case_acts.acts)
app.command("letter", epilog=case_letter.EXAMPLE)(case_letter.letter)
app.command("check-text", epilog=case_check_text.EXAMPLE)(case_check_text.check_text)


@app.command("list", epilog="For example: tenantline case list --landlord cestria --json")
def list_register(
    context: typer.Context,
    landlord: Annotated[str, typer.Option(help="Only this landlord's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The head of a case a line.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Every case, newest first."""
    place = place_of(context)
    if landlord:
        require_landlord(ConfigurationFolder(place.config), landlord)
    with register_of(place) as tx:
        cases = list_cases(tx, landlord or None)
        if as_json:
            for case in cases:
                write_json(case)
            return
        rows = [
            [*(str(case[name] or "").replace("_", " ") for name in _COLUMNS), written(case["received_at"])]
            for case in cases
        ]
    show_table(headings=("Reference", "Landlord", "Kind", "Stage", "State", "Team", "Received"), rows=rows)


_COLUMNS = ("reference", "landlord", "kind", "stage", "state", "team")


@app.command("show", epilog="For example: tenantline case show CES-26-00001X")
def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="In any spelling.")],
    *,
    by: Annotated[str, typer.Option(help="Who looks: an id of the staff list; left out: the operator.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """One case with messages, parties, obligations, outbox and audit. The look is on record."""
    with seen_case(place_of(context), reference, by=by, what="show") as (tx, standing):
        case = show_case(tx, reference)
        entered = phases(standing.life, standing.acknowledged)
        case["phases"] = [{"phase": phase.value, "since": at.isoformat()} for phase, at in entered]
    if as_json:
        write_json(case)
    else:
        for line in _lines(case, _names(place_of(context), case["landlord"])):
            say(line)


def _lines(case: dict[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield f"{case['reference']}  {case['kind'].replace('_', ' ')}, stage {case['stage']}, {case['state']}"
    yield f"Team {case['team']}; received {written(case['received_at'])}; phase {case['phase']}"
    yield from _part("Phases", [f"{written(each['since'])}  {each['phase']}" for each in case["phases"]])
    yield from _part(
        "Parties", [f"{each['role']}: {each['name'] or 'no name'}, {each['address']}" for each in case["parties"]]
    )
    for _, lines in sorted((*_messages(case), *_acts(case, names)), key=lambda each: each[0]):
        yield from lines
    yield from _part(
        "Owed",
        [
            f"{written(each['due'])}  {each['name'].replace('_', ' ')}, {each['state']}: {each['basis']}"
            for each in case["obligations"]
        ],
    )
    yield from _part(
        "Answers",
        [
            f"{each['purpose']} by {each['channel']} to {each['to']}: {each['state']}, attempts {each['attempts']}"
            for each in case["outbox"]
        ],
    )
    yield from _part("Audit", [f"{written(each['at'])}  {each['actor']}: {each['action']}" for each in case["audit"]])


def _messages(case: dict[str, Any]) -> Iterator[tuple[datetime, list[str]]]:
    for each in case["messages"]:
        arrow = "from them" if each["direction"] == "in" else "from us"
        head = f"\n{written(each['at'])}  {arrow} by {each['channel']}"
        words = [f"  {line}" for line in str(each["text"]).splitlines()]
        files = [f"  [attached: {file['name']}, {file['size'] or '?'} bytes]" for file in each["attachments"]]
        yield (
            datetime.fromisoformat(each["at"]),
            [head + (f"  {each['subject']}" if each["subject"] else ""), *words, *files],
        )


def _acts(case: dict[str, Any], names: Mapping[str, str]) -> Iterator[tuple[datetime, list[str]]]:
    for each in case["acts"]:
        done = Done(
            act=case_acts.ACT.validate_python(each["act"]), by=each["by"], at=datetime.fromisoformat(each["at"])
        )
        yield done.at, [f"\n{written(each['at'])}  {told(done, names)}"]


def _names(place: Place, landlord: str) -> dict[str, str]:
    """Who works there; nobody where the configuration does not say: the case is shown all the same."""
    with suppress(ConfigurationError):
        return {each.id: each.name for each in load_site(ConfigurationFolder(place.config), landlord).staff}
    return {}


def _part(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)
