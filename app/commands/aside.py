"""``tenantline aside list / show / replay / close``."""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from app.configuration import ConfigurationFolder, require_landlord
from app.logs import set_up_logs
from app.place import Place, place_of
from app.register import register_of
from app.rereading import kept_bytes, read_again
from app.terminal import progress, say, show_table, write_json, written
from app.wiring import SystemClock, build_node
from domain.errors import ConfigurationError, Conflict, NotFound, TenantlineError
from domain.messages import Received
from scheduler.node import Node
from scheduler.replaying import Outcome, Replayed
from scheduler.replaying import replay as replay_one
from store.aside import UNREAD, Aside, close_aside, find_aside, list_aside
from store.blobs import BlobStore
from store.files import read_raw

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What could not be read or routed: look at it, take it in again, or close it.",
    epilog="For example: tenantline aside list",
)
By = Annotated[str, typer.Option(help="Who does it: a name for the audit.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As the list shows it.")]


@app.command("list", epilog="For example: tenantline aside list --landlord cestria --json")
def list_what_waits(
    context: typer.Context,
    landlord: Annotated[str, typer.Option(help="Only this landlord's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """What was set aside and waits for a person, the oldest first. It shows nobody's words."""
    place = place_of(context)
    if landlord:
        require_landlord(ConfigurationFolder(place.config), landlord)
    with register_of(place) as tx:
        found = list_aside(tx, landlord or None)
    if as_json:
        for each in found:
            write_json(_head(each))
        return
    show_table(
        headings=("Id", "Landlord", "Channel", "Since", "Why", "Last replay"),
        rows=[[each.id, each.landlord, each.channel, written(each.at), each.reason, each.note or ""] for each in found],
    )


@app.command("show", epilog="For example: tenantline aside show 019a5c7e21d47d5f8f0c2b61a4e9d3f7 --raw > message.eml")
def show(
    context: typer.Context,
    aside_id: Id,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,  # noqa: FBT002 - a flag
    raw: Annotated[bool, typer.Option("--raw", help="Its bytes as they came, into a file or a pipe.")] = False,  # noqa: FBT002
) -> None:
    """One thing: whence, why, and what became of it. With --raw what somebody wrote, as it came."""
    place = place_of(context)
    with register_of(place) as tx:
        found = find_aside(tx, aside_id)
        content = read_raw(tx, BlobStore(place.data / "blobs"), found.raw_blob) if raw else b""
    if raw:
        _write_raw(content)
    elif as_json:
        write_json(_whole(found))
    else:
        for name, value in _whole(found).items():
            say(f"{name.replace('_', ' ')}: {'-' if value is None else value}")


@app.command("replay", epilog="For example: tenantline aside replay --all --landlord cestria --by 'Ann Smith'")
def replay(
    context: typer.Context,
    *,
    by: By,
    aside_ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="As the list shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that waits.")] = False,
    landlord: Annotated[str, typer.Option(help="With --all: only this landlord's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Take it in again, once: it becomes a message, or is set aside again with the reason. Exit 1 where any is."""
    if everything == bool(aside_ids):
        raise ConfigurationError("name what is to be replayed by its ids, or say --all")
    if landlord and not everything:
        raise ConfigurationError("--landlord goes with --all")
    set_up_logs()
    place, person = place_of(context), _person(by)
    if landlord:
        require_landlord(ConfigurationFolder(place.config), landlord)
    node = build_node(config=place.config, data=place.data, database_url=place.database_url, with_model=False)
    try:
        wanted = _waiting(node, aside_ids or [], landlord)
        done = _replay_each(node, wanted, person)
    finally:
        node.database.close()
    for each in done:
        _tell(each, as_json=as_json)
    if still := sum(each.outcome is Outcome.ASIDE for each in done):
        raise TenantlineError(f"{still} of {len(done)} still cannot be read; `tenantline aside list` says why")


@app.command(
    "close", epilog="For example: tenantline aside close 019a5c7e21d47d5f8f0c2b61a4e9d3f7 --by Ann --reason Rang"
)
def close(
    context: typer.Context,
    aside_id: Id,
    by: By,
    reason: Annotated[str, typer.Option(help="What was done about it instead.")],
) -> None:
    """A person has dealt with it by hand. Its bytes stay."""
    place, person = place_of(context), _person(by)
    if not reason.strip():
        raise ConfigurationError("--reason: say what was done about it")
    node = _plain_node(place)
    try:
        with node.database.writing() as tx:
            found = find_aside(tx, aside_id)
            now = SystemClock().now()
            close_aside(tx, found, note=reason.strip(), by=person, now=now, keys=node.audit_key)
    finally:
        node.database.close()
    say(f"{aside_id} is closed.")


def _plain_node(place: Place) -> Node:
    return build_node(
        config=place.config,
        data=place.data,
        database_url=place.database_url,
        with_model=False,
        with_channels=False,
    )


def _person(by: str) -> str:
    if not by.strip():
        raise ConfigurationError("--by: say who does it")
    return by.strip()


def _waiting(node: Node, aside_ids: list[str], landlord: str) -> list[Aside]:
    """Those that are named, each once, or all.

    Raises:
        NotFound: nothing has that id.
        Conflict: it waits no more.
    """
    with node.database.reading() as tx:
        if not aside_ids:
            return list_aside(tx, landlord or None)
        found = [find_aside(tx, aside_id) for aside_id in dict.fromkeys(aside_ids)]
    for each in found:
        if each.state != "waiting":
            raise Conflict(f"{each.id} was {each.state} already; `tenantline aside show {each.id}` says by whom")
    return found


def _replay_each(node: Node, wanted: list[Aside], by: str) -> list[Replayed]:
    clock, done = SystemClock(), []
    with progress("replaying") as tick:
        for each in wanted:
            now = clock.now()
            done.append(replay_one(node, each, _read(node, each, now), by=by, now=now))
            tick("replaying", len(done), len(wanted))
    return done


def _read(node: Node, aside: Aside, now: datetime) -> Received | str:
    if aside.what != UNREAD:
        return Received()
    try:
        with node.database.reading() as tx:
            kept = kept_bytes(tx, aside, node.blobs)
    except NotFound as problem:
        return str(problem)
    return read_again(node.channels.get((aside.landlord, aside.channel)), kept, now)


def _tell(replayed: Replayed, *, as_json: bool) -> None:
    if as_json:
        write_json(asdict(replayed))
        return
    words = _WORDS[replayed.outcome].format(message=", ".join(replayed.messages), reason=replayed.reason)
    say(f"{replayed.id}: {words}")


_WORDS = {
    Outcome.MESSAGE: "is message {message} now, and waits to be routed",
    Outcome.KNOWN: "was stored already ({message}); nothing was doubled",
    Outcome.REPORT: "was a provider's report on something we sent, and is noted",
    Outcome.NOTHING: "asks for nothing, and is done with",
    Outcome.QUEUED: "waits to be routed again",
    Outcome.ASIDE: "is set aside again: {reason}",
    Outcome.GONE: "was dealt with by somebody else meanwhile",
}


def _write_raw(content: bytes) -> None:
    if sys.stdout.isatty():
        raise ConfigurationError("--raw: a stranger's bytes are not for a terminal; add > FILE")
    sys.stdout.buffer.write(content)


def _head(aside: Aside) -> dict[str, Any]:
    """What the list tells, in the documented shape."""
    return {
        "id": aside.id,
        "landlord": aside.landlord,
        "channel": aside.channel,
        "what": aside.what,
        "at": aside.at,
        "received_at": aside.received_at,
        "reason": aside.reason,
        "last_replay": aside.note if aside.state == "waiting" else None,
    }


def _whole(aside: Aside) -> dict[str, Any]:
    return _head(aside) | {
        "provider_id": aside.provider_id,
        "type": aside.raw_type,
        "sha256": aside.raw_blob,
        "state": aside.state,
        "done_at": aside.done_at,
        "done_by": aside.done_by,
        "closed_because": aside.note if aside.state == "closed" else None,
        "became": aside.became,
    }
