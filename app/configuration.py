"""Reads configuration: shipped files as package data, overlaid file by file by ``--config DIR``.

``landlords/<slug>.toml`` holds a policy, ``sites/<slug>.toml`` its channels, duty rota and branding (so that saving a
mailbox changes no policy version). Secrets stand in site files only as ``{ env = "NAME" }`` or ``{ file = "PATH" }``.
Every error names the file, the key and, where it can be found, the line.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.toml_lines import explain_problem, line_of
from casework.people import Person
from console.brand import LEAST_CONTRAST, contrast, is_colour
from domain.calendars import Calendar, parse_calendar
from domain.duty import DutyRota
from domain.errors import CalendarError, ConfigurationError, WordingError
from domain.letters import Checklist
from domain.policies import Landlord, Law, Policy, Regime, in_area, merge, regime_policy
from domain.speech import PlainFile, Speech, ToneRules
from domain.wording import WordingCatalogue, parse_catalogue

SHIPPED = Path(str(files("config")))


class Branding(BaseModel):
    """How a landlord looks, and the domain of our own Message-IDs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: str = "#1d4f91"
    logo: str = ""
    mail_domain: str = "tenantline.invalid"

    @field_validator("colour")
    @classmethod
    def _is_readable(cls, colour: str) -> str:
        """White words have to be readable on it (WCAG 2.2 AA, 1.4.3)."""
        if not is_colour(colour):
            raise ValueError(f"{colour!r} is no colour: write it as #1d4f91")
        if contrast(colour, "#ffffff") < LEAST_CONTRAST:
            raise ValueError(f"{colour} is too light for the white words on it: take a darker one")
        return colour


class ChannelBlock(BaseModel):
    """One channel: the module that carries it, and that module's own settings."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    settings: dict[str, Any]


class SiteFile(BaseModel):
    """A landlord's site file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: tuple[ChannelBlock, ...] = ()
    duty: DutyRota = DutyRota()
    staff: tuple[Person, ...] = ()
    """Who may act on its cases, and as what."""
    branding: Branding = Branding()


class SiteSettings(BaseModel):
    """``site.toml``: what is the same for all landlords of this installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = "http://127.0.0.1:8080"
    """Where providers and tenants reach this installation, without a slash at the end."""
    landlords: tuple[str, ...] = ()
    """The landlords that are served; empty: all that have a file."""
    operator_token: dict[str, str] = Field(default_factory=dict)
    """``{ env = "NAME" }``: opens ``/ready`` and ``/metrics`` from elsewhere than loopback."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Addresses or networks of our own reverse proxies: their X-Forwarded-For says whom a form comes from."""

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _are_networks(cls, given: Any) -> Any:
        return tuple(_network(each) for each in given) if isinstance(given, list) else given


def _network(given: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(given))
    except ValueError:
        raise ValueError(f"{given!r} is no address: write one as 10.0.0.5, or a network as 10.0.0.0/8") from None


@dataclass(frozen=True)
class ConfigurationFolder:
    """The shipped files with an operator's folder laid over them."""

    overlay: Path | None = None

    def path(self, relative: str) -> Path | None:
        """The file that counts, or None."""
        for root in (self.overlay, SHIPPED):
            if root is not None and (root / relative).is_file():
                return root / relative
        return None

    def names(self, folder: str, suffix: str) -> tuple[str, ...]:
        """Names without suffix of all files in a folder, shipped and own."""
        found: set[str] = set()
        for root in (self.overlay, SHIPPED):
            if root is not None and (root / folder).is_dir():
                found |= {path.stem for path in (root / folder).glob(f"*{suffix}")}
        return tuple(sorted(found))

    def toml(self, relative: str) -> tuple[dict[str, Any], Path]:
        """A parsed file and where it lies.

        Raises:
            ConfigurationError: missing or no TOML.

        """
        path = self.path(relative)
        if path is None:
            raise ConfigurationError(f"there is no {relative}: write it, or check the name")
        try:
            return tomllib.loads(read_words(path)), path
        except tomllib.TOMLDecodeError as problem:
            raise ConfigurationError(f"{path}: {problem}; mend it there") from problem


