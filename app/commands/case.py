"""``tenantline case list / show / act / acts``."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app.commands import case_acts
from app.configuration import ConfigurationFolder, require_landlord
from app.place import place_of
from app.register import register_of
from app.terminal import say, show_table, write_json, written
from store.register import list_cases, show_case

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The register, and one case whole.",
    epilog="For example: tenantline case list --landlord cestria",
)
app.command("act", epilog=case_acts.ACT_EXAMPLE)(case_acts.act)
app.command("acts", epilog=case_acts.ACTS_EXAMPLE)(case_acts.acts)


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
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """One case with messages, parties, obligations, outbox and audit."""
    with register_of(place_of(context)) as tx:
        case = show_case(tx, reference)
    if as_json:
        write_json(case)
    else:
        for line in _lines(case):
            say(line)


def _lines(case: dict[str, Any]) -> Iterator[str]:
    yield f"{case['reference']}  {case['kind'].replace('_', ' ')}, stage {case['stage']}, {case['state']}"
    yield f"Team {case['team']}; received {written(case['received_at'])}; phase {case['phase']}"
    yield from _part(
        "Parties", [f"{each['role']}: {each['name'] or 'no name'}, {each['address']}" for each in case["parties"]]
    )
    for each in case["messages"]:
        arrow = "from them" if each["direction"] == "in" else "from us"
        yield f"\n{written(each['at'])}  {arrow} by {each['channel']}" + (
            f"  {each['subject']}" if each["subject"] else ""
        )
        yield from (f"  {line}" for line in str(each["text"]).splitlines())
        yield from (f"  [attached: {file['name']}, {file['size'] or '?'} bytes]" for file in each["attachments"])
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


def _part(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)
