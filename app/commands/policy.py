"""``tenantline policy list / show / check``."""

from dataclasses import asdict
from typing import Annotated

import typer

from app import policies
from app.configuration import ConfigurationFolder, load_policy
from app.place import place_of
from app.terminal import say, show_table, write_json
from app.wiring import SystemClock
from domain.uktime import local_date

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List policies, show one in plain English, or check them.",
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