def read_words(path: Path) -> str:
    """A file's text.

    Raises:
        ConfigurationError: it may not be read, or is no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise ConfigurationError(f"{path} cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise ConfigurationError(f"{path} is not UTF-8: save it as UTF-8") from problem


def require_landlord(folder: ConfigurationFolder, slug: str) -> None:
    """Refuse a landlord that has no file.

    Raises:
        ConfigurationError: names those that have one.
    """
    known = folder.names("landlords", ".toml")
    if slug not in known:
        raise ConfigurationError(
            f"there is no landlord {slug}; there are: {', '.join(known)}. A new one is a file landlords/{slug}.toml"
        )


def load_policies(folder: ConfigurationFolder) -> dict[str, Policy]:
    """Every landlord's merged policy, by slug."""
    policies = {slug: load_policy(folder, slug) for slug in folder.names("landlords", ".toml")}
    _refuse_shared_prefixes(policies)
    return policies


def load_policy(folder: ConfigurationFolder, slug: str, area: str = "") -> Policy:
    """One landlord's policy merged over its regimes, by kind of matter; in one of its areas over that area's."""
    require_landlord(folder, slug)
    landlord, path = folder.toml(f"landlords/{slug}.toml")
    try:
        own = in_area(Landlord.model_validate(landlord), area)
    except ValidationError as problem:
        raise _explained(problem, path) from problem
    except KeyError as problem:
        raise ConfigurationError(f"{slug} has no area called {area!r}: see [[area]] in {path}") from problem
    regimes: dict[str, Any] = {matter: _regime(folder, name) for matter, name in own.regimes.items()}
    merged = merge(landlord, regimes, load_law(folder), load_checklist(folder), area)
    return merged.model_copy(update={"speech": load_speech(folder)})


def _regime(folder: ConfigurationFolder, slug: str) -> dict[str, Any]:
    """A regime's content, checked by itself, so that an error names its own file."""
    content, path = folder.toml(f"regimes/{slug}.toml")
    try:
        Regime.model_validate(content)
    except ValidationError as problem:
        raise _explained(problem, path) from problem
    return content


def load_law(folder: ConfigurationFolder) -> Law:
    """The clocks that the law starts for every landlord."""
    content, path = folder.toml("law.toml")
    try:
        return Law.model_validate(content)
    except ValidationError as problem:
        raise _explained(problem, path) from problem


def load_checklist(folder: ConfigurationFolder) -> Checklist:
    """What every letter should carry, whoever sends it."""
    content, path = folder.toml("letters/checklist.toml")
    try:
        return Checklist.model_validate(content)
    except ValidationError as problem:
        raise _explained(problem, path) from problem


def load_speech(folder: ConfigurationFolder) -> Speech:
    """How we speak: the rules of tone, and the measure of plain language."""
    read: dict[str, Any] = {}
    models: tuple[tuple[str, type[ToneRules | PlainFile]], ...] = (("tone", ToneRules), ("plain", PlainFile))
    for name, model in models:
        content, path = folder.toml(f"{name}.toml")
        try:
            read[name] = model.model_validate(content)
        except ValidationError as problem:
            raise _explained(problem, path) from problem
    return Speech(**read)


def load_regime(folder: ConfigurationFolder, slug: str) -> Policy:
    """A regime by itself, as if a landlord had added nothing: for ``timeline --regime``."""
    return regime_policy(_regime(folder, slug))


def _explained(problem: ValidationError, path: Path) -> ConfigurationError:
    return ConfigurationError(explain_problem(problem, read_words(path), str(path)))


def _refuse_shared_prefixes(policies: Mapping[str, Policy]) -> None:
    taken: dict[str, str] = {}
    for slug, policy in policies.items():
        if policy.prefix in taken:
            raise ConfigurationError(
                f"landlords {taken[policy.prefix]} and {slug} share the prefix {policy.prefix}: give one another prefix"
            )
        taken[policy.prefix] = slug


def load_site_settings(folder: ConfigurationFolder) -> SiteSettings:
    """``site.toml``.

    Raises:
        ConfigurationError: a key is wrong, or it names a landlord that has no file.
    """
    data, path = folder.toml("site.toml")
    try:
        settings = SiteSettings.model_validate(data)
    except ValidationError as problem:
        raise _explained(problem, path) from problem
    known = folder.names("landlords", ".toml")
    if unknown := [slug for slug in settings.landlords if slug not in known]:
        raise ConfigurationError(
            f"{path}: it names the landlord {unknown[0]}, and there is no landlords/{unknown[0]}.toml: write that file"
        )
    return settings


def load_site(folder: ConfigurationFolder, slug: str) -> SiteFile:
    """A landlord's channels, rota and branding; empty where there is no file."""
    if folder.path(f"sites/{slug}.toml") is None:
        return SiteFile()
    data, path = folder.toml(f"sites/{slug}.toml")
    channels = data.get("channels", {})
    if not isinstance(channels, dict):
        raise ConfigurationError(f"{path}: channels is no table: write each channel as [channels.NAME]")
    blocks = [{"name": name, **_block(block, path, name)} for name, block in channels.items()]
    try:
        return SiteFile.model_validate({**data, "channels": blocks})
    except ValidationError as problem:
        raise _explained(problem, path) from problem


