"""Where an address leads nowhere or we have failed, a person meets a page in plain words and a program a short word."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.web import create_app
from console.security import CONTENT_SECURITY_POLICY
from console.templating import LANGUAGES, load_words
from scheduler.intake import GroupIntake
from scheduler.node import Node
from tests.app.web_node import PUBLIC, StandingClock, a_client, a_node

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROBLEMS = (
    ("GET", "/nothing", 404, "not_found"),
    ("GET", "/feedback/nobody", 404, "not_found"),
    ("GET", "/feedback/ccbc/sent", 404, "not_found"),
    ("GET", "/alert/nothing", 404, "not_found"),
    ("GET", "/static/nothing.css", 404, "not_found"),
    ("GET", "/static/brand/nobody.css", 404, "not_found"),
    ("PUT", "/feedback/cestria", 405, "not_possible"),
    ("GET", "/console", 401, "not_allowed"),
)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return a_node(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
async def test_a_person_meets_a_page_in_their_language(
    node: Node, language: str, problem: tuple[str, str, int, str]
) -> None:
    method, address, status, name = problem
    async with a_client(node, host="192.0.2.9", base=PUBLIC) as client:
        answer = await client.request(method, address, headers=BROWSER | {"Accept-Language": language})
    assert answer.status_code == status
    words = load_words(language)
    assert f'<html lang="{language}">' in answer.text
    titles = re.findall(r"<(?:title|h1)>([^<]+)", answer.text.replace("&#39;", "'"))
    assert titles == [f"{words[f'{name}_title']} - Tenantline", words[f"{name}_title"]]
    assert 'href="tel:999"' in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(("method", "address", "status", "name"), PROBLEMS)
async def test_a_program_gets_a_short_word(node: Node, method: str, address: str, status: int, name: str) -> None:
    del name
    async with a_client(node, host="192.0.2.9", base=PUBLIC) as client:
        answer = await client.request(method, address, headers={"Accept": "*/*"})
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])


async def test_our_own_failure_is_told_as_ours_and_shows_nothing_of_it(node: Node) -> None:
    async def break_down(_request: Request) -> Response:
        raise RuntimeError("Mrs Lamb's boiler")

    app = create_app(node, GroupIntake(node), StandingClock())
    app.router.routes.insert(0, Route("/broken", break_down))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        page = await client.get("/broken", headers=BROWSER)
        word = await client.get("/broken")
    node.database.close()
    assert (page.status_code, word.status_code) == (500, 500)
    assert load_words("en")["our_fault_title"] in page.text
    assert "Lamb" not in page.text + word.text
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


async def test_a_form_that_cannot_be_read_says_so(node: Node) -> None:
    broken = {"Content-Type": "multipart/form-data; boundary=x", **BROWSER}
    async with a_client(node, host="192.0.2.9", base=PUBLIC) as client:
        answer = await client.post("/feedback/cestria", content=b"--y no form at all", headers=broken)
    assert answer.status_code == 400
    assert load_words("en")["not_read"] in answer.text
