"""The public form: for everybody, on any telephone, in English and Welsh, without JavaScript."""

import re
import tomllib
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from console.security import CONTENT_SECURITY_POLICY
from console.templating import HERE, LANGUAGES, STATIC, load_words
from scheduler.node import Node
from store.tables import ATTACHMENT, MESSAGE
from tests.app.web_node import PUBLIC, StandingClock, a_client, a_node

FORM = "/feedback/cestria"
WORDS = {"kind": "complaint", "message": "The lift is stuck again.", "preferred": "email", "email": "ann@example.org"}
PHOTO = ("wall.jpg", b"\xff\xd8\xff\xe0" + b"p" * 200, "image/jpeg")


class Page(HTMLParser):
    """What the checks ask of a page: its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def token(self) -> str:
        return next(each["value"] for each in self.all("input") if each.get("name") == "token")


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return a_node(tmp_path)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def client(node: Node, clock: StandingClock) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(node, clock, host="192.0.2.9", base=PUBLIC) as opened:
        yield opened


async def open_page(client: httpx.AsyncClient, address: str = FORM, **headers: str) -> Page:
    answer = await client.get(address, headers=headers)
    assert answer.status_code == 200
    return Page(answer.text)


async def send(
    client: httpx.AsyncClient, fields: dict[str, str], *, photo: bool = False, language: str = "en"
) -> httpx.Response:
    if "token" not in fields:
        fields = {**fields, "token": (await open_page(client)).token()}
    files = {"photos": PHOTO} if photo else {"photos": ("", b"", "application/octet-stream")}
    return await client.post(f"{FORM}?lang={language}", data=fields, files=files)


def messages(node: Node) -> list[dict[str, object]]:
    with node.database.reading() as tx:
        return [dict(row) for row in tx.execute(select(MESSAGE)).mappings()]


async def test_it_stores_the_words_with_the_photo_and_says_how_the_reference_comes(
    client: httpx.AsyncClient, node: Node
) -> None:
    answer = await send(client, WORDS, photo=True)
    assert answer.status_code == 303
    thanks = await client.get(answer.headers["location"])
    assert "We will send an email to the address you gave. Your reference number is in it." in thanks.text
    (stored,) = messages(node)
    assert (stored["text"], stored["sender"], stored["channel_kind"]) == (
        "The lift is stuck again.",
        "ann@example.org",
        "web_form",
    )
    with node.database.reading() as tx:
        assert tx.execute(select(ATTACHMENT.c.name)).scalars().all() == ["wall.jpg"]


async def test_sending_the_same_page_twice_stores_it_once(client: httpx.AsyncClient, node: Node) -> None:
    fields = {**WORDS, "token": (await open_page(client)).token()}
    answers = [await send(client, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(messages(node)) == 1


async def test_ccbc_6_group_18_nothing_but_words_is_needed(client: httpx.AsyncClient, node: Node) -> None:
    answer = await send(client, {"message": "Thank you for the new bins."})
    assert answer.headers["location"].endswith("by=none")
    assert "we cannot answer" in (await client.get(answer.headers["location"])).text
    assert len(messages(node)) == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"message": "  "}, ["message"]),
        ({"message": "x", "preferred": "email"}, ["email"]),
        ({"message": "x", "preferred": "text"}, ["phone"]),
        ({"message": "x", "preferred": "letter"}, ["address"]),
        ({"message": "", "email": "ann@nowhere", "phone": "twelve"}, ["message", "email", "phone"]),
    ],
)
async def test_a_mistake_is_named_on_top_with_a_link_to_its_box_and_what_was_typed_is_kept(
    client: httpx.AsyncClient, node: Node, fields: dict[str, str], wrong: list[str]
) -> None:
    answer = await send(client, {**fields, "name": 'Ann "A" <b>Lamb</b>'})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "<title>Error: " in answer.text
    linked = [link["href"][1:] for link in page.all("a") if link["href"].startswith("#") and link["href"] != "#main"]
    assert linked == wrong
    assert set(linked) <= set(page.ids())
    for name in wrong:
        box = next(each for each in page.all("input", "textarea") if each.get("id") == name)
        assert box["aria-invalid"] == "true"
        assert f"{name}-mistake" in box["aria-describedby"].split()
        assert f"{name}-mistake" in page.ids()
    assert next(each["value"] for each in page.all("input") if each.get("name") == "name") == 'Ann "A" <b>Lamb</b>'
    assert "<b>" not in answer.text
    assert messages(node) == []


async def test_a_photo_alone_is_enough(client: httpx.AsyncClient, node: Node) -> None:
    assert (await send(client, {"message": ""}, photo=True)).status_code == 303
    assert len(messages(node)) == 1


async def test_a_page_left_open_too_long_keeps_the_words_and_can_be_sent_again(
    client: httpx.AsyncClient, node: Node, clock: StandingClock
) -> None:
    old = (await open_page(client)).token()
    clock.moment = clock.moment.replace(day=5)
    answer = await send(client, {**WORDS, "token": old})
    assert answer.status_code == 403
    assert "The lift is stuck again." in answer.text
    assert messages(node) == []
    again = await send(client, {**WORDS, "token": Page(answer.text).token()})
    assert again.status_code == 303
    assert len(messages(node)) == 1


async def test_photos_that_are_too_big_get_a_page_that_says_so(client: httpx.AsyncClient, node: Node) -> None:
    fields = {**WORDS, "token": (await open_page(client)).token()}
    answer = await client.post(FORM, data=fields, files={"photos": ("big.jpg", b"p" * 2**17, "image/jpeg")})
    assert answer.status_code == 413
    assert load_words("en")["too_large_title"] in answer.text
    assert messages(node) == []


async def test_when_it_cannot_be_stored_the_words_are_shown_again(client: httpx.AsyncClient, node: Node) -> None:
    token = (await open_page(client)).token()
    with node.database.writing() as tx:
        tx.exec_driver_sql("ALTER TABLE message RENAME TO lost")
    answer = await send(client, {**WORDS, "token": token})
    assert answer.status_code == 503
    assert "The lift is stuck again." in answer.text
    assert load_words("en")["not_stored"] in answer.text


async def test_what_fills_the_hidden_box_is_kept_and_marked(client: httpx.AsyncClient, node: Node) -> None:
    assert (await send(client, {**WORDS, "website": "https://buy.example"})).status_code == 303
    (stored,) = messages(node)
    assert stored["marks"] == {"spam": True, "reasons": ["honeypot"]}


async def test_a_landlord_without_a_form_and_an_unknown_one_are_404(client: httpx.AsyncClient) -> None:
    for address in ("/feedback/ccbc", "/feedback/nobody", "/feedback/nobody/sent"):
        assert (await client.get(address)).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_box_has_a_label_and_every_description_exists(client: httpx.AsyncClient, language: str) -> None:
    for address in (f"{FORM}?lang={language}", f"{FORM}/sent?lang={language}&by=text"):
        page = await open_page(client, address)
        assert page.all("html") == [{"lang": language}]
        labelled = {label["for"] for label in page.all("label")}
        for box in page.all("input", "textarea", "select"):
            assert box.get("type") == "hidden" or box["id"] in labelled
        assert len(page.ids()) == len(set(page.ids()))
        for _, attributes in page.elements:
            described = (attributes.get("aria-describedby", "") + " " + attributes.get("aria-labelledby", "")).split()
            assert set(described) <= set(page.ids())
        assert len(page.all("h1")) == 1
        assert len(page.all("main")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_there_is_no_script_and_no_style_inside_the_page(client: httpx.AsyncClient, language: str) -> None:
    page = await open_page(client, f"{FORM}?lang={language}")
    assert page.all("script", "style", "iframe", "img") == []
    assert not [
        name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "style"
    ]
    for link in page.all("link"):
        assert link["href"].startswith("/static/")
        assert (await client.get(link["href"])).status_code == 200


async def test_the_browser_chooses_the_language_and_a_link_changes_it(client: httpx.AsyncClient) -> None:
    assert (await open_page(client)).all("html") == [{"lang": "en"}]
    welsh = await open_page(client, **{"Accept-Language": "cy-GB,cy;q=0.9,en;q=0.8"})
    assert welsh.all("html") == [{"lang": "cy"}]
    assert (await open_page(client, **{"Accept-Language": "cy;q=0.3,en"})).all("html") == [{"lang": "en"}]
    assert (await open_page(client, **{"Accept-Language": "fr"})).all("html") == [{"lang": "en"}]
    other = next(link for link in welsh.all("a") if link.get("hreflang") == "en")
    assert (await open_page(client, other["href"], **{"Accept-Language": "cy"})).all("html") == [{"lang": "en"}]


async def test_danger_comes_before_the_form_with_the_numbers_of_the_nation(client: httpx.AsyncClient) -> None:
    text = (await client.get(FORM)).text
    assert text.index("0800 111 999") < text.index("<form")
    assert text.index('href="tel:999"') < text.index("<form")


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for address in (FORM, "/static/tenantline.css", "/health", "/nothing", "/"):
        headers = (await client.get(address)).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["strict-transport-security"].startswith("max-age=")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "script-src" not in CONTENT_SECURITY_POLICY


def test_both_languages_say_the_same_things() -> None:
    english, welsh = (
        tomllib.loads((HERE / "words" / f"{language}.toml").read_text(encoding="utf-8")) for language in LANGUAGES
    )
    assert list(english) == list(welsh)
    assert not [name for name in english if english[name] == welsh[name]]


def test_the_english_is_plain() -> None:
    sentences = [
        sentence
        for text in load_words("en").values()
        for sentence in re.split(r"(?<=[.?!:])\s+", text)
        if len(sentence.split()) > 3
    ]
    words = [word for sentence in sentences for word in re.findall(r"[A-Za-z']+", sentence)]
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words)
    # Flesch and Kincaid's grade: 4 is read at the age of nine (Kincaid et al., 1975).
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    assert grade < 4
    assert max(len(sentence.split()) for sentence in sentences) <= 20


def test_the_stylesheet_loads_nothing_from_elsewhere_and_has_a_form_for_paper() -> None:
    css = (STATIC / "tenantline.css").read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css
    assert "@media print" in css
    assert ":focus-visible" in css
