"""Every page as a browser draws it: on a telephone of 320 px, with letters twice as large, and without JavaScript."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.serving import listen, web_served
from console.templating import LANGUAGES, load_words
from scheduler.node import Node
from store.tables import MESSAGE
from tests.app.chromium import PROGRAM, Tab, a_tab
from tests.app.test_pages import with_cases
from tests.app.web_node import StandingClock, a_node

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")

PAGES = (
    *("/feedback/cestria?lang=en", "/feedback/cestria?lang=cy"),
    *("/feedback/cestria/sent?lang=en&by=email", "/feedback/cestria/sent?lang=cy&by=none"),
    *("/", f"/alert/{'t' * 22}"),
)
PROBLEMS = ("/nothing", "/nothing?lang=cy", "/alert/nothing")
SMALLEST_TARGET = 24
"""Pixels each way, of what is pressed and does not stand in a sentence (WCAG 2.2 AA, 2.5.8)."""

WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PRESSED = "button, input:not([type=hidden]), textarea, summary, .banner a, .errors a, .danger a, footer a"
TOO_SMALL = f"""[...document.querySelectorAll('{PRESSED}')]
    .filter(e => !e.closest('.elsewhere') && e.checkVisibility())
    .filter(e => {{ const r = e.getBoundingClientRect();
                    return r.width < {SMALLEST_TARGET} || r.height < {SMALLEST_TARGET}; }})
    .map(e => e.outerHTML)"""
UNNAMED = "[document.title, document.documentElement.lang].filter(words => !words).length"


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return with_cases(a_node(tmp_path))


@pytest.fixture
async def site(node: Node) -> AsyncIterator[str]:
    """The address of a real server; the browser speaks to it as a tenant's does."""
    listener = listen("127.0.0.1", 0)
    async with web_served(node, listener, StandingClock()):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    node.database.close()


@pytest.fixture
async def tab(tmp_path: Path) -> AsyncIterator[Tab]:
    profile = tmp_path / "profile"
    async with a_tab(profile) as opened:
        await opened.switch_scripts_off()
        yield opened
    await asyncio.to_thread(shutil.rmtree, profile, ignore_errors=True)


async def test_no_page_is_wider_than_a_telephone_and_none_complains(site: str, tab: Tab) -> None:
    for scale in (1, 2):
        await tab.show(width=320, scale=scale)
        for address in PAGES:
            await tab.go(site + address)
            assert await tab.ask(WIDER_THAN_THE_SCREEN) == 0, (address, scale)
            assert await tab.ask(TOO_SMALL) == [], (address, scale)
            assert await tab.ask(UNNAMED) == 0, address
    assert tab.complaints == []
    for address in PROBLEMS:
        await tab.go(site + address)
        assert await tab.ask(WIDER_THAN_THE_SCREEN) == 0, address


async def test_the_register_shows_all_its_columns_on_a_wide_screen(site: str, tab: Tab) -> None:
    for width in (768, 1200):
        await tab.show(width=width)
        await tab.go(f"{site}/")
        assert await tab.ask(WIDER_THAN_THE_SCREEN) == 0
        ends = await tab.ask("[...document.querySelectorAll('td')].map(e => e.getBoundingClientRect().right)")
        assert ends
        assert max(ends) <= width


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_can_be_mended_filled_and_sent_without_javascript(
    site: str, tab: Tab, node: Node, language: str
) -> None:
    words = load_words(language)
    await tab.show(width=320)
    await tab.go(f"{site}/feedback/cestria?lang={language}")
    await tab.press_and_wait("#send")
    assert (await tab.ask("document.title")).startswith(words["error_prefix"])
    assert await tab.ask("document.querySelector('.errors a').hash") == "#message"
    assert await tab.ask(WIDER_THAN_THE_SCREEN) == 0
    await tab.write("#message", "The lift is stuck again.")
    await tab.write("#email", "ann@example.org")
    await tab.press_and_wait("#send")
    assert await tab.ask("document.querySelector('h1').textContent") == words["sent_title"]
    assert words["sent_email"] in await tab.ask("document.body.textContent")
    with node.database.reading() as tx:
        assert tx.execute(select(MESSAGE.c.text)).scalars().all() == ["The lift is stuck again."]


async def test_what_has_the_focus_can_be_seen(site: str, tab: Tab) -> None:
    await tab.show(width=320)
    await tab.go(f"{site}/feedback/cestria?lang=en")
    ring = "(s => [s.outlineStyle, parseInt(s.outlineWidth)])(getComputedStyle(document.activeElement))"
    seen = set()
    for _ in range(12):
        await tab.press_key("Tab", 9)
        assert await tab.ask(ring) == ["solid", 3], await tab.ask("document.activeElement.outerHTML")
        seen.add(await tab.ask("document.activeElement.outerHTML"))
    assert len(seen) == 12


async def test_an_alert_is_taken_on_with_one_press(site: str, tab: Tab) -> None:
    await tab.show(width=320)
    await tab.go(f"{site}/alert/{'t' * 22}")
    await tab.press_and_wait("button")
    assert await tab.ask("document.querySelector('h1').textContent") == "This alert is acknowledged"
    assert await tab.ask("document.querySelector('button')") is None
