"""Puts a node together from configuration. The only place that reads the clock, the environment and randomness."""

import hashlib
import hmac
import importlib
import os
import pkgutil
import random
import re
import secrets
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

import channels
from app.configuration import (
    ConfigurationFolder,
    SiteSettings,
    hazards_text,
    landlord_calendar,
    load_calendars,
    load_letter_wordings,
    load_policies,
    load_policy,
    load_site,
    load_site_settings,
    load_wordings,
    reveal_secrets,
)
from app.toml_lines import first_problem
from domain.errors import ConfigurationError, TenantlineError
from domain.ports import Channel, Closing, HelpingProcess, Impaired, Laborious, SafetyScan, Understander
from nlp.apart import UnderstanderApart
from scheduler.node import ChannelKey, LandlordSetup, Node, Timing
from store.audit import AuditKey
from store.blobs import BlobStore
from store.database import Database, open_database
from store.migrate import upgrade

MODEL_FOLDER = Path(__file__).parent.parent / "nlp" / "model"
MEND_MODEL = "install Tenantline again, or build the model with `tenantline train`"
log = structlog.get_logger()
_WEB_ADDRESS: Final = re.compile(r"https?://[\w.\[\]:-]+(/\S*)?$")
_KEY: Final = re.compile(r"[0-9a-f]{64}")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Names that rise in the order they are asked for, so that rows lie, and are routed, in the order they came.

    Version 7 of RFC 9562 (Python 3.11 has none), by its method 2: within a millisecond the last one plus chance.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def new(self) -> str:
        """48 bits of milliseconds, then chance."""
        milliseconds = time.time_ns() // 1_000_000
        fresh = (milliseconds << 80) | (7 << 76) | int.from_bytes(os.urandom(9))
        with self._lock:
            self._last = fresh if fresh > self._last else self._last + 1 + int.from_bytes(os.urandom(4))
            return f"{self._last:032x}"


@asynccontextmanager
async def open_node(
    *,
    config: Path | None,
    data: Path,
    database_url: str | None = None,
    public_url: str | None = None,
    with_model: bool = True,
    with_channels: bool = True,
    model_apart: bool = False,
    timing: Timing | None = None,
) -> AsyncIterator[Node]:
    """A node with its database at the newest migration; connections are closed at the end."""
    node = build_node(
        config=config,
        data=data,
        database_url=database_url,
        public_url=public_url,
        with_model=with_model,
        with_channels=with_channels,
        model_apart=model_apart,
        timing=timing,
    )
    log_trouble(node.understander)
    try:
        yield node
    finally:
        for channel in node.channels.values():
            if isinstance(channel, Closing):
                await channel.aclose()
        if isinstance(node.understander, Closing):
            await node.understander.aclose()
        node.database.close()


def build_node(
    *,
    config: Path | None,
    data: Path,
    database_url: str | None = None,
    public_url: str | None = None,
    with_model: bool = True,
    with_channels: bool = True,
    model_apart: bool = False,
    timing: Timing | None = None,
) -> Node:
    """Read the configuration, open the database, load the model, build the channels.

    Args:
        config: a folder laid over the shipped configuration.
        data: where database, attachments, letters and the installation's key lie; made where missing.
        database_url: SQLite under ``data`` unless given.
        public_url: overrides ``site.toml``.
        with_model: without it the rules alone understand.
        with_channels: without it no adapter is built, so that a command needs no secrets.
        model_apart: understand in a process of its own, for a node that goes on.
        timing: leases and batches; shorter ones for tests.

    Raises:
        ConfigurationError: names file and key.

    """
    folder = ConfigurationFolder(config)
    site = load_site_settings(folder)
    safety = load_safety(folder)
    make_data_folder(data)
    database = open_newest(database_url, data)
    landlords = _landlords(folder, site.landlords)
    apart = with_model and model_apart
    built = build_channels(folder, tuple(landlords), data) if with_channels else {}
    understander = _model_apart(folder) if apart else load_understander(safety, with_model=with_model)
    if isinstance(understander, HelpingProcess):
        lend(understander, built.values())
    return Node(
        database=database,
        blobs=BlobStore(data / "blobs"),
        ids=RandomIds(),
        landlords=landlords,
        channels=built,
        wordings=load_wordings(folder),
        letters=load_letter_wordings(folder),
        safety=safety,
        understander=understander,
        audit_key=AuditKey(installation_key(data)),
        public_url=public_address(site, public_url),
        jitter=random.random,
        timing=timing or Timing(),
    )


