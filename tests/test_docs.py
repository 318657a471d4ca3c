"""The documents say what the program does: every command with its options, every key of the configuration."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from app.configuration import Branding, SiteFile, SiteSettings
from app.demo.cast import MORNING
from app.main import COMMANDS, cli
from app.wiring import channel_modules
from domain.clauses import Duty
from domain.duty import DutyRota, OnCall
from domain.policies import Landlord, Regime

ROOT = Path(__file__).parent.parent


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def command_of(name: str) -> Any:
    group = typer.main.get_command(cli)
    context = typer.Context(group)
    return group.resolve_command(context, [name])[1]  # type: ignore[attr-defined]


def section_of(name: str) -> str:
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", document("docs/commands.md"), re.DOTALL | re.MULTILINE)
    assert found, f"docs/commands.md has no section {name}"
    return found.group(1)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_documented_with_every_option_and_has_an_example(name: str) -> None:
    section, command = section_of(name), command_of(name)
    own = list(getattr(command, "commands", {name: command}).items())
    for sub_name, sub in own:
        if sub is not command:
            assert f"`{name} {sub_name}" in section
        assert f"tenantline {name}" in (sub.epilog or ""), f"{name} {sub_name} has no example"
        for parameter in sub.params:
            for option in parameter.opts:
                assert not option.startswith("--") or option == "--help" or option in section, f"{name}: {option}"


def test_the_commands_that_the_readme_and_the_documents_name_exist() -> None:
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        if path.exists():
            for name in re.findall(r"`tenantline ([a-z]+)", path.read_text(encoding="utf-8")):
                assert name in COMMANDS, f"{path.name} names tenantline {name}"


def test_the_make_targets_that_the_readme_names_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", document("Makefile"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", document("README.md"))) - {"and"} <= targets


def test_the_morning_in_the_readme_is_the_demos() -> None:
    found = re.search(r"<!-- demo:begin -->(.*)<!-- demo:end -->", document("README.md"), re.DOTALL)
    assert found
    rows = re.findall(r"^│ (.+?) +│ (.+?) +│ (.+?) +│ (.*?) +│.* │ yes +│$", found.group(1), re.MULTILINE)
    assert [(title, by) for title, by, *_ in rows] == [(scene.title, scene.by.value) for scene in MORNING]
    for (title, _, became, kind), scene in zip(rows, MORNING, strict=True):
        assert became.startswith(scene.becomes.value), title
        assert not scene.kinds or kind.replace(" ", "_") in scene.kinds, title


@pytest.mark.parametrize("model", [SiteSettings, SiteFile, Branding, DutyRota, OnCall, Landlord, Regime, Duty])
def test_each_key_of_a_file_is_documented(model: type[BaseModel]) -> None:
    text = document("docs/configuration.md")
    assert not [name for name in model.model_fields if f"`{name}`" not in text]


@pytest.mark.parametrize("kind", sorted(channel_modules()))
def test_each_key_of_a_channel_is_documented_with_what_it_means(kind: str) -> None:
    text = document("docs/configuration.md")
    found = re.search(rf'^### `kind = "{kind}"`\n(.*?)(?=^##|\Z)', text, re.DOTALL | re.MULTILINE)
    assert found, f"docs/configuration.md has no section for the channel {kind}"
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (.*?) \|$", found.group(1), re.MULTILINE))
    assert set(rows) == set(channel_modules()[kind].Settings.model_fields)
    assert all(rows.values())


def test_the_shipped_site_file_names_no_key_that_is_not_documented() -> None:
    keys = re.findall(r"^(\w+) =", document("config/site.toml"), re.MULTILINE)
    assert set(keys) <= set(SiteSettings.model_fields)
