"""What is wrong with an installation, in plain words with the mend. Looks only; nothing is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.channel_health import states_by_channel, troubles
from app.configuration import ConfigurationFolder, load_site, load_site_settings
from app.place import Place
from app.wiring import (
    MEND_MODEL,
    MODEL_FOLDER,
    build_channels,
    build_node,
    is_this_machine,
    load_safety,
    load_understander,
    make_data_folder,
    public_address,
    trouble_of,
)
from domain.errors import ConfigurationError
from domain.ports import Channel, Sender
from scheduler.node import ChannelKey, Node
from store.doctor import StoreFacts, examine
from store.migrate import current, differences, head

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, and what to do about it."""

    level: str
    finding: str
    mend: str


def check_installation(place: Place, now: datetime, model: Path = MODEL_FOLDER) -> Iterator[Finding]:
    """All findings, configuration first. An installation in order gives none.

    Raises:
        ConfigurationError: the policies cannot be read at all, so there is no node to look at.
    """
    make_data_folder(place.data)
    built: dict[ChannelKey, Channel] = {}
    yield from _configuration(place, built)
    yield from _model(place, model)
    node = build_node(
        config=place.config,
        data=place.data,
        database_url=place.database_url,
        with_model=False,
        with_channels=False,
    )
    try:
        yield from _database(node)
        with node.database.reading() as tx:
            yield from _store(examine(tx, node.blobs, now))
            states = states_by_channel(tx)
        for (landlord, name), channel in built.items():
            for trouble in troubles(channel, states.get((landlord, name))):
                yield Finding(
                    level=ERROR,
                    finding=f"channel {landlord}/{name}: {trouble}",
                    mend=f"tenantline channel test {name} --landlord {landlord}",
                )
    finally:
        node.database.close()


def _configuration(place: Place, built: dict[ChannelKey, Channel]) -> Iterator[Finding]:
    """``built`` is filled with the channels that can start."""
    folder = ConfigurationFolder(place.config)
    site = load_site_settings(folder)
    for slug in site.landlords or folder.names("landlords", ".toml"):
        if not load_site(folder, slug).duty.people:
            yield Finding(
                level=ERROR,
                finding=f"{slug} has nobody on call: an emergency at night would wake no one",
                mend=f"add [[duty.people]] to sites/{slug}.toml",
            )
        yield from _channels(place, folder, slug, built)
    if is_this_machine(public_address(site)):
        yield Finding(
            level=WARNING,
            finding="public_url is this machine's own address: no provider and no tenant can reach it",
            mend="set public_url in site.toml, or TENANTLINE_PUBLIC_URL",
        )


def _model(place: Place, model: Path) -> Iterator[Finding]:
    """It is loaded for it: a damaged file shows in no other way."""
    safety = load_safety(ConfigurationFolder(place.config))
    if trouble := trouble_of(load_understander(safety, folder=model)):
        yield Finding(level=WARNING, finding=trouble, mend=MEND_MODEL)


def _channels(
    place: Place, folder: ConfigurationFolder, slug: str, built: dict[ChannelKey, Channel]
) -> Iterator[Finding]:
    try:
        own = build_channels(folder, (slug,), place.data)
    except ConfigurationError as problem:
        yield Finding(level=ERROR, finding=f"{slug}'s channels cannot start", mend=str(problem))
        return
    built.update(own)
    if not any(isinstance(channel, Sender) for channel in own.values()):
        yield Finding(
            level=ERROR,
            finding=f"{slug} has no channel that sends: nobody would get an answer",
            mend=f"add a channel to sites/{slug}.toml",
        )


def _database(node: Node) -> Iterator[Finding]:
    if current(node.database) != head():
        yield Finding(
            level=ERROR,
            finding="the database is at another version than the program",
            mend="start `tenantline serve` once",
        )
    elif differences(node.database):
        yield Finding(
            level=ERROR,
            finding="the database's tables differ from what the program expects",
            mend="somebody changed them by hand: restore a backup, or undo the change",
        )


def _store(facts: StoreFacts) -> Iterator[Finding]:
    for broken in facts.broken_chains:
        yield Finding(
            level=ERROR,
            finding=f"the audit does not verify: chain {broken.chain}, entry {broken.number}: {broken.reason}",
            mend="rows were changed outside the program: compare with a backup",
        )
    if facts.early_anchors:
        days = _some(facts.early_anchors)
        yield Finding(
            level=WARNING,
            finding=f"the audit is anchored for days to come ({days}): a node's clock stood ahead when it was",
            mend="set that node's clock right; every day is anchored all the same, so leave these anchors in place",
        )
    counted: Sequence[tuple[Sequence[object], str, str]] = (
        (facts.unacknowledged, "cases owe an acknowledgement that is not on its way", "answer them by hand: {}"),
        (facts.stuck, "rows have been due for more than an hour", "is a node running? Start `tenantline serve`: {}"),
        (facts.orphans, "rows belong to a case that does not exist", "rows were deleted outside the program: {}"),
        (facts.missing_files, "stored files are missing from the data folder", "bring them back from a backup: {}"),
    )
    for rows, words, mend in counted:
        if rows:
            yield Finding(level=ERROR, finding=f"{len(rows)} {words}", mend=mend.format(_some(rows)))
    yield from _aside(facts)


def _aside(facts: StoreFacts) -> Iterator[Finding]:
    """What a person has to look at, by channel: nobody was answered."""
    by_channel: dict[tuple[str, str], list[str]] = {}
    for landlord, channel, reason in facts.set_aside:
        by_channel.setdefault((landlord, channel), []).append(reason)
    for (landlord, channel), reasons in by_channel.items():
        yield Finding(
            level=WARNING,
            finding=f"channel {landlord}/{channel}: {len(reasons)} set aside, the last because {reasons[-1]}",
            mend=f"tenantline aside list --landlord {landlord}; then `tenantline aside replay`, or `close` by hand",
        )


def _some(rows: Sequence[object]) -> str:
    shown = [" ".join(map(str, row)) if isinstance(row, tuple) else str(row) for row in rows[:3]]
    return ", ".join(shown) + (" ..." if len(rows) > len(shown) else "")