def lend(helper: HelpingProcess, to: Iterable[Channel]) -> None:
    """Let the understanding process do the laborious work of channels too."""
    for channel in to:
        if isinstance(channel, Laborious):
            channel.be_helped_by(helper)


def public_address(site: SiteSettings, given: str | None = None) -> str:
    """Where providers and tenants reach this installation: as given, from the environment, or by ``site.toml``.

    Raises:
        ConfigurationError: it is no address of the web.
    """
    found = (given or os.environ.get("TENANTLINE_PUBLIC_URL") or site.public_url).rstrip("/")
    if not _WEB_ADDRESS.match(found):
        raise ConfigurationError(f"public_url: {found!r} is no address of the web: write https://NAME")
    return found


def is_this_machine(address: str) -> bool:
    """Whether an address of the web leads nobody but this machine here."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_data_folder(data: Path) -> None:
    """Make the folder of database, attachments and letters where it is missing.

    Raises:
        ConfigurationError: it cannot be made, or nothing can be written there.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConfigurationError(
            f"--data: the folder {data} cannot be made ({problem.strerror}): choose another"
        ) from problem
    if not os.access(data, os.W_OK | os.X_OK):
        raise ConfigurationError(
            f"--data: nothing can be written into {data}: give its owner the right, or choose another"
        )


def open_newest(database_url: str | None, data: Path) -> Database:
    """The database at the newest migration: SQLite under ``data`` unless a URL is given.

    Raises:
        TenantlineError: it does not open, or a newer program made it.
    """
    database = open_database(database_url or f"sqlite:///{data / 'tenantline.db'}")
    try:
        upgrade(database)
    except DBAPIError as problem:
        database.close()
        words = str(problem.orig).partition("\n")[0]
        raise TenantlineError(
            f"the database cannot be opened: {words}; `tenantline --help` says how to name it"
        ) from problem
    return database


def load_safety(folder: ConfigurationFolder) -> SafetyScan:
    """The danger phrases: pure Python, in milliseconds, with or without a model."""
    from nlp.hazards import SafetyRulesError, SafetyScanner, load_rules  # noqa: PLC0415 - keeps start-up of other commands short

    try:
        return SafetyScanner(load_rules(hazards_text(folder)))
    except SafetyRulesError as problem:
        raise ConfigurationError(str(problem)) from problem


def load_understander(safety: SafetyScan, *, with_model: bool = True, folder: Path = MODEL_FOLDER) -> Understander:
    """The model where it is there, else the rules alone: every message is scanned and answered all the same."""
    from nlp.understander import RulesOnly, load  # noqa: PLC0415 - spaCy takes seconds to import

    return load(folder, safety) if with_model else RulesOnly(safety)


def _model_apart(folder: ConfigurationFolder) -> UnderstanderApart:
    try:
        return UnderstanderApart(hazards_text(folder), MODEL_FOLDER)
    except RuntimeError as problem:
        raise TenantlineError(f"{problem}: is there memory for it (150 MB)?") from problem


def trouble_of(understander: Understander) -> str | None:
    """Why an understander does less than it should, in words; None where all is well."""
    return understander.trouble if isinstance(understander, Impaired) else None


def log_trouble(understander: Understander) -> None:
    """Once, at the start of a node."""
    if trouble := trouble_of(understander):
        log.warning("the model is not used", reason=trouble, mend=MEND_MODEL)


