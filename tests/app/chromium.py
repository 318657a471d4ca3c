"""A headless Chromium for tests that look at pages as a tenant's telephone draws them.

It is spoken to in its own DevTools protocol (https://chromedevtools.github.io/devtools-protocol/), one JSON object a
message over a websocket, so that no further package is needed.
"""

import asyncio
import itertools
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

PROGRAM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser, None where it is not installed."""
_PATIENCE_SECONDS: Final = 30
_COMPLAINTS: Final = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")


class Tab:
    """One open page. All that the page's console said is in ``complaints``."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.complaints: list[str] = []
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._session = ""

    async def listen(self) -> None:
        """Read what the browser says, for as long as it is there."""
        async for frame in self._socket:
            said = frame.json()
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            elif said["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif said["method"] in _COMPLAINTS:
                self.complaints.append(str(said["params"]))

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        """One command, and its result."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "method": method, "params": params}
        await self._socket.send_json(command | ({"sessionId": self._session} if self._session else {}))
        said = await asyncio.wait_for(answer, _PATIENCE_SECONDS)
        assert "error" not in said, f"{method}: {said['error']}"
        return dict(said["result"])

    async def attach(self) -> None:
        """Open an empty page, and hear what it says."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        self._session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM"):
            await self.call(f"{domain}.enable")

    async def show(self, *, width: int, scale: float = 1) -> None:
        """As wide as a telephone or a desk's screen; ``scale`` 2 is a reader's text at twice the size."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
        )
        await self.call("Page.setFontSizes", fontSizes={"standard": round(16 * scale), "fixed": round(13 * scale)})

    async def switch_scripts_off(self) -> None:
        """As a reader without JavaScript has it."""
        await self.call("Emulation.setScriptExecutionDisabled", value=True)

    async def go(self, address: str) -> None:
        """Open an address and wait until it is drawn."""
        self._loaded.clear()
        await self.call("Page.navigate", url=address)
        await asyncio.wait_for(self._loaded.wait(), _PATIENCE_SECONDS)

    async def ask(self, expression: str) -> Any:
        """What an expression says about the page; it is the browser's own tool and runs without the page's scripts."""
        answer = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def write(self, selector: str, words: str) -> None:
        """Put the cursor into a box and type."""
        await self.ask(f"document.querySelector({selector!r}).focus()")
        await self.call("Input.insertText", text=words)

    async def press_key(self, key: str, code: int) -> None:
        """One key of the keyboard, down and up."""
        for kind in ("rawKeyDown", "keyUp"):
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    async def press_and_wait(self, selector: str) -> None:
        """Press what is there with the finger's own event, and wait for the next page."""
        place = await self.ask(
            f"(e => {{ e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();"
            f" return [r.x + r.width / 2, r.y + r.height / 2] }})(document.querySelector({selector!r}))"
        )
        self._loaded.clear()
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        await asyncio.wait_for(self._loaded.wait(), _PATIENCE_SECONDS)


@asynccontextmanager
async def a_tab(folder: Path) -> AsyncIterator[Tab]:
    """A browser with one empty page, its profile in ``folder``; both are gone afterwards."""
    assert PROGRAM is not None
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--disable-gpu"),
        *("--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--disable-extensions"),
        *(("--no-sandbox",) if os.geteuid() == 0 else ()),
        stdout=DEVNULL,
        stderr=PIPE,
    )
    try:
        address = await asyncio.wait_for(_address(process), _PATIENCE_SECONDS)
        async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
            tab = Tab(socket)
            listening = asyncio.create_task(tab.listen())
            await tab.attach()
            yield tab
            listening.cancel()
    finally:
        process.terminate()
        await process.communicate()


async def _address(process: Process) -> str:
    """Where the browser listens, as it says itself."""
    assert process.stderr is not None
    async for line in process.stderr:
        words = line.decode(errors="replace").strip()
        if words.startswith("DevTools listening on "):
            return words.removeprefix("DevTools listening on ")
    raise AssertionError("the browser ended before it listened")
