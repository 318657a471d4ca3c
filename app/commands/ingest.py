"""``tenantline ingest``: files become messages as if they had arrived, each once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer

from app.configuration import ConfigurationFolder, require_landlord
from app.ingesting import FromFile, left_to_a_person, read_files
from app.place import Place, place_of
from app.terminal import progress, read_time, tell, write_json
from app.wiring import SystemClock, build_channels, build_node, make_data_folder
from domain.errors import ConfigurationError
from domain.messages import OLDEST_ANSWERED
from domain.ports import Channel
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from store.intake import Inserted

app = typer.Typer(add_completion=False)
_BATCH: Final = 50


@app.command(epilog="For example: tenantline ingest --landlord cestria --channel mail ~/mails/*.eml")
def ingest(  # noqa: PLR0917 - a command's options
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help=".eml files, folders or mboxes of them, or JSON lines.")],
    landlord: Annotated[str, typer.Option(help="Whose channel it is.")],
    channel: Annotated[str, typer.Option(help="The channel's name in the landlord's site file.")],
    received_at: Annotated[
        str, typer.Option(help="When the landlord had them; now, or each line's own time, unless given.")
    ] = "",
    answer: Annotated[
        bool | None,
        typer.Option(
            "--answer/--no-answer",
            help=f"Answer all of it by itself, or none; unless given, no mail over {OLDEST_ANSWERED.days} days old.",
        ),
    ] = None,
) -> None:
    """Take in mails or messages from files through the channel's own adapter. What is there already stays as it is."""
    place = place_of(context)
    adapter = _channel(place, landlord, channel)
    now = SystemClock().now()
    at = read_time(received_at, "--received-at") if received_at else now
    node = build_node(
        config=place.config,
        data=place.data,
        database_url=place.database_url,
        with_model=False,
        with_channels=False,
    )
    total = Tally()
    try:
        with progress("reading files") as tick:
            found = read_files(adapter, files, received_at=at, given=bool(received_at))
            for batch in _batches(left_to_a_person(each, answer=answer) for each in found):
                total.store(node, batch, (landlord, channel), SystemClock())
                tick(f"taken in, {total.seen} so far", total.seen, 0)
    finally:
        node.database.close()
    write_json({"new": total.new, "duplicate": total.duplicate, "set_aside": total.set_aside})
    if total.by_a_person:
        tell(f"tenantline: {_left_to_a_person(total.by_a_person, answer=answer)}")
    for sentence in total.lost:
        tell(f"tenantline: {sentence}")
    raise typer.Exit(1 if total.lost else 0)


class Tally:
    """What became of what the files brought."""

    def __init__(self) -> None:
        self.seen = self.new = self.duplicate = self.by_a_person = 0
        self.set_aside: list[dict[str, str]] = []
        self.lost: list[str] = []

    def store(self, node: Node, batch: list[FromFile], channel: tuple[str, str], clock: SystemClock) -> None:
        """One batch in one transaction; an item that fails leaves the others."""
        landlord, name = channel
        self.lost += [f"{each.file} {each.trouble}" for each in batch if each.trouble]
        read = [each for each in batch if not each.trouble]
        arrivals = [Arrival(landlord=landlord, channel=name, received=each.received) for each in read]
        for item, result in zip(read, take_in(node, arrivals, clock.now()), strict=True):
            self.seen += 1
            if not isinstance(result, Inserted):
                self.lost.append(f"{item.file} could not be stored; nothing of it was kept: try again")
                continue
            self.new += len(result.new)
            self.by_a_person += len(result.new) if item.by_a_person else 0
            self.duplicate += len(result.duplicates)
            again = len(item.received.set_aside) - len(result.set_aside)
            self.duplicate += again
            if not again:
                self.set_aside += [{"file": item.file, "reason": each.reason} for each in item.received.set_aside]


def _left_to_a_person(number: int, *, answer: bool | None) -> str:
    """What became of what is not answered by itself, for whoever typed the command."""
    recorded = f"{number} {'is' if number == 1 else 'are'} recorded, and a person answers"
    if answer is False:
        return f"{recorded}, as --no-answer asks"
    return f"{recorded}: more than {OLDEST_ANSWERED.days} days old when taken in; --answer answers such mails too"


def _channel(place: Place, landlord: str, name: str) -> Channel:
    folder = ConfigurationFolder(place.config)
    require_landlord(folder, landlord)
    make_data_folder(place.data)
    built = build_channels(folder, (landlord,), place.data)
    found = built.get((landlord, name))
    if found is None:
        known = ", ".join(each for _, each in built) or "none"
        raise ConfigurationError(f"landlord {landlord} has no channel {name}; its channels: {known}")
    return found


def _batches(items: Iterable[FromFile]) -> Iterator[list[FromFile]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
