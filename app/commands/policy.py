"""``tenantline policy list / show / check``."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from app.configuration import ConfigurationFolder, load_policy, load_regime, load_site
from app.place import place_of
from app.terminal import say, write_json
from domain.clauses import Basis, Duty
from domain.errors import ConfigurationError
from domain.policies import Policy

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List policies, show one in plain English, or check them.",
    epilog="For example: tenantline policy check cestria",
)
Landlord = Annotated[str, typer.Argument(help="The landlord's slug.")]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of ``policy check``."""

    level: str
    landlord: str
    clause: str
    finding: str


@app.command("list", epilog="For example: tenantline policy list")
def list_policies(context: typer.Context) -> None:
    """Landlords with their regimes, and the regimes there are."""
    folder = ConfigurationFolder(place_of(context).config)
    table = Table("Landlord", "Name", "Prefix", Column("Regime", overflow="fold"), "Version")
    for slug in folder.names("landlords", ".toml"):
        policy = load_policy(folder, slug)
        regimes = ", ".join(filter(None, (policy.regime, policy.other_regime)))
        table.add_row(slug, policy.name, policy.prefix, regimes, policy.version)
    Console().print(table)
    say(f"Regimes: {', '.join(folder.names('regimes', '.toml'))}")


@app.command("show", epilog="For example: tenantline policy show cestria")
def show(context: typer.Context, landlord: Landlord) -> None:
    """The merged policy in plain English, each line with the clause it rests on."""
    for line in describe(load_policy(ConfigurationFolder(place_of(context).config), landlord)):
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
    findings = [finding for slug in wanted for finding in find_faults(folder, slug)]
    if not landlord:
        findings += [finding for slug in folder.names("regimes", ".toml") for finding in _regime_faults(folder, slug)]
    for each in findings:
        if as_json:
            write_json(asdict(each))
        else:
            say(f"{each.level}: {each.landlord}, {each.clause or 'no clause'}: {each.finding}")
    if not findings and not as_json:
        say("All is well.")
    raise typer.Exit(1 if any(each.level == "error" for each in findings) else 0)


def describe(policy: Policy) -> Iterator[str]:
    """A policy as sentences with their clauses."""
    yield f"{policy.name} ({policy.slug}), policy version {policy.version}"
    yield f"Regime: {policy.regime}" + (f"; other services: {policy.other_regime}" if policy.other_regime else "")
    yield f"Working days: {policy.calendar}. Languages: {', '.join(policy.languages)}."
    for stage in policy.stages:
        yield f"Stage {stage.number}, {stage.name}: decided by {stage.who} {_clause(stage.basis)}"
    for duty in policy.duties:
        yield f"{_promise(duty)} {_clause(duty.basis)}"
    for term in (*policy.terms, *policy.regime_terms):
        yield f"{term.name.value.replace('_', ' ').capitalize()}: {term.value} {_clause(term.basis)}"
    for matter, body in policy.ombudsmen.items():
        yield f"Ombudsman ({matter}): {body.name}, {body.phone}, {body.site} {_clause(body.basis)}"


def find_faults(folder: ConfigurationFolder, slug: str) -> Iterator[Finding]:
    """What is wrong with one landlord's policy.

    Errors: it cannot be read, nobody is on call, a promise is later than the regime's. Warnings: rests on something
    that nobody has verified.
    """
    try:
        policy, site = load_policy(folder, slug), load_site(folder, slug)
    except ConfigurationError as problem:
        yield Finding(level="error", landlord=slug, clause="", finding=str(problem))
        return
    if not site.duty.people:
        words = f"nobody is on call: add [[duty.people]] to sites/{slug}.toml"
        yield Finding(level="error", landlord=slug, clause="", finding=words)
    own = [duty for duty in policy.duties if duty.source == "landlord"]
    for duty in own:
        for other in policy.duties:
            if _is_later(duty, other):
                words = (
                    f"{duty.name.replace('_', ' ')} takes {_amount(duty)}; {other.source} demands {_amount(other)} "
                    f"({other.basis.clause}), which binds"
                )
                yield Finding(level="warning", landlord=slug, clause=duty.basis.clause, finding=words)
    for duty in own:
        if not duty.basis.verified:
            words = f"{duty.name.replace('_', ' ')} rests on words that nobody has verified"
            yield Finding(level="warning", landlord=slug, clause=duty.basis.clause, finding=words)


def _regime_faults(folder: ConfigurationFolder, slug: str) -> Iterator[Finding]:
    try:
        regime = load_regime(folder, slug)
    except ConfigurationError as problem:
        yield Finding(level="error", landlord=slug, clause="", finding=str(problem))
        return
    for duty in regime.duties:
        if not duty.basis.verified:
            words = f"{duty.name.replace('_', ' ')} is not verified against {duty.basis.source or 'its source'}"
            yield Finding(level="warning", landlord=slug, clause=duty.basis.clause, finding=words)


def _is_later(duty: Duty, other: Duty) -> bool:
    """The same promise in the same clock, from the same event, and longer than the regime allows."""
    same = all(getattr(duty, name) == getattr(other, name) for name in ("name", "stage", "clock", "counted_from"))
    shared = not duty.kinds or not other.kinds or set(duty.kinds) & set(other.kinds)
    return (
        same and bool(shared) and other.source != "landlord" and duty.amount > other.amount and not duty.tenant_window
    )


def _promise(duty: Duty) -> str:
    kinds = ", ".join(kind.value.replace("_", " ") for kind in duty.kinds) or "every message"
    stage = f"stage {duty.stage}" if duty.stage else "before a stage"
    who = duty.owner or "the stage's team"
    whose = "the tenant may until" if duty.tenant_window else f"{who}, within"
    start = duty.counted_from.replace("_", " ")
    return f"{duty.name.replace('_', ' ').capitalize()} ({stage}; {kinds}): {whose} {_amount(duty)} of {start}"


def _amount(duty: Duty) -> str:
    return f"{duty.amount} {duty.clock.value.replace('_', ' ')}"


def _clause(basis: Basis | None) -> str:
    if basis is None:
        return ""
    return f"[{basis.clause}]" + ("" if basis.verified else " (not verified)")
