"""``tenantline demo``: the whole product on loopback, from real protocols to a table that says what came of it."""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from app.demo.cast import MORNING
from app.demo.play import Player
from app.demo.stage import ENGLISH, WELSH, Stage, build_stage, write_configuration
from app.demo.verdicts import Verdict, judge
from app.serving import engine_running, listen, until_stopped, web_served
from app.wiring import SystemClock, open_node
from channels.web_form import WebForm
from scheduler.node import ROLES, Node
from store.tables import ATTACHMENT, MESSAGE, OUTBOX

SETTLE_SECONDS = 60.0
TABLE_WIDTH = 140
"""Columns of the table where no terminal says how many there are."""
PAUSE_BETWEEN_SCENES = 0.6


async def run_demo(*, leave: bool, speed: float, port: int, config: Path | None, console: Console) -> bool:
    """Play the morning and print the register; True when every line is right.

    Args:
        leave: end after the table; otherwise the pages stay up until Ctrl-C.
        speed: 1 is calm to watch; 10 is ten times as fast.
        port: of the web pages; 0 takes a free one.
        config: an operator's own folder, laid under the demo's channels.
        console: where to print.

    """
    if not console.is_terminal:
        console.width = TABLE_WIDTH
    clock = SystemClock()
    listener = listen("127.0.0.1", port)
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="tenantline-demo-") as folder:
        async with build_stage(base_url) as stage:
            overlay = Path(folder) / "config"
            _copy_overlay(config, overlay)
            write_configuration(stage, overlay)
            console.print("Loading the model and opening the database ...")
            async with (
                open_node(config=overlay, data=Path(folder) / "var", public_url=base_url) as node,
                web_served(node, listener, clock),
                engine_running(node, clock, ROLES),
            ):
                console.print(f"Tenantline is running at {base_url}\n")
                await _play(stage, node, speed, console)
                verdicts = await _judge_all(stage, node)
                console.print(_table(verdicts))
                _print_sum(verdicts, console)
                if not leave:
                    console.print(f"\nThe register stays open at {base_url} - press Ctrl-C to end.")
                    await until_stopped()
    return not any(verdict.wrong for verdict in verdicts)


def _copy_overlay(config: Path | None, overlay: Path) -> None:
    overlay.mkdir(parents=True)
    if config is None:
        return
    for path in config.rglob("*"):
        if path.is_file():
            target = overlay / path.relative_to(config)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


async def _play(stage: Stage, node: Node, speed: float, console: Console) -> None:
    forms = {
        landlord: form
        for landlord in (ENGLISH, WELSH)
        if isinstance(form := node.channels[(landlord, "form")], WebForm)
    }
    player = Player(stage, forms, SystemClock().now)
    by_title = {scene.title: scene for scene in MORNING}
    for number, scene in enumerate(MORNING, start=1):
        console.print(f"[bold]{number:2}[/bold]  {scene.by.value:10}  {scene.title}")
        await player.play(scene, by_title.get(scene.answers))
        await asyncio.sleep(PAUSE_BETWEEN_SCENES / speed)
    await _settle(stage, node)


async def _settle(stage: Stage, node: Node) -> None:
    """Wait until every message is dealt with and every answer has left."""
    async with asyncio.timeout(SETTLE_SECONDS):
        while await asyncio.to_thread(_unfinished, node):  # noqa: ASYNC110 - other processes' rows raise no event here
            await asyncio.sleep(0.1)
    await stage.twilio.settle()


def _unfinished(node: Node) -> bool:
    expected = len(MORNING)
    with node.database.reading() as tx:
        stored = tx.execute(select(func.count()).select_from(MESSAGE)).scalar_one()
        waiting = tx.execute(select(func.count()).where(MESSAGE.c.state == "waiting")).scalar_one()
        unsent = tx.execute(select(func.count()).where(OUTBOX.c.state.in_(("waiting", "taken")))).scalar_one()
        unfetched = tx.execute(select(func.count()).where(ATTACHMENT.c.state == "waiting")).scalar_one()
    return stored < expected or bool(waiting) or bool(unsent) or bool(unfetched)


async def _judge_all(stage: Stage, node: Node) -> list[Verdict]:
    def look() -> list[Verdict]:
        turns: Counter[str] = Counter()
        verdicts = []
        with node.database.reading() as tx:
            for scene in MORNING:
                verdicts.append(judge(tx, stage, scene, turns[scene.sender]))
                turns[scene.sender] += 1
        return verdicts

    return await asyncio.to_thread(look)


def _table(verdicts: list[Verdict]) -> Table:
    table = Table(title="The register at the end of the morning", title_justify="left")
    for heading in ("Tenant", "By", "Became", "Kind", "Reference", "Answers", "Right?"):
        table.add_column(heading, overflow="fold")
    for verdict in verdicts:
        table.add_row(
            verdict.scene.title,
            verdict.scene.by.value,
            verdict.became,
            verdict.kind.replace("_", " "),
            verdict.reference,
            str(verdict.answers),
            "[green]yes[/green]" if not verdict.wrong else f"[red]NO: {'; '.join(verdict.wrong)}[/red]",
        )
    return table


def _print_sum(verdicts: list[Verdict], console: Console) -> None:
    wrong = [verdict for verdict in verdicts if verdict.wrong]
    if wrong:
        console.print(f"\n{len(wrong)} of {len(verdicts)} are not as they must be.")
    else:
        console.print(f"\nAll {len(verdicts)} are as they must be: nothing lost, nothing doubled.")
