"""``tenantline policy list / show / check / coverage``."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from app import coverage, policies
from app.configuration import ConfigurationFolder, load_policy, require_landlord
from app.place import place_of
from app.terminal import say, show_table, tell, write_json
from app.wiring import SystemClock
from domain.uktime import local_date

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List policies, show one in plain English, check them, or see which of their clauses are kept.",
    epilog="For example: tenantline policy check cestria",
)
Landlord = Annotated[str, typer.Argument(help="The landlord's slug.")]


@app.command("list", epilog="For example: tenantline policy list")
def list_policies(context: typer.Context) -> None:
    """Landlords with their regimes, and the regimes there are."""
    folder = ConfigurationFolder(place_of(context).config)
    policies = [load_policy(folder, slug) for slug in folder.names("landlords", ".toml")]
    show_table(
        headings=("Landlord", "Name", "Prefix", "Regime", "Version"),
        rows=[
            [each.slug, each.name, each.prefix, ", ".join(filter(None, (each.regime, each.other_regime))), each.version]
            for each in policies
        ],
    )
    say(f"Regimes: {', '.join(folder.names('regimes', '.toml'))}")


@app.command("show", epilog="For example: tenantline policy show cestria")
def show(context: typer.Context, landlord: Landlord) -> None:
    """The merged policy in plain English, each line with the clause it rests on."""
    for line in policies.describe(load_policy(ConfigurationFolder(place_of(context).config), landlord)):
        say(line)


@app.command("check", epilog="For example: tenantline policy check --json")
def check(
    context: typer.Context,
    landlord: Landlord = "",
    as_json: Annotated[bool, typer.Option("--json", help="One finding a line.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """What is wrong with a policy, or with all. Exit 1 on errors, 0 on warnings only."""
    folder = ConfigurationFolder(place_of(context).config)
    wanted = (landlord,) if landlord else folder.names("landlords", ".toml")
    today = local_date(SystemClock().now())
    findings = [finding for slug in wanted for finding in policies.check(folder, slug, today)]
    if not landlord:
        regimes = folder.names("regimes", ".toml")
        findings += [finding for slug in regimes for finding in policies.check_regime(folder, slug)]
        findings += policies.check_law(folder)
    for each in findings:
        if as_json:
            write_json(asdict(each))
        else:
            say(f"{each.level}: {each.landlord}, {each.clause or 'no clause'}: {each.finding}")
    if not findings and not as_json:
        say("All is well.")
    raise typer.Exit(1 if any(each.level == "error" for each in findings) else 0)


@app.command("coverage", epilog="For example: tenantline policy coverage --landlord cestria")
def show_coverage(
    context: typer.Context,
    landlord: Annotated[str, typer.Option("--landlord", help="Only this one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One clause a line.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Which clauses are kept, by what code and shown by which tests. Exit 1 where one lost its code or its test."""
    folder = ConfigurationFolder(place_of(context).config)
    registers = _registers(folder, landlord)
    tests = _tests(registers)
    covered = coverage.cover(registers, tests)
    wrong = [problem for each in covered for problem in each.problems]
    wrong += coverage.unknown_clauses(registers, tests or {})
    if as_json:
        for each in covered:
            write_json(_as_json(each))
    else:
        _show_counts(coverage.count(covered))
        say()
        _show_clauses(covered)
    for problem in wrong:
        tell(problem)
    raise typer.Exit(1 if wrong else 0)


def _registers(folder: ConfigurationFolder, landlord: str) -> list[coverage.Register]:
    if landlord:
        require_landlord(folder, landlord)
    wanted = (landlord,) if landlord else folder.names(coverage.FOLDER, ".toml")
    return [coverage.load_register(folder, slug) for slug in wanted]


def _tests(registers: Sequence[coverage.Register]) -> dict[str, tuple[str, ...]] | None:
    folder = coverage.folder_of_tests()
    if folder is None:
        tell("There are no tests beside this program: only the code is looked at. Run it in a source tree for both.")
        return None
    return coverage.named_in_tests(folder, {each.clauses[0].id.partition("-")[0] for each in registers})


def _as_json(each: coverage.Covered) -> dict[str, object]:
    clause = each.clause
    return {
        "landlord": each.landlord,
        "clause": clause.id,
        "does": clause.does,
        "kept": clause.kept,
        "waits_for": clause.waiting,
        "quote": clause.quote,
        "meaning": clause.meaning,
        "kept_by": clause.kept_by,
        "tests": each.tests,
        "problems": each.problems,
    }


def _show_counts(counts: Sequence[coverage.Count]) -> None:
    show_table(
        headings=("Landlord", "Clauses", "Kept", "In part", "Waiting", *(part.capitalize() for part in coverage.Part)),
        rows=[
            [
                each.landlord,
                str(each.clauses),
                str(each.whole),
                str(each.partly),
                str(each.clauses - each.whole - each.partly),
                *(f"{each.kept[part]} of {each.asked[part]}" for part in coverage.Part),
            ]
            for each in counts
        ],
    )


def _show_clauses(covered: Sequence[coverage.Covered]) -> None:
    show_table(
        headings=("Clause", "Asks for", "Kept by", "Shown by", "Waits for"),
        rows=[
            [
                each.clause.id,
                ", ".join(each.clause.does),
                ", ".join(each.clause.kept_by),
                ", ".join(test.rpartition(":")[2] for test in each.tests),
                ", ".join(f"{part}: {what}" for part, what in each.clause.waiting.items()),
            ]
            for each in covered
        ],
    )