def _landlords(folder: ConfigurationFolder, wanted: tuple[str, ...]) -> dict[str, LandlordSetup]:
    calendars = load_calendars(folder)
    policies = load_policies(folder)
    found = {}
    for slug, policy in policies.items():
        if wanted and slug not in wanted:
            continue
        site = load_site(folder, slug)
        setup = LandlordSetup(
            policy=policy,
            calendar=landlord_calendar(folder, policy, calendars),
            duty=site.duty,
            mail_domain=site.branding.mail_domain,
            staff={each.id: each for each in site.staff},
            colour=site.branding.colour,
        )
        there = {each.name: load_policy(folder, slug, each.name) for each in policy.areas}
        areas = {
            name: replace(setup, policy=own, calendar=landlord_calendar(folder, own, calendars))
            for name, own in there.items()
        }
        found[slug] = replace(setup, areas=areas)
    return found


def build_channels(folder: ConfigurationFolder, landlords: tuple[str, ...], data: Path) -> Mapping[ChannelKey, Channel]:
    """Every channel of every landlord's site file, by (landlord, name)."""
    modules = channel_modules()
    built: dict[ChannelKey, Channel] = {}
    for landlord in landlords:
        for block in load_site(folder, landlord).channels:
            where = f"sites/{landlord}.toml: channels.{block.name}"
            if block.kind not in modules:
                known = ", ".join(sorted(modules))
                raise ConfigurationError(f"{where}: there is no kind of channel called {block.kind}; known: {known}")
            module = modules[block.kind]
            settings = reveal_secrets(block.settings, where)
            settings = _with_defaults(module, settings, landlord=landlord, name=block.name, data=data)
            built[(landlord, block.name)] = module.build(landlord, block.name, _settings(module, settings, where))
    return built


def _with_defaults(
    module: ModuleType, settings: dict[str, Any], *, landlord: str, name: str, data: Path
) -> dict[str, Any]:
    """What the installation can give by itself: a folder under its data, and a secret that only it must know."""
    fields = module.Settings.model_fields
    if "folder" in fields and "folder" not in settings:
        settings["folder"] = data / "letters" / landlord
    if "secret" in fields and "secret" not in settings:
        key = installation_key(data)
        settings["secret"] = hmac.new(key, f"form|{landlord}|{name}".encode(), hashlib.sha256).hexdigest()
    return settings


def _settings(module: ModuleType, settings: Mapping[str, Any], where: str) -> Any:
    try:
        return module.Settings.model_validate(settings)
    except ValidationError as problem:
        place, words = first_problem(problem, tuple(module.Settings.model_fields))
        raise ConfigurationError(f"{'.'.join((where, *map(str, place)))}: {words}") from None


def channel_modules() -> dict[str, ModuleType]:
    """Every module of ``channels/`` that is an adapter, by its kind."""
    found = {}
    for info in pkgutil.iter_modules(channels.__path__):
        module = importlib.import_module(f"channels.{info.name}")
        if hasattr(module, "KIND"):
            found[str(module.KIND)] = module
    return found


def installation_key(data: Path) -> bytes:
    """The key of the audit's digests: made once, whole or not at all, readable by its owner only.

    Raises:
        ConfigurationError: somebody damaged it.
    """
    path = data / "audit.key"
    if not path.exists():
        _make_key(path)
    words = path.read_text(encoding="ascii", errors="replace").strip()
    if not _KEY.fullmatch(words):
        raise ConfigurationError(
            f"{path} is damaged: bring it back from a backup; without it the audit cannot be proved"
        )
    return bytes.fromhex(words)


def _make_key(path: Path) -> None:
    """Written beside and linked into place, so that a node that is killed meanwhile leaves no half of a key."""
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_bytes(32).hex())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another node was first: its key counts
        path.hardlink_to(beside)
    beside.unlink()