def _block(block: Any, path: Path, name: str) -> dict[str, Any]:
    if not isinstance(block, dict) or "kind" not in block:
        line = line_of(read_words(path), ("channels", name))
        raise ConfigurationError(f'{path}:{line}: channel {name} has no kind; add kind = "email_imap" or another')
    return {"kind": block["kind"], "settings": {key: value for key, value in block.items() if key != "kind"}}


def reveal_secrets(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Settings with each ``{ env = ... }`` and ``{ file = ... }`` replaced by what it stands for.

    Raises:
        ConfigurationError: the variable is not set, or the file cannot be read. The value itself is never named.

    """
    return {key: _revealed(value, f"{where}.{key}") for key, value in settings.items()}


def _revealed(value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        return value
    (source, name), *more = value.items() or [("", "")]
    if more or source not in {"env", "file"} or not isinstance(name, str):
        raise ConfigurationError(f'{where}: write a secret as {{ env = "NAME" }} or {{ file = "PATH" }}')
    if source == "file":
        try:
            return read_words(Path(name)).strip()
        except ConfigurationError as problem:
            raise ConfigurationError(f"{where}: {problem}") from problem
    found = os.environ.get(name)
    if found is None:
        raise ConfigurationError(f"{where}: the environment variable {name} is not set: set it, or take the key out")
    return found


def load_calendars(folder: ConfigurationFolder) -> dict[str, Calendar]:
    """Every calendar by name."""
    found = {}
    for name in folder.names("calendars", ".toml"):
        path = folder.path(f"calendars/{name}.toml")
        if path is None:
            continue
        try:
            found[name] = parse_calendar(read_words(path))
        except CalendarError as problem:
            raise ConfigurationError(f"{path}: {problem}") from problem
    return found


def landlord_calendar(
    folder: ConfigurationFolder, policy: Policy, calendars: Mapping[str, Calendar], name: str = ""
) -> Calendar:
    """The working days of a landlord: its nation's without its own closing days.

    Args:
        folder: where its file lies, for the words of an error.
        policy: whose.
        calendars: all there are.
        name: of another calendar than the policy's.

    Raises:
        ConfigurationError: there is no such calendar, or it does not reach a closing day.
    """
    wanted = name or policy.calendar
    if wanted not in calendars:
        where = "" if name else f"{policy.slug}.toml: "
        raise ConfigurationError(f"{where}there is no calendar {wanted}; there are: {', '.join(sorted(calendars))}")
    calendar = calendars[wanted]
    for closure in policy.closures:
        if not calendar.first_year <= closure.day.year <= calendar.last_year:
            where = _line_of_closure(folder, policy.slug, closure.day.isoformat())
            years = f"{calendar.first_year} to {calendar.last_year}"
            raise ConfigurationError(f"{where}: the calendar {wanted} covers {years}: take this day out")
    return calendar.with_closures(policy.closures)


def _line_of_closure(folder: ConfigurationFolder, slug: str, day: str) -> str:
    _, path = folder.toml(f"landlords/{slug}.toml")
    return f"{path}:{line_of(read_words(path), ('closures', day))}: closures.{day}"


def load_wordings(folder: ConfigurationFolder) -> WordingCatalogue:
    """Every wording in every language."""
    return _catalogue(folder, "wording")


def load_letter_wordings(folder: ConfigurationFolder) -> WordingCatalogue:
    """The words of letters: openings, parts, items of lists, the signature."""
    return _catalogue(folder, "letters")


def _catalogue(folder: ConfigurationFolder, where: str) -> WordingCatalogue:
    try:
        return parse_catalogue(dict(_wording_texts(folder, where)))
    except WordingError as problem:
        raise ConfigurationError(f"{where}/{problem}") from problem


def _wording_texts(folder: ConfigurationFolder, where: str) -> Iterator[tuple[tuple[str, str], str]]:
    for language in ("en", "cy"):
        for name in folder.names(f"{where}/{language}", ".txt"):
            path = folder.path(f"{where}/{language}/{name}.txt")
            if path is not None:
                yield (language, name), read_words(path)


def hazards_text(folder: ConfigurationFolder) -> str:
    """The danger phrases' file."""
    path = folder.path("hazards.toml")
    if path is None:
        raise ConfigurationError("there is no hazards.toml: the shipped one was removed; install Tenantline again")
    return read_words(path)
